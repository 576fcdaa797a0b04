// snnc_mesh: grid of routers that joins the cores and the host (node 0).
//
// Implements docs/machine.md, section 5, Mesh: node n is at x = n mod COLS,
// y = n div COLS. The local output of a core's node is always ready, that of
// the host while the host FIFO has room; nodes without a core have a router
// that only passes on.
`default_nettype none

module snnc_mesh #(
  parameter COLS       = 2,
  parameter ROWS       = 2,
  parameter WORD       = 16,
  parameter ADDRESS    = 16,
  parameter DEPTH      = 4,                         // flits a router's queue holds
  parameter HOST_DEPTH = 256,                       // words the host FIFO holds
  parameter [COLS*ROWS-1:0] SENDERS = {(COLS*ROWS){1'b1}}, // nodes with a core
  // derived
  parameter NODES      = COLS * ROWS,
  parameter XBITS      = (COLS > 1) ? $clog2(COLS) : 1,
  parameter YBITS      = (ROWS > 1) ? $clog2(ROWS) : 1,
  parameter DEST       = XBITS + YBITS,             // {y, x}
  parameter COUNT      = $clog2(HOST_DEPTH + 1)
) (
  input  wire                     i_clk,
  input  wire                     i_rst,
  input  wire                     i_clear,          // start of tick 0
  // packets from the cores, node 0 lowest
  input  wire [NODES-1:0]         i_valid,
  input  wire [NODES*DEST-1:0]    i_dest,
  input  wire [NODES*ADDRESS-1:0] i_addr,
  input  wire [NODES*WORD-1:0]    i_bits,
  output wire [NODES-1:0]         o_ready,
  // deliveries, node 0 lowest
  output wire [NODES-1:0]         o_we,
  output wire [NODES*ADDRESS-1:0] o_addr,
  output wire [NODES*WORD-1:0]    o_bits,
  // host FIFO
  input  wire [COUNT-1:0]         i_host_count,
  output wire                     o_busy
);

  localparam PAYLOAD = ADDRESS + WORD;
  localparam FLIT    = DEST + PAYLOAD;

  // Port p of node n is bit 5*n + p: 0 local, 1 north, 2 east, 3 south, 4 west.
  wire [5*NODES-1:0]      in_valid;
  wire [5*NODES-1:0]      in_ready;
  wire [5*NODES*FLIT-1:0] in_flit;
  wire [5*NODES-1:0]      out_valid;
  wire [5*NODES-1:0]      out_ready;
  wire [5*NODES*FLIT-1:0] out_flit;
  wire [NODES-1:0]        busy;
  wire                    host_room = i_host_count < HOST_DEPTH[COUNT-1:0];

  genvar n;
  generate
    for (n = 0; n < NODES; n = n + 1) begin : g_node
      localparam X     = n % COLS;
      localparam Y     = n / COLS;
      localparam NORTH = n - COLS;
      localparam EAST  = n + 1;
      localparam SOUTH = n + COLS;
      localparam WEST  = n - 1;
      localparam [4:0] EXISTS = {X > 0, Y < ROWS - 1, X < COLS - 1, Y > 0, 1'b1};

      snnc_router #(
        .X       (X),
        .Y       (Y),
        .XBITS   (XBITS),
        .YBITS   (YBITS),
        .PAYLOAD (PAYLOAD),
        .DEPTH   (DEPTH),
        .INPUTS  ({EXISTS[4:1], SENDERS[n]})
      ) u_router (
        .i_clk   (i_clk),
        .i_rst   (i_rst),
        .i_clear (i_clear),
        .i_valid (in_valid[5*n +: 5]),
        .i_flit  (in_flit[5*FLIT*n +: 5*FLIT]),
        .o_ready (in_ready[5*n +: 5]),
        .o_valid (out_valid[5*n +: 5]),
        .o_flit  (out_flit[5*FLIT*n +: 5*FLIT]),
        .i_ready (out_ready[5*n +: 5]),
        .o_busy  (busy[n])
      );

      // Local port.
      assign in_valid[5*n]             = i_valid[n];
      assign in_flit[5*FLIT*n +: FLIT] = {i_dest[DEST*n +: DEST], i_addr[ADDRESS*n +: ADDRESS],
                                          i_bits[WORD*n +: WORD]};
      assign o_ready[n]                = in_ready[5*n];
      assign out_ready[5*n]            = (n == 0) ? host_room : 1'b1;
      assign o_we[n]                   = out_valid[5*n] && out_ready[5*n];
      assign o_bits[WORD*n +: WORD]          = out_flit[5*FLIT*n +: WORD];
      assign o_addr[ADDRESS*n +: ADDRESS]    = out_flit[5*FLIT*n + WORD +: ADDRESS];

      // Neighbours: what leaves their facing port enters here.
      if (EXISTS[1]) begin : g_north
        assign in_valid[5*n + 1]               = out_valid[5*NORTH + 3];
        assign in_flit[FLIT*(5*n + 1) +: FLIT] = out_flit[FLIT*(5*NORTH + 3) +: FLIT];
        assign out_ready[5*n + 1]              = in_ready[5*NORTH + 3];
      end else begin : g_north
        assign in_valid[5*n + 1]               = 1'b0;
        assign in_flit[FLIT*(5*n + 1) +: FLIT] = {FLIT{1'b0}};
        assign out_ready[5*n + 1]              = 1'b0;
      end
      if (EXISTS[2]) begin : g_east
        assign in_valid[5*n + 2]               = out_valid[5*EAST + 4];
        assign in_flit[FLIT*(5*n + 2) +: FLIT] = out_flit[FLIT*(5*EAST + 4) +: FLIT];
        assign out_ready[5*n + 2]              = in_ready[5*EAST + 4];
      end else begin : g_east
        assign in_valid[5*n + 2]               = 1'b0;
        assign in_flit[FLIT*(5*n + 2) +: FLIT] = {FLIT{1'b0}};
        assign out_ready[5*n + 2]              = 1'b0;
      end
      if (EXISTS[3]) begin : g_south
        assign in_valid[5*n + 3]               = out_valid[5*SOUTH + 1];
        assign in_flit[FLIT*(5*n + 3) +: FLIT] = out_flit[FLIT*(5*SOUTH + 1) +: FLIT];
        assign out_ready[5*n + 3]              = in_ready[5*SOUTH + 1];
      end else begin : g_south
        assign in_valid[5*n + 3]               = 1'b0;
        assign in_flit[FLIT*(5*n + 3) +: FLIT] = {FLIT{1'b0}};
        assign out_ready[5*n + 3]              = 1'b0;
      end
      if (EXISTS[4]) begin : g_west
        assign in_valid[5*n + 4]               = out_valid[5*WEST + 2];
        assign in_flit[FLIT*(5*n + 4) +: FLIT] = out_flit[FLIT*(5*WEST + 2) +: FLIT];
        assign out_ready[5*n + 4]              = in_ready[5*WEST + 2];
      end else begin : g_west
        assign in_valid[5*n + 4]               = 1'b0;
        assign in_flit[FLIT*(5*n + 4) +: FLIT] = {FLIT{1'b0}};
        assign out_ready[5*n + 4]              = 1'b0;
      end

      // The edge's outputs and the destination of a delivered flit.
      wire unused = &{1'b0, in_ready[5*n +: 5], out_valid[5*n +: 5], out_flit[5*FLIT*n +: 5*FLIT]};
    end
  endgenerate

  assign o_busy = |busy;

endmodule

`default_nettype wire

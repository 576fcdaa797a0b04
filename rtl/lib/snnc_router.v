// snnc_router: router of a mesh node, dimension order, round robin.
//
// Implements docs/machine.md, section 5, Mesh. Ports 0 to 4 are local, north
// (y - 1), east (x + 1), south (y + 1), west (x - 1). A packet is one flit.
// In each cycle every output that is ready takes the flit of the first
// requesting input at or after its pointer, cyclically; the flit is in the
// neighbour's queue, or delivered, at the end of the cycle.
//
//   cycle      c        c + 1    c + 2
//   i_valid  __/~~\_____________       the flit enters its queue (o_ready high)
//   o_valid  ___________/~~\____       it is at the head and requests
//   i_ready  ___________/~~\____       it moves
//
// o_ready depends on the queue's fill at the start of the cycle alone, so no
// path runs through more than one router. INPUTS drops the queues that nothing
// can enter: the grid's edge, and the local port of a node without a core.
`default_nettype none

module snnc_router #(
  parameter X       = 0,                            // position in the grid
  parameter Y       = 0,
  parameter XBITS   = 1,                            // bits of a coordinate in a flit
  parameter YBITS   = 1,
  parameter PAYLOAD = 32,                           // address and bits
  parameter DEPTH   = 4,                            // flits a queue holds
  parameter [4:0] INPUTS = 5'b11111,                // queues that exist
  // derived
  parameter FLIT    = YBITS + XBITS + PAYLOAD       // {y, x, payload}
) (
  input  wire              i_clk,
  input  wire              i_rst,
  input  wire              i_clear,                 // start of tick 0
  // inputs, port 0 lowest
  input  wire [4:0]        i_valid,
  input  wire [5*FLIT-1:0] i_flit,
  output wire [4:0]        o_ready,
  // outputs
  output wire [4:0]        o_valid,
  output wire [5*FLIT-1:0] o_flit,
  input  wire [4:0]        i_ready,
  output wire              o_busy
);

  // Inputs from which a flit can leave through output o: x before y, so a flit
  // that came along y never turns to x, and none turns back.
  localparam [4:0] TO_LOCAL = 5'b11111;
  localparam [4:0] TO_NORTH = 5'b11101;             // not from north
  localparam [4:0] TO_EAST  = 5'b10001;             // from local, west
  localparam [4:0] TO_SOUTH = 5'b10111;             // not from south
  localparam [4:0] TO_WEST  = 5'b00101;             // from local, east
  localparam [24:0] TURNS = {TO_WEST, TO_SOUTH, TO_EAST, TO_NORTH, TO_LOCAL};

  localparam COUNT = $clog2(DEPTH + 1);

  wire [4:0]        head_valid;
  wire [5*FLIT-1:0] head;
  wire [24:0]       wants;                          // wants[5*i + o]: input i to output o
  wire [24:0]       grants;                         // grants[5*o + i]
  wire [4:0]        pop;

  genvar i;
  genvar o;
  generate
    for (i = 0; i < 5; i = i + 1) begin : g_in
      if (INPUTS[i]) begin : g_queue
        wire [COUNT-1:0] count;
        wire [XBITS-1:0] x = head[FLIT*i + PAYLOAD +: XBITS];
        wire [YBITS-1:0] y = head[FLIT*i + PAYLOAD + XBITS +: YBITS];
        wire same_x = x == X[XBITS-1:0];
        wire same_y = y == Y[YBITS-1:0];
        wire [XBITS:0] dx = {1'b0, x} - {1'b0, X[XBITS-1:0]};
        wire [YBITS:0] dy = {1'b0, y} - {1'b0, Y[YBITS-1:0]};
        wire west   = dx[XBITS];
        wire north  = dy[YBITS];
        wire unused = &{1'b0, dx[XBITS-1:0], dy[YBITS-1:0]};

        snnc_fifo #(
          .WIDTH (FLIT),
          .DEPTH (DEPTH)
        ) u_fifo (
          .i_clk   (i_clk),
          .i_rst   (i_rst),
          .i_push  (i_valid[i] && o_ready[i]),
          .i_data  (i_flit[FLIT*i +: FLIT]),
          .o_valid (head_valid[i]),
          .o_data  (head[FLIT*i +: FLIT]),
          .i_pop   (pop[i]),
          .o_count (count)
        );

        assign o_ready[i] = count < DEPTH[COUNT-1:0];
        assign wants[5*i + 0] = head_valid[i] && same_x && same_y;
        assign wants[5*i + 1] = head_valid[i] && same_x && !same_y && north;
        assign wants[5*i + 2] = head_valid[i] && !same_x && !west;
        assign wants[5*i + 3] = head_valid[i] && same_x && !same_y && !north;
        assign wants[5*i + 4] = head_valid[i] && !same_x && west;
        assign pop[i] = |{grants[20 + i], grants[15 + i], grants[10 + i], grants[5 + i], grants[i]};
      end else begin : g_none
        assign head_valid[i]         = 1'b0;
        assign head[FLIT*i +: FLIT]  = {FLIT{1'b0}};
        assign o_ready[i]            = 1'b0;
        assign wants[5*i +: 5]       = 5'b00000;
        assign pop[i]                = 1'b0;
        wire unused = &{1'b0, i_valid[i], i_flit[FLIT*i +: FLIT], pop[i]};
      end
    end
  endgenerate

  generate
    for (o = 0; o < 5; o = o + 1) begin : g_out
      wire [4:0] request = TURNS[5*o +: 5]
                         & {wants[20 + o], wants[15 + o], wants[10 + o], wants[5 + o], wants[o]};
      reg  [4:0] after_q;                           // inputs at or after the pointer
      wire [4:0] first  = request & after_q;
      wire [4:0] pool   = (first != 5'd0) ? first : request;
      wire [4:0] winner = pool & ~(pool - 5'd1);
      wire       moved  = (pool != 5'd0) && i_ready[o];

      always @(posedge i_clk) begin
        if (i_rst || i_clear) after_q <= 5'b11111;
        else if (moved)       after_q <= ~(winner | (winner - 5'd1));
      end

      assign o_valid[o]       = pool != 5'd0;
      assign grants[5*o +: 5] = moved ? winner : 5'd0;
      assign o_flit[FLIT*o +: FLIT] = ({FLIT{winner[0]}} & head[0 +: FLIT])
                                    | ({FLIT{winner[1]}} & head[FLIT +: FLIT])
                                    | ({FLIT{winner[2]}} & head[2*FLIT +: FLIT])
                                    | ({FLIT{winner[3]}} & head[3*FLIT +: FLIT])
                                    | ({FLIT{winner[4]}} & head[4*FLIT +: FLIT]);
    end
  endgenerate

  assign o_busy = |head_valid;

  wire unused_turns = &{1'b0, wants, grants};

endmodule

`default_nettype wire

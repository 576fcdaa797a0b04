// snnc_send: queue of spike words and the routes they take.
//
// Implements docs/machine.md, section 4. The head of the queue is offered as
// one packet for each route in order, from the cycle it is at the head; the
// entry leaves with its last route's packet. A packet moves in a cycle in which
// o_valid and i_ready are both high.
//
//   cycle      c        c + 1     c + 2     c + 3       (two routes)
//   i_push   __/~~\_______________________________
//   o_valid  ___________/~~~~~~~~~~~~~~~~~~~~\____
//   i_ready  _____________________/~~~~~~~~~~\____
//   packet              < route 0           >< route 1 >
//
// Route tables hold one 32-bit field for each route, route 0 lowest. A packet's
// address is BASE + ((tick & MASK) << SHIFT) + index; all but the index is
// registered before the packet is offered (the tick is stable long before).
//
// In an overlay ROUTES is the most that fit; the host writes rows of destination,
// base, mask (16 bits each) and shift (5).
`default_nettype none
`include "snnc_regs.vh"

module snnc_send #(
  parameter WORD    = 16,                           // bits of a spike word
  parameter INDEX   = 1,                            // bits of a word index
  parameter ENTRIES = 1,                            // words a tick can push
  parameter ADDRESS = 16,                           // bits of an address in a packet
  parameter DEST    = 1,                            // bits of a destination
  parameter ROUTES  = 1,
  parameter [32*ROUTES-1:0] ROUTE_DEST  = 0,
  parameter [32*ROUTES-1:0] ROUTE_BASE  = 0,        // base + offset
  parameter [32*ROUTES-1:0] ROUTE_MASK  = 0,
  parameter [32*ROUTES-1:0] ROUTE_SHIFT = 0,
  parameter OVERLAY = 0
) (
  input  wire               i_clk,
  input  wire               i_rst,
  input  wire [15:0]        i_tick,
  // overlay: configuration, and the host's window onto the routes
  input  wire [32*`SNNC_CONFIGS-1:0] i_cfg,
  input  wire               i_table_write,
  input  wire [7:0]         i_table_memory,
  input  wire [22:0]        i_table_offset,
  input  wire [31:0]        i_table_data,
  // spike words of the core
  input  wire               i_push,
  input  wire [INDEX-1:0]   i_index,
  input  wire [WORD-1:0]    i_bits,
  // packets to the network
  output wire               o_valid,
  output wire [DEST-1:0]    o_dest,
  output wire [ADDRESS-1:0] o_addr,
  output wire [WORD-1:0]    o_bits,
  input  wire               i_ready,
  output wire               o_busy
);

  localparam COUNT      = $clog2(ENTRIES + 1);
  localparam ROUTE      = (ROUTES > 1) ? $clog2(ROUTES) : 1;
  localparam LAST_ROUTE = ROUTES - 1;

  generate
    if (ROUTES < 1) begin : g_check_routes
      snnc_illegal_parameter ROUTES_must_be_1_or_more ();
    end
  endgenerate

  wire [ROUTE-1:0]  last = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_ROUTE +: ROUTE] : LAST_ROUTE[ROUTE-1:0];
  wire              some = (OVERLAY == 0) || i_cfg[`SNNC_CFG_SOME_ROUTES];
  wire              unused_cfg = &{1'b0, i_cfg};
  wire [INDEX-1:0] index;
  wire             last_route;
  wire             moved = o_valid && i_ready;
  wire [COUNT-1:0] count;

  snnc_fifo #(
    .WIDTH (INDEX + WORD),
    .DEPTH (ENTRIES)
  ) u_fifo (
    .i_clk   (i_clk),
    .i_rst   (i_rst),
    .i_push  (i_push && some),
    .i_data  ({i_index, i_bits}),
    .o_valid (o_valid),
    .o_data  ({index, o_bits}),
    .i_pop   (moved && last_route),
    .o_count (count)
  );

  wire [ROUTE-1:0]   route;
  wire [ROUTE-1:0]   route_d;
  wire [ADDRESS-1:0] base;
  generate
    if (ROUTES > 1) begin : g_many
      reg [ROUTE-1:0] route_q;
      always @(posedge i_clk) begin
        if (i_rst) route_q <= {ROUTE{1'b0}};
        else       route_q <= route_d;
      end
      assign route      = route_q;
      assign last_route = route_q == last;
      assign route_d    = !moved     ? route_q
                        : last_route ? {ROUTE{1'b0}}
                        :              route_q + 1'b1;
    end else begin : g_one
      assign route      = 1'b0;
      assign last_route = 1'b1;
      assign route_d    = 1'b0;
      wire unused = &{1'b0, last};
    end

    if (OVERLAY != 0) begin : g_written
      wire [52:0] entry;
      wire [31:0] shifted = {16'd0, i_tick & entry[47:32]} << entry[52:48];
      wire        unused  = &{1'b0, entry, shifted, route};

      snnc_table #(
        .WIDTH   (53),
        .DEPTH   (ROUTES),
        .OVERLAY (1),
        .MEMORY  (`SNNC_MEM_ROUTES)
      ) u_routes (
        .i_clk    (i_clk),
        .i_write  (i_table_write),
        .i_memory (i_table_memory),
        .i_offset (i_table_offset),
        .i_data   (i_table_data),
        .i_re     (1'b1),
        .i_raddr  (route_d),
        .o_rdata  (entry)
      );
      assign o_dest = entry[0 +: DEST];
      assign base   = entry[16 +: ADDRESS] + shifted[ADDRESS-1:0];
    end else begin : g_constant
      wire [DEST*ROUTES-1:0]    dests;
      wire [ADDRESS*ROUTES-1:0] bases;
      genvar r;
      for (r = 0; r < ROUTES; r = r + 1) begin : g_route
        localparam [31:0] TO    = ROUTE_DEST[32*r +: 32];
        localparam [31:0] BASE  = ROUTE_BASE[32*r +: 32];
        localparam [31:0] MASK  = ROUTE_MASK[32*r +: 32];
        localparam [31:0] SHIFT = ROUTE_SHIFT[32*r +: 32];
        wire [31:0] sum = BASE + (({16'd0, i_tick} & MASK) << SHIFT);
        wire unused = &{1'b0, sum[31:ADDRESS]};
        assign dests[DEST*r +: DEST]       = TO[DEST-1:0];
        assign bases[ADDRESS*r +: ADDRESS] = sum[ADDRESS-1:0];
      end
      reg [ADDRESS-1:0] base_q;
      always @(posedge i_clk) base_q <= bases[ADDRESS*route_d +: ADDRESS];
      assign base = base_q;
      assign o_dest = dests[DEST*route +: DEST];
      wire unused = &{1'b0, i_table_write, i_table_memory, i_table_offset, i_table_data};
    end
  endgenerate

  // Indices of padding words never get here: the bits cut off are 0.
  wire [INDEX+ADDRESS-1:0] index_wide = {{ADDRESS{1'b0}}, index};
  assign o_addr = base + index_wide[ADDRESS-1:0];

  assign o_busy = o_valid;

  wire unused = &{1'b0, count, index_wide};

endmodule

`default_nettype wire

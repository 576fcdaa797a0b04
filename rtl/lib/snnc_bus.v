// snnc_bus: one shared link from all cores to all cores and the host.
//
// Implements docs/machine.md, section 5, Bus. One request is granted a cycle:
// the first eligible core at or after the pointer, cyclically. The granted
// packet is registered and delivered in the next cycle. A packet to the host is
// eligible only while the host FIFO has room for it and for what is on its way.
//
//   cycle      c        c + 1
//   i_valid  __/~~\_______
//   o_ready  __/~~\_______        granted
//   o_we     ___________/~~\_     delivered, written at the end of the cycle
//   o_busy   ___________/~~\_
//
// The pointer is kept as a mask of the cores at or after it.
`default_nettype none

module snnc_bus #(
  parameter CORES      = 2,
  parameter NODES      = 3,                         // the host is node 0
  parameter WORD       = 16,
  parameter ADDRESS    = 16,
  parameter HOST_DEPTH = 256,                       // words the host FIFO holds
  // derived
  parameter DEST       = (NODES > 1) ? $clog2(NODES) : 1,
  parameter COUNT      = $clog2(HOST_DEPTH + 1)
) (
  input  wire                     i_clk,
  input  wire                     i_rst,
  input  wire                     i_clear,          // start of tick 0
  // requests, core 0 lowest
  input  wire [CORES-1:0]         i_valid,
  input  wire [CORES*DEST-1:0]    i_dest,
  input  wire [CORES*ADDRESS-1:0] i_addr,
  input  wire [CORES*WORD-1:0]    i_bits,
  output wire [CORES-1:0]         o_ready,
  // deliveries, node 0 lowest
  output wire [NODES-1:0]         o_we,
  output wire [ADDRESS-1:0]       o_addr,
  output wire [WORD-1:0]          o_bits,
  // host FIFO
  input  wire [COUNT-1:0]         i_host_count,
  output wire                     o_busy
);

  localparam PACKET = DEST + ADDRESS + WORD;

  generate
    if (CORES < 1 || NODES <= CORES) begin : g_check_cores
      snnc_illegal_parameter NODES_must_exceed_CORES ();
    end
  endgenerate

  reg               valid_q;
  reg  [DEST-1:0]   dest_q;
  reg [ADDRESS-1:0] addr_q;
  reg  [WORD-1:0]   bits_q;
  reg  [CORES-1:0]  after_q;                        // cores at or after the pointer

  wire             to_host   = valid_q && (dest_q == {DEST{1'b0}});
  wire [COUNT:0]   host_fill = {1'b0, i_host_count} + {{COUNT{1'b0}}, to_host};
  wire             host_room = host_fill < HOST_DEPTH[COUNT:0];

  wire [CORES-1:0] eligible;
  wire [CORES-1:0] first    = eligible & after_q;
  wire [CORES-1:0] pool     = (first != {CORES{1'b0}}) ? first : eligible;
  wire [CORES-1:0] one      = ~({CORES{1'b1}} << 1);
  wire [CORES-1:0] grant    = pool & ~(pool - one);
  wire             granted  = pool != {CORES{1'b0}};

  // AND-OR over the cores.
  reg [PACKET-1:0] packet;
  integer k;
  always @* begin
    packet = {PACKET{1'b0}};
    for (k = 0; k < CORES; k = k + 1) begin
      packet = packet | ({PACKET{grant[k]}}
             & {i_dest[DEST*k +: DEST], i_addr[ADDRESS*k +: ADDRESS], i_bits[WORD*k +: WORD]});
    end
  end

  genvar n;
  generate
    for (n = 0; n < CORES; n = n + 1) begin : g_core
      assign eligible[n] = i_valid[n] && (host_room || (i_dest[DEST*n +: DEST] != {DEST{1'b0}}));
    end
  endgenerate

  always @(posedge i_clk) begin
    if (i_rst) valid_q <= 1'b0;
    else       valid_q <= granted;
    {dest_q, addr_q, bits_q} <= packet;
    if (i_rst || i_clear) after_q <= {CORES{1'b1}};
    else if (granted)     after_q <= ~(grant | (grant - one));
  end

  generate
    for (n = 0; n < NODES; n = n + 1) begin : g_node
      assign o_we[n] = valid_q && (dest_q == n);
    end
  endgenerate

  assign o_ready = grant;
  assign o_addr  = addr_q;
  assign o_bits  = bits_q;
  assign o_busy  = valid_q;

endmodule

`default_nettype wire

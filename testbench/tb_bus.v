// tb_bus: grants, deliveries and host room against round robin as a loop.
`default_nettype none

module tb_bus #(
  parameter CORES      = 3,
  parameter NODES      = 4,
  parameter WORD       = 16,
  parameter ADDRESS    = 9,
  parameter HOST_DEPTH = 2,
  parameter CYCLES     = 4000,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam DEST  = (NODES > 1) ? $clog2(NODES) : 1;
  localparam COUNT = $clog2(HOST_DEPTH + 1);

  reg                      rst   = 1'b1;
  reg                      clear = 1'b0;
  reg  [CORES-1:0]         valid = 0;               // what the cores offer
  reg  [CORES*DEST-1:0]    dest  = 0;
  reg  [CORES*ADDRESS-1:0] addr  = 0;
  reg  [CORES*WORD-1:0]    bits  = 0;
  reg  [CORES-1:0]         in_valid = 0;            // the same, written as a whole once a cycle: what a
  reg  [CORES*DEST-1:0]    in_dest  = 0;            // process writes in parts, Verilator 5.006 sees too late
  reg  [CORES*ADDRESS-1:0] in_addr  = 0;
  reg  [CORES*WORD-1:0]    in_bits  = 0;
  wire [CORES-1:0]         ready;
  wire [NODES-1:0]         we;
  wire [ADDRESS-1:0]       out_addr;
  wire [WORD-1:0]          out_bits;
  wire                     busy;
  reg  [COUNT-1:0]         host_count = 0;

  snnc_bus #(.CORES(CORES), .NODES(NODES), .WORD(WORD), .ADDRESS(ADDRESS), .HOST_DEPTH(HOST_DEPTH)) dut (
    .i_clk(clk), .i_rst(rst), .i_clear(clear), .i_valid(in_valid), .i_dest(in_dest), .i_addr(in_addr), .i_bits(in_bits), .o_ready(ready),
    .o_we(we), .o_addr(out_addr), .o_bits(out_bits), .i_host_count(host_count), .o_busy(busy));

  integer pointer = 0;
  integer to      = -1;                             // node of the delivery, -1: none
  reg [ADDRESS-1:0] to_addr;
  reg [WORD-1:0]    to_bits;
  integer i, k, n, winner;
  reg [CORES-1:0] want_ready;
  reg [NODES-1:0] want_we;

  task cycle;
    begin
      in_valid = valid;
      in_dest  = dest;
      in_addr  = addr;
      in_bits  = bits;
      #1 want_we = 0;
      if (to >= 0) want_we[to] = 1'b1;
      check("o_we", we, want_we);
      check("o_busy", busy, to >= 0);
      if (to >= 0) begin
        check("o_addr", out_addr, to_addr);
        check("o_bits", out_bits, to_bits);
      end
      winner = -1;
      for (k = 0; k < CORES && winner < 0; k = k + 1) begin
        n = (pointer + k) % CORES;
        if (valid[n] && (dest[DEST*n +: DEST] != 0 || host_count + (to == 0) < HOST_DEPTH)) winner = n;
      end
      want_ready = 0;
      if (winner >= 0) want_ready[winner] = 1'b1;
      check("o_ready", ready, want_ready);

      to = -1;
      if (winner >= 0) begin
        to      = dest[DEST*winner +: DEST];
        to_addr = addr[ADDRESS*winner +: ADDRESS];
        to_bits = bits[WORD*winner +: WORD];
        pointer = (winner + 1) % CORES;
      end
      if (clear || rst) pointer = 0;
      if (rst) to = -1;
      step;
      if (want_we[0]) host_count = host_count + 1;  // the host FIFO
      check("host words", host_count <= HOST_DEPTH, 1);
    end
  endtask

  initial begin
    winner = -1;
    step;
    rst = 1'b0;
    for (i = 0; i < CYCLES; i = i + 1) begin
      if (winner >= 0) valid[winner] = 1'b0;        // granted; the others hold
      for (k = 0; k < CORES; k = k + 1) begin
        if (!valid[k] && rnd((i & 256) ? 8 : 2) == 0) begin
          valid[k] = 1'b1;
          dest[DEST*k +: DEST]       = (rnd(3) == 0) ? 0 : rnd(NODES);
          addr[ADDRESS*k +: ADDRESS] = rnd(0);
          bits[WORD*k +: WORD]       = rnd(0);
        end
      end
      if (host_count > 0 && rnd((i & 512) ? 2 : 6) == 0) host_count = host_count - 1;
      clear = rnd(64) == 0;
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

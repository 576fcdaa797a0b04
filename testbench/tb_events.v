// tb_events: what the host reads of each word, in order, and 0 when there is none.
`default_nettype none

module tb_events #(
  parameter WORD    = 16,
  parameter ADDRESS = 11,
  parameter DEPTH   = 8,
  parameter CYCLES  = 3000,
  parameter SEED    = 1
);
  `include "tb.vh"

  localparam COUNT = $clog2(DEPTH + 1);

  reg                rst  = 1'b1;
  reg                push = 1'b0;
  reg  [15:0]        tick = 16'd0;
  reg  [ADDRESS-1:0] addr = 0;
  reg  [WORD-1:0]    bits = 0;
  reg                pop  = 1'b0;
  wire               valid;
  wire [31:0]        meta;
  wire [31:0]        data;
  wire [COUNT-1:0]   count;

  snnc_events #(.WORD(WORD), .ADDRESS(ADDRESS), .DEPTH(DEPTH)) dut (
    .i_clk(clk), .i_rst(rst), .i_push(push), .i_tick(tick), .i_addr(addr), .i_bits(bits),
    .o_valid(valid), .o_meta(meta), .o_data(data), .i_pop(pop), .o_count(count));

  reg [63:0] model [0:DEPTH-1];
  integer head = 0;                                 // words popped and pushed so far
  integer tail = 0;
  integer i;

  task cycle;
    begin
      #1 check("o_valid", valid, tail != head);
      check("o_count", count, tail - head);
      check("o_meta", meta, (tail != head) ? model[head % DEPTH][63:32] : 32'd0);
      check("o_data", data, (tail != head) ? model[head % DEPTH][31:0] : 32'd0);
      if (push) begin
        model[tail % DEPTH] = tick * 64'h1_0000_0000_0000 + addr * 64'h1_0000_0000 + bits;
        tail = tail + 1;
      end
      if (pop) head = head + 1;
      if (rst) head = tail;
      step;
    end
  endtask

  initial begin
    step;
    rst = 1'b0;
    cycle;
    for (i = 0; i < CYCLES; i = i + 1) begin
      pop  = tail != head && rnd((i & 128) ? 6 : 2) == 0;
      push = tail - head < DEPTH && rnd((i & 128) ? 2 : 6) == 0;
      tick = rnd(0);
      addr = wide(ADDRESS);
      bits = wide(WORD);
      rst  = rnd(CYCLES) == 0;
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

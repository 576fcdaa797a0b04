// Bench of snnc_plastic_sums: all sums against 64-bit integers, and the cycles of
// a sample.
`default_nettype none

module tb_plastic_sums #(
  parameter PAIR_BITS = 13,
  parameter SAMPLES   = 60,
  parameter SEED      = 1
);
  `include "tb.vh"

  reg                 rst    = 1'b1;
  reg                 forget = 1'b0;
  reg                 start  = 1'b0;
  reg [PAIR_BITS-1:0] pairs  = 0;
  reg [23:0]          loss   = 0;
  reg                 negative = 1'b0;
  wire                busy;
  wire                empty;
  reg                 re     = 1'b0;
  reg [4:0]           at     = 0;
  wire [15:0]         word;

  snnc_plastic_sums #(.PAIR_BITS(PAIR_BITS)) dut (
    .i_clk(clk), .i_rst(rst), .i_forget(forget), .i_start(start), .i_pairs(pairs), .i_loss(loss), .i_negative(negative),
    .o_busy(busy), .o_empty(empty), .i_re(re), .i_word(at), .o_word(word));

  reg signed [63:0] sums [0:5];
  reg signed [63:0] n, l;
  integer i, k, took;

  initial begin
    for (k = 0; k < 6; k = k + 1) sums[k] = 0;
    step;
    rst = 1'b0;
    step;
    #1 check("o_busy", busy, 0);
    check("o_empty", empty, 1);
    for (i = 0; i < SAMPLES; i = i + 1) begin
      if (i == SAMPLES / 2) begin
        forget = 1'b1;
        step;
        forget = 1'b0;
        #1 check("o_empty", empty, 1);
        for (k = 0; k < 6; k = k + 1) sums[k] = 0;
      end
      pairs    = (rnd(6) == 0) ? {PAIR_BITS{1'b1}} : rnd(0) >> rnd(31);
      loss     = (rnd(6) == 0) ? 24'h800000 : rnd(0) >> rnd(31);
      negative = rnd(2);
      n        = pairs;
      l        = loss;
      if (negative) l = -l;
      sums[0] = sums[0] + n;
      sums[1] = sums[1] + l;
      sums[2] = sums[2] + n * n;
      sums[3] = sums[3] + l * l;
      sums[4] = sums[4] + n * l;
      sums[5] = sums[5] + 1;
      start = 1'b1;
      step;
      start = 1'b0;
      took  = 0;
      #1;
      while (busy && took < 1000) begin
        step;
        took = took + 1;
        #1;
      end
      check("cycles", took, 24 * 17);
      check("o_empty", empty, 0);
      for (k = 0; k < 24; k = k + 1) begin
        re = 1'b1;
        at = k;
        step;
        re = 1'b0;
        #1 check("o_word", word, (sums[k / 4] >> (16 * (k % 4))) & 65535);
      end
    end
    finish;
  end
endmodule

`default_nettype wire

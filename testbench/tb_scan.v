// tb_scan: the lowest set bit of those that a random mask leaves, and the mask above
// it, by looking at every bit.
`default_nettype none

module tb_scan #(
  parameter WORD   = 16,
  parameter CYCLES = 4000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam BIT = $clog2(WORD);

  reg  [WORD-1:0] word  = 0;
  reg  [WORD-1:0] mask  = 0;
  wire            any;
  wire            more;
  wire [BIT-1:0]  index;
  wire [WORD-1:0] rest;
  reg  [WORD-1:0] above;

  snnc_scan #(.WORD(WORD)) dut (
    .i_word(word), .i_mask(mask), .o_any(any), .o_more(more), .o_index(index), .o_rest(rest));

  integer i, b, n, lowest;

  initial begin
    for (i = 0; i < CYCLES; i = i + 1) begin
      word = wide(WORD);
      for (b = rnd(5); b > 0; b = b - 1) word = word & wide(WORD);
      mask = wide(WORD);
      for (b = rnd(3); b > 0; b = b - 1) mask = mask | wide(WORD);
      n = 0;
      for (b = WORD - 1; b >= 0; b = b - 1) begin
        if (word[b] && mask[b]) begin
          n = n + 1;
          lowest = b;
        end
      end
      #1 check("o_any", any, n > 0);
      check("o_more", more, n > 1);
      if (n > 0) begin
        check("o_index", index, lowest);
        for (b = 0; b < WORD; b = b + 1) above[b] = mask[b] && b > lowest;
        check("o_rest", rest, above);
      end
      step;
    end
    finish;
  end
endmodule

`default_nettype wire

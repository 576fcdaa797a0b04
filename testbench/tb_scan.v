// tb_scan: the lowest set bit within random bounds, by looking at every bit.
`default_nettype none

module tb_scan #(
  parameter WORD   = 16,
  parameter CYCLES = 4000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam BIT = $clog2(WORD);

  reg  [WORD-1:0] word  = 0;
  reg  [BIT-1:0]  from  = 0;
  reg             after = 1'b0;
  reg  [BIT-1:0]  to    = 0;
  wire            any;
  wire            more;
  wire [BIT-1:0]  index;

  snnc_scan #(.WORD(WORD)) dut (
    .i_word(word), .i_from(from), .i_after(after), .i_to(to), .o_any(any), .o_more(more), .o_index(index));

  integer i, b, n, lowest;

  initial begin
    for (i = 0; i < CYCLES; i = i + 1) begin
      word = wide(WORD);
      for (b = rnd(5); b > 0; b = b - 1) word = word & wide(WORD);
      from  = rnd(WORD);
      after = rnd(2);
      to    = (rnd(2) == 0) ? WORD - 1 : rnd(WORD);
      n = 0;
      for (b = WORD - 1; b >= 0; b = b - 1) begin
        if (word[b] && (after ? b > from : b >= from) && b <= to) begin
          n = n + 1;
          lowest = b;
        end
      end
      #1 check("o_any", any, n > 0);
      check("o_more", more, n > 1);
      if (n > 0) check("o_index", index, lowest);
      step;
    end
    finish;
  end
endmodule

`default_nettype wire

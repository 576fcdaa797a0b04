// tb_reset: when the reset of a board falls, and that a lost lock brings it back.
`default_nettype none

module tb_reset #(
  parameter CYCLES = 8,                             // of the reset
  parameter TOTAL  = 3000,
  parameter SEED   = 1
);
  `include "tb.vh"

  reg  locked = 1'b0;
  wire rst;

  snnc_reset #(.CYCLES(CYCLES)) dut (.i_clk(clk), .i_locked(locked), .o_rst(rst));

  // What i_locked was at the last edges, the latest in bit 0.
  reg [CYCLES+1:0] past = {(CYCLES+2){1'b0}};
  integer i;
  integer left = 3;
  integer falls = 0;
  reg     was;

  initial begin
    was = 1'b1;
    for (i = 0; i < TOTAL; i = i + 1) begin
      if (left == 0) begin
        locked = !locked;
        left   = locked ? 1 + rnd(3 * CYCLES) : 1 + rnd(4);
      end
      left = left - 1;
      #1 check("o_rst", rst, !(&past[CYCLES+1:2]));
      if (was && !rst) falls = falls + 1;
      was  = rst;
      past = {past[CYCLES:0], locked};
      step;
    end
    check("falls of o_rst", falls > 10, 1'b1);
    finish;
  end
endmodule

`default_nettype wire

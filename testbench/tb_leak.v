// tb_leak: the leak of random and extreme values in 64-bit arithmetic
// (docs/numerics.md, section 3), one a cycle with gaps in which it holds.
`default_nettype none

module tb_leak #(
  parameter BITS       = 16,
  parameter DECAY_BITS = 12,
  parameter MODE       = 3,
  parameter DECAY      = 0,
  parameter ROUND_ZERO = 0,
  parameter OVERLAY    = 0,                         // 1: every third value is kept
  parameter CYCLES     = 3000,
  parameter SEED       = 1
);
  `include "tb.vh"

  reg                   valid = 1'b0;
  reg signed [BITS-1:0] value = 0;
  reg [DECAY_BITS-1:0]  decay = 0;
  reg                   keep  = 1'b0;
  wire signed [BITS:0]  term;
  wire                  carry;

  snnc_leak #(.BITS(BITS), .DECAY_BITS(DECAY_BITS), .MODE(MODE), .DECAY(DECAY), .ROUND_ZERO(ROUND_ZERO), .OVERLAY(OVERLAY)) dut (
    .i_clk(clk), .i_valid(valid), .i_value(value), .i_decay(decay), .i_keep(keep), .o_term(term), .o_carry(carry));

  reg signed [63:0] want, x, d;
  reg               known = 1'b0;
  integer i;

  initial begin
    for (i = 0; i < CYCLES; i = i + 1) begin
      valid = rnd(4) != 0;
      value = rnd(0);
      if (rnd(8) == 0) value = {1'b1, {(BITS-1){1'b0}}};
      if (rnd(8) == 0) value = {1'b0, {(BITS-1){1'b1}}};
      if (rnd(8) == 0) value = rnd(3) - 1;
      decay = rnd(0);
      keep  = rnd(3) == 0;                          // means nothing where OVERLAY is 0
      x = term;
      #1 if (known) begin
        x = term;
        check("leak", x + {63'd0, carry}, want);
      end
      if (valid) begin
        known = 1'b1;
        x = value;
        d = (MODE == 3) ? {48'd0, decay} : DECAY;
        want = (x < 0) ? -x : x;
        if (MODE == 0) want = 0;
        if (MODE >= 2) want = (want * d + ((ROUND_ZERO != 0) ? 64'sd0 : (64'sd1 << (DECAY_BITS - 1)))) >>> DECAY_BITS;
        if (x < 0) want = -want;
        if (OVERLAY != 0 && keep) want = x;
      end
      step;
    end
    finish;
  end
endmodule

`default_nettype wire

// snnc_leak: the leak of a membrane or current, in two registers.
//
// Implements docs/numerics.md, section 3. The leak is o_term + o_carry: the
// product rounded down, and the carry of the rounding that the rule asks for, so
// that no adder is spent on it here.
//
//   cycle      c + 1     c + 2
//   i_valid  __/~~~~~~~\______
//   i_value    v
//   o_term               of v, held until the next i_valid
`default_nettype none

module snnc_leak #(
  parameter BITS       = 16,                        // of the value
  parameter DECAY_BITS = 12,
  parameter MODE       = 1,                         // 0 no memory, 1 no leak, 2 DECAY, 3 i_decay
  parameter DECAY      = 0,                         // 0 to 2^DECAY_BITS - 1
  parameter ROUND_ZERO = 0,                         // 1: toward zero, else to nearest
  parameter OVERLAY    = 0                          // 1: i_keep chooses between i_decay and no leak
) (
  input  wire                   i_clk,
  input  wire                   i_valid,
  input  wire signed [BITS-1:0] i_value,
  input  wire [DECAY_BITS-1:0]  i_decay,
  input  wire                   i_keep,             // overlay: no leak
  output wire signed [BITS:0]   o_term,
  output wire                   o_carry
);

  generate
    if (DECAY_BITS < 4 || DECAY_BITS > 16 || DECAY < 0 || (DECAY >> DECAY_BITS) != 0) begin : g_check_decay
      snnc_illegal_parameter DECAY_must_fit_DECAY_BITS_of_4_to_16 ();
    end

    if (MODE >= 2) begin : g_leak
      // p = v * d, of which the magnitude is rounded: to the nearest, half away
      // from zero, or toward zero. floor(p / 2^DB) is one too little
      //
      //   v >= 0, to nearest:   where the bits below are 2^(DB-1) or more
      //   v < 0,  to nearest:   where they are more than 2^(DB-1)
      //   v >= 0, toward zero:  never
      //   v < 0,  toward zero:  where they are not 0
      wire [DECAY_BITS-1:0]             d = (MODE == 3) ? i_decay : DECAY[DECAY_BITS-1:0];
      wire signed [DECAY_BITS:0]        factor = {1'b0, d};
      wire signed [BITS+DECAY_BITS-1:0] p = i_value * factor; // |v| <= 2^(BITS-1), d < 2^DB: fits
      wire                              rest = p[DECAY_BITS-2:0] != {(DECAY_BITS-1){1'b0}};
      wire                              keep = (OVERLAY != 0) && i_keep;
      reg  signed [BITS-1:0]            floor_q;
      reg                               carry_q;
      always @(posedge i_clk) begin
        if (i_valid) begin
          floor_q <= keep ? i_value : p[DECAY_BITS +: BITS];
          carry_q <= keep ? 1'b0 :
                     (ROUND_ZERO != 0) ? i_value[BITS-1] && (rest || p[DECAY_BITS-1])
                                       : p[DECAY_BITS-1] && (rest || !i_value[BITS-1]);
        end
      end
      assign o_term  = {floor_q[BITS-1], floor_q};
      assign o_carry = carry_q;
      wire unused = &{1'b0, i_decay, i_keep};
    end else if (MODE == 1) begin : g_keep
      reg signed [BITS-1:0] value_q;
      always @(posedge i_clk) begin
        if (i_valid) value_q <= i_value;
      end
      assign o_term  = {value_q[BITS-1], value_q};
      assign o_carry = 1'b0;
      wire unused = &{1'b0, i_decay, i_keep};
    end else begin : g_forget
      assign o_term  = {(BITS+1){1'b0}};
      assign o_carry = 1'b0;
      wire unused = &{1'b0, i_clk, i_valid, i_value, i_decay, i_keep};
    end
  endgenerate

endmodule

`default_nettype wire

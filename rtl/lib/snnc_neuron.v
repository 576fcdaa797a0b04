// snnc_neuron: leak, sum, saturation, threshold and reset of one neuron.
//
// Implements docs/numerics.md, sections 3 and 4, and the first two stages of
// the update pipeline of docs/machine.md, section 3.
//
//   cycle        c + 1                     c + 2                   c + 3
//   i_valid_1  __/~~~~~~~~~~~~~~~~~~~~~~~\________________________
//   in           state, parameters, acc
//   register                               leak product, addends
//   i_valid_2  ____________________________/~~~~~~~~~~~~~~~~~~~~\_
//   register                                                       o_state, o_spike
//
// Every value is an integer. The membrane v has FRAC fraction bits below the
// weight unit, so the accumulator enters as acc * 2^FRAC.
`default_nettype none

module snnc_neuron #(
  parameter ACC_BITS    = 16,                       // 2 to 32
  parameter STATE_BITS  = 16,                       // 2 to 32
  parameter FRAC        = 8,                        // 0 to 15
  parameter DECAY_BITS  = 12,                       // 4 to 16
  parameter DECAY_MODE  = 1,                        // 0 no memory, 1 no leak, 2 DECAY, 3 i_decay
  parameter DECAY       = 0,                        // 0 to 2^DECAY_BITS - 1
  parameter ROUND_ZERO  = 0,                        // 1: leak toward zero, else to nearest
  parameter RESET_MODE  = 2,                        // 0 none, 1 to a value, 2 subtract, 3 subtract a step later
  parameter RESET_EACH  = 0,                        // 1: reset value from i_reset, else RESET
  parameter RESET       = 0,
  parameter AT_LEAST    = 0,                        // 1: spike where v >= threshold, else v > threshold
  parameter GRADED      = 0                         // 1: never spikes
) (
  input  wire                         i_clk,
  // c + 1
  input  wire                         i_valid_1,
  input  wire                         i_first,      // step 0: the membrane is 0
  input  wire signed [STATE_BITS-1:0] i_state,
  input  wire signed [ACC_BITS-1:0]   i_acc,
  input  wire signed [STATE_BITS-1:0] i_threshold,
  input  wire signed [STATE_BITS-1:0] i_bias,
  input  wire [DECAY_BITS-1:0]        i_decay,
  input  wire signed [STATE_BITS-1:0] i_reset,
  // c + 2
  input  wire                         i_valid_2,
  // c + 3
  output reg  signed [STATE_BITS-1:0] o_state,
  output reg                          o_spike
);

  localparam SB    = STATE_BITS;
  localparam DRIVE = ACC_BITS + FRAC;               // acc * 2^FRAC
  localparam WIDE  = (SB > DRIVE) ? SB : DRIVE;
  localparam SUM   = WIDE + 3;                      // leak + drive + bias - threshold: exact

  generate
    if (ACC_BITS < 2 || ACC_BITS > 32 || STATE_BITS < 2 || STATE_BITS > 32) begin : g_check_width
      snnc_illegal_parameter ACC_BITS_and_STATE_BITS_must_be_2_to_32 ();
    end
    if (FRAC < 0 || FRAC > 15) begin : g_check_frac
      snnc_illegal_parameter FRAC_must_be_0_to_15 ();
    end
    if (DECAY_BITS < 4 || DECAY_BITS > 16 || DECAY < 0 || (DECAY >> DECAY_BITS) != 0) begin : g_check_decay
      snnc_illegal_parameter DECAY_must_fit_DECAY_BITS_of_4_to_16 ();
    end
    if (DECAY_MODE < 0 || DECAY_MODE > 3 || RESET_MODE < 0 || RESET_MODE > 3) begin : g_check_mode
      snnc_illegal_parameter DECAY_MODE_and_RESET_MODE_must_be_0_to_3 ();
    end
  endgenerate

  // ---- c + 1 ---------------------------------------------------------------

  wire signed [SB-1:0] v = i_first ? {SB{1'b0}} : i_state;

  // Does the stored membrane fire? Its threshold then comes off now.
  wire signed [SUM-1:0] due;
  generate
    if (RESET_MODE == 3 && GRADED == 0) begin : g_delayed
      wire fired = !i_first && ((AT_LEAST != 0) ? (i_state >= i_threshold) : (i_state > i_threshold));
      assign due = fired ? {{(SUM-SB){i_threshold[SB-1]}}, i_threshold} : {SUM{1'b0}};
    end else begin : g_none
      assign due = {SUM{1'b0}};
    end
  endgenerate

  wire signed [SUM-1:0] drive;                      // acc * 2^FRAC
  generate
    if (FRAC > 0) begin : g_frac_bits
      assign drive = {{(SUM-DRIVE){i_acc[ACC_BITS-1]}}, i_acc, {FRAC{1'b0}}};
    end else begin : g_no_frac
      assign drive = {{(SUM-DRIVE){i_acc[ACC_BITS-1]}}, i_acc};
    end
  endgenerate
  wire signed [SUM-1:0] bias = {{(SUM-SB){i_bias[SB-1]}}, i_bias};

  reg signed [SUM-1:0] addend_q;
  reg signed [SB-1:0]  threshold_q;
  always @(posedge i_clk) begin
    if (i_valid_1) begin
      addend_q    <= drive + bias - due;
      threshold_q <= i_threshold;
    end
  end

  // ---- c + 2: sum ----------------------------------------------------------

  wire signed [SUM-1:0] sum;
  generate
    if (DECAY_MODE >= 2) begin : g_leak
      // m = |v| * d; |v| <= 2^(SB-1) fits SB unsigned bits. Of m only
      // m >> DB and, to round to nearest, the bit below it are used:
      // (m + 2^(DB-1)) >> DB  =  (m >> DB) + m[DB-1].
      wire [SB-1:0]            magnitude = v[SB-1] ? -v : v;
      wire [DECAY_BITS-1:0]    d = (DECAY_MODE == 3) ? i_decay : DECAY[DECAY_BITS-1:0];
      wire [SB+DECAY_BITS-1:0] m = {{DECAY_BITS{1'b0}}, magnitude} * {{SB{1'b0}}, d};
      reg  [SB-1:0]            floor_q;             // m >> DB
      reg                      half_q;              // rounds up
      reg                      negative_q;
      always @(posedge i_clk) begin
        if (i_valid_1) begin
          floor_q    <= m[DECAY_BITS +: SB];
          half_q     <= (ROUND_ZERO == 0) && m[DECAY_BITS-1];
          negative_q <= v[SB-1];
        end
      end
      wire unused = &{1'b0, m[DECAY_BITS-1:0]};

      // addend + (floor + half), or addend - (floor + half) =
      // addend + ~floor + !half: one adder with a carry, which enters
      // as the sum of the two lowest bits.
      wire         carry  = half_q ^ negative_q;
      wire [SUM:0] leak_x = {{(SUM-SB){1'b0}}, floor_q, 1'b0} ^ {(SUM+1){negative_q}};
      wire [SUM:0] total  = {addend_q, 1'b1} + {leak_x[SUM:1], carry};
      assign sum = total[SUM:1];
      wire unused_sum = &{1'b0, total[0], leak_x[0]};
    end else if (DECAY_MODE == 1) begin : g_keep
      reg signed [SB-1:0] v_q;
      always @(posedge i_clk) begin
        if (i_valid_1) v_q <= v;
      end
      assign sum = addend_q + {{(SUM-SB){v_q[SB-1]}}, v_q};
    end else begin : g_forget
      assign sum = addend_q;
    end
  endgenerate

  // ---- c + 2: saturation, threshold, reset ---------------------------------

  wire                  fits = (&sum[SUM-1:SB-1]) || !(|sum[SUM-1:SB-1]);
  wire signed [SB-1:0]  v_new = fits ? sum[SB-1:0] : {sum[SUM-1], {(SB-1){!sum[SUM-1]}}};
  wire                  spike = (GRADED == 0)
                              && ((AT_LEAST != 0) ? (v_new >= threshold_q) : (v_new > threshold_q));

  wire signed [SB-1:0] v_reset;
  generate
    if (RESET_MODE == 1 && RESET_EACH != 0) begin : g_reset_each
      reg signed [SB-1:0] reset_q;
      always @(posedge i_clk) begin
        if (i_valid_1) reset_q <= i_reset;
      end
      assign v_reset = reset_q;
    end else if (RESET_MODE == 1) begin : g_reset_value
      assign v_reset = RESET[SB-1:0];
    end else if (RESET_MODE == 2) begin : g_reset_subtract
      assign v_reset = v_new - threshold_q;
    end else begin : g_reset_none
      assign v_reset = v_new;
    end
  endgenerate

  always @(posedge i_clk) begin
    if (i_valid_2) begin
      o_state <= spike ? v_reset : v_new;
      o_spike <= spike;
    end
  end

  // Which of these are used depends on the modes.
  wire unused_in = &{1'b0, v, i_decay, i_reset, i_threshold, threshold_q};

endmodule

`default_nettype wire

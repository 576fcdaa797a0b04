// snnc_neuron: leak, sum, saturation, threshold and reset of one neuron.
//
// Implements docs/numerics.md, sections 3 and 4, and the stages of the update
// pipeline of docs/machine.md, section 3. Without a current:
//
//   cycle        c + 1                     c + 2                   c + 3
//   i_valid_1  __/~~~~~~~~~~~~~~~~~~~~~~~\________________________
//   in           state, parameters, acc
//   register                               leak, addends
//   i_valid_v  ____________________________/~~~~~~~~~~~~~~~~~~~~\_
//   register                                                       outputs
//
// With one, the current's sum is a stage of its own: i_valid_2 in c + 2,
// i_valid_v in c + 3, outputs in c + 4. Every value is an integer. Membrane and
// current have FRAC fraction bits below the weight unit, so the accumulator
// enters as acc * 2^FRAC. In an overlay i_cfg chooses leak, comparison and reset.
`default_nettype none
`include "snnc_regs.vh"

module snnc_neuron #(
  parameter ACC_BITS    = 16,                       // 2 to 32
  parameter STATE_BITS  = 16,                       // 2 to 32
  parameter FRAC        = 8,                        // 0 to 15
  parameter DECAY_BITS  = 12,                       // 4 to 16
  parameter DECAY_MODE  = 1,                        // 0 no memory, 1 no leak, 2 DECAY, 3 i_decay
  parameter DECAY       = 0,                        // 0 to 2^DECAY_BITS - 1
  parameter ROUND_ZERO  = 0,                        // 1: leak toward zero, else to nearest
  parameter CURRENT     = 0,                        // 1: the synapses drive a current
  parameter SYN_MODE    = 1,                        // of the current, as DECAY_MODE
  parameter SYN_DECAY   = 0,
  parameter WAIT_BITS   = 0,                        // of the refractory count, 0: none
  parameter REFRACTORY  = 0,
  parameter RESET_MODE  = 2,                        // 0 none, 1 to a value, 2 subtract, 3 subtract a step later
  parameter RESET_EACH  = 0,                        // 1: reset value from i_reset, else RESET
  parameter RESET       = 0,
  parameter AT_LEAST    = 0,                        // 1: spike where v >= threshold, else v > threshold
  parameter GRADED      = 0,                        // 1: never spikes
  parameter OVERLAY     = 0,                        // 1: modes from i_cfg; DECAY_MODE and SYN_MODE are 3
  // derived
  parameter WAIT        = (WAIT_BITS > 0) ? WAIT_BITS : 1
) (
  input  wire                         i_clk,
  input  wire [32*`SNNC_CONFIGS-1:0]  i_cfg,        // overlay
  // c + 1
  input  wire                         i_valid_1,
  input  wire                         i_first,      // step 0: the state is 0
  input  wire signed [STATE_BITS-1:0] i_state,
  input  wire signed [STATE_BITS-1:0] i_current,
  input  wire [WAIT-1:0]              i_wait,
  input  wire signed [ACC_BITS-1:0]   i_acc,
  input  wire signed [STATE_BITS-1:0] i_threshold,
  input  wire signed [STATE_BITS-1:0] i_bias,
  input  wire signed [STATE_BITS-1:0] i_vbias,
  input  wire [DECAY_BITS-1:0]        i_decay,
  input  wire [DECAY_BITS-1:0]        i_syn_decay,
  input  wire signed [STATE_BITS-1:0] i_reset,
  // c + 2 (with a current) and the stage after
  input  wire                         i_valid_2,
  input  wire                         i_valid_v,
  output reg  signed [STATE_BITS-1:0] o_state,
  output wire signed [STATE_BITS-1:0] o_current,
  output wire [WAIT-1:0]              o_wait,
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
    if (DECAY_MODE < 0 || DECAY_MODE > 3 || SYN_MODE < 0 || SYN_MODE > 3 || RESET_MODE < 0 || RESET_MODE > 3) begin : g_check_mode
      snnc_illegal_parameter DECAY_MODE_SYN_MODE_and_RESET_MODE_must_be_0_to_3 ();
    end
    if (REFRACTORY != 0 && RESET_MODE == 3) begin : g_check_wait
      snnc_illegal_parameter a_delayed_reset_has_no_refractory_time ();
    end
  endgenerate

  // ---- c + 1 ---------------------------------------------------------------

  wire signed [SB-1:0] v = i_first ? {SB{1'b0}} : i_state;

  wire       at_least   = (OVERLAY != 0) ? i_cfg[`SNNC_CFG_AT_LEAST] : AT_LEAST != 0;
  wire [1:0] reset_mode = (OVERLAY != 0) ? i_cfg[`SNNC_CFG_RESET_MODE +: 2] : RESET_MODE[1:0];
  wire       unused_cfg = &{1'b0, i_cfg, reset_mode};

  // Does the stored membrane fire? Its threshold then comes off now.
  wire signed [SUM-1:0] due;
  generate
    if ((RESET_MODE == 3 || OVERLAY != 0) && GRADED == 0) begin : g_delayed
      wire fired = !i_first && (reset_mode == 2'd3) && (at_least ? (i_state >= i_threshold) : (i_state > i_threshold));
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

  wire signed [SB:0] leak;
  wire               leak_carry;

  snnc_leak #(
    .BITS       (SB),
    .DECAY_BITS (DECAY_BITS),
    .MODE       (DECAY_MODE),
    .DECAY      (DECAY),
    .ROUND_ZERO (ROUND_ZERO),
    .OVERLAY    (OVERLAY)
  ) u_leak (
    .i_clk   (i_clk),
    .i_keep  (i_cfg[`SNNC_CFG_KEEP]),
    .i_valid (i_valid_1),
    .i_value (v),
    .i_decay (i_decay),
    .o_term  (leak),
    .o_carry (leak_carry)
  );

  // ---- the membrane's addends, where its sum is made ------------------------

  wire signed [SUM-1:0] addend;
  wire signed [SB:0]    term;
  wire                  carry;
  wire signed [SB-1:0]  threshold;
  wire signed [SB-1:0]  reset;
  wire signed [SB-1:0]  stay;                       // the membrane, if it waits
  wire [WAIT-1:0]       wait_now;

  reg signed [SUM-1:0] addend_q;
  reg signed [SB-1:0]  threshold_q;
  reg signed [SB-1:0]  reset_q;
  reg signed [SB-1:0]  v_q;
  reg [WAIT-1:0]       wait_q;
  always @(posedge i_clk) begin
    if (i_valid_1) begin
      addend_q    <= drive + bias - ((CURRENT != 0) ? {SUM{1'b0}} : due);
      threshold_q <= i_threshold;
      reset_q     <= i_reset;
      v_q         <= v;
      wait_q      <= i_first ? {WAIT{1'b0}} : i_wait;
    end
  end

  generate
    if (CURRENT != 0) begin : g_current
      wire signed [SB:0]   syn;
      wire                 syn_carry;
      reg signed [SUM-1:0] extra_q;                 // membrane bias - due
      reg signed [SUM-1:0] extra_2_q;
      reg signed [SB:0]    term_q;
      reg                  carry_q;
      reg signed [SB-1:0]  threshold_2_q;
      reg signed [SB-1:0]  reset_2_q;
      reg signed [SB-1:0]  v_2_q;
      reg [WAIT-1:0]       wait_2_q;
      reg signed [SB-1:0]  current_q;
      reg signed [SB-1:0]  current_2_q;

      snnc_leak #(
        .BITS       (SB),
        .DECAY_BITS (DECAY_BITS),
        .MODE       (SYN_MODE),
        .DECAY      (SYN_DECAY),
        .ROUND_ZERO (ROUND_ZERO),
        .OVERLAY    (OVERLAY)
      ) u_leak (
        .i_clk   (i_clk),
        .i_keep  (i_cfg[`SNNC_CFG_KEEP_CURRENT]),
        .i_valid (i_valid_1),
        .i_value (i_first ? {SB{1'b0}} : i_current),
        .i_decay (i_syn_decay),
        .o_term  (syn),
        .o_carry (syn_carry)
      );

      wire signed [SUM-1:0] sum  = addend_q + {{(SUM-SB-1){syn[SB]}}, syn} + {{(SUM-1){1'b0}}, syn_carry};
      wire                  fits = (&sum[SUM-1:SB-1]) || !(|sum[SUM-1:SB-1]);

      always @(posedge i_clk) begin
        if (i_valid_1) extra_q <= {{(SUM-SB){i_vbias[SB-1]}}, i_vbias} - due;
        if (i_valid_2) begin
          current_q     <= fits ? sum[SB-1:0] : {sum[SUM-1], {(SB-1){!sum[SUM-1]}}};
          extra_2_q     <= extra_q;
          term_q        <= leak;
          carry_q       <= leak_carry;
          threshold_2_q <= threshold_q;
          reset_2_q     <= reset_q;
          v_2_q         <= v_q;
          wait_2_q      <= wait_q;
        end
        if (i_valid_v) current_2_q <= current_q;
      end

      assign addend    = extra_2_q + {{(SUM-SB){current_q[SB-1]}}, current_q};
      assign term      = term_q;
      assign carry     = carry_q;
      assign threshold = threshold_2_q;
      assign reset     = reset_2_q;
      assign stay      = v_2_q;
      assign wait_now  = wait_2_q;
      assign o_current = current_2_q;
    end else begin : g_no_current
      assign addend    = addend_q;
      assign term      = leak;
      assign carry     = leak_carry;
      assign threshold = threshold_q;
      assign reset     = reset_q;
      assign stay      = v_q;
      assign wait_now  = wait_q;
      assign o_current = {SB{1'b0}};
      wire unused = &{1'b0, i_valid_2, i_current, i_vbias, i_syn_decay};
    end
  endgenerate

  // ---- sum, saturation, threshold, reset ------------------------------------

  // One adder with a carry, which enters as the sum of the two lowest bits.
  wire [SUM:0]           total = {addend, 1'b1} + {{(SUM-SB-1){term[SB]}}, term, carry};
  wire signed [SUM-1:0]  sum   = total[SUM:1];
  wire                   fits  = (&sum[SUM-1:SB-1]) || !(|sum[SUM-1:SB-1]);
  wire signed [SB-1:0]   v_new = fits ? sum[SB-1:0] : {sum[SUM-1], {(SB-1){!sum[SUM-1]}}};
  wire                   waits = (WAIT_BITS != 0) && (wait_now != {WAIT{1'b0}});
  wire                   spike = (GRADED == 0) && !waits
                               && (at_least ? (v_new >= threshold) : (v_new > threshold));

  wire signed [SB-1:0] v_reset;
  generate
    if (OVERLAY != 0) begin : g_reset_any
      assign v_reset = (reset_mode == 2'd1) ? i_cfg[32*`SNNC_CFG_RESET +: SB]
                     : (reset_mode == 2'd2) ? v_new - threshold
                     :                        v_new;
    end else if (RESET_MODE == 1 && RESET_EACH != 0) begin : g_reset_each
      assign v_reset = reset;
    end else if (RESET_MODE == 1) begin : g_reset_value
      assign v_reset = RESET[SB-1:0];
    end else if (RESET_MODE == 2) begin : g_reset_subtract
      assign v_reset = v_new - threshold;
    end else begin : g_reset_none
      assign v_reset = v_new;
    end

    if (WAIT_BITS != 0) begin : g_wait
      reg [WAIT-1:0] count_q;
      always @(posedge i_clk) begin
        if (i_valid_v) count_q <= waits ? wait_now - 1'b1 : spike ? REFRACTORY[WAIT-1:0] : {WAIT{1'b0}};
      end
      assign o_wait = count_q;
    end else begin : g_no_wait
      assign o_wait = {WAIT{1'b0}};
    end
  endgenerate

  always @(posedge i_clk) begin
    if (i_valid_v) begin
      o_state <= waits ? stay : spike ? v_reset : v_new;
      o_spike <= spike;
    end
  end

  // Which of these are used depends on the modes.
  wire unused_in = &{1'b0, v, i_threshold, threshold, reset, stay, total[0], reset_q, v_q, wait_q, i_wait};

endmodule

`default_nettype wire

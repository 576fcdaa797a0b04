// snnc_update: updates U neurons a cycle and assembles their spike words.
//
// Implements the update pipeline of docs/machine.md, section 3:
//
//   cycle     c           c + 1              c + 2       c + 3
//   i_update  /~~\
//             address     params, state,     registers   state written, bits
//                         lanes selected                 joined, o_push
//
// With a current, c + 2 makes its sum and the rest is a cycle later.
//
// A word is pushed when its last neuron or the core's last padded neuron has
// been updated, unless it is zero. A graded core pushes every neuron n < N as
// one word of its own. Words are counted, not addressed: both the state row and
// the word index follow from how many updates this tick has seen.
`default_nettype none
`include "snnc_regs.vh"

module snnc_update #(
  parameter WORD        = 16,                       // W
  parameter NEURONS     = 16,                       // N: graded neurons that are pushed
  parameter GROUPS      = 1,                        // G
  parameter LANES       = 16,                       // P
  parameter UPDATE      = 1,                        // U, a power of two, at most P and W
  parameter ACC_BITS    = 16,
  parameter STATE_BITS  = 16,
  parameter FRAC        = 8,
  parameter DECAY_BITS  = 12,
  parameter DECAY_MODE  = 1,
  parameter DECAY       = 0,
  parameter ROUND_ZERO  = 0,
  parameter CURRENT     = 0,
  parameter SYN_MODE    = 1,
  parameter SYN_DECAY   = 0,
  parameter REFRACTORY  = 0,
  parameter RESET_MODE  = 2,
  parameter RESET_EACH  = 0,
  parameter RESET       = 0,
  parameter AT_LEAST    = 0,
  parameter GRADED      = 0,
  parameter OVERLAY     = 0,                        // 1: i_cfg has the modes and the last row
  // derived
  parameter ROWS        = GROUPS * LANES / UPDATE,
  parameter ADDR        = (ROWS > 1) ? $clog2(ROWS) : 1,
  parameter WORDS       = (GRADED != 0) ? GROUPS * LANES : (GROUPS * LANES + WORD - 1) / WORD,
  parameter INDEX       = (WORDS > 1) ? $clog2(WORDS) : 1,
  parameter WAIT_BITS   = (REFRACTORY > 0) ? $clog2(REFRACTORY + 1) : 0,
  parameter PARAM_BITS  = (2 + ((CURRENT != 0) ? 1 : 0)) * STATE_BITS + ((DECAY_MODE == 3) ? DECAY_BITS : 0)
                        + ((CURRENT != 0 && SYN_MODE == 3) ? DECAY_BITS : 0) + ((RESET_EACH != 0) ? STATE_BITS : 0),
  parameter MEMORY_BITS = (1 + ((CURRENT != 0) ? 1 : 0)) * STATE_BITS + WAIT_BITS
) (
  input  wire                         i_clk,
  input  wire                         i_rst,
  input  wire [32*`SNNC_CONFIGS-1:0]  i_cfg,        // overlay
  input  wire                         i_start,      // a tick of the core starts
  input  wire                         i_first,      // step 0
  // c
  input  wire                         i_update,
  input  wire [ADDR-1:0]              i_update_addr,
  // c + 1
  input  wire [LANES*ACC_BITS-1:0]    i_acc,
  input  wire [UPDATE*PARAM_BITS-1:0] i_params,
  input  wire [UPDATE*MEMORY_BITS-1:0] i_state,
  // c + 3, or c + 4 with a current
  output wire                         o_state_we,
  output wire [ADDR-1:0]              o_state_addr,
  output wire [UPDATE*MEMORY_BITS-1:0] o_state,
  output wire [UPDATE-1:0]            o_spikes,     // of the neurons of the state word
  output wire                         o_push,
  output wire [INDEX-1:0]             o_push_index,
  output wire [WORD-1:0]              o_push_bits,
  output wire                         o_busy
);

  localparam TURNS    = LANES / UPDATE;
  localparam TURN     = (TURNS > 1) ? $clog2(TURNS) : 1;
  localparam LAST_ROW = ROWS - 1;
  localparam SLICE    = UPDATE * ACC_BITS;

  generate
    if (UPDATE < 1 || (UPDATE & (UPDATE - 1)) != 0 || UPDATE > LANES || UPDATE > WORD) begin : g_check_update
      snnc_illegal_parameter UPDATE_must_be_a_power_of_two_up_to_LANES_and_WORD ();
    end
    if ((LANES & (LANES - 1)) != 0) begin : g_check_lanes
      snnc_illegal_parameter LANES_must_be_a_power_of_two ();
    end
    if (GRADED != 0 && (UPDATE != 1 || STATE_BITS > WORD)) begin : g_check_graded
      snnc_illegal_parameter GRADED_needs_UPDATE_1_and_STATE_BITS_up_to_WORD ();
    end
  endgenerate

  reg            valid_1_q;
  reg            valid_2_q;
  reg            valid_3_q;
  wire           valid_v;                           // the membrane's sum is made
  reg            valid_out_q;
  reg [ADDR-1:0] row_q;                             // updates that left the pipeline in this tick

  assign valid_v = (CURRENT != 0) ? valid_3_q : valid_2_q;

  always @(posedge i_clk) begin
    if (i_rst) begin
      valid_1_q   <= 1'b0;
      valid_2_q   <= 1'b0;
      valid_3_q   <= 1'b0;
      valid_out_q <= 1'b0;
    end else begin
      valid_1_q   <= i_update;
      valid_2_q   <= valid_1_q;
      valid_3_q   <= (CURRENT != 0) && valid_2_q;
      valid_out_q <= valid_v;
    end
    if (i_start)          row_q <= {ADDR{1'b0}};
    else if (valid_out_q) row_q <= row_q + 1'b1;
  end

  assign o_busy       = valid_1_q || valid_2_q || valid_3_q || valid_out_q;
  assign o_state_we   = valid_out_q;
  assign o_state_addr = row_q;

  wire [UPDATE-1:0] spikes;
  assign o_spikes = spikes;

  wire unused_addr = &{1'b0, i_update_addr};        // its low bits count the turns, if there are any

  // Lanes of the word: U accumulators.
  wire [SLICE-1:0] acc;
  generate
    if (TURNS > 1) begin : g_turn
      localparam STRIDE = 1 << $clog2(SLICE);       // a power of two: no multiplier in the index
      reg  [TURN-1:0]         turn_q;
      wire [TURNS*STRIDE-1:0] spread;
      genvar t;
      for (t = 0; t < TURNS; t = t + 1) begin : g_slice
        assign spread[STRIDE*t +: SLICE] = i_acc[SLICE*t +: SLICE];
        if (STRIDE > SLICE) begin : g_pad
          assign spread[STRIDE*t + SLICE +: STRIDE - SLICE] = {(STRIDE-SLICE){1'b0}};
        end
      end
      always @(posedge i_clk) turn_q <= i_update_addr[TURN-1:0];
      assign acc = spread[STRIDE*turn_q +: SLICE];
    end else begin : g_all
      assign acc = i_acc;
    end
  endgenerate

  genvar u;
  generate
    for (u = 0; u < UPDATE; u = u + 1) begin : g_neuron
      localparam SB = STATE_BITS;
      localparam AT_DECAY = (2 + ((CURRENT != 0) ? 1 : 0)) * SB;
      localparam AT_SYN   = AT_DECAY + ((DECAY_MODE == 3) ? DECAY_BITS : 0);
      localparam WAIT     = (WAIT_BITS > 0) ? WAIT_BITS : 1;
      wire [PARAM_BITS-1:0]  param  = i_params[PARAM_BITS*u +: PARAM_BITS];
      wire [MEMORY_BITS-1:0] memory = i_state[MEMORY_BITS*u +: MEMORY_BITS];
      wire [DECAY_BITS-1:0]  decay;
      wire [DECAY_BITS-1:0]  syn_decay;
      wire [SB-1:0]          reset;
      wire [SB-1:0]          vbias;
      wire [SB-1:0]          current;
      wire [WAIT-1:0]        waiting;
      wire [SB-1:0]          new_current;
      wire [WAIT-1:0]        new_wait;

      if (DECAY_MODE == 3) begin : g_decay
        assign decay = param[AT_DECAY +: DECAY_BITS];
      end else begin : g_no_decay
        assign decay = {DECAY_BITS{1'b0}};
      end
      if (CURRENT != 0 && SYN_MODE == 3) begin : g_syn_decay
        assign syn_decay = param[AT_SYN +: DECAY_BITS];
      end else begin : g_no_syn_decay
        assign syn_decay = {DECAY_BITS{1'b0}};
      end
      if (RESET_EACH != 0) begin : g_reset
        assign reset = param[PARAM_BITS-1 -: SB];
      end else begin : g_no_reset
        assign reset = {SB{1'b0}};
      end
      if (CURRENT != 0) begin : g_current
        assign vbias   = param[2*SB +: SB];
        assign current = memory[SB +: SB];
        assign o_state[MEMORY_BITS*u + SB +: SB] = new_current;
      end else begin : g_no_current
        assign vbias   = {SB{1'b0}};
        assign current = {SB{1'b0}};
        wire unused = &{1'b0, new_current};
      end
      if (WAIT_BITS != 0) begin : g_wait
        assign waiting = memory[MEMORY_BITS-1 -: WAIT];
        assign o_state[MEMORY_BITS*u + MEMORY_BITS - WAIT +: WAIT] = new_wait;
      end else begin : g_no_wait
        assign waiting = {WAIT{1'b0}};
        wire unused = &{1'b0, new_wait};
      end

      snnc_neuron #(
        .ACC_BITS   (ACC_BITS),
        .STATE_BITS (STATE_BITS),
        .FRAC       (FRAC),
        .DECAY_BITS (DECAY_BITS),
        .DECAY_MODE (DECAY_MODE),
        .DECAY      (DECAY),
        .ROUND_ZERO (ROUND_ZERO),
        .CURRENT    (CURRENT),
        .SYN_MODE   (SYN_MODE),
        .SYN_DECAY  (SYN_DECAY),
        .WAIT_BITS  (WAIT_BITS),
        .REFRACTORY (REFRACTORY),
        .RESET_MODE (RESET_MODE),
        .RESET_EACH (RESET_EACH),
        .RESET      (RESET),
        .AT_LEAST   (AT_LEAST),
        .GRADED     (GRADED),
        .OVERLAY    (OVERLAY)
      ) u_neuron (
        .i_clk       (i_clk),
        .i_cfg       (i_cfg),
        .i_valid_1   (valid_1_q),
        .i_first     (i_first),
        .i_state     (memory[0 +: SB]),
        .i_current   (current),
        .i_wait      (waiting),
        .i_acc       (acc[ACC_BITS*u +: ACC_BITS]),
        .i_threshold (param[0 +: SB]),
        .i_bias      (param[SB +: SB]),
        .i_vbias     (vbias),
        .i_decay     (decay),
        .i_syn_decay (syn_decay),
        .i_reset     (reset),
        .i_valid_2   (valid_2_q),
        .i_valid_v   (valid_v),
        .o_state     (o_state[MEMORY_BITS*u +: SB]),
        .o_current   (new_current),
        .o_wait      (new_wait),
        .o_spike     (spikes[u])
      );
    end
  endgenerate

  generate
    if (GRADED != 0) begin : g_graded
      localparam [ADDR:0] LIMIT = NEURONS[ADDR:0];
      assign o_push       = valid_out_q && ({1'b0, row_q} < LIMIT);
      assign o_push_index = row_q;
      if (WORD > STATE_BITS) begin : g_extend
        assign o_push_bits = {{(WORD-STATE_BITS){o_state[STATE_BITS-1]}}, o_state[STATE_BITS-1:0]};
      end else begin : g_exact
        assign o_push_bits = o_state[STATE_BITS-1:0];
      end
    end else begin : g_spikes
      localparam SLOTS = WORD / UPDATE;             // update words in a spike word
      wire [ADDR-1:0] row_end = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_UPDATE +: ADDR] : LAST_ROW[ADDR-1:0];
      wire last_row = row_q == row_end;
      if (SLOTS == 1) begin : g_whole
        assign o_push       = valid_out_q && (spikes != {WORD{1'b0}});
        assign o_push_index = row_q;
        assign o_push_bits  = spikes;
        wire unused = &{1'b0, last_row};
      end else begin : g_assemble
        localparam SLOT = $clog2(SLOTS);
        localparam REST = ROWS % SLOTS;             // update words in a last, shorter spike word
        localparam KEPT = WORD - UPDATE;
        wire [SLOT-1:0] slot;
        reg  [KEPT-1:0] parts_q;                    // the updates before this one, the latest on top
        reg             any_q;                      // one of the word's bits is set already
        wire [WORD-1:0] whole    = {spikes, parts_q};
        wire [WORD-1:0] shorter;                    // whole, its first update at bit 0
        wire            any      = any_q || (spikes != {UPDATE{1'b0}});
        wire            complete = last_row || (&slot);

        if (ADDR >= SLOT) begin : g_slot
          assign slot = row_q[SLOT-1:0];
        end else begin : g_slot
          assign slot = {{(SLOT-ADDR){1'b0}}, row_q};
        end
        if (OVERLAY != 0) begin : g_any_rest
          assign shorter = whole >> (UPDATE * {{(32-SLOT){1'b0}}, ~slot});
        end else begin : g_rest
          assign shorter = whole >> (UPDATE * ((SLOTS - REST) % SLOTS));
        end
        if (ADDR > SLOT) begin : g_index
          assign o_push_index = row_q[SLOT +: INDEX];
        end else begin : g_index
          assign o_push_index = {INDEX{1'b0}};
        end

        always @(posedge i_clk) begin
          if (valid_out_q) parts_q <= whole[WORD-1:UPDATE];
          if (i_start)          any_q <= 1'b0;
          else if (valid_out_q) any_q <= any && !complete;
        end

        assign o_push      = valid_out_q && complete && any;
        assign o_push_bits = ((OVERLAY != 0) ? last_row : (ROWS < SLOTS) || (REST != 0 && last_row)) ? shorter : whole;
      end
    end
  endgenerate

endmodule

`default_nettype wire

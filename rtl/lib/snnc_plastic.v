// snnc_plastic: the plasticity unit beside a core.
//
// Implements docs/machine.md, section 8, and the rule of docs/dassdp.md. While a
// sample runs it listens to the core and keeps a class for each pre and post
// neuron, the step of its first (or last) spike or STEPS where it stayed silent,
// and counts those that fired. At the host's command it makes the gate
// (snnc_plastic_gate) and sweeps the weights, a row of LANES weights and a
// sample a cycle (snnc_plastic_lane):
//
//   cycle   c         c + 1     c + 2    c + 3    c + 4    c + 5    c + 6
//           address   classes   entry    product  sum      weight   row
//           classes             gate              draw     read     written
//
// So a sweep takes GROUPS * ROWS * samples + 6 cycles. Classes of the pre
// neurons must be silent when a sample starts: the last group's sweep and the
// clear pass leave them so. Classes of post neurons are written anew at step 0.
`default_nettype none
`include "snnc_regs.vh"

module snnc_plastic #(
  parameter STEPS       = 4,                        // T, 1 to 255
  parameter NEURONS     = 10,                       // post neurons
  parameter GROUPS      = 1,
  parameter LANES       = 16,
  parameter UPDATE      = 4,
  parameter ROWS        = 16,                       // pre neurons
  parameter STORED      = 16,                       // bits of a stored weight
  parameter FRACTION    = 8,
  parameter SHIFT       = 6,
  parameter BATCH       = 1,                        // samples that an update can have
  // derived
  parameter WEIGHT_ADDR = (GROUPS * ROWS > 1) ? $clog2(GROUPS * ROWS) : 1,
  parameter UPDATE_ROWS = GROUPS * LANES / UPDATE,
  parameter UPDATE_ADDR = (UPDATE_ROWS > 1) ? $clog2(UPDATE_ROWS) : 1,
  parameter CLASS       = $clog2(STEPS + 1)
) (
  input  wire                    i_clk,
  input  wire                    i_rst,
  // the core: a sample starts; its step; rows added; neurons updated
  input  wire                    i_start,
  input  wire                    i_first,           // step 0
  input  wire [CLASS-1:0]        i_step,
  input  wire                    i_row_add,
  input  wire [WEIGHT_ADDR-1:0]  i_row,
  input  wire                    i_update,
  input  wire [UPDATE_ADDR-1:0]  i_update_row,
  input  wire [UPDATE-1:0]       i_spikes,
  // host: registers, table, seeds; data a cycle after i_read
  input  wire                    i_write,
  input  wire                    i_read,
  input  wire [22:0]             i_offset,
  input  wire [31:0]             i_data,
  output reg  [31:0]             o_data,
  // weights
  output wire                    o_weight_re,
  output wire [WEIGHT_ADDR-1:0]  o_weight_raddr,
  input  wire [LANES*STORED-1:0] i_weights,
  output wire                    o_weight_we,
  output wire [WEIGHT_ADDR-1:0]  o_weight_waddr,
  output wire [LANES*STORED-1:0] o_weights,
  output wire                    o_busy
);

  localparam BATCH_LOG  = (BATCH > 1) ? $clog2(BATCH) : 0;
  localparam SLOT       = (BATCH > 1) ? $clog2(BATCH) : 1;
  localparam INDEX      = $clog2(2 * STEPS + 1);
  localparam PRE_DEPTH  = BATCH * ROWS;
  localparam PRE        = (PRE_DEPTH > 1) ? $clog2(PRE_DEPTH) : 1;
  localparam POST_DEPTH = BATCH * GROUPS;
  localparam POST       = (POST_DEPTH > 1) ? $clog2(POST_DEPTH) : 1;
  localparam ROW        = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam GROUP      = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam TURNS      = LANES / UPDATE;
  localparam TURN       = (TURNS > 1) ? $clog2(TURNS) : 0;
  localparam PRE_COUNT  = $clog2(ROWS + 1);
  localparam POST_COUNT = $clog2(NEURONS + 1);
  localparam LAST_PRE   = PRE_DEPTH - 1;
  localparam LAST_SLOT  = BATCH - 1;
  localparam LAST_ROW   = ROWS - 1;
  localparam LAST_GROUP = GROUPS - 1;
  localparam FULL       = (GROUPS - 1) * ROWS;      // weight rows whose lanes all have neurons
  localparam TAIL       = NEURONS - (GROUPS - 1) * LANES; // neurons of the last group
  localparam [CLASS-1:0] SILENT = STEPS[CLASS-1:0];

  generate
    if (STEPS < 1 || STEPS > 255) begin : g_check_steps
      snnc_illegal_parameter STEPS_must_be_1_to_255 ();
    end
    if (BATCH < 1 || BATCH > 256) begin : g_check_batch
      snnc_illegal_parameter BATCH_must_be_1_to_256 ();
    end
    if (TAIL < 1 || TAIL > LANES) begin : g_check_neurons
      snnc_illegal_parameter NEURONS_must_end_in_the_last_group ();
    end
  endgenerate

  // ---- registers -----------------------------------------------------------

  wire in_table = i_write && (i_offset[22:10] == `SNNC_LEARN_TABLE);
  wire in_seeds = i_write && (i_offset[22:10] == `SNNC_LEARN_SEEDS);
  wire in_regs  = i_write && (i_offset[22:5] == 18'd0);
  wire [4:0] register = i_offset[4:0];

  reg        capture_q;
  reg        last_q;
  reg [1:0]  source_q;
  reg [23:0] loss_q;
  reg [14:0] written_q;
  reg [63:0] a_q;
  reg [31:0] b_q;
  reg [2:0]  shift_q;
  reg [31:0] cycles_q;

  always @(posedge i_clk) begin
    if (i_rst) begin
      capture_q <= 1'b0;
    end else if (in_regs && register == `SNNC_LEARN_CTRL) begin
      capture_q <= i_data[`SNNC_LEARN_CAPTURE];
    end
    if (in_regs) begin
      case (register)
        `SNNC_LEARN_CTRL: begin
          last_q   <= i_data[`SNNC_LEARN_LAST];
          source_q <= i_data[`SNNC_LEARN_SOURCE +: 2];
        end
        `SNNC_LEARN_LOSS:    loss_q      <= i_data[23:0];
        `SNNC_LEARN_FACTOR:  written_q   <= i_data[14:0];
        `SNNC_LEARN_GATE_A_LO: a_q[31:0] <= i_data;
        `SNNC_LEARN_GATE_A_HI: a_q[63:32] <= i_data;
        `SNNC_LEARN_GATE_B:  b_q         <= i_data;
        `SNNC_LEARN_GATE_SHIFT: shift_q  <= i_data[2:0];
        default: ;
      endcase
    end
  end

  wire command = in_regs && (register == `SNNC_LEARN_COMMAND);
  wire clear   = command && i_data[`SNNC_LEARN_CLEAR];
  wire finish  = command && i_data[`SNNC_LEARN_END] && !clear;
  wire forget  = command && i_data[`SNNC_LEARN_FORGET];

  // ---- sequence ------------------------------------------------------------

  localparam [1:0] IDLE  = 2'd0;
  localparam [1:0] GATE  = 2'd1;
  localparam [1:0] CLEAR = 2'd2;
  localparam [1:0] SWEEP = 2'd3;

  reg  [1:0]       state_q;
  reg              record_q;
  reg              sweep_q;
  reg  [SLOT-1:0]  slot_q;                          // of the sample under way
  reg  [PRE-1:0]   pre_base_q;                      // slot * ROWS
  reg  [POST-1:0]  post_base_q;                     // slot * GROUPS
  wire             gate_done;
  wire [14:0]      gate;

  // Where the sweep is: row, sample, group.
  reg  [ROW-1:0]   row_q;
  reg  [GROUP-1:0] group_q;
  reg  [SLOT-1:0]  sample_q;
  reg  [PRE-1:0]   pre_q;                           // sample * ROWS + row; the clear pass counts here too
  reg  [POST-1:0]  post_q;                          // sample * GROUPS + group
  reg  [PRE-1:0]   row_pre_q;                       // of sample 0
  reg  [POST-1:0]  group_post_q;
  wire             last_sample = sample_q == slot_q;
  wire             last_row    = row_q == LAST_ROW[ROW-1:0];
  wire             last_group  = group_q == LAST_GROUP[GROUP-1:0];
  wire             swept       = last_sample && last_row && last_group;
  wire             cleared     = pre_q == LAST_PRE[PRE-1:0];
  wire             sweeping    = state_q == SWEEP;
  wire             full        = slot_q == LAST_SLOT[SLOT-1:0];

  always @(posedge i_clk) begin
    if (i_rst) begin
      state_q     <= IDLE;
      slot_q      <= {SLOT{1'b0}};
      pre_base_q  <= {PRE{1'b0}};
      post_base_q <= {POST{1'b0}};
    end else begin
      case (state_q)
        IDLE:    if (clear) state_q <= CLEAR; else if (finish) state_q <= GATE;
        GATE:    if (gate_done) state_q <= sweep_q ? SWEEP : record_q ? CLEAR : IDLE;
        CLEAR:   if (cleared) state_q <= IDLE;
        default: if (swept) state_q <= IDLE;
      endcase
      if ((state_q == CLEAR) || (sweeping && swept)) begin
        slot_q      <= {SLOT{1'b0}};
        pre_base_q  <= {PRE{1'b0}};
        post_base_q <= {POST{1'b0}};
      end else if ((state_q == GATE) && gate_done && !sweep_q && !record_q && !full) begin
        slot_q      <= slot_q + 1'b1;
        pre_base_q  <= pre_base_q + ROWS[PRE-1:0];
        post_base_q <= post_base_q + GROUPS[POST-1:0];
      end
    end
    if ((state_q == IDLE) && command) begin
      record_q <= i_data[`SNNC_LEARN_RECORD];
      sweep_q  <= i_data[`SNNC_LEARN_SWEEP];
    end
  end

  always @(posedge i_clk) begin
    if ((state_q == IDLE) || (state_q == GATE)) begin
      row_q        <= {ROW{1'b0}};
      group_q      <= {GROUP{1'b0}};
      sample_q     <= {SLOT{1'b0}};
      pre_q        <= {PRE{1'b0}};
      post_q       <= {POST{1'b0}};
      row_pre_q    <= {PRE{1'b0}};
      group_post_q <= {POST{1'b0}};
    end else if (state_q == CLEAR) begin
      pre_q <= pre_q + 1'b1;
    end else if (!last_sample) begin
      sample_q <= sample_q + 1'b1;
      pre_q    <= pre_q + ROWS[PRE-1:0];
      post_q   <= post_q + GROUPS[POST-1:0];
    end else begin
      sample_q  <= {SLOT{1'b0}};
      row_q     <= last_row ? {ROW{1'b0}} : row_q + 1'b1;
      row_pre_q <= last_row ? {PRE{1'b0}} : row_pre_q + 1'b1;
      pre_q     <= last_row ? {PRE{1'b0}} : row_pre_q + 1'b1;
      post_q    <= last_row ? group_post_q + 1'b1 : group_post_q;
      if (last_row) begin
        group_q      <= group_q + 1'b1;
        group_post_q <= group_post_q + 1'b1;
      end
    end
  end

  // ---- classes of the pre neurons -------------------------------------------

  // A row of block 0 is added for every pre neuron that fires, once a step.
  wire in_block;
  generate
    if (GROUPS > 1) begin : g_blocks
      assign in_block = i_row < ROWS[WEIGHT_ADDR-1:0];
    end else begin : g_block
      assign in_block = 1'b1;
    end
  endgenerate
  wire [PRE+WEIGHT_ADDR-1:0] row_wide = {{PRE{1'b0}}, i_row};
  wire                       fires    = i_row_add && in_block && capture_q;
  wire [PRE-1:0]             pre_addr = sweeping ? pre_q : pre_base_q + row_wide[PRE-1:0];
  wire                       unused_row = &{1'b0, row_wide};
  wire [CLASS-1:0]           pre_class;
  reg                        fires_q;
  reg                        wipes_q;               // the sweep reads the class for the last time
  reg  [PRE-1:0]             pre_addr_q;
  reg  [PRE_COUNT-1:0]       pre_fired_q;
  wire                       new_pre = fires_q && (pre_class == SILENT);
  wire                       clears  = state_q == CLEAR;

  always @(posedge i_clk) begin
    if (i_rst) begin
      fires_q <= 1'b0;
      wipes_q <= 1'b0;
    end else begin
      fires_q <= fires;
      wipes_q <= sweeping && last_group;
    end
    pre_addr_q <= pre_addr;
    if (i_start)      pre_fired_q <= {PRE_COUNT{1'b0}};
    else if (new_pre) pre_fired_q <= pre_fired_q + 1'b1;
  end

  snnc_ram #(
    .WIDTH (CLASS),
    .DEPTH (PRE_DEPTH)
  ) u_pre (
    .i_clk   (i_clk),
    .i_re    (fires || sweeping),
    .i_raddr (pre_addr),
    .o_rdata (pre_class),
    .i_we    (clears || wipes_q || new_pre || (fires_q && last_q)),
    .i_waddr (clears ? pre_q : pre_addr_q),
    .i_wdata (fires_q ? i_step : SILENT)
  );

  // ---- classes of the post neurons ------------------------------------------

  wire [LANES*CLASS-1:0] post_class;
  wire [POST-1:0]        post_addr;
  reg                    updates_q;
  reg  [UPDATE-1:0]      spikes_q;
  reg  [POST-1:0]        post_addr_q;
  reg  [POST_COUNT-1:0]  post_fired_q;
  wire [LANES-1:0]       new_post;

  generate
    if (GROUPS > 1) begin : g_group
      wire [POST+UPDATE_ADDR-1:0] group = {{POST{1'b0}}, i_update_row} >> TURN;
      assign post_addr = sweeping ? post_q : post_base_q + group[POST-1:0];
      wire unused = &{1'b0, group};
    end else begin : g_one_group
      assign post_addr = sweeping ? post_q : post_base_q;
    end
  endgenerate

  // Which lanes were updated.
  wire [LANES-1:0] updated;
  genvar t;
  generate
    if (TURNS > 1) begin : g_turns
      reg [TURN-1:0] turn_q;
      always @(posedge i_clk) turn_q <= i_update_row[TURN-1:0];
      for (t = 0; t < TURNS; t = t + 1) begin : g_turn
        assign updated[UPDATE*t +: UPDATE] = {UPDATE{updates_q && (turn_q == t)}};
      end
    end else begin : g_all
      assign updated = {LANES{updates_q}};
    end
  endgenerate

  // The lanes of one turn are updated together; the others' bits are 0.
  reg [UPDATE-1:0]     folded;
  reg [POST_COUNT-1:0] newly;
  integer k;
  always @* begin
    folded = {UPDATE{1'b0}};
    for (k = 0; k < TURNS; k = k + 1) folded = folded | new_post[UPDATE*k +: UPDATE];
    newly = {POST_COUNT{1'b0}};
    for (k = 0; k < UPDATE; k = k + 1) newly = newly + {{(POST_COUNT-1){1'b0}}, folded[k]};
  end

  always @(posedge i_clk) begin
    if (i_rst) updates_q <= 1'b0;
    else       updates_q <= i_update && capture_q;
    spikes_q     <= i_spikes;
    post_addr_q  <= post_addr;
    if (i_start)        post_fired_q <= {POST_COUNT{1'b0}};
    else if (updates_q) post_fired_q <= post_fired_q + newly;
  end

  // ---- sweep ---------------------------------------------------------------

  reg              pair_q;                          // c + 1
  reg              first_1_q;
  reg              last_1_q;
  reg  [SLOT-1:0]  sample_1_q;
  reg              add_2_q;                         // c + 2
  reg              first_2_q;
  reg              last_2_q;
  reg  [SLOT-1:0]  sample_2_q;
  reg              add_3_q;                         // c + 3
  reg              first_3_q;
  reg              last_3_q;
  reg              draw_q;                          // c + 4
  reg              add_weight_q;                    // c + 5
  reg              write_q;                         // c + 6
  reg  [WEIGHT_ADDR-1:0] read_row_q;
  reg  [WEIGHT_ADDR-1:0] write_row_q;
  wire             tail = (GROUPS == 1) || (read_row_q >= FULL[WEIGHT_ADDR-1:0]);

  always @(posedge i_clk) begin
    if (i_rst) begin
      {pair_q, add_2_q, add_3_q, draw_q, add_weight_q, write_q} <= 6'd0;
    end else begin
      pair_q       <= sweeping;
      add_2_q      <= pair_q;
      add_3_q      <= add_2_q;
      draw_q       <= add_3_q && last_3_q;
      add_weight_q <= draw_q;
      write_q      <= add_weight_q;
    end
    {first_1_q, last_1_q} <= {sample_q == {SLOT{1'b0}}, last_sample};
    {first_2_q, last_2_q} <= {first_1_q, last_1_q};
    {first_3_q, last_3_q} <= {first_2_q, last_2_q};
    sample_1_q <= sample_q;
    sample_2_q <= sample_1_q;
    if (state_q == GATE) read_row_q <= {WEIGHT_ADDR{1'b0}};
    else if (draw_q)     read_row_q <= read_row_q + 1'b1;
    if (state_q == GATE) write_row_q <= {WEIGHT_ADDR{1'b0}};
    else if (write_q)    write_row_q <= write_row_q + 1'b1;
  end

  wire unused_update = &{1'b0, i_update_row};       // one turn, one group: all lanes at once

  wire sweep_busy = pair_q || add_2_q || add_3_q || draw_q || add_weight_q || write_q;

  assign o_weight_re    = draw_q;
  assign o_weight_raddr = read_row_q;
  assign o_weight_we    = write_q && !i_rst;        // registers hold anything before the reset, and images must survive it
  assign o_weight_waddr = write_row_q;
  assign o_busy         = (state_q != IDLE) || sweep_busy;

  // Gates of the samples of an update.
  wire [14:0] sample_gate;
  generate
    if (BATCH > 1) begin : g_gates
      reg [14:0] gates [0:BATCH-1];
      reg        gate_done_q;
      reg [SLOT-1:0] gate_slot_q;
      always @(posedge i_clk) begin
        gate_done_q <= gate_done;
        gate_slot_q <= slot_q;
        if (gate_done_q) gates[gate_slot_q] <= gate;
      end
      assign sample_gate = gates[sample_2_q];
    end else begin : g_gate
      assign sample_gate = gate;
      wire unused = &{1'b0, sample_2_q};
    end
  endgenerate

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      localparam AT = l % UPDATE;
      wire [CLASS-1:0] seen = post_class[CLASS*l +: CLASS];
      wire mine  = updated[l];
      wire spike = mine && spikes_q[AT];
      assign new_post[l] = spike && (i_first || (seen == SILENT));

      snnc_ram #(
        .WIDTH (CLASS),
        .DEPTH (POST_DEPTH)
      ) u_post (
        .i_clk   (i_clk),
        .i_re    (i_update || sweeping),
        .i_raddr (post_addr),
        .o_rdata (post_class[CLASS*l +: CLASS]),
        .i_we    ((mine && i_first) || new_post[l] || (spike && last_q)),
        .i_waddr (post_addr_q),
        .i_wdata (spike ? i_step : SILENT)
      );

      snnc_plastic_lane #(
        .STEPS     (STEPS),
        .STORED    (STORED),
        .FRACTION  (FRACTION),
        .SHIFT     (SHIFT),
        .BATCH_LOG (BATCH_LOG)
      ) u_lane (
        .i_clk        (i_clk),
        .i_table_we   (in_table),
        .i_table_addr ({i_offset[9], i_offset[INDEX-1:0]}),
        .i_table_data (i_data[17:0]),
        .i_seed_we    (in_seeds && (i_offset[9:0] == l)),
        .i_seed       (i_data),
        .i_pair       (pair_q),
        .i_pre        (pre_class),
        .i_post       (seen),
        .i_last       (last_q),
        .i_gate       (sample_gate),
        .i_add        (add_3_q),
        .i_first      (first_3_q),
        .i_draw       (draw_q),
        .i_use        (!tail || (l < TAIL)),
        .i_weight     (i_weights[STORED*l +: STORED]),
        .o_weight     (o_weights[STORED*l +: STORED])
      );
    end
  endgenerate

  // ---- gate and host reads ---------------------------------------------------

  wire [63:0] sum;
  wire [15:0] count;
  wire [23:0] pairs;

  snnc_plastic_gate #(
    .PRE_BITS  (PRE_COUNT),
    .POST_BITS (POST_COUNT)
  ) u_gate (
    .i_clk        (i_clk),
    .i_rst        (i_rst),
    .i_start      ((state_q == IDLE) && finish),
    .i_record     (i_data[`SNNC_LEARN_RECORD]),
    .i_forget     (forget),
    .i_source     (source_q),
    .i_pre_fired  (pre_fired_q),
    .i_post_fired (post_fired_q),
    .i_a          (a_q),
    .i_b          (b_q),
    .i_shift      (shift_q),
    .i_loss       (loss_q),
    .i_written    (written_q),
    .o_pairs      (pairs),
    .o_gate       (gate),
    .o_done       (gate_done),
    .i_sum_re     (i_read),
    .i_sum        (register[3:1]),
    .o_sum        (sum),
    .o_count      (count)
  );

  always @(posedge i_clk) begin
    if (command && (state_q == IDLE)) cycles_q <= 32'd0;
    else if (o_busy)                  cycles_q <= cycles_q + 32'd1;
  end

  always @* begin
    case (register)
      `SNNC_LEARN_PAIRS:  o_data = {8'd0, pairs};
      `SNNC_LEARN_GATE:   o_data = {{17{gate[14]}}, gate};
      `SNNC_LEARN_CYCLES: o_data = cycles_q;
      `SNNC_LEARN_COUNT:  o_data = {16'd0, count};
      default:            o_data = !register[4] ? 32'd0 : register[0] ? sum[63:32] : sum[31:0];
    endcase
  end

endmodule

`default_nettype wire

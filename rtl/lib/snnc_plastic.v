// snnc_plastic: the plasticity unit beside a core.
//
// Implements docs/machine.md, section 8, and the rule of docs/dassdp.md. While a
// sample runs it listens to the core and keeps a class for each pre and post
// neuron, the step of its first (or last) spike or STEPS where it stayed silent,
// and counts those that fired. At the host's command it makes the gate
// (snnc_plastic_gate), takes the sample into the warm-up sums (snnc_plastic_sums)
// and sweeps the weights, a row of LANES weights and a sample a cycle
// (snnc_plastic_lane). The sweep begins two cycles before the gate is there:
//
//   cycle         c         c + 1     c + 2    c + 3     c + 4     c + 5
//   BATCH = 1     address   classes   entry    product   row
//                 classes             gate     weight    written
//   BATCH > 1     the same            the      product   sum       row
//                                     same               weight    written
//
// Classes of the pre neurons must be silent when a sample starts: the last
// group's sweep and the clear pass leave them so. Classes of post neurons are
// written anew at step 0. A sample's classes lie at {sample, row or group}.
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
  parameter SHIFT       = 7,
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
  localparam INDEX      = $clog2(4 * STEPS);
  localparam ROW        = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam GROUP      = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam PRE_DEPTH  = ((BATCH - 1) << ROW) + ROWS;
  localparam PRE        = (PRE_DEPTH > 1) ? $clog2(PRE_DEPTH) : 1;
  localparam POST_DEPTH = ((BATCH - 1) << GROUP) + GROUPS;
  localparam POST       = (POST_DEPTH > 1) ? $clog2(POST_DEPTH) : 1;
  localparam TURNS      = LANES / UPDATE;
  localparam TURN       = (TURNS > 1) ? $clog2(TURNS) : 0;
  localparam PRE_COUNT  = $clog2(ROWS + 1);
  localparam POST_COUNT = $clog2(NEURONS + 1);
  localparam PAIR_BITS  = (NEURONS * ROWS > 3) ? $clog2(NEURONS * ROWS + 1) : 2;
  localparam CYCLES     = $clog2((GROUPS + 1) * ROWS * BATCH + 512);
  localparam RANDOMS    = (LANES + 15) / 16;
  localparam LAST_SLOT  = BATCH - 1;
  localparam LAST_ROW   = ROWS - 1;
  localparam LAST_GROUP = GROUPS - 1;
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
  wire in_regs  = i_write && (i_offset[22:6] == 17'd0);
  wire [5:0] register = i_offset[5:0];

  reg        capture_q;
  reg        last_q;
  reg        signed_q;
  reg [24:0] loss_q;
  reg [27:0] a_q;
  reg [27:0] b_q;

  always @(posedge i_clk) begin
    if (i_rst) begin
      capture_q <= 1'b0;
    end else if (in_regs && register == `SNNC_LEARN_CTRL) begin
      capture_q <= i_data[`SNNC_LEARN_CAPTURE];
    end
    if (in_regs && register == `SNNC_LEARN_CTRL) begin
      last_q   <= i_data[`SNNC_LEARN_LAST];
      signed_q <= i_data[`SNNC_LEARN_REWARD];
    end
    if (in_regs && register == `SNNC_LEARN_LOSS)   loss_q <= i_data[24:0];
    if (in_regs && register == `SNNC_LEARN_GATE_A) a_q    <= i_data[27:0];
    if (in_regs && register == `SNNC_LEARN_GATE_B) b_q    <= i_data[27:0];
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
  wire             gate_soon;
  wire             gate_done;
  wire             gate_busy;
  wire             sums_busy;
  wire             start    = (state_q == IDLE) && finish;
  wire             sweeping = state_q == SWEEP;
  wire             clears   = state_q == CLEAR;

  // Where the sweep or the clear pass is: sample, row, group.
  reg  [ROW-1:0]   row_q;
  reg  [GROUP-1:0] group_q;
  wire             last_sample;
  wire             last_row   = row_q == LAST_ROW[ROW-1:0];
  wire             last_group = group_q == LAST_GROUP[GROUP-1:0];
  wire             passed     = last_sample && last_row && (last_group || clears);

  always @(posedge i_clk) begin
    if (i_rst) begin
      state_q <= IDLE;
    end else begin
      case (state_q)
        IDLE:    if (clear) state_q <= CLEAR; else if (finish) state_q <= GATE;
        GATE:    if (gate_soon && sweep_q) state_q <= SWEEP;
                 else if (gate_soon && record_q) state_q <= CLEAR;
                 else if (gate_done) state_q <= IDLE;
        default: if (passed) state_q <= IDLE;
      endcase
    end
    if ((state_q == IDLE) && command) begin
      record_q <= i_data[`SNNC_LEARN_RECORD];
      sweep_q  <= i_data[`SNNC_LEARN_SWEEP];
    end
    if (!sweeping && !clears)             row_q <= {ROW{1'b0}};
    else if (last_sample)                 row_q <= last_row ? {ROW{1'b0}} : row_q + 1'b1;
    if (!sweeping)                        group_q <= {GROUP{1'b0}};
    else if (last_sample && last_row)     group_q <= group_q + 1'b1;
  end

  // The sample under way, and the one whose turn it is.
  wire [PRE-1:0]  listen_pre;                       // its place
  wire [POST-1:0] listen_post;
  wire [PRE-1:0]  sweep_pre;
  wire [POST-1:0] sweep_post;
  wire            last_product;                     // of a row, in c + 3
  wire            first_product;
  wire [14:0]     gate_next;
  wire [14:0]     gate;
  wire [14:0]     sample_gate;                      // in c + 2
  wire [ROW-1:0]  row_heard   = i_row[ROW-1:0];
  wire [GROUP-1:0] group_heard;
  generate
    if (BATCH > 1) begin : g_batch
      reg [SLOT-1:0] slot_q;
      reg [SLOT-1:0] sample_q;
      reg [SLOT-1:0] sample_1_q;
      reg [SLOT-1:0] sample_2_q;
      reg [2:0]      first_q;
      reg [2:0]      lasts_q;
      reg [14:0]     gates [0:BATCH-1];
      wire           full = slot_q == LAST_SLOT[SLOT-1:0];
      always @(posedge i_clk) begin
        if (i_rst || clears || (sweeping && passed)) slot_q <= {SLOT{1'b0}};
        else if ((state_q == GATE) && gate_done && !sweep_q && !record_q && !full) slot_q <= slot_q + 1'b1;
        if ((!sweeping && !clears) || last_sample) sample_q <= {SLOT{1'b0}};
        else                                       sample_q <= sample_q + 1'b1;
        sample_1_q <= sample_q;
        sample_2_q <= sample_1_q;
        first_q    <= {first_q[1:0], sample_q == {SLOT{1'b0}}};
        lasts_q    <= {lasts_q[1:0], last_sample};
        if (gate_done) gates[slot_q] <= gate_next;
      end
      assign last_sample   = clears ? (sample_q == LAST_SLOT[SLOT-1:0]) : (sample_q == slot_q);
      assign sample_gate   = gates[sample_2_q];
      assign first_product = first_q[2];
      assign last_product  = lasts_q[2];
      assign listen_pre    = {slot_q, row_heard};
      assign sweep_pre     = {sample_q, row_q};
      assign listen_post   = {slot_q, group_heard};
      assign sweep_post    = {sample_q, group_q};
    end else begin : g_single
      assign last_sample   = 1'b1;
      assign sample_gate   = gate;
      assign first_product = 1'b1;
      assign last_product  = 1'b1;
      assign listen_pre    = row_heard;
      assign sweep_pre     = row_q;
      assign listen_post   = group_heard;
      assign sweep_post    = group_q;
      wire unused = &{1'b0, gate_next};
    end
  endgenerate

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
  wire               unused_row = &{1'b0, i_row};
  wire               fires      = i_row_add && in_block && capture_q;
  wire [PRE-1:0]     pre_addr   = (sweeping || clears) ? sweep_pre : listen_pre;
  wire [CLASS-1:0]   pre_class;
  reg                fires_q;
  reg                wipes_q;                       // the sweep reads the class for the last time
  reg [PRE-1:0]      pre_addr_q;
  reg [PRE_COUNT-1:0] pre_fired_q;
  wire               silent_pre = pre_class == SILENT;
  wire               new_pre    = fires_q && silent_pre;

  always @(posedge i_clk) begin
    if (i_rst) begin
      fires_q <= 1'b0;
      wipes_q <= 1'b0;
    end else begin
      fires_q <= fires;
      wipes_q <= (sweeping && last_group) || clears;
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
    .i_we    (wipes_q || new_pre || (fires_q && last_q)),
    .i_waddr (pre_addr_q),
    .i_wdata (wipes_q ? SILENT : i_step)
  );

  // ---- classes of the post neurons ------------------------------------------

  wire [POST-1:0]        post_addr = sweeping ? sweep_post : listen_post;
  reg                    updates_q;
  reg  [UPDATE-1:0]      spikes_q;
  reg  [POST-1:0]        post_addr_q;
  reg  [POST_COUNT-1:0]  post_fired_q;
  wire [LANES-1:0]       new_post;

  wire unused_update = &{1'b0, i_update_row};       // one turn, one group: all lanes at once
  generate
    if (GROUPS > 1) begin : g_groups
      assign group_heard = i_update_row[TURN +: GROUP];
    end else begin : g_group
      assign group_heard = 1'b0;
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

  reg [3:1]             pair_q;                     // a sample's pair is in c + 1, c + 2, c + 3
  reg [2:1]             tail_q;                     // it is of the last group
  reg                   add_q;                      // a row's change is complete, and its weight read
  reg                   write_q;
  reg [WEIGHT_ADDR-1:0] read_row_q;
  reg [WEIGHT_ADDR-1:0] add_row_q;
  reg [WEIGHT_ADDR-1:0] write_row_q;
  wire                  read = (BATCH > 1) ? (pair_q[3] && last_product) : pair_q[2];

  always @(posedge i_clk) begin
    if (i_rst) begin
      {pair_q, add_q, write_q} <= 5'd0;
    end else begin
      pair_q  <= {pair_q[2:1], sweeping};
      add_q   <= read;
      write_q <= add_q;
    end
    tail_q      <= {tail_q[1], last_group};
    if (start)     read_row_q <= {WEIGHT_ADDR{1'b0}};
    else if (read) read_row_q <= read_row_q + 1'b1;
    add_row_q   <= read_row_q;
    write_row_q <= add_row_q;
  end

  assign o_weight_re    = read;
  assign o_weight_raddr = read_row_q;
  assign o_weight_we    = write_q && !i_rst;        // registers hold anything before the reset, and images must survive it
  assign o_weight_waddr = write_row_q;
  assign o_busy         = (state_q != IDLE) || (|pair_q) || add_q || write_q || gate_busy || sums_busy;

  // Where the pre neuron's part of the table begins.
  wire [CLASS-1:0] pre_step = (silent_pre && last_q) ? {CLASS{1'b0}} : pre_class;
  localparam BEFORE = STEPS - 1;
  wire [INDEX-1:0] base = BEFORE[INDEX-1:0] - {{(INDEX-CLASS){1'b0}}, pre_step};

  // Random registers: a draw each for every row.
  wire [32*RANDOMS-1:0] random;
  genvar l;
  generate
    for (l = 0; l < RANDOMS; l = l + 1) begin : g_random
      reg [31:0] state_r;
      // 16 shifts of a Galois register, taps 32, 22, 2, 1.
      function [31:0] leap;
        input [31:0] from;
        integer n;
        begin
          leap = from;
          for (n = 0; n < 16; n = n + 1) leap = (leap >> 1) ^ (leap[0] ? 32'h80200003 : 32'd0);
        end
      endfunction
      always @(posedge i_clk) begin
        if (in_seeds && (i_offset[9:0] == l)) state_r <= i_data;
        else if (add_q)                       state_r <= leap(state_r);
      end
      assign random[32*l +: 32] = state_r;
    end

    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      localparam AT = l % UPDATE;
      localparam DRAW = 2 * (l % 16);               // lowest bit of the lane's draw
      wire [CLASS-1:0] seen;
      wire [43:0]      states = {random[32*(l/16) +: 12], random[32*(l/16) +: 32]};
      wire unused_states = &{1'b0, states};
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
        .o_rdata (seen),
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
        .i_table_addr (i_offset[INDEX-1:0]),
        .i_table_data (i_data[15:0]),
        .i_base       (base),
        .i_silent     (silent_pre),
        .i_post       (seen),
        .i_last       (last_q),
        .i_gate       (sample_gate),
        .i_use        ((l < TAIL) || ((GROUPS > 1) && !tail_q[2])),
        .i_add        (pair_q[3]),
        .i_first      (first_product),
        .i_random     (states[DRAW +: 12]),
        .i_weight     (i_weights[STORED*l +: STORED]),
        .o_weight     (o_weights[STORED*l +: STORED])
      );
    end
  endgenerate

  // ---- gate, sums and host reads ---------------------------------------------

  wire [PAIR_BITS-1:0] pairs;
  wire [15:0]          sum_word;
  wire                 empty;

  snnc_plastic_gate #(
    .PRE_BITS  (PRE_COUNT),
    .POST_BITS (POST_COUNT),
    .PAIR_BITS (PAIR_BITS)
  ) u_gate (
    .i_clk        (i_clk),
    .i_rst        (i_rst),
    .i_start      (start),
    .i_pre_fired  (pre_fired_q),
    .i_post_fired (post_fired_q),
    .i_a          (a_q),
    .i_b          (b_q),
    .i_signed     (signed_q),
    .o_pairs      (pairs),
    .o_next       (gate_next),
    .o_gate       (gate),
    .o_soon       (gate_soon),
    .o_done       (gate_done),
    .o_busy       (gate_busy)
  );

  snnc_plastic_sums #(
    .PAIR_BITS (PAIR_BITS)
  ) u_sums (
    .i_clk      (i_clk),
    .i_rst      (i_rst),
    .i_forget   (forget),
    .i_start    (gate_done && record_q),
    .i_pairs    (pairs),
    .i_loss     (loss_q[23:0]),
    .i_negative (loss_q[24]),
    .o_busy     (sums_busy),
    .o_empty    (empty),
    .i_re       (i_read),
    .i_word     (register[4:0]),
    .o_word     (sum_word)
  );

  reg [CYCLES-1:0] cycles_q;
  always @(posedge i_clk) begin
    if (command && (state_q == IDLE)) cycles_q <= {CYCLES{1'b0}};
    else if (o_busy)                  cycles_q <= cycles_q + 1'b1;
  end

  wire [31:0] cycles = {{(32-CYCLES){1'b0}}, cycles_q};
  always @* begin
    if (register[5]) o_data = {16'd0, sum_word};
    else case (register[1:0])
      2'd0:    o_data = {empty, {(31-PAIR_BITS){1'b0}}, pairs};
      2'd1:    o_data = {{17{gate[14]}}, gate};
      default: o_data = cycles;
    endcase
  end

endmodule

`default_nettype wire

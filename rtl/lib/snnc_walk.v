// snnc_walk: sequencer of a core. It walks the input words of every window for
// every group, and issues what the lanes and the update pipeline do.
//
// Implements docs/machine.md, section 3. States and their cycles:
//
//   LEAD 3, then for each group
//   GROUP 1 | SEG 1, WALK sum of max(1, bits) for each segment | SAVE 0 or 1 |
//   DRAIN 1 | UPDATE P/U      then IDLE
//
//   cycle        c            c + 1                  c + 2
//   state      WALK
//   word       bits 5, 9      bit 9
//   (stage 1)                 weight address         row at the memory's output
//   (stage 2)                                        o_op_add: acc + row
//
// A word's address is presented in the cycle before its first WALK cycle: in
// SEG for the first word, in the last cycle of a word for the next.
//
// In an overlay the sizes are the most that fit, and i_cfg has those in use.
`default_nettype none
`include "snnc_regs.vh"

module snnc_walk #(
  parameter WORD       = 16,                       // W: bits of a spike word
  parameter BLOCKS     = 1,                        // B: groups of a pixel
  parameter COLUMNS    = 1,                        // pixels of a line
  parameter LINES      = 1,
  parameter ROWS       = 16,                       // weight rows of a block
  parameter UPDATES    = 1,                        // P/U: update words of a group
  parameter SHARED     = 0,                        // 1: all pixels have one block's parameters
  parameter SPIKE_ADDR = 1,                        // address bits of the spike memory
  parameter INPUT_ADDR = 1,                        // address bits of the input memory
  parameter SOURCES    = 3,                        // 1: spikes only, 2: inputs only, 3: both
  parameter SEGMENTS   = 1,
  parameter HELD       = 0,                        // segments walked at step 0 only
  parameter BLOCK_BITS = 0,
  parameter NX         = 1,
  parameter NY         = 1,
  parameter SEGMENTS_INIT = "",                    // see snnc_segments
  parameter ACROSS_INIT   = "",
  parameter DOWN_INIT     = "",
  parameter OVERLAY       = 0,                     // 1: sizes in use from i_cfg, tables from the host
  // derived; an overlay gives its own
  parameter GROUPS      = BLOCKS * COLUMNS * LINES,
  parameter ACROSS_ROWS = COLUMNS * NX,
  parameter DOWN_ROWS   = LINES * NY,
  parameter WEIGHT_ADDR = (BLOCKS * ROWS > 1) ? $clog2(BLOCKS * ROWS) : 1,
  parameter UPDATE_ADDR = (GROUPS * UPDATES > 1) ? $clog2(GROUPS * UPDATES) : 1,
  parameter PARAM_ROWS  = ((SHARED != 0) ? BLOCKS : GROUPS) * UPDATES,
  parameter PARAM_ADDR  = (PARAM_ROWS > 1) ? $clog2(PARAM_ROWS) : 1,
  parameter GROUP_ADDR  = (GROUPS > 1) ? $clog2(GROUPS) : 1
) (
  input  wire                   i_clk,
  input  wire                   i_rst,
  // overlay: configuration, and the host's window onto the tables
  input  wire [32*`SNNC_CONFIGS-1:0] i_cfg,
  input  wire                   i_table_write,
  input  wire [7:0]             i_table_memory,
  input  wire [22:0]            i_table_offset,
  input  wire [31:0]            i_table_data,
  // tick
  input  wire                   i_start,            // one cycle, in IDLE
  input  wire                   i_start_first,      // with i_start: step 0
  input  wire                   i_first,            // the same, from the cycle after i_start on
  input  wire [15:0]            i_tick,             // stable from the cycle after i_start
  input  wire [15:0]            i_step,             // likewise
  output wire                   o_busy,
  // spike and input memory: word and read enable
  output wire                   o_spike_re,
  output wire [SPIKE_ADDR-1:0]  o_spike_addr,
  input  wire [WORD-1:0]        i_spike_word,
  output wire                   o_input_re,
  output wire [INPUT_ADDR-1:0]  o_input_addr,
  input  wire [WORD-1:0]        i_input_word,
  // weight and current memory: read in stage 1
  output wire                   o_weight_re,
  output wire [WEIGHT_ADDR-1:0] o_weight_addr,
  output wire                   o_current_re,
  output wire [GROUP_ADDR-1:0]  o_group,
  // operations: stage 2, at most one a cycle
  output wire                   o_op_clear,
  output wire                   o_op_load,
  output wire                   o_op_double,
  output wire                   o_op_add,
  output wire                   o_op_sub,           // with o_op_add: subtract
  output wire                   o_op_save,
  // update: the word addressed in this cycle
  output wire                   o_update,
  output wire [UPDATE_ADDR-1:0] o_update_addr,
  output wire [PARAM_ADDR-1:0]  o_param_addr
);

  generate
    if (SEGMENTS < 1 || HELD < 0 || HELD > SEGMENTS) begin : g_check_segments
      snnc_illegal_parameter HELD_must_be_0_to_SEGMENTS ();
    end
    if (BLOCKS < 1 || COLUMNS < 1 || LINES < 1 || ROWS < 1) begin : g_check_rows
      snnc_illegal_parameter BLOCKS_COLUMNS_LINES_and_ROWS_must_be_1_or_more ();
    end
    if (UPDATES < 1 || (UPDATES & (UPDATES - 1)) != 0) begin : g_check_updates
      snnc_illegal_parameter UPDATES_must_be_a_power_of_two ();
    end
  endgenerate

  localparam [2:0] IDLE   = 3'd0;
  localparam [2:0] GROUP  = 3'd1;
  localparam [2:0] SEG    = 3'd2;
  localparam [2:0] WALK   = 3'd3;
  localparam [2:0] SAVE   = 3'd4;
  localparam [2:0] DRAIN  = 3'd5;
  localparam [2:0] UPDATE = 3'd6;
  localparam [2:0] LEAD   = 3'd7;

  localparam SEG_BITS   = (SEGMENTS > 1) ? $clog2(SEGMENTS) : 1;
  localparam WORD_ADDR  = (SPIKE_ADDR > INPUT_ADDR) ? SPIKE_ADDR : INPUT_ADDR;
  localparam UPD_BITS   = (UPDATES > 1) ? $clog2(UPDATES) : 1;
  localparam BIT        = $clog2(WORD);
  localparam LAST_SEG   = SEGMENTS - 1;
  localparam LAST_HELD  = HELD - 1;
  localparam LAST_GROUP = GROUPS - 1;
  localparam LAST_UPD   = UPDATES - 1;
  localparam LAST_PARAM = BLOCKS * UPDATES - 1;

  // Sizes in use.
  wire [SEG_BITS-1:0]   held        = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_HELD +: SEG_BITS] : HELD[SEG_BITS-1:0];
  wire [SEG_BITS-1:0]   last_held   = (OVERLAY != 0) ? held - 1'b1 : LAST_HELD[SEG_BITS-1:0];
  wire [SEG_BITS-1:0]   last_seg    = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_SEGMENT +: SEG_BITS] : LAST_SEG[SEG_BITS-1:0];
  wire [GROUP_ADDR-1:0] group_end   = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_GROUP +: GROUP_ADDR] : LAST_GROUP[GROUP_ADDR-1:0];
  wire [PARAM_ADDR-1:0] param_end   = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_PARAM +: PARAM_ADDR] : LAST_PARAM[PARAM_ADDR-1:0];
  wire                  none_held   = (OVERLAY != 0) ? !i_cfg[`SNNC_CFG_SOME_HELD] : HELD == 0;
  wire                  all_held    = (OVERLAY != 0) ? i_cfg[`SNNC_CFG_ALL_HELD] : HELD == SEGMENTS;
  wire                  shared      = (OVERLAY != 0) ? i_cfg[`SNNC_CFG_SHARED] : SHARED != 0;
  wire                  unused_cfg  = &{1'b0, i_cfg};

  reg [2:0]             state_q;
  reg [2:0]             state_d;
  reg [1:0]             lead_q;
  reg [SEG_BITS-1:0]    seg_q;
  reg [SEG_BITS-1:0]    seg_d;
  reg [WORD_ADDR-1:0]   addr_q;                     // of the word being walked
  reg [WORD_ADDR:0]     more_q;                     // words after it
  reg                   external_q;
  reg                   negate_q;
  reg [BIT-1:0]         high_q;                     // last bit of the last word
  reg [WORD-1:0]        mask_q;                     // bits of the word that are in the window and not consumed
  reg [GROUP_ADDR-1:0]  group_q;
  reg [WEIGHT_ADDR-1:0] row_q;                      // row of bit 0 of the word
  reg [UPD_BITS-1:0]    update_q;
  reg [UPDATE_ADDR-1:0] update_addr_q;

  wire in_group   = state_q == GROUP;
  wire in_seg     = state_q == SEG;
  wire in_walk    = state_q == WALK;
  wire in_update  = state_q == UPDATE;
  wire last_group = group_q == group_end;
  wire last_upd   = update_q == LAST_UPD[UPD_BITS-1:0];

  // The window that SEG takes.
  wire                   none;
  wire                   external;
  wire                   negate;
  wire                   double;
  wire [WORD_ADDR-1:0]   addr;
  wire [WORD_ADDR:0]     more;
  wire [BIT-1:0]         low;
  wire [BIT-1:0]         high;
  wire [WEIGHT_ADDR-1:0] row;

  snnc_segments #(
    .WORD          (WORD),
    .BLOCKS        (BLOCKS),
    .COLUMNS       (COLUMNS),
    .LINES         (LINES),
    .ROWS          (ROWS),
    .SEGMENTS      (SEGMENTS),
    .HELD          (HELD),
    .BLOCK_BITS    (BLOCK_BITS),
    .NX            (NX),
    .NY            (NY),
    .SPIKE_ADDR    (SPIKE_ADDR),
    .INPUT_ADDR    (INPUT_ADDR),
    .SEGMENTS_INIT (SEGMENTS_INIT),
    .ACROSS_INIT   (ACROSS_INIT),
    .DOWN_INIT     (DOWN_INIT),
    .OVERLAY       (OVERLAY),
    .ACROSS_ROWS   (ACROSS_ROWS),
    .DOWN_ROWS     (DOWN_ROWS),
    .WEIGHT_ADDR   (WEIGHT_ADDR)
  ) u_segments (
    .i_clk      (i_clk),
    .i_rst      (i_rst),
    .i_cfg          (i_cfg),
    .i_table_write  (i_table_write),
    .i_table_memory (i_table_memory),
    .i_table_offset (i_table_offset),
    .i_table_data   (i_table_data),
    .i_start    (i_start),
    .i_first    (i_start_first),
    .i_tick     (i_tick),
    .i_step     (i_step),
    .i_take     (in_seg),
    .o_none     (none),
    .o_external (external),
    .o_negate   (negate),
    .o_double   (double),
    .o_addr     (addr),
    .o_more     (more),
    .o_low      (low),
    .o_high     (high),
    .o_row      (row)
  );

  // Bit scanner: the lowest set bit that the mask leaves. Bits are consumed in
  // order. Only the first word of a window has bits before it, only a last one
  // bits after it.
  wire [WORD-1:0] word      = (SOURCES == 1) ? i_spike_word : (SOURCES == 2 || external_q) ? i_input_word : i_spike_word;
  wire [BIT-1:0]  bit_index;
  wire            any_bit;
  wire            more_bits;
  wire [WORD-1:0] rest;
  wire            word_end  = !more_bits;
  wire            last_word = more_q == {(WORD_ADDR+1){1'b0}};
  wire            seg_end   = in_seg ? none : in_walk && word_end && last_word;

  snnc_scan #(
    .WORD (WORD)
  ) u_scan (
    .i_word  (word),
    .i_mask  (mask_q),
    .o_any   (any_bit),
    .o_more  (more_bits),
    .o_index (bit_index),
    .o_rest  (rest)
  );

  localparam [WORD-1:0] ALL = {WORD{1'b1}};
  wire            to_last = in_seg ? more == {(WORD_ADDR+1){1'b0}} : more_q == {{WORD_ADDR{1'b0}}, 1'b1};
  wire [BIT-1:0]  from    = in_seg ? low : {BIT{1'b0}};
  wire [BIT-1:0]  to      = !to_last ? {BIT{1'b1}} : in_seg ? high : high_q;
  wire [WORD-1:0] window  = (ALL << from) & ~((ALL << 1) << to); // of the next word

  // Memory reads of the next word.
  wire                 word_re   = in_seg || (in_walk && word_end);
  wire                 from_in   = in_seg ? external : external_q;
  wire [WORD_ADDR-1:0] word_addr = in_seg ? addr : addr_q + 1'b1;

  assign o_spike_re   = word_re && !from_in;
  assign o_spike_addr = word_addr[SPIKE_ADDR-1:0];
  assign o_input_re   = word_re && from_in;
  assign o_input_addr = word_addr[INPUT_ADDR-1:0];

  // State machine.
  wire save_here = !none_held && i_first && (seg_q == last_held);

  reg [2:0] after_seg;                              // where the end of a segment leads
  always @* begin
    if (save_here)                               after_seg = SAVE;
    else if (seg_q == last_seg)                  after_seg = DRAIN;
    else                                         after_seg = SEG;
  end

  always @* begin
    state_d = state_q;
    seg_d   = seg_q;
    case (state_q)
      IDLE: if (i_start) state_d = LEAD;
      LEAD: if (lead_q == 2'd2) state_d = GROUP;
      GROUP: begin
        seg_d   = (none_held || i_first) ? {SEG_BITS{1'b0}} : held;
        state_d = (all_held && !i_first) ? DRAIN : SEG;
      end
      SEG, WALK: begin
        if (seg_end) begin
          state_d = after_seg;
          if (after_seg == SEG) seg_d = seg_q + 1'b1;
        end else begin
          state_d = WALK;
        end
      end
      SAVE: begin
        state_d = all_held ? DRAIN : SEG;
        seg_d   = held;
      end
      DRAIN: state_d = UPDATE;
      default: if (last_upd) state_d = last_group ? IDLE : GROUP;
    endcase
  end

  always @(posedge i_clk) begin
    if (i_rst) state_q <= IDLE;
    else       state_q <= state_d;
  end

  always @(posedge i_clk) begin
    seg_q  <= seg_d;
    lead_q <= (state_q == LEAD) ? lead_q + 2'd1 : 2'd0;
    mask_q <= word_re ? window : rest;
    if (in_seg) begin
      external_q <= external;
      negate_q   <= negate;
      high_q     <= high;
    end
    if (word_re) begin
      addr_q <= word_addr;
      more_q <= in_seg ? more : more_q - 1'b1;
      row_q  <= in_seg ? row : row_q + WORD[WEIGHT_ADDR-1:0];
    end
  end

  always @(posedge i_clk) begin
    if (i_start) begin
      group_q       <= {GROUP_ADDR{1'b0}};
      update_q      <= {UPD_BITS{1'b0}};
      update_addr_q <= {UPDATE_ADDR{1'b0}};
    end else if (in_update) begin
      update_q      <= last_upd ? {UPD_BITS{1'b0}} : update_q + 1'b1;
      update_addr_q <= update_addr_q + 1'b1;
      if (last_upd) group_q <= group_q + 1'b1;
    end
  end

  generate
    if (SHARED != 0 || OVERLAY != 0) begin : g_shared
      reg [PARAM_ADDR-1:0] param_addr_q;            // starts over with every pixel
      always @(posedge i_clk) begin
        if (i_start) begin
          param_addr_q <= {PARAM_ADDR{1'b0}};
        end else if (in_update) begin
          param_addr_q <= (shared && param_addr_q == param_end) ? {PARAM_ADDR{1'b0}} : param_addr_q + 1'b1;
        end
      end
      assign o_param_addr = param_addr_q;
    end else begin : g_own
      assign o_param_addr = update_addr_q;
      wire unused = &{1'b0, shared, param_end};
    end
  endgenerate

  // Stage 1: addresses of the weight row or of the kept current. The group of
  // the current is still group_q there: UPDATE is at least two cycles later.
  reg                   s1_clear_q;
  reg                   s1_load_q;
  reg                   s1_double_q;
  reg                   s1_add_q;
  reg                   s1_sub_q;
  reg                   s1_save_q;
  reg [BIT-1:0]         s1_bit_q;
  reg [WEIGHT_ADDR-1:0] s1_row_q;
  // Stage 2: what the lanes do.
  reg                   s2_clear_q;
  reg                   s2_load_q;
  reg                   s2_double_q;
  reg                   s2_add_q;
  reg                   s2_sub_q;
  reg                   s2_save_q;

  always @(posedge i_clk) begin
    s1_clear_q  <= in_group && (none_held || i_first);
    s1_load_q   <= in_group && !none_held && !i_first;
    s1_double_q <= in_seg && double;
    s1_add_q    <= in_walk && any_bit;
    s1_sub_q    <= negate_q;
    s1_save_q   <= !none_held && (state_q == SAVE);
    s1_bit_q    <= bit_index;
    s1_row_q    <= row_q;
    s2_clear_q  <= s1_clear_q;
    s2_load_q   <= s1_load_q;
    s2_double_q <= s1_double_q;
    s2_add_q    <= s1_add_q;
    s2_sub_q    <= s1_sub_q;
    s2_save_q   <= s1_save_q;
  end

  assign o_weight_re   = s1_add_q;
  assign o_current_re  = s1_load_q;
  assign o_group       = group_q;
  generate
    if (WEIGHT_ADDR > BIT) begin : g_weight_addr
      assign o_weight_addr = s1_row_q + {{(WEIGHT_ADDR-BIT){1'b0}}, s1_bit_q};
    end else begin : g_weight_addr
      assign o_weight_addr = s1_row_q + s1_bit_q[WEIGHT_ADDR-1:0];
      if (WEIGHT_ADDR < BIT) begin : g_rest
        wire unused = &{1'b0, s1_bit_q[BIT-1:WEIGHT_ADDR]};
      end
    end
  endgenerate

  assign o_op_clear    = s2_clear_q;
  assign o_op_load     = s2_load_q;
  assign o_op_double   = s2_double_q;
  assign o_op_add      = s2_add_q;
  assign o_op_sub      = s2_sub_q;
  assign o_op_save     = s2_save_q;
  assign o_update      = in_update;
  assign o_update_addr = update_addr_q;
  assign o_busy        = state_q != IDLE;

endmodule

`default_nettype wire

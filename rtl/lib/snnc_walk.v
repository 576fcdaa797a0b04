// snnc_walk: sequencer of a core. It walks the input words of every segment
// for every group, and issues what the lanes and the update pipeline do.
//
// Implements docs/machine.md, section 3. States and their cycles:
//
//   GROUP 1 | SEG 1, WALK sum of max(1, bits) for each segment | SAVE 0 or 1 |
//   DRAIN 1 | UPDATE P/U      for each group, then IDLE
//
//   cycle        c            c + 1                  c + 2
//   state      WALK
//   word       bits 5, 9      bit 9
//   (stage 1)                 weight address         row at the memory's output
//   (stage 2)                                        o_op_add: acc + row
//
// A word's address is presented in the cycle before its first WALK cycle: in
// SEG for word 0, in the last cycle of word w for word w + 1. The address is
// precomputed; the end of a word only opens the memory's read enable.
//
// Segment tables hold one 32-bit field for each segment, segment 0 lowest.
`default_nettype none

module snnc_walk #(
  parameter WORD       = 16,                        // W: bits of a spike word
  parameter GROUPS     = 1,                         // G
  parameter ROWS       = 16,                        // weight rows of a group
  parameter UPDATES    = 1,                         // P/U: update words of a group
  parameter SPIKE_ADDR = 1,                         // address bits of the spike memory
  parameter INPUT_ADDR = 1,                         // address bits of the input memory
  parameter SEGMENTS   = 1,
  parameter HELD       = 0,                         // segments walked at step 0 only
  parameter [SEGMENTS-1:0]    SEG_EXTERNAL = 0,
  parameter [SEGMENTS-1:0]    SEG_NEGATE   = 0,
  parameter [SEGMENTS-1:0]    SEG_DOUBLE   = 0,
  parameter [SEGMENTS-1:0]    SEG_LAST     = 0,
  parameter [32*SEGMENTS-1:0] SEG_BASE     = 0,
  parameter [32*SEGMENTS-1:0] SEG_WORDS    = 1,
  parameter [32*SEGMENTS-1:0] SEG_MASK     = 0,
  parameter [32*SEGMENTS-1:0] SEG_SHIFT    = 0,
  parameter [32*SEGMENTS-1:0] SEG_DELAY    = 0,
  parameter [32*SEGMENTS-1:0] SEG_ROW      = 0,
  // derived
  parameter WEIGHT_ADDR = (GROUPS * ROWS > 1) ? $clog2(GROUPS * ROWS) : 1,
  parameter UPDATE_ADDR = (GROUPS * UPDATES > 1) ? $clog2(GROUPS * UPDATES) : 1,
  parameter GROUP_ADDR  = (GROUPS > 1) ? $clog2(GROUPS) : 1
) (
  input  wire                   i_clk,
  input  wire                   i_rst,
  // tick
  input  wire                   i_start,            // one cycle, in IDLE
  input  wire                   i_first,            // step 0; stable from the cycle after i_start
  input  wire [15:0]            i_tick,             // stable from i_start on
  output wire                   o_busy,
  // spike and input memory: word and read enable
  output wire                   o_spike_re,
  output wire [SPIKE_ADDR-1:0]  o_spike_addr,
  input  wire [WORD-1:0]        i_spike_word,
  output wire                   o_spike_take,       // the word's last reader took it
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
  output wire [UPDATE_ADDR-1:0] o_update_addr
);

  generate
    if (SEGMENTS < 1 || HELD < 0 || HELD > SEGMENTS) begin : g_check_segments
      snnc_illegal_parameter HELD_must_be_0_to_SEGMENTS ();
    end
    if (GROUPS < 1 || ROWS < 1) begin : g_check_rows
      snnc_illegal_parameter GROUPS_and_ROWS_must_be_1_or_more ();
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

  localparam SEG_BITS   = (SEGMENTS > 1) ? $clog2(SEGMENTS) : 1;
  localparam WORD_ADDR  = (SPIKE_ADDR > INPUT_ADDR) ? SPIKE_ADDR : INPUT_ADDR;
  localparam UPD_BITS   = (UPDATES > 1) ? $clog2(UPDATES) : 1;
  localparam BIT        = $clog2(WORD);
  localparam LAST_SEG   = SEGMENTS - 1;
  localparam LAST_HELD  = HELD - 1;
  localparam LAST_GROUP = GROUPS - 1;
  localparam LAST_UPD   = UPDATES - 1;

  reg [2:0]             state_q;
  reg [2:0]             state_d;
  reg [SEG_BITS-1:0]    seg_q;
  reg [SEG_BITS-1:0]    seg_d;
  reg [WORD_ADDR:0]     next_word_q;                // index of the next word to present
  reg [WORD-1:0]        consumed_q;                 // bits of the word already issued
  reg [GROUP_ADDR-1:0]  group_q;
  reg [WEIGHT_ADDR-1:0] group_row_q;                // group * ROWS
  reg [WEIGHT_ADDR-1:0] row_q;                      // row of bit 0 of the word
  reg [UPD_BITS-1:0]    update_q;
  reg [UPDATE_ADDR-1:0] update_addr_q;

  wire in_group   = state_q == GROUP;
  wire in_seg     = state_q == SEG;
  wire in_walk    = state_q == WALK;
  wire in_update  = state_q == UPDATE;
  wire last_group = group_q == LAST_GROUP[GROUP_ADDR-1:0];
  wire last_upd   = update_q == LAST_UPD[UPD_BITS-1:0];

  // Fields of the segment.
  wire             external;
  wire             negate;
  wire             double;
  wire             last_reader;
  wire [31:0]      words;
  wire [31:0]      seg_row;
  wire [WORD_ADDR-1:0] seg_base;

  assign external    = SEG_EXTERNAL[seg_q];
  assign negate      = SEG_NEGATE[seg_q];
  assign double      = SEG_DOUBLE[seg_q];
  assign last_reader = SEG_LAST[seg_q];
  assign words       = SEG_WORDS[32*seg_q +: 32];
  assign seg_row     = SEG_ROW[32*seg_q +: 32];

  wire [WORD_ADDR*SEGMENTS-1:0] bases;
  genvar s;
  generate
    for (s = 0; s < SEGMENTS; s = s + 1) begin : g_base
      localparam [31:0] BASE  = SEG_BASE[32*s +: 32];
      localparam [31:0] MASK  = SEG_MASK[32*s +: 32];
      localparam [31:0] SHIFT = SEG_SHIFT[32*s +: 32];
      localparam [31:0] DELAY = SEG_DELAY[32*s +: 32];
      wire [31:0] slot = ({16'd0, i_tick} - DELAY) & MASK;
      wire [31:0] base = BASE + (slot << SHIFT);
      wire unused = &{1'b0, base[31:WORD_ADDR]};
      assign bases[WORD_ADDR*s +: WORD_ADDR] = base[WORD_ADDR-1:0];
    end
  endgenerate
  assign seg_base = bases[WORD_ADDR*seg_q +: WORD_ADDR];

  wire unused_fields = &{1'b0, words[31:WORD_ADDR+1], seg_row[31:WEIGHT_ADDR]};

  // Bit scanner: the lowest set bit that is not consumed.
  wire [WORD-1:0] word     = external ? i_input_word : i_spike_word;
  wire [WORD-1:0] pending  = word & ~consumed_q;
  wire [WORD-1:0] below    = pending - {{(WORD-1){1'b0}}, 1'b1};
  wire [WORD-1:0] lowest   = pending & ~below;
  wire            any_bit  = pending != {WORD{1'b0}};
  wire            word_end = (pending & below) == {WORD{1'b0}};
  wire            last_word = next_word_q == words[WORD_ADDR:0];
  wire            seg_end  = in_walk && word_end && last_word;

  wire [BIT-1:0] bit_index;
  genvar b;
  genvar n;
  generate
    for (b = 0; b < BIT; b = b + 1) begin : g_bit
      wire [WORD-1:0] select;
      for (n = 0; n < WORD; n = n + 1) begin : g_select
        assign select[n] = lowest[n] && (((n >> b) & 1) != 0);
      end
      assign bit_index[b] = |select;
    end
  endgenerate

  // Memory reads of the next word.
  wire                 word_re   = in_seg || (in_walk && word_end);
  wire [WORD_ADDR-1:0] word_addr = seg_base + next_word_q[WORD_ADDR-1:0];

  assign o_spike_re   = word_re && !external;
  assign o_spike_addr = word_addr[SPIKE_ADDR-1:0];
  assign o_input_re   = word_re && external;
  assign o_input_addr = word_addr[INPUT_ADDR-1:0];
  assign o_spike_take = in_walk && word_end && last_group && last_reader && !external;

  // State machine.
  wire save_here = (HELD > 0) && i_first && (seg_q == LAST_HELD[SEG_BITS-1:0]);

  always @* begin
    state_d = state_q;
    seg_d   = seg_q;
    case (state_q)
      IDLE: if (i_start) state_d = GROUP;
      GROUP: begin
        seg_d   = (HELD == 0 || i_first) ? {SEG_BITS{1'b0}} : HELD[SEG_BITS-1:0];
        state_d = (HELD == SEGMENTS && !i_first) ? DRAIN : SEG;
      end
      SEG: state_d = WALK;
      WALK: if (seg_end) begin
        if (save_here) begin
          state_d = SAVE;
        end else if (seg_q == LAST_SEG[SEG_BITS-1:0]) begin
          state_d = DRAIN;
        end else begin
          state_d = SEG;
          seg_d   = seg_q + 1'b1;
        end
      end
      SAVE: begin
        state_d = (HELD == SEGMENTS) ? DRAIN : SEG;
        seg_d   = HELD[SEG_BITS-1:0];
      end
      DRAIN: state_d = UPDATE;
      UPDATE: if (last_upd) state_d = last_group ? IDLE : GROUP;
      default: state_d = IDLE;
    endcase
  end

  always @(posedge i_clk) begin
    if (i_rst) state_q <= IDLE;
    else       state_q <= state_d;
  end

  always @(posedge i_clk) begin
    seg_q <= seg_d;
    if (in_walk) begin
      consumed_q <= word_end ? {WORD{1'b0}} : (consumed_q | lowest);
    end
    if (in_group) begin
      consumed_q  <= {WORD{1'b0}};
      next_word_q <= {(WORD_ADDR+1){1'b0}};
    end else if (in_seg || (in_walk && word_end)) begin
      next_word_q <= seg_end ? {(WORD_ADDR+1){1'b0}} : next_word_q + 1'b1;
    end
    if (in_seg) begin
      row_q <= group_row_q + seg_row[WEIGHT_ADDR-1:0];
    end else if (in_walk && word_end) begin
      row_q <= row_q + WORD[WEIGHT_ADDR-1:0];
    end
  end

  always @(posedge i_clk) begin
    if (i_start) begin
      group_q       <= {GROUP_ADDR{1'b0}};
      group_row_q   <= {WEIGHT_ADDR{1'b0}};
      update_q      <= {UPD_BITS{1'b0}};
      update_addr_q <= {UPDATE_ADDR{1'b0}};
    end else if (in_update) begin
      update_q      <= last_upd ? {UPD_BITS{1'b0}} : update_q + 1'b1;
      update_addr_q <= update_addr_q + 1'b1;
      if (last_upd) begin
        group_q     <= group_q + 1'b1;
        group_row_q <= group_row_q + ROWS[WEIGHT_ADDR-1:0];
      end
    end
  end

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
    s1_clear_q  <= in_group && (HELD == 0 || i_first);
    s1_load_q   <= in_group && (HELD != 0) && !i_first;
    s1_double_q <= in_seg && double;
    s1_add_q    <= in_walk && any_bit;
    s1_sub_q    <= negate;
    s1_save_q   <= (HELD != 0) && (state_q == SAVE);
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

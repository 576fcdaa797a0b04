// snnc_segments: computes, one after the other, the windows that a core walks.
//
// Implements docs/machine.md, section 2 (segments and windows). A window is a
// run of bits of the spike or input memory and the weight row of its first bit.
// Counters run through segments, blocks, columns and lines; three tables give
// the segment's fields and what it sees at the column and the line.
//
//   stage   0          1              2                  3              result
//           counters   segment entry  across, down,      first bit,     word address,
//                                     slot base          weight row     bits, row
//
// The first result stands 5 cycles after i_start. All stages advance together
// when the result is taken or empty, so one window a cycle can be taken.
//
// Rows of the tables, least significant field first:
//
//   segments  external, negate, double, grouped, base, mask, shift (5), delay (16),
//             weight row, column of the across table, of the down table
//   across    first bit, bits, weight row       of (column, entry)
//   down      first bit, present, weight row    of (line, entry)
//
// In an overlay the sizes are the most that fit, i_cfg has those in use and the
// host writes the tables.
`default_nettype none
`include "snnc_regs.vh"

module snnc_segments #(
  parameter WORD        = 16,                       // W
  parameter BLOCKS      = 1,                        // B
  parameter COLUMNS     = 1,                        // of the part
  parameter LINES       = 1,                        // rows of the part
  parameter ROWS        = 16,                       // weight rows of a block
  parameter SEGMENTS    = 1,
  parameter HELD        = 0,                        // segments walked at step 0 only
  parameter BLOCK_BITS  = 0,                        // by which grouped windows move a block
  parameter NX          = 1,                        // entries a column
  parameter NY          = 1,                        // entries a line
  parameter SPIKE_ADDR  = 1,
  parameter INPUT_ADDR  = 1,
  parameter SEGMENTS_INIT = "",
  parameter ACROSS_INIT   = "",
  parameter DOWN_INIT     = "",
  parameter OVERLAY     = 0,
  // derived; an overlay gives its own
  parameter ACROSS_ROWS = COLUMNS * NX,
  parameter DOWN_ROWS   = LINES * NY,
  parameter WORD_ADDR   = (SPIKE_ADDR > INPUT_ADDR) ? SPIKE_ADDR : INPUT_ADDR,
  parameter WEIGHT_ADDR = (BLOCKS * ROWS > 1) ? $clog2(BLOCKS * ROWS) : 1,
  parameter BIT         = $clog2(WORD)
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
  input  wire                   i_start,            // one cycle
  input  wire                   i_first,            // with i_start: step 0
  input  wire [15:0]            i_tick,             // stable from the cycle after i_start
  input  wire [15:0]            i_step,             // likewise
  // the window
  input  wire                   i_take,
  output wire                   o_none,             // it has no bits
  output wire                   o_external,         // in the input memory
  output wire                   o_negate,
  output wire                   o_double,
  output wire [WORD_ADDR-1:0]   o_addr,             // of its first word
  output wire [WORD_ADDR:0]     o_more,             // words after the first
  output wire [BIT-1:0]         o_low,              // first bit of the first word
  output wire [BIT-1:0]         o_high,             // last bit of the last word
  output wire [WEIGHT_ADDR-1:0] o_row               // weight row of bit 0 of the first word
);

  localparam SEG       = (SEGMENTS > 1) ? $clog2(SEGMENTS) : 1;
  localparam BLOCK     = (BLOCKS > 1) ? $clog2(BLOCKS) : 1;
  localparam COLUMN    = (COLUMNS > 1) ? $clog2(COLUMNS) : 1;
  localparam LINE      = (LINES > 1) ? $clog2(LINES) : 1;
  localparam X         = (NX > 1) ? $clog2(NX) : 1;
  localparam Y         = (NY > 1) ? $clog2(NY) : 1;
  localparam ACROSS    = (ACROSS_ROWS > 1) ? $clog2(ACROSS_ROWS) : 1;
  localparam DOWN      = (DOWN_ROWS > 1) ? $clog2(DOWN_ROWS) : 1;
  localparam FIRST     = WORD_ADDR + BIT;           // of a bit in a memory
  localparam SEG_WIDTH    = 4 + 2 * WORD_ADDR + 5 + 16 + WEIGHT_ADDR + X + Y;
  localparam ACROSS_WIDTH = 2 * FIRST + 1 + WEIGHT_ADDR;
  localparam DOWN_WIDTH   = FIRST + 1 + WEIGHT_ADDR;

  localparam LAST_SEG    = SEGMENTS - 1;
  localparam LAST_BLOCK  = BLOCKS - 1;
  localparam LAST_COLUMN = COLUMNS - 1;
  localparam LAST_LINE   = LINES - 1;

  // Sizes in use.
  wire [SEG-1:0]         held        = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_HELD +: SEG] : HELD[SEG-1:0];
  wire                   all_held    = (OVERLAY != 0) ? i_cfg[`SNNC_CFG_ALL_HELD] : HELD == SEGMENTS;
  wire [SEG-1:0]         seg_end     = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_SEGMENT +: SEG] : LAST_SEG[SEG-1:0];
  wire [BLOCK-1:0]       block_end   = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_BLOCK +: BLOCK] : LAST_BLOCK[BLOCK-1:0];
  wire [COLUMN-1:0]      column_end  = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_COLUMN +: COLUMN] : LAST_COLUMN[COLUMN-1:0];
  wire [LINE-1:0]        line_end    = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_LAST_LINE +: LINE] : LAST_LINE[LINE-1:0];
  wire [WEIGHT_ADDR-1:0] block_rows  = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_ROWS +: WEIGHT_ADDR] : ROWS[WEIGHT_ADDR-1:0];
  wire [FIRST-1:0]       block_bits  = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_BLOCK_BITS +: FIRST] : BLOCK_BITS[FIRST-1:0];
  wire [ACROSS-1:0]      nx          = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_NX +: ACROSS] : NX[ACROSS-1:0];
  wire [DOWN-1:0]        ny          = (OVERLAY != 0) ? i_cfg[32*`SNNC_CFG_NY +: DOWN] : NY[DOWN-1:0];
  wire                   unused_cfg  = &{1'b0, i_cfg};

  reg  result_live_q;
  wire advance = !result_live_q || i_take;

  // ---- stage 0: counters ---------------------------------------------------

  reg                   live_q;
  reg                   first_q;
  reg [SEG-1:0]         seg_q;
  reg [BLOCK-1:0]       block_q;
  reg [COLUMN-1:0]      column_q;
  reg [LINE-1:0]        line_q;
  reg [ACROSS-1:0]      across_q;                   // column * NX
  reg [DOWN-1:0]        down_q;                     // line * NY
  reg [WEIGHT_ADDR-1:0] row_q;                      // block * ROWS
  reg [FIRST-1:0]       shift_q;                    // block * BLOCK_BITS

  wire last_seg    = seg_q == seg_end;
  wire last_block  = block_q == block_end;
  wire last_column = column_q == column_end;
  wire last_line   = line_q == line_end;
  wire wrap        = last_seg && last_block;        // the pixel is done

  always @(posedge i_clk) begin
    if (i_rst)        live_q <= 1'b0;
    else if (i_start) live_q <= i_first || !all_held;
    else if (advance && wrap && last_column && last_line) live_q <= 1'b0;
  end

  always @(posedge i_clk) begin
    if (i_start) begin
      first_q  <= i_first;
      seg_q    <= i_first ? {SEG{1'b0}} : held;
      block_q  <= {BLOCK{1'b0}};
      column_q <= {COLUMN{1'b0}};
      line_q   <= {LINE{1'b0}};
      across_q <= {ACROSS{1'b0}};
      down_q   <= {DOWN{1'b0}};
      row_q    <= {WEIGHT_ADDR{1'b0}};
      shift_q  <= {FIRST{1'b0}};
    end else if (advance) begin
      seg_q <= !last_seg ? seg_q + 1'b1 : first_q ? {SEG{1'b0}} : held;
      if (last_seg) begin
        block_q <= last_block ? {BLOCK{1'b0}} : block_q + 1'b1;
        row_q   <= last_block ? {WEIGHT_ADDR{1'b0}} : row_q + block_rows;
        shift_q <= last_block ? {FIRST{1'b0}} : shift_q + block_bits;
      end
      if (wrap) begin
        column_q <= last_column ? {COLUMN{1'b0}} : column_q + 1'b1;
        across_q <= last_column ? {ACROSS{1'b0}} : across_q + nx;
        if (last_column) begin
          line_q <= line_q + 1'b1;
          down_q <= down_q + ny;
        end
      end
    end
  end

  // ---- stage 1: the segment ------------------------------------------------

  wire [SEG_WIDTH-1:0]  seg;
  reg                   live_1_q;
  reg [ACROSS-1:0]      across_1_q;
  reg [DOWN-1:0]        down_1_q;
  reg [WEIGHT_ADDR-1:0] row_1_q;
  reg [FIRST-1:0]       shift_1_q;

  snnc_table #(
    .WIDTH   (SEG_WIDTH),
    .DEPTH   (SEGMENTS),
    .INIT    (SEGMENTS_INIT),
    .OVERLAY (OVERLAY),
    .MEMORY  (`SNNC_MEM_SEGMENTS)
  ) u_segments (
    .i_clk    (i_clk),
    .i_write  (i_table_write),
    .i_memory (i_table_memory),
    .i_offset (i_table_offset),
    .i_data   (i_table_data),
    .i_re    (advance),
    .i_raddr (seg_q),
    .o_rdata (seg)
  );

  always @(posedge i_clk) begin
    if (i_rst)        live_1_q <= 1'b0;
    else if (advance) live_1_q <= live_q;
    if (advance) begin
      across_1_q <= across_q;
      down_1_q   <= down_q;
      row_1_q    <= row_q;
      shift_1_q  <= shift_q;
    end
  end

  wire                   external = seg[0];
  wire                   negate   = seg[1];
  wire                   double   = seg[2];
  wire                   grouped  = seg[3];
  wire [WORD_ADDR-1:0]   base     = seg[4 +: WORD_ADDR];
  wire [WORD_ADDR-1:0]   mask     = seg[4 + WORD_ADDR +: WORD_ADDR];
  wire [4:0]             shift    = seg[4 + 2*WORD_ADDR +: 5];
  wire [15:0]            delay    = seg[9 + 2*WORD_ADDR +: 16];
  wire [WEIGHT_ADDR-1:0] seg_row  = seg[25 + 2*WORD_ADDR +: WEIGHT_ADDR];
  wire [X-1:0]           seg_x    = seg[25 + 2*WORD_ADDR + WEIGHT_ADDR +: X];
  wire [Y-1:0]           seg_y    = seg[25 + 2*WORD_ADDR + WEIGHT_ADDR + X +: Y];

  wire [15:0]            age   = (external ? i_step : i_tick) - delay;
  wire [WORD_ADDR+15:0]  age_w = {{WORD_ADDR{1'b0}}, age};
  wire [WORD_ADDR-1:0]   slot  = age_w[WORD_ADDR-1:0] & mask;
  wire                   early = external && (i_step < delay);

  wire [ACROSS+X-1:0] across_at = {{X{1'b0}}, across_1_q} + {{ACROSS{1'b0}}, seg_x};
  wire [DOWN+Y-1:0]   down_at   = {{Y{1'b0}}, down_1_q} + {{DOWN{1'b0}}, seg_y};

  // ---- stage 2: column and line --------------------------------------------

  wire [ACROSS_WIDTH-1:0] across;
  wire [DOWN_WIDTH-1:0]   down;
  reg                     live_2_q;
  reg                     external_2_q;
  reg                     negate_2_q;
  reg                     double_2_q;
  reg                     early_2_q;
  reg [WORD_ADDR-1:0]     base_2_q;
  reg [WEIGHT_ADDR-1:0]   row_2_q;
  reg [FIRST-1:0]         shift_2_q;

  snnc_table #(
    .WIDTH   (ACROSS_WIDTH),
    .DEPTH   (ACROSS_ROWS),
    .INIT    (ACROSS_INIT),
    .OVERLAY (OVERLAY),
    .MEMORY  (`SNNC_MEM_ACROSS)
  ) u_across (
    .i_clk    (i_clk),
    .i_write  (i_table_write),
    .i_memory (i_table_memory),
    .i_offset (i_table_offset),
    .i_data   (i_table_data),
    .i_re    (advance),
    .i_raddr (across_at[ACROSS-1:0]),
    .o_rdata (across)
  );

  snnc_table #(
    .WIDTH   (DOWN_WIDTH),
    .DEPTH   (DOWN_ROWS),
    .INIT    (DOWN_INIT),
    .OVERLAY (OVERLAY),
    .MEMORY  (`SNNC_MEM_DOWN)
  ) u_down (
    .i_clk    (i_clk),
    .i_write  (i_table_write),
    .i_memory (i_table_memory),
    .i_offset (i_table_offset),
    .i_data   (i_table_data),
    .i_re    (advance),
    .i_raddr (down_at[DOWN-1:0]),
    .o_rdata (down)
  );

  always @(posedge i_clk) begin
    if (i_rst)        live_2_q <= 1'b0;
    else if (advance) live_2_q <= live_1_q;
    if (advance) begin
      external_2_q <= external;
      negate_2_q   <= negate;
      double_2_q   <= double;
      early_2_q    <= early;
      base_2_q     <= base + (slot << shift);
      row_2_q      <= row_1_q + seg_row;
      shift_2_q    <= grouped ? shift_1_q : {FIRST{1'b0}};
    end
  end

  wire [FIRST-1:0] across_first = across[0 +: FIRST];
  wire [FIRST:0]   across_bits  = across[FIRST +: FIRST + 1];
  wire [FIRST-1:0] down_first   = down[0 +: FIRST];
  wire             present      = down[FIRST];

  // ---- stage 3: first bit and weight row -----------------------------------

  reg                   live_3_q;
  reg                   none_3_q;
  reg                   external_3_q;
  reg                   negate_3_q;
  reg                   double_3_q;
  reg [WORD_ADDR-1:0]   base_3_q;
  reg [FIRST-1:0]       first_3_q;
  reg [FIRST:0]         bits_3_q;
  reg [WEIGHT_ADDR-1:0] row_3_q;

  always @(posedge i_clk) begin
    if (i_rst)        live_3_q <= 1'b0;
    else if (advance) live_3_q <= live_2_q;
    if (advance) begin
      none_3_q     <= early_2_q || !present || (across_bits == {(FIRST+1){1'b0}});
      external_3_q <= external_2_q;
      negate_3_q   <= negate_2_q;
      double_3_q   <= double_2_q;
      base_3_q     <= base_2_q;
      first_3_q    <= across_first + down_first + shift_2_q;
      bits_3_q     <= across_bits;
      row_3_q      <= row_2_q + across[2*FIRST + 1 +: WEIGHT_ADDR] + down[FIRST + 1 +: WEIGHT_ADDR];
    end
  end

  // ---- result: words -------------------------------------------------------

  wire [BIT-1:0]             low      = first_3_q[BIT-1:0];
  wire [FIRST:0]             last     = bits_3_q + {{(FIRST+1-BIT){1'b0}}, low} - {{FIRST{1'b0}}, 1'b1};
  wire [WEIGHT_ADDR+BIT-1:0] low_wide = {{WEIGHT_ADDR{1'b0}}, low};

  reg                   none_q;
  reg                   external_q;
  reg                   negate_q;
  reg                   double_q;
  reg [WORD_ADDR-1:0]   addr_q;
  reg [WORD_ADDR:0]     more_q;
  reg [BIT-1:0]         low_q;
  reg [BIT-1:0]         high_q;
  reg [WEIGHT_ADDR-1:0] result_row_q;

  always @(posedge i_clk) begin
    if (i_rst)        result_live_q <= 1'b0;
    else if (advance) result_live_q <= live_3_q;
    if (advance) begin
      none_q       <= none_3_q;
      external_q   <= external_3_q;
      negate_q     <= negate_3_q;
      double_q     <= double_3_q;
      addr_q       <= base_3_q + first_3_q[FIRST-1:BIT];
      more_q       <= last[FIRST:BIT];
      low_q        <= low;
      high_q       <= last[BIT-1:0];
      result_row_q <= row_3_q - low_wide[WEIGHT_ADDR-1:0];
    end
  end

  assign o_none     = none_q;
  assign o_external = external_q;
  assign o_negate   = negate_q;
  assign o_double   = double_q;
  assign o_addr     = addr_q;
  assign o_more     = more_q;
  assign o_low      = low_q;
  assign o_high     = high_q;
  assign o_row      = result_row_q;

  wire unused = &{1'b0, age_w, across_at, down_at, low_wide};

endmodule

`default_nettype wire

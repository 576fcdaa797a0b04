// tb_segments: every window of a tick, in order, taken at once or late; the
// first stands 5 cycles after the start.
`default_nettype none
`include "snnc_regs.vh"

module tb_segments #(
  parameter WORD       = 8,
  parameter BLOCKS     = 3,
  parameter COLUMNS    = 1,
  parameter LINES      = 1,
  parameter ROWS       = 40,
  parameter SEGMENTS   = 3,
  parameter HELD       = 0,
  parameter BLOCK_BITS = 0,
  parameter NX         = 1,
  parameter NY         = 1,
  parameter SLOTS      = 2,
  parameter SHIFT      = 2,
  parameter SEGMENTS_INIT = "",
  parameter ACROSS_INIT   = "",
  parameter DOWN_INIT     = "",
  parameter TICKS      = 30,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam SPIKE_ADDR  = $clog2(SLOTS << SHIFT);
  localparam INPUT_ADDR  = SPIKE_ADDR;
  localparam GROUPS      = BLOCKS * COLUMNS * LINES;
  localparam WEIGHT_ADDR = (BLOCKS * ROWS > 1) ? $clog2(BLOCKS * ROWS) : 1;
  localparam BIT         = $clog2(WORD);

  integer win_tick, win_step;
  `include "tb_windows.vh"

  reg                    rst   = 1'b1;
  reg                    start = 1'b0;
  reg                    first = 1'b0;
  reg  [15:0]            tick  = 16'd0;
  reg  [15:0]            step_no = 16'd0;
  reg                    take  = 1'b0;
  wire                   none, external, negate, double;
  wire [SPIKE_ADDR-1:0]  addr;
  wire [SPIKE_ADDR:0]    more;
  wire [BIT-1:0]         low, high;
  wire [WEIGHT_ADDR-1:0] row;

  snnc_segments #(
    .WORD(WORD), .BLOCKS(BLOCKS), .COLUMNS(COLUMNS), .LINES(LINES), .ROWS(ROWS), .SEGMENTS(SEGMENTS), .HELD(HELD),
    .BLOCK_BITS(BLOCK_BITS), .NX(NX), .NY(NY), .SPIKE_ADDR(SPIKE_ADDR), .INPUT_ADDR(INPUT_ADDR),
    .SEGMENTS_INIT(SEGMENTS_INIT), .ACROSS_INIT(ACROSS_INIT), .DOWN_INIT(DOWN_INIT)
  ) dut (
    .i_cfg({32*`SNNC_CONFIGS{1'b0}}), .i_table_write(1'b0), .i_table_memory(8'd0), .i_table_offset(23'd0), .i_table_data(32'd0),
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_first(first), .i_tick(tick), .i_step(step_no), .i_take(take),
    .o_none(none), .o_external(external), .o_negate(negate), .o_double(double), .o_addr(addr), .o_more(more),
    .o_low(low), .o_high(high), .o_row(row));

  integer k, g, s, late, row_0;

  task look;                                        // at the window of segment s and group g
    begin
      window(s, g);
      #1 check("o_none", none, win_bits == 0);
      check("o_external", external, win_external);
      check("o_negate", negate, win_negate);
      check("o_double", double, win_double);
      if (win_bits > 0) begin
        row_0 = win_row - win_first % WORD;
        check("o_addr", addr, win_base + win_first / WORD);
        check("o_more", more, (win_first + win_bits - 1) / WORD - win_first / WORD);
        check("o_low", low, win_first % WORD);
        check("o_high", high, (win_first + win_bits - 1) % WORD);
        check("o_row", row, row_0[WEIGHT_ADDR-1:0]);
      end
    end
  endtask

  initial begin
    step;
    step;
    rst = 1'b0;
    for (k = 0; k < TICKS; k = k + 1) begin
      first   = k == 0 || rnd(3) == 0;
      start   = 1'b1;
      tick    = k;
      step_no = first ? 0 : 1 + rnd(5);
      win_tick = tick;
      win_step = step_no;
      late    = rnd(3);                             // 0: each window is taken at once
      step;
      start = 1'b0;
      repeat (4) step;
      for (g = 0; g < GROUPS; g = g + 1)
        for (s = first ? 0 : HELD; s < SEGMENTS; s = s + 1) begin
          take = 1'b0;
          if (late != 0) repeat (rnd(1 + late)) begin
            look;
            step;
          end
          take = 1'b1;
          look;
          step;
        end
      take = 1'b0;
      repeat (rnd(4)) step;
    end
    finish;
  end
endmodule

`default_nettype wire

  // What a segment sees (docs/machine.md, section 2), from the tables that the
  // modules read. The bench has WORD, BLOCKS, COLUMNS, LINES, ROWS, SEGMENTS,
  // BLOCK_BITS, NX, NY, SPIKE_ADDR, INPUT_ADDR and the names of the tables, and
  // declares integers win_tick and win_step.
  localparam WIN_ADDR   = (SPIKE_ADDR > INPUT_ADDR) ? SPIKE_ADDR : INPUT_ADDR;
  localparam WIN_FIRST  = WIN_ADDR + $clog2(WORD);
  localparam WIN_WEIGHT = (BLOCKS * ROWS > 1) ? $clog2(BLOCKS * ROWS) : 1;
  localparam WIN_X      = (NX > 1) ? $clog2(NX) : 1;
  localparam WIN_Y      = (NY > 1) ? $clog2(NY) : 1;

  reg [255:0] seg_table    [0:SEGMENTS-1];
  reg [255:0] across_table [0:COLUMNS*NX-1];
  reg [255:0] down_table   [0:LINES*NY-1];
  initial begin
    $readmemh(SEGMENTS_INIT, seg_table);
    $readmemh(ACROSS_INIT, across_table);
    $readmemh(DOWN_INIT, down_table);
  end

  reg           win_external, win_negate, win_double;
  reg           win_early;
  integer       win_base, win_first, win_bits, win_row;
  reg [255:0]   win_seg, win_across, win_down;
  integer       win_block, win_column, win_line, win_age;

  function integer field;                           // of a table's row
    input [255:0] row;
    input integer at;
    input integer width;
    field = (row >> at) & ~({256{1'b1}} << width);
  endfunction

  task window;
    input integer segment;
    input integer group;
    begin
      win_seg      = seg_table[segment];
      win_external = win_seg[0];
      win_negate   = win_seg[1];
      win_double   = win_seg[2];
      win_block    = group % BLOCKS;
      win_column   = group / BLOCKS % COLUMNS;
      win_line     = group / BLOCKS / COLUMNS;
      win_across   = across_table[win_column*NX + field(win_seg, 25 + 2*WIN_ADDR + WIN_WEIGHT, WIN_X)];
      win_down     = down_table[win_line*NY + field(win_seg, 25 + 2*WIN_ADDR + WIN_WEIGHT + WIN_X, WIN_Y)];
      win_age      = (win_external ? win_step : win_tick) - field(win_seg, 9 + 2*WIN_ADDR, 16);
      win_base     = field(win_seg, 4, WIN_ADDR) + ((win_age & field(win_seg, 4 + WIN_ADDR, WIN_ADDR)) << field(win_seg, 4 + 2*WIN_ADDR, 5));
      win_first    = field(win_across, 0, WIN_FIRST) + field(win_down, 0, WIN_FIRST) + (win_seg[3] ? win_block * BLOCK_BITS : 0);
      win_bits     = field(win_across, WIN_FIRST, WIN_FIRST + 1);
      win_row      = win_block * ROWS + field(win_seg, 25 + 2*WIN_ADDR, WIN_WEIGHT)
                   + field(win_across, 2*WIN_FIRST + 1, WIN_WEIGHT) + field(win_down, WIN_FIRST + 1, WIN_WEIGHT);
      win_early    = win_external && win_age < 0;
      if (!win_down[WIN_FIRST] || win_early) win_bits = 0;
    end
  endtask

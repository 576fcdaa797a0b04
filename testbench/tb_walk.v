// tb_walk: the whole schedule of a tick, each operation in its cycle.
//
// The model writes down what docs/machine.md, section 3, says for the words in
// the memories, and the module is then compared with it cycle by cycle.
`default_nettype none
`include "snnc_regs.vh"

module tb_walk #(
  parameter WORD       = 8,
  parameter BLOCKS     = 3,
  parameter COLUMNS    = 1,
  parameter LINES      = 1,
  parameter ROWS       = 40,
  parameter UPDATES    = 2,
  parameter SHARED     = 0,
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
  parameter TICKS      = 40,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam SPIKE_ADDR  = $clog2(SLOTS << SHIFT);
  localparam INPUT_ADDR  = SPIKE_ADDR;
  localparam GROUPS      = BLOCKS * COLUMNS * LINES;
  localparam PARAM_ROWS  = ((SHARED != 0) ? BLOCKS : GROUPS) * UPDATES;
  localparam PARAM_ADDR  = (PARAM_ROWS > 1) ? $clog2(PARAM_ROWS) : 1;
  localparam WEIGHT_ADDR = (BLOCKS * ROWS > 1) ? $clog2(BLOCKS * ROWS) : 1;
  localparam UPDATE_ADDR = (GROUPS * UPDATES > 1) ? $clog2(GROUPS * UPDATES) : 1;
  localparam GROUP_ADDR  = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam LONGEST     = GROUPS * (4 + UPDATES + SEGMENTS * (2 + (WORD << SHIFT))) + 16;

  integer win_tick, win_step;
  `include "tb_windows.vh"

  reg                    rst   = 1'b1;
  reg                    start = 1'b0;
  reg                    first = 1'b0;
  reg  [15:0]            tick  = 16'd0;
  reg  [15:0]            step_no = 16'd0;
  reg  [WORD-1:0]        spike_word = 0;
  reg  [WORD-1:0]        input_word = 0;
  wire                   busy, spike_re, input_re, weight_re, current_re, update;
  wire                   op_clear, op_load, op_double, op_add, op_sub, op_save;
  wire [SPIKE_ADDR-1:0]  spike_addr;
  wire [INPUT_ADDR-1:0]  input_addr;
  wire [WEIGHT_ADDR-1:0] weight_addr;
  wire [GROUP_ADDR-1:0]  group;
  wire [UPDATE_ADDR-1:0] update_addr;
  wire [PARAM_ADDR-1:0]  param_addr;

  snnc_walk #(
    .WORD(WORD), .BLOCKS(BLOCKS), .COLUMNS(COLUMNS), .LINES(LINES), .ROWS(ROWS), .UPDATES(UPDATES), .SHARED(SHARED),
    .SPIKE_ADDR(SPIKE_ADDR), .INPUT_ADDR(INPUT_ADDR), .SEGMENTS(SEGMENTS), .HELD(HELD), .BLOCK_BITS(BLOCK_BITS), .NX(NX), .NY(NY),
    .SEGMENTS_INIT(SEGMENTS_INIT), .ACROSS_INIT(ACROSS_INIT), .DOWN_INIT(DOWN_INIT)
  ) dut (
    .i_cfg({32*`SNNC_CONFIGS{1'b0}}), .i_table_write(1'b0), .i_table_memory(8'd0), .i_table_offset(23'd0), .i_table_data(32'd0),
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_start_first(first), .i_first(first), .i_tick(tick), .i_step(step_no), .o_busy(busy),
    .o_spike_re(spike_re), .o_spike_addr(spike_addr), .i_spike_word(spike_word),
    .o_input_re(input_re), .o_input_addr(input_addr), .i_input_word(input_word),
    .o_weight_re(weight_re), .o_weight_addr(weight_addr), .o_current_re(current_re), .o_group(group),
    .o_op_clear(op_clear), .o_op_load(op_load), .o_op_double(op_double), .o_op_add(op_add), .o_op_sub(op_sub), .o_op_save(op_save),
    .o_update(update), .o_update_addr(update_addr), .o_param_addr(param_addr));

  reg [WORD-1:0] spikes [0:(1<<SPIKE_ADDR)-1];
  reg [WORD-1:0] inputs [0:(1<<INPUT_ADDR)-1];

  localparam NONE = 0, CLEAR = 1, LOAD = 2, DOUBLE = 3, ADD = 4, SUB = 5, SAVE = 6, UPD = 7;
  integer op  [0:LONGEST];                          // issued in a cycle of the tick
  integer arg [0:LONGEST];                          // weight row, group or update word
  integer c, g, s, w, b, u, k, ends, base, any, last;
  reg [WORD-1:0] word;

  task issue;
    input integer what;
    input integer operand;
    begin
      op[c]  = what;
      arg[c] = operand;
      c = c + 1;
    end
  endtask

  task plan;
    begin
      for (c = 0; c <= LONGEST; c = c + 1) op[c] = NONE;
      win_tick = tick;
      win_step = step_no;
      c = 4;                                        // after LEAD
      for (g = 0; g < GROUPS; g = g + 1) begin
        issue((HELD > 0 && !first) ? LOAD : CLEAR, g);
        for (s = first ? 0 : HELD; s < SEGMENTS; s = s + 1) begin
          window(s, g);
          issue(win_double ? DOUBLE : NONE, 0);
          for (w = win_first / WORD; win_bits > 0 && w <= (win_first + win_bits - 1) / WORD; w = w + 1) begin
            word = win_external ? inputs[win_base + w] : spikes[win_base + w];
            any  = 0;
            for (b = 0; b < WORD; b = b + 1)
              if (word[b] && w * WORD + b >= win_first && w * WORD + b < win_first + win_bits) begin
                issue(win_negate ? SUB : ADD, win_row + w * WORD + b - win_first);
                any = 1;
              end
            if (any == 0) issue(NONE, 0);
          end
          if (HELD > 0 && first && s == HELD - 1) issue(SAVE, g);
        end
        issue(NONE, 0);                             // DRAIN
        for (u = 0; u < UPDATES; u = u + 1) issue(UPD, g * UPDATES + u);
      end
      ends = c;
    end
  endtask

  function integer at;                              // operation issued in cycle n
    input integer n;
    at = (n < 0) ? NONE : op[n];
  endfunction

  task cycle;                                       // c of the tick
    begin
      #1 check("o_busy", busy, c >= 1 && c < ends);
      check("o_update", update, at(c) == UPD);
      if (at(c) == UPD) check("o_update_addr", update_addr, arg[c]);
      if (at(c) == UPD) check("o_param_addr", param_addr, (SHARED != 0) ? arg[c] % (BLOCKS * UPDATES) : arg[c]);
      check("o_weight_re", weight_re, at(c - 1) == ADD || at(c - 1) == SUB);
      if (weight_re) check("o_weight_addr", weight_addr, arg[c-1]);
      check("o_current_re", current_re, at(c - 1) == LOAD);
      if (current_re) check("o_group of load", group, arg[c-1]);
      check("o_op_clear", op_clear, at(c - 2) == CLEAR);
      check("o_op_load", op_load, at(c - 2) == LOAD);
      check("o_op_double", op_double, at(c - 2) == DOUBLE);
      check("o_op_add", op_add, at(c - 2) == ADD || at(c - 2) == SUB);
      if (op_add) check("o_op_sub", op_sub, at(c - 2) == SUB);
      check("o_op_save", op_save, at(c - 2) == SAVE);
      if (op_save) check("o_group of save", group, arg[c-2]);
      any  = spike_re;
      base = spike_addr;
      word = input_re ? inputs[input_addr] : input_word;
      step;
      input_word = word;
      if (any != 0) spike_word = spikes[base];
    end
  endtask

  initial begin
    repeat (3) step;
    rst = 1'b0;
    step;
    for (k = 0; k < TICKS; k = k + 1) begin
      // Empty, full and random words.
      for (s = 0; s < (1 << SPIKE_ADDR); s = s + 1) spikes[s] = (k == 0 || rnd(3) == 0) ? 0 : (k == 1) ? ~0 : rnd(0) & rnd(0);
      for (s = 0; s < (1 << INPUT_ADDR); s = s + 1) inputs[s] = (k == 0 || rnd(3) == 0) ? 0 : (k == 1) ? ~0 : rnd(0) & rnd(0);
      tick  = (k == 3) ? 16'hFFFF : k;
      first = k == 0 || rnd(4) == 0;
      step_no = first ? 0 : 1 + rnd(6);
      plan;
      start = 1'b1;
      last  = ends + 3 + rnd(4);
      for (c = 0; c <= last; c = c + 1) begin
        cycle;
        start = 1'b0;
      end
    end
    finish;
  end
endmodule

`default_nettype wire

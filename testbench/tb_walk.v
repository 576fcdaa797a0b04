// tb_walk: the whole schedule of a tick, each operation in its cycle.
//
// The model writes down what docs/machine.md, section 3, says for the words in
// the memories, and the module is then compared with it cycle by cycle.
`default_nettype none

module tb_walk #(
  parameter WORD       = 8,
  parameter GROUPS     = 3,
  parameter ROWS       = 40,
  parameter UPDATES    = 2,
  parameter SPIKE_ADDR = 4,
  parameter INPUT_ADDR = 2,
  parameter SEGMENTS   = 3,
  parameter HELD       = 0,
  parameter [SEGMENTS-1:0]    SEG_EXTERNAL = 3'b011,
  parameter [SEGMENTS-1:0]    SEG_NEGATE   = 3'b001,
  parameter [SEGMENTS-1:0]    SEG_DOUBLE   = 3'b010,
  parameter [SEGMENTS-1:0]    SEG_LAST     = 3'b100,
  parameter [32*SEGMENTS-1:0] SEG_BASE     = {32'd8, 32'd2, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_WORDS    = {32'd3, 32'd2, 32'd2},
  parameter [32*SEGMENTS-1:0] SEG_MASK     = {32'd1, 32'd0, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_SHIFT    = {32'd2, 32'd0, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_DELAY    = {32'd1, 32'd0, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_ROW      = {32'd16, 32'd0, 32'd0},
  parameter TICKS      = 40,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam WEIGHT_ADDR = (GROUPS * ROWS > 1) ? $clog2(GROUPS * ROWS) : 1;
  localparam UPDATE_ADDR = (GROUPS * UPDATES > 1) ? $clog2(GROUPS * UPDATES) : 1;
  localparam GROUP_ADDR  = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam LONGEST     = GROUPS * (ROWS + 4 + UPDATES + SEGMENTS + ROWS) + 16;

  reg                    rst   = 1'b1;
  reg                    start = 1'b0;
  reg                    first = 1'b0;
  reg  [15:0]            tick  = 16'd0;
  reg  [WORD-1:0]        spike_word = 0;
  reg  [WORD-1:0]        input_word = 0;
  wire                   busy, spike_re, spike_take, input_re, weight_re, current_re, update;
  wire                   op_clear, op_load, op_double, op_add, op_sub, op_save;
  wire [SPIKE_ADDR-1:0]  spike_addr;
  wire [INPUT_ADDR-1:0]  input_addr;
  wire [WEIGHT_ADDR-1:0] weight_addr;
  wire [GROUP_ADDR-1:0]  group;
  wire [UPDATE_ADDR-1:0] update_addr;

  snnc_walk #(
    .WORD(WORD), .GROUPS(GROUPS), .ROWS(ROWS), .UPDATES(UPDATES), .SPIKE_ADDR(SPIKE_ADDR), .INPUT_ADDR(INPUT_ADDR),
    .SEGMENTS(SEGMENTS), .HELD(HELD), .SEG_EXTERNAL(SEG_EXTERNAL), .SEG_NEGATE(SEG_NEGATE), .SEG_DOUBLE(SEG_DOUBLE),
    .SEG_LAST(SEG_LAST), .SEG_BASE(SEG_BASE), .SEG_WORDS(SEG_WORDS), .SEG_MASK(SEG_MASK), .SEG_SHIFT(SEG_SHIFT),
    .SEG_DELAY(SEG_DELAY), .SEG_ROW(SEG_ROW)
  ) dut (
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_first(first), .i_tick(tick), .o_busy(busy),
    .o_spike_re(spike_re), .o_spike_addr(spike_addr), .i_spike_word(spike_word), .o_spike_take(spike_take),
    .o_input_re(input_re), .o_input_addr(input_addr), .i_input_word(input_word),
    .o_weight_re(weight_re), .o_weight_addr(weight_addr), .o_current_re(current_re), .o_group(group),
    .o_op_clear(op_clear), .o_op_load(op_load), .o_op_double(op_double), .o_op_add(op_add), .o_op_sub(op_sub), .o_op_save(op_save),
    .o_update(update), .o_update_addr(update_addr));

  reg [WORD-1:0] spikes [0:(1<<SPIKE_ADDR)-1];
  reg [WORD-1:0] inputs [0:(1<<INPUT_ADDR)-1];
  integer        takes  [0:(1<<SPIKE_ADDR)-1];      // expected less seen
  integer        shown;                             // address of the spike word at the output

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
      c = 1;
      for (g = 0; g < GROUPS; g = g + 1) begin
        issue((HELD > 0 && !first) ? LOAD : CLEAR, g);
        for (s = first ? 0 : HELD; s < SEGMENTS; s = s + 1) begin
          issue(SEG_DOUBLE[s] ? DOUBLE : NONE, 0);
          base = SEG_BASE[32*s +: 32] + (((tick - SEG_DELAY[32*s +: 32]) & SEG_MASK[32*s +: 32]) << SEG_SHIFT[32*s +: 32]);
          for (w = 0; w < SEG_WORDS[32*s +: 32]; w = w + 1) begin
            word = SEG_EXTERNAL[s] ? inputs[base + w] : spikes[base + w];
            for (b = 0; b < WORD; b = b + 1)
              if (word[b]) issue(SEG_NEGATE[s] ? SUB : ADD, g * ROWS + SEG_ROW[32*s +: 32] + w * WORD + b);
            if (word == 0) issue(NONE, 0);
            if (SEG_LAST[s] && !SEG_EXTERNAL[s] && g == GROUPS - 1) takes[base + w] = takes[base + w] + 1;
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
      if (spike_take) takes[shown] = takes[shown] - 1;
      any  = spike_re;
      base = spike_addr;
      word = input_re ? inputs[input_addr] : input_word;
      step;
      input_word = word;
      if (any != 0) begin
        spike_word = spikes[base];
        shown      = base;
      end
    end
  endtask

  initial begin
    shown = 0;
    for (k = 0; k < (1 << SPIKE_ADDR); k = k + 1) takes[k] = 0;
    repeat (3) step;
    rst = 1'b0;
    step;
    for (k = 0; k < TICKS; k = k + 1) begin
      // Empty, full and random words.
      for (s = 0; s < (1 << SPIKE_ADDR); s = s + 1) spikes[s] = (k == 0 || rnd(3) == 0) ? 0 : (k == 1) ? ~0 : rnd(0) & rnd(0);
      for (s = 0; s < (1 << INPUT_ADDR); s = s + 1) inputs[s] = (k == 0 || rnd(3) == 0) ? 0 : (k == 1) ? ~0 : rnd(0) & rnd(0);
      tick  = (k == 3) ? 16'hFFFF : k;
      first = k == 0 || rnd(4) == 0;
      plan;
      start = 1'b1;
      last  = ends + 3 + rnd(4);
      for (c = 0; c <= last; c = c + 1) begin
        cycle;
        start = 1'b0;
      end
      for (s = 0; s < (1 << SPIKE_ADDR); s = s + 1) begin
        check("takes", takes[s], 0);
        takes[s] = 0;
      end
    end
    finish;
  end
endmodule

`default_nettype wire

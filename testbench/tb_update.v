// tb_update: the updates of a core's neurons over several ticks against
// package numerics: membranes, spike words and their cycles.
//
// VECTORS has, one value a line: a row of parameters for each update word;
// then for each tick its first flag, the accumulators of each group, the state
// word each update writes, and for each update {push, 31-bit index, 32 bits}.
// The bench is the memories and the walk around the pipeline.
`default_nettype none
`include "snnc_regs.vh"

module tb_update #(
  parameter WORD       = 16,
  parameter NEURONS    = 16,
  parameter GROUPS     = 2,
  parameter LANES      = 16,
  parameter UPDATE     = 4,
  parameter ACC_BITS   = 16,
  parameter STATE_BITS = 16,
  parameter FRAC       = 8,
  parameter DECAY_BITS = 12,
  parameter DECAY_MODE = 1,
  parameter DECAY      = 0,
  parameter ROUND_ZERO = 0,
  parameter CURRENT    = 0,
  parameter SYN_MODE   = 1,
  parameter SYN_DECAY  = 0,
  parameter REFRACTORY = 0,
  parameter RESET_MODE = 2,
  parameter RESET_EACH = 0,
  parameter RESET      = 0,
  parameter AT_LEAST   = 0,
  parameter GRADED     = 0,
  parameter TICKS      = 1,
  parameter VECTORS    = "update.hex",
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam TURNS      = LANES / UPDATE;
  localparam ROWS       = GROUPS * TURNS;
  localparam ADDR       = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam WORDS      = (GRADED != 0) ? GROUPS * LANES : (GROUPS * LANES + WORD - 1) / WORD;
  localparam INDEX      = (WORDS > 1) ? $clog2(WORDS) : 1;
  localparam STATES     = (CURRENT != 0) ? 2 : 1;
  localparam PARAM_BITS = (1 + STATES) * STATE_BITS + ((DECAY_MODE == 3) ? DECAY_BITS : 0)
                        + ((CURRENT != 0 && SYN_MODE == 3) ? DECAY_BITS : 0) + ((RESET_EACH != 0) ? STATE_BITS : 0);
  localparam MEMORY     = STATES * STATE_BITS + ((REFRACTORY > 0) ? $clog2(REFRACTORY + 1) : 0);
  localparam PER_TICK   = 1 + GROUPS + 2 * ROWS;
  localparam LINES      = ROWS + TICKS * PER_TICK;

  reg                          rst   = 1'b1;
  reg                          start = 1'b0;
  reg                          first = 1'b0;
  reg                          update = 1'b0;
  reg  [ADDR-1:0]              addr  = 0;
  reg  [LANES*ACC_BITS-1:0]    acc   = 0;
  reg  [UPDATE*PARAM_BITS-1:0] params = 0;
  reg  [UPDATE*MEMORY-1:0] state = 0;
  wire                         state_we;
  wire [ADDR-1:0]              state_addr;
  wire [UPDATE*MEMORY-1:0] state_out;
  wire                         push;
  wire [INDEX-1:0]             push_index;
  wire [WORD-1:0]              push_bits;
  wire [UPDATE-1:0]            spikes;
  wire                         busy;

  snnc_update #(
    .WORD(WORD), .NEURONS(NEURONS), .GROUPS(GROUPS), .LANES(LANES), .UPDATE(UPDATE), .ACC_BITS(ACC_BITS), .STATE_BITS(STATE_BITS),
    .FRAC(FRAC), .DECAY_BITS(DECAY_BITS), .DECAY_MODE(DECAY_MODE), .DECAY(DECAY), .ROUND_ZERO(ROUND_ZERO),
    .CURRENT(CURRENT), .SYN_MODE(SYN_MODE), .SYN_DECAY(SYN_DECAY), .REFRACTORY(REFRACTORY),
    .RESET_MODE(RESET_MODE), .RESET_EACH(RESET_EACH), .RESET(RESET), .AT_LEAST(AT_LEAST), .GRADED(GRADED)
  ) dut (
    .i_cfg({32*`SNNC_CONFIGS{1'b0}}),
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_first(first), .i_update(update), .i_update_addr(addr),
    .i_acc(acc), .i_params(params), .i_state(state), .o_state_we(state_we), .o_state_addr(state_addr), .o_state(state_out), .o_spikes(spikes),
    .o_push(push), .o_push_index(push_index), .o_push_bits(push_bits), .o_busy(busy));

  reg [1023:0] lines [0:LINES-1];
  reg [UPDATE*MEMORY-1:0] memory [0:ROWS-1];
  integer row_1 = -1;                               // rows in the stages, -1: none
  integer row_2 = -1;
  integer row_3 = -1;                               // with a current only
  integer row_out = -1;
  integer k, g, u, base;
  reg [63:0] word;

  task cycle;                                       // with update row r, or -1
    input integer r;
    begin
      update = r >= 0;
      addr   = (r >= 0) ? r : rnd(ROWS);
      #1 check("o_busy", busy, row_1 >= 0 || row_2 >= 0 || row_3 >= 0 || row_out >= 0);
      check("o_state_we", state_we, row_out >= 0);
      word = 64'd0;
      if (row_out >= 0) begin
        check("o_state_addr", state_addr, row_out);
        check_wide("o_state", state_out, lines[base + 1 + GROUPS + row_out]);
        memory[row_out] = state_out;
        word = lines[base + 1 + GROUPS + ROWS + row_out];
      end
      check("o_push", push, word[63]);
      if (word[63]) begin
        check("o_push_index", push_index, word[62:32]);
        check("o_push_bits", push_bits, word[31:0]);
        if (GRADED == 0) check("o_spikes", spikes, (word[31:0] >> (row_out % (WORD / UPDATE) * UPDATE)) & ~({32{1'b1}} << UPDATE));
      end
      step;
      row_out = (CURRENT != 0) ? row_3 : row_2;
      row_3 = (CURRENT != 0) ? row_2 : -1;
      row_2 = row_1;
      row_1 = r;
      params = wide(UPDATE * PARAM_BITS);           // the memories' outputs, a cycle after the address
      state  = wide(UPDATE * MEMORY);
      if (row_1 >= 0) begin
        params = lines[row_1];
        state  = memory[row_1];
        acc    = lines[base + 1 + row_1 / TURNS];
      end
    end
  endtask

  initial begin
    $readmemh(VECTORS, lines);
    for (u = 0; u < ROWS; u = u + 1) memory[u] = wide(UPDATE * MEMORY);
    base = ROWS;
    step;
    rst = 1'b0;
    for (k = 0; k < TICKS; k = k + 1) begin
      base  = ROWS + k * PER_TICK;
      start = 1'b1;
      cycle(-1);
      start = 1'b0;
      first = lines[base] != 0;
      for (g = 0; g < GROUPS; g = g + 1) begin
        repeat (4 + rnd(3)) cycle(-1);              // GROUP, SEG, WALK, DRAIN at least
        for (u = 0; u < TURNS; u = u + 1) cycle(g * TURNS + u);
      end
      repeat (5) cycle(-1);
    end
    finish;
  end
endmodule

`default_nettype wire

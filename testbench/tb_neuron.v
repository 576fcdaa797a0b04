// tb_neuron: one step of a neuron against package numerics.
//
// VECTORS has COUNT lines of fourteen 32-bit words: {spike << 4 | first, state,
// current, wait, acc, threshold, bias, membrane bias, decay, current's decay,
// reset, and state, current and wait afterwards}, each value in the low bits of
// its word. They enter one a cycle, with gaps.
`default_nettype none
`include "snnc_regs.vh"

module tb_neuron #(
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
  parameter VECTORS    = "neuron.hex",
  parameter COUNT      = 1,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam WAIT_BITS = (REFRACTORY > 0) ? $clog2(REFRACTORY + 1) : 0;
  localparam WAIT      = (WAIT_BITS > 0) ? WAIT_BITS : 1;
  localparam DEPTH     = (CURRENT != 0) ? 3 : 2;    // stages

  reg [DEPTH:0] valid = 0;                          // bit k: a vector is k stages in
  reg [447:0] in    = 448'd0;
  reg [447:0] at    [0:DEPTH];
  reg [447:0] vectors [0:COUNT-1];
  wire [STATE_BITS-1:0] state;
  wire [STATE_BITS-1:0] current;
  wire [WAIT-1:0]       waits;
  wire                  spike;
  integer i, k;

  snnc_neuron #(
    .ACC_BITS(ACC_BITS), .STATE_BITS(STATE_BITS), .FRAC(FRAC), .DECAY_BITS(DECAY_BITS), .DECAY_MODE(DECAY_MODE), .DECAY(DECAY),
    .ROUND_ZERO(ROUND_ZERO), .CURRENT(CURRENT), .SYN_MODE(SYN_MODE), .SYN_DECAY(SYN_DECAY), .WAIT_BITS(WAIT_BITS), .REFRACTORY(REFRACTORY),
    .RESET_MODE(RESET_MODE), .RESET_EACH(RESET_EACH), .RESET(RESET), .AT_LEAST(AT_LEAST), .GRADED(GRADED)
  ) dut (
    .i_cfg({32*`SNNC_CONFIGS{1'b0}}),
    .i_clk(clk), .i_valid_1(valid[0]), .i_first(in[416]), .i_state(in[384 +: STATE_BITS]), .i_current(in[352 +: STATE_BITS]),
    .i_wait(in[320 +: WAIT]), .i_acc(in[288 +: ACC_BITS]), .i_threshold(in[256 +: STATE_BITS]), .i_bias(in[224 +: STATE_BITS]),
    .i_vbias(in[192 +: STATE_BITS]), .i_decay(in[160 +: DECAY_BITS]), .i_syn_decay(in[128 +: DECAY_BITS]), .i_reset(in[96 +: STATE_BITS]),
    .i_valid_2(valid[1]), .i_valid_v(valid[DEPTH-1]), .o_state(state), .o_current(current), .o_wait(waits), .o_spike(spike));

  task cycle;
    begin
      #1 if (valid[DEPTH]) begin
        check("o_state", state, at[DEPTH][64 +: STATE_BITS]);
        if (CURRENT != 0) check("o_current", current, at[DEPTH][32 +: STATE_BITS]);
        if (WAIT_BITS != 0) check("o_wait", waits, at[DEPTH][0 +: WAIT]);
        check("o_spike", spike, at[DEPTH][420]);
        if (failures == 1) $display("FAIL: %m: of the vector %h", at[DEPTH]);
      end
      step;
      for (k = DEPTH; k > 1; k = k - 1) at[k] = at[k-1];
      at[1] = in;
      valid = {valid[DEPTH-1:0], 1'b0};
    end
  endtask

  initial begin
    $readmemh(VECTORS, vectors);
    i = 0;
    while (i < COUNT) begin
      valid[0] = rnd(8) != 0;
      in = {wide(448)};                             // nothing may depend on a gap's inputs
      if (valid[0]) begin
        in = vectors[i];
        i = i + 1;
      end
      cycle;
    end
    valid[0] = 1'b0;
    repeat (4) cycle;
    finish;
  end
endmodule

`default_nettype wire

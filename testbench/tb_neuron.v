// tb_neuron: one step of a neuron against package numerics.
//
// VECTORS has COUNT lines of eight 32-bit words: {spike << 4 | first, state,
// acc, threshold, bias, decay, reset, state afterwards}, each value in the low
// bits of its word. They enter one a cycle, with gaps.
`default_nettype none

module tb_neuron #(
  parameter ACC_BITS   = 16,
  parameter STATE_BITS = 16,
  parameter FRAC       = 8,
  parameter DECAY_BITS = 12,
  parameter DECAY_MODE = 1,
  parameter DECAY      = 0,
  parameter ROUND_ZERO = 0,
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

  reg valid_1 = 1'b0;
  reg valid_2 = 1'b0;
  reg valid_3 = 1'b0;
  reg [255:0] in   = 256'd0;
  reg [255:0] at_2 = 256'd0;
  reg [255:0] at_3 = 256'd0;
  reg [255:0] vectors [0:COUNT-1];
  wire [STATE_BITS-1:0] state;
  wire                  spike;
  integer i;

  snnc_neuron #(
    .ACC_BITS(ACC_BITS), .STATE_BITS(STATE_BITS), .FRAC(FRAC), .DECAY_BITS(DECAY_BITS), .DECAY_MODE(DECAY_MODE), .DECAY(DECAY),
    .ROUND_ZERO(ROUND_ZERO), .RESET_MODE(RESET_MODE), .RESET_EACH(RESET_EACH), .RESET(RESET), .AT_LEAST(AT_LEAST), .GRADED(GRADED)
  ) dut (
    .i_clk(clk), .i_valid_1(valid_1), .i_first(in[224]), .i_state(in[192 +: STATE_BITS]), .i_acc(in[160 +: ACC_BITS]),
    .i_threshold(in[128 +: STATE_BITS]), .i_bias(in[96 +: STATE_BITS]), .i_decay(in[64 +: DECAY_BITS]),
    .i_reset(in[32 +: STATE_BITS]), .i_valid_2(valid_2), .o_state(state), .o_spike(spike));

  task cycle;
    begin
      #1 if (valid_3) begin
        check("o_state", state, at_3[STATE_BITS-1:0]);
        check("o_spike", spike, at_3[228]);
        if (failures == 1) $display("FAIL: %m: of the vector %h", at_3);
      end
      step;
      at_3 = at_2;
      at_2 = in;
      valid_3 = valid_2;
      valid_2 = valid_1;
    end
  endtask

  initial begin
    $readmemh(VECTORS, vectors);
    i = 0;
    while (i < COUNT) begin
      valid_1 = rnd(8) != 0;
      in = {wide(256)};                             // nothing may depend on a gap's inputs
      if (valid_1) begin
        in = vectors[i];
        i = i + 1;
      end
      cycle;
    end
    valid_1 = 1'b0;
    repeat (3) cycle;
    finish;
  end
endmodule

`default_nettype wire

// Stand-ins for the arithmetic of snnc_plastic: weights that are anything, a
// gate that comes after its cycles, sums that take some. What is proven of the unit with them holds
// for it with the modules, whose own properties are proven apart.
`default_nettype none

module snnc_plastic_lane #(
  parameter STEPS = 4, STORED = 16, FRACTION = 8, SHIFT = 6, BATCH_LOG = 0, CLASS = $clog2(STEPS + 1), INDEX = $clog2(4 * STEPS)
) (
  input  wire i_clk, i_table_we, i_silent, i_last, i_use, i_add, i_first,
  input  wire [INDEX-1:0] i_table_addr, i_base, input wire [15:0] i_table_data,
  input  wire [CLASS-1:0] i_post, input wire [14:0] i_gate, input wire [11:0] i_random, input wire [STORED-1:0] i_weight,
  output wire [STORED-1:0] o_weight
);
  (* anyseq *) reg [STORED-1:0] any;
  assign o_weight = any;
endmodule

module snnc_plastic_gate #(
  parameter PRE_BITS = 8, POST_BITS = 8, PAIR_BITS = 4
) (
  input  wire i_clk, i_rst, i_start, i_signed,
  input  wire [PRE_BITS-1:0] i_pre_fired, input wire [POST_BITS-1:0] i_post_fired, input wire [27:0] i_a, i_b,
  output wire [PAIR_BITS-1:0] o_pairs, output wire [14:0] o_next, o_gate, output wire o_soon, o_done, o_busy
);
  reg [4:0] left_q = 5'd0;                          // cycles to come
  always @(posedge i_clk) left_q <= i_rst ? 5'd0 : i_start ? PAIR_BITS + 1 : (left_q != 0) ? left_q - 5'd1 : 5'd0;
  assign o_busy  = left_q != 5'd0;
  assign o_soon  = left_q == 5'd3;
  assign o_done  = left_q == 5'd1;
  assign o_pairs = {PAIR_BITS{1'b0}};
  assign o_next  = 15'd0;
  assign o_gate  = 15'd0;
endmodule

// Warm-up sums that take 1 to SUMS cycles.
module snnc_plastic_sums #(
  parameter PAIR_BITS = 16, SUMS = 6
) (
  input  wire i_clk, i_rst, i_forget, i_start, i_negative, i_re,
  input  wire [PAIR_BITS-1:0] i_pairs, input wire [23:0] i_loss, input wire [4:0] i_word,
  output wire o_busy, o_empty, output wire [15:0] o_word
);
  (* anyseq *) reg done;
  reg [2:0] left_q = 3'd0;                          // cycles that it may still take
  always @(posedge i_clk) left_q <= (i_start && !i_rst) ? SUMS : (done || i_rst) ? 3'd0 : (left_q != 0) ? left_q - 3'd1 : 3'd0;
  assign o_busy  = left_q != 3'd0;
  assign o_empty = 1'b0;
  assign o_word  = 16'd0;
endmodule

`default_nettype wire

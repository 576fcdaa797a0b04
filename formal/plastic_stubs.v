// Stand-ins for the arithmetic of snnc_plastic: weights that are anything, a
// gate that takes 1 to GATE cycles. What is proven of the unit with them holds
// for it with the modules, whose own properties are proven apart.
`default_nettype none

module snnc_plastic_lane #(
  parameter STEPS = 4, STORED = 16, FRACTION = 8, SHIFT = 6, BATCH_LOG = 0, CLASS = $clog2(STEPS + 1), INDEX = $clog2(2 * STEPS + 1)
) (
  input  wire i_clk, i_table_we, i_seed_we, i_pair, i_last, i_add, i_first, i_draw, i_use,
  input  wire [INDEX:0] i_table_addr, input wire [17:0] i_table_data, input wire [31:0] i_seed,
  input  wire [CLASS-1:0] i_pre, i_post, input wire [14:0] i_gate, input wire [STORED-1:0] i_weight,
  output wire [STORED-1:0] o_weight
);
  (* anyseq *) reg [STORED-1:0] any;
  assign o_weight = any;
endmodule

module snnc_plastic_gate #(
  parameter PRE_BITS = 8, POST_BITS = 8, GATE = 6
) (
  input  wire i_clk, i_rst, i_start, i_record, i_forget, i_sum_re,
  input  wire [1:0] i_source, input wire [PRE_BITS-1:0] i_pre_fired, input wire [POST_BITS-1:0] i_post_fired,
  input  wire [63:0] i_a, input wire [31:0] i_b, input wire [2:0] i_shift, input wire [23:0] i_loss, input wire [14:0] i_written,
  output wire [23:0] o_pairs, output wire [14:0] o_gate, output wire o_done, input wire [2:0] i_sum, output wire [63:0] o_sum, output wire [15:0] o_count
);
  (* anyseq *) reg done;
  reg [2:0] left_q = 3'd0;                          // cycles that it may still take
  always @(posedge i_clk) left_q <= (i_start && !i_rst) ? GATE : o_done ? 3'd0 : (left_q != 0) ? left_q - 3'd1 : 3'd0;
  assign o_done  = (left_q != 3'd0) && (done || (left_q == 3'd1));
  assign o_pairs = 24'd0;
  assign o_gate  = 15'd0;
  assign o_sum   = 64'd0;
  assign o_count = 16'd0;
endmodule

`default_nettype wire

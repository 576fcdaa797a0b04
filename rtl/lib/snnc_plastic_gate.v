// snnc_plastic_gate: pairs and gate of one sample.
//
// Implements docs/numerics.md, section Plasticity: n = pre fired * post fired and
// clamp((floor(B n / 2^PAIR_BITS) + A) >> 4, 0, 2) with 12 fraction bits (A has the
// rounding's half in it). n comes out of one serial multiplication, lowest bit
// first, and each bit goes straight into another, whose sum moves down one bit a
// cycle: floor(.. floor(floor(B n0 / 2) + B n1) / 2 ..).
//
//   cycle     0         1 ... PAIR_BITS        PAIR_BITS + 1     PAIR_BITS + 2
//   i_start __/~~\____
//                       a bit of n             add A, clamp      o_gate
//   o_soon                     PAIR_BITS - 1
//   o_done                                     __/~~\____
`default_nettype none

module snnc_plastic_gate #(
  parameter PRE_BITS  = 8,                          // of a count of fired neurons
  parameter POST_BITS = 8,
  parameter PAIR_BITS = 16                          // of the largest n, at least 2
) (
  input  wire                 i_clk,
  input  wire                 i_rst,
  input  wire                 i_start,
  // stable while busy
  input  wire [PRE_BITS-1:0]  i_pre_fired,
  input  wire [POST_BITS-1:0] i_post_fired,
  input  wire [27:0]          i_a,                  // signed, 16 fraction bits
  input  wire [27:0]          i_b,                  // signed
  input  wire                 i_signed,             // clamp to -2, not to 0
  // results
  output reg  [PAIR_BITS-1:0] o_pairs,
  output wire [14:0]          o_next,               // the gate, with o_done
  output reg  [14:0]          o_gate,
  output wire                 o_soon,               // the gate is there in 3 cycles
  output wire                 o_done,
  output reg                  o_busy
);

  localparam COUNT = $clog2(PAIR_BITS + 1);

  generate
    if (PAIR_BITS < 2 || PAIR_BITS > 25) begin : g_check_pairs
      snnc_illegal_parameter PAIR_BITS_must_be_2_to_25 ();
    end
  endgenerate

  reg [COUNT-1:0]     left_q;                       // bits of n to come
  reg [PRE_BITS-1:0]  high_q;
  reg [POST_BITS-1:0] post_q;
  reg signed [27:0]   sum_q;

  wire last = left_q == {COUNT{1'b0}};

  assign o_soon = o_busy && (left_q == 2);
  assign o_done = o_busy && last;

  // The bit of n.
  wire [PRE_BITS:0] high = {1'b0, high_q} + {1'b0, i_pre_fired & {PRE_BITS{post_q[0]}}};

  // The gate, with 16 fraction bits.
  wire signed [27:0] addend = last ? i_a : i_b;
  wire signed [28:0] sum    = {sum_q[27], sum_q} + {addend[27], addend};
  wire signed [24:0] value  = sum[28:4];
  wire               above  = !value[24] && (|value[23:13]);
  wire               below  = value[24] && !(i_signed && (&value[23:13]));
  // 2 is 010..0, -2 is 110..0.
  assign o_next = above ? 15'h2000 : below ? {{2{i_signed}}, 13'd0} : {value[24], value[13:0]};
  wire unused = &{1'b0, sum[3:0]};

  always @(posedge i_clk) begin
    if (i_rst) o_busy <= 1'b0;
    else       o_busy <= i_start || (o_busy && !last);
    left_q <= i_start ? PAIR_BITS[COUNT-1:0] : left_q - 1'b1;
    post_q <= i_start ? i_post_fired : post_q >> 1;
    if (i_start) high_q <= {PRE_BITS{1'b0}};
    else         high_q <= high[PRE_BITS:1];
    if (i_start) sum_q <= 28'sd0;
    else         sum_q <= high[0] ? sum[28:1] : {sum_q[27], sum_q[27:1]};
    if (o_busy && !last) o_pairs <= {high[0], o_pairs[PAIR_BITS-1:1]};
    if (o_done) o_gate <= o_next;
  end

endmodule

`default_nettype wire

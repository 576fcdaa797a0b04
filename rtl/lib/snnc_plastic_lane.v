// snnc_plastic_lane: the weight change of one lane of the plasticity unit.
//
// Implements docs/numerics.md, section Plasticity: table entry, product with the
// gate, exact sum over the samples of an update, narrowing, stochastic
// rounding, saturation. With one sample an update there is no sum:
//
//   cycle             c            c + 1      c + 2            c + 3     c + 4
//   BATCH_LOG = 0     classes of   entry,     product, draw,   o_weight
//                     a pair       gate       weight
//   BATCH_LOG > 0     the same     the same   product          sum,      o_weight
//                                                              draw, weight
//
// Narrowing by SHIFT bits, rounding by 12 and adding to the weight are one
// addition: floor((w * 2^12 + d + r) / 2^12), d the change and r the draw, with
// the half of the narrowing, the bit below d, as carry.
//
// The table is written at step of post - step of pre + STEPS - 1, and with the
// upper bit turned over for a pair with a silent neuron: 4 STEPS entries.
`default_nettype none

module snnc_plastic_lane #(
  parameter STEPS      = 4,                         // T, 1 to 255
  parameter STORED     = 16,                        // bits of a stored weight, 2 to 24
  parameter FRACTION   = 8,                         // of them below what inference reads
  parameter SHIFT      = 7,                         // bits that narrowing drops, 1 or more
  parameter BATCH_LOG  = 0,                         // log2 of the samples of an update, rounded up
  // derived
  parameter CLASS      = $clog2(STEPS + 1),
  parameter INDEX      = $clog2(4 * STEPS)
) (
  input  wire               i_clk,
  // table, from the host
  input  wire               i_table_we,
  input  wire [INDEX-1:0]   i_table_addr,
  input  wire [15:0]        i_table_data,
  // c
  input  wire [INDEX-1:0]   i_base,                 // STEPS - 1 - step of the pre neuron
  input  wire               i_silent,               // the pre neuron is
  input  wire [CLASS-1:0]   i_post,
  input  wire               i_last,                 // a silent neuron counts as step 0
  // c + 1
  input  wire [14:0]        i_gate,                 // signed, 12 fraction bits
  input  wire               i_use,                  // the lane has a neuron
  // c + 2, only for several samples
  input  wire               i_add,                  // the product is valid
  input  wire               i_first,                // it is the first of its row
  // c + 2, or c + 3
  input  wire [11:0]        i_random,
  input  wire [STORED-1:0]  i_weight,
  // the cycle after
  output reg  [STORED-1:0]  o_weight
);

  localparam DRAW  = 12;
  localparam SUM   = 29 + BATCH_LOG;                // |entry| < 2^15, |gate| <= 2^13
  localparam DELTA = SUM - SHIFT - DRAW;            // bits of a change in whole steps
  localparam WIDE  = ((STORED > DELTA) ? STORED : DELTA) + 1;
  localparam signed [STORED-1:0] LEAST = {1'b1, {(STORED-FRACTION-2){1'b0}}, 1'b1, {FRACTION{1'b0}}};

  generate
    if (DELTA < 2 || SHIFT < 1) begin : g_check_shift
      snnc_illegal_parameter SHIFT_must_be_1_or_more_and_leave_a_change ();
    end
    if (STORED - FRACTION < 2 || STORED > 24) begin : g_check_stored
      snnc_illegal_parameter STORED_must_be_up_to_24_with_2_bits_above_FRACTION ();
    end
  endgenerate

  // ---- c: where the pair lies in the table ----------------------------------

  wire silent = i_post == STEPS[CLASS-1:0];
  wire [CLASS-1:0] step  = (silent && i_last) ? {CLASS{1'b0}} : i_post;
  wire [INDEX-1:0] place = i_base + {{(INDEX-CLASS){1'b0}}, step};
  wire [INDEX-1:0] index = place ^ {silent || i_silent, {(INDEX-1){1'b0}}};

  reg        [15:0] entries [0:(1 << INDEX)-1];
  reg signed [15:0] entry_q;

  always @(posedge i_clk) begin
    if (i_table_we) entries[i_table_addr] <= i_table_data;
    entry_q <= entries[index];
  end

  // ---- c + 1: product; then the sum over the samples --------------------------

  wire signed [14:0]    gate = i_gate;
  wire signed [30:0]    product = entry_q * gate;
  reg  signed [28:0]    product_q;
  wire signed [SUM-1:0] change;
  wire unused = &{1'b0, product[30:29]};

  always @(posedge i_clk) begin
    if (!i_use) product_q <= 29'sd0;
    else        product_q <= product[28:0];
  end

  generate
    if (BATCH_LOG > 0) begin : g_sum
      reg signed [SUM-1:0] sum_q;
      always @(posedge i_clk) begin
        if (i_add) sum_q <= (i_first ? {SUM{1'b0}} : sum_q) + {{BATCH_LOG{product_q[28]}}, product_q};
      end
      assign change = sum_q;
    end else begin : g_product
      wire unused_sum = &{1'b0, i_add, i_first};
      assign change = product_q;
    end
  endgenerate

  // ---- narrow, round, add, saturate -------------------------------------------

  wire signed [WIDE+DRAW:0] left  = {{(WIDE-STORED){i_weight[STORED-1]}}, i_weight, i_random, 1'b1};
  wire signed [WIDE+DRAW:0] right = {{(WIDE-DELTA){change[SUM-1]}}, change[SUM-1:SHIFT-1]}; // its last bit carries
  wire signed [WIDE+DRAW:0] total = left + right;
  wire signed [WIDE-1:0]    sum   = total[WIDE+DRAW:DRAW+1];
  wire unused_total = &{1'b0, total[DRAW:0]};
  generate
    if (SHIFT > 1) begin : g_dropped
      wire unused_change = &{1'b0, change[SHIFT-2:0]};
    end
  endgenerate

  wire over  = !sum[WIDE-1] && (|sum[WIDE-2:STORED-1]);
  // Below LEAST: past the stored bits, or the most negative value above the fraction.
  wire under = sum[WIDE-1] && (!(&sum[WIDE-2:STORED-1]) || !(|sum[STORED-2:FRACTION]));

  always @(posedge i_clk) begin
    o_weight <= over ? {1'b0, {(STORED-1){1'b1}}} : under ? LEAST : sum[STORED-1:0];
  end

endmodule

`default_nettype wire

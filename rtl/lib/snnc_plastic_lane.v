// snnc_plastic_lane: the weight change of one lane of the plasticity unit.
//
// Implements docs/numerics.md, section Plasticity: table entry, product with the
// gate, exact sum over the samples of an update, narrowing, stochastic
// rounding, saturation.
//
//   cycle   c            c + 1      c + 2     c + 3           c + 4       c + 5
//           classes of   entry,     product   sum over the    weight      o_weight
//           a pair       gate                 samples; draw   of the row
//
// Narrowing by SHIFT bits and rounding by 16 are one addition, because
// floor((floor(a / 2^S) + r) / 2^16) = floor((a + r * 2^S) / 2^(S + 16)), and
// the half of the narrowing lies below r.
//
// The table is written at {pair with a silent neuron, post - pre + STEPS}.
`default_nettype none

module snnc_plastic_lane #(
  parameter STEPS      = 4,                         // T, 1 to 255
  parameter STORED     = 16,                        // bits of a stored weight, 2 to 24
  parameter FRACTION   = 8,                         // of them below what inference reads
  parameter SHIFT      = 6,                         // bits that narrowing drops, 1 or more
  parameter BATCH_LOG  = 0,                         // log2 of the samples of an update, rounded up
  // derived
  parameter CLASS      = $clog2(STEPS + 1),
  parameter INDEX      = $clog2(2 * STEPS + 1)
) (
  input  wire               i_clk,
  // table and random register, from the host
  input  wire               i_table_we,
  input  wire [INDEX:0]     i_table_addr,
  input  wire [17:0]        i_table_data,
  input  wire               i_seed_we,
  input  wire [31:0]        i_seed,
  // c
  input  wire               i_pair,                 // classes are valid
  input  wire [CLASS-1:0]   i_pre,
  input  wire [CLASS-1:0]   i_post,
  input  wire               i_last,                 // a silent neuron counts as step 0
  // c + 1
  input  wire [14:0]        i_gate,                 // signed, 12 fraction bits
  // c + 2
  input  wire               i_add,                  // the product is valid
  input  wire               i_first,                // it is the first of its row
  // c + 3
  input  wire               i_draw,                 // the sum is complete
  input  wire               i_use,                  // the lane has a neuron
  // c + 4
  input  wire [STORED-1:0]  i_weight,
  // c + 5
  output reg  [STORED-1:0]  o_weight
);

  localparam [CLASS-1:0] SILENT = STEPS[CLASS-1:0];
  localparam [INDEX-1:0] MIDDLE = STEPS[INDEX-1:0];
  localparam SUM   = 33 + BATCH_LOG;
  localparam DELTA = SUM + 1 - SHIFT - 16;          // bits of a change in whole steps
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

  wire silent_pre  = i_pre == SILENT;
  wire silent_post = i_post == SILENT;
  wire [CLASS-1:0] step_pre  = (silent_pre && i_last) ? {CLASS{1'b0}} : i_pre;
  wire [CLASS-1:0] step_post = (silent_post && i_last) ? {CLASS{1'b0}} : i_post;
  wire [INDEX-1:0] index = {{(INDEX-CLASS){1'b0}}, step_post} - {{(INDEX-CLASS){1'b0}}, step_pre} + MIDDLE;

  reg        [17:0] entries [0:(2 << INDEX)-1];
  reg signed [17:0] entry_q;

  always @(posedge i_clk) begin
    if (i_table_we) entries[i_table_addr] <= i_table_data;
    if (i_pair)     entry_q <= entries[{silent_pre || silent_post, index}];
  end

  // ---- c + 1, c + 2: product and sum ----------------------------------------

  wire signed [14:0]    gate = i_gate;
  reg  signed [32:0]    product_q;
  reg  signed [SUM-1:0] sum_q;
  wire signed [SUM-1:0] product = {{BATCH_LOG{product_q[32]}}, product_q};

  always @(posedge i_clk) begin
    product_q <= entry_q * gate;
    if (i_add) sum_q <= (BATCH_LOG == 0 || i_first) ? product : sum_q + product;
  end

  // ---- c + 3: draw, narrow and round ----------------------------------------

  reg [31:0] random_q;

  // 16 shifts of a Galois register, taps 32, 22, 2, 1.
  function [31:0] leap;
    input [31:0] state;
    integer k;
    begin
      leap = state;
      for (k = 0; k < 16; k = k + 1) leap = (leap >> 1) ^ (leap[0] ? 32'h80200003 : 32'd0);
    end
  endfunction

  wire signed [SUM:0] rounded = {sum_q[SUM-1], sum_q} + {{(SUM+1-SHIFT-16){1'b0}}, random_q[15:0], 1'b1, {(SHIFT-1){1'b0}}};
  wire unused = &{1'b0, rounded[SHIFT+15:0]};

  reg signed [DELTA-1:0] delta_q;

  always @(posedge i_clk) begin
    if (i_seed_we)   random_q <= i_seed;
    else if (i_draw) random_q <= leap(random_q);
    if (i_draw) delta_q <= i_use ? rounded[SUM:SHIFT+16] : {DELTA{1'b0}};
  end

  // ---- c + 4: add and saturate ----------------------------------------------

  wire signed [WIDE-1:0] sum = {{(WIDE-STORED){i_weight[STORED-1]}}, i_weight} + {{(WIDE-DELTA){delta_q[DELTA-1]}}, delta_q};
  wire over  = !sum[WIDE-1] && (|sum[WIDE-2:STORED-1]);
  // Below LEAST: past the stored bits, or the most negative value above the fraction.
  wire under = sum[WIDE-1] && (!(&sum[WIDE-2:STORED-1]) || !(|sum[STORED-2:FRACTION]));

  always @(posedge i_clk) begin
    o_weight <= over ? {1'b0, {(STORED-1){1'b1}}} : under ? LEAST : sum[STORED-1:0];
  end

endmodule

`default_nettype wire

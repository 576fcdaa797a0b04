// snnc_lanes: the P accumulators of a core.
//
// Implements docs/machine.md, section 3 (CLEAR, LOAD, DOUBLE, ADD, SUB) and
// docs/numerics.md, section 2. An operation in cycle c changes the accumulators
// at the end of cycle c; the compiler proves that no sum leaves ACC_BITS, so
// arithmetic modulo 2^ACC_BITS is exact and the order of rows does not matter.
//
//   cycle        c        c + 1
//   i_op_add   __/~~\_______
//   i_row        <row>
//   o_acc       a         | a + row
`default_nettype none

module snnc_lanes #(
  parameter LANES       = 16,                       // P
  parameter WEIGHT_BITS = 4,                        // 2 to 16
  parameter ACC_BITS    = 16,                       // 2 to 32
  parameter HELD        = 0,                        // 1: currents can be loaded
  parameter DOUBLE      = 0,                        // 1: accumulators can be doubled
  parameter NEGATE      = 0                         // 1: rows can be subtracted
) (
  input  wire                         i_clk,
  // operation, at most one of the first four
  input  wire                         i_op_clear,
  input  wire                         i_op_load,
  input  wire                         i_op_double,
  input  wire                         i_op_add,
  input  wire                         i_op_sub,     // with i_op_add: subtract
  // operands, lane 0 lowest
  input  wire [LANES*WEIGHT_BITS-1:0] i_row,
  input  wire [LANES*ACC_BITS-1:0]    i_current,
  output wire [LANES*ACC_BITS-1:0]    o_acc
);

  generate
    if (WEIGHT_BITS < 2 || WEIGHT_BITS > 16) begin : g_check_weight
      snnc_illegal_parameter WEIGHT_BITS_must_be_2_to_16 ();
    end
    if (ACC_BITS < 2 || ACC_BITS > 32) begin : g_check_acc
      snnc_illegal_parameter ACC_BITS_must_be_2_to_32 ();
    end
    if (LANES < 1) begin : g_check_lanes
      snnc_illegal_parameter LANES_must_be_1_or_more ();
    end
  endgenerate

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_lane
      reg  [ACC_BITS-1:0] acc_q;
      wire [ACC_BITS-1:0] weight;                   // sign-extended, or its low bits: the sum is exact either way
      wire [ACC_BITS-1:0] sum;

      if (ACC_BITS > WEIGHT_BITS) begin : g_extend
        assign weight = {{(ACC_BITS-WEIGHT_BITS){i_row[WEIGHT_BITS*l + WEIGHT_BITS - 1]}},
                         i_row[WEIGHT_BITS*l +: WEIGHT_BITS]};
      end else begin : g_truncate
        assign weight = i_row[WEIGHT_BITS*l +: ACC_BITS];
        if (ACC_BITS < WEIGHT_BITS) begin : g_rest
          wire unused = &{1'b0, i_row[WEIGHT_BITS*l + ACC_BITS +: WEIGHT_BITS - ACC_BITS]};
        end
      end

      if (NEGATE != 0) begin : g_negate
        assign sum = acc_q + (weight ^ {ACC_BITS{i_op_sub}}) + {{(ACC_BITS-1){1'b0}}, i_op_sub};
      end else begin : g_add
        assign sum = acc_q + weight;
      end

      always @(posedge i_clk) begin
        if (i_op_clear)                       acc_q <= {ACC_BITS{1'b0}};
        else if (HELD != 0 && i_op_load)      acc_q <= i_current[ACC_BITS*l +: ACC_BITS];
        else if (DOUBLE != 0 && i_op_double)  acc_q <= {acc_q[ACC_BITS-2:0], 1'b0};
        else if (i_op_add)                    acc_q <= sum;
      end

      assign o_acc[ACC_BITS*l +: ACC_BITS] = acc_q;
    end
  endgenerate

  wire unused = &{1'b0, i_op_load, i_op_double, i_op_sub, i_current};

endmodule

`default_nettype wire

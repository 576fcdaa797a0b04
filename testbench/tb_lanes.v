// tb_lanes: accumulators against 64-bit signed arithmetic, cut to ACC_BITS.
`default_nettype none

module tb_lanes #(
  parameter LANES       = 4,
  parameter WEIGHT_BITS = 4,
  parameter ACC_BITS    = 12,
  parameter HELD        = 1,
  parameter DOUBLE      = 1,
  parameter NEGATE      = 1,
  parameter CYCLES      = 2000,
  parameter SEED        = 1
);
  `include "tb.vh"

  reg op_clear  = 1'b0;
  reg op_load   = 1'b0;
  reg op_double = 1'b0;
  reg op_add    = 1'b0;
  reg op_sub    = 1'b0;
  reg  [LANES*WEIGHT_BITS-1:0] row     = 0;
  reg  [LANES*ACC_BITS-1:0]    current = 0;
  wire [LANES*ACC_BITS-1:0]    acc;

  snnc_lanes #(.LANES(LANES), .WEIGHT_BITS(WEIGHT_BITS), .ACC_BITS(ACC_BITS), .HELD(HELD), .DOUBLE(DOUBLE), .NEGATE(NEGATE)) dut (
    .i_clk(clk), .i_op_clear(op_clear), .i_op_load(op_load), .i_op_double(op_double), .i_op_add(op_add), .i_op_sub(op_sub),
    .i_row(row), .i_current(current), .o_acc(acc));

  reg signed [63:0] model [0:LANES-1];
  reg signed [63:0] weight;
  integer i, l;

  task cycle;
    begin
      #1 for (l = 0; l < LANES; l = l + 1) begin
        if (i > 0) check("o_acc", acc[ACC_BITS*l +: ACC_BITS], model[l][ACC_BITS-1:0]);
        weight = row[WEIGHT_BITS*l +: WEIGHT_BITS];
        if (weight >= (1 << (WEIGHT_BITS - 1))) weight = weight - (1 << WEIGHT_BITS);
        if (op_clear)         model[l] = 0;
        if (op_load)          model[l] = current[ACC_BITS*l +: ACC_BITS];
        if (op_double)        model[l] = model[l] * 2;
        if (op_add && op_sub) model[l] = model[l] - weight;
        if (op_add && !op_sub) model[l] = model[l] + weight;
      end
      step;
    end
  endtask

  initial begin
    for (i = 0; i < CYCLES; i = i + 1) begin
      {op_clear, op_load, op_double, op_add} = 4'd0;
      case ((i == 0) ? 0 : rnd(16))
        0:       op_clear = 1'b1;
        1:       op_load = (HELD != 0);
        2, 3:    op_double = (DOUBLE != 0);
        4:       ;
        default: op_add = 1'b1;
      endcase
      op_sub  = (NEGATE != 0) && rnd(2) == 0;       // means nothing without op_add
      row     = wide(LANES * WEIGHT_BITS);
      current = wide(LANES * ACC_BITS);
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

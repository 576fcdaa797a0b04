// tb_fifo: order, fill and visibility of the head, from empty to full.
`default_nettype none

module tb_fifo #(
  parameter WIDTH  = 8,
  parameter DEPTH  = 4,
  parameter CYCLES = 4000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam COUNT = $clog2(DEPTH + 1);

  reg              rst  = 1'b1;
  reg              push = 1'b0;
  reg  [WIDTH-1:0] data = 0;
  reg              pop  = 1'b0;
  wire             valid;
  wire [WIDTH-1:0] head;
  wire [COUNT-1:0] count;

  snnc_fifo #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
    .i_clk(clk), .i_rst(rst), .i_push(push), .i_data(data), .o_valid(valid), .o_data(head), .i_pop(pop), .o_count(count));

  reg [WIDTH-1:0] model [0:DEPTH-1];                // shifts: entry 0 is the head
  integer fill = 0;
  integer most = 0;
  integer i, j;

  task cycle;
    begin
      #1 check("o_valid", valid, fill != 0);
      check("o_count", count, fill);
      if (fill != 0) check_wide("o_data", head, model[0]);
      if (pop) begin
        for (j = 1; j < fill; j = j + 1) model[j-1] = model[j];
        fill = fill - 1;
      end
      if (push) begin
        model[fill] = data;
        fill = fill + 1;
      end
      if (rst) fill = 0;
      if (fill > most) most = fill;
      step;
    end
  endtask

  initial begin
    step;                                           // reset
    cycle;
    for (i = 0; i < CYCLES; i = i + 1) begin
      // Long stretches that fill it, that drain it, and that do both at once.
      push = (i % (8 * DEPTH) < 3 * DEPTH) ? rnd(8) != 0 : (i % (8 * DEPTH) < 5 * DEPTH) ? 1'b1 : rnd(4) == 0;
      pop  = (i % (8 * DEPTH) < 3 * DEPTH) ? rnd(8) == 0 : (i % (8 * DEPTH) < 5 * DEPTH) ? 1'b1 : rnd(4) != 0;
      pop  = pop && fill != 0;
      push = push && (fill < DEPTH || pop);
      data = wide(WIDTH);
      rst  = rnd(CYCLES) < 2;
      cycle;
    end
    check("fullest", most, DEPTH);
    finish;
  end
endmodule

`default_nettype wire

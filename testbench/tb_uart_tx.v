// tb_uart_tx: every bit of every byte, and bytes that follow at once.
`default_nettype none

module tb_uart_tx #(
  parameter DIVISOR = 4,
  parameter BYTES   = 200,
  parameter SEED    = 1
);
  `include "tb.vh"

  reg        rst   = 1'b1;
  reg        valid = 1'b0;
  reg  [7:0] value = 8'd0;
  wire       ready;
  wire       tx;

  snnc_uart_tx #(.DIVISOR(DIVISOR)) dut (.i_clk(clk), .i_rst(rst), .i_valid(valid), .i_byte(value), .o_ready(ready), .o_tx(tx));

  integer   i, j;
  reg [9:0] bits;

  initial begin
    repeat (2) step;
    rst = 1'b0;
    for (i = 0; i < BYTES; i = i + 1) begin
      if (rnd(2) == 0) repeat (rnd(2 * DIVISOR)) begin
        #1 check("idle", tx, 1);
        check("o_ready", ready, 1);
        step;
      end
      valid = 1'b1;
      value = rnd(256);
      bits  = {1'b1, value, 1'b0};
      #1 check("o_ready", ready, 1);
      step;
      valid = rnd(2) == 0;
      value = rnd(256);
      for (j = 0; j < 10 * DIVISOR; j = j + 1) begin
        #1 check("o_tx", tx, bits[j / DIVISOR]);
        check("o_ready", ready, j == 10 * DIVISOR - 1);
        if (j == 10 * DIVISOR - 1) valid = 1'b0;
        else step;
      end
      // the last cycle of the stop bit is the one in which the next is taken
    end
    finish;
  end
endmodule

`default_nettype wire

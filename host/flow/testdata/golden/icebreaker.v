// snnc_board: program 00000000000000000000000000000001 on 1BitSquared iCEBreaker.
//
// Core clock 12 MHz, UART 1000000 baud (12 cycles a bit). Emitted by snnc build.
`default_nettype none

module snnc_board (
  input  wire i_clk,            // pin 35, 12 MHz
  input  wire i_rx,             // pin 6
  output wire o_tx              // pin 9
);

  wire clk;
  wire locked;
  wire rst;

  assign clk    = i_clk;
  assign locked = 1'b1;

  snnc_reset u_reset (
    .i_clk    (clk),
    .i_locked (locked),
    .o_rst    (rst)
  );

  snnc_soc #(
    .DIVISOR (12)
  ) u_soc (
    .i_clk (clk),
    .i_rst (rst),
    .i_rx  (i_rx),
    .o_tx  (o_tx)
  );

endmodule

`default_nettype wire

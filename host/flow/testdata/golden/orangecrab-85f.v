// snnc_board: program 00000000000000000000000000000001 on OrangeCrab r0.2 85F.
//
// Core clock 48 MHz, UART 1000000 baud (48 cycles a bit). Emitted by snnc build.
`default_nettype none

module snnc_board (
  input  wire i_clk,            // pin A9, 48 MHz
  input  wire i_rx,             // pin N17
  output wire o_tx              // pin M18
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
    .DIVISOR (48)
  ) u_soc (
    .i_clk (clk),
    .i_rst (rst),
    .i_rx  (i_rx),
    .o_tx  (o_tx)
  );

endmodule

`default_nettype wire

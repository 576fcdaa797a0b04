// snnc_board: program 00000000000000000000000000000001 on TUL PYNQ-Z2.
//
// Core clock 50 MHz, UART 1000000 baud (50 cycles a bit). Emitted by snnc build.
`default_nettype none

module snnc_board (
  input  wire i_clk,            // pin H16, 125 MHz
  input  wire i_rx,             // pin Y16
  output wire o_tx              // pin Y19
);

  wire clk;
  wire locked;
  wire rst;

  wire feedback;
  wire clk_mmcm;

  MMCME2_BASE #(
    .CLKIN1_PERIOD    (8.000),
    .DIVCLK_DIVIDE    (1),
    .CLKFBOUT_MULT_F  (6.0),
    .CLKOUT0_DIVIDE_F (15.0)
  ) u_mmcm (
    .CLKIN1   (i_clk),
    .CLKFBIN  (feedback),
    .CLKFBOUT (feedback),
    .CLKOUT0  (clk_mmcm),
    .LOCKED   (locked),
    .PWRDWN   (1'b0),
    .RST      (1'b0)
  );

  BUFG u_bufg (
    .I (clk_mmcm),
    .O (clk)
  );

  snnc_reset u_reset (
    .i_clk    (clk),
    .i_locked (locked),
    .o_rst    (rst)
  );

  snnc_soc #(
    .DIVISOR (50)
  ) u_soc (
    .i_clk (clk),
    .i_rst (rst),
    .i_rx  (i_rx),
    .o_tx  (o_tx)
  );

endmodule

`default_nettype wire

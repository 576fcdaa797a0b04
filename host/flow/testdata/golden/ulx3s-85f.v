// snnc_board: program 00000000000000000000000000000001 on Radiona ULX3S 85F.
//
// Core clock 50 MHz, UART 3000000 baud (17 cycles a bit). Emitted by snnc build.
`default_nettype none

module snnc_board (
  input  wire i_clk,            // pin G2, 25 MHz
  input  wire i_rx,             // pin M1
  output wire o_tx,             // pin L4
  output wire o_wifi_gpio0      // pin L2
);

  wire clk;
  wire locked;
  wire rst;

  (* ICP_CURRENT = "12" *) (* LPF_RESISTOR = "8" *) (* MFG_ENABLE_FILTEROPAMP = "1" *) (* MFG_GMCREF_SEL = "2" *)
  EHXPLLL #(
    .PLLRST_ENA      ("DISABLED"),
    .INTFB_WAKE      ("DISABLED"),
    .STDBY_ENABLE    ("DISABLED"),
    .DPHASE_SOURCE   ("DISABLED"),
    .OUTDIVIDER_MUXA ("DIVA"),
    .CLKI_DIV        (1),
    .CLKOP_ENABLE    ("ENABLED"),
    .CLKOP_DIV       (12),
    .CLKOP_CPHASE    (5),
    .CLKOP_FPHASE    (0),
    .FEEDBK_PATH     ("CLKOP"),
    .CLKFB_DIV       (2)
  ) u_pll (
    .RST          (1'b0),
    .STDBY        (1'b0),
    .CLKI         (i_clk),
    .CLKOP        (clk),
    .CLKFB        (clk),
    .CLKINTFB     (),
    .PHASESEL0    (1'b0),
    .PHASESEL1    (1'b0),
    .PHASEDIR     (1'b1),
    .PHASESTEP    (1'b1),
    .PHASELOADREG (1'b1),
    .PLLWAKESYNC  (1'b0),
    .ENCLKOP      (1'b0),
    .LOCK         (locked)
  );

  snnc_reset u_reset (
    .i_clk    (clk),
    .i_locked (locked),
    .o_rst    (rst)
  );

  snnc_soc #(
    .DIVISOR (17)
  ) u_soc (
    .i_clk (clk),
    .i_rst (rst),
    .i_rx  (i_rx),
    .o_tx  (o_tx)
  );

  assign o_wifi_gpio0 = 1'b1;

endmodule

`default_nettype wire

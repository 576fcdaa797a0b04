// snnc_soc: the machine with a serial line for its host bus.
//
// Instantiates snnc_top, the emitted design, and snnc_link (docs/link.md). A
// board's top level adds clock, reset and pins.
`default_nettype none

module snnc_soc #(
  parameter DIVISOR  = 4,                           // clock cycles of a UART bit, 4 or more
  parameter BUFFER   = 11,                          // log2 of the bytes of requests that wait, 9 to 11
  parameter PATIENCE = 20                           // log2 of the cycles a request waits for an idle machine
) (
  input  wire i_clk,
  input  wire i_rst,
  input  wire i_rx,
  output wire o_tx
);

  wire        valid;
  wire        write;
  wire [23:0] addr;
  wire [31:0] wdata;
  wire        ready;
  wire [31:0] rdata;
  wire        running;

  snnc_link #(
    .DIVISOR  (DIVISOR),
    .BUFFER   (BUFFER),
    .PATIENCE (PATIENCE)
  ) u_link (
    .i_clk     (i_clk),
    .i_rst     (i_rst),
    .i_rx      (i_rx),
    .o_tx      (o_tx),
    .o_valid   (valid),
    .o_write   (write),
    .o_addr    (addr),
    .o_wdata   (wdata),
    .i_ready   (ready),
    .i_rdata   (rdata),
    .i_running (running)
  );

  snnc_top u_top (
    .i_clk     (i_clk),
    .i_rst     (i_rst),
    .i_valid   (valid),
    .i_write   (write),
    .i_addr    (addr),
    .i_wdata   (wdata),
    .o_ready   (ready),
    .o_rdata   (rdata),
    .o_running (running)
  );

endmodule

`default_nettype wire

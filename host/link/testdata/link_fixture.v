// link_fixture: snnc_link with a host bus that remembers what was done to it.
//
// 4096 words at the low 12 bits of the address, and four registers in their
// place: 0x010 makes the machine run for as many cycles as are written, 0x012
// bit 0 tells that it does, 0x013 folds every write in order, 0x014 counts them.
`default_nettype none

module link_fixture #(
  parameter DIVISOR  = 4,
  parameter BUFFER   = 11,
  parameter PATIENCE = 12
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
  reg         ready;
  reg  [31:0] rdata;
  reg  [31:0] left_q;
  reg  [31:0] fold_q;
  reg  [31:0] count_q;
  reg  [6:0]  late_q;                               // makes the bus slow at times

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
    .i_running (left_q != 32'd0)
  );

  reg [31:0] memory [0:4095];
  integer i;
  initial for (i = 0; i < 4096; i = i + 1) memory[i] = 32'd0;

  wire [11:0] at = addr[11:0];

  always @(posedge i_clk) begin
    late_q <= {late_q[5:0], late_q[6] ^ late_q[5]};
    ready  <= valid && !ready && late_q[0];
    rdata  <= (at == 12'h012) ? {31'd0, left_q != 32'd0}
            : (at == 12'h013) ? fold_q
            : (at == 12'h014) ? count_q
            :                   memory[at];
    if (left_q != 32'd0) left_q <= left_q - 32'd1;
    if (valid && ready && write) begin
      memory[at] <= wdata;
      fold_q     <= (fold_q * 32'd16777619) ^ wdata ^ {8'd0, addr};
      count_q    <= count_q + 32'd1;
      if (at == 12'h010) left_q <= wdata;
    end
    if (i_rst) begin
      ready   <= 1'b0;
      late_q  <= 7'd1;
      left_q  <= 32'd0;
      fold_q  <= 32'd0;
      count_q <= 32'd0;
    end
  end

endmodule

`default_nettype wire

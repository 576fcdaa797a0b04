// snnc_soc: answers each byte with what the table holds for it.
module snnc_soc #(
  parameter DIVISOR = 4
) (
  input  wire i_clk,
  input  wire i_rst,
  input  wire i_rx,
  output wire o_tx
);
  localparam BITS = $clog2(DIVISOR);
  reg [1:0]    sync_q = 2'b11;
  reg [BITS:0] rx_time_q;
  reg [3:0]    rx_bit_q;
  reg [7:0]    rx_q;
  reg          valid_q;
  reg          send_q;
  reg [BITS:0] tx_time_q;
  reg [3:0]    tx_bit_q;
  reg [9:0]    tx_q;
  wire [7:0]   answer;

  snnc_top u_top (.i_clk(i_clk), .i_valid(valid_q), .i_byte(rx_q), .o_byte(answer));

  always @(posedge i_clk) begin
    sync_q  <= {sync_q[0], i_rx};
    valid_q <= 1'b0;
    send_q  <= valid_q;
    if (rx_bit_q == 4'd0) begin
      rx_time_q <= DIVISOR + DIVISOR / 2 - 2;
      if (!sync_q[1]) rx_bit_q <= 4'd9;
    end else if (rx_time_q != 0) rx_time_q <= rx_time_q - 1'b1;
    else begin
      rx_time_q <= DIVISOR - 1;
      rx_bit_q  <= rx_bit_q - 1'b1;
      if (rx_bit_q != 4'd1) rx_q <= {sync_q[1], rx_q[7:1]};
      else valid_q <= 1'b1;
    end
    if (send_q) begin
      tx_q      <= {1'b1, answer, 1'b0};
      tx_bit_q  <= 4'd10;
      tx_time_q <= DIVISOR - 1;
    end else if (tx_bit_q != 0) begin
      if (tx_time_q != 0) tx_time_q <= tx_time_q - 1'b1;
      else begin
        tx_time_q <= DIVISOR - 1;
        tx_q      <= {1'b1, tx_q[9:1]};
        tx_bit_q  <= tx_bit_q - 1'b1;
      end
    end
    if (i_rst) begin
      rx_bit_q <= 4'd0;
      tx_bit_q <= 4'd0;
      valid_q  <= 1'b0;
      send_q   <= 1'b0;
      tx_q     <= 10'h3ff;
    end
  end
  assign o_tx = tx_q[0];
endmodule

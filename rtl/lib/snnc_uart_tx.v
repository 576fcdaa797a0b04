// snnc_uart_tx: sender of a serial line, 8 data bits, no parity, 1 stop bit.
//
// A byte is taken in a cycle in which i_valid and o_ready are both high and
// takes 10·DIVISOR cycles; the next may follow at once.
`default_nettype none

module snnc_uart_tx #(
  parameter DIVISOR = 4                             // clock cycles of a bit, 2 or more
) (
  input  wire       i_clk,
  input  wire       i_rst,
  input  wire       i_valid,
  input  wire [7:0] i_byte,
  output wire       o_ready,
  output wire       o_tx
);

  localparam WIDTH = $clog2(DIVISOR);
  localparam [31:0] WHOLE = DIVISOR - 1;

  generate
    if (DIVISOR < 2) begin : g_check_divisor
      snnc_illegal_parameter DIVISOR_must_be_2_or_more ();
    end
  endgenerate

  reg [WIDTH-1:0] wait_q;                           // cycles left of this bit
  reg [3:0]       left_q;                           // bits left after this one
  reg [8:0]       bits_q;                           // bit 0 is on the line

  wire bit_end = (wait_q == {WIDTH{1'b0}});
  wire last    = (left_q == 4'd0);

  assign o_ready = last && bit_end;
  assign o_tx    = bits_q[0];

  always @(posedge i_clk) begin
    if (i_rst) begin
      wait_q <= {WIDTH{1'b0}};
      left_q <= 4'd0;
      bits_q <= 9'h1FF;
    end else if (!bit_end) begin
      wait_q <= wait_q - 1'b1;
    end else if (!last) begin
      wait_q <= WHOLE[WIDTH-1:0];
      left_q <= left_q - 4'd1;
      bits_q <= {1'b1, bits_q[8:1]};
    end else if (i_valid) begin
      wait_q <= WHOLE[WIDTH-1:0];
      left_q <= 4'd9;
      bits_q <= {i_byte, 1'b0};
    end
  end

endmodule

`default_nettype wire

// snnc_uart_rx: receiver of a serial line, 8 data bits, no parity, 1 stop bit.
//
// A bit takes DIVISOR cycles and is sampled in its middle, counted from the
// falling edge of the start bit; a byte whose stop bit is low is dropped, and
// nothing is taken from a line that stays low.
//
//   i_rx     ~~\__|b0|b1|b2|b3|b4|b5|b6|b7|~~
//   o_valid  ______________________________/\__    one cycle, with o_byte
`default_nettype none

module snnc_uart_rx #(
  parameter DIVISOR = 4                             // clock cycles of a bit, 4 or more
) (
  input  wire       i_clk,
  input  wire       i_rst,
  input  wire       i_rx,
  output reg        o_valid,
  output wire [7:0] o_byte                          // from o_valid on, for a bit at least
);

  localparam WIDTH = $clog2(DIVISOR);
  localparam [31:0] WHOLE = DIVISOR - 1;
  localparam [31:0] HALF  = DIVISOR / 2 - 1;

  generate
    if (DIVISOR < 4) begin : g_check_divisor
      snnc_illegal_parameter DIVISOR_must_be_4_or_more ();
    end
  endgenerate

  reg [1:0]       sync_q;
  reg [WIDTH-1:0] wait_q;                           // cycles to the next sample
  reg [3:0]       left_q;                           // samples to take: 10 with the start bit, 0 idle
  reg [7:0]       byte_q;

  wire rx     = sync_q[0];
  wire sample = (wait_q == {WIDTH{1'b0}});
  wire idle   = (left_q == 4'd0);

  assign o_byte = byte_q;

  always @(posedge i_clk) begin
    sync_q <= {i_rx, sync_q[1]};
    wait_q <= (idle ? HALF[WIDTH-1:0] : sample ? WHOLE[WIDTH-1:0] : wait_q - 1'b1);
    if (!idle && sample && left_q != 4'd1) byte_q <= {rx, byte_q[7:1]};
    o_valid <= !i_rst && (left_q == 4'd1) && sample && rx;
    if (i_rst) begin
      left_q <= 4'd15;                              // the line must be high once
    end else if (left_q == 4'd15) begin
      if (rx) left_q <= 4'd0;
    end else if (idle) begin
      if (!rx) left_q <= 4'd10;
    end else if (sample) begin
      if (left_q == 4'd10 && rx)      left_q <= 4'd0;  // a spike, no start bit
      else if (left_q == 4'd1 && !rx) left_q <= 4'd15; // break: wait for its end
      else                            left_q <= left_q - 4'd1;
    end
  end

endmodule

`default_nettype wire

// snnc_crc: CRC-32 of a stream of bytes (IEEE 802.3, reflected), a bit a cycle.
//
// i_load takes a byte; o_busy is high for the 8 cycles after it. Before a
// frame i_clear sets the register. The CRC that goes on the wire is ~o_crc, low
// byte first; after a frame and its CRC the register is RESIDUE. A load with
// i_shift moves the register down by a byte without feedback, so that its
// low byte shows the four bytes to send in turn.
`default_nettype none

module snnc_crc (
  input  wire        i_clk,
  input  wire        i_clear,
  input  wire        i_load,                        // only while not busy
  input  wire        i_shift,
  input  wire [7:0]  i_byte,
  output wire        o_busy,
  output wire [31:0] o_crc
);

  reg [31:0] crc_q;
  reg [7:0]  byte_q;
  reg [3:0]  left_q;
  reg        shift_q;

  wire feedback = (crc_q[0] ^ byte_q[0]) && !shift_q;

  assign o_busy = left_q != 4'd0;
  assign o_crc  = crc_q;

  always @(posedge i_clk) begin
    if (i_clear) begin
      crc_q  <= 32'hFFFF_FFFF;
      left_q <= 4'd0;
    end else if (i_load) begin
      byte_q  <= i_byte;
      shift_q <= i_shift;
      left_q  <= 4'd8;
    end else if (o_busy) begin
      crc_q  <= {1'b0, crc_q[31:1]} ^ (feedback ? 32'hEDB8_8320 : 32'd0);
      byte_q <= {1'b0, byte_q[7:1]};
      left_q <= left_q - 4'd1;
    end
  end

endmodule

`default_nettype wire

// snnc_top: tiny
// A table of 512 bytes with an image, in block RAM: what a byte stands for, which
// a write replaces.
module snnc_top (
  input  wire       i_clk,
  input  wire       i_valid,
  input  wire [7:0] i_byte,
  output reg  [7:0] o_byte
);
  // .DIGEST(128'h00c0ffee000000000000000000000001)
  reg [7:0] table_q [0:511];
  reg       bank_q = 1'b0;
  reg [7:0] last_q = 8'd0;
  initial $readmemh("mem/table.hex", table_q);
  always @(posedge i_clk) begin
    o_byte <= table_q[{bank_q, i_byte}];
    if (i_valid) begin
      table_q[{bank_q, last_q}] <= i_byte + 8'd1;
      last_q <= i_byte;
      if (i_byte == 8'h55) bank_q <= !bank_q;
    end
  end
endmodule

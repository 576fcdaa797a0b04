// snnc_rom: constant table with a synchronous read.
//
// The tables of docs/machine.md, section 2. A table of up to 16 rows becomes
// logic, a table of one row wires.
`default_nettype none

module snnc_rom #(
  parameter WIDTH = 32,
  parameter DEPTH = 1,
  parameter INIT  = "",                             // $readmemh image, one row a line
  // derived
  parameter ADDR  = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input  wire             i_clk,
  input  wire             i_re,
  input  wire [ADDR-1:0]  i_raddr,
  output reg  [WIDTH-1:0] o_rdata
);

  generate
    if (DEPTH > 16) begin : g_many
      reg [WIDTH-1:0] mem [0:DEPTH-1];
      if (INIT != "") begin : g_init
        initial $readmemh(INIT, mem);
      end
      always @(posedge i_clk) begin
        if (i_re) o_rdata <= mem[i_raddr];
      end
    end else if (DEPTH > 1) begin : g_few           // one LUT or two a bit, and no block RAM
      (* rom_style = "logic" *)
      reg [WIDTH-1:0] mem [0:DEPTH-1];
      if (INIT != "") begin : g_init
        initial $readmemh(INIT, mem);
      end
      always @(posedge i_clk) begin
        if (i_re) o_rdata <= mem[i_raddr];
      end
    end else begin : g_one
      reg [WIDTH-1:0] mem [0:DEPTH-1];
      if (INIT != "") begin : g_init
        initial $readmemh(INIT, mem);
      end
      always @(posedge i_clk) begin
        if (i_re) o_rdata <= mem[0];
      end
      wire unused = &{1'b0, i_raddr};
    end
  endgenerate

endmodule

`default_nettype wire

// snnc_rom: constant table with a synchronous read.
//
// The tables of docs/machine.md, section 2. A table of few rows becomes logic,
// a table of one row wires.
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

  reg [WIDTH-1:0] mem [0:DEPTH-1];

  generate
    if (INIT != "") begin : g_init
      initial $readmemh(INIT, mem);
    end

    if (DEPTH > 1) begin : g_many
      always @(posedge i_clk) begin
        if (i_re) o_rdata <= mem[i_raddr];
      end
    end else begin : g_one
      always @(posedge i_clk) begin
        if (i_re) o_rdata <= mem[0];
      end
      wire unused = &{1'b0, i_raddr};
    end
  endgenerate

endmodule

`default_nettype wire

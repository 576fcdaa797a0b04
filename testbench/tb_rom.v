// tb_rom: every row of a table, and that the output holds.
`default_nettype none

module tb_rom #(
  parameter WIDTH  = 40,
  parameter DEPTH  = 8,
  parameter INIT   = "ram.hex",
  parameter CYCLES = 500,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg              re   = 1'b0;
  reg  [ADDR-1:0]  addr = 0;
  wire [WIDTH-1:0] data;

  snnc_rom #(.WIDTH(WIDTH), .DEPTH(DEPTH), .INIT(INIT)) dut (.i_clk(clk), .i_re(re), .i_raddr(addr), .o_rdata(data));

  reg [WIDTH-1:0] table_ [0:DEPTH-1];
  reg [WIDTH-1:0] shown;
  reg             known = 1'b0;
  integer i;

  initial begin
    $readmemh(INIT, table_);
    for (i = 0; i < CYCLES; i = i + 1) begin
      re   = rnd(2) == 0;
      addr = rnd(DEPTH);
      #1 if (known) check("o_rdata", data, shown);
      if (re) begin
        shown = table_[addr];
        known = 1'b1;
      end
      step;
    end
    finish;
  end
endmodule

`default_nettype wire

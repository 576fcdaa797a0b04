// tb_table: a table that the host writes reads what was written to it, and no
// write for another memory or another row changes it.
`default_nettype none

module tb_table #(
  parameter WIDTH  = 53,
  parameter DEPTH  = 12,
  parameter [7:0] MEMORY = 8'd9,
  parameter CYCLES = 3000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam COLS = (WIDTH + 31) / 32;
  localparam CB   = $clog2(COLS);
  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg              write  = 1'b0;
  reg  [7:0]       memory = 0;
  reg  [22:0]      offset = 0;
  reg  [31:0]      data   = 0;
  reg              re     = 1'b0;
  reg  [ADDR-1:0]  raddr  = 0;
  wire [WIDTH-1:0] rdata;

  snnc_table #(.WIDTH(WIDTH), .DEPTH(DEPTH), .OVERLAY(1), .MEMORY(MEMORY)) dut (
    .i_clk(clk), .i_write(write), .i_memory(memory), .i_offset(offset), .i_data(data), .i_re(re), .i_raddr(raddr), .o_rdata(rdata));

  reg [32*COLS-1:0] model [0:DEPTH-1];
  reg [WIDTH-1:0]   shown;
  reg               known = 1'b0;
  integer i, row, column;

  task cycle;
    begin
      #1 if (known) check("o_rdata", rdata, shown);
      if (re) begin
        shown = model[raddr][WIDTH-1:0];
        known = 1'b1;
      end
      row    = offset >> CB;
      column = offset - (row << CB);
      if (write && memory == MEMORY && row < DEPTH && column < COLS) model[row][32*column +: 32] = data;
      step;
    end
  endtask

  initial begin
    for (i = 0; i < (DEPTH << CB); i = i + 1) begin  // every row once, before it is read
      write  = 1'b1;
      memory = MEMORY;
      offset = i;
      data   = rnd(0);
      cycle;
    end
    for (i = 0; i < CYCLES; i = i + 1) begin
      write  = rnd(2) == 0;
      memory = (rnd(3) == 0) ? rnd(256) : MEMORY;
      offset = rnd((DEPTH + 3) << CB);
      data   = rnd(0);
      re     = rnd(2) == 0;
      raddr  = rnd(DEPTH);
      if ((offset >> CB) == raddr) re = 1'b0;        // no row is read in the cycle in which it is written
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

// tb_ram: rows written in columns read back as an array of rows says.
`default_nettype none

module tb_ram #(
  parameter WIDTH  = 40,
  parameter DEPTH  = 12,
  parameter INIT   = "",
  parameter STEADY = 0,
  parameter CYCLES = 2000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam COLS = (WIDTH + 31) / 32;
  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg              re    = 1'b0;
  reg  [ADDR-1:0]  raddr = 0;
  wire [WIDTH-1:0] rdata;
  reg  [COLS-1:0]  we    = 0;
  reg  [ADDR-1:0]  waddr = 0;
  reg  [WIDTH-1:0] wdata = 0;

  snnc_ram #(.WIDTH(WIDTH), .DEPTH(DEPTH), .INIT(INIT), .STEADY(STEADY)) dut (
    .i_clk(clk), .i_re(re), .i_raddr(raddr), .o_rdata(rdata), .i_we(we), .i_waddr(waddr), .i_wdata(wdata));

  reg [WIDTH-1:0] model [0:DEPTH-1];
  reg [WIDTH-1:0] shown;
  reg             known = 1'b0;                     // something has been read
  integer i, b;

  task cycle;
    begin
      #1 if (known) check_wide("o_rdata", rdata, shown);
      if (re) begin
        shown = model[raddr];
        known = 1'b1;
      end
      for (b = 0; b < WIDTH; b = b + 1) if (we[b / 32]) model[waddr][b] = wdata[b];
      if (STEADY != 0 && DEPTH == 1) shown = model[0]; // follows a write
      step;
    end
  endtask

  initial begin
    if (INIT != "") $readmemh(INIT, model);
    else for (i = 0; i < DEPTH; i = i + 1) begin
      we = {COLS{1'b1}};
      waddr = i;
      wdata = wide(WIDTH);
      cycle;
    end
    we = 0;
    for (i = 0; i < DEPTH; i = i + 1) begin         // every row as it came
      re = 1'b1;
      raddr = i;
      cycle;
    end
    for (i = 0; i < CYCLES; i = i + 1) begin
      re    = rnd(4) != 0;
      raddr = rnd(DEPTH);
      we    = wide(COLS) & {COLS{rnd(2) != 0}};
      waddr = rnd(DEPTH);
      wdata = wide(WIDTH);
      if (re && raddr == waddr) we = 0;             // nobody does both
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

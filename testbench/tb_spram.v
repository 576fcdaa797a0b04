// tb_spram: rows written in columns, and read back over the same port, as an
// array of rows says.
`default_nettype none

module tb_spram #(
  parameter WIDTH  = 40,
  parameter DEPTH  = 12,
  parameter CYCLES = 2000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam COLS = (WIDTH + 31) / 32;
  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg              re    = 1'b0;
  reg  [ADDR-1:0]  addr  = 0;
  wire [WIDTH-1:0] rdata;
  reg  [COLS-1:0]  we    = 0;
  reg  [WIDTH-1:0] wdata = 0;

  snnc_spram #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
    .i_clk(clk), .i_addr(addr), .i_re(re), .o_rdata(rdata), .i_we(we), .i_wdata(wdata));

  reg [WIDTH-1:0] model [0:DEPTH-1];
  reg [WIDTH-1:0] shown;
  reg             known = 1'b0;                     // something has been read
  integer i, b;

  task cycle;
    begin
      #1 if (known) check_wide("o_rdata", rdata, shown);
      if (re) begin
        shown = model[addr];
        known = 1'b1;
      end
      for (b = 0; b < WIDTH; b = b + 1) if (we[b / 32]) model[addr][b] = wdata[b];
      step;
    end
  endtask

  initial begin
    for (i = 0; i < DEPTH; i = i + 1) begin
      we = {COLS{1'b1}};
      addr = i;
      wdata = wide(WIDTH);
      cycle;
    end
    we = 0;
    for (i = 0; i < DEPTH; i = i + 1) begin         // every row as it came
      re = 1'b1;
      addr = i;
      cycle;
    end
    for (i = 0; i < CYCLES; i = i + 1) begin
      re    = rnd(3) == 0;
      we    = re ? 0 : wide(COLS) & {COLS{rnd(2) != 0}};
      addr  = rnd(DEPTH);
      wdata = wide(WIDTH);
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

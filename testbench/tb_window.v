// tb_window: which row, which columns, and nothing where nothing exists.
`default_nettype none

module tb_window #(
  parameter WIDTH  = 72,
  parameter DEPTH  = 10,
  parameter CYCLES = 2000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam COLS = (WIDTH + 31) / 32;
  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg              write  = 1'b0;
  reg  [22:0]      offset = 23'd0;
  reg  [31:0]      data   = 32'd0;
  reg  [WIDTH-1:0] rdata  = 0;
  wire [ADDR-1:0]  row;
  wire [COLS-1:0]  we;
  wire [WIDTH-1:0] wdata;
  wire [31:0]      shown;
  wire             exist;

  snnc_window #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
    .i_write(write), .i_offset(offset), .i_data(data), .o_row(row), .o_we(we), .o_wdata(wdata), .i_rdata(rdata),
    .o_data(shown), .o_exist(exist));

  integer i, b, r, c, places;
  reg [COLS-1:0] want_we;
  reg [31:0]     want;

  initial begin
    places = 1;                                     // offsets of a row
    while (places < COLS) places = 2 * places;
    for (i = 0; i < CYCLES; i = i + 1) begin
      r      = (rnd(4) == 0) ? DEPTH - 2 + rnd(4) : rnd(DEPTH);
      if (r < 0) r = 0;
      c      = rnd(places);
      offset = (rnd(16) == 0) ? rnd(0) : r * places + c;
      r      = offset / places;
      c      = offset % places;
      write  = rnd(2) == 0;
      data   = rnd(0);
      rdata  = wide(WIDTH);
      #1 if (r < DEPTH) check("o_exist", exist, 1);
      else if (exist) check("no other row", row >= DEPTH, 1);
      want_we = 0;
      if (write && exist && c < COLS) want_we[c] = 1'b1;
      check("o_we", we, want_we);
      want = 32'd0;
      for (b = 0; b < 32; b = b + 1) if (32 * c + b < WIDTH) begin
        want[b] = rdata[32*c + b];
        if (want_we != 0) check("o_wdata", wdata[32*c + b], data[b]);
      end
      if (r < DEPTH) begin
        check("o_row", row, r);
        check("o_data", shown, want);
      end
      step;
    end
    finish;
  end
endmodule

`default_nettype wire

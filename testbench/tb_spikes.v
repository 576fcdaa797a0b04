// tb_spikes: valid bits: set by writes, cleared by take and by the start of
// tick 0; words without one read 0.
`default_nettype none

module tb_spikes #(
  parameter WORD   = 16,
  parameter DEPTH  = 16,
  parameter CYCLES = 4000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg             rst   = 1'b1;
  reg             clear = 1'b0;
  reg             we    = 1'b0;
  reg  [ADDR-1:0] waddr = 0;
  reg  [WORD-1:0] wdata = 0;
  reg             re    = 1'b0;
  reg  [ADDR-1:0] raddr = 0;
  reg             take  = 1'b0;
  wire [WORD-1:0] word;

  snnc_spikes #(.WORD(WORD), .DEPTH(DEPTH)) dut (
    .i_clk(clk), .i_rst(rst), .i_clear(clear), .i_we(we), .i_waddr(waddr), .i_wdata(wdata),
    .i_re(re), .i_raddr(raddr), .o_word(word), .i_take(take));

  reg [WORD-1:0] model [0:DEPTH-1];                 // 0: not valid
  reg [WORD-1:0] shown;
  reg            known = 1'b0;
  integer at = 0;                                   // address of the word shown
  integer i, j;

  task cycle;
    begin
      #1 if (known) check("o_word", word, shown);
      if (take) model[at] = 0;
      if (re) begin
        shown = model[raddr];
        at    = raddr;
        known = 1'b1;
      end
      if (we) model[waddr] = wdata;
      if (clear || rst) for (j = 0; j < DEPTH; j = j + 1) model[j] = 0;
      step;
    end
  endtask

  initial begin
    for (i = 0; i < DEPTH; i = i + 1) model[i] = 0;
    step;
    rst = 1'b0;
    for (i = 0; i < CYCLES; i = i + 1) begin
      clear = rnd(8 * DEPTH) == 0;
      rst   = rnd(CYCLES) == 0;
      we    = rnd(2) == 0;
      waddr = rnd(DEPTH);
      wdata = (rnd(8) == 0) ? 0 : wide(WORD);
      re    = rnd(2) == 0;
      raddr = rnd(DEPTH);
      take  = known && rnd(3) == 0;
      // A ring's slot is read in another tick than it is written, and a word
      // is taken by its last reader.
      if (re && raddr == waddr) we = 1'b0;
      if (take && waddr == at) we = 1'b0;
      if (take && raddr == at) re = 1'b0;
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

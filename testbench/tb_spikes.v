// tb_spikes: valid bits: set by writes, cleared a slot at a time and all at
// once; words without one read 0.
`default_nettype none

module tb_spikes #(
  parameter WORD   = 16,
  parameter SHIFT  = 3,
  parameter SLOTS  = 2,
  parameter OVERLAY = 0,
  parameter RUN    = 0,                             // overlay: log2 of the slots that make one of the ring
  parameter CYCLES = 4000,
  parameter SEED   = 1
);
  `include "tb.vh"

  localparam DEPTH = SLOTS << SHIFT;
  localparam RING = SHIFT + RUN;
  localparam SLOT = (SLOTS > 1) ? $clog2(SLOTS) : 1;
  localparam ADDR = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg             rst   = 1'b1;
  reg             clear = 1'b0;
  reg             we    = 1'b0;
  reg  [ADDR-1:0] waddr = 0;
  reg  [WORD-1:0] wdata = 0;
  reg             re    = 1'b0;
  reg  [ADDR-1:0] raddr = 0;
  reg             clear_slot = 1'b0;
  reg  [SLOT-1:0] slot  = 0;
  wire [WORD-1:0] word;

  snnc_spikes #(.WORD(WORD), .SHIFT(SHIFT), .SLOTS(SLOTS), .OVERLAY(OVERLAY)) dut (
    .i_clk(clk), .i_rst(rst), .i_clear(clear), .i_clear_slot(clear_slot), .i_slot(slot), .i_shift(RING[4:0]), .i_we(we), .i_waddr(waddr), .i_wdata(wdata),
    .i_re(re), .i_raddr(raddr), .o_word(word));

  reg [WORD-1:0] model [0:DEPTH-1];                 // 0: not valid
  reg [WORD-1:0] shown;
  reg            known = 1'b0;
  integer i, j;

  task cycle;
    begin
      #1 if (known) check("o_word", word, shown);
      if (re) begin
        shown = model[raddr];
        known = 1'b1;
      end
      if (we) model[waddr] = wdata;
      if (clear_slot) for (j = 0; j < (1 << RING); j = j + 1) model[(slot << RING) + j] = 0;
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
      clear_slot = rnd(DEPTH) == 0;
      slot  = rnd(SLOTS >> RUN);
      // A ring's slot is read in another tick than it is written.
      if (re && raddr == waddr) we = 1'b0;
      cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

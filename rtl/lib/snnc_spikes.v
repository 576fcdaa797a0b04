// snnc_spikes: spike memory of a core, a word and a valid bit for each address.
//
// Implements docs/machine.md, section 2: a word whose valid bit is 0 reads as
// 0; a write sets the bit, the walk clears it when it takes the word for the
// last time, and the start of tick 0 clears all. So nobody ever writes zeros.
//
//   cycle      c        c + 1 ...
//   i_re     __/~~\_______
//   o_word            < word       held until the next i_re
//   i_take        (any cycle in which o_word is shown)  clears its valid bit
`default_nettype none

module snnc_spikes #(
  parameter WORD  = 16,                             // neurons in a word
  parameter DEPTH = 16,                             // words, a power of two
  // derived
  parameter ADDR  = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input  wire            i_clk,
  input  wire            i_rst,
  input  wire            i_clear,                   // start of tick 0
  // write: network, or host while idle
  input  wire            i_we,
  input  wire [ADDR-1:0] i_waddr,
  input  wire [WORD-1:0] i_wdata,
  // read
  input  wire            i_re,
  input  wire [ADDR-1:0] i_raddr,
  output wire [WORD-1:0] o_word,
  input  wire            i_take
);

  generate
    if (DEPTH < 1 || (DEPTH & (DEPTH - 1)) != 0) begin : g_check_depth
      snnc_illegal_parameter DEPTH_must_be_a_power_of_two ();
    end
    if (WORD != 8 && WORD != 16 && WORD != 32) begin : g_check_word
      snnc_illegal_parameter WORD_must_be_8_16_or_32 ();
    end
  endgenerate

  wire [WORD-1:0] stored;
  reg  [DEPTH-1:0] valid_q;
  reg              shown_q;                         // valid bit of the word at the output
  reg  [ADDR-1:0]  raddr_q;

  snnc_ram #(
    .WIDTH (WORD),
    .DEPTH (DEPTH)
  ) u_mem (
    .i_clk   (i_clk),
    .i_re    (i_re),
    .i_raddr (i_raddr),
    .o_rdata (stored),
    .i_we    (i_we),
    .i_waddr (i_waddr),
    .i_wdata (i_wdata)
  );

  always @(posedge i_clk) begin
    if (i_rst || i_clear) begin
      valid_q <= {DEPTH{1'b0}};
    end else begin
      if (i_take) valid_q[raddr_q] <= 1'b0;
      if (i_we)   valid_q[i_waddr] <= 1'b1;
    end
  end

  always @(posedge i_clk) begin
    if (i_re) begin
      shown_q <= valid_q[i_raddr];
      raddr_q <= i_raddr;
    end
  end

  assign o_word = shown_q ? stored : {WORD{1'b0}};

endmodule

`default_nettype wire

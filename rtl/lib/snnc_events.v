// snnc_events: queue of the words that reached the host.
//
// Implements the host FIFO of docs/machine.md, sections 5 and 7: a word, the
// tick in which it arrived and its address in the host's space. The network
// sends nothing while o_count is DEPTH, so nothing is lost; a host that does
// not take words stalls the machine.
//
// A read takes no word: it names one by its place behind the head, so that a
// host that lost the answer reads again. i_pop takes the first i_pops words.
//
//   cycle       c         c + 1
//   i_read    __/~~\_______         o_meta and o_data: of word i_index, until
//   i_index    < i  >               the next read; undefined from o_count on
`default_nettype none

module snnc_events #(
  parameter WORD    = 16,
  parameter ADDRESS = 16,                           // up to 16
  parameter DEPTH   = 256,                          // words, a power of two
  // derived
  parameter COUNT   = $clog2(DEPTH + 1),
  parameter INDEX   = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input  wire               i_clk,
  input  wire               i_rst,
  // delivery
  input  wire               i_push,
  input  wire [15:0]        i_tick,
  input  wire [ADDRESS-1:0] i_addr,
  input  wire [WORD-1:0]    i_bits,
  // host
  input  wire               i_read,
  input  wire [INDEX-1:0]   i_index,
  output wire [31:0]        o_meta,                 // tick << 16 | address
  output wire [31:0]        o_data,
  input  wire               i_pop,
  input  wire [31:0]        i_pops,                 // more than o_count: none is taken
  output wire [COUNT-1:0]   o_count
);

  generate
    if (DEPTH < 1 || (DEPTH & (DEPTH - 1)) != 0) begin : g_check_depth
      snnc_illegal_parameter DEPTH_must_be_a_power_of_two ();
    end
    if (ADDRESS < 1 || ADDRESS > 16) begin : g_check_address
      snnc_illegal_parameter ADDRESS_must_be_1_to_16 ();
    end
  endgenerate

  reg  [COUNT-1:0] count_q;
  reg  [INDEX-1:0] head_q;
  reg  [INDEX-1:0] tail_q;

  wire [COUNT-1:0] pops = (i_pop && i_pops[31:COUNT] == {(32-COUNT){1'b0}} && i_pops[COUNT-1:0] <= count_q)
                        ? i_pops[COUNT-1:0] : {COUNT{1'b0}};

  assign o_count = count_q;

  always @(posedge i_clk) begin
    if (i_rst) begin
      count_q <= {COUNT{1'b0}};
      head_q  <= {INDEX{1'b0}};
      tail_q  <= {INDEX{1'b0}};
    end else begin
      count_q <= count_q - pops + {{(COUNT-1){1'b0}}, i_push};
      head_q  <= head_q + pops[INDEX-1:0];
      tail_q  <= tail_q + {{(INDEX-1){1'b0}}, i_push};
    end
  end

  localparam WIDTH = 16 + ADDRESS + WORD;

  wire [15:0]        tick;
  wire [ADDRESS-1:0] addr;
  wire [WORD-1:0]    bits;
  wire [31:0]        addr_32;
  wire [31:0]        bits_32;

  snnc_ram #(
    .WIDTH (WIDTH),
    .DEPTH (1 << INDEX)
  ) u_words (
    .i_clk   (i_clk),
    .i_re    (i_read),
    .i_raddr (head_q + i_index),
    .o_rdata ({tick, addr, bits}),
    .i_we    ({((WIDTH + 31) / 32){i_push}}),
    .i_waddr (tail_q),
    .i_wdata ({i_tick, i_addr, i_bits})
  );

  assign addr_32 = {{(32-ADDRESS){1'b0}}, addr};
  generate
    if (WORD < 32) begin : g_pad
      assign bits_32 = {{(32-WORD){1'b0}}, bits};
    end else begin : g_exact
      assign bits_32 = bits;
    end
  endgenerate

  assign o_meta = {tick, addr_32[15:0]};
  assign o_data = bits_32;

  wire unused = &{1'b0, addr_32[31:16]};

`ifdef SNNC_ASSERT
  always @(posedge i_clk) begin
    if (!i_rst && i_push && pops == {COUNT{1'b0}} && count_q == DEPTH[COUNT-1:0]) begin
      $display("ASSERT %m: push into a full queue");
      $finish;
    end
  end
`endif

endmodule

`default_nettype wire

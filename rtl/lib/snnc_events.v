// snnc_events: queue of the words that reached the host.
//
// Implements the host FIFO of docs/machine.md, sections 5 and 7: a word, the
// tick in which it arrived and its address in the host's space. The network
// sends nothing while o_count is DEPTH, so nothing is lost; a host that does
// not read stalls the machine.
`default_nettype none

module snnc_events #(
  parameter WORD    = 16,
  parameter ADDRESS = 16,                           // up to 16
  parameter DEPTH   = 256,                          // words, a power of two
  // derived
  parameter COUNT   = $clog2(DEPTH + 1)
) (
  input  wire               i_clk,
  input  wire               i_rst,
  // delivery
  input  wire               i_push,
  input  wire [15:0]        i_tick,
  input  wire [ADDRESS-1:0] i_addr,
  input  wire [WORD-1:0]    i_bits,
  // head, 0 if there is none
  output wire               o_valid,
  output wire [31:0]        o_meta,                 // tick << 16 | address
  output wire [31:0]        o_data,
  input  wire               i_pop,                  // only while o_valid
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

  wire [15:0]        tick;
  wire [ADDRESS-1:0] addr;
  wire [WORD-1:0]    bits;
  wire [31:0]        addr_32;
  wire [31:0]        bits_32;

  snnc_fifo #(
    .WIDTH (16 + ADDRESS + WORD),
    .DEPTH (DEPTH)
  ) u_fifo (
    .i_clk   (i_clk),
    .i_rst   (i_rst),
    .i_push  (i_push),
    .i_data  ({i_tick, i_addr, i_bits}),
    .o_valid (o_valid),
    .o_data  ({tick, addr, bits}),
    .i_pop   (i_pop),
    .o_count (o_count)
  );

  assign addr_32 = {{(32-ADDRESS){1'b0}}, addr};
  generate
    if (WORD < 32) begin : g_pad
      assign bits_32 = {{(32-WORD){1'b0}}, bits};
    end else begin : g_exact
      assign bits_32 = bits;
    end
  endgenerate

  assign o_meta = o_valid ? {tick, addr_32[15:0]} : 32'd0;
  assign o_data = o_valid ? bits_32 : 32'd0;

  wire unused = &{1'b0, addr_32[31:16]};

endmodule

`default_nettype wire

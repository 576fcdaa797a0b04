// snnc_config: configuration of an overlay's core, written by the host.
//
// Implements docs/machine.md, section 9: what is a parameter of a core in a
// design of one network is a word here. Only the enable bit has a value after
// reset: a core that was not configured takes part in no tick.
`default_nettype none
`include "snnc_regs.vh"

module snnc_config (
  input  wire                        i_clk,
  input  wire                        i_rst,
  // host
  input  wire                        i_write,
  input  wire [7:0]                  i_memory,
  input  wire [22:0]                 i_offset,
  input  wire [31:0]                 i_data,
  // word n in bits 32n + 31 .. 32n
  output wire [32*`SNNC_CONFIGS-1:0] o_cfg
);

  wire write = i_write && (i_memory == `SNNC_MEM_CONFIG);

  genvar n;
  generate
    for (n = 0; n < `SNNC_CONFIGS; n = n + 1) begin : g_word
      reg [31:0] word_q;
      always @(posedge i_clk) begin
        if (write && (i_offset == n)) word_q <= i_data;
        if (i_rst && (n == 0))        word_q[`SNNC_CFG_ENABLE] <= 1'b0;
      end
      assign o_cfg[32*n +: 32] = word_q;
    end
  endgenerate

endmodule

`default_nettype wire

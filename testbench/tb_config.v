// tb_config: every word holds what was last written to it; reset clears the
// enable bit and no other.
`default_nettype none
`include "snnc_regs.vh"

module tb_config #(
  parameter CYCLES = 3000,
  parameter SEED   = 1
);
  `include "tb.vh"

  reg         rst    = 1'b0;
  reg         write  = 1'b0;
  reg  [7:0]  memory = 0;
  reg  [22:0] offset = 0;
  reg  [31:0] data   = 0;
  wire [32*`SNNC_CONFIGS-1:0] cfg;

  snnc_config dut (.i_clk(clk), .i_rst(rst), .i_write(write), .i_memory(memory), .i_offset(offset), .i_data(data), .o_cfg(cfg));

  reg [31:0] model [0:`SNNC_CONFIGS-1];
  integer i, k;

  initial begin
    for (i = 0; i < `SNNC_CONFIGS; i = i + 1) begin
      write    = 1'b1;
      memory   = `SNNC_MEM_CONFIG;
      offset   = i;
      data     = rnd(0);
      model[i] = data;
      step;
    end
    for (i = 0; i < CYCLES; i = i + 1) begin
      #1 for (k = 0; k < `SNNC_CONFIGS; k = k + 1) check("o_cfg", cfg[32*k +: 32], model[k]);
      rst    = rnd(50) == 0;
      write  = rnd(2) == 0;
      memory = (rnd(3) == 0) ? rnd(256) : `SNNC_MEM_CONFIG;
      offset = rnd(`SNNC_CONFIGS + 4);
      data   = rnd(0);
      if (write && memory == `SNNC_MEM_CONFIG && offset < `SNNC_CONFIGS) model[offset] = data;
      if (rst) model[0][`SNNC_CFG_ENABLE] = 1'b0;
      step;
    end
    finish;
  end
endmodule

`default_nettype wire

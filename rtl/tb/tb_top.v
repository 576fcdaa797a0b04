// tb_top: runs one recorded sample on snnc_top over its host bus and compares
// every event, and the cycles of the sample, with what was recorded.
//
// The data are in tb/: writes.hex, {address, data} in 64 bits a line, and
// events.hex, {tick, address, word}. A write to CTRL runs ticks: the next write
// waits for their end. The last line printed is PASS or FAIL.
// Run in the design's directory:
//
//   With Icarus:    iverilog -g2005 -o tb.vvp -s tb_top -c files.f tb/tb_top.v && vvp -n tb.vvp
//   With Verilator: verilator --binary --timing --top-module tb_top -f files.f tb/tb_top.v && obj_dir/Vtb_top
`default_nettype none
`include "snnc_regs.vh"
`include "snnc_top.vh"
`include "tb/tb_top.vh"

module tb_top;

  reg         clk   = 1'b0;
  reg         rst   = 1'b1;
  reg         valid = 1'b0;
  reg         write = 1'b0;
  reg  [23:0] addr  = 24'd0;
  reg  [31:0] wdata = 32'd0;
  wire        ready;
  wire [31:0] rdata;
  wire        running;                              // STATUS says so too

  snnc_top u_top (
    .i_clk   (clk),
    .i_rst   (rst),
    .i_valid (valid),
    .i_write (write),
    .i_addr  (addr),
    .i_wdata (wdata),
    .o_ready (ready),
    .o_rdata (rdata),
    .o_running (running)
  );

  // One more than recorded: an array of none does not exist.
  reg [63:0] writes [0:`TB_WRITES];
  reg [63:0] events [0:`TB_EVENTS];

  integer failures = 0;
  integer seen     = 0;
  integer stalled  = 0;
  integer i;
  reg [31:0] unused;
  reg [31:0] status;
  reg [31:0] meta;
  reg [31:0] data;
  reg [63:0] cycles;

  // Inputs change while the clock is low, outputs are read before it rises.
  integer now = 0;

  task step;
    begin
      #4 clk = 1'b1;
      #5 clk = 1'b0;
      now = now + 1;
      if (now > `TB_LIMIT) begin
        $display("FAIL: still running after %0d cycles", `TB_LIMIT);
        $finish;
      end
    end
  endtask

  task transfer;                                    // d is what a read gives
    output [31:0] d;
    begin
      valid = 1'b1;
      #1;
      while (!ready) begin
        step;
        #1;
      end
      d = rdata;
      step;
      valid = 1'b0;
    end
  endtask

  task put;
    input [23:0] a;
    input [31:0] d;
    begin
      write = 1'b1;
      addr  = a;
      wdata = d;
      transfer(unused);
    end
  endtask

  task get;
    input  [23:0] a;
    output [31:0] d;
    begin
      write = 1'b0;
      addr  = a;
      transfer(d);
    end
  endtask

  task control;
    input  [7:0]  register;
    output [31:0] d;
    get({`SNNC_REGION_CONTROL, register}, d);
  endtask

  task drain;                                       // the oldest word, until there is none
    begin
      control(`SNNC_REG_STATUS, status);
      while (status[`SNNC_STATUS_EVENTS]) begin
        get({`SNNC_REGION_EVENTS, 21'd0}, meta);
        get({`SNNC_REGION_EVENTS, 21'd1}, data);
        put({`SNNC_REGION_CONTROL, `SNNC_REG_EVENT_POP}, 32'd1);
        if (seen >= `TB_EVENTS) begin
          failures = failures + 1;
          $display("event %0d: tick %0d, address %0d, word %h; none was recorded", seen, meta[31:16], meta[15:0], data);
        end else if ({meta, data} !== events[seen]) begin
          failures = failures + 1;
          $display("event %0d: tick %0d, address %0d, word %h; recorded tick %0d, address %0d, word %h", seen,
                   meta[31:16], meta[15:0], data, events[seen][63:48], events[seen][47:32], events[seen][31:0]);
        end
        seen = seen + 1;
        control(`SNNC_REG_STATUS, status);
      end
    end
  endtask

  // Reads while it runs only tell whether it waits for room, in which case its
  // cycles are those of the host.
  task run;
    begin
      control(`SNNC_REG_STATUS, status);
      while (status[`SNNC_STATUS_RUNNING]) begin
        control(`SNNC_REG_EVENTS, data);
        if (data == `SNNC_TOP_HOST_DEPTH) begin
          control(`SNNC_REG_STATUS, status);
          if (status[`SNNC_STATUS_RUNNING]) stalled = 1;
          drain;
        end
        control(`SNNC_REG_STATUS, status);
      end
      drain;
    end
  endtask

  initial begin
    if (`TB_WRITES > 0) $readmemh("tb/writes.hex", writes, 0, `TB_WRITES - 1);
    if (`TB_EVENTS > 0) $readmemh("tb/events.hex", events, 0, `TB_EVENTS - 1);
    repeat (4) step;
    rst = 1'b0;
    control(`SNNC_REG_ID, data);
    if (data !== `SNNC_ID_VALUE) begin
      failures = failures + 1;
      $display("register ID is %h", data);
    end
    for (i = 0; i < `TB_WRITES; i = i + 1) begin
      put(writes[i][55:32], writes[i][31:0]);
      if (writes[i][55:32] == {`SNNC_REGION_CONTROL, `SNNC_REG_CTRL}) run;
    end

    if (seen != `TB_EVENTS) begin
      failures = failures + 1;
      $display("%0d events; %0d were recorded", seen, `TB_EVENTS);
    end
    control(`SNNC_REG_CYCLES_LO, cycles[31:0]);
    control(`SNNC_REG_CYCLES_HI, cycles[63:32]);
    if (`TB_CYCLES != 0 && stalled == 0 && cycles !== `TB_CYCLES) begin
      failures = failures + 1;
      $display("%0d cycles; %0d were recorded", cycles, `TB_CYCLES);
    end
    if (failures == 0) $display("PASS: %0d events, %0d cycles", seen, cycles);
    else               $display("FAIL: %0d differences", failures);
    $finish;
  end

endmodule

`default_nettype wire

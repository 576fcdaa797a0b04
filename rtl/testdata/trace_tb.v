// Runs samples on a design and prints what its trace ports show, for
// sample_test.go. Reads in.hex: 64-bit words {address, data}, ended by all ones.
`timescale 1ns/1ns
`include "snnc_top.vh"
module trace_tb;
  localparam NC = `SNNC_TOP_CORES;
  localparam NN = `SNNC_TOP_NODES;
  localparam W  = `SNNC_TOP_WORD_BITS;

  reg clk = 0;
  reg rst = 1;
  reg valid = 0;
  reg write = 0;
  reg [23:0] addr = 0;
  reg [31:0] wdata = 0;
  wire ready;
  wire [31:0] rdata;
  wire start, tick_end;
  wire [15:0] tick;
  wire [NC-1:0] spike_valid;
  wire [16*NC-1:0] spike_word;
  wire [W*NC-1:0] spike_bits;
  wire [NN-1:0] net_valid;
  wire [16*NN-1:0] net_addr;
  wire [W*NN-1:0] net_bits;

  snnc_top dut (
    .i_clk(clk), .i_rst(rst), .i_valid(valid), .i_write(write), .i_addr(addr), .i_wdata(wdata), .o_ready(ready), .o_rdata(rdata), .o_running(),
    .o_trace_start(start), .o_trace_tick_end(tick_end), .o_trace_tick(tick), .o_trace_spike_valid(spike_valid),
    .o_trace_spike_word(spike_word), .o_trace_spike_bits(spike_bits), .o_trace_net_valid(net_valid), .o_trace_net_addr(net_addr),
    .o_trace_net_bits(net_bits));

  always #5 clk = !clk;

  task put(input [23:0] a, input [31:0] d);
    begin
      valid <= 1; write <= 1; addr <= a; wdata <= d;
      @(posedge clk);
      while (!ready) @(posedge clk);
      valid <= 0;
    end
  endtask
  task get(input [23:0] a, output [31:0] d);
    begin
      valid <= 1; write <= 0; addr <= a;
      @(posedge clk);
      while (!ready) @(posedge clk);
      d = rdata;
      valid <= 0;
      @(posedge clk);
    end
  endtask

  integer cycle = 0, i;
  always @(posedge clk) if (!rst) begin
    if (start) cycle = 0;
    for (i = 0; i < NC; i = i + 1)
      if (spike_valid[i]) $display("push %0d %0d %0d %0d %0d", tick, cycle, i, spike_word[16*i +: 16], spike_bits[W*i +: W]);
    for (i = 0; i < NN; i = i + 1)
      if (net_valid[i]) $display("deliver %0d %0d %0d %0d %0d", tick, cycle, i, net_addr[16*i +: 16], net_bits[W*i +: W]);
    if (tick_end) $display("end %0d %0d", tick, cycle);
    cycle = cycle + 1;
  end

  // Reads events until the machine is idle and its FIFO empty.
  task drain;
    begin
      a = 3;
      while (a != 0) begin
        get(24'h12, a);
        if (a[1]) begin
          get(24'h21, meta);
          get(24'h22, b);
          $display("event %0d %0d %0d", meta[31:16], meta[15:0], b);
        end
      end
    end
  endtask

  reg [63:0] in [0:65535];
  reg [31:0] meta;
  reg [31:0] a, b, n;
  integer k, s;
  initial begin
    $readmemh("in.hex", in);
    repeat (4) @(posedge clk);
    rst <= 0;
    k = 0;
    for (s = 0; s < 2; s = s + 1) begin
      $display("sample %0d", s);
      while (in[k] != 64'hffffffffffffffff) begin
        put(in[k][55:32], in[k][31:0]);
        k = k + 1;
      end
      k = k + 1;
      // The second sample in two runs.
      get(24'h11, n);
      if (s == 1 && n > 1) begin
        put(24'h11, 1);
        put(24'h10, 3);
        drain;
        put(24'h11, n - 1);
        put(24'h10, 1);
      end else put(24'h10, 3);
      drain;
      get(24'h14, a);
      get(24'h15, b);
      $display("cycles %0d", {b, a});
      get(24'h16, a);
      $display("tickcycles %0d", a);
      get(24'h13, a);
      $display("ticks %0d", a);
      // read states
      while (in[k] != 64'hffffffffffffffff) begin
        put(24'h17, {in[k][63:32]});
        get(24'h800000 + in[k][31:0], a);
        $display("state %0d", a);
        k = k + 1;
      end
      k = k + 1;
    end
    $display("done");
    $finish;
  end
  initial begin #3000000 $display("timeout"); $finish; end
endmodule

// tb_host: every register, the regions and the cycles of the host bus.
//
// The bench is a master that holds its request, the controller, the event
// queue and cores that answer reads two cycles later.
`default_nettype none
`include "snnc_regs.vh"

module tb_host #(
  parameter CORES      = 3,
  parameter STEPS      = 25,
  parameter RUN_TICKS  = 27,
  parameter LOAD       = 0,
  parameter READBACK   = 1,
  parameter REWRITE    = 1,
  parameter HOST_DEPTH = 256,
  parameter [127:0] DIGEST = 128'h00112233_44556677_8899AABB_CCDDEEFF,
  parameter TRANSFERS  = 2000,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam COUNT = $clog2(HOST_DEPTH + 1);
  localparam INDEX = (HOST_DEPTH > 1) ? $clog2(HOST_DEPTH) : 1;

  reg                 rst   = 1'b1;
  reg                 valid = 1'b0;
  reg                 write = 1'b0;
  reg  [23:0]         addr  = 24'd0;
  reg  [31:0]         wdata = 32'd0;
  wire                ready;
  wire [31:0]         rdata;
  wire                run;
  wire                new_sample;
  wire [15:0]         run_ticks;
  reg                 running = 1'b0;
  reg  [15:0]         tick = 16'd0;
  reg  [63:0]         cycles = 64'd0;
  reg  [31:0]         tick_cycles = 32'd0;
  wire                event_read;
  wire [INDEX-1:0]    event_index;
  reg  [31:0]         event_meta = 32'd0;
  reg  [31:0]         event_data = 32'd0;
  reg  [COUNT-1:0]    event_count = 0;
  wire                event_pop;
  wire                input_write;
  wire [CORES-1:0]    window_select;
  wire                window_write;
  wire                window_read;
  wire [7:0]          window_memory;
  wire [22:0]         offset;
  wire [31:0]         data;
  reg  [32*CORES-1:0] window_data = 0;

  snnc_host #(.CORES(CORES), .STEPS(STEPS), .RUN_TICKS(RUN_TICKS), .HOST_DEPTH(HOST_DEPTH), .LOAD(LOAD), .READBACK(READBACK), .REWRITE(REWRITE), .DIGEST(DIGEST)) dut (
    .i_clk(clk), .i_rst(rst), .i_valid(valid), .i_write(write), .i_addr(addr), .i_wdata(wdata), .o_ready(ready), .o_rdata(rdata),
    .o_run(run), .o_new_sample(new_sample), .o_run_ticks(run_ticks), .i_running(running), .i_tick(tick), .i_cycles(cycles),
    .i_tick_cycles(tick_cycles), .o_event_read(event_read), .o_event_index(event_index), .i_event_meta(event_meta), .i_event_data(event_data),
    .i_event_count(event_count), .o_event_pop(event_pop), .o_input_write(input_write), .o_window_select(window_select),
    .o_window_write(window_write), .o_window_read(window_read), .o_window_memory(window_memory), .o_offset(offset),
    .o_data(data), .i_window_data(window_data));

  reg [31:0] select    = 32'd0;
  reg [15:0] ticks_set = RUN_TICKS;
  integer runs, pops, inputs, writes, reads, event_reads; // pulses seen in a transfer
  integer age, i, n, latency;
  reg [31:0] want;
  reg        in_control, in_input, in_window, in_events;
  reg [32*CORES-1:0] coming_1, coming_2;

  // What core n shows at an offset of a memory; no core, nothing.
  function [31:0] word_at;
    input [31:0] core;
    input [7:0]  memory;
    input [22:0] at;
    word_at = (core * 32'h01000193) ^ ({memory, 1'b1, at} * 32'h9E3779B1);
  endfunction

  task cycle;
    begin
      #1 runs = runs + run;
      pops   = pops + event_pop;
      event_reads = event_reads + event_read;
      if (event_read) begin
        check("o_event_index", event_index, addr[INDEX:1]);
        event_meta = rnd(0);                        // in the next cycle
        event_data = rnd(0);
      end
      inputs = inputs + input_write;
      writes = writes + window_write;
      reads  = reads + window_read;
      if (run) begin
        check("o_new_sample", new_sample, wdata[1]);
        check("o_run_ticks", run_ticks, ticks_set);
      end
      if (input_write || window_write || event_pop) begin
        check("o_offset", offset, addr[22:0]);
        check("o_data", data, wdata);
      end
      if (window_write || window_read) begin
        check("o_window_memory", window_memory, select[7:0]);
        for (n = 0; n < CORES; n = n + 1) check("o_window_select", window_select[n], select[31:8] == n);
      end
      coming_2 = coming_1;
      coming_1 = 0;
      for (n = 0; n < CORES; n = n + 1)
        if (window_read && window_select[n]) coming_1[32*n +: 32] = word_at(n, window_memory, offset);
      step;
      window_data = coming_2;
    end
  endtask

  task transfer;
    begin
      {runs, pops, inputs, writes, reads, event_reads} = 192'd0;
      in_events  = addr >= 24'h200000 && addr < 24'h400000;
      in_control = addr < 24'h100;
      in_input   = addr >= 24'h400000 && addr < 24'h800000;
      in_window  = addr >= 24'h800000;
      valid = 1'b1;
      age = 0;
      #1;
      while (!ready && age < 20) begin
        cycle;
        age = age + 1;
      end
      #1 latency = write ? 0 : in_window ? 4 : in_events ? 3 : 2;
      check("cycles to o_ready", age, latency);
      if (!write) begin
        want = 32'd0;
        if (in_control) case (addr)
          8'h00: want = 32'h534E4E43;
          8'h01: want = 32'd2;
          8'h02: want = DIGEST >> 96;
          8'h03: want = DIGEST >> 64;
          8'h04: want = DIGEST >> 32;
          8'h05: want = DIGEST;
          8'h06: want = CORES;
          8'h07: want = STEPS;
          8'h11: want = ticks_set;
          8'h12: want = {REWRITE == 0, READBACK == 0, LOAD != 0, event_count != 0, running};
          8'h13: want = tick;
          8'h14: want = cycles;
          8'h15: want = cycles >> 32;
          8'h16: want = tick_cycles;
          8'h17: want = select;
          8'h20: want = event_count;
          default: want = 32'd0;
        endcase
        if (in_window && !running && select[31:8] < CORES) want = word_at(select[31:8], select[7:0], addr[22:0]);
        if (in_events) want = addr[0] ? event_data : event_meta;
        check("o_rdata", rdata, want);
      end
      cycle;
      valid = 1'b0;
      if (write) cycle;                             // a write is done in the cycle after
      check("runs", runs, write && in_control && addr == 24'h10 && wdata[0]);
      check("event pops", pops, write && addr == 24'h21);
      check("event reads", event_reads, !write && in_events);
      check("input writes", inputs, write && in_input);
      check("window writes", writes, write && in_window && !running);
      check("window reads", reads, !write && in_window && !running);
      if (write && addr == 24'h11) ticks_set = wdata;
      if (write && addr == 24'h17) select = wdata;
    end
  endtask

  initial begin
    coming_1 = 0;
    coming_2 = 0;
    step;
    rst = 1'b0;
    write = 1'b0;
    for (i = 0; i < 256; i = i + 1) begin           // every control register as it is after reset
      addr = i;
      transfer;
    end
    for (i = 0; i < TRANSFERS; i = i + 1) begin
      running     = rnd(4) == 0;
      tick        = rnd(0);
      cycles      = wide(64);
      tick_cycles = rnd(0);
      event_count = (rnd(2) == 0) ? 1 + rnd(HOST_DEPTH) : 0;
      write       = rnd(2) == 0;
      wdata       = rnd(0);
      case (rnd(8))
        0, 1:    addr = 24'h800000 + rnd(24'h800000);
        2:       addr = 24'h400000 + rnd(24'h400000);
        3:       addr = (rnd(2) == 0) ? 24'h000100 + rnd(24'h1FFF00) // nothing is there
                                      : 24'h200000 + rnd(24'h200000);
        4:       addr = 24'h10 + rnd(8);
        5:       addr = 24'h20 + rnd(3);
        default: addr = rnd(40);
      endcase
      if (addr == 24'h17) wdata = (rnd(CORES + 1) << 8) | rnd(7);
      transfer;
      repeat (rnd(3)) cycle;
    end
    finish;
  end
endmodule

`default_nettype wire

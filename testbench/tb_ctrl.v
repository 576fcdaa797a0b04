// tb_ctrl: the cycles of every tick for any pattern of busy, and the counters.
//
// The model has no states: only the cycle of the tick and what busy was.
`default_nettype none

module tb_ctrl #(
  parameter CYCLE_BITS = 48,
  parameter CYCLES     = 6000,
  parameter SEED       = 1
);
  `include "tb.vh"

  reg         rst   = 1'b1;
  reg         run   = 1'b0;
  reg         fresh = 1'b0;
  reg  [15:0] ticks = 16'd0;
  reg         busy  = 1'b0;
  wire        start;
  wire        clear;
  wire [15:0] tick;
  wire        tick_end;
  wire        running;
  wire [63:0] cycles;
  wire [31:0] tick_cycles;

  snnc_ctrl #(.CYCLE_BITS(CYCLE_BITS)) dut (
    .i_clk(clk), .i_rst(rst), .i_run(run), .i_new_sample(fresh), .i_ticks(ticks), .o_start(start), .o_clear(clear),
    .o_tick(tick), .o_tick_end(tick_end), .i_busy(busy), .o_running(running), .o_cycles(cycles), .o_tick_cycles(tick_cycles));

  integer at    = -1;                               // cycle of the tick, -1: idle
  integer left  = 0;                                // ticks left, this one included
  integer next  = 0;                                // tick number
  integer total = 0;
  integer last  = 0;
  integer ended = 0;
  reg     was   = 1'b0;                             // busy in the cycle before
  reg     done;
  integer i;

  task cycle;
    begin
      done = at >= 2 && !was;
      #1 check("o_running", running, at >= 0);
      check("o_start", start, at == 0);
      check("o_clear", clear, at == 0 && next == 0);
      check("o_tick", tick, next & 65535);
      check("o_tick_end", tick_end, done);
      check("o_cycles", cycles, (CYCLE_BITS < 64) ? total & ((64'd1 << CYCLE_BITS) - 1) : total);
      check("o_tick_cycles", tick_cycles, (CYCLE_BITS < 32) ? last & ((32'd1 << CYCLE_BITS) - 1) : last);
      if (at >= 0) begin
        total = total + 1;
        at = at + 1;
        last  = at;
        if (done) begin
          next  = next + 1;
          left  = left - 1;
          ended = ended + 1;
          at    = (left > 0) ? 0 : -1;
        end
      end else if (run && ticks != 0) begin
        at   = 0;
        left = ticks;
        if (fresh) begin
          next  = 0;
          total = 0;
        end
      end
      was = busy;
      if (rst) begin
        at    = -1;
        next  = 0;
        total = 0;
        last  = 0;
      end
      step;
    end
  endtask

  initial begin
    step;
    rst = 1'b0;
    // The shortest tick: nothing is ever busy.
    run = 1'b1;
    fresh = 1'b1;
    ticks = 16'd3;
    cycle;
    run = 1'b0;
    repeat (11) cycle;
    check("tick of nothing", tick_cycles, 3);
    check("three of them", cycles, 9);
    for (i = 0; i < CYCLES; i = i + 1) begin
      run   = rnd(6) == 0;
      fresh = rnd(4) == 0;
      ticks = rnd(5);
      busy  = (i & 256) ? (at > 0 && at < 4 + (i & 15)) : rnd(3) != 0;
      rst   = rnd(CYCLES) < 3;
      cycle;
    end
    check("ticks that ended", ended > CYCLES / 40, 1);
    finish;
  end
endmodule

`default_nettype wire

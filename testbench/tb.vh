// What every testbench shares: clock, random numbers, comparison and verdict.
// Included inside the module, which has a parameter SEED.
//
// A cycle of a bench: set the inputs, #1, compare the outputs of this cycle,
// let the model take the cycle, step. So outputs that depend on inputs of the
// same cycle and outputs of registers are compared alike, and no simulator has
// a race to decide. A bench that is done stops stepping: nothing is left to
// simulate, and several benches can run in one simulation.

  localparam LIMIT = 1000000;                       // cycles; no bench needs a tenth of it

  reg        clk      = 1'b0;
  integer    now      = 0;
  integer    failures = 0;
  integer    failed_at;                             // the first of them
  reg [8*20-1:0] failed_what;
  reg [1023:0]   failed_found;
  reg [1023:0]   failed_want;
  reg [31:0] drawn    = SEED * 32'd2654435761;

  // Number n of a random sequence (finaliser of MurmurHash3), 0 to below - 1,
  // or any 32 bits if below is 0.
  function [31:0] mix;
    input [31:0] n;
    input [31:0] below;
    // verilator no_inline_task
    begin
      mix = n ^ (n >> 16);
      mix = mix * 32'h85EBCA6B;
      mix = mix ^ (mix >> 13);
      mix = mix * 32'hC2B2AE35;
      mix = mix ^ (mix >> 16);
      if (below != 0) mix = mix % below;
    end
  endfunction

  function [31:0] rnd;
    input [31:0] below;
    begin
      drawn = drawn + 1;
      rnd = mix(drawn, below);
    end
  endfunction

  integer wide_i;
  function [1023:0] wide;
    input [31:0] bits;                              // the lowest ones are random
    begin
      wide = 1024'd0;
      for (wide_i = 0; 32 * wide_i < bits; wide_i = wide_i + 1) wide[32*wide_i +: 32] = mix(drawn + wide_i, 0);
      wide = wide & ~({1024{1'b1}} << bits);
      drawn = drawn + 32;
    end
  endfunction

  task check;
    input [8*20-1:0] what;
    input [63:0]     found;
    input [63:0]     want;
    if (found !== want) begin
      if (failures == 0) begin
        failed_at    = now;
        failed_what  = what;
        failed_found = found;
        failed_want  = want;
      end
      failures = failures + 1;
    end
  endtask

  task check_wide;
    input [8*20-1:0] what;
    input [1023:0]   found;
    input [1023:0]   want;
    if (found !== want) begin
      if (failures == 0) begin
        failed_at    = now;
        failed_what  = what;
        failed_found = found;
        failed_want  = want;
      end
      failures = failures + 1;
    end
  endtask

  task finish;
    if (failures == 0)
      $display("PASS: %m: %0d cycles", now);
    else
      $display("FAIL: %m: cycle %0d: %0s is %0h, expected %0h; %0d differences in %0d cycles",
               failed_at, failed_what, failed_found, failed_want, failures, now);
  endtask

  task step;
    begin
      #4 clk = 1'b1;
      #5 clk = 1'b0;
      now = now + 1;
      if (failures != 0 && $test$plusargs("first")) begin // +first: the first difference ends the simulation
        finish;
        $finish;
      end
      if (now > LIMIT) begin
        $display("FAIL: %m: still running after %0d cycles", LIMIT);
        $finish;
      end
    end
  endtask

// Bench of snnc_plastic_gate: pairs, sums and gates against 64-bit products, and
// the cycle of o_done against the closed form in the module's head.
`default_nettype none

module tb_plastic_gate #(
  parameter PRE_BITS  = 8,
  parameter POST_BITS = 5,
  parameter SAMPLES   = 120,
  parameter SEED      = 1
);
  `include "tb.vh"

  reg                 rst     = 1'b1;
  reg                 start   = 1'b0;
  reg                 record  = 1'b0;
  reg                 forget  = 1'b0;
  reg [1:0]           source  = 2'd0;
  reg [PRE_BITS-1:0]  pre     = 0;
  reg [POST_BITS-1:0] post    = 0;
  reg [63:0]          a       = 0;
  reg [31:0]          b       = 0;
  reg [2:0]           shift   = 0;
  reg [23:0]          loss    = 0;
  reg [14:0]          written = 0;
  reg                 sum_re  = 1'b0;
  reg [2:0]           sum_at  = 0;
  wire [23:0]         pairs;
  wire [14:0]         gate;
  wire                done;
  wire [63:0]         sum;
  wire [15:0]         count;

  snnc_plastic_gate #(.PRE_BITS(PRE_BITS), .POST_BITS(POST_BITS)) dut (
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_record(record), .i_forget(forget), .i_source(source),
    .i_pre_fired(pre), .i_post_fired(post), .i_a(a), .i_b(b), .i_shift(shift), .i_loss(loss), .i_written(written),
    .o_pairs(pairs), .o_gate(gate), .o_done(done), .i_sum_re(sum_re), .i_sum(sum_at), .o_sum(sum), .o_count(count));

  function integer len;                             // bits, at least 1
    input [63:0] v;
    integer n;
    begin
      len = 1;
      for (n = 1; n < 64; n = n + 1) if (v >> n != 0) len = n + 1;
    end
  endfunction

  reg signed [63:0] sums [0:4];
  reg signed [63:0] n, l, size, g;
  reg [23:0] kept;
  integer samples = 0;
  integer i, k, cycles, took;

  initial begin
    for (k = 0; k < 5; k = k + 1) sums[k] = 0;
    step;
    rst = 1'b0;
    for (i = 0; i < SAMPLES; i = i + 1) begin
      forget = i == SAMPLES / 2;
      if (forget) begin
        for (k = 0; k < 5; k = k + 1) sums[k] = 0;
        samples = 0;
      end
      step;
      forget  = 1'b0;
      record  = rnd(2);
      source  = (rnd(2) == 0) ? 0 : rnd(3);
      pre     = (rnd(8) == 0) ? 0 : rnd(0);
      post    = (rnd(8) == 0) ? {POST_BITS{1'b1}} : rnd(0);
      a       = {rnd(0), rnd(0)};
      a       = $signed(a) >>> (8 + rnd(50));
      b       = $signed(rnd(0)) >>> rnd(31);
      shift   = rnd(6);
      loss    = (rnd(8) == 0) ? 24'h800000 : $signed(rnd(0)) >>> rnd(31);
      written = rnd(0);
      l       = $signed(loss);
      size    = (l < 0) ? -l : l;
      n       = pre * post;
      cycles  = len(post);
      if (record) begin
        sums[0] = sums[0] + n;
        sums[1] = sums[1] + l;
        sums[2] = sums[2] + n * n;
        sums[3] = sums[3] + l * l;
        sums[4] = sums[4] + n * l;
        samples = samples + 1;
        cycles  = cycles + 10 + 1 + 1 + len(n) + 2 * len(size);
      end
      cycles = cycles + 1;
      g = 4096;
      if (source == 2) g = $signed(written);
      if (source == 0) begin
        cycles = cycles + len(n) + shift + 1;
        g = ($signed(a) + $signed(b) * n) >>> (8 * shift);
        if (g < 0) g = 0;
        if (g > 8192) g = 8192;
      end
      start = 1'b1;
      step;
      start = 1'b0;
      took  = 1;
      #1;
      while (!done && took < 1000) begin
        step;
        took = took + 1;
        #1;
      end
      check("cycles", took, cycles);
      step;
      #1 check("o_pairs", pairs, n);
      check("o_gate", gate, g[14:0]);
      check("o_count", count, samples);
      if (samples > 0) begin
        for (k = 0; k < 5; k = k + 1) begin
          sum_re = 1'b1;
          sum_at = k;
          step;
          sum_re = 1'b0;
          #1 check("o_sum", sum, sums[k]);
        end
      end
    end
    finish;
  end
endmodule

`default_nettype wire

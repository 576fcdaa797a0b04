// Bench of snnc_plastic_gate: pairs and gates against 64-bit products, and the
// cycles of o_soon and o_done.
`default_nettype none

module tb_plastic_gate #(
  parameter PRE_BITS  = 8,
  parameter POST_BITS = 5,
  parameter PAIR_BITS = 13,
  parameter SAMPLES   = 400,
  parameter SEED      = 1
);
  `include "tb.vh"

  reg                 rst     = 1'b1;
  reg                 start   = 1'b0;
  reg [PRE_BITS-1:0]  pre     = 0;
  reg [POST_BITS-1:0] post    = 0;
  reg [27:0]          a       = 0;
  reg [27:0]          b       = 0;
  reg                 signs   = 1'b0;
  wire [PAIR_BITS-1:0] pairs;
  wire [14:0]         next;
  wire [14:0]         gate;
  wire                soon;
  wire                done;
  wire                busy;

  snnc_plastic_gate #(.PRE_BITS(PRE_BITS), .POST_BITS(POST_BITS), .PAIR_BITS(PAIR_BITS)) dut (
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_pre_fired(pre), .i_post_fired(post), .i_a(a), .i_b(b), .i_signed(signs),
    .o_pairs(pairs), .o_next(next), .o_gate(gate), .o_soon(soon), .o_done(done), .o_busy(busy));

  reg signed [63:0] n, g;
  integer i, k;

  initial begin
    step;
    rst = 1'b0;
    step;
    #1 check("idle", {busy, done, soon}, 0);
    for (i = 0; i < SAMPLES; i = i + 1) begin
      pre   = (rnd(8) == 0) ? 0 : (rnd(8) == 0) ? {PRE_BITS{1'b1}} : rnd(0);
      post  = (rnd(8) == 0) ? {POST_BITS{1'b1}} : rnd(0);
      n     = pre * post;
      if (n >> PAIR_BITS != 0) begin
        pre = 1;
        n   = post;
      end
      a     = $signed(rnd(0)) >>> (4 + rnd(16));
      b     = $signed(rnd(0)) >>> (4 + rnd(28));
      if (rnd(4) == 0) b = 0;
      signs = rnd(2);
      g     = ((($signed(b) * n) >>> PAIR_BITS) + $signed(a)) >>> 4;
      if (g > 8192) g = 8192;
      if (g < 0 && !signs) g = 0;
      if (g < -8192) g = -8192;
      start = 1'b1;
      step;
      start = 1'b0;
      for (k = 1; k <= PAIR_BITS + 1; k = k + 1) begin
        #1 check("o_busy", busy, 1);
        check("o_soon", soon, k == PAIR_BITS - 1);
        check("o_done", done, k == PAIR_BITS + 1);
        if (done) begin
          check("o_next", next, g[14:0]);
          check("o_pairs", pairs, n);
        end
        step;
      end
      #1 check("o_gate", gate, g[14:0]);
      check("idle", {busy, done, soon}, 0);
      for (k = rnd(4); k > 0; k = k - 1) step;
      #1 check("o_gate", gate, g[14:0]);
      check("o_pairs", pairs, n);
    end
    finish;
  end
endmodule

`default_nettype wire

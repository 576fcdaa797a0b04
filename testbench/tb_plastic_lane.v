// Bench of snnc_plastic_lane: every stage against a model that knows the
// formulas of docs/numerics.md, section Plasticity, in plain integers; random
// shifts are single ones.
`default_nettype none

module tb_plastic_lane #(
  parameter STEPS     = 4,
  parameter STORED    = 16,
  parameter FRACTION  = 8,
  parameter SHIFT     = 6,
  parameter BATCH_LOG = 2,
  parameter SEED      = 1
);
  `include "tb.vh"

  localparam CLASS = $clog2(STEPS + 1);
  localparam INDEX = $clog2(2 * STEPS + 1);

  reg              table_we = 1'b0;
  reg [INDEX:0]    table_addr = 0;
  reg [17:0]       table_data = 0;
  reg              seed_we  = 1'b0;
  reg [31:0]       seed     = 0;
  reg              pair     = 1'b0;
  reg [CLASS-1:0]  pre      = 0;
  reg [CLASS-1:0]  post     = 0;
  reg              last     = 1'b0;
  reg [14:0]       gate     = 0;
  reg              add      = 1'b0;
  reg              first    = 1'b0;
  reg              draw     = 1'b0;
  reg              used     = 1'b0;
  reg [STORED-1:0] weight   = 0;
  wire [STORED-1:0] result;

  snnc_plastic_lane #(
    .STEPS(STEPS), .STORED(STORED), .FRACTION(FRACTION), .SHIFT(SHIFT), .BATCH_LOG(BATCH_LOG)
  ) dut (
    .i_clk(clk), .i_table_we(table_we), .i_table_addr(table_addr), .i_table_data(table_data), .i_seed_we(seed_we), .i_seed(seed),
    .i_pair(pair), .i_pre(pre), .i_post(post), .i_last(last), .i_gate(gate), .i_add(add), .i_first(first),
    .i_draw(draw), .i_use(used), .i_weight(weight), .o_weight(result));

  integer          entries [0:2*(2*STEPS+1)-1];     // both fired, then the others
  reg signed [63:0] sum;
  reg signed [63:0] change;
  reg signed [63:0] want;
  reg [31:0]       random;
  integer          i, k, row, samples, at, dt, g, most, least;
  integer          pres [0:255];
  integer          posts [0:255];
  integer          gates [0:255];

  initial begin
    most  = (1 << (STORED - 1)) - 1;
    least = -(1 << (STORED - 1)) + (1 << FRACTION);
    step;
    for (i = 0; i < 2 * (2*STEPS + 1); i = i + 1) begin
      entries[i] = rnd(262143) - 131071;
      if (i % 5 == 0) entries[i] = (i % 2 == 0) ? 131071 : -131071;
      table_we   = 1'b1;
      table_addr = {(i > 2*STEPS), {INDEX{1'b0}}} + ((i > 2*STEPS) ? i - 2*STEPS - 1 : i);
      table_data = entries[i];
      step;
    end
    table_we = 1'b0;
    seed_we  = 1'b1;
    random   = rnd(0) | 1;
    seed     = random;
    step;
    seed_we  = 1'b0;
    last     = 1'b0;
    for (row = 0; row < 400; row = row + 1) begin
      if (row == 200) last = 1'b1;
      samples = 1 + rnd(1 << BATCH_LOG);
      sum     = 0;
      for (k = 0; k < samples; k = k + 1) begin
        pres[k]  = rnd(STEPS + 1);
        posts[k] = rnd(STEPS + 1);
        gates[k] = (rnd(4) == 0) ? 8192 : (rnd(4) == 0) ? -8192 : rnd(8193);
        dt  = ((last && posts[k] == STEPS) ? 0 : posts[k]) - ((last && pres[k] == STEPS) ? 0 : pres[k]);
        at  = dt + STEPS + ((pres[k] == STEPS || posts[k] == STEPS) ? 2*STEPS + 1 : 0);
        sum = sum + entries[at] * gates[k];
      end
      change = (sum + (64'sd1 <<< (SHIFT - 1))) >>> SHIFT;
      if (row % 3 == 1) begin                       // a draw that just reaches the next step
        seed_we = 1'b1;
        random  = {16'h5EED, 16'd0 - change[15:0]};
        seed    = random;
        step;
        seed_we = 1'b0;
      end
      // The pairs follow one another; each stage has the one before's a cycle later.
      for (k = 0; k < samples + 3; k = k + 1) begin
        pair  = k < samples;
        pre   = pair ? pres[k] : rnd(STEPS + 1);
        post  = pair ? posts[k] : rnd(STEPS + 1);
        gate  = (k >= 1 && k < samples + 1) ? gates[k-1] : rnd(0);
        add   = k >= 2 && k < samples + 2;
        first = k == 2;
        draw  = k == samples + 2;
        used  = (row % 7 != 3);
        step;
      end
      pair = 1'b0;
      add  = 1'b0;
      draw = 1'b0;
      weight = (rnd(4) == 0) ? most - rnd(50) : (rnd(4) == 0) ? least + rnd(50) : least + rnd(most - least);
      change = (change + $signed({48'd0, random[15:0]})) >>> 16;
      for (i = 0; i < 16; i = i + 1) random = {1'b0, random[31:1]} ^ (random[0] ? 32'h80200003 : 32'd0);
      want = $signed(weight);
      if (used) want = want + change;
      if (want > most) want = most;
      if (want < least) want = least;
      step;
      #1 check("o_weight", result, want[STORED-1:0]);
    end
    finish;
  end
endmodule

`default_nettype wire

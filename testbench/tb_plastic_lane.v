// Bench of snnc_plastic_lane: every stage against a model that knows the
// formulas of docs/numerics.md, section Plasticity, in plain integers.
`default_nettype none

module tb_plastic_lane #(
  parameter STEPS     = 4,
  parameter STORED    = 16,
  parameter FRACTION  = 8,
  parameter SHIFT     = 9,
  parameter BATCH_LOG = 2,
  parameter SEED      = 1
);
  `include "tb.vh"

  localparam CLASS = $clog2(STEPS + 1);
  localparam INDEX = $clog2(4 * STEPS);
  localparam SUMS  = (BATCH_LOG > 0) ? 1 : 0;       // cycles that the sum takes

  reg              table_we = 1'b0;
  reg [INDEX-1:0]  table_addr = 0;
  reg [15:0]       table_data = 0;
  reg [CLASS-1:0]  pre      = 0;
  reg [CLASS-1:0]  post     = 0;
  reg              last     = 1'b0;
  reg [14:0]       gate     = 0;
  reg              add      = 1'b0;
  reg              first    = 1'b0;
  reg [11:0]       random   = 0;
  reg              used     = 1'b0;
  reg [STORED-1:0] weight   = 0;
  wire [STORED-1:0] result;

  snnc_plastic_lane #(
    .STEPS(STEPS), .STORED(STORED), .FRACTION(FRACTION), .SHIFT(SHIFT), .BATCH_LOG(BATCH_LOG)
  ) dut (
    .i_clk(clk), .i_table_we(table_we), .i_table_addr(table_addr), .i_table_data(table_data),
    .i_base(base), .i_silent(silent), .i_post(post), .i_last(last), .i_gate(gate), .i_use(used), .i_add(add), .i_first(first),
    .i_random(random), .i_weight(weight), .o_weight(result));

  // What the unit makes of the pre neuron's class.
  wire             silent = pre == STEPS;
  wire [INDEX-1:0] base   = STEPS - 1 - ((silent && last) ? 0 : pre);

  integer          entries [0:2*(2*STEPS+1)-1];     // both fired, then the others
  reg signed [63:0] sum;
  reg signed [63:0] change;
  reg signed [63:0] want;
  integer          i, k, row, samples, at, dt, g, most, least;
  integer          pres [0:255];
  integer          posts [0:255];
  integer          gates [0:255];
  reg              uses;

  initial begin
    most  = (1 << (STORED - 1)) - 1;
    least = -(1 << (STORED - 1)) + (1 << FRACTION);
    step;
    for (i = 0; i < 2 * (2*STEPS + 1); i = i + 1) begin
      entries[i] = rnd(65535) - 32767;
      if (i % 5 == 0) entries[i] = (i % 2 == 0) ? 32767 : -32767;
      dt = (i > 2*STEPS) ? i - 3*STEPS - 1 : i - STEPS;
      table_we   = i > 2*STEPS || (dt > -STEPS && dt < STEPS); // both fired: less than STEPS apart
      table_addr = dt + STEPS - 1;
      if (i > 2*STEPS) table_addr = table_addr ^ (1 << (INDEX - 1));
      table_data = entries[i];
      step;
    end
    table_we = 1'b0;
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
      uses   = row % 7 != 3;
      change = (sum + (64'sd1 <<< (SHIFT - 1))) >>> SHIFT;
      // The pairs follow one another; each stage has the one before's a cycle later.
      for (k = 0; k < samples + 1 + SUMS; k = k + 1) begin
        pre    = (k < samples) ? pres[k] : rnd(STEPS + 1);
        post   = (k < samples) ? posts[k] : rnd(STEPS + 1);
        gate   = (k >= 1 && k < samples + 1) ? gates[k-1] : rnd(0);
        used   = (k >= 1 && k < samples + 1) ? uses : rnd(2);
        add    = k >= 2 && k < samples + 2;
        first  = k == 2;
        random = rnd(0);
        weight = rnd(0);
        step;
      end
      // Every third draw just reaches the next step.
      random = (row % 3 == 1) ? 16'd0 - change[11:0] : rnd(0);
      weight = (rnd(4) == 0) ? most - rnd(50) : (rnd(4) == 0) ? least + rnd(50) : least + rnd(most - least);
      add    = 1'b0;
      change = (change + $signed({52'd0, random})) >>> 12;
      want   = $signed(weight);
      if (uses) want = want + change;
      if (want > most) want = most;
      if (want < least) want = least;
      step;
      #1 check("o_weight", result, want[STORED-1:0]);
    end
    finish;
  end
endmodule

`default_nettype wire

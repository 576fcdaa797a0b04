// snnc_plastic_gate: pairs, warm-up sums and gate of one sample.
//
// Implements docs/numerics.md, section Plasticity: n = pre fired * post fired,
// the five sums over warm-up samples, and clamp((A + B n) >> 8 SHIFT, 0, 2) with
// 12 fraction bits (A has the rounding's half in it). One adder does all, a bit of
// the multiplier a cycle until no bit is left:
//
//   state   cycles                 does
//   PAIRS   len(post fired)        n = pre fired * post fired
//   LOAD    1                      sum k of 5, only if the sample is recorded
//   SUM     len(y)                 plus x * y: n * 1, L * 1, n * n, L * L, n * L
//   STORE   1                      and back
//   GATE    1                      source: this formula, 1, or the host's value
//   SCALE   len(n)                 A + B n, only for the formula
//   SHIFT   SHIFT + 1              by 8 bits a cycle, then the clamp
//
// with len(y) the bits of y, at least 1. o_done is high in the last cycle.
`default_nettype none

module snnc_plastic_gate #(
  parameter PRE_BITS  = 8,                          // of a count of fired neurons
  parameter POST_BITS = 8
) (
  input  wire                 i_clk,
  input  wire                 i_rst,
  input  wire                 i_start,
  input  wire                 i_record,             // with i_start: add the sample to the sums
  input  wire                 i_forget,             // the next recorded sample is the first
  // stable while busy
  input  wire [1:0]           i_source,             // 0 synchrony, 1 one, 2 i_written
  input  wire [PRE_BITS-1:0]  i_pre_fired,
  input  wire [POST_BITS-1:0] i_post_fired,
  input  wire [63:0]          i_a,
  input  wire [31:0]          i_b,                  // signed
  input  wire [2:0]           i_shift,              // bytes
  input  wire [23:0]          i_loss,               // signed
  input  wire [14:0]          i_written,            // signed
  // results
  output reg  [23:0]          o_pairs,
  output reg  [14:0]          o_gate,
  output wire                 o_done,
  // sums, for the host; data a cycle after i_sum_re
  input  wire                 i_sum_re,
  input  wire [2:0]           i_sum,
  output wire [63:0]          o_sum,
  output reg  [15:0]          o_count
);

  localparam [2:0] IDLE  = 3'd0;
  localparam [2:0] PAIRS = 3'd1;
  localparam [2:0] LOAD  = 3'd2;
  localparam [2:0] SUM   = 3'd3;
  localparam [2:0] STORE = 3'd4;
  localparam [2:0] GATE  = 3'd5;
  localparam [2:0] SCALE = 3'd6;
  localparam [2:0] SHIFT = 3'd7;

  localparam [14:0] ONE = 15'd4096;
  localparam [14:0] TWO = 15'd8192;

  generate
    if (PRE_BITS + POST_BITS > 26 || PRE_BITS > 23 || POST_BITS > 23) begin : g_check_pairs
      snnc_illegal_parameter pairs_must_fit_24_bits ();
    end
  endgenerate

  reg [2:0]  state_q;
  reg        record_q;
  reg [2:0]  sum_q;                                 // k
  reg [2:0]  shift_q;
  reg [63:0] acc_q;
  reg [63:0] x_q;
  reg [23:0] y_q;
  reg        negate_q;

  wire        multiplying = (state_q == PAIRS) || (state_q == SUM) || (state_q == SCALE);
  wire        last_bit    = y_q[23:1] == 23'd0;
  wire [63:0] addend      = (y_q[0] ? x_q : 64'd0) ^ {64{negate_q}};
  wire [63:0] sum         = acc_q + addend + {63'd0, negate_q};
  wire        shifted     = shift_q == 3'd0;
  wire        last_sum    = sum_q == 3'd4;

  wire [23:0] loss_size   = i_loss[23] ? ~i_loss + 24'd1 : i_loss;

  assign o_done = ((state_q == GATE) && (i_source != 2'd0)) || ((state_q == SHIFT) && shifted);

  always @(posedge i_clk) begin
    if (i_rst) begin
      state_q <= IDLE;
    end else begin
      case (state_q)
        IDLE:    if (i_start) state_q <= PAIRS;
        PAIRS:   if (last_bit) state_q <= record_q ? LOAD : GATE;
        LOAD:    state_q <= SUM;
        SUM:     if (last_bit) state_q <= STORE;
        STORE:   state_q <= last_sum ? GATE : LOAD;
        GATE:    state_q <= (i_source == 2'd0) ? SCALE : IDLE;
        SCALE:   if (last_bit) state_q <= SHIFT;
        default: if (shifted) state_q <= IDLE;
      endcase
    end
    if (i_rst || i_forget)                    o_count <= 16'd0;
    else if ((state_q == STORE) && last_sum)  o_count <= o_count + 16'd1;
  end

  // Operands of sum k.
  wire [23:0] factor_x = (sum_q == 3'd1 || sum_q == 3'd3) ? loss_size : o_pairs;
  reg  [23:0] factor_y;
  always @* begin
    case (sum_q)
      3'd2:    factor_y = o_pairs;
      3'd3:    factor_y = loss_size;
      3'd4:    factor_y = loss_size;
      default: factor_y = 24'd1;
    endcase
  end

  always @(posedge i_clk) begin
    if (i_start) begin
      record_q <= i_record && (o_count != 16'hFFFF);
      sum_q    <= 3'd0;
      shift_q  <= i_shift;
      acc_q    <= 64'd0;
      x_q      <= {{(64-PRE_BITS){1'b0}}, i_pre_fired};
      y_q      <= {{(24-POST_BITS){1'b0}}, i_post_fired};
      negate_q <= 1'b0;
    end else if (multiplying) begin
      acc_q <= sum;
      x_q   <= {x_q[62:0], 1'b0};
      y_q   <= {1'b0, y_q[23:1]};
    end else if (state_q == LOAD) begin
      acc_q    <= (o_count == 16'd0) ? 64'd0 : o_sum;
      x_q      <= {40'd0, factor_x};
      y_q      <= factor_y;
      negate_q <= i_loss[23] && (sum_q == 3'd1 || sum_q == 3'd4);
    end else if (state_q == STORE) begin
      sum_q <= sum_q + 3'd1;
    end else if (state_q == GATE) begin
      acc_q    <= i_a;
      x_q      <= {{32{i_b[31]}}, i_b};
      y_q      <= o_pairs;
      negate_q <= 1'b0;
    end else if (state_q == SHIFT) begin
      acc_q   <= {{8{acc_q[63]}}, acc_q[63:8]};
      shift_q <= shift_q - 3'd1;
    end
    if ((state_q == PAIRS) && last_bit) o_pairs <= sum[23:0];
    if (o_done) begin
      if (state_q == GATE)            o_gate <= (i_source == 2'd1) ? ONE : i_written;
      else if (acc_q[63])             o_gate <= 15'd0;
      else if (acc_q > {49'd0, TWO})  o_gate <= TWO;
      else                            o_gate <= acc_q[14:0];
    end
  end

  // The next sum is read while the one before is written.
  wire       reads = ((state_q == PAIRS) && last_bit) || (state_q == STORE);
  wire [2:0] next  = (state_q == STORE) ? sum_q + 3'd1 : 3'd0;

  snnc_ram #(
    .WIDTH (64),
    .DEPTH (5)
  ) u_sums (
    .i_clk   (i_clk),
    .i_re    (reads || i_sum_re),
    .i_raddr (reads ? next : i_sum),
    .o_rdata (o_sum),
    .i_we    ({2{state_q == STORE}}),
    .i_waddr (sum_q),
    .i_wdata (acc_q)
  );

endmodule

`default_nettype wire

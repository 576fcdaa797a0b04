// snnc_plastic_sums: warm-up sums of the plasticity unit.
//
// Implements docs/numerics.md, section Plasticity: sum k over the recorded
// samples of n, L, n * n, L * L, n * L and 1, modulo 2^64, for the pairs n and the
// loss L. They lie in a memory of 16-bit words, four a sum, lowest first. A serial
// multiplication gives a product's bits, lowest first, and a one-bit adder takes
// each to its sum:
//
//   cycle   0         1           2 ... 17                        18, ... 24 * 17 times
//           i_start   word read   16 bits, the last of them       the next word
//                                 with the word's write
`default_nettype none

module snnc_plastic_sums #(
  parameter PAIR_BITS = 16                          // of the largest n, up to 25
) (
  input  wire                 i_clk,
  input  wire                 i_rst,
  input  wire                 i_forget,             // the next recorded sample is the first
  input  wire                 i_start,
  // stable while busy
  input  wire [PAIR_BITS-1:0] i_pairs,
  input  wire [23:0]          i_loss,               // magnitude
  input  wire                 i_negative,
  output reg                  o_busy,
  output reg                  o_empty,              // the sums are of no sample
  // words, for the host; data a cycle after i_re
  input  wire                 i_re,
  input  wire [4:0]           i_word,               // 4 k + word
  output wire [15:0]          o_word
);

  localparam WIDTH = (PAIR_BITS > 24) ? PAIR_BITS : 24;
  localparam [4:0] LAST = 5'd23;

  reg  [4:0]       at_q;                            // word, of all
  reg  [3:0]       bit_q;
  reg              shift_q;
  reg  [14:0]      word_q;
  reg  [WIDTH-1:0] high_q;
  reg              carry_q;

  wire [2:0] k     = at_q[4:2];
  wire       first = at_q[1:0] == 2'd0;             // word of its sum
  wire       full  = shift_q && (bit_q == 4'd0);    // the word's last bit
  wire       done  = full && (at_q == LAST);

  // Factors of sum k: x in parallel, y a bit a cycle, drawn a cycle before.
  wire [31:0] pairs = {{(32-PAIR_BITS){1'b0}}, i_pairs};
  wire [31:0] loss  = {8'd0, i_loss};
  wire [4:0]  place = {at_q[0], bit_q};
  wire        odd   = k[0];                         // L, L * L: x is L
  reg         y_q;
  always @(posedge i_clk) begin
    case (k)
      3'd2:       y_q <= !at_q[1] && pairs[place];
      3'd3, 3'd4: y_q <= !at_q[1] && loss[place];
      default:    y_q <= first && (bit_q == 4'd0);  // the number 1
    endcase
  end

  wire [WIDTH-1:0] x    = (odd ? loss[WIDTH-1:0] : pairs[WIDTH-1:0]) & {WIDTH{y_q}};
  wire [WIDTH:0]   high = {1'b0, high_q} + {1'b0, x};
  wire             unused = &{1'b0, loss, pairs};

  wire [3:0] here    = bit_q - 4'd1;
  wire       negate  = i_negative && (k == 3'd1 || k == 3'd4);
  wire       product = ((k == 3'd5) ? y_q : high[0]) ^ negate;
  wire       kept    = o_word[here] && !o_empty;
  wire       result  = product ^ kept ^ carry_q;

  always @(posedge i_clk) begin
    if (i_rst) o_busy <= 1'b0;
    else       o_busy <= i_start || (o_busy && !done);
    if (i_rst || i_forget) o_empty <= 1'b1;
    else if (done)         o_empty <= 1'b0;
    if (!o_busy) begin
      at_q    <= 5'd0;
      bit_q   <= 4'd0;
      shift_q <= 1'b0;
    end else begin
      shift_q <= !full;
      if (full) at_q <= at_q + 5'd1;
      else      bit_q <= bit_q + 4'd1;
    end
    if (shift_q) word_q <= {result, word_q[14:1]};
    if (!shift_q && first) high_q <= {WIDTH{1'b0}};
    else if (shift_q)      high_q <= high[WIDTH:1];
    if (!shift_q && first) carry_q <= negate;
    else if (shift_q)      carry_q <= (product && kept) || (product && carry_q) || (kept && carry_q);
  end

  snnc_ram #(
    .WIDTH (16),
    .DEPTH (24)
  ) u_words (
    .i_clk   (i_clk),
    .i_re    ((o_busy && !shift_q) || i_re),
    .i_raddr (o_busy ? at_q : i_word),
    .o_rdata (o_word),
    .i_we    (o_busy && full),
    .i_waddr (at_q),
    .i_wdata ({result, word_q})
  );

endmodule

`default_nettype wire

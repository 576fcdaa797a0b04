// snnc_spikes: spike memory of a core, a word and a valid bit for each address.
//
// Implements docs/machine.md, section 2: a ring of slots. A word whose valid
// bit is 0 reads as 0; a write sets the bit; i_clear_slot clears the bits of one
// slot, i_clear those of all. So nobody ever writes zeros.
//
//   cycle      c        c + 1 ...
//   i_re     __/~~\_______
//   o_word            < word       held until the next i_re
//
// A large memory keeps its valid bits in words of 32, each with one flip-flop
// that says whether it was written since the slot was cleared.
//
// In an overlay SLOTS are the smallest that a ring can have: one of i_shift, not
// less than SHIFT, is a run of them.
`default_nettype none

module snnc_spikes #(
  parameter WORD  = 16,                             // neurons in a word
  parameter SHIFT = 4,                              // log2 of a slot's words
  parameter SLOTS = 2,                              // a power of two
  parameter OVERLAY = 0,                            // 1: slots have 2^i_shift words
  // derived
  parameter DEPTH = SLOTS << SHIFT,
  parameter ADDR  = (DEPTH > 1) ? $clog2(DEPTH) : 1,
  parameter SLOT  = (SLOTS > 1) ? $clog2(SLOTS) : 1
) (
  input  wire            i_clk,
  input  wire            i_rst,
  input  wire            i_clear,
  input  wire            i_clear_slot,
  input  wire [SLOT-1:0] i_slot,
  input  wire [4:0]      i_shift,                   // overlay
  // write: network, or host while idle
  input  wire            i_we,
  input  wire [ADDR-1:0] i_waddr,
  input  wire [WORD-1:0] i_wdata,
  // read
  input  wire            i_re,
  input  wire [ADDR-1:0] i_raddr,
  output wire [WORD-1:0] o_word
);

  generate
    if (SLOTS < 1 || (SLOTS & (SLOTS - 1)) != 0) begin : g_check_slots
      snnc_illegal_parameter SLOTS_must_be_a_power_of_two ();
    end
    if (WORD != 8 && WORD != 16 && WORD != 32) begin : g_check_word
      snnc_illegal_parameter WORD_must_be_8_16_or_32 ();
    end
  endgenerate

  wire [WORD-1:0] stored;
  wire            valid;                            // of the word at i_raddr
  reg             shown_q;                          // of the word at the output

  snnc_ram #(
    .WIDTH (WORD),
    .DEPTH (DEPTH)
  ) u_mem (
    .i_clk   (i_clk),
    .i_re    (i_re),
    .i_raddr (i_raddr),
    .o_rdata (stored),
    .i_we    (i_we),
    .i_waddr (i_waddr),
    .i_wdata (i_wdata)
  );

  wire [SLOTS-1:0] clear;
  genvar s;
  generate
    for (s = 0; s < SLOTS; s = s + 1) begin : g_clear
      if (OVERLAY != 0) begin : g_run
        localparam HERE = s;
        assign clear[s] = i_rst || i_clear || (i_clear_slot && (i_slot == HERE[SLOT-1:0] >> (i_shift - SHIFT[4:0])));
      end else begin : g_slot
        assign clear[s] = i_rst || i_clear || (i_clear_slot && (i_slot == s));
        wire unused = &{1'b0, i_shift};
      end
    end

    if (OVERLAY != 0 && SHIFT > 0) begin : g_runs
      // Valid bits in one word for each slot.
      localparam PER = 1 << SHIFT;
      reg  [PER-1:0]   bits [0:SLOTS-1];
      reg  [SLOTS-1:0] live_q;
      wire [SLOT-1:0]  into = i_waddr[ADDR-1:SHIFT];
      wire [SLOT-1:0]  from = i_raddr[ADDR-1:SHIFT];
      wire [PER-1:0]   old  = live_q[into] ? bits[into] : {PER{1'b0}};
      wire [PER-1:0]   now  = bits[from];
      assign valid = live_q[from] && now[i_raddr[SHIFT-1:0]];

      always @(posedge i_clk) begin
        if (i_we) bits[into] <= old | ({{(PER-1){1'b0}}, 1'b1} << i_waddr[SHIFT-1:0]);
      end
      for (s = 0; s < SLOTS; s = s + 1) begin : g_slot
        always @(posedge i_clk) begin
          if (clear[s])                live_q[s] <= 1'b0;
          else if (i_we && into == s)  live_q[s] <= 1'b1;
        end
      end
    end else if (DEPTH > 256 && SHIFT > 5) begin : g_words
      localparam WORDS = DEPTH / 32;
      localparam PER   = WORDS / SLOTS;             // valid words of a slot
      reg  [31:0]      bits [0:WORDS-1];
      reg  [WORDS-1:0] live_q;
      wire [31:0]      old = live_q[i_waddr[ADDR-1:5]] ? bits[i_waddr[ADDR-1:5]] : 32'd0;
      wire [31:0]      now = bits[i_raddr[ADDR-1:5]];
      assign valid = live_q[i_raddr[ADDR-1:5]] && now[i_raddr[4:0]];

      always @(posedge i_clk) begin
        if (i_we) bits[i_waddr[ADDR-1:5]] <= old | (32'd1 << i_waddr[4:0]);
      end
      for (s = 0; s < SLOTS; s = s + 1) begin : g_slot
        integer k;
        always @(posedge i_clk) begin
          for (k = PER * s; k < PER * (s + 1); k = k + 1) begin
            if (clear[s])                                        live_q[k] <= 1'b0;
            else if (i_we && {{(32-ADDR+5){1'b0}}, i_waddr[ADDR-1:5]} == k) live_q[k] <= 1'b1;
          end
        end
      end
    end else begin : g_bits
      reg [DEPTH-1:0] valid_q;
      assign valid = valid_q[i_raddr];
      for (s = 0; s < SLOTS; s = s + 1) begin : g_slot
        integer k;
        always @(posedge i_clk) begin
          for (k = s << SHIFT; k < ((s + 1) << SHIFT); k = k + 1) begin
            if (clear[s])                                         valid_q[k] <= 1'b0;
            else if (i_we && {{(32-ADDR){1'b0}}, i_waddr} == k)   valid_q[k] <= 1'b1;
          end
        end
      end
    end
  endgenerate

  always @(posedge i_clk) begin
    if (i_re) shown_q <= valid;
  end

  assign o_word = shown_q ? stored : {WORD{1'b0}};

endmodule

`default_nettype wire

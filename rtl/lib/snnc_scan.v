// snnc_scan: the lowest set bit of a word, of those that a mask leaves.
//
// The bit scanner of docs/machine.md, section 3, state WALK. Combinational, in
// groups of four bits: which groups have a set bit, the lowest of those, and
// beside it the lowest bit of each; no carry chain. The word comes late in a
// cycle, from a memory's output; the mask comes from a register, so that a word's
// way is short, and o_rest is what that register holds next.
`default_nettype none

module snnc_scan #(
  parameter WORD = 16,                              // 8, 16 or 32
  // derived
  parameter BIT  = $clog2(WORD)
) (
  input  wire [WORD-1:0] i_word,
  input  wire [WORD-1:0] i_mask,                    // bits that count
  output wire            o_any,                     // some bit is set
  output wire            o_more,                    // more than one is
  output wire [BIT-1:0]  o_index,                   // of the lowest, if there is any
  output wire [WORD-1:0] o_rest                     // the mask above the lowest
);

  generate
    if (WORD != 8 && WORD != 16 && WORD != 32) begin : g_check_word
      snnc_illegal_parameter WORD_must_be_8_16_or_32 ();
    end
  endgenerate

  localparam GROUPS = WORD / 4;
  localparam GROUP  = BIT - 2;

  wire [GROUPS-1:0]   some;                         // groups in which any counts
  wire [GROUPS-1:0]   many;                         // more than one
  wire [2*GROUPS-1:0] low;                          // the lowest of them
  genvar j;
  generate
    for (j = 0; j < GROUPS; j = j + 1) begin : g_group
      wire [3:0] left = i_word[4*j +: 4] & i_mask[4*j +: 4];
      assign some[j]       = |left;
      assign many[j]       = (left[0] && (left[1] || left[2] || left[3])) || (left[1] && (left[2] || left[3])) || (left[2] && left[3]);
      assign low[2*j +: 2] = {!left[0] && !left[1], !left[0] && (left[1] || !left[2])};

      wire       below;                             // a lower group has one
      if (j == 0) begin : g_first
        assign below = 1'b0;
      end else begin : g_later
        assign below = |some[j-1:0];
      end
      assign o_rest[4*j +: 4] = i_mask[4*j +: 4]
                              & ({4{below}} | {|left[2:0], |left[1:0], left[0], 1'b0});
    end
  endgenerate

  reg [GROUP-1:0] group;
  reg             other;                            // more than one group has any
  reg             found;
  integer k;
  always @* begin
    group = {GROUP{1'b0}};
    for (k = GROUPS - 1; k >= 0; k = k - 1) begin
      if (some[k]) group = k[GROUP-1:0];
    end
    found = 1'b0;
    other = 1'b0;
    for (k = 0; k < GROUPS; k = k + 1) begin
      other = other | (found & some[k]);
      found = found | some[k];
    end
  end

  assign o_any   = found;
  assign o_more  = other || (many != {GROUPS{1'b0}});
  assign o_index = {group, low[{group, 1'b0} +: 2]};

endmodule

`default_nettype wire

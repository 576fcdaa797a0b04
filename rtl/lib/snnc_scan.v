// snnc_scan: the lowest set bit of a word within bounds.
//
// The bit scanner of docs/machine.md, section 3, state WALK. Combinational, in
// groups of four bits: which groups have a set bit, the lowest of those, and
// beside it the lowest bit of each. A word of 32 bits takes five LUTs of four
// inputs a bit and no carry chain.
//
// Bits below i_from are left out, the bit i_from too if i_after, and bits above i_to.
`default_nettype none

module snnc_scan #(
  parameter WORD = 16,                              // 8, 16 or 32
  // derived
  parameter BIT  = $clog2(WORD)
) (
  input  wire [WORD-1:0] i_word,
  input  wire [BIT-1:0]  i_from,
  input  wire            i_after,
  input  wire [BIT-1:0]  i_to,
  output wire            o_any,                     // some bit is set
  output wire            o_more,                    // more than one is
  output wire [BIT-1:0]  o_index                    // of the lowest, if there is any
);

  generate
    if (WORD != 8 && WORD != 16 && WORD != 32) begin : g_check_word
      snnc_illegal_parameter WORD_must_be_8_16_or_32 ();
    end
  endgenerate

  localparam GROUPS = WORD / 4;
  localparam GROUP  = BIT - 2;

  // Within the group that holds a bound; and the groups beyond it.
  localparam [GROUPS-1:0] ALL = {GROUPS{1'b1}};
  wire [3:0]        not_below  = {3'b111, !i_after} << i_from[1:0];
  wire [3:0]        not_above  = ~(4'b1110 << i_to[1:0]);
  wire [GROUPS-1:0] above_from = (ALL << 1) << i_from[BIT-1:2];
  wire [GROUPS-1:0] at_from    = ~(ALL << 1) << i_from[BIT-1:2];
  wire [GROUPS-1:0] below_to   = ~(ALL << i_to[BIT-1:2]);
  wire [GROUPS-1:0] at_to      = ~(ALL << 1) << i_to[BIT-1:2];

  wire [GROUPS-1:0]   some;                         // groups in which any counts
  wire [GROUPS-1:0]   many;                         // more than one
  wire [2*GROUPS-1:0] low;                          // the lowest of them
  genvar j;
  generate
    for (j = 0; j < GROUPS; j = j + 1) begin : g_group
      wire [3:0] left = i_word[4*j +: 4] & ({4{above_from[j]}} | ({4{at_from[j]}} & not_below))
                                         & ({4{below_to[j]}} | ({4{at_to[j]}} & not_above));
      assign some[j]       = |left;
      assign many[j]       = (left[0] && (left[1] || left[2] || left[3])) || (left[1] && (left[2] || left[3])) || (left[2] && left[3]);
      assign low[2*j +: 2] = {!left[0] && !left[1], !left[0] && (left[1] || !left[2])};
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

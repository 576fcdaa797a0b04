// Properties of snnc_plastic_lane, whatever its inputs, its table and its
// registers hold:
//
//   range  a weight in its range stays in it
//   still  a change whose gates are 0, or of a lane without a neuron, leaves
//          the weight as it is
`default_nettype none

module plastic_lane_formal #(
  parameter BATCH_LOG = 1                           // 0: one sample an update
) (
  input wire i_clk
);

  localparam STEPS = 2, STORED = 5, FRACTION = 2, SHIFT = 8, CLASS = 2, INDEX = 3;
  localparam SUMS = (BATCH_LOG > 0) ? 1 : 0;        // cycles that the sum takes
  localparam signed [STORED-1:0] LEAST = {1'b1, {(STORED-FRACTION-2){1'b0}}, 1'b1, {FRACTION{1'b0}}};

  (* anyseq *) reg               table_we;
  (* anyseq *) reg [INDEX-1:0]   table_addr;
  (* anyseq *) reg [15:0]        table_data;
  (* anyseq *) reg [INDEX-1:0]   base;
  (* anyseq *) reg               silent;
  (* anyseq *) reg [CLASS-1:0]   post;
  (* anyseq *) reg               last;
  (* anyseq *) reg signed [14:0] gate;
  (* anyseq *) reg               add;
  (* anyseq *) reg               first;
  (* anyseq *) reg [11:0]        random;
  (* anyseq *) reg               used;
  (* anyseq *) reg signed [STORED-1:0] weight;
  wire signed [STORED-1:0] result;

  snnc_plastic_lane #(
    .STEPS (STEPS), .STORED (STORED), .FRACTION (FRACTION), .SHIFT (SHIFT), .BATCH_LOG (BATCH_LOG)
  ) u_lane (
    .i_clk (i_clk), .i_table_we (table_we), .i_table_addr (table_addr), .i_table_data (table_data),
    .i_base (base), .i_silent (silent), .i_post (post), .i_last (last), .i_gate (gate), .i_use (used), .i_add (add), .i_first (first),
    .i_random (random), .i_weight (weight), .o_weight (result)
  );

  always @* assume (weight >= LEAST);

  // What the last cycles did: cycle t - n is in bit or element n.
  reg [4:0] known = 5'd0;                           // cycles that have passed
  reg [4:1] zero_q;                                 // no change: gate 0, or no neuron
  reg [4:1] begin_q;
  reg signed [STORED-1:0] weight_q;

  always @(posedge i_clk) begin
    known    <= {known[3:0], 1'b1};
    zero_q   <= {zero_q[3:1], gate == 15'sd0 || !used};
    begin_q  <= {begin_q[3:1], add && first};
    weight_q <= weight;
  end

  always @* begin
    if (known[0]) assert (result >= LEAST);
    // Product, then the sum if there is one, then the weight.
    if (SUMS == 0 && &known[1:0] && zero_q[2]) assert (result == weight_q);
    if (SUMS == 1 && &known[2:0] && zero_q[3] && begin_q[2]) assert (result == weight_q);
  end

endmodule

`default_nettype wire

// Properties of snnc_plastic_lane, whatever its inputs, its table and its
// registers hold:
//
//   range  a weight in its range stays in it
//   still  a change whose gates are 0 leaves the weight as it is
`default_nettype none

module plastic_lane_formal (
  input wire i_clk
);

  localparam STEPS = 2, STORED = 5, FRACTION = 2, SHIFT = 4, BATCH_LOG = 1, CLASS = 2, INDEX = 3;
  localparam signed [STORED-1:0] LEAST = {1'b1, {(STORED-FRACTION-2){1'b0}}, 1'b1, {FRACTION{1'b0}}};

  (* anyseq *) reg               table_we;
  (* anyseq *) reg [INDEX:0]     table_addr;
  (* anyseq *) reg [17:0]        table_data;
  (* anyseq *) reg               seed_we;
  (* anyseq *) reg [31:0]        seed;
  (* anyseq *) reg               pair;
  (* anyseq *) reg [CLASS-1:0]   pre;
  (* anyseq *) reg [CLASS-1:0]   post;
  (* anyseq *) reg               last;
  (* anyseq *) reg signed [14:0] gate;
  (* anyseq *) reg               add;
  (* anyseq *) reg               first;
  (* anyseq *) reg               draw;
  (* anyseq *) reg               used;
  (* anyseq *) reg signed [STORED-1:0] weight;
  wire signed [STORED-1:0] result;

  snnc_plastic_lane #(
    .STEPS (STEPS), .STORED (STORED), .FRACTION (FRACTION), .SHIFT (SHIFT), .BATCH_LOG (BATCH_LOG)
  ) u_lane (
    .i_clk (i_clk), .i_table_we (table_we), .i_table_addr (table_addr), .i_table_data (table_data), .i_seed_we (seed_we), .i_seed (seed),
    .i_pair (pair), .i_pre (pre), .i_post (post), .i_last (last), .i_gate (gate), .i_add (add), .i_first (first),
    .i_draw (draw), .i_use (used), .i_weight (weight), .o_weight (result)
  );

  always @* assume (weight >= LEAST);

  // What the last cycles did: cycle t - n is in bit or element n.
  reg [4:0] known = 5'd0;                           // cycles that have passed
  reg [4:1] zero_q;
  reg [4:1] begin_q;
  reg [4:1] draw_q;
  reg signed [STORED-1:0] weight_q;

  always @(posedge i_clk) begin
    known    <= {known[3:0], 1'b1};
    zero_q   <= {zero_q[3:1], gate == 15'sd0};
    begin_q  <= {begin_q[3:1], add && first};
    draw_q   <= {draw_q[3:1], draw};
    weight_q <= weight;
  end

  always @* begin
    if (known[0]) assert (result >= LEAST);
    if (&known[3:0] && zero_q[4] && begin_q[3] && draw_q[2]) assert (result == weight_q);
  end

endmodule

`default_nettype wire

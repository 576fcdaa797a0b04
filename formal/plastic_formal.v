// Properties of snnc_plastic under a host that writes only while it is idle;
// spikes, classes, weights and the time of the sums (plastic_stubs.v) are anything:
//
//   frozen  nothing is written unless a sweep was commanded
//   rows    a sweep writes rows 0, 1, ... GROUPS * ROWS - 1, each once, each after it was read
//   inside  no address leaves the weight memory
//   ends    a command ends within LIMIT cycles: the gate's, and a sweep's or a
//           clear pass's
`default_nettype none
`include "snnc_regs.vh"

module plastic_formal #(
  parameter BATCH = 1,
  parameter SUMS  = 6
) (
  input wire i_clk
);

  localparam STEPS = 2, NEURONS = 3, GROUPS = 2, LANES = 2, UPDATE = 1, ROWS = 2, STORED = 4, FRACTION = 1, SHIFT = 9;
  localparam PAIRS = 3;                             // bits of NEURONS * ROWS
  localparam DEPTH = GROUPS * ROWS;
  localparam LIMIT = PAIRS + 1 + ((DEPTH * BATCH + 3 > SUMS) ? DEPTH * BATCH + 3 : SUMS);

  (* anyseq *) reg        start;
  (* anyseq *) reg        first;
  (* anyseq *) reg [1:0]  now_step;
  (* anyseq *) reg        add;
  (* anyseq *) reg [1:0]  row;
  (* anyseq *) reg        update;
  (* anyseq *) reg [1:0]  update_row;
  (* anyseq *) reg        spikes;
  (* anyseq *) reg        write;
  (* anyseq *) reg        read;
  (* anyseq *) reg [22:0] offset;
  (* anyseq *) reg [31:0] data;
  (* anyseq *) reg [LANES*STORED-1:0] weights;
  reg         rst = 1'b1;
  wire [31:0] shown;
  wire        re, we, busy;
  wire [1:0]  raddr, waddr;
  wire [LANES*STORED-1:0] wdata;

  always @(posedge i_clk) rst <= 1'b0;

  snnc_plastic #(
    .STEPS (STEPS), .NEURONS (NEURONS), .GROUPS (GROUPS), .LANES (LANES), .UPDATE (UPDATE), .ROWS (ROWS), .STORED (STORED),
    .FRACTION (FRACTION), .SHIFT (SHIFT), .BATCH (BATCH)
  ) u_plastic (
    .i_clk (i_clk), .i_rst (rst), .i_start (start), .i_first (first), .i_step (now_step), .i_row_add (add), .i_row (row),
    .i_update (update), .i_update_row (update_row), .i_spikes (spikes), .i_write (write), .i_read (read), .i_offset (offset), .i_data (data),
    .o_data (shown), .o_weight_re (re), .o_weight_raddr (raddr), .i_weights (weights), .o_weight_we (we), .o_weight_waddr (waddr),
    .o_weights (wdata), .o_busy (busy)
  );

  wire command = write && (offset == {18'd0, `SNNC_LEARN_COMMAND});
  wire sweep   = command && data[`SNNC_LEARN_END] && data[`SNNC_LEARN_SWEEP] && !data[`SNNC_LEARN_CLEAR];

  always @* begin
    if (rst || busy) assume (!write);               // the host's window is closed
  end

  reg       armed_q = 1'b0;
  reg       busy_q  = 1'b0;
  reg [2:0] reads_q = 3'd0;
  reg [2:0] writes_q = 3'd0;
  reg [7:0] cycles_q = 8'd0;

  always @(posedge i_clk) begin
    busy_q <= busy;
    if (sweep)               armed_q <= 1'b1;
    else if (busy_q && !busy) armed_q <= 1'b0;
    reads_q  <= sweep ? 3'd0 : reads_q + {2'd0, re};
    writes_q <= sweep ? 3'd0 : writes_q + {2'd0, we};
    cycles_q <= busy ? cycles_q + 8'd1 : 8'd0;
  end

  always @* begin
    if (!rst) begin
      if (we || re) assert (armed_q);
      if (re) assert (raddr == reads_q && reads_q < DEPTH);
      if (we) assert (waddr == writes_q && writes_q < DEPTH && reads_q > writes_q);
      if (busy_q && !busy && armed_q) assert (writes_q == DEPTH);
      assert (cycles_q <= LIMIT);
    end
  end

endmodule

`default_nettype wire

// tb_router: turns, arbitration and backpressure of one router against five
// queues and a loop over the inputs.
`default_nettype none

module tb_router #(
  parameter X       = 1,
  parameter Y       = 1,
  parameter XBITS   = 2,
  parameter YBITS   = 2,
  parameter PAYLOAD = 12,
  parameter DEPTH   = 2,
  parameter [4:0] INPUTS = 5'b11111,
  parameter CYCLES  = 2000,
  parameter SEED    = 1
);
  `include "tb.vh"

  localparam FLIT = YBITS + XBITS + PAYLOAD;

  reg               rst   = 1'b1;
  reg               clear = 1'b0;
  reg  [4:0]        valid = 5'd0;                   // what the bench offers
  reg  [5*FLIT-1:0] flit  = 0;
  reg  [4:0]        in_valid = 5'd0;                // the same, written as a whole once a cycle: what a
  reg  [5*FLIT-1:0] in_flit  = 0;                   // process writes in parts, Verilator 5.006 sees too late
  wire [4:0]        ready;
  wire [4:0]        out_valid;
  wire [5*FLIT-1:0] out_flit;
  reg  [4:0]        out_ready = 5'd0;
  wire              busy;

  snnc_router #(.X(X), .Y(Y), .XBITS(XBITS), .YBITS(YBITS), .PAYLOAD(PAYLOAD), .DEPTH(DEPTH), .INPUTS(INPUTS)) dut (
    .i_clk(clk), .i_rst(rst), .i_clear(clear), .i_valid(in_valid), .i_flit(in_flit), .o_ready(ready),
    .o_valid(out_valid), .o_flit(out_flit), .i_ready(out_ready), .o_busy(busy));

  reg [FLIT-1:0] queue [0:5*DEPTH-1];
  integer fill    [0:4];
  integer pointer [0:4];                            // of each output
  integer i, j, k, o, n, winner, moves;
  reg [4:0] popped;
  reg [4:0] accepted;
  integer x, y;

  function integer way;                             // output that a flit takes
    input [FLIT-1:0] f;
    integer fx, fy;
    begin
      fx = f[PAYLOAD +: XBITS];
      fy = f[PAYLOAD + XBITS +: YBITS];
      way = (fx > X) ? 2 : (fx < X) ? 4 : (fy < Y) ? 1 : (fy > Y) ? 3 : 0;
    end
  endfunction

  task cycle;
    begin
      in_valid = valid;
      in_flit  = flit;
      #1 popped = 5'd0;
      accepted = 5'd0;
      n = 0;
      for (k = 0; k < 5; k = k + 1) begin
        accepted[k] = INPUTS[k] && fill[k] < DEPTH;
        n = n + fill[k];
      end
      check("o_ready", ready, accepted);
      check("o_busy", busy, n != 0);
      for (o = 0; o < 5; o = o + 1) begin
        winner = -1;
        for (k = 0; k < 5 && winner < 0; k = k + 1) begin
          j = (pointer[o] + k) % 5;
          if (fill[j] > 0 && way(queue[j*DEPTH]) == o) winner = j;
        end
        check("o_valid", out_valid[o], winner >= 0);
        if (winner >= 0) begin
          check("o_flit", out_flit[FLIT*o +: FLIT], queue[winner*DEPTH]);
          if (out_ready[o]) begin
            popped[winner] = 1'b1;
            pointer[o] = (winner + 1) % 5;
            moves = moves + 1;
          end
        end
        if (clear || rst) pointer[o] = 0;
      end
      for (k = 0; k < 5; k = k + 1) begin
        if (popped[k]) begin
          for (j = 1; j < fill[k]; j = j + 1) queue[k*DEPTH + j - 1] = queue[k*DEPTH + j];
          fill[k] = fill[k] - 1;
        end
        if (valid[k] && accepted[k]) begin
          queue[k*DEPTH + fill[k]] = flit[FLIT*k +: FLIT];
          fill[k] = fill[k] + 1;
        end
        if (rst) fill[k] = 0;
      end
      step;
    end
  endtask

  initial begin
    for (k = 0; k < 5; k = k + 1) begin
      fill[k] = 0;
      pointer[k] = 0;
    end
    moves = 0;
    accepted = 5'd0;
    step;
    rst = 1'b0;
    for (i = 0; i < CYCLES; i = i + 1) begin
      for (k = 0; k < 5; k = k + 1) begin
        if (accepted[k]) valid[k] = 1'b0;           // it moved; else it is held
        if (INPUTS[k] && !valid[k] && rnd((i & 128) ? 6 : 2) == 0) begin
          // What comes along y stays on its column; nothing turns back.
          x = rnd(1 << XBITS);
          y = rnd(1 << YBITS);
          if (k == 1 || k == 3) x = X;
          if (k == 2 && x > X) x = X;
          if (k == 4 && x < X) x = X;
          if (k == 1 && y < Y) y = Y;
          if (k == 3 && y > Y) y = Y;
          valid[k] = 1'b1;
          flit[FLIT*k +: FLIT] = wide(FLIT);
          flit[FLIT*k + PAYLOAD +: XBITS] = x;
          flit[FLIT*k + PAYLOAD + XBITS +: YBITS] = y;
        end
      end
      out_ready = (i & 64) ? rnd(0) | rnd(0) : rnd(0);
      clear = rnd(64) == 0;
      cycle;
    end
    check("flits moved", moves > CYCLES / 4, 1);
    finish;
  end
endmodule

`default_nettype wire

// tb_mesh: every handshake and delivery of a grid, cycle by cycle, against the
// queues of all its nodes moved by docs/machine.md, section 5.
`default_nettype none

module tb_mesh #(
  parameter COLS       = 3,
  parameter ROWS       = 2,
  parameter WORD       = 8,
  parameter ADDRESS    = 7,
  parameter DEPTH      = 2,
  parameter HOST_DEPTH = 4,
  parameter [COLS*ROWS-1:0] SENDERS = {(COLS*ROWS){1'b1}},
  parameter CYCLES     = 700,
  parameter SEED       = 1
);
  `include "tb.vh"

  localparam NODES = COLS * ROWS;
  localparam XBITS = (COLS > 1) ? $clog2(COLS) : 1;
  localparam YBITS = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam DEST  = XBITS + YBITS;
  localparam COUNT = $clog2(HOST_DEPTH + 1);
  localparam FLIT  = 16 + ADDRESS + WORD;           // of the model: {node, address, bits}

  reg                      rst   = 1'b1;
  reg                      clear = 1'b0;
  reg  [NODES-1:0]         valid = 0;               // what the cores offer
  reg  [NODES*DEST-1:0]    dest  = 0;
  reg  [NODES*ADDRESS-1:0] addr  = 0;
  reg  [NODES*WORD-1:0]    bits  = 0;
  reg  [NODES-1:0]         in_valid = 0;            // the same, written as a whole once a cycle: what a
  reg  [NODES*DEST-1:0]    in_dest  = 0;            // process writes in parts, Verilator 5.006 sees too late
  reg  [NODES*ADDRESS-1:0] in_addr  = 0;
  reg  [NODES*WORD-1:0]    in_bits  = 0;
  wire [NODES-1:0]         ready;
  wire [NODES-1:0]         we;
  wire [NODES*ADDRESS-1:0] out_addr;
  wire [NODES*WORD-1:0]    out_bits;
  wire                     busy;
  reg  [COUNT-1:0]         host_count = 0;

  snnc_mesh #(.COLS(COLS), .ROWS(ROWS), .WORD(WORD), .ADDRESS(ADDRESS), .DEPTH(DEPTH), .HOST_DEPTH(HOST_DEPTH), .SENDERS(SENDERS)) dut (
    .i_clk(clk), .i_rst(rst), .i_clear(clear), .i_valid(in_valid), .i_dest(in_dest), .i_addr(in_addr), .i_bits(in_bits), .o_ready(ready),
    .o_we(we), .o_addr(out_addr), .o_bits(out_bits), .i_host_count(host_count), .o_busy(busy));

  // Queue p of node n is q = 5 * n + p; its head is queue[q * DEPTH].
  reg [FLIT-1:0] queue [0:5*NODES*DEPTH-1];
  integer fill    [0:5*NODES-1];
  integer start   [0:5*NODES-1];                    // fill at the start of the cycle
  integer pointer [0:5*NODES-1];                    // of output p of node n
  reg [FLIT-1:0] flits [0:NODES-1];                 // offered by the cores
  integer i, j, k, n, o, q, to, winner, total, delivered, host_room;
  reg [NODES-1:0] want_ready;
  reg             want_we;

  function integer way;                             // output of node at that leads to node t
    input integer at;
    input integer t;
    way = (t % COLS > at % COLS) ? 2 : (t % COLS < at % COLS) ? 4
        : (t / COLS < at / COLS) ? 1 : (t / COLS > at / COLS) ? 3 : 0;
  endfunction

  task enter;                                       // flit f joins queue e at the end of the cycle
    input integer e;
    input [FLIT-1:0] f;
    begin
      queue[e*DEPTH + fill[e]] = f;
      fill[e] = fill[e] + 1;
    end
  endtask

  // Heads are looked at before any moves, queues shift as heads leave.
  reg [FLIT-1:0] head  [0:5*NODES-1];
  reg            taken [0:5*NODES-1];

  task cycle;
    begin
      in_valid = valid;
      in_dest  = dest;
      in_addr  = addr;
      in_bits  = bits;
      #1 total = 0;
      for (q = 0; q < 5 * NODES; q = q + 1) begin
        start[q] = fill[q];
        head[q]  = queue[q*DEPTH];
        total    = total + fill[q];
      end
      check("o_busy", busy, total != 0);
      host_room = host_count < HOST_DEPTH;
      for (n = 0; n < NODES; n = n + 1) begin
        want_ready[n] = SENDERS[n] && start[5*n] < DEPTH;
        for (o = 0; o < 5; o = o + 1) begin
          to = (o == 1) ? 5*(n - COLS) + 3 : (o == 2) ? 5*(n + 1) + 4 : (o == 3) ? 5*(n + COLS) + 1 : 5*(n - 1) + 2;
          winner = -1;
          for (k = 0; k < 5 && winner < 0; k = k + 1) begin
            q = 5*n + (pointer[5*n + o] + k) % 5;
            if (start[q] > 0 && way(n, head[q][ADDRESS+WORD +: 16]) == o) winner = q;
          end
          if (winner >= 0) begin
            if ((o == 0) ? (n != 0 || host_room != 0) : start[to] < DEPTH) begin
              pointer[5*n + o] = (winner - 5*n + 1) % 5;
              for (j = 1; j < fill[winner]; j = j + 1) queue[winner*DEPTH + j - 1] = queue[winner*DEPTH + j];
              fill[winner] = fill[winner] - 1;
              if (o != 0) enter(to, head[winner]);
            end else begin
              winner = -1;
            end
          end
          if (o == 0) begin
            check("o_we", we[n], winner >= 0);
            if (winner >= 0) begin
              check("o_addr", out_addr[ADDRESS*n +: ADDRESS], head[winner][WORD +: ADDRESS]);
              check("o_bits", out_bits[WORD*n +: WORD], head[winner][WORD-1:0]);
              delivered = delivered + 1;
            end
          end
          if (clear || rst) pointer[5*n + o] = 0;
        end
      end
      check("o_ready", ready, want_ready);
      for (n = 0; n < NODES; n = n + 1) if (valid[n] && want_ready[n]) enter(5*n, flits[n]);
      if (rst) for (q = 0; q < 5 * NODES; q = q + 1) fill[q] = 0;
      want_we = we[0];
      step;
      if (want_we) host_count = host_count + 1;
      check("host words", host_count <= HOST_DEPTH, 1);
    end
  endtask

  initial begin
    for (q = 0; q < 5 * NODES; q = q + 1) begin
      fill[q] = 0;
      pointer[q] = 0;
    end
    delivered = 0;
    want_ready = 0;
    step;
    rst = 1'b0;
    for (i = 0; i < CYCLES; i = i + 1) begin
      for (n = 0; n < NODES; n = n + 1) begin
        if (want_ready[n]) valid[n] = 1'b0;
        // Bursts, then few packets, so that it fills and empties.
        if (SENDERS[n] && !valid[n] && (i % 100) < 60 && rnd((i & 128) ? 10 : 2) == 0) begin
          valid[n] = 1'b1;
          to = (rnd(4) == 0) ? 0 : rnd(NODES);
          flits[n] = {to[15:0], {(ADDRESS+WORD){1'b0}}} | (wide(ADDRESS + WORD));
          dest[DEST*n +: DEST]       = ((to / COLS) << XBITS) | (to % COLS);
          addr[ADDRESS*n +: ADDRESS] = flits[n][WORD +: ADDRESS];
          bits[WORD*n +: WORD]       = flits[n][WORD-1:0];
        end
      end
      if (host_count > 0 && rnd((i & 64) ? 8 : 1) == 0) host_count = host_count - 1;
      clear = rnd(100) == 0;
      cycle;
    end
    check("deliveries", delivered > CYCLES / 10, 1);
    finish;
  end
endmodule

`default_nettype wire

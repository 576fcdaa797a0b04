// tb_events: words by their place, taken several at once, and a pop of more than there are.
`default_nettype none

module tb_events #(
  parameter WORD    = 16,
  parameter ADDRESS = 11,
  parameter DEPTH   = 8,
  parameter CYCLES  = 3000,
  parameter SEED    = 1
);
  `include "tb.vh"

  localparam COUNT = $clog2(DEPTH + 1);
  localparam INDEX = (DEPTH > 1) ? $clog2(DEPTH) : 1;

  reg                rst  = 1'b1;
  reg                push = 1'b0;
  reg  [15:0]        tick = 16'd0;
  reg  [ADDRESS-1:0] addr = 0;
  reg  [WORD-1:0]    bits = 0;
  reg                pop  = 1'b0;
  reg  [31:0]        pops = 32'd0;
  reg                read = 1'b0;
  reg  [INDEX-1:0]   index = 0;
  wire [31:0]        meta;
  wire [31:0]        data;
  wire [COUNT-1:0]   count;

  snnc_events #(.WORD(WORD), .ADDRESS(ADDRESS), .DEPTH(DEPTH)) dut (
    .i_clk(clk), .i_rst(rst), .i_push(push), .i_tick(tick), .i_addr(addr), .i_bits(bits),
    .i_read(read), .i_index(index), .o_meta(meta), .o_data(data), .i_pop(pop), .i_pops(pops), .o_count(count));

  reg [63:0] model [0:DEPTH-1];
  integer head = 0;                                 // words popped and pushed so far
  integer tail = 0;
  integer i;
  reg     shown = 1'b0;                             // a word that was asked for is there
  reg [63:0] want;
  integer ignored = 0;                              // pops of more than there are

  integer held;

  task cycle;
    begin
      held = tail - head;
      #1 check("o_count", count, tail - head);
      if (shown) check_wide("o_meta, o_data", {meta, data}, want);
      if (read) begin
        shown = index < tail - head;
        want  = model[(head + index) % DEPTH];
      end
      if (push) begin
        model[tail % DEPTH] = tick * 64'h1_0000_0000_0000 + addr * 64'h1_0000_0000 + bits;
        tail = tail + 1;
      end
      if (pop && pops <= held) head = head + pops;
      if (pop && pops > held) ignored = ignored + 1;
      if (rst) head = tail;
      step;
    end
  endtask

  initial begin
    step;
    rst = 1'b0;
    cycle;
    for (i = 0; i < CYCLES; i = i + 1) begin
      pop  = rnd((i & 128) ? 6 : 2) == 0;
      pops = (rnd(8) == 0) ? rnd(0) : (rnd(8) == 0) ? DEPTH : rnd(tail - head + 3);
      read = rnd(3) != 0;
      index = rnd(DEPTH);
      push = tail - head < DEPTH && rnd((i & 128) ? 2 : 6) == 0;
      tick = rnd(0);
      addr = wide(ADDRESS);
      bits = wide(WORD);
      rst  = rnd(CYCLES) == 0;
      cycle;
    end
    check("pops were refused", ignored > 0, 1);
    finish;
  end
endmodule

`default_nettype wire

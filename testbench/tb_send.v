// tb_send: order of entries and routes, addresses, and the cycle of each offer.
`default_nettype none
`include "snnc_regs.vh"

module tb_send #(
  parameter WORD    = 16,
  parameter INDEX   = 3,
  parameter ENTRIES = 8,
  parameter ADDRESS = 10,
  parameter DEST    = 3,
  parameter ROUTES  = 2,
  parameter [32*ROUTES-1:0] ROUTE_DEST  = {32'd0, 32'd5},
  parameter [32*ROUTES-1:0] ROUTE_BASE  = {32'd7, 32'd64},
  parameter [32*ROUTES-1:0] ROUTE_MASK  = {32'd0, 32'd3},
  parameter [32*ROUTES-1:0] ROUTE_SHIFT = {32'd0, 32'd3},
  parameter OVERLAY = 0,                            // 1: of MOST routes that fit, the host writes ROUTES
  parameter MOST    = ROUTES,
  parameter TICKS   = 60,
  parameter SEED    = 1
);
  `include "tb.vh"

  reg                rst   = 1'b1;
  reg  [15:0]        tick  = 16'd0;
  reg                push  = 1'b0;
  reg  [INDEX-1:0]   index = 0;
  reg  [WORD-1:0]    bits  = 0;
  reg                ready = 1'b0;
  wire               valid;
  wire [DEST-1:0]    dest;
  wire [ADDRESS-1:0] addr;
  wire [WORD-1:0]    word;
  wire               busy;
  reg  [32*`SNNC_CONFIGS-1:0] cfg = 0;
  reg                table_write = 1'b0;
  reg  [22:0]        table_offset = 0;
  reg  [31:0]        table_data = 0;

  snnc_send #(
    .WORD(WORD), .INDEX(INDEX), .ENTRIES(ENTRIES), .ADDRESS(ADDRESS), .DEST(DEST), .ROUTES(MOST), .OVERLAY(OVERLAY),
    .ROUTE_DEST((OVERLAY != 0) ? {32*MOST{1'b0}} : ROUTE_DEST), .ROUTE_BASE((OVERLAY != 0) ? {32*MOST{1'b0}} : ROUTE_BASE),
    .ROUTE_MASK((OVERLAY != 0) ? {32*MOST{1'b0}} : ROUTE_MASK), .ROUTE_SHIFT((OVERLAY != 0) ? {32*MOST{1'b0}} : ROUTE_SHIFT)
  ) dut (
    .i_cfg(cfg), .i_table_write(table_write), .i_table_memory(`SNNC_MEM_ROUTES), .i_table_offset(table_offset), .i_table_data(table_data),
    .i_clk(clk), .i_rst(rst), .i_tick(tick), .i_push(push), .i_index(index), .i_bits(bits),
    .o_valid(valid), .o_dest(dest), .o_addr(addr), .o_bits(word), .i_ready(ready), .o_busy(busy));

  reg [INDEX-1:0] indices [0:ENTRIES-1];            // of this tick
  reg [WORD-1:0]  words   [0:ENTRIES-1];
  integer head  = 0;                                // entry offered
  integer tail  = 0;                                // entries pushed
  integer route = 0;
  integer i, k;
  reg [31:0] slot, want_addr, want_dest;

  task cycle;
    begin
      #1 check("o_valid", valid, head < tail);
      check("o_busy", busy, head < tail);
      if (head < tail) begin
        slot      = {16'd0, tick} & ROUTE_MASK[32*route +: 32];
        want_addr = ROUTE_BASE[32*route +: 32] + (slot << ROUTE_SHIFT[32*route +: 32]) + indices[head];
        want_dest = ROUTE_DEST[32*route +: 32];
        check("o_addr", addr, want_addr[ADDRESS-1:0]);
        check("o_dest", dest, want_dest[DEST-1:0]);
        check("o_bits", word, words[head]);
        if (ready) begin
          route = (route + 1) % ROUTES;
          if (route == 0) head = head + 1;
        end
      end
      if (push) begin
        indices[tail] = index;
        words[tail]   = bits;
        tail = tail + 1;
      end
      step;
    end
  endtask

  initial begin
    step;
    rst = 1'b0;
    cfg[32*`SNNC_CFG_LAST_ROUTE +: 32] = ROUTES - 1;
    cfg[`SNNC_CFG_SOME_ROUTES] = 1'b1;
    for (i = 0; OVERLAY != 0 && i < ROUTES; i = i + 1) begin
      table_write  = 1'b1;
      table_offset = 2 * i;
      table_data   = {ROUTE_BASE[32*i +: 16], ROUTE_DEST[32*i +: 16]};
      step;
      table_offset = 2 * i + 1;
      table_data   = {11'd0, ROUTE_SHIFT[32*i +: 5], ROUTE_MASK[32*i +: 16]};
      step;
    end
    table_write = 1'b0;
    for (k = 0; k < TICKS; k = k + 1) begin
      tick = (k < 8) ? k : rnd(65536);
      head = 0;
      tail = 0;
      push = 1'b0;
      repeat (3) cycle;                             // no push sooner after the start of a tick
      // Ticks that push densely, sparsely, all at once before anything moves.
      for (i = 0; i < 12 * ENTRIES * ROUTES && (tail < ENTRIES || head < tail); i = i + 1) begin
        push  = tail < ENTRIES && ((k % 3 == 1) ? rnd(4) == 0 : 1'b1);
        index = rnd(0);
        bits  = wide(WORD);
        ready = (k % 3 == 0) ? 1'b1 : (k % 3 == 1) ? rnd(2) == 0 : tail == ENTRIES && rnd(4) != 0;
        cycle;
      end
      while (head < tail) begin
        push = 1'b0;
        ready = 1'b1;
        cycle;
      end
    end
    finish;
  end
endmodule

`default_nettype wire

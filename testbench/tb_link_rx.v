// tb_link_rx: good frames among noise, broken frames and frames that do not fit.
`default_nettype none

module tb_link_rx #(
  parameter BUFFER = 9,
  parameter FRAMES = 250,
  parameter SEED   = 1
);
  `include "tb.vh"
  `include "tb_link.vh"

  reg        rst   = 1'b1;
  reg        valid = 1'b0;
  reg  [7:0] value = 8'd0;
  reg        take  = 1'b0;
  wire       out_valid;
  wire [7:0] out;
  wire       bad;

  snnc_link_rx #(.BUFFER(BUFFER)) dut (.i_clk(clk), .i_rst(rst), .i_valid(valid), .i_byte(value),
    .o_valid(out_valid), .o_byte(out), .i_take(take), .o_bad(bad));

  reg [7:0] want [0:131071];
  integer   want_end = 0;                           // bytes of good frames sent
  integer   taken    = 0;
  integer   bads     = 0;
  integer   bads_sent = 0;
  integer   i, j, n, words, kind, what, from, room;
  reg       stall = 1'b0;                           // the reader takes nothing
  reg [7:0] b;

  task cycle;
    begin
      take = out_valid && !stall && rnd(4) != 0;
      #1 if (bad) bads = bads + 1;
      if (take) begin
        check("o_byte", out, want[taken]);
        taken = taken + 1;
        check("taken in time", taken <= want_end, 1);
      end
      step;
      #1;
    end
  endtask

  task send;                                        // everything on the line
    begin
      for (j = 0; j < line_end; j = j + 1) begin
        valid = 1'b1;
        value = line[j];
        cycle;
        valid = 1'b0;
        value = rnd(0);
        repeat (10 + rnd(3)) cycle;
      end
      line_end = 0;
    end
  endtask

  initial begin
    step;
    rst = 1'b0;
    for (i = 0; i < FRAMES; i = i + 1) begin
      if (i == FRAMES / 2 + 40) begin
        stall = 1'b0;
        repeat (8 << BUFFER) cycle;
      end
      stall = i >= FRAMES / 2 && i < FRAMES / 2 + 40;   // fills
      kind  = 8'h50 | rnd(8);
      words = kind[0] ? rnd((rnd(stall ? 2 : 8) == 0) ? 120 : 8) : 0;
      what  = rnd(12);
      n     = 10 + 4 * words;
      room  = (1 << BUFFER) - 1 - (want_end - taken) + (out_valid ? 1 : 0);
      from  = want_end;
      frame_start;
      for (j = 0; j < n - 4; j = j + 1) begin
        b = (rnd(6) == 0) ? 8'hC0 : (rnd(6) == 0) ? 8'hDB : rnd(256);
        if (j == 0) b = (what == 1) ? kind ^ 8'h10 : (what == 2) ? 8'h59 : kind;
        if (j == 1) b = (what == 3) ? words + 1 : kind[0] ? words : rnd(256);
        stuffed(b);
        want[from + j] = b;
      end
      if (what == 3 && !kind[0]) what = 0;          // the count of a read is not the frame's
      if (what == 4) stuffed(rnd(256));             // a byte too many
      for (j = 0; j < 4; j = j + 1) want[from + n - 4 + j] = ~line_crc >> (8 * j);
      frame_end((what == 5) ? 1 << rnd(32) : 0);
      if (what == 6) begin                          // ESC before END
        line[line_end-1] = 8'hDB;
        raw(8'hC0);
      end
      if (what == 7) begin                          // a byte lost, the CRC's too
        line[line_end-2] = 8'hC0;
        line_end = line_end - 1;
      end
      if (what == 8) begin
        raw(8'hC0);                                 // empty frames are none
        raw(8'hC0);
      end
      if (what == 9) begin                          // noise that ends
        for (j = 0; j < 1 + rnd(20); j = j + 1) raw(rnd(8'hC0));
        raw(8'hC0);
      end
      if (what == 10) begin                         // ESC and what may not follow it
        raw(8'hDB);
        raw(8'h5A);
        raw(8'hC0);
      end
      if (what == 0 || what >= 8) begin
        if (n <= room || !stall) begin
          want_end = want_end + (n <= room ? n : 0);
          if (n > room) bads_sent = bads_sent + 1;
        end else begin
          bads_sent = bads_sent + 1;
        end
        if (what == 9 || what == 10) bads_sent = bads_sent + 1;
      end else begin
        bads_sent = bads_sent + 1;
      end
      send;
      if (!stall) repeat (4 * n) cycle;             // all is read before the next
    end
    stall = 1'b0;
    repeat (8 << BUFFER) cycle;
    check("bytes", taken, want_end);
    check("o_bad", bads, bads_sent);
    check("some were dropped", bads_sent > FRAMES / 8, 1);
    finish;
  end
endmodule

`default_nettype wire

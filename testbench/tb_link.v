// tb_link: requests over the line against what each may do: once, in order, or not at all.
//
// The bench plays the host bus (a memory that counts what is written), the
// machine that runs at times, and a host that repeats, skips and spoils frames.
`default_nettype none

module tb_link #(
  parameter DIVISOR  = 4,
  parameter BUFFER   = 9,
  parameter PATIENCE = 9,
  parameter REQUESTS = 60,
  parameter SEED     = 1
);
  `include "tb.vh"
  `include "tb_link.vh"

  reg         rst = 1'b1;
  wire        rx, tx;
  wire        valid;
  wire        write;
  wire [23:0] addr;
  wire [31:0] wdata;
  reg         ready = 1'b0;
  reg  [31:0] rdata = 32'd0;
  reg         running = 1'b0;

  snnc_link #(.DIVISOR(DIVISOR), .BUFFER(BUFFER), .PATIENCE(PATIENCE)) dut (
    .i_clk(clk), .i_rst(rst), .i_rx(rx), .o_tx(tx), .o_valid(valid), .o_write(write), .o_addr(addr), .o_wdata(wdata),
    .i_ready(ready), .i_rdata(rdata), .i_running(running));

  // The line: bytes of `line` go out as fast as it takes them; what comes back is kept.
  wire       out_ready;
  wire       in_valid;
  wire [7:0] in_byte;
  integer    line_at = 0;
  reg        line_valid = 1'b0;
  reg  [7:0] line_byte = 8'd0;
  reg  [7:0] back [0:262143];
  integer    back_end = 0;

  snnc_uart_tx #(.DIVISOR(DIVISOR)) u_tx (.i_clk(clk), .i_rst(rst), .i_valid(line_valid), .i_byte(line_byte), .o_ready(out_ready), .o_tx(rx));
  snnc_uart_rx #(.DIVISOR(DIVISOR)) u_rx (.i_clk(clk), .i_rst(rst), .i_rx(tx), .o_valid(in_valid), .o_byte(in_byte));

  // The host bus: 4096 words; the address is spread over them by its low 12 bits.
  reg [31:0] memory [0:4095];
  reg [31:0] model  [0:4095];
  integer    writes = 0;
  integer    writes_due = 0;

  task cycle;
    begin
      line_valid = line_at < line_end;
      line_byte  = line[line_at % 65536];
      ready = valid && rnd(3) == 0;
      rdata = ready ? memory[addr[11:0]] ^ {20'd0, addr[23:12]} : rnd(0);
      #1 if (in_valid) begin
        back[back_end] = in_byte;
        back_end = back_end + 1;
      end
      if (ready && write) begin
        memory[addr[11:0]] = wdata ^ {20'd0, addr[23:12]};
        writes = writes + 1;
        check("runs not under WAIT", running && kind_sent[2], 0);
      end
      if (line_valid && out_ready) line_at = line_at + 1;
      step;
      #1;
    end
  endtask

  // A reply: unstuffed bytes of the next frame that came back.
  reg [7:0]  reply [0:1099];
  integer    reply_n;
  integer    back_at = 0;
  reg        esc;
  integer    limit;

  task receive;
    begin
      reply_n = 0;
      esc     = 1'b0;
      limit   = 0;
      while (limit >= 0) begin
        if (back_at < back_end) begin
          if (back[back_at] == 8'hC0) limit = -2;
          else if (back[back_at] == 8'hDB) esc = 1'b1;
          else begin
            reply[reply_n] = !esc ? back[back_at] : (back[back_at] == 8'hDC) ? 8'hC0 : 8'hDB;
            reply_n = reply_n + 1;
            esc     = 1'b0;
          end
          back_at = back_at + 1;
        end else begin
          cycle;
          limit = limit + 1;
          if (limit > 80000) begin
            check("a reply", 0, 1);
            limit = -1;
          end
        end
      end
      sum = 32'hFFFFFFFF;
      for (k = 0; k < reply_n; k = k + 1) sum = crc_byte(sum, reply[k]);
      check("CRC of the reply", sum, 32'hDEBB20E3);
    end
  endtask

  reg [31:0] sum;
  integer    k;
  reg [7:0]  kind_sent = 8'd0;
  reg [7:0]  seq = 8'd77;                           // next
  reg [7:0]  kind, count, s;
  reg [23:0] at;
  reg [31:0] word;
  integer    i, j, what, to_run;

  // One request; bit 0 of spoil breaks its CRC.
  task request;
    input [7:0]  k_;
    input [7:0]  n_;
    input [7:0]  s_;
    input [23:0] a_;
    input        apply;                             // the model takes the write
    input        spoil;
    begin
      kind_sent = k_;
      frame_start;
      stuffed(k_);
      stuffed(n_);
      stuffed(s_);
      stuffed(a_);
      stuffed(a_ >> 8);
      stuffed(a_ >> 16);
      if (k_[0]) for (j = 0; j < n_; j = j + 1) begin
        word = (rnd(4) == 0) ? 32'hC0DBC0DB : rnd(0);
        for (k = 0; k < 4; k = k + 1) stuffed(word >> (8 * k));
        if (apply) model[{a_[11:8], k_[1] ? a_[7:0] : a_[7:0] + j[7:0]}] = word ^ {20'd0, a_[23:12]};
      end
      if (apply && k_[0]) writes_due = writes_due + n_;
      frame_end({31'd0, spoil});
    end
  endtask

  task expect_code;
    input [7:0] code;
    input [7:0] s_;
    begin
      receive;
      check("reply", reply[0], code);
      if (code != 8'hA8) check("sequence number", reply[2], s_);
      check("length", reply_n, 10 + (code[0] ? 4 * reply[1] : 0));
    end
  endtask

  task expect_words;
    input [7:0]  n_;
    input [7:0]  s_;
    input [23:0] a_;
    input        same;
    begin
      expect_code((n_ == 8'd0) ? 8'hA0 : 8'hA1, s_);
      check("count", reply[1], n_);
      check("address", {reply[5], reply[4], reply[3]}, a_);
      for (j = 0; j < n_; j = j + 1)
        check("word", {reply[9+4*j], reply[8+4*j], reply[7+4*j], reply[6+4*j]},
              model[{a_[11:8], same ? a_[7:0] : a_[7:0] + j[7:0]}] ^ {20'd0, a_[23:12]});
    end
  endtask

  initial begin
    for (i = 0; i < 4096; i = i + 1) begin
      memory[i] = rnd(0);
      model[i]  = memory[i];
    end
    repeat (3) cycle;
    rst = 1'b0;
    repeat (20 * DIVISOR) cycle;
    request(8'h51, 8'd1, 8'd3, 24'h10, 1'b0, 1'b0);
    expect_code(8'hA6, 8'd3);                       // LOST
    request(8'h50, 8'd1, 8'd3, 24'h10, 1'b0, 1'b0);
    expect_code(8'hA6, 8'd3);
    request(8'h58, 8'd0, 8'd76, 24'hABCDEF, 1'b0, 1'b0);
    expect_code(8'hAA, 8'd76);                      // HELLO
    check("buffer", reply[1], BUFFER);
    check("nonce", {reply[5], reply[4], reply[3]}, 24'hABCDEF);
    for (i = 0; i < REQUESTS; i = i + 1) begin
      what  = rnd(16);
      kind  = 8'h50 | (rnd(2) == 0) | ((rnd(4) == 0) << 1) | ((rnd(4) == 0) << 2);
      count = (rnd(16) == 0) ? rnd(60) : rnd(5);
      at    = rnd(0);
      if (!kind[1]) at[7:0] = rnd(256 - count);
      if (what == 0) begin                          // spoilt, then again
        request(kind, count, seq, at, 1'b0, 1'b1);
        expect_code(8'hA8, seq);
      end
      if (what == 1) begin                          // a gap
        s = seq + 8'd1 + rnd(127);
        request(kind, count, s, at, 1'b0, 1'b0);
        expect_code(8'hA2, s);
      end
      if (what == 2) begin                          // noise
        repeat (5) raw(rnd(8'hC0));
        raw(8'hC0);
        expect_code(8'hA8, seq);
      end
      if (what == 3) begin                          // the machine does not come to rest
        running = 1'b1;
        request(kind | 8'h04, count, seq, at, 1'b0, 1'b0);
        expect_code(8'hA4, seq);
        running = 1'b0;
      end
      if (what == 4) begin                          // it does
        running = 1'b1;
        kind    = kind | 8'h04;
      end
      request(kind, count, seq, at, 1'b1, 1'b0);
      if (what == 4) begin
        while (line_at < line_end) cycle;
        repeat (11 * DIVISOR + rnd(1 << (PATIENCE - 1))) cycle;
        check("held", back_end, back_at);
        running = 1'b0;
      end
      if (kind[0]) expect_code(8'hA0, seq);
      else         expect_words(count, seq, at, kind[1]);
      if (what == 5 || what == 6) begin             // the reply was lost: again, once or twice
        repeat (1 + rnd(2)) begin
          request(kind, count, seq - ((what == 6) ? 8'd0 : 8'd0), at, 1'b0, 1'b0);
          if (kind[0]) expect_code(8'hA0, seq);
          else         expect_words(count, seq, at, kind[1]);
        end
      end
      if (what == 7) begin                          // a repeat from long ago
        s = seq - 8'd127;
        request(8'h51, 8'd2, s, at & 24'hFFFFF0, 1'b0, 1'b0);
        expect_code(8'hA0, s);
      end
      seq = seq + 8'd1;
      if (what == 8) begin                          // three under way at once
        request(8'h51, 8'd9, seq, 24'h000123, 1'b1, 1'b0);
        request(8'h50, 8'd9, seq + 8'd1, 24'h000123, 1'b1, 1'b0);
        request(8'h50, 8'd3, seq + 8'd2, 24'h000120, 1'b1, 1'b0);
        expect_code(8'hA0, seq);
        expect_words(8'd9, seq + 8'd1, 24'h000123, 1'b0);
        expect_words(8'd3, seq + 8'd2, 24'h000120, 1'b0);
        seq = seq + 8'd3;
      end
      if (what == 9) begin                          // a new session
        seq = rnd(256);
        request(8'h58, 8'd0, seq, rnd(0), 1'b0, 1'b0);
        expect_code(8'hAA, seq);
        seq = seq + 8'd1;
      end
      if (line_at == line_end) begin
        line_at  = 0;
        line_end = 0;
      end
    end
    check("words written", writes, writes_due);
    for (i = 0; i < 4096; i = i + 1) check("memory", memory[i], model[i]);
    check("nothing else came", back_end, back_at);
    finish;
  end
endmodule

`default_nettype wire

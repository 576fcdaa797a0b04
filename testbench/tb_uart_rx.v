// tb_uart_rx: bytes of a line whose bits are a little long or short, spikes, breaks.
`default_nettype none

module tb_uart_rx #(
  parameter DIVISOR = 4,
  parameter DRIFT   = 0,                            // thousandths by which a bit is longer
  parameter BYTES   = 200,
  parameter SEED    = 1
);
  `include "tb.vh"

  reg        rst = 1'b1;
  reg        rx  = 1'b0;                            // low out of reset: nothing is there
  wire       valid;
  wire [7:0] value;

  snnc_uart_rx #(.DIVISOR(DIVISOR)) dut (.i_clk(clk), .i_rst(rst), .i_rx(rx), .o_valid(valid), .o_byte(value));

  reg [7:0] want [0:BYTES-1];
  integer   sent = 0;
  integer   got  = 0;
  integer   i, j;
  integer   due;                                    // thousandths of a cycle to the end of this bit
  reg [7:0] v;

  always @(posedge clk) if (valid) begin
    if (got < sent) check("o_byte", value, want[got]);
    got = got + 1;
  end

  task bit_;
    input level;
    begin
      rx  = level;
      due = due + DIVISOR * (1000 + DRIFT);
      while (due >= 1000) begin
        step;
        due = due - 1000;
      end
    end
  endtask

  initial begin
    due = 0;
    repeat (3) step;
    rst = 1'b0;
    repeat (30 * DIVISOR) step;
    rx = 1'b1;
    repeat (3 * DIVISOR) step;
    for (i = 0; i < BYTES; i = i + 1) begin
      v = (i < 2) ? 8'h55 >> i : rnd(256);
      if (rnd(8) == 0) begin                        // the stop bit is low: no byte
        bit_(1'b0);
        for (j = 0; j < 8; j = j + 1) bit_(v[j]);
        repeat (1 + rnd(12)) bit_(1'b0);
        bit_(1'b1);
        bit_(1'b1);
      end
      if (rnd(8) == 0) begin                        // too short for a start bit
        rx = 1'b0;
        step;
        rx = 1'b1;
        repeat (2 * DIVISOR) step;
      end
      want[sent] = v;
      sent = sent + 1;
      bit_(1'b0);
      for (j = 0; j < 8; j = j + 1) bit_(v[j]);
      bit_(1'b1);
      if (rnd(3) == 0) repeat (rnd(5)) bit_(1'b1);
    end
    repeat (3) bit_(1'b1);
    check("bytes", got, sent);
    finish;
  end
endmodule

`default_nettype wire

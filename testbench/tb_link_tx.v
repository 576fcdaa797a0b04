// tb_link_tx: frames as they are on the line, and nothing else.
`default_nettype none

module tb_link_tx #(
  parameter FRAMES = 120,
  parameter SEED   = 1
);
  `include "tb.vh"
  `include "tb_link.vh"

  reg        rst   = 1'b1;
  reg        valid = 1'b0;
  reg  [7:0] value = 8'd0;
  reg        last  = 1'b0;
  wire       ready;
  wire       out_valid;
  wire [7:0] out;
  reg        out_ready = 1'b0;

  snnc_link_tx dut (.i_clk(clk), .i_rst(rst), .i_valid(valid), .i_byte(value), .i_last(last), .o_ready(ready),
    .o_valid(out_valid), .o_byte(out), .i_ready(out_ready));

  integer i, j, n;
  integer seen = 0;

  task cycle;
    begin
      out_ready = rnd(3) != 0;
      #1 if (out_valid && out_ready) begin
        check("o_byte", out, line[seen]);
        check("in time", seen < line_end, 1);
        seen = seen + 1;
      end
    end
  endtask

  initial begin
    step;
    rst = 1'b0;
    for (i = 0; i < FRAMES; i = i + 1) begin
      n = 1 + rnd(20);
      frame_start;
      for (j = 0; j < n; j = j + 1) begin
        while (rnd(4) == 0) begin
          cycle;
          step;
        end
        valid = 1'b1;
        value = (rnd(5) == 0) ? 8'hC0 : (rnd(5) == 0) ? 8'hDB : rnd(256);
        last  = j == n - 1;
        stuffed(value);
        if (last) frame_end(0);
        cycle;
        while (!ready) begin
          step;
          cycle;
        end
        step;
        valid = 1'b0;
        value = rnd(0);
      end
      if (rnd(3) == 0) repeat (100) begin
        cycle;
        step;
      end
    end
    repeat (200) begin
      cycle;
      step;
    end
    check("bytes", seen, line_end);
    finish;
  end
endmodule

`default_nettype wire

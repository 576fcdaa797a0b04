// tb_crc: the CRC's published check value, random streams, residue and shifting out.
`default_nettype none

module tb_crc #(
  parameter STREAMS = 40,
  parameter SEED    = 1
);
  `include "tb.vh"
  `include "tb_link.vh"

  reg         clear = 1'b1;
  reg         load  = 1'b0;
  reg         shift = 1'b0;
  reg  [7:0]  value = 8'd0;
  wire        busy;
  wire [31:0] crc;

  snnc_crc dut (.i_clk(clk), .i_clear(clear), .i_load(load), .i_shift(shift), .i_byte(value), .o_busy(busy), .o_crc(crc));

  integer i, j, n, waited;
  reg [31:0] want;

  task put;
    input [7:0] v;
    input       out;
    begin
      value = v;
      shift = out;
      load  = 1'b1;
      step;
      load   = 1'b0;
      value  = rnd(0);                              // was taken
      waited = 0;
      #1;
      while (busy && waited < 20) begin
        step;
        waited = waited + 1;
        #1;
      end
      check("cycles busy", waited, 8);
      repeat (rnd(3)) step;
    end
  endtask

  task start;
    begin
      clear = 1'b1;
      step;
      clear = 1'b0;
      step;
    end
  endtask

  initial begin
    start;
    for (i = 0; i < 9; i = i + 1) put("1" + i, 1'b0);
    check("crc of 123456789", {32'd0, crc}, 32'h340BC6D9);
    for (i = 0; i < STREAMS; i = i + 1) begin
      start;
      want = 32'hFFFFFFFF;
      n    = rnd(20);
      for (j = 0; j < n; j = j + 1) begin
        put(rnd(0), 1'b0);
        // put drew a number after it took the byte: the model follows the module's input
        want = crc_byte(want, taken);
        check("o_crc", crc, want);
      end
      if (i % 2 == 0) begin
        for (j = 0; j < 4; j = j + 1) put(~want >> (8 * j), 1'b0);
        check("residue", crc, 32'hDEBB20E3);
      end else begin
        for (j = 0; j < 4; j = j + 1) begin
          check("low byte", crc[7:0], want[7:0]);
          put(rnd(0), 1'b1);
          want = want >> 8;
        end
      end
    end
    finish;
  end

  reg [7:0] taken;
  always @(posedge clk) if (load) taken = value;
endmodule

`default_nettype wire

// tb_soc: the link and the machine's bus are joined as they should be.
//
// Its snnc_top answers reads with what shows the address, a cycle late, and
// runs while a word written to address 0 counts down.
`default_nettype none

module snnc_top (
  input  wire        i_clk,
  input  wire        i_rst,
  input  wire        i_valid,
  input  wire        i_write,
  input  wire [23:0] i_addr,
  input  wire [31:0] i_wdata,
  output wire        o_ready,
  output wire [31:0] o_rdata,
  output wire        o_running
);
  reg        late_q;
  reg [31:0] left_q;
  reg [31:0] sum_q;                                 // of what was written
  assign o_ready   = i_valid && (i_write || late_q);
  assign o_rdata   = (i_addr == 24'd1) ? sum_q : {8'h5A, i_addr};
  assign o_running = left_q != 32'd0;
  always @(posedge i_clk) begin
    late_q <= i_valid && !o_ready;
    if (i_rst) left_q <= 32'd0;
    else if (i_valid && i_write && i_addr == 24'd0) left_q <= i_wdata;
    else if (o_running) left_q <= left_q - 32'd1;
    if (i_rst) sum_q <= 32'd0;
    else if (i_valid && i_write) sum_q <= sum_q * 32'd3 + i_wdata;
  end
endmodule

module tb_soc #(
  parameter DIVISOR = 4,
  parameter SEED    = 1
);
  `include "tb.vh"
  `include "tb_link.vh"

  reg  rst = 1'b1;
  wire rx, tx;

  snnc_soc #(.DIVISOR(DIVISOR), .BUFFER(9), .PATIENCE(14)) dut (.i_clk(clk), .i_rst(rst), .i_rx(rx), .o_tx(tx));

  wire       out_ready;
  wire       in_valid;
  wire [7:0] in_byte;
  integer    line_at = 0;
  reg        line_valid = 1'b0;
  reg  [7:0] line_byte = 8'd0;
  reg  [7:0] back [0:1023];
  integer    back_end = 0;
  integer    i, k;

  snnc_uart_tx #(.DIVISOR(DIVISOR)) u_tx (.i_clk(clk), .i_rst(rst), .i_valid(line_valid), .i_byte(line_byte), .o_ready(out_ready), .o_tx(rx));
  snnc_uart_rx #(.DIVISOR(DIVISOR)) u_rx (.i_clk(clk), .i_rst(rst), .i_rx(tx), .o_valid(in_valid), .o_byte(in_byte));

  task cycle;
    begin
      line_valid = line_at < line_end;
      line_byte  = line[line_at];
      #1 if (in_valid) begin
        back[back_end] = in_byte;
        back_end = back_end + 1;
      end
      if (line_valid && out_ready) line_at = line_at + 1;
      step;
      #1;
    end
  endtask

  task request;
    input [7:0]  kind;
    input [7:0]  seq;
    input [23:0] at;
    input [31:0] word;
    begin
      frame_start;
      stuffed(kind);
      stuffed(8'd1);
      stuffed(seq);
      for (k = 0; k < 3; k = k + 1) stuffed(at >> (8 * k));
      if (kind[0]) for (k = 0; k < 4; k = k + 1) stuffed(word >> (8 * k));
      frame_end(0);
    end
  endtask

  task until_back;
    input [31:0] n;
    for (i = 0; i < 40000 && back_end < n; i = i + 1) cycle;
  endtask

  initial begin
    repeat (3) cycle;
    rst = 1'b0;
    repeat (20 * DIVISOR) cycle;
    request(8'h58, 8'd9, 24'd0, 32'd0);
    request(8'h51, 8'd10, 24'h123456, 32'h01020304);
    request(8'h51, 8'd11, 24'd0, 32'd9000);         // runs
    request(8'h50, 8'd12, 24'h654321, 32'd0);
    request(8'h54, 8'd13, 24'd1, 32'd0);            // waits
    until_back(11 + 11 + 11 + 15);
    check("runs yet", dut.running, 1);
    until_back(11 + 11 + 11 + 15 + 15);
    check("at rest", dut.running, 0);
    check("bytes", back_end, 63);
    check("HELLO", back[0], 8'hAA);
    check("ACK", back[11], 8'hA0);
    check("ACK", back[22], 8'hA0);
    check("DATA", back[33], 8'hA1);
    check("word", {back[42], back[41], back[40], back[39]}, 32'h5A654321);
    check("DATA", back[48], 8'hA1);
    check("sum", {back[57], back[56], back[55], back[54]}, 32'h01020304 * 3 + 32'd9000);
    finish;
  end
endmodule

`default_nettype wire

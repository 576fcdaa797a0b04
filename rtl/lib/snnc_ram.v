// snnc_ram: memory with one synchronous read and one write port.
//
// Implements the memories of docs/machine.md, section 2. The host writes rows
// in columns of 32 bits, so every column has its own write enable.
//
//   cycle      c        c + 1
//   i_re     __/~~\_______        o_rdata is the row as it was at the start of
//   i_raddr   <  a >              cycle c, and stays until the next i_re.
//   o_rdata            < [a]
//
// Nothing in the machine reads a row in the cycle in which it is written;
// no_rw_check tells synthesis so, and spares the logic that would define it.
// With STEADY no reader minds either that o_rdata follows a later write: a memory
// of one row is then one register, not two.
`default_nettype none

module snnc_ram #(
  parameter WIDTH = 32,                             // bits of a row, 1 or more
  parameter DEPTH = 256,                            // rows, 1 or more
  parameter INIT  = "",                             // $readmemh image, one row a line
  parameter STEADY = 0,
  // derived
  parameter COLS  = (WIDTH + 31) / 32,
  parameter ADDR  = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input  wire             i_clk,
  // read
  input  wire             i_re,
  input  wire [ADDR-1:0]  i_raddr,
  output wire [WIDTH-1:0] o_rdata,
  // write
  input  wire [COLS-1:0]  i_we,
  input  wire [ADDR-1:0]  i_waddr,
  input  wire [WIDTH-1:0] i_wdata
);

  generate
    if (WIDTH < 1) begin : g_check_width
      snnc_illegal_parameter WIDTH_must_be_1_or_more ();
    end
    if (DEPTH < 1) begin : g_check_depth
      snnc_illegal_parameter DEPTH_must_be_1_or_more ();
    end
  endgenerate

  (* no_rw_check *)
  reg [WIDTH-1:0] mem [0:DEPTH-1];

  generate
    if (INIT != "") begin : g_init
      initial $readmemh(INIT, mem);
    end
  endgenerate

  generate
    if (STEADY != 0 && DEPTH == 1) begin : g_steady
      assign o_rdata = mem[0];
      wire unused = &{1'b0, i_re, i_raddr};
    end else begin : g_read
      reg [WIDTH-1:0] rdata_q;
      always @(posedge i_clk) begin
        if (i_re) rdata_q <= mem[i_raddr];
      end
      assign o_rdata = rdata_q;
    end
  endgenerate

  genvar c;
  generate
    for (c = 0; c < COLS; c = c + 1) begin : g_col
      localparam LOW  = 32 * c;
      localparam BITS = (WIDTH - LOW < 32) ? WIDTH - LOW : 32;
      always @(posedge i_clk) begin
        if (i_we[c]) mem[i_waddr][LOW +: BITS] <= i_wdata[LOW +: BITS];
      end
    end
  endgenerate

endmodule

`default_nettype wire

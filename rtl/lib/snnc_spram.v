// snnc_spram: memory with one port, read or written in a cycle.
//
// For the weights of a core on devices whose large memories have one port and
// no initial contents (SB_SPRAM256KA of the iCE40 UltraPlus, which Yosys infers
// from this text with synth_ice40 -spram). The host writes every row before the
// first tick. It writes rows in columns of 32 bits.
//
//   cycle      c        c + 1
//   i_re     __/~~\_______        o_rdata is the row, and stays until the next
//   i_addr    <  a >              i_re. Nothing reads and writes in one cycle.
//   o_rdata            < [a]
`default_nettype none

module snnc_spram #(
  parameter WIDTH = 32,                             // bits of a row, 1 or more
  parameter DEPTH = 256,                            // rows, 1 or more
  // derived
  parameter COLS  = (WIDTH + 31) / 32,
  parameter ADDR  = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input  wire             i_clk,
  input  wire [ADDR-1:0]  i_addr,
  input  wire             i_re,
  output reg  [WIDTH-1:0] o_rdata,
  input  wire [COLS-1:0]  i_we,
  input  wire [WIDTH-1:0] i_wdata
);

  generate
    if (WIDTH < 1 || DEPTH < 1) begin : g_check_size
      snnc_illegal_parameter WIDTH_and_DEPTH_must_be_1_or_more ();
    end
  endgenerate

  (* no_rw_check *)
  reg [WIDTH-1:0] mem [0:DEPTH-1];

  always @(posedge i_clk) begin
    if (i_re) o_rdata <= mem[i_addr];
  end

  genvar c;
  generate
    for (c = 0; c < COLS; c = c + 1) begin : g_col
      localparam LOW  = 32 * c;
      localparam BITS = (WIDTH - LOW < 32) ? WIDTH - LOW : 32;
      always @(posedge i_clk) begin
        if (i_we[c]) mem[i_addr][LOW +: BITS] <= i_wdata[LOW +: BITS];
      end
    end
  endgenerate

`ifdef SNNC_ASSERT
  always @(posedge i_clk) begin
    if (i_re && i_we != {COLS{1'b0}}) begin
      $display("ASSERT %m: read and written in one cycle");
      $finish;
    end
  end
`endif

endmodule

`default_nettype wire

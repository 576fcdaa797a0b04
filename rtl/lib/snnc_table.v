// snnc_table: one of the tables that a core walks by, with a synchronous read.
//
// The tables of docs/machine.md, section 2. They are constants of a design; in
// an overlay (section 9) the host writes them, and cannot read them.
`default_nettype none

module snnc_table #(
  parameter WIDTH   = 32,
  parameter DEPTH   = 1,
  parameter INIT    = "",                           // $readmemh image of a constant table
  parameter OVERLAY = 0,
  parameter [7:0] MEMORY = 8'd0,                    // as register SELECT numbers it
  // derived
  parameter ADDR    = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input  wire             i_clk,
  // host
  input  wire             i_write,
  input  wire [7:0]       i_memory,
  input  wire [22:0]      i_offset,
  input  wire [31:0]      i_data,
  // read
  input  wire             i_re,
  input  wire [ADDR-1:0]  i_raddr,
  output wire [WIDTH-1:0] o_rdata
);

  generate
    if (OVERLAY != 0) begin : g_written
      localparam COLS = (WIDTH + 31) / 32;
      wire [ADDR-1:0]  row;
      wire [COLS-1:0]  we;
      wire [WIDTH-1:0] wdata;
      wire [31:0]      shown;
      wire             exist;
      wire             unused = &{1'b0, shown, exist};

      snnc_window #(
        .WIDTH (WIDTH),
        .DEPTH (DEPTH)
      ) u_window (
        .i_write  (i_write && (i_memory == MEMORY)),
        .i_offset (i_offset),
        .i_data   (i_data),
        .o_row    (row),
        .o_we     (we),
        .o_wdata  (wdata),
        .i_rdata  ({WIDTH{1'b0}}),
        .o_data   (shown),
        .o_exist  (exist)
      );

      snnc_ram #(
        .WIDTH (WIDTH),
        .DEPTH (DEPTH)
      ) u_ram (
        .i_clk   (i_clk),
        .i_re    (i_re),
        .i_raddr (i_raddr),
        .o_rdata (o_rdata),
        .i_we    (we),
        .i_waddr (row),
        .i_wdata (wdata)
      );
    end else begin : g_constant
      snnc_rom #(
        .WIDTH (WIDTH),
        .DEPTH (DEPTH),
        .INIT  (INIT)
      ) u_rom (
        .i_clk   (i_clk),
        .i_re    (i_re),
        .i_raddr (i_raddr),
        .o_rdata (o_rdata)
      );
      wire unused = &{1'b0, i_write, i_memory, i_offset, i_data};
    end
  endgenerate

endmodule

`default_nettype wire

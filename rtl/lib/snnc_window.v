// snnc_window: the host's view of one memory of a core.
//
// Implements the window offsets of docs/machine.md, section 7: a row of WIDTH
// bits has COLS columns of 32 bits, column 0 least significant, and the offset
// is row << clog2(COLS) | column. Combinational. No access to a row or column that
// does not exist falls on another: offsets beyond the address bits of the rows
// and columns that are not there ignore writes and give 0; rows from DEPTH to the
// end of the address bits are addressed, and the memory has none there.
`default_nettype none

module snnc_window #(
  parameter WIDTH = 32,                             // bits of a row
  parameter DEPTH = 256,                            // rows
  // derived
  parameter COLS  = (WIDTH + 31) / 32,
  parameter ADDR  = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  // access: this memory is selected; offset and data from the host
  input  wire             i_write,
  input  wire [22:0]      i_offset,
  input  wire [31:0]      i_data,
  // memory ports
  output wire [ADDR-1:0]  o_row,
  output wire [COLS-1:0]  o_we,
  output wire [WIDTH-1:0] o_wdata,
  input  wire [WIDTH-1:0] i_rdata,
  // what the host reads, 0 in columns that do not exist; it counts if o_exist
  output wire [31:0]      o_data,
  output wire             o_exist
);

  localparam CB   = $clog2(COLS);
  localparam FULL = 32 << CB;                       // a row padded to its columns' address range

  generate
    if (CB + ADDR > 23) begin : g_check_range
      snnc_illegal_parameter memory_exceeds_the_window ();
    end
  endgenerate

  wire [22:0] row   = i_offset >> CB;
  wire        exist = (DEPTH > 1) ? (row >> ADDR) == 23'd0 : row == 23'd0;

  assign o_row   = row[ADDR-1:0];
  assign o_exist = exist;

  generate
    if (CB == 0) begin : g_single
      assign o_we    = i_write && exist;
      assign o_wdata = i_data[WIDTH-1:0];
      if (WIDTH < 32) begin : g_pad
        assign o_data = {{(32-WIDTH){1'b0}}, i_rdata};
        wire unused = &{1'b0, i_data[31:WIDTH]};
      end else begin : g_exact
        assign o_data = i_rdata;
      end
    end else begin : g_columns
      wire [CB-1:0]      column = i_offset[CB-1:0];
      wire [FULL-1:0]    padded;
      wire [32*COLS-1:0] copies = {COLS{i_data}};
      assign o_wdata = copies[WIDTH-1:0];
      assign padded[WIDTH-1:0] = i_rdata;
      if (FULL > WIDTH) begin : g_pad
        assign padded[FULL-1:WIDTH] = {(FULL-WIDTH){1'b0}};
      end
      if (32 * COLS > WIDTH) begin : g_rest
        wire unused = &{1'b0, copies[32*COLS-1:WIDTH]};
      end
      assign o_data = padded[32*column +: 32];
      genvar c;
      for (c = 0; c < COLS; c = c + 1) begin : g_we
        assign o_we[c] = i_write && exist && (column == c);
      end
    end
  endgenerate

endmodule

`default_nettype wire

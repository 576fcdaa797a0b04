// snnc_link_rx: frames out of a stream of bytes, kept until they are executed.
//
// Implements the receiving side of docs/link.md. Bytes are unstuffed (SLIP)
// into a ring; the end of a frame whose length and CRC are right makes it
// visible to the reader, the end of any other takes its bytes back. Anything
// else, be it noise or half a frame, is forgotten at the next END.
//
// A frame of n bytes: kind, count, 4 more of the header, 4·count of a write, 4
// of the CRC. So after the second byte 4·(count or 0) + 8 are to come.
`default_nettype none
`include "snnc_regs.vh"

module snnc_link_rx #(
  parameter BUFFER = 11                             // log2 of the ring's bytes, 9 to 11
) (
  input  wire       i_clk,
  input  wire       i_rst,
  // line, at most a byte in 10 cycles
  input  wire       i_valid,
  input  wire [7:0] i_byte,
  // whole frames, byte by byte, their CRCs too
  output wire       o_valid,
  output wire [7:0] o_byte,
  input  wire       i_take,
  // a frame was dropped
  output wire       o_bad
);

  localparam [31:0] RESIDUE = 32'hDEBB_20E3;

  generate
    if (BUFFER < 9 || BUFFER > 11) begin : g_check_buffer
      snnc_illegal_parameter BUFFER_must_be_9_to_11 ();
    end
  endgenerate

  // Unstuffing.
  reg esc_q;

  wire is_end  = i_valid && (i_byte == `SNNC_SLIP_END);
  wire is_esc  = i_valid && (i_byte == `SNNC_SLIP_ESC);
  wire is_data = i_valid && !is_end && !is_esc;
  wire legal   = (i_byte == `SNNC_SLIP_ESC_END) || (i_byte == `SNNC_SLIP_ESC_ESC);

  wire [7:0] data = !esc_q ? i_byte : (i_byte == `SNNC_SLIP_ESC_END) ? `SNNC_SLIP_END : `SNNC_SLIP_ESC;

  // A HELLO carries no words.
  wire request = (data[7:4] == `SNNC_LINK_REQUEST) && !(data[`SNNC_LINK_HELLO] && data[`SNNC_LINK_WRITE]);

  // Ring: [read_q, commit_q) are whole frames, [commit_q, write_q) is the one that arrives.
  reg [BUFFER-1:0] write_q;
  reg [BUFFER-1:0] commit_q;
  reg [BUFFER-1:0] read_q;

  wire [BUFFER-1:0] write_d = write_q + 1'b1;
  wire              full    = write_d == read_q;

  // Frame. togo_q ends at -8 when as many bytes came as the header says; a
  // frame that wraps it is longer than the ring.
  reg        bad_q;
  reg        some_q;                                // a byte since the last END
  reg [1:0]  index_q;                               // of the byte, 2 from the third on
  reg        write_kind_q;
  reg [10:0] togo_q;

  wire [31:0] crc;
  wire        crc_busy;
  wire        good = !bad_q && !esc_q && index_q[1] && (togo_q == 11'h7F8) && (crc == RESIDUE);

  assign o_bad = is_end && some_q && !good;

  always @(posedge i_clk) begin
    if (i_rst || is_end) begin
      esc_q   <= 1'b0;
      bad_q   <= 1'b0;
      some_q  <= 1'b0;
      index_q <= 2'd0;
    end else if (i_valid) begin
      some_q <= 1'b1;
      esc_q  <= is_esc;
      if (esc_q && (is_esc || !legal)) bad_q <= 1'b1;
      if (is_data && full)             bad_q <= 1'b1;
      if (is_data && index_q == 2'd0 && !request) bad_q <= 1'b1;
      if (is_data && !index_q[1])      index_q <= index_q + 2'd1;
    end
  end

  always @(posedge i_clk) begin
    if (is_data) begin
      if (index_q == 2'd0)      write_kind_q <= data[`SNNC_LINK_WRITE];
      else if (index_q == 2'd1) togo_q <= write_kind_q ? {1'b0, data, 2'b00} : 11'd0;
      else                      togo_q <= togo_q - 11'd1;
    end
  end

  always @(posedge i_clk) begin
    if (i_rst) begin
      write_q  <= {BUFFER{1'b0}};
      commit_q <= {BUFFER{1'b0}};
    end else if (is_end) begin
      if (good) commit_q <= write_q;
      else      write_q  <= commit_q;
    end else if (is_data && !full && !bad_q) begin
      write_q <= write_d;
    end
  end

  snnc_crc u_crc (
    .i_clk   (i_clk),
    .i_clear (i_rst || is_end),
    .i_load  (is_data),
    .i_shift (1'b0),
    .i_byte  (data),
    .o_busy  (crc_busy),
    .o_crc   (crc)
  );

  // Reader: the byte at the memory's output has left the ring.
  reg  have_q;
  wire fetch = (read_q != commit_q) && (!have_q || i_take);

  assign o_valid = have_q;

  always @(posedge i_clk) begin
    if (i_rst) begin
      read_q <= {BUFFER{1'b0}};
      have_q <= 1'b0;
    end else begin
      if (fetch) read_q <= read_q + 1'b1;
      have_q <= fetch || (have_q && !i_take);
    end
  end

  snnc_ram #(
    .WIDTH (8),
    .DEPTH (1 << BUFFER)
  ) u_ring (
    .i_clk   (i_clk),
    .i_re    (fetch),
    .i_raddr (read_q),
    .o_rdata (o_byte),
    .i_we    (is_data && !full),
    .i_waddr (write_q),
    .i_wdata (data)
  );

  wire unused = &{1'b0, crc_busy};                  // a byte's time is longer

endmodule

`default_nettype wire

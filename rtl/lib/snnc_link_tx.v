// snnc_link_tx: sends frames: bytes, CRC-32, stuffed (SLIP), END.
//
// Implements the sending side of docs/link.md. A byte of the frame is taken in
// a cycle in which i_valid and o_ready are both high; i_last marks its last
// before the CRC.
`default_nettype none
`include "snnc_regs.vh"

module snnc_link_tx (
  input  wire       i_clk,
  input  wire       i_rst,
  // frame
  input  wire       i_valid,
  input  wire [7:0] i_byte,
  input  wire       i_last,
  output wire       o_ready,
  // line
  output wire       o_valid,
  output wire [7:0] o_byte,
  input  wire       i_ready
);

  localparam [2:0] BODY = 3'd0;                     // 1 to 4: bytes of the CRC
  localparam [2:0] STOP = 3'd5;

  reg [2:0] state_q;
  reg       esc_q;                                  // ESC has been sent

  wire        busy;
  wire [31:0] crc;
  wire        body = state_q == BODY;
  wire        stop = state_q == STOP;

  wire [7:0] plain   = body ? i_byte : ~crc[7:0];
  wire       is_end  = plain == `SNNC_SLIP_END;
  wire       special = is_end || (plain == `SNNC_SLIP_ESC);

  assign o_valid = stop || (!busy && (!body || i_valid));
  assign o_byte  = stop                ? `SNNC_SLIP_END
                 : !special            ? plain
                 : !esc_q              ? `SNNC_SLIP_ESC
                 : is_end              ? `SNNC_SLIP_ESC_END
                 :                       `SNNC_SLIP_ESC_ESC;

  wire sent = o_valid && i_ready;
  wire done = sent && (stop || !special || esc_q);

  assign o_ready = done && body;

  always @(posedge i_clk) begin
    if (i_rst) begin
      state_q <= BODY;
      esc_q   <= 1'b0;
    end else begin
      if (sent) esc_q <= !done;
      if (done) begin
        if (stop)                 state_q <= BODY;
        else if (!body || i_last) state_q <= state_q + 3'd1;
      end
    end
  end

  snnc_crc u_crc (
    .i_clk   (i_clk),
    .i_clear (i_rst || (stop && sent)),
    .i_load  (done && !stop),
    .i_shift (!body),
    .i_byte  (i_byte),
    .o_busy  (busy),
    .o_crc   (crc)
  );

  wire unused = &{1'b0, crc[31:8]};

endmodule

`default_nettype wire

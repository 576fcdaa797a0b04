// snnc_link: master of the host bus that a serial line commands.
//
// Implements docs/link.md. Requests are executed in order, each exactly once:
//
//   sequence number   request        what happens
//   the next          any            executed, answered
//   up to 128 before  write          answered again, not executed
//                     read           executed again, answered
//   up to 127 after   any            GAP: something before it was lost
//
// HELLO sets the next sequence number; before the first one every request is
// answered LOST. A request with WAIT is kept until the machine is idle, at most
// 2^PATIENCE cycles; then it is answered BUSY and not executed. A burst
// counts in the low 8 bits of the address.
`default_nettype none
`include "snnc_regs.vh"

module snnc_link #(
  parameter DIVISOR  = 4,                           // clock cycles of a UART bit, 4 or more
  parameter BUFFER   = 11,                          // log2 of the bytes that wait for execution, 9 to 11
  parameter PATIENCE = 20                           // log2 of the cycles that WAIT waits, 1 to 32
) (
  input  wire        i_clk,
  input  wire        i_rst,
  // line
  input  wire        i_rx,
  output wire        o_tx,
  // host bus
  output wire        o_valid,
  output wire        o_write,
  output wire [23:0] o_addr,
  output wire [31:0] o_wdata,
  input  wire        i_ready,
  input  wire [31:0] i_rdata,
  // the machine runs
  input  wire        i_running
);

  localparam [3:0] HEADER = 4'd0;                   // take the header
  localparam [3:0] DECIDE = 4'd1;
  localparam [3:0] HOLD   = 4'd2;                   // until the machine is idle
  localparam [3:0] TAKE   = 4'd3;                   // a word of a write
  localparam [3:0] PUT    = 4'd4;                   // to the bus
  localparam [3:0] SKIP   = 4'd5;                   // over the CRC
  localparam [3:0] ANSWER = 4'd6;                   // header of the reply
  localparam [3:0] GET    = 4'd7;                   // a word from the bus
  localparam [3:0] SEND   = 4'd8;                   // a word of the reply

  // ---- line

  wire       rx_valid;
  wire [7:0] rx_byte;
  wire       in_valid;
  wire [7:0] in_byte;
  wire       in_take;
  wire       bad;
  wire       out_valid;
  wire [7:0] out_byte;
  wire       out_last;
  wire       out_ready;
  wire       tx_valid;
  wire [7:0] tx_byte;
  wire       tx_ready;

  snnc_uart_rx #(
    .DIVISOR (DIVISOR)
  ) u_uart_rx (
    .i_clk   (i_clk),
    .i_rst   (i_rst),
    .i_rx    (i_rx),
    .o_valid (rx_valid),
    .o_byte  (rx_byte)
  );

  snnc_link_rx #(
    .BUFFER (BUFFER)
  ) u_rx (
    .i_clk   (i_clk),
    .i_rst   (i_rst),
    .i_valid (rx_valid),
    .i_byte  (rx_byte),
    .o_valid (in_valid),
    .o_byte  (in_byte),
    .i_take  (in_take),
    .o_bad   (bad)
  );

  snnc_link_tx u_tx (
    .i_clk   (i_clk),
    .i_rst   (i_rst),
    .i_valid (out_valid),
    .i_byte  (out_byte),
    .i_last  (out_last),
    .o_ready (out_ready),
    .o_valid (tx_valid),
    .o_byte  (tx_byte),
    .i_ready (tx_ready)
  );

  snnc_uart_tx #(
    .DIVISOR (DIVISOR)
  ) u_uart_tx (
    .i_clk   (i_clk),
    .i_rst   (i_rst),
    .i_valid (tx_valid),
    .i_byte  (tx_byte),
    .o_ready (tx_ready),
    .o_tx    (o_tx)
  );

  // ---- request

  reg [3:0]  state_q;
  reg [2:0]  index_q;                               // byte of header, word or CRC
  reg [3:0]  reply_q;
  reg        execute_q;                             // this request touches the bus
  reg        advance_q;                             // it is the next: executing it counts
  reg        synced_q;
  reg        bad_q;                                 // a frame was dropped and no one was told
  reg [7:0]  next_q;                                // sequence number
  reg [PATIENCE-1:0] wait_q;

  // The header goes round: in byte by byte, out byte by byte.
  reg [7:0]  kind_q;
  reg [7:0]  count_q;                               // words left
  reg [7:0]  seq_q;
  reg [23:0] addr_q;
  reg [31:0] data_q;

  wire is_write = kind_q[`SNNC_LINK_WRITE];
  wire is_same  = kind_q[`SNNC_LINK_SAME];
  wire is_wait  = kind_q[`SNNC_LINK_WAIT];
  wire is_hello = kind_q[`SNNC_LINK_HELLO];

  wire [7:0] ahead = seq_q - next_q;
  wire       none  = count_q == 8'd0;

  assign in_take   = in_valid && (state_q == HEADER || (state_q == TAKE && !none) || state_q == SKIP);
  assign out_valid = (state_q == ANSWER) || (state_q == SEND);
  assign out_byte  = (state_q == SEND) ? data_q[7:0]
                   : (index_q == 3'd0) ? {`SNNC_LINK_REPLY, reply_q}
                   :                     kind_q;
  assign out_last  = (state_q == SEND) ? (none && index_q == 3'd3)
                   :                     (index_q == 3'd5 && !reply_q[`SNNC_LINK_DATA]);

  assign o_valid = (state_q == PUT && execute_q) || (state_q == GET);
  assign o_write = state_q == PUT;
  assign o_addr  = addr_q;
  assign o_wdata = data_q;

  wire word_done = (state_q == PUT && (i_ready || !execute_q)) || (state_q == GET && i_ready);
  wire turn      = (state_q == HEADER && in_take) || (state_q == ANSWER && out_ready);
  wire told      = (state_q == HEADER) && (index_q == 3'd0) && bad_q && !in_valid;

  always @(posedge i_clk) begin
    if (turn) begin
      {addr_q, seq_q, count_q, kind_q} <= {(state_q == HEADER) ? in_byte : kind_q, addr_q, seq_q, count_q};
    end else begin
      if (word_done) begin
        count_q <= count_q - 8'd1;
        if (!is_same) addr_q[7:0] <= addr_q[7:0] + 8'd1;
      end
      if (state_q == DECIDE && is_hello) count_q <= BUFFER[7:0];
    end
  end

  always @(posedge i_clk) begin
    if (state_q == GET)                              data_q <= i_rdata;
    else if (state_q == TAKE && in_take)             data_q <= {in_byte, data_q[31:8]};
    else if (state_q == SEND && out_ready)           data_q <= {8'd0, data_q[31:8]};
  end

  always @(posedge i_clk) begin
    if (state_q == HOLD) wait_q <= wait_q + 1'b1;
    else                 wait_q <= {PATIENCE{1'b0}};
  end

  always @(posedge i_clk) begin
    if (i_rst) begin
      state_q  <= HEADER;
      index_q  <= 3'd0;
      synced_q <= 1'b0;
      bad_q    <= 1'b0;
    end else begin
      bad_q <= bad || (bad_q && !told);
      case (state_q)
        HEADER: begin
          if (told) begin
            reply_q   <= `SNNC_LINK_REPLY_BAD;
            advance_q <= 1'b0;
            state_q   <= ANSWER;
          end else if (in_take) begin
            index_q <= (index_q == 3'd5) ? 3'd0 : index_q + 3'd1;
            if (index_q == 3'd5) state_q <= DECIDE;
          end
        end
        DECIDE: begin
          reply_q   <= (is_write || none) ? `SNNC_LINK_REPLY_ACK : `SNNC_LINK_REPLY_DATA;
          execute_q <= !is_write || (ahead == 8'd0);
          advance_q <= ahead == 8'd0;
          state_q   <= is_wait ? HOLD : is_write ? TAKE : SKIP;
          if (is_hello) begin
            reply_q   <= `SNNC_LINK_REPLY_HELLO;
            synced_q  <= 1'b1;
            next_q    <= seq_q;
            advance_q <= 1'b1;
            state_q   <= SKIP;
          end else if (!synced_q || (ahead != 8'd0 && !ahead[7])) begin
            reply_q   <= synced_q ? `SNNC_LINK_REPLY_GAP : `SNNC_LINK_REPLY_LOST;
            execute_q <= 1'b0;
            advance_q <= 1'b0;
            state_q   <= is_write ? TAKE : SKIP;
          end
        end
        HOLD: begin
          if (&wait_q) begin
            reply_q   <= `SNNC_LINK_REPLY_BUSY;
            execute_q <= 1'b0;
            advance_q <= 1'b0;
          end
          if (!i_running || !advance_q || (&wait_q)) state_q <= is_write ? TAKE : SKIP;
        end
        TAKE: begin
          if (none) begin
            state_q <= SKIP;
          end else if (in_take) begin
            index_q <= (index_q == 3'd3) ? 3'd0 : index_q + 3'd1;
            if (index_q == 3'd3) state_q <= PUT;
          end
        end
        PUT: if (word_done) state_q <= TAKE;
        SKIP: if (in_take) begin
          index_q <= (index_q == 3'd3) ? 3'd0 : index_q + 3'd1;
          if (index_q == 3'd3) state_q <= ANSWER;
        end
        ANSWER: if (out_ready) begin
          index_q <= (index_q == 3'd5) ? 3'd0 : index_q + 3'd1;
          if (index_q == 3'd5) begin
            if (advance_q) next_q <= next_q + 8'd1;
            state_q <= out_last ? HEADER : GET;
          end
        end
        GET: if (i_ready) state_q <= SEND;
        SEND: if (out_ready) begin
          index_q <= (index_q == 3'd3) ? 3'd0 : index_q + 3'd1;
          if (index_q == 3'd3) state_q <= none ? HEADER : GET;
        end
        default: state_q <= HEADER;
      endcase
    end
  end

  wire unused = &{1'b0, kind_q[7:4]};

  generate
    if (PATIENCE < 1 || PATIENCE > 32) begin : g_check_patience
      snnc_illegal_parameter PATIENCE_must_be_1_to_32 ();
    end
  endgenerate

endmodule

`default_nettype wire

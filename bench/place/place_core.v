// place_core: snnc_top behind shift registers, so that a design without a link
// fits the pins of a package. It adds about 155 logic cells to what is measured.
`default_nettype none

module place_core (
  input  wire i_clk,
  input  wire i_rst,
  input  wire i_bit,                                // of the request, most significant first
  input  wire i_load,                               // show what was read
  output wire o_bit,
  output wire o_ready
);

  reg         rst_q;
  reg  [57:0] request_q;
  reg  [31:0] rdata_q;
  reg  [31:0] shown_q;
  reg         ready_q;
  wire        ready;
  wire [31:0] rdata;
  wire        running;

  always @(posedge i_clk) begin
    rst_q     <= i_rst;
    request_q <= {request_q[56:0], i_bit};
    if (ready) rdata_q <= rdata;
    ready_q   <= ready;
    shown_q   <= i_load ? rdata_q : {shown_q[30:0], 1'b0};
  end

  assign o_bit   = shown_q[31];
  assign o_ready = ready_q;

  snnc_top u_top (
    .i_clk     (i_clk),
    .i_rst     (rst_q),
    .i_valid   (request_q[57]),
    .i_write   (request_q[56]),
    .i_addr    (request_q[55:32]),
    .i_wdata   (request_q[31:0]),
    .o_ready   (ready),
    .o_rdata   (rdata),
    .o_running (running)
  );

  wire unused = &{1'b0, running};

endmodule

`default_nettype wire

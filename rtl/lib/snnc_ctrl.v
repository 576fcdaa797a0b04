// snnc_ctrl: tick controller.
//
// Implements docs/machine.md, section 6. Cycles of a tick:
//
//   cycle        0        1        2 ...               last
//   state      START    SETTLE   WAIT                  WAIT
//   o_start    /~~\________________________________________
//   o_tick_end _______________________________________/~~\_
//
// WAIT ends in the first cycle in which the registered busy flag is low, that
// is one cycle after the first in which nothing is busy; the next tick's START,
// or IDLE, is the cycle after. SETTLE gives the cores the cycle in which they
// become busy.
`default_nettype none

module snnc_ctrl #(
  parameter CYCLE_BITS = 48                         // of the cycle counters, 8 to 64
) (
  input  wire        i_clk,
  input  wire        i_rst,
  // command, ignored unless idle; i_ticks of 0 runs nothing
  input  wire        i_run,
  input  wire        i_new_sample,
  input  wire [15:0] i_ticks,
  // machine
  output wire        o_start,
  output wire        o_clear,                       // with o_start: tick 0
  output wire [15:0] o_tick,
  output wire        o_tick_end,
  input  wire        i_busy,
  // status
  output wire        o_running,
  output wire [63:0] o_cycles,
  output wire [31:0] o_tick_cycles                  // of the last tick, or so far of the one that runs
);

  localparam [1:0] IDLE   = 2'd0;
  localparam [1:0] START  = 2'd1;
  localparam [1:0] SETTLE = 2'd2;
  localparam [1:0] WAIT   = 2'd3;

  localparam TICK_BITS = (CYCLE_BITS < 32) ? CYCLE_BITS : 32;

  reg [1:0]            state_q;
  reg                  busy_q;
  reg [15:0]           tick_q;
  reg [15:0]           left_q;                      // ticks to run after this one
  reg [CYCLE_BITS-1:0] cycles_q;
  reg [TICK_BITS-1:0]  count_q;

  wire accept = (state_q == IDLE) && i_run && (i_ticks != 16'd0);

  assign o_running     = state_q != IDLE;
  assign o_start       = state_q == START;
  assign o_clear       = o_start && (tick_q == 16'd0);
  assign o_tick        = tick_q;
  assign o_tick_end    = (state_q == WAIT) && !busy_q;

  always @(posedge i_clk) begin
    busy_q <= i_busy;
    if (i_rst) begin
      state_q <= IDLE;
      tick_q  <= 16'd0;
    end else begin
      case (state_q)
        IDLE: if (accept) begin
          state_q <= START;
          if (i_new_sample) tick_q <= 16'd0;
        end
        START:  state_q <= SETTLE;
        SETTLE: state_q <= WAIT;
        default: if (!busy_q) begin
          state_q <= (left_q == 16'd0) ? IDLE : START;
          tick_q  <= tick_q + 16'd1;
        end
      endcase
    end
  end

  always @(posedge i_clk) begin
    if (accept)          left_q <= i_ticks - 16'd1;
    else if (o_tick_end) left_q <= left_q - 16'd1;
  end

  always @(posedge i_clk) begin
    if (i_rst || (accept && i_new_sample)) cycles_q <= {CYCLE_BITS{1'b0}};
    else if (o_running)                    cycles_q <= cycles_q + 1'b1;
    if (i_rst)                             count_q <= {TICK_BITS{1'b0}};
    else if (o_start)                      count_q <= {{(TICK_BITS-1){1'b0}}, 1'b1};
    else if (o_running)                    count_q <= count_q + 1'b1;
  end

  generate
    if (CYCLE_BITS < 8 || CYCLE_BITS > 64) begin : g_check_bits
      snnc_illegal_parameter CYCLE_BITS_must_be_8_to_64 ();
    end
    if (TICK_BITS < 32) begin : g_tick_pad
      assign o_tick_cycles = {{(32-TICK_BITS){1'b0}}, count_q};
    end else begin : g_tick_exact
      assign o_tick_cycles = count_q;
    end
    if (CYCLE_BITS < 64) begin : g_pad
      assign o_cycles = {{(64-CYCLE_BITS){1'b0}}, cycles_q};
    end else begin : g_exact
      assign o_cycles = cycles_q;
    end
  endgenerate

endmodule

`default_nettype wire

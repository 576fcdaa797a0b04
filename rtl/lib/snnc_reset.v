// snnc_reset: the reset of a board, from power-on and the lock of its clock.
//
//   i_locked  ___/~~~~~~~~~~~~~~\____    o_rst falls when i_locked was high for
//   o_rst     ~~~~~~~~~~~~~~\_____/~~    CYCLES + 2 edges of the clock, and rises
//                                        at the third edge that finds it low.
//
// The registers begin at 0 by their configuration, as all families here allow:
// nothing else resets them. iCE40's block RAMs read as 0 for some microseconds
// after configuration, which CYCLES covers.
`default_nettype none

module snnc_reset #(
  parameter CYCLES = 1024                           // a power of two, 2 or more
) (
  input  wire i_clk,
  input  wire i_locked,                             // of any clock
  output wire o_rst
);

  localparam BITS = $clog2(CYCLES);

  generate
    if (CYCLES < 2 || (1 << BITS) != CYCLES) begin : g_check_cycles
      snnc_illegal_parameter CYCLES_must_be_a_power_of_two ();
    end
  endgenerate

  reg          meta_q   = 1'b0;
  reg          locked_q = 1'b0;
  reg [BITS:0] count_q  = {(BITS+1){1'b0}};

  always @(posedge i_clk) begin
    meta_q   <= i_locked;
    locked_q <= meta_q;
    if (!locked_q)           count_q <= {(BITS+1){1'b0}};
    else if (!count_q[BITS]) count_q <= count_q + {{BITS{1'b0}}, 1'b1};
  end

  assign o_rst = !count_q[BITS];

endmodule

`default_nettype wire

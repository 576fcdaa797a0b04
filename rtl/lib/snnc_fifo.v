// snnc_fifo: queue of DEPTH entries whose head is visible.
//
// A pushed entry is at the head one cycle later if the queue was empty
// (docs/machine.md, sections 3 to 5, count on it). Push and pop may coincide.
// The user never pushes into a full queue nor pops an empty one.
//
//   cycle      c        c + 1
//   i_push   __/~~\_______        o_count at the start of a cycle excludes what
//   o_count    0    |  1          is pushed and includes what is popped in it.
//   o_data          | head
//
// Up to 16 entries use distributed RAM (or registers); more use block RAM,
// whose read is a cycle late: the address of the next head is read ahead, and
// an entry that is written there in the same cycle bypasses the memory.
`default_nettype none

module snnc_fifo #(
  parameter WIDTH = 8,                              // bits of an entry
  parameter DEPTH = 4,                              // entries, 1 or more
  // derived
  parameter COUNT = $clog2(DEPTH + 1)
) (
  input  wire             i_clk,
  input  wire             i_rst,
  // push
  input  wire             i_push,
  input  wire [WIDTH-1:0] i_data,
  // head
  output wire             o_valid,
  output wire [WIDTH-1:0] o_data,
  input  wire             i_pop,
  // fill
  output wire [COUNT-1:0] o_count
);

  localparam PTR  = (DEPTH > 1) ? $clog2(DEPTH) : 1;
  localparam SIZE = 1 << PTR;

  generate
    if (DEPTH < 1) begin : g_check_depth
      snnc_illegal_parameter DEPTH_must_be_1_or_more ();
    end
  endgenerate

  reg [COUNT-1:0] count_q;
  reg             valid_q;

  wire [COUNT-1:0] count_d = (i_push == i_pop) ? count_q
                           : i_push            ? count_q + 1'b1
                           :                     count_q - 1'b1;

  always @(posedge i_clk) begin
    if (i_rst) begin
      count_q <= {COUNT{1'b0}};
      valid_q <= 1'b0;
    end else begin
      count_q <= count_d;
      valid_q <= count_d != {COUNT{1'b0}};
    end
  end

  assign o_count = count_q;
  assign o_valid = valid_q;

  generate
    if (DEPTH == 1) begin : g_register
      reg [WIDTH-1:0] data_q;
      always @(posedge i_clk) begin
        if (i_push) data_q <= i_data;
      end
      assign o_data = data_q;
    end else begin : g_queue
      reg  [PTR-1:0] wptr_q;
      reg  [PTR-1:0] rptr_q;
      wire [PTR-1:0] rptr_d = rptr_q + {{(PTR-1){1'b0}}, i_pop};

      always @(posedge i_clk) begin
        if (i_rst) begin
          wptr_q <= {PTR{1'b0}};
          rptr_q <= {PTR{1'b0}};
        end else begin
          wptr_q <= wptr_q + {{(PTR-1){1'b0}}, i_push};
          rptr_q <= rptr_d;
        end
      end

      if (DEPTH <= 16) begin : g_small
        reg [WIDTH-1:0] mem [0:SIZE-1];
        always @(posedge i_clk) begin
          if (i_push) mem[wptr_q] <= i_data;
        end
        assign o_data = mem[rptr_q];
      end else begin : g_block
        reg              bypass_q;
        reg  [WIDTH-1:0] bypass_data_q;
        wire [WIDTH-1:0] stored;

        always @(posedge i_clk) begin
          bypass_q <= i_push && (wptr_q == rptr_d);
          if (i_push) bypass_data_q <= i_data;
        end

        snnc_ram #(
          .WIDTH (WIDTH),
          .DEPTH (SIZE)
        ) u_mem (
          .i_clk   (i_clk),
          .i_re    (1'b1),
          .i_raddr (rptr_d),
          .o_rdata (stored),
          .i_we    ({((WIDTH + 31) / 32){i_push}}),
          .i_waddr (wptr_q),
          .i_wdata (i_data)
        );

        assign o_data = bypass_q ? bypass_data_q : stored;
      end
    end
  endgenerate

`ifdef SNNC_ASSERT
  always @(posedge i_clk) begin
    if (!i_rst && i_push && !i_pop && count_q == DEPTH[COUNT-1:0]) begin
      $display("ASSERT %m: push into a full queue");
      $finish;
    end
    if (!i_rst && i_pop && !valid_q) begin
      $display("ASSERT %m: pop of an empty queue");
      $finish;
    end
  end
`endif

endmodule

`default_nettype wire

// snnc_host: decodes the host bus; control registers, input space, window.
//
// Implements docs/machine.md, section 7. i_valid, i_write, i_addr and i_wdata
// are held until o_ready.
//
//   cycle      c     c + 1   c + 2   c + 3   c + 4   c + 5
//   write    valid                                            o_ready in c; done in c + 1
//   read     valid                                            register: o_ready in c + 2
//   read     valid                                            event:    o_ready in c + 3
//   read     valid                                            window:   o_ready in c + 4
//
// A write is done one cycle after it was taken, before anything that follows
// it on the bus. The window is closed while the controller is not idle.
`default_nettype none
`include "snnc_regs.vh"

module snnc_host #(
  parameter CORES       = 1,
  parameter STEPS       = 1,
  parameter RUN_TICKS   = 1,                        // RUN_TICKS after reset
  parameter HOST_DEPTH  = 256,
  parameter LOAD        = 0,                        // 1: some memory has no image until the host writes it
  parameter READBACK    = 1,                        // of the cores
  parameter REWRITE     = 1,
  parameter [127:0] DIGEST = 128'd0,                // byte 0 in bits 127..120
  // derived
  parameter COUNT       = $clog2(HOST_DEPTH + 1),
  parameter INDEX       = (HOST_DEPTH > 1) ? $clog2(HOST_DEPTH) : 1
) (
  input  wire                i_clk,
  input  wire                i_rst,
  // host bus
  input  wire                i_valid,
  input  wire                i_write,
  input  wire [23:0]         i_addr,
  input  wire [31:0]         i_wdata,
  output wire                o_ready,
  output wire [31:0]         o_rdata,
  // controller
  output wire                o_run,
  output wire                o_new_sample,
  output wire [15:0]         o_run_ticks,
  input  wire                i_running,
  input  wire [15:0]         i_tick,
  input  wire [63:0]         i_cycles,
  input  wire [31:0]         i_tick_cycles,
  // event queue; data comes one cycle after o_event_read
  output wire                o_event_read,
  output wire [INDEX-1:0]    o_event_index,
  input  wire [31:0]         i_event_meta,
  input  wire [31:0]         i_event_data,
  input  wire [COUNT-1:0]    i_event_count,
  output wire                o_event_pop,
  // cores: input space and window; data comes two cycles after o_window_read
  output wire                o_input_write,
  output wire [CORES-1:0]    o_window_select,
  output wire                o_window_write,
  output wire                o_window_read,
  output wire [7:0]          o_window_memory,
  output wire [22:0]         o_offset,
  output wire [31:0]         o_data,
  input  wire [32*CORES-1:0] i_window_data
);

  localparam CORE = $clog2(CORES + 1);

  localparam [2:0] IDLE  = 3'd0;
  localparam [2:0] READ  = 3'd1;                    // register read, or row read
  localparam [2:0] ROW   = 3'd2;                    // row at the memory's output
  localparam [2:0] GATHER = 3'd3;                   // column registered in the core
  localparam [2:0] READY = 3'd4;

  reg [2:0]  state_q;
  reg        write_q;                               // a write is done in this cycle
  reg [23:0] addr_q;
  reg [31:0] wdata_q;
  reg [31:0] rdata_q;
  reg [CORE-1:0] core_q;                            // of SELECT; bits that no core needs are not kept
  reg [3:0]  memory_q;
  reg [15:0] run_ticks_q;

  wire take = i_valid && (state_q == IDLE);

  wire in_control = addr_q[23:8] == `SNNC_REGION_CONTROL;
  wire in_input   = addr_q[23:22] == `SNNC_REGION_INPUT;
  wire in_window  = addr_q[23] == `SNNC_REGION_WINDOW;
  wire in_events  = addr_q[23:21] == `SNNC_REGION_EVENTS;
  wire reading    = state_q == READ;

  assign o_ready = (take && i_write) || (state_q == READY);
  assign o_rdata = rdata_q;

  always @(posedge i_clk) begin
    if (i_rst) begin
      state_q <= IDLE;
      write_q <= 1'b0;
    end else begin
      write_q <= take && i_write;
      case (state_q)
        IDLE:    if (take && !i_write) state_q <= READ;
        READ:    state_q <= (in_window || in_events) ? ROW : READY;
        ROW:     state_q <= in_events ? READY : GATHER;
        GATHER:  state_q <= READY;
        default: state_q <= IDLE;
      endcase
    end
    if (take) begin
      addr_q  <= i_addr;
      wdata_q <= i_wdata;
    end
  end

  // Control registers.
  wire write_control = write_q && in_control;

  always @(posedge i_clk) begin
    if (i_rst) begin
      core_q      <= {CORE{1'b0}};
      memory_q    <= 4'd0;
      run_ticks_q <= RUN_TICKS[15:0];
    end else if (write_control) begin
      if (addr_q[7:0] == `SNNC_REG_SELECT)    {core_q, memory_q} <= {wdata_q[8 +: CORE], wdata_q[3:0]};
      if (addr_q[7:0] == `SNNC_REG_RUN_TICKS) run_ticks_q <= wdata_q[15:0];
    end
  end

  assign o_run        = write_control && (addr_q[7:0] == `SNNC_REG_CTRL) && wdata_q[`SNNC_CTRL_RUN];
  assign o_new_sample = wdata_q[`SNNC_CTRL_NEW_SAMPLE];
  assign o_run_ticks  = run_ticks_q;
  assign o_event_pop  = write_control && (addr_q[7:0] == `SNNC_REG_EVENT_POP);

  wire [31:0] status;
  assign status[`SNNC_STATUS_RUNNING] = i_running;
  assign status[`SNNC_STATUS_EVENTS]  = i_event_count != {COUNT{1'b0}};
  assign status[`SNNC_STATUS_LOAD]    = LOAD != 0;
  assign status[`SNNC_STATUS_BLIND]   = READBACK == 0;
  assign status[`SNNC_STATUS_SEALED]  = REWRITE == 0;
  assign status[31:5]                 = 27'd0;

  reg [31:0] control;
  always @* begin
    case (addr_q[7:0])
      `SNNC_REG_ID:          control = `SNNC_ID_VALUE;
      `SNNC_REG_VERSION:     control = `SNNC_VERSION_VALUE;
      `SNNC_REG_DIGEST0:     control = DIGEST[127:96];
      `SNNC_REG_DIGEST1:     control = DIGEST[95:64];
      `SNNC_REG_DIGEST2:     control = DIGEST[63:32];
      `SNNC_REG_DIGEST3:     control = DIGEST[31:0];
      `SNNC_REG_CORES:       control = CORES;
      `SNNC_REG_STEPS:       control = STEPS;
      `SNNC_REG_RUN_TICKS:   control = {16'd0, run_ticks_q};
      `SNNC_REG_STATUS:      control = status;
      `SNNC_REG_TICK:        control = {16'd0, i_tick};
      `SNNC_REG_CYCLES_LO:   control = i_cycles[31:0];
      `SNNC_REG_CYCLES_HI:   control = i_cycles[63:32];
      `SNNC_REG_TICK_CYCLES: control = i_tick_cycles;
      `SNNC_REG_SELECT:      control = {{(24-CORE){1'b0}}, core_q, 4'd0, memory_q};
      `SNNC_REG_EVENTS:      control = {{(32-COUNT){1'b0}}, i_event_count};
      default:               control = 32'd0;
    endcase
  end

  // Cores that are not selected give 0.
  reg [31:0] gathered;
  integer k;
  always @* begin
    gathered = 32'd0;
    for (k = 0; k < CORES; k = k + 1) gathered = gathered | i_window_data[32*k +: 32];
  end

  genvar n;
  generate
    for (n = 0; n < CORES; n = n + 1) begin : g_core
      assign o_window_select[n] = core_q == n;
    end
  endgenerate

  always @(posedge i_clk) begin
    if (reading)                rdata_q <= in_control ? control : 32'd0;
    else if (state_q == GATHER) rdata_q <= gathered;
    else if (state_q == ROW)    rdata_q <= addr_q[0] ? i_event_data : i_event_meta;
  end

  assign o_event_read    = reading && in_events;
  assign o_event_index   = addr_q[INDEX:1];
  assign o_input_write   = write_q && in_input;
  assign o_window_write  = write_q && in_window && !i_running;
  assign o_window_read   = reading && in_window && !i_running;
  assign o_window_memory = {4'd0, memory_q};
  assign o_offset        = addr_q[22:0];
  assign o_data          = wdata_q;

endmodule

`default_nettype wire

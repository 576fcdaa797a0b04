// snnc_core: a gather core with its memories.
//
// Implements docs/machine.md, sections 1 to 4. i_start starts a tick; the core
// is active in ticks LEVEL, LEVEL + INTERVAL, ..., STEPS of them. With s the cycle
// of i_start in an active tick, group g's update word u is addressed in cycle
//
//   s + 4 + sum over h < g of C(h) + C(g) - P/U + u
//   C = 1 + sum over segments (1 + sum over words max(1, bits)) [+ 1] + 1 + P/U
//
// and a spike word it completes is offered to the network 4 (with a current 5)
// cycles later. What
// a configuration does not use (input memory, spike memory, kept currents,
// doubling, subtraction, leak, host read-back) is not built. With SPRAM the host
// writes the weights before the first tick.
//
// Tables: see snnc_segments, and for routes snnc_send. In an overlay (section 9)
// the MOST parameters are sizes, and what a network needs of them, its tables and
// its routes are written by the host.
`default_nettype none
`include "snnc_regs.vh"

module snnc_core #(
  // machine
  parameter WORD        = 16,                       // W: 8, 16 or 32
  parameter STEPS       = 1,                        // T
  parameter INTERVAL    = 1,                        // II, 1 to 65535
  parameter ADDRESS     = 16,                       // bits of an address in a packet
  parameter DEST        = 1,                        // bits of a destination in a packet
  parameter READBACK    = 1,                        // 1: the host can read the memories; 0: what learns only
  parameter REWRITE     = 1,                        // 1: it can write them all; 0: those that nothing else fills
  // neurons
  parameter LEVEL       = 0,
  parameter NEURONS     = 16,                       // N: slots in use
  parameter LANES       = 16,                       // P, a power of two
  parameter UPDATE      = 1,                        // U, a power of two
  parameter BLOCKS      = 1,                        // B: groups of a pixel
  parameter COLUMNS     = 1,                        // pixels of a line
  parameter LINES       = 1,
  parameter ROWS        = 16,                       // weight rows of a block
  parameter SHARED      = 0,                        // 1: all pixels have one block's parameters
  parameter WEIGHT_BITS = 4,                        // WB, 2 to 16
  parameter ACC_BITS    = 16,                       // AB, 2 to 32
  parameter STATE_BITS  = 16,                       // SB, 2 to 32
  parameter FRAC        = 8,                        // F, 0 to 15
  parameter DECAY_BITS  = 12,                       // DB, 4 to 16
  parameter DECAY_MODE  = 1,                        // 0 no memory, 1 no leak, 2 DECAY, 3 each its own
  parameter DECAY       = 0,
  parameter ROUND_ZERO  = 0,
  parameter CURRENT     = 0,                        // 1: synaptic currents
  parameter SYN_MODE    = 1,                        // their decay, as DECAY_MODE
  parameter SYN_DECAY   = 0,
  parameter REFRACTORY  = 0,                        // steps a neuron waits after a spike
  parameter RESET_MODE  = 2,                        // 0 none, 1 to a value, 2 subtract, 3 subtract a step later
  parameter RESET_EACH  = 0,                        // 1: reset value of each neuron, else RESET
  parameter RESET       = 0,
  parameter AT_LEAST    = 0,
  parameter GRADED      = 0,
  // input
  parameter INPUT_DEPTH = 0,                        // words, 0: none
  parameter INPUT_BASE  = 0,                        // of word 0 in the input space
  parameter RING_SLOTS  = 0,                        // of the spike memory, a power of two, 0: none
  parameter RING_SHIFT  = 0,                        // log2 of a slot's words
  parameter SEGMENTS    = 1,
  parameter HELD        = 0,
  parameter DOUBLE      = 0,                        // 1: some segment doubles
  parameter NEGATE      = 0,                        // 1: some segment subtracts
  parameter BLOCK_BITS  = 0,
  parameter NX          = 1,
  parameter NY          = 1,
  // memories
  parameter SPRAM       = 0,                        // 1: weights in a memory of one port, which the host loads
  // plasticity unit
  parameter PLASTIC     = 0,                        // 1: the weights learn
  parameter FRACTION    = 0,                        // bits of a stored weight below what inference reads
  parameter NARROW      = 4,                        // bits that narrowing a change drops
  parameter BATCH       = 1,                        // samples that an update can have
  // output
  parameter ROUTES      = 1,                        // 0: nobody reads the part
  parameter [32*((ROUTES > 0) ? ROUTES : 1)-1:0] ROUTE_DEST  = 0,
  parameter [32*((ROUTES > 0) ? ROUTES : 1)-1:0] ROUTE_BASE  = 0,
  parameter [32*((ROUTES > 0) ? ROUTES : 1)-1:0] ROUTE_MASK  = 0,
  parameter [32*((ROUTES > 0) ? ROUTES : 1)-1:0] ROUTE_SHIFT = 0,
  // images
  parameter WEIGHTS_INIT  = "",
  parameter PARAMS_INIT   = "",
  parameter SEGMENTS_INIT = "",
  parameter ACROSS_INIT   = "",
  parameter DOWN_INIT     = "",
  // overlay
  parameter OVERLAY       = 0,                      // 1: the host writes configuration, tables and routes
  parameter MOST_GROUPS   = 1,
  parameter MOST_PARAMS   = 1,                      // groups with parameters of their own
  parameter MOST_ROWS     = 1,                      // weight rows of all blocks
  parameter MOST_ACROSS   = 1,                      // rows of the tables
  parameter MOST_DOWN     = 1
) (
  input  wire               i_clk,
  input  wire               i_rst,
  // controller
  input  wire               i_start,
  input  wire               i_clear,                // with i_start: tick 0
  input  wire [15:0]        i_tick,
  output wire               o_busy,
  output wire               o_learn_busy,           // its plasticity unit
  // host: input space and window; data two cycles after i_window_read, else 0
  input  wire               i_input_write,
  input  wire               i_window_select,
  input  wire               i_window_write,
  input  wire               i_window_read,
  input  wire [7:0]         i_window_memory,
  input  wire [22:0]        i_offset,
  input  wire [31:0]        i_data,
  output wire [31:0]        o_window_data,
  // deliveries from the network
  input  wire               i_net_we,
  input  wire [ADDRESS-1:0] i_net_addr,
  input  wire [WORD-1:0]    i_net_bits,
  // packets to the network
  output wire               o_send_valid,
  output wire [DEST-1:0]    o_send_dest,
  output wire [ADDRESS-1:0] o_send_addr,
  output wire [WORD-1:0]    o_send_bits,
  input  wire               i_send_ready
`ifdef SNNC_TRACE
  ,
  // words pushed into the send queue
  output wire               o_trace_push,
  output wire [15:0]        o_trace_index,
  output wire [WORD-1:0]    o_trace_bits
`endif
);

  localparam GROUPS       = (OVERLAY != 0) ? MOST_GROUPS : BLOCKS * COLUMNS * LINES;
  localparam UPDATES      = LANES / UPDATE;
  localparam UPDATE_ROWS  = GROUPS * UPDATES;
  localparam PARAM_ROWS   = ((OVERLAY != 0) ? MOST_PARAMS : (SHARED != 0) ? BLOCKS : GROUPS) * UPDATES;
  localparam WEIGHT_ROWS  = (OVERLAY != 0) ? MOST_ROWS : BLOCKS * ROWS;
  localparam STORED       = WEIGHT_BITS + ((PLASTIC != 0) ? FRACTION : 0);
  localparam WEIGHT_WIDTH = LANES * STORED;
  localparam WAIT_BITS    = (REFRACTORY > 0) ? $clog2(REFRACTORY + 1) : 0;
  localparam STATES       = (CURRENT != 0) ? 2 : 1;
  localparam PARAM_BITS   = (1 + STATES) * STATE_BITS + ((DECAY_MODE == 3) ? DECAY_BITS : 0)
                          + ((CURRENT != 0 && SYN_MODE == 3) ? DECAY_BITS : 0)
                          + ((RESET_EACH != 0) ? STATE_BITS : 0);
  localparam PARAM_WIDTH  = UPDATE * PARAM_BITS;
  localparam STATE_WIDTH  = UPDATE * (STATES * STATE_BITS + WAIT_BITS);
  localparam SPIKE_DEPTH  = RING_SLOTS << RING_SHIFT;
  localparam ACC_WIDTH    = LANES * ACC_BITS;
  localparam WORDS        = (GRADED != 0) ? GROUPS * LANES : (GROUPS * LANES + WORD - 1) / WORD;
  localparam ENTRIES      = (GRADED != 0) ? NEURONS : WORDS;
  localparam INDEX        = (WORDS > 1) ? $clog2(WORDS) : 1;
  localparam WEIGHT_ADDR  = (WEIGHT_ROWS > 1) ? $clog2(WEIGHT_ROWS) : 1;
  localparam UPDATE_ADDR  = (UPDATE_ROWS > 1) ? $clog2(UPDATE_ROWS) : 1;
  localparam PARAM_ADDR   = (PARAM_ROWS > 1) ? $clog2(PARAM_ROWS) : 1;
  localparam GROUP_ADDR   = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam SPIKE_ADDR   = (SPIKE_DEPTH > 1) ? $clog2(SPIKE_DEPTH) : 1;
  localparam INPUT_ADDR   = (INPUT_DEPTH > 1) ? $clog2(INPUT_DEPTH) : 1;

  // ---- configuration --------------------------------------------------------

  wire [32*`SNNC_CONFIGS-1:0] cfg;
  wire table_write = (OVERLAY != 0) && i_window_write && i_window_select;
  generate
    if (OVERLAY != 0) begin : g_config
      snnc_config u_config (
        .i_clk    (i_clk),
        .i_rst    (i_rst),
        .i_write  (table_write),
        .i_memory (i_window_memory),
        .i_offset (i_offset),
        .i_data   (i_data),
        .o_cfg    (cfg)
      );
    end else begin : g_fixed
      assign cfg = {32*`SNNC_CONFIGS{1'b0}};
    end
  endgenerate

  wire        enable   = (OVERLAY == 0) || cfg[`SNNC_CFG_ENABLE];
  wire [15:0] level    = (OVERLAY != 0) ? cfg[32*`SNNC_CFG_LEVEL +: 16] : LEVEL[15:0];
  wire [15:0] steps    = (OVERLAY != 0) ? cfg[32*`SNNC_CFG_STEPS +: 16] : STEPS[15:0];
  wire [15:0] interval = (OVERLAY != 0) ? cfg[32*`SNNC_CFG_INTERVAL +: 16] : INTERVAL[15:0];
  wire        unused_cfg = &{1'b0, cfg};

  // ---- activity ------------------------------------------------------------

  localparam STEP = (OVERLAY != 0) ? 16 : (STEPS > 1) ? $clog2(STEPS) : 1;

  wire            at_level = enable && (i_tick == level);
  reg             first_q;                          // step 0
  reg  [STEP-1:0] step_q;
  reg             more_q;                           // steps come after this one
  wire            due;                              // a step does, in the next tick that starts
  wire            next  = more_q && due;
  wire            start = i_start && (at_level || (next && !i_clear));
  wire [STEP-1:0] step_d = at_level ? {STEP{1'b0}} : step_q + 1'b1;
  wire [15:0]     last_step = steps - 16'd1;
  wire [15:0]     last_tick = interval - 16'd1;     // of a step's
  wire            unused_last = &{1'b0, last_step, last_tick};
  wire [15:0]     step;

  always @(posedge i_clk) begin
    if (i_rst || (i_start && i_clear && !at_level)) begin
      more_q <= 1'b0;
    end else if (start) begin
      first_q <= at_level;
      step_q  <= step_d;
      more_q  <= step_d != last_step[STEP-1:0];
    end
  end

  generate
    if (STEP < 16) begin : g_step
      assign step = {{(16-STEP){1'b0}}, step_q};
    end else begin : g_wide_step
      assign step = step_q[15:0];
    end

    if (OVERLAY != 0 || INTERVAL > 1) begin : g_interval
      localparam UNTIL = (OVERLAY != 0) ? 16 : $clog2(INTERVAL);
      reg [UNTIL-1:0] until_q;                      // ticks to the next step
      assign due = until_q == {UNTIL{1'b0}};
      always @(posedge i_clk) begin
        if (start)        until_q <= last_tick[UNTIL-1:0];
        else if (i_start) until_q <= until_q - 1'b1;
      end
    end else begin : g_every_tick
      assign due = 1'b1;
    end
  endgenerate

  // ---- walk ----------------------------------------------------------------

  wire                   walk_busy;
  wire                   spike_re;
  wire [SPIKE_ADDR-1:0]  spike_addr;
  wire [WORD-1:0]        spike_word;
  wire                   input_re;
  wire [INPUT_ADDR-1:0]  input_addr;
  wire [WORD-1:0]        input_word;
  wire                   weight_re;
  wire [WEIGHT_ADDR-1:0] weight_addr;
  wire                   current_re;
  wire [GROUP_ADDR-1:0]  group;
  wire                   op_clear;
  wire                   op_load;
  wire                   op_double;
  wire                   op_add;
  wire                   op_sub;
  wire                   op_save;
  wire                   update;
  wire [UPDATE_ADDR-1:0] update_addr;
  wire [PARAM_ADDR-1:0]  param_addr;

  snnc_walk #(
    .WORD          (WORD),
    .BLOCKS        (BLOCKS),
    .COLUMNS       (COLUMNS),
    .LINES         (LINES),
    .ROWS          (ROWS),
    .UPDATES       (UPDATES),
    .SHARED        (SHARED),
    .SPIKE_ADDR    (SPIKE_ADDR),
    .INPUT_ADDR    (INPUT_ADDR),
    .SOURCES       ((SPIKE_DEPTH == 0) ? 2 : (INPUT_DEPTH == 0) ? 1 : 3),
    .SEGMENTS      (SEGMENTS),
    .HELD          (HELD),
    .BLOCK_BITS    (BLOCK_BITS),
    .NX            (NX),
    .NY            (NY),
    .SEGMENTS_INIT (SEGMENTS_INIT),
    .ACROSS_INIT   (ACROSS_INIT),
    .DOWN_INIT     (DOWN_INIT),
    .OVERLAY       (OVERLAY),
    .GROUPS        (GROUPS),
    .ACROSS_ROWS   ((OVERLAY != 0) ? MOST_ACROSS : COLUMNS * NX),
    .DOWN_ROWS     ((OVERLAY != 0) ? MOST_DOWN : LINES * NY),
    .WEIGHT_ADDR   (WEIGHT_ADDR),
    .PARAM_ROWS    (PARAM_ROWS)
  ) u_walk (
    .i_clk         (i_clk),
    .i_rst         (i_rst),
    .i_cfg          (cfg),
    .i_table_write  (table_write),
    .i_table_memory (i_window_memory),
    .i_table_offset (i_offset),
    .i_table_data   (i_data),
    .i_start       (start),
    .i_start_first (at_level),
    .i_first       (first_q),
    .i_tick        (i_tick),
    .i_step        (step),
    .o_busy        (walk_busy),
    .o_spike_re    (spike_re),
    .o_spike_addr  (spike_addr),
    .i_spike_word  (spike_word),
    .o_input_re    (input_re),
    .o_input_addr  (input_addr),
    .i_input_word  (input_word),
    .o_weight_re   (weight_re),
    .o_weight_addr (weight_addr),
    .o_current_re  (current_re),
    .o_group       (group),
    .o_op_clear    (op_clear),
    .o_op_load     (op_load),
    .o_op_double   (op_double),
    .o_op_add      (op_add),
    .o_op_sub      (op_sub),
    .o_op_save     (op_save),
    .o_update      (update),
    .o_update_addr (update_addr),
    .o_param_addr  (param_addr)
  );

  // ---- memories ------------------------------------------------------------

  wire win_write = i_window_write && i_window_select;
  wire win_patch = (REWRITE != 0) && win_write;     // onto what an image or the machine fills
  wire win_read  = (READBACK != 0 || PLASTIC != 0) && i_window_read && i_window_select;

  // Weights.
  localparam WEIGHT_COLS = (WEIGHT_WIDTH + 31) / 32;
  wire [WEIGHT_ADDR-1:0]  weight_host_row;
  wire [WEIGHT_COLS-1:0]  weight_we;
  wire [WEIGHT_WIDTH-1:0] weight_wdata;
  wire [WEIGHT_WIDTH-1:0] weight_row;
  wire [31:0]             weight_shown;
  wire                    weight_exist;
  wire                    learn_re;                 // the plasticity unit's
  wire [WEIGHT_ADDR-1:0]  learn_raddr;
  wire                    learn_we;
  wire [WEIGHT_ADDR-1:0]  learn_waddr;
  wire [WEIGHT_WIDTH-1:0] learn_wdata;

  snnc_window #(
    .WIDTH (WEIGHT_WIDTH),
    .DEPTH (WEIGHT_ROWS)
  ) u_weight_window (
    .i_write  (((SPRAM != 0 || PLASTIC != 0) ? win_write : win_patch) && (i_window_memory == `SNNC_MEM_WEIGHTS)),
    .i_offset (i_offset),
    .i_data   (i_data),
    .o_row    (weight_host_row),
    .o_we     (weight_we),
    .o_wdata  (weight_wdata),
    .i_rdata  (weight_row),
    .o_data   (weight_shown),
    .o_exist  (weight_exist)
  );

  generate
    if (SPRAM != 0) begin : g_spram
      if (PLASTIC != 0) begin : g_check_spram
        snnc_illegal_parameter PLASTIC_weights_need_a_memory_of_two_ports ();
      end
      snnc_spram #(
        .WIDTH (WEIGHT_WIDTH),
        .DEPTH (WEIGHT_ROWS)
      ) u_weights (
        .i_clk   (i_clk),
        .i_addr  (walk_busy ? weight_addr : weight_host_row),
        .i_re    (weight_re || win_read),
        .o_rdata (weight_row),
        .i_we    (weight_we),
        .i_wdata (weight_wdata)
      );
      wire unused = &{1'b0, learn_re, learn_raddr, learn_we, learn_waddr, learn_wdata};
    end else begin : g_ram
      snnc_ram #(
        .WIDTH (WEIGHT_WIDTH),
        .DEPTH (WEIGHT_ROWS),
        .INIT  (WEIGHTS_INIT)
      ) u_weights (
        .i_clk   (i_clk),
        .i_re    (weight_re || win_read || learn_re),
        .i_raddr (win_read ? weight_host_row : learn_re ? learn_raddr : weight_addr),
        .o_rdata (weight_row),
        .i_we    (weight_we | {WEIGHT_COLS{learn_we}}),
        .i_waddr (learn_we ? learn_waddr : weight_host_row),
        .i_wdata (learn_we ? learn_wdata : weight_wdata)
      );
    end
  endgenerate

  // What inference reads of the row.
  wire [LANES*WEIGHT_BITS-1:0] weights;
  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : g_weight
      assign weights[WEIGHT_BITS*l +: WEIGHT_BITS] = weight_row[STORED*(l+1)-1 -: WEIGHT_BITS];
    end
  endgenerate

  // Parameters.
  localparam PARAM_COLS = (PARAM_WIDTH + 31) / 32;
  wire [PARAM_ADDR-1:0]  param_host_row;
  wire [PARAM_COLS-1:0]  param_we;
  wire [PARAM_WIDTH-1:0] param_wdata;
  wire [PARAM_WIDTH-1:0] param_row;
  wire [31:0]            param_shown;
  wire                   param_exist;

  snnc_window #(
    .WIDTH (PARAM_WIDTH),
    .DEPTH (PARAM_ROWS)
  ) u_param_window (
    .i_write  (win_patch && (i_window_memory == `SNNC_MEM_PARAMS)),
    .i_offset (i_offset),
    .i_data   (i_data),
    .o_row    (param_host_row),
    .o_we     (param_we),
    .o_wdata  (param_wdata),
    .i_rdata  (param_row),
    .o_data   (param_shown),
    .o_exist  (param_exist)
  );

  generate
    if (REWRITE == 0 && PARAM_ROWS <= 16) begin : g_few_params // constants: no block RAM for them
      snnc_rom #(
        .WIDTH (PARAM_WIDTH),
        .DEPTH (PARAM_ROWS),
        .INIT  (PARAMS_INIT)
      ) u_params (
        .i_clk   (i_clk),
        .i_re    (update || win_read),
        .i_raddr (win_read ? param_host_row : param_addr),
        .o_rdata (param_row)
      );
      wire unused = &{1'b0, param_we, param_wdata};
    end else begin : g_params
      snnc_ram #(
        .WIDTH (PARAM_WIDTH),
        .DEPTH (PARAM_ROWS),
        .INIT  (PARAMS_INIT)
      ) u_params (
        .i_clk   (i_clk),
        .i_re    (update || win_read),
        .i_raddr (win_read ? param_host_row : param_addr),
        .o_rdata (param_row),
        .i_we    (param_we),
        .i_waddr (param_host_row),
        .i_wdata (param_wdata)
      );
    end
  endgenerate

  // Membranes: written by the update, or by the host.
  localparam STATE_COLS = (STATE_WIDTH + 31) / 32;
  wire [UPDATE_ADDR-1:0] state_host_row;
  wire [STATE_COLS-1:0]  state_host_we;
  wire [STATE_WIDTH-1:0] state_host_wdata;
  wire [STATE_WIDTH-1:0] state_row;
  wire [31:0]            state_shown;
  wire                   state_exist;
  wire                   state_we;
  wire [UPDATE_ADDR-1:0] state_addr;
  wire [STATE_WIDTH-1:0] state_wdata;

  snnc_window #(
    .WIDTH (STATE_WIDTH),
    .DEPTH (UPDATE_ROWS)
  ) u_state_window (
    .i_write  (win_patch && (i_window_memory == `SNNC_MEM_STATE)),
    .i_offset (i_offset),
    .i_data   (i_data),
    .o_row    (state_host_row),
    .o_we     (state_host_we),
    .o_wdata  (state_host_wdata),
    .i_rdata  (state_row),
    .o_data   (state_shown),
    .o_exist  (state_exist)
  );

  snnc_ram #(
    .WIDTH (STATE_WIDTH),
    .DEPTH (UPDATE_ROWS)
  ) u_state (
    .i_clk   (i_clk),
    .i_re    (update || win_read),
    .i_raddr (win_read ? state_host_row : update_addr),
    .o_rdata (state_row),
    .i_we    (state_host_we | {STATE_COLS{state_we}}),
    .i_waddr (state_we ? state_addr : state_host_row),
    .i_wdata (state_we ? state_wdata : state_host_wdata)
  );

  // Kept currents of held inputs.
  wire [ACC_WIDTH-1:0] acc;
  wire [ACC_WIDTH-1:0] current_row;
  wire [31:0]          current_shown;
  wire                 current_exist;
  generate
    if (HELD != 0) begin : g_current
      localparam CURRENT_COLS = (ACC_WIDTH + 31) / 32;
      wire [GROUP_ADDR-1:0]   host_row;
      wire [CURRENT_COLS-1:0] host_we;
      wire [ACC_WIDTH-1:0]    host_wdata;

      snnc_window #(
        .WIDTH (ACC_WIDTH),
        .DEPTH (GROUPS)
      ) u_window (
        .i_write  (win_patch && (i_window_memory == `SNNC_MEM_CURRENT)),
        .i_offset (i_offset),
        .i_data   (i_data),
        .o_row    (host_row),
        .o_we     (host_we),
        .o_wdata  (host_wdata),
        .i_rdata  (current_row),
        .o_data   (current_shown),
        .o_exist  (current_exist)
      );

      // Its row is saved at step 0 and loaded at later ones, long after.
      snnc_ram #(
        .WIDTH  (ACC_WIDTH),
        .DEPTH  (GROUPS),
        .STEADY (1)
      ) u_current (
        .i_clk   (i_clk),
        .i_re    (current_re || win_read),
        .i_raddr (win_read ? host_row : group),
        .o_rdata (current_row),
        .i_we    (host_we | {CURRENT_COLS{op_save}}),
        .i_waddr (op_save ? group : host_row),
        .i_wdata (op_save ? acc : host_wdata)
      );
    end else begin : g_no_current
      assign current_row   = {ACC_WIDTH{1'b0}};
      assign current_shown = 32'd0;
      assign current_exist = 1'b0;
      wire unused = &{1'b0, current_re, group, op_save};
    end
  endgenerate

  // Spike words from the network.
  wire [31:0] spike_shown;
  wire        spike_exist;
  generate
    if (SPIKE_DEPTH != 0) begin : g_spikes
      wire [SPIKE_ADDR-1:0] host_row;
      wire                  host_we;
      wire [WORD-1:0]       host_wdata;
      wire [31:0]           net_addr = {{(32-ADDRESS){1'b0}}, i_net_addr};
      localparam SLOT = (RING_SLOTS > 1) ? $clog2(RING_SLOTS) : 1;
      localparam RING_MASK = RING_SLOTS - 1;
      wire [15:0]           slot     = i_tick & ((OVERLAY != 0) ? cfg[32*`SNNC_CFG_RING_MASK +: 16] : RING_MASK[15:0]);
      wire unused = &{1'b0, net_addr[31:SPIKE_ADDR], slot[15:SLOT]};

      snnc_window #(
        .WIDTH (WORD),
        .DEPTH (SPIKE_DEPTH)
      ) u_window (
        .i_write  (win_patch && (i_window_memory == `SNNC_MEM_SPIKES)),
        .i_offset (i_offset),
        .i_data   (i_data),
        .o_row    (host_row),
        .o_we     (host_we),
        .o_wdata  (host_wdata),
        .i_rdata  (spike_word),
        .o_data   (spike_shown),
        .o_exist  (spike_exist)
      );

      snnc_spikes #(
        .WORD  (WORD),
        .SHIFT (RING_SHIFT),
        .SLOTS (RING_SLOTS),
        .OVERLAY (OVERLAY)
      ) u_spikes (
        .i_clk   (i_clk),
        .i_rst   (i_rst),
        .i_clear (i_clear),
        .i_clear_slot (i_start),
        .i_slot  (slot[SLOT-1:0]),
        .i_shift (cfg[32*`SNNC_CFG_RING_SHIFT +: 5]),
        .i_we    (i_net_we || host_we),
        .i_waddr (i_net_we ? net_addr[SPIKE_ADDR-1:0] : host_row),
        .i_wdata (i_net_we ? i_net_bits : host_wdata),
        .i_re    (spike_re || win_read),
        .i_raddr (win_read ? host_row : spike_addr),
        .o_word  (spike_word)
      );
    end else begin : g_no_spikes
      assign spike_word  = {WORD{1'b0}};
      assign spike_shown = 32'd0;
      assign spike_exist = 1'b0;
      wire unused = &{1'b0, i_net_we, i_net_addr, i_net_bits, spike_re, spike_addr};
    end
  endgenerate

  // Input words from the host: by address in the input space, or by row.
  wire [31:0] input_shown;
  wire        input_exist;
  generate
    if (INPUT_DEPTH != 0) begin : g_input
      wire [INPUT_ADDR-1:0] host_row;
      wire                  host_we;
      wire [WORD-1:0]       host_wdata;
      wire [22:0]           base  = (OVERLAY != 0) ? cfg[32*`SNNC_CFG_INPUT_BASE +: 23] : INPUT_BASE[22:0];
      wire [22:0]           place = {1'b0, i_offset[21:0]} - base;
      wire                  here  = i_input_write && (place < INPUT_DEPTH[22:0]);

      snnc_window #(
        .WIDTH (WORD),
        .DEPTH (INPUT_DEPTH)
      ) u_window (
        .i_write  (win_patch && (i_window_memory == `SNNC_MEM_INPUT)),
        .i_offset (i_offset),
        .i_data   (i_data),
        .o_row    (host_row),
        .o_we     (host_we),
        .o_wdata  (host_wdata),
        .i_rdata  (input_word),
        .o_data   (input_shown),
        .o_exist  (input_exist)
      );

      snnc_ram #(
        .WIDTH (WORD),
        .DEPTH (INPUT_DEPTH)
      ) u_input (
        .i_clk   (i_clk),
        .i_re    (input_re || win_read),
        .i_raddr (win_read ? host_row : input_addr),
        .o_rdata (input_word),
        .i_we    (here || host_we),
        .i_waddr (here ? place[INPUT_ADDR-1:0] : host_row),
        .i_wdata (host_wdata)
      );
    end else begin : g_no_input
      assign input_word  = {WORD{1'b0}};
      assign input_shown = 32'd0;
      assign input_exist = 1'b0;
      wire unused = &{1'b0, i_input_write, input_re, input_addr};
    end
  endgenerate

  // Plasticity unit.
  wire [31:0] learn_shown;
  wire        learn_busy;
  wire [UPDATE-1:0] spikes;
  generate
    if (PLASTIC != 0) begin : g_plastic
      localparam CLASS = $clog2(STEPS + 1);
      wire learn_host = i_window_select && (i_window_memory == `SNNC_MEM_LEARN);

      snnc_plastic #(
        .STEPS    (STEPS),
        .NEURONS  (NEURONS),
        .GROUPS   (GROUPS),
        .LANES    (LANES),
        .UPDATE   (UPDATE),
        .ROWS     (ROWS),
        .STORED   (STORED),
        .FRACTION (FRACTION),
        .SHIFT    (NARROW),
        .BATCH    (BATCH)
      ) u_plastic (
        .i_clk          (i_clk),
        .i_rst          (i_rst),
        .i_start        (i_start && i_clear),
        .i_first        (first_q),
        .i_step         (step[CLASS-1:0]),
        .i_row_add      (weight_re),
        .i_row          (weight_addr),
        .i_update       (state_we),
        .i_update_row   (state_addr),
        .i_spikes       (spikes),
        .i_write        (i_window_write && learn_host),
        .i_read         (i_window_read && learn_host),
        .i_offset       (i_offset),
        .i_data         (i_data),
        .o_data         (learn_shown),
        .o_weight_re    (learn_re),
        .o_weight_raddr (learn_raddr),
        .i_weights      (weight_row),
        .o_weight_we    (learn_we),
        .o_weight_waddr (learn_waddr),
        .o_weights      (learn_wdata),
        .o_busy         (learn_busy)
      );
    end else begin : g_static
      if (FRACTION != 0 || NARROW < 1 || BATCH < 1) begin : g_check_plastic
        snnc_illegal_parameter FRACTION_needs_PLASTIC ();
      end
      assign learn_re    = 1'b0;
      assign learn_raddr = {WEIGHT_ADDR{1'b0}};
      assign learn_we    = 1'b0;
      assign learn_waddr = {WEIGHT_ADDR{1'b0}};
      assign learn_wdata = {WEIGHT_WIDTH{1'b0}};
      assign learn_shown = 32'd0;
      assign learn_busy  = 1'b0;
      wire unused = &{1'b0, spikes};
    end
  endgenerate
  assign o_learn_busy = learn_busy;

  // What the host reads: the column it chose, one cycle after the row.
  generate
    if (READBACK != 0 || PLASTIC != 0) begin : g_readback
      reg        row_q;
      reg [31:0] data_q;
      reg [32:0] shown;                             // {exists, column}
      always @* begin
        case (i_window_memory)
          `SNNC_MEM_WEIGHTS: shown = {weight_exist, weight_shown};
          `SNNC_MEM_PARAMS:  shown = (READBACK != 0) ? {param_exist, param_shown} : 33'd0;
          `SNNC_MEM_STATE:   shown = (READBACK != 0) ? {state_exist, state_shown} : 33'd0;
          `SNNC_MEM_CURRENT: shown = (READBACK != 0) ? {current_exist, current_shown} : 33'd0;
          `SNNC_MEM_SPIKES:  shown = (READBACK != 0) ? {spike_exist, spike_shown} : 33'd0;
          `SNNC_MEM_INPUT:   shown = (READBACK != 0) ? {input_exist, input_shown} : 33'd0;
          `SNNC_MEM_LEARN:   shown = {1'b1, learn_shown};
          default:           shown = 33'd0;
        endcase
      end
      always @(posedge i_clk) begin
        row_q  <= win_read;
        data_q <= (row_q && shown[32]) ? shown[31:0] : 32'd0;
      end
      assign o_window_data = data_q;
    end else begin : g_no_readback
      assign o_window_data = 32'd0;
      wire unused = &{1'b0, i_window_read, learn_shown, weight_shown, weight_exist};
    end
  endgenerate

  wire unused_shown = &{1'b0, param_shown, state_shown, current_shown, spike_shown, input_shown,
                        param_exist, state_exist, current_exist, spike_exist, input_exist};

  // ---- lanes, update, send -------------------------------------------------

  snnc_lanes #(
    .LANES       (LANES),
    .WEIGHT_BITS (WEIGHT_BITS),
    .ACC_BITS    (ACC_BITS),
    .HELD        ((HELD != 0) ? 1 : 0),
    .DOUBLE      (DOUBLE),
    .NEGATE      (NEGATE)
  ) u_lanes (
    .i_clk       (i_clk),
    .i_op_clear  (op_clear),
    .i_op_load   (op_load),
    .i_op_double (op_double),
    .i_op_add    (op_add),
    .i_op_sub    (op_sub),
    .i_row       (weights),
    .i_current   (current_row),
    .o_acc       (acc)
  );

  wire             update_busy;
  wire             push;
  wire [INDEX-1:0] push_index;
  wire [WORD-1:0]  push_bits;

  snnc_update #(
    .WORD       (WORD),
    .NEURONS    (NEURONS),
    .GROUPS     (GROUPS),
    .LANES      (LANES),
    .UPDATE     (UPDATE),
    .ACC_BITS   (ACC_BITS),
    .STATE_BITS (STATE_BITS),
    .FRAC       (FRAC),
    .DECAY_BITS (DECAY_BITS),
    .DECAY_MODE (DECAY_MODE),
    .DECAY      (DECAY),
    .ROUND_ZERO (ROUND_ZERO),
    .CURRENT    (CURRENT),
    .SYN_MODE   (SYN_MODE),
    .SYN_DECAY  (SYN_DECAY),
    .REFRACTORY (REFRACTORY),
    .RESET_MODE (RESET_MODE),
    .RESET_EACH (RESET_EACH),
    .RESET      (RESET),
    .AT_LEAST   (AT_LEAST),
    .GRADED     (GRADED),
    .OVERLAY    (OVERLAY)
  ) u_update (
    .i_clk         (i_clk),
    .i_rst         (i_rst),
    .i_cfg         (cfg),
    .i_start       (start),
    .i_first       (first_q),
    .i_update      (update),
    .i_update_addr (update_addr),
    .i_acc         (acc),
    .i_params      (param_row),
    .i_state       (state_row),
    .o_state_we    (state_we),
    .o_state_addr  (state_addr),
    .o_state       (state_wdata),
    .o_spikes      (spikes),
    .o_push        (push),
    .o_push_index  (push_index),
    .o_push_bits   (push_bits),
    .o_busy        (update_busy)
  );

  wire send_busy;

  generate
    if (ROUTES != 0) begin : g_send
      snnc_send #(
        .WORD        (WORD),
        .INDEX       (INDEX),
        .ENTRIES     (ENTRIES),
        .ADDRESS     (ADDRESS),
        .DEST        (DEST),
        .ROUTES      (ROUTES),
        .ROUTE_DEST  (ROUTE_DEST),
        .ROUTE_BASE  (ROUTE_BASE),
        .ROUTE_MASK  (ROUTE_MASK),
        .ROUTE_SHIFT (ROUTE_SHIFT),
        .OVERLAY     (OVERLAY)
      ) u_send (
        .i_clk   (i_clk),
        .i_rst   (i_rst),
        .i_tick  (i_tick),
        .i_cfg          (cfg),
        .i_table_write  (table_write),
        .i_table_memory (i_window_memory),
        .i_table_offset (i_offset),
        .i_table_data   (i_data),
        .i_push  (push),
        .i_index (push_index),
        .i_bits  (push_bits),
        .o_valid (o_send_valid),
        .o_dest  (o_send_dest),
        .o_addr  (o_send_addr),
        .o_bits  (o_send_bits),
        .i_ready (i_send_ready),
        .o_busy  (send_busy)
      );
    end else begin : g_no_send                      // nobody reads this part
      assign o_send_valid = 1'b0;
      assign o_send_dest  = {DEST{1'b0}};
      assign o_send_addr  = {ADDRESS{1'b0}};
      assign o_send_bits  = {WORD{1'b0}};
      assign send_busy    = 1'b0;
      wire unused = &{1'b0, i_send_ready, push, push_index, push_bits};
    end
  endgenerate

  assign o_busy = walk_busy || update_busy || send_busy;

`ifdef SNNC_TRACE
  wire [31:0] index_32 = {{(32-INDEX){1'b0}}, push_index};
  wire        unused_index = &{1'b0, index_32[31:16]};
  assign o_trace_push  = push;
  assign o_trace_index = index_32[15:0];
  assign o_trace_bits  = push_bits;
`endif

  wire unused_lanes = &{1'b0, op_load, op_double, op_sub};

endmodule

`default_nettype wire

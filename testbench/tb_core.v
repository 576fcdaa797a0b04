// tb_core: a whole core against docs/machine.md and docs/numerics.md in 64-bit
// arithmetic: every packet with its cycle under backpressure, busy, the host's
// view of all memories, and the rings under deliveries.
`default_nettype none
`include "snnc_regs.vh"

module tb_core #(
  parameter WORD        = 8,
  parameter STEPS       = 4,
  parameter ADDRESS     = 10,
  parameter DEST        = 2,
  parameter READBACK    = 1,
  parameter LEVEL       = 1,
  parameter NEURONS     = 20,
  parameter LANES       = 8,
  parameter UPDATE      = 4,
  parameter GROUPS      = 3,
  parameter ROWS        = 40,
  parameter WEIGHT_BITS = 4,
  parameter ACC_BITS    = 12,
  parameter STATE_BITS  = 14,
  parameter FRAC        = 3,
  parameter DECAY_BITS  = 12,
  parameter DECAY_MODE  = 2,
  parameter DECAY       = 3000,
  parameter ROUND_ZERO  = 0,
  parameter RESET_MODE  = 2,
  parameter RESET_EACH  = 0,
  parameter RESET       = 0,
  parameter AT_LEAST    = 0,
  parameter GRADED      = 0,
  parameter INPUT_DEPTH = 4,
  parameter INPUT_BASE  = 5,
  parameter SPIKE_DEPTH = 16,
  parameter SEGMENTS    = 3,
  parameter HELD        = 0,
  parameter [SEGMENTS-1:0]    SEG_EXTERNAL = 3'b011,
  parameter [SEGMENTS-1:0]    SEG_NEGATE   = 3'b001,
  parameter [SEGMENTS-1:0]    SEG_DOUBLE   = 3'b010,
  parameter [SEGMENTS-1:0]    SEG_LAST     = 3'b100,
  parameter [32*SEGMENTS-1:0] SEG_BASE     = {32'd8, 32'd2, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_WORDS    = {32'd3, 32'd2, 32'd2},
  parameter [32*SEGMENTS-1:0] SEG_MASK     = {32'd1, 32'd0, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_SHIFT    = {32'd2, 32'd0, 32'd0},
  parameter [32*SEGMENTS-1:0] SEG_DELAY    = {32'd1, 32'd1, 32'd1},
  parameter [32*SEGMENTS-1:0] SEG_ROW      = {32'd16, 32'd0, 32'd0},
  parameter ROUTES      = 2,
  parameter [32*ROUTES-1:0] ROUTE_DEST  = {32'd0, 32'd2},
  parameter [32*ROUTES-1:0] ROUTE_BASE  = {32'd9, 32'd64},
  parameter [32*ROUTES-1:0] ROUTE_MASK  = {32'd0, 32'd3},
  parameter [32*ROUTES-1:0] ROUTE_SHIFT = {32'd0, 32'd3},
  parameter SAMPLES     = 4,
  parameter SEED        = 1
);
  `include "tb.vh"

  localparam UPDATES      = LANES / UPDATE;
  localparam UPDATE_ROWS  = GROUPS * UPDATES;
  localparam PADDED       = GROUPS * LANES;
  localparam PARAM_BITS   = 2 * STATE_BITS + ((DECAY_MODE == 3) ? DECAY_BITS : 0) + ((RESET_EACH != 0) ? STATE_BITS : 0);
  localparam SPIKES       = (SPIKE_DEPTH > 0) ? SPIKE_DEPTH : 1;
  localparam INPUTS       = (INPUT_DEPTH > 0) ? INPUT_DEPTH : 1;

  reg                rst = 1'b1;
  reg                start = 1'b0;
  reg                clear = 1'b0;
  reg  [15:0]        tick = 16'd0;
  wire               busy;
  reg                input_write = 1'b0;
  reg                win_select = 1'b0;
  reg                win_write = 1'b0;
  reg                win_read = 1'b0;
  reg  [7:0]         win_memory = 8'd0;
  reg  [22:0]        offset = 23'd0;
  reg  [31:0]        data = 32'd0;
  wire [31:0]        shown;
  reg                net_we = 1'b0;
  reg  [ADDRESS-1:0] net_addr = 0;
  reg  [WORD-1:0]    net_bits = 0;
  wire               send_valid;
  wire [DEST-1:0]    send_dest;
  wire [ADDRESS-1:0] send_addr;
  wire [WORD-1:0]    send_bits;
  reg                send_ready = 1'b0;

  snnc_core #(
    .WORD(WORD), .STEPS(STEPS), .ADDRESS(ADDRESS), .DEST(DEST), .READBACK(READBACK), .LEVEL(LEVEL), .NEURONS(NEURONS), .LANES(LANES),
    .UPDATE(UPDATE), .GROUPS(GROUPS), .ROWS(ROWS), .WEIGHT_BITS(WEIGHT_BITS), .ACC_BITS(ACC_BITS), .STATE_BITS(STATE_BITS),
    .FRAC(FRAC), .DECAY_BITS(DECAY_BITS), .DECAY_MODE(DECAY_MODE), .DECAY(DECAY), .ROUND_ZERO(ROUND_ZERO), .RESET_MODE(RESET_MODE),
    .RESET_EACH(RESET_EACH), .RESET(RESET), .AT_LEAST(AT_LEAST), .GRADED(GRADED), .INPUT_DEPTH(INPUT_DEPTH), .INPUT_BASE(INPUT_BASE),
    .SPIKE_DEPTH(SPIKE_DEPTH), .SEGMENTS(SEGMENTS), .HELD(HELD), .SEG_EXTERNAL(SEG_EXTERNAL), .SEG_NEGATE(SEG_NEGATE),
    .SEG_DOUBLE(SEG_DOUBLE), .SEG_LAST(SEG_LAST), .SEG_BASE(SEG_BASE), .SEG_WORDS(SEG_WORDS), .SEG_MASK(SEG_MASK),
    .SEG_SHIFT(SEG_SHIFT), .SEG_DELAY(SEG_DELAY), .SEG_ROW(SEG_ROW), .ROUTES(ROUTES), .ROUTE_DEST(ROUTE_DEST),
    .ROUTE_BASE(ROUTE_BASE), .ROUTE_MASK(ROUTE_MASK), .ROUTE_SHIFT(ROUTE_SHIFT)
  ) dut (
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_clear(clear), .i_tick(tick), .o_busy(busy),
    .i_input_write(input_write), .i_window_select(win_select), .i_window_write(win_write), .i_window_read(win_read),
    .i_window_memory(win_memory), .i_offset(offset), .i_data(data), .o_window_data(shown),
    .i_net_we(net_we), .i_net_addr(net_addr), .i_net_bits(net_bits),
    .o_send_valid(send_valid), .o_send_dest(send_dest), .o_send_addr(send_addr), .o_send_bits(send_bits), .i_send_ready(send_ready));

  // ---- model: the memories, one value an element ----------------------------

  reg [LANES*WEIGHT_BITS-1:0] weights [0:GROUPS*ROWS-1];
  reg signed [63:0] threshold [0:PADDED-1];
  reg signed [63:0] bias      [0:PADDED-1];
  reg signed [63:0] decay     [0:PADDED-1];
  reg signed [63:0] reset     [0:PADDED-1];
  reg signed [63:0] state     [0:PADDED-1];
  reg signed [63:0] current   [0:PADDED-1];
  reg [WORD-1:0] spikes [0:SPIKES-1];               // 0: not valid
  reg [WORD-1:0] inputs [0:INPUTS-1];
  reg            read_now [0:SPIKES-1];             // walked in this tick

  // What this tick pushes.
  integer        push_cycle [0:PADDED-1];
  integer        push_index [0:PADDED-1];
  reg [WORD-1:0] push_bits  [0:PADDED-1];
  integer        pushes, updated;                   // updated: cycle of the last UPDATE

  reg signed [63:0] acc [0:PADDED-1];
  reg signed [63:0] v, x, high;
  reg            fired;
  reg [WORD-1:0] word;
  integer n, s, w, b, base, cost, group_cost, r;

  function signed [63:0] weight;
    input integer row;
    input integer lane;
    begin
      weight = weights[row][WEIGHT_BITS*lane +: WEIGHT_BITS];
      if (weights[row][WEIGHT_BITS*lane + WEIGHT_BITS - 1]) weight = weight - (64'sd1 << WEIGHT_BITS);
    end
  endfunction

  function fires;
    input signed [63:0] value;
    input signed [63:0] level;
    fires = (GRADED == 0) && ((value > level) || (AT_LEAST != 0 && value == level));
  endfunction

  task update;                                      // neuron n of step 0 (first) or later
    input first;
    begin
      v = first ? 64'sd0 : state[n];
      x = (v < 0) ? -v : v;
      case (DECAY_MODE)
        0: x = 0;
        1: ;
        default: x = (x * decay[n] + ((ROUND_ZERO != 0) ? 64'sd0 : (64'sd1 << (DECAY_BITS - 1)))) >>> DECAY_BITS;
      endcase
      if (v < 0) x = -x;
      x = x + acc[n] * (64'sd1 << FRAC) + bias[n];
      if (RESET_MODE == 3 && !first && fires(v, threshold[n])) x = x - threshold[n];
      high = (64'sd1 << (STATE_BITS - 1)) - 1;
      if (x > high) x = high;
      if (x < -high - 1) x = -high - 1;
      fired = fires(x, threshold[n]);
      if (fired && RESET_MODE == 1) x = (RESET_EACH != 0) ? reset[n] : RESET;
      if (fired && RESET_MODE == 2) x = x - threshold[n];
      state[n] = x;
    end
  endtask

  task tick_model;
    input first;
    begin
      for (n = 0; n < PADDED; n = n + 1) acc[n] = (HELD > 0 && !first) ? current[n] : 64'sd0;
      for (s = 0; s < SPIKES; s = s + 1) read_now[s] = 1'b0;
      group_cost = 2 + UPDATES;                     // GROUP, DRAIN, UPDATE
      for (s = 0; s < SEGMENTS; s = s + 1) if (first || s >= HELD) begin
        group_cost = group_cost + 1;
        if (SEG_DOUBLE[s]) for (n = 0; n < PADDED; n = n + 1) acc[n] = 2 * acc[n];
        base = SEG_BASE[32*s +: 32] + (((tick - SEG_DELAY[32*s +: 32]) & SEG_MASK[32*s +: 32]) << SEG_SHIFT[32*s +: 32]);
        for (w = 0; w < SEG_WORDS[32*s +: 32]; w = w + 1) begin
          word = SEG_EXTERNAL[s] ? inputs[base + w] : spikes[base + w];
          if (!SEG_EXTERNAL[s]) read_now[base + w] = 1'b1;
          if (word == 0) group_cost = group_cost + 1;
          for (b = 0; b < WORD; b = b + 1) if (word[b]) begin
            group_cost = group_cost + 1;
            for (n = 0; n < PADDED; n = n + 1) begin
              r = (n / LANES) * ROWS + SEG_ROW[32*s +: 32] + w * WORD + b;
              if (SEG_NEGATE[s]) acc[n] = acc[n] - weight(r, n % LANES);
              else               acc[n] = acc[n] + weight(r, n % LANES);
            end
          end
        end
        if (HELD > 0 && first && s == HELD - 1) begin
          group_cost = group_cost + 1;
          for (n = 0; n < PADDED; n = n + 1) current[n] = acc[n];
        end
      end
      for (s = 0; s < SEGMENTS; s = s + 1) if (SEG_LAST[s] && !SEG_EXTERNAL[s] && (first || s >= HELD)) begin
        base = SEG_BASE[32*s +: 32] + (((tick - SEG_DELAY[32*s +: 32]) & SEG_MASK[32*s +: 32]) << SEG_SHIFT[32*s +: 32]);
        for (w = 0; w < SEG_WORDS[32*s +: 32]; w = w + 1) spikes[base + w] = 0;
      end
      pushes = 0;
      word   = 0;
      for (n = 0; n < PADDED; n = n + 1) begin
        update(first);
        updated = 1 + (n / LANES + 1) * group_cost - UPDATES + (n % LANES) / UPDATE;
        push_cycle[pushes] = updated + 3;
        if (GRADED != 0) begin
          push_index[pushes] = n;
          push_bits[pushes]  = state[n];
          if (n < NEURONS) pushes = pushes + 1;
        end else begin
          if (fired) word[n % WORD] = 1'b1;
          if (n % WORD == WORD - 1 || n == PADDED - 1) begin
            push_index[pushes] = n / WORD;
            push_bits[pushes]  = word;
            if (word != 0) pushes = pushes + 1;
            word = 0;
          end
        end
      end
    end
  endtask

  // ---- the machine around it -------------------------------------------------

  integer i, k, c, t, col, cols, head, tail, route, sent, all, active, fullness;
  reg [1023:0] row;
  reg [31:0] slot, want_addr;

  task deliver;                                     // a word from the network, sometimes
    input in_tick;                                  // not into what the tick walks
    begin
      net_we   = 1'b0;
      net_addr = rnd(SPIKES);
      net_bits = rnd(0) & rnd(0);
      if (SPIKE_DEPTH > 0 && rnd(3) == 0 && !(in_tick && read_now[net_addr])) begin
        net_we = 1'b1;
        spikes[net_addr] = net_bits;
      end
    end
  endtask

  task put;                                         // row of a memory through the window
    input [7:0]    memory;
    input integer  at;
    input integer  bits;
    input [1023:0] value;
    begin
      for (cols = 1; 32 * cols < bits; cols = 2 * cols) ;
      for (col = 0; 32 * col < bits; col = col + 1) begin
        {win_select, win_write, win_memory} = {2'b11, memory};
        offset = at * cols + col;
        data   = value[32*col +: 32];
        step;
        {win_select, win_write} = 2'b00;
        win_select = 1'b0;                          // a write to another core
        {win_write, data} = {1'b1, rnd(0)};
        step;
        win_write = 1'b0;
      end
    end
  endtask

  task look;                                        // and compare
    input [8*20-1:0] what;
    input [7:0]    memory;
    input integer  at;
    input integer  bits;
    input [1023:0] value;
    begin
      for (cols = 1; 32 * cols < bits; cols = 2 * cols) ;
      for (col = 0; col < cols; col = col + 1) begin
        {win_select, win_read, win_memory} = {2'b11, memory};
        offset = at * cols + col;
        step;
        {win_select, win_read} = 2'b00;
        step;
        #1 check(what, shown, (READBACK != 0) ? value[32*col +: 32] : 0);
        step;
        #1 check("window at rest", shown, 0);
      end
    end
  endtask

  task param_row;                                   // update word i
    begin
      row = 0;
      for (b = 0; b < UPDATE; b = b + 1) begin
        n = i * UPDATE + b;
        row = row | (threshold[n] & ~({1024{1'b1}} << STATE_BITS)) << (PARAM_BITS * b);
        row = row | (bias[n] & ~({1024{1'b1}} << STATE_BITS)) << (PARAM_BITS * b + STATE_BITS);
        if (DECAY_MODE == 3) row = row | decay[n] << (PARAM_BITS * b + 2 * STATE_BITS);
        if (RESET_EACH != 0) row = row | (reset[n] & ~({1024{1'b1}} << STATE_BITS)) << (PARAM_BITS * (b + 1) - STATE_BITS);
      end
    end
  endtask

  function signed [63:0] around;                    // of both signs, below limit
    input integer limit;
    around = $signed({32'd0, rnd(2 * limit)}) - limit;
  endfunction

  task images;
    begin
      for (i = 0; i < GROUPS * ROWS; i = i + 1) begin
        weights[i] = wide(LANES * WEIGHT_BITS);
        put(`SNNC_MEM_WEIGHTS, i, LANES * WEIGHT_BITS, weights[i]);
      end
      // A spike moves the membrane by up to one unit; thresholds are near it.
      s = 1 << (WEIGHT_BITS - 1 + FRAC);
      for (n = 0; n < PADDED; n = n + 1) begin
        threshold[n] = 1 + rnd(2 * s);
        bias[n]      = around(s / 2 + 1);
        decay[n]     = (DECAY_MODE == 3) ? rnd(1 << DECAY_BITS) : DECAY;
        reset[n]     = around(s / 2 + 1);
        state[n]     = 0;
        current[n]   = 0;
      end
      for (i = 0; i < UPDATE_ROWS; i = i + 1) begin
        param_row;
        put(`SNNC_MEM_PARAMS, i, UPDATE * PARAM_BITS, row);
        // The first step must not look at what is there.
        put(`SNNC_MEM_STATE, i, UPDATE * STATE_BITS, wide(UPDATE * STATE_BITS));
      end
      put(`SNNC_MEM_WEIGHTS, GROUPS * ROWS, LANES * WEIGHT_BITS, ~0); // nothing is there
      put(`SNNC_MEM_STATE, UPDATE_ROWS, UPDATE * STATE_BITS, ~0);
    end
  endtask

  task input_words;                                 // through the input space, and around it
    for (i = INPUT_BASE - 2; i < INPUT_BASE + INPUT_DEPTH + 2; i = i + 1) begin
      input_write = 1'b1;
      offset = i & 23'h3FFFFF;
      data   = (rnd(4) == 0) ? 0 : rnd(0) & rnd(0);
      if (i >= INPUT_BASE && i < INPUT_BASE + INPUT_DEPTH) inputs[i - INPUT_BASE] = data;
      step;
      input_write = 1'b0;
    end
  endtask

  task run_tick;
    begin
      t = tick - LEVEL;
      active = t >= 0 && t < STEPS;
      start = 1'b1;
      clear = tick == 0;
      if (clear) for (s = 0; s < SPIKES; s = s + 1) spikes[s] = 0;
      for (s = 0; s < SPIKES; s = s + 1) read_now[s] = 1'b0;
      pushes = 0;
      updated = -3;
      if (active) tick_model(t == 0);
      head = 0;
      tail = 0;
      route = 0;
      fullness = rnd(3);                            // of the network
      for (c = 0; c < 5 || c < updated + 6 || head < pushes; c = c + 1) begin
        send_ready = (fullness == 0) ? 1'b1 : rnd(1 + 4 * fullness) == 0;
        net_we = 1'b0;
        if (c > 0) deliver(1'b1);
        #1 check("o_busy", busy, (c >= 1 && c <= updated + 3) || head < tail);
        check("o_send_valid", send_valid, head < tail);
        if (head < tail) begin
          slot      = {16'd0, tick} & ROUTE_MASK[32*route +: 32];
          want_addr = ROUTE_BASE[32*route +: 32] + (slot << ROUTE_SHIFT[32*route +: 32]) + push_index[head];
          check("o_send_addr", send_addr, want_addr[ADDRESS-1:0]);
          want_addr = ROUTE_DEST[32*route +: 32];
          check("o_send_dest", send_dest, want_addr[DEST-1:0]);
          check("o_send_bits", send_bits, push_bits[head]);
          sent = sent + send_ready;
          if (send_ready) route = (route + 1) % ROUTES;
          if (send_ready && route == 0) head = head + 1;
        end
        if (tail < pushes && push_cycle[tail] == c) tail = tail + 1;
        step;
        start = 1'b0;
        clear = 1'b0;
      end
      net_we = 1'b0;
    end
  endtask

  task memories;                                    // all that the host can see
    begin
      for (i = 0; i < UPDATE_ROWS; i = i + 1) begin
        row = 0;
        for (b = 0; b < UPDATE; b = b + 1)
          row = row | (state[i*UPDATE + b] & ~({1024{1'b1}} << STATE_BITS)) << (STATE_BITS * b);
        look("state", `SNNC_MEM_STATE, i, UPDATE * STATE_BITS, row);
      end
      param_row;                                    // past the end
      look("no parameters", `SNNC_MEM_PARAMS, UPDATE_ROWS, UPDATE * PARAM_BITS, 0);
      for (i = 0; i < UPDATE_ROWS; i = i + 1) begin
        param_row;
        look("parameters", `SNNC_MEM_PARAMS, i, UPDATE * PARAM_BITS, row);
      end
      for (i = 0; i < GROUPS * ROWS; i = i + 7) look("weights", `SNNC_MEM_WEIGHTS, i, LANES * WEIGHT_BITS, weights[i]);
      if (HELD > 0) for (i = 0; i < GROUPS; i = i + 1) begin
        row = 0;
        for (b = 0; b < LANES; b = b + 1)
          row = row | (current[i*LANES + b] & ~({1024{1'b1}} << ACC_BITS)) << (ACC_BITS * b);
        look("current", `SNNC_MEM_CURRENT, i, LANES * ACC_BITS, row);
      end
      if (HELD == 0) look("no current", `SNNC_MEM_CURRENT, 0, LANES * ACC_BITS, 0);
      for (i = 0; i < SPIKE_DEPTH; i = i + 1) look("spikes", `SNNC_MEM_SPIKES, i, WORD, spikes[i]);
      for (i = 0; i < INPUT_DEPTH; i = i + 1) look("input", `SNNC_MEM_INPUT, i, WORD, inputs[i]);
      look("no such memory", 8'd6, 0, 32, 0);
    end
  endtask

  initial begin
    sent = 0;
    all = 0;
    for (s = 0; s < SPIKES; s = s + 1) spikes[s] = 0;
    step;
    step;
    rst = 1'b0;
    step;
    images;
    for (k = 0; k < SAMPLES; k = k + 1) begin
      input_words;
      for (tick = 0; tick < LEVEL + STEPS + 1; tick = tick + 1) begin
        for (i = 0; i < SPIKE_DEPTH; i = i + 1) begin
          deliver(1'b0);
          step;
        end
        net_we = 1'b0;
        run_tick;
        all = all + ROUTES * pushes;
      end
      if (k == 0 || k == SAMPLES - 1) memories;
    end
    check("packets", sent, all);
    check("packets at all", sent > 0, 1);
    finish;
  end
endmodule

`default_nettype wire

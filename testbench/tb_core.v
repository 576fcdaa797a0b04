// tb_core: a whole core against docs/machine.md and docs/numerics.md in 64-bit
// arithmetic: every packet with its cycle under backpressure, busy, the host's
// view of all memories, and the rings under deliveries.
`default_nettype none
`include "snnc_regs.vh"

module tb_core #(
  parameter WORD        = 8,
  parameter STEPS       = 4,
  parameter INTERVAL    = 1,
  parameter ADDRESS     = 10,
  parameter DEST        = 2,
  parameter READBACK    = 1,
  parameter SPRAM       = 0,
  parameter LEVEL       = 1,
  parameter NEURONS     = 20,
  parameter LANES       = 8,
  parameter UPDATE      = 4,
  parameter BLOCKS      = 3,
  parameter COLUMNS     = 1,
  parameter LINES       = 1,
  parameter ROWS        = 40,
  parameter SHARED      = 0,
  parameter WEIGHT_BITS = 4,
  parameter ACC_BITS    = 12,
  parameter STATE_BITS  = 14,
  parameter FRAC        = 3,
  parameter DECAY_BITS  = 12,
  parameter DECAY_MODE  = 2,
  parameter DECAY       = 3000,
  parameter ROUND_ZERO  = 0,
  parameter CURRENT     = 0,
  parameter SYN_MODE    = 1,
  parameter SYN_DECAY   = 0,
  parameter REFRACTORY  = 0,
  parameter RESET_MODE  = 2,
  parameter RESET_EACH  = 0,
  parameter RESET       = 0,
  parameter AT_LEAST    = 0,
  parameter GRADED      = 0,
  parameter INPUT_BASE  = 5,
  parameter SLOTS       = 2,
  parameter SHIFT       = 2,
  parameter SEGMENTS    = 3,
  parameter HELD        = 0,
  parameter DOUBLE      = 1,
  parameter NEGATE      = 1,
  parameter BLOCK_BITS  = 0,
  parameter NX          = 1,
  parameter NY          = 1,
  parameter SEGMENTS_INIT = "",
  parameter ACROSS_INIT   = "",
  parameter DOWN_INIT     = "",
  parameter ROUTES      = 2,
  parameter [32*ROUTES-1:0] ROUTE_DEST  = {32'd0, 32'd2},
  parameter [32*ROUTES-1:0] ROUTE_BASE  = {32'd9, 32'd64},
  parameter [32*ROUTES-1:0] ROUTE_MASK  = {32'd0, 32'd3},
  parameter [32*ROUTES-1:0] ROUTE_SHIFT = {32'd0, 32'd3},
  parameter SAMPLES     = 4,
  parameter SEED        = 1
);
  `include "tb.vh"

  localparam SPIKE_DEPTH  = SLOTS << SHIFT;
  localparam INPUT_DEPTH  = SPIKE_DEPTH;
  localparam SPIKE_ADDR   = $clog2(SPIKE_DEPTH);
  localparam INPUT_ADDR   = SPIKE_ADDR;
  localparam GROUPS       = BLOCKS * COLUMNS * LINES;
  localparam UPDATES      = LANES / UPDATE;
  localparam UPDATE_ROWS  = GROUPS * UPDATES;
  localparam PARAM_ROWS   = ((SHARED != 0) ? BLOCKS : GROUPS) * UPDATES;
  localparam PADDED       = GROUPS * LANES;
  localparam OWN          = PARAM_ROWS * UPDATE;    // neurons with parameters
  localparam STATES       = (CURRENT != 0) ? 2 : 1;
  localparam WAIT_BITS    = (REFRACTORY > 0) ? $clog2(REFRACTORY + 1) : 0;
  localparam PARAM_BITS   = (1 + STATES) * STATE_BITS + ((DECAY_MODE == 3) ? DECAY_BITS : 0)
                          + ((CURRENT != 0 && SYN_MODE == 3) ? DECAY_BITS : 0) + ((RESET_EACH != 0) ? STATE_BITS : 0);
  localparam MEMORY       = STATES * STATE_BITS + WAIT_BITS;
  localparam DELAYED      = (CURRENT != 0) ? 1 : 0;

  integer win_tick, win_step;
  `include "tb_windows.vh"

  localparam SPIKES       = (SPIKE_DEPTH > 0) ? SPIKE_DEPTH : 1;
  localparam INPUTS       = (INPUT_DEPTH > 0) ? INPUT_DEPTH : 1;

  reg                rst = 1'b1;
  reg                start = 1'b0;
  reg                clear = 1'b0;
  reg  [15:0]        tick = 16'd0;
  wire               busy;
  wire               learn_busy;
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
    .WORD(WORD), .STEPS(STEPS), .INTERVAL(INTERVAL), .ADDRESS(ADDRESS), .DEST(DEST), .READBACK(READBACK), .SPRAM(SPRAM), .LEVEL(LEVEL), .NEURONS(NEURONS),
    .LANES(LANES), .UPDATE(UPDATE), .BLOCKS(BLOCKS), .COLUMNS(COLUMNS), .LINES(LINES), .ROWS(ROWS), .SHARED(SHARED),
    .WEIGHT_BITS(WEIGHT_BITS), .ACC_BITS(ACC_BITS), .STATE_BITS(STATE_BITS),
    .FRAC(FRAC), .DECAY_BITS(DECAY_BITS), .DECAY_MODE(DECAY_MODE), .DECAY(DECAY), .ROUND_ZERO(ROUND_ZERO),
    .CURRENT(CURRENT), .SYN_MODE(SYN_MODE), .SYN_DECAY(SYN_DECAY), .REFRACTORY(REFRACTORY), .RESET_MODE(RESET_MODE),
    .RESET_EACH(RESET_EACH), .RESET(RESET), .AT_LEAST(AT_LEAST), .GRADED(GRADED), .INPUT_DEPTH(INPUT_DEPTH), .INPUT_BASE(INPUT_BASE),
    .RING_SLOTS(SLOTS), .RING_SHIFT(SHIFT), .SEGMENTS(SEGMENTS), .HELD(HELD), .DOUBLE(DOUBLE), .NEGATE(NEGATE), .BLOCK_BITS(BLOCK_BITS),
    .NX(NX), .NY(NY), .ROUTES(ROUTES), .ROUTE_DEST(ROUTE_DEST), .ROUTE_BASE(ROUTE_BASE), .ROUTE_MASK(ROUTE_MASK), .ROUTE_SHIFT(ROUTE_SHIFT),
    .SEGMENTS_INIT(SEGMENTS_INIT), .ACROSS_INIT(ACROSS_INIT), .DOWN_INIT(DOWN_INIT)
  ) dut (
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_clear(clear), .i_tick(tick), .o_busy(busy), .o_learn_busy(learn_busy),
    .i_input_write(input_write), .i_window_select(win_select), .i_window_write(win_write), .i_window_read(win_read),
    .i_window_memory(win_memory), .i_offset(offset), .i_data(data), .o_window_data(shown),
    .i_net_we(net_we), .i_net_addr(net_addr), .i_net_bits(net_bits),
    .o_send_valid(send_valid), .o_send_dest(send_dest), .o_send_addr(send_addr), .o_send_bits(send_bits), .i_send_ready(send_ready));

  // ---- model: the memories, one value an element ----------------------------

  reg [LANES*WEIGHT_BITS-1:0] weights [0:BLOCKS*ROWS-1];
  reg signed [63:0] threshold [0:PADDED-1];
  reg signed [63:0] bias      [0:PADDED-1];
  reg signed [63:0] decay     [0:PADDED-1];
  reg signed [63:0] vbias     [0:PADDED-1];
  reg signed [63:0] syn_decay [0:PADDED-1];
  reg signed [63:0] flow      [0:PADDED-1];         // synaptic currents
  integer           waits     [0:PADDED-1];
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
  integer        last_update [0:GROUPS-1];
  integer        pushes, updated;                   // updated: cycle of the last UPDATE

  reg signed [63:0] acc [0:PADDED-1];
  reg signed [63:0] v, x, high;
  reg            fired;
  reg [WORD-1:0] word;
  integer n, s, w, b, g, base, cost, group_cost, r, ends;

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

  function signed [63:0] leaked;
    input signed [63:0] value;
    input integer       mode;
    input signed [63:0] d;
    begin
      leaked = (value < 0) ? -value : value;
      case (mode)
        0: leaked = 0;
        1: ;
        default: leaked = (leaked * d + ((ROUND_ZERO != 0) ? 64'sd0 : (64'sd1 << (DECAY_BITS - 1)))) >>> DECAY_BITS;
      endcase
      if (value < 0) leaked = -leaked;
    end
  endfunction

  function signed [63:0] saturated;
    input signed [63:0] value;
    begin
      high = (64'sd1 << (STATE_BITS - 1)) - 1;
      saturated = (value > high) ? high : (value < -high - 1) ? -high - 1 : value;
    end
  endfunction

  task update;                                      // neuron n of step 0 (first) or later
    input first;
    begin
      if (first) begin
        state[n] = 0;
        flow[n]  = 0;
        waits[n] = 0;
      end
      v = state[n];
      x = acc[n] * (64'sd1 << FRAC) + bias[n];
      if (CURRENT != 0) begin
        flow[n] = saturated(leaked(flow[n], SYN_MODE, syn_decay[n]) + x);
        x = flow[n] + vbias[n];
      end
      x = x + leaked(v, DECAY_MODE, decay[n]);
      if (RESET_MODE == 3 && !first && fires(v, threshold[n])) x = x - threshold[n];
      x = saturated(x);
      fired = fires(x, threshold[n]) && waits[n] == 0;
      if (waits[n] > 0) begin
        waits[n] = waits[n] - 1;
        x = v;
      end else if (fired) begin
        waits[n] = REFRACTORY;
      end
      if (fired && RESET_MODE == 1) x = (RESET_EACH != 0) ? reset[n] : RESET;
      if (fired && RESET_MODE == 2) x = x - threshold[n];
      state[n] = x;
    end
  endtask

  task tick_model;
    input first;
    begin
      win_tick = tick;
      win_step = t / INTERVAL;
      for (s = 0; s < SPIKES; s = s + 1) read_now[s] = 1'b0;
      ends = 3;                                     // of the group before
      for (g = 0; g < GROUPS; g = g + 1) begin
        for (n = g * LANES; n < (g + 1) * LANES; n = n + 1) acc[n] = (HELD > 0 && !first) ? current[n] : 64'sd0;
        group_cost = 2 + UPDATES;                   // GROUP, DRAIN, UPDATE
        for (s = first ? 0 : HELD; s < SEGMENTS; s = s + 1) begin
          window(s, g);
          group_cost = group_cost + 1;
          if (win_double) for (n = g * LANES; n < (g + 1) * LANES; n = n + 1) acc[n] = 2 * acc[n];
          for (w = win_first / WORD; win_bits > 0 && w <= (win_first + win_bits - 1) / WORD; w = w + 1) begin
            word = win_external ? inputs[win_base + w] : spikes[win_base + w];
            if (!win_external) read_now[win_base + w] = 1'b1;
            cost = 0;
            for (b = 0; b < WORD; b = b + 1) if (word[b] && w * WORD + b >= win_first && w * WORD + b < win_first + win_bits) begin
              cost = cost + 1;
              r = win_row + w * WORD + b - win_first;
              for (n = g * LANES; n < (g + 1) * LANES; n = n + 1)
                acc[n] = win_negate ? acc[n] - weight(r, n % LANES) : acc[n] + weight(r, n % LANES);
            end
            group_cost = group_cost + ((cost > 0) ? cost : 1);
          end
          if (HELD > 0 && first && s == HELD - 1) begin
            group_cost = group_cost + 1;
            for (n = g * LANES; n < (g + 1) * LANES; n = n + 1) current[n] = acc[n];
          end
        end
        ends = ends + group_cost;
        last_update[g] = ends;
      end
      pushes = 0;
      word   = 0;
      for (n = 0; n < PADDED; n = n + 1) begin
        update(first);
        updated = last_update[n / LANES] + 1 - UPDATES + (n % LANES) / UPDATE;
        push_cycle[pushes] = updated + 3 + DELAYED;
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
        if (CURRENT != 0) row = row | (vbias[n] & ~({1024{1'b1}} << STATE_BITS)) << (PARAM_BITS * b + 2 * STATE_BITS);
        if (DECAY_MODE == 3) row = row | decay[n] << (PARAM_BITS * b + (1 + STATES) * STATE_BITS);
        if (CURRENT != 0 && SYN_MODE == 3)
          row = row | syn_decay[n] << (PARAM_BITS * b + (1 + STATES) * STATE_BITS + ((DECAY_MODE == 3) ? DECAY_BITS : 0));
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
      for (i = 0; i < BLOCKS * ROWS; i = i + 1) begin
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
        vbias[n]     = (CURRENT != 0) ? around(s / 2 + 1) : 0;
        syn_decay[n] = (SYN_MODE == 3) ? rnd(1 << DECAY_BITS) : SYN_DECAY;
        flow[n]      = 0;
        waits[n]     = 0;
        if (n >= OWN) begin                         // the pixels share them
          threshold[n] = threshold[n % OWN];
          bias[n]      = bias[n % OWN];
          decay[n]     = decay[n % OWN];
          reset[n]     = reset[n % OWN];
          vbias[n]     = vbias[n % OWN];
          syn_decay[n] = syn_decay[n % OWN];
        end
        state[n]     = 0;
        current[n]   = 0;
      end
      for (i = 0; i < PARAM_ROWS; i = i + 1) begin
        param_row;
        put(`SNNC_MEM_PARAMS, i, UPDATE * PARAM_BITS, row);
      end
      // The first step must not look at what is there.
      for (i = 0; i < UPDATE_ROWS; i = i + 1) put(`SNNC_MEM_STATE, i, UPDATE * MEMORY, wide(UPDATE * MEMORY));
      put(`SNNC_MEM_WEIGHTS, BLOCKS * ROWS, LANES * WEIGHT_BITS, ~0); // nothing is there
      put(`SNNC_MEM_STATE, UPDATE_ROWS, UPDATE * MEMORY, ~0);
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
      active = t >= 0 && t < STEPS * INTERVAL && t % INTERVAL == 0;
      start = 1'b1;
      clear = tick == 0;
      for (s = 0; s < SPIKES; s = s + 1) if (clear || (s >> SHIFT) == tick % SLOTS) spikes[s] = 0;
      for (s = 0; s < SPIKES; s = s + 1) read_now[s] = 1'b0;
      pushes = 0;
      updated = -4;
      if (active) tick_model(t == 0);
      head = 0;
      tail = 0;
      route = 0;
      fullness = rnd(3);                            // of the network
      for (c = 0; c < 5 || c < updated + 7 || head < pushes; c = c + 1) begin
        send_ready = (fullness == 0) ? 1'b1 : rnd(1 + 4 * fullness) == 0;
        net_we = 1'b0;
        if (c > 0) deliver(1'b1);
        #1 check("o_learn_busy", learn_busy, 0);
        check("o_busy", busy, (c >= 1 && c <= updated + 3 + DELAYED) || head < tail);
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
          begin
            row = row | (state[i*UPDATE + b] & ~({1024{1'b1}} << STATE_BITS)) << (MEMORY * b);
            if (CURRENT != 0) row = row | (flow[i*UPDATE + b] & ~({1024{1'b1}} << STATE_BITS)) << (MEMORY * b + STATE_BITS);
            if (REFRACTORY > 0) row = row | {992'd0, waits[i*UPDATE + b]} << (MEMORY * (b + 1) - WAIT_BITS);
          end
        look("state", `SNNC_MEM_STATE, i, UPDATE * MEMORY, row);
      end
      look("no parameters", `SNNC_MEM_PARAMS, (PARAM_ROWS > 1) ? 1 << $clog2(PARAM_ROWS) : 2, UPDATE * PARAM_BITS, 0);
      for (i = 0; i < PARAM_ROWS; i = i + 1) begin
        param_row;
        look("parameters", `SNNC_MEM_PARAMS, i, UPDATE * PARAM_BITS, row);
      end
      for (i = 0; i < BLOCKS * ROWS; i = i + 7) look("weights", `SNNC_MEM_WEIGHTS, i, LANES * WEIGHT_BITS, weights[i]);
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
      for (tick = 0; tick < LEVEL + STEPS * INTERVAL + 1; tick = tick + 1) begin
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

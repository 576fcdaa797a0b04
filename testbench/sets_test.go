package testbench

// set is one parameter set of a bench: Verilog parameter assignments.
type set map[string]string

// bench names a module's testbench, its parameter sets, and changes to the
// module (file, regular expression, replacement) that it must notice.
type bench struct {
	module  string
	sets    []set
	mutants []mutant
}

type mutant struct{ file, find, put string }

// fields is a table of 32-bit fields as the modules take it, entry 0 first here.
func fields(v ...string) string {
	s := "{"
	for i := len(v) - 1; i >= 0; i-- {
		s += "32'd" + v[i]
		if i > 0 {
			s += ", "
		}
	}
	return s + "}"
}

var benches = []bench{
	{"ram", []set{{}, {"WIDTH": "1", "DEPTH": "1"}, {"WIDTH": "32", "DEPTH": "64"}, {"WIDTH": "100", "DEPTH": "5"},
		{"WIDTH": "40", "DEPTH": "8", "INIT": `"ram.hex"`}, {"STEADY": "1"}, {"DEPTH": "1", "STEADY": "1"}},
		[]mutant{{"snnc_ram.v", `if \(i_re\) rdata_q`, `if (1) rdata_q`}, {"snnc_ram.v", `if \(i_we\[c\]\)`, `if (|i_we)`}}},
	{"spram", []set{{}, {"WIDTH": "1", "DEPTH": "1"}, {"WIDTH": "32", "DEPTH": "64"}, {"WIDTH": "100", "DEPTH": "5"}},
		[]mutant{{"snnc_spram.v", `if \(i_re\) o_rdata`, `if (1) o_rdata`}, {"snnc_spram.v", `if \(i_we\[c\]\)`, `if (|i_we)`}}},
	{"scan", []set{{}, {"WORD": "8"}, {"WORD": "32"}},
		[]mutant{{"snnc_scan.v", `& i_mask\[4\*j \+: 4\];`, `;`}, {"snnc_scan.v", `\|left\[2:0\]`, `|left[3:0]`}, {"snnc_scan.v", `other \|\| \(many`, `1'b0 || (many`}}},
	{"fifo", []set{{}, {"WIDTH": "3", "DEPTH": "1"}, {"DEPTH": "5"}, {"DEPTH": "16"}, {"WIDTH": "33", "DEPTH": "17"}, {"DEPTH": "32"}},
		[]mutant{{"snnc_fifo.v", `bypass_q \? bypass_data_q : stored`, `stored`}, {"snnc_fifo.v", `valid_q <= count_d != \{COUNT\{1'b0\}\}`, `valid_q <= count_d > 1`}}},
	{"spikes", []set{{}, {"WORD": "8", "SHIFT": "0", "SLOTS": "1"}, {"WORD": "32", "SHIFT": "5", "SLOTS": "4"}, {"WORD": "8", "SHIFT": "8", "SLOTS": "2"},
		{"OVERLAY": "1", "SLOTS": "16"}, {"OVERLAY": "1", "SHIFT": "4", "SLOTS": "32", "RUN": "2"}, {"OVERLAY": "1", "SHIFT": "1", "SLOTS": "8", "RUN": "3", "WORD": "32"}},
		[]mutant{{"snnc_spikes.v", `i_clear_slot && \(i_slot == s\)`, `i_clear_slot`}, {"snnc_spikes.v", `i_rst \|\| i_clear`, `i_rst`}, {"snnc_spikes.v", `old \| \(32'd1`, `(32'd1`}}},
	{"lanes", []set{{}, {"HELD": "0", "DOUBLE": "0", "NEGATE": "0"}, {"WEIGHT_BITS": "16", "ACC_BITS": "32"}, {"LANES": "1", "WEIGHT_BITS": "8", "ACC_BITS": "8"},
		{"WEIGHT_BITS": "8", "ACC_BITS": "5"}, {"WEIGHT_BITS": "2", "ACC_BITS": "2", "NEGATE": "0"}},
		[]mutant{{"snnc_lanes.v", `\{\(ACC_BITS-WEIGHT_BITS\)\{i_row\[WEIGHT_BITS\*l \+ WEIGHT_BITS - 1\]\}\}`, `{(ACC_BITS-WEIGHT_BITS){1'b0}}`}}},
	{"neuron", neuronSets(), []mutant{{"snnc_neuron.v", `v_new = fits`, `v_new = 1'b1`}, {"snnc_neuron.v", `waits \? stay`, `1'b0 ? stay`},
		{"snnc_neuron.v", `v_new >= threshold\)`, `v_new > threshold)`}, {"snnc_neuron.v", `wire fired = !i_first &&`, `wire fired =`}}},
	{"update", updateSets(), []mutant{{"snnc_update.v", `valid_out_q <= valid_v`, `valid_out_q <= valid_1_q`}, {"snnc_update.v", `PARAM_BITS\*u \+: PARAM_BITS`, `0 +: PARAM_BITS`}, {"snnc_update.v", `o_spikes = spikes`, `o_spikes = ~spikes`}, {"snnc_update.v", `any && !complete`, `any`}, {"snnc_update.v", `\(SLOTS - REST\) %`, `(SLOTS - REST + 1) %`}}},
	{"send", []set{{}, {"ENTRIES": "1", "INDEX": "1"}, {"WORD": "32", "ENTRIES": "40", "INDEX": "6"},
		{"ROUTES": "1", "ROUTE_DEST": "1", "ROUTE_BASE": "3", "ROUTE_MASK": "7", "ROUTE_SHIFT": "4", "WORD": "8"},
		{"ROUTES": "3", "ROUTE_DEST": fields("0", "1", "1"), "ROUTE_BASE": fields("1000", "0", "512"), "ROUTE_MASK": fields("0", "1", "15"), "ROUTE_SHIFT": fields("0", "9", "5")},
		{"OVERLAY": "1"}, {"OVERLAY": "1", "MOST": "6"},
		{"OVERLAY": "1", "MOST": "16", "ROUTES": "3", "ROUTE_DEST": fields("0", "1", "1"), "ROUTE_BASE": fields("1000", "0", "512"), "ROUTE_MASK": fields("0", "1", "15"), "ROUTE_SHIFT": fields("0", "9", "5")}},
		[]mutant{{"snnc_send.v", `<< SHIFT`, `<< 0`}, {"snnc_send.v", `\.i_pop\s+\(moved && last_route\)`, `.i_pop (moved)`}}},
	{"window", []set{{}, {"WIDTH": "1", "DEPTH": "1"}, {"WIDTH": "32", "DEPTH": "16"}, {"WIDTH": "64", "DEPTH": "3"}, {"WIDTH": "513", "DEPTH": "7"}},
		[]mutant{{"snnc_window.v", `row >> ADDR\) == 23.d0`, `row >> ADDR) <= 1`}, {"snnc_window.v", `column == c`, `column != c`}}},
	{"bus", []set{{}, {"CORES": "1", "NODES": "2", "HOST_DEPTH": "1"}, {"CORES": "7", "NODES": "8", "WORD": "32"}, {"CORES": "5", "NODES": "9", "HOST_DEPTH": "16", "ADDRESS": "1"}},
		[]mutant{{"snnc_bus.v", `else if \(granted\)`, `else if (0)`}, {"snnc_bus.v", `\{\{COUNT\{1'b0\}\}, to_host\}`, `0`}}},
	{"router", []set{{}, {"X": "0", "Y": "0", "XBITS": "1", "YBITS": "1", "INPUTS": "5'b01101"}, {"X": "3", "Y": "0", "DEPTH": "1", "INPUTS": "5'b11000"}, {"DEPTH": "20", "PAYLOAD": "40"}},
		[]mutant{{"snnc_router.v", `\(i_rst \|\| i_clear\) after_q`, `(i_rst) after_q`}, {"snnc_router.v", `count < DEPTH`, `count + 1 < DEPTH`}}},
	{"mesh", []set{{}, {"COLS": "1", "ROWS": "2", "DEPTH": "1"}, {"COLS": "2", "ROWS": "1", "WORD": "32", "HOST_DEPTH": "1"}, {"COLS": "3", "ROWS": "3", "DEPTH": "4", "SENDERS": "9'b101101110", "CYCLES": "400"}},
		[]mutant{{"snnc_mesh.v", `\(n == 0\) \? host_room : 1'b1`, `1'b1`}, {"snnc_mesh.v", `\{EXISTS\[4:1\], SENDERS\[n\]\}`, `5'b11111`}}},
	{"events", []set{{}, {"WORD": "8", "DEPTH": "1", "ADDRESS": "1"}, {"WORD": "32", "DEPTH": "64", "ADDRESS": "16"}},
		[]mutant{{"snnc_events.v", `i_pops\[COUNT-1:0\] <= count_q`, `1'b1`}, {"snnc_events.v", `head_q \+ i_index`, `head_q`}, {"snnc_events.v", `\{tick, addr_32\[15:0\]\}`, `{addr_32[15:0], tick}`}}},
	{"ctrl", []set{{}, {"CYCLE_BITS": "8"}, {"CYCLE_BITS": "33"}, {"CYCLE_BITS": "64"}},
		[]mutant{{"snnc_ctrl.v", `START:\s+state_q <= SETTLE`, `START: state_q <= WAIT`}, {"snnc_ctrl.v", `o_start && \(tick_q == 16'd0\)`, `o_start`}}},
	{"host", []set{{}, {"CORES": "1", "HOST_DEPTH": "1", "LOAD": "1", "READBACK": "0"}, {"CORES": "9", "STEPS": "1000", "RUN_TICKS": "65535", "REWRITE": "0"}},
		[]mutant{{"snnc_host.v", `in_events \? READY : GATHER`, `GATHER`}, {"snnc_host.v", `addr_q\[0\] \? i_event_data`, `1'b1 ? i_event_data`}, {"snnc_host.v", `reading && in_window && !i_running`, `reading && in_window`}}},
	{"crc", []set{{}}, []mutant{{"snnc_crc.v", `&& !shift_q`, ``}, {"snnc_crc.v", `EDB8_8320`, `EDB8_8321`}}},
	{"uart_rx", []set{{}, {"DRIFT": "20"}, {"DRIFT": "-20"}, {"DIVISOR": "5", "DRIFT": "-20"}, {"DIVISOR": "16", "DRIFT": "40"}, {"DIVISOR": "104", "DRIFT": "-40", "BYTES": "30"}},
		[]mutant{{"snnc_uart_rx.v", `&& sample && rx;`, `&& sample;`}, {"snnc_uart_rx.v", `DIVISOR / 2 - 1`, `DIVISOR - 1`}}},
	{"uart_tx", []set{{}, {"DIVISOR": "2"}, {"DIVISOR": "5"}, {"DIVISOR": "104", "BYTES": "20"}}, []mutant{{"snnc_uart_tx.v", `left_q <= 4'd9`, `left_q <= 4'd8`}}},
	{"link_rx", []set{{}, {"BUFFER": "10", "SEED": "2"}, {"BUFFER": "11", "SEED": "3"}},
		[]mutant{{"snnc_link_rx.v", `write_q  <= commit_q`, `write_q  <= write_q`}, {"snnc_link_rx.v", `&& \(crc == RESIDUE\)`, ``}, {"snnc_link_rx.v", `!bad_q && !esc_q`, `!bad_q`},
			{"snnc_link_rx.v", `\(togo_q == 11'h7F8\)`, `1'b1`}, {"snnc_link_rx.v", `\(is_data && full\)`, `(1'b0)`}}},
	{"link_tx", []set{{}, {"SEED": "2"}}, []mutant{{"snnc_link_tx.v", `stop \|\| !special \|\| esc_q`, `stop || !special`}, {"snnc_link_tx.v", `i_rst \|\| \(stop && sent\)`, `i_rst`}}},
	{"link", []set{{}, {"DIVISOR": "7", "BUFFER": "11", "REQUESTS": "20", "SEED": "2"}, {"PATIENCE": "12", "BUFFER": "10", "REQUESTS": "20", "SEED": "3"}},
		[]mutant{{"snnc_link.v", `!is_write \|\| \(ahead == 8'd0\)`, `1'b1`}, {"snnc_link.v", `synced_q \? .SNNC_LINK_REPLY_GAP : .SNNC_LINK_REPLY_LOST`, "`SNNC_LINK_REPLY_GAP"},
			{"snnc_link.v", `state_q   <= is_wait \? HOLD : is_write`, `state_q <= is_write`}, {"snnc_link.v", `!is_same\) addr_q`, `1'b1) addr_q`}, {"snnc_link.v", `bad_q && !in_valid`, `1'b0`}}},
	{"soc", []set{{}, {"DIVISOR": "6"}}, []mutant{{"snnc_soc.v", `\.i_running \(running\)`, `.i_running (1'b0)`}}},
	{"table", []set{{}, {"WIDTH": "32", "DEPTH": "1"}, {"WIDTH": "7", "DEPTH": "9"}, {"WIDTH": "70", "DEPTH": "16"}},
		[]mutant{{"snnc_table.v", `i_memory == MEMORY`, `1'b1`}, {"snnc_table.v", `\.i_raddr \(i_raddr\)`, `.i_raddr (row)`}}},
	{"config", []set{{}}, []mutant{{"snnc_config.v", `i_rst && \(n == 0\)`, `1'b0`}, {"snnc_config.v", `i_offset == n`, `1'b1`}}},
	{"rom", []set{{}, {"DEPTH": "1", "INIT": `"one.hex"`}}, []mutant{{"snnc_rom.v", `mem\[i_raddr\]`, `mem[0]`}}},
	{"reset", []set{{}, {"CYCLES": "2"}, {"CYCLES": "32"}}, []mutant{{"snnc_reset.v", `if \(!locked_q\)`, `if (1'b0)`}, {"snnc_reset.v", `locked_q <= meta_q`, `locked_q <= i_locked`}}},
	{"leak", []set{{}, {"MODE": "0"}, {"MODE": "1", "BITS": "7"}, {"MODE": "2", "DECAY": "3277", "ROUND_ZERO": "1", "BITS": "24"}, {"BITS": "32", "DECAY_BITS": "16"}, {"BITS": "2", "DECAY_BITS": "4"}, {"OVERLAY": "1"}, {"OVERLAY": "1", "BITS": "24", "ROUND_ZERO": "1"}},
		[]mutant{{"snnc_leak.v", `\(ROUND_ZERO != 0\) \?`, `1'b0 ?`}, {"snnc_leak.v", `\(rest \|\| !i_value`, `(1'b1 || !i_value`}}},
	{"segments", []set{{}, {"HELD": "2"}, {"SEGMENTS": "1", "HELD": "1", "BLOCKS": "1"},
		{"BLOCKS": "2", "COLUMNS": "4", "LINES": "3", "SEGMENTS": "6", "NX": "3", "NY": "2", "EXTERNALS": "2"},
		{"BLOCKS": "3", "COLUMNS": "2", "LINES": "2", "SEGMENTS": "4", "NX": "2", "NY": "3", "BLOCK_BITS": "5", "EXTERNALS": "0", "SLOTS": "4"}},
		[]mutant{{"snnc_segments.v", `early_2_q \|\| `, ``}, {"snnc_segments.v", `grouped \? shift_1_q`, `1'b1 ? shift_1_q`}, {"snnc_segments.v", `last_block \? \{WEIGHT_ADDR`, `1'b0 ? {WEIGHT_ADDR`}}},
	{"walk", []set{{}, {"BLOCKS": "1", "UPDATES": "1"}, {"HELD": "2"}, {"SEGMENTS": "1", "HELD": "1", "BLOCKS": "2"},
		{"BLOCKS": "2", "COLUMNS": "4", "LINES": "3", "SEGMENTS": "6", "NX": "3", "NY": "2", "SHARED": "1", "EXTERNALS": "2"},
		{"BLOCKS": "3", "COLUMNS": "2", "LINES": "2", "SEGMENTS": "4", "NX": "2", "NY": "3", "BLOCK_BITS": "5", "EXTERNALS": "0", "SLOTS": "4"},
		{"WORD": "32", "ROWS": "100", "UPDATES": "8", "COLUMNS": "3", "SLOTS": "8", "NX": "2", "HELD": "1"}},
		[]mutant{{"snnc_walk.v", `in_walk && any_bit`, `in_walk`}, {"snnc_walk.v", `DRAIN: state_d = UPDATE`, `DRAIN: state_d = (HELD != 0) ? DRAIN : UPDATE`},
			{"snnc_walk.v", `in_seg \? high : high_q;`, `high_q;`}}},
	{"core", []set{{},
		{"GRADED": "1", "UPDATE": "1", "STATE_BITS": "8", "FRAC": "0", "RESET_MODE": "0", "LEVEL": "0"},
		{"HELD": "2", "DECAY_MODE": "3", "RESET_MODE": "1", "RESET_EACH": "1", "AT_LEAST": "1", "LEVEL": "0", "UPDATE": "8"},
		{"WORD": "16", "ROWS": "80", "LANES": "32", "UPDATE": "16", "BLOCKS": "2", "RESET_MODE": "3", "ROUND_ZERO": "1", "WEIGHT_BITS": "8", "ACC_BITS": "16", "STATE_BITS": "20", "FRAC": "0",
			"READBACK": "0", "SPRAM": "1", "LEVEL": "2", "EXTERNALS": "0", "DOUBLE": "0", "NEGATE": "0"},
		{"BLOCKS": "2", "COLUMNS": "3", "LINES": "2", "SEGMENTS": "5", "NX": "2", "NY": "2", "SHARED": "1", "SPRAM": "1", "INTERVAL": "3", "CURRENT": "1", "SYN_MODE": "2", "SYN_DECAY": "2500", "REFRACTORY": "2"},
		{"DECAY_MODE": "1", "RESET_MODE": "1", "RESET": "-5", "LANES": "1", "UPDATE": "1", "BLOCKS": "3", "COLUMNS": "3", "ROWS": "24", "BLOCK_BITS": "3", "EXTERNALS": "0", "DOUBLE": "0", "NEGATE": "0",
			"SLOTS": "4", "INTERVAL": "2", "SYN_MODE": "3", "CURRENT": "1"}},
		[]mutant{{"snnc_core.v", `place < INPUT_DEPTH`, `place <= INPUT_DEPTH`}, {"snnc_core.v", `last_step = steps - 16'd1`, `last_step = steps - 16'd2`},
			{"snnc_core.v", `win_write = i_window_write && i_window_select`, `win_write = i_window_write`},
			{"snnc_core.v", `walk_busy \? weight_addr : weight_host_row`, `weight_addr`}}},
	{"plastic_lane", []set{{}, {"STEPS": "1", "STORED": "4", "FRACTION": "0", "SHIFT": "4", "BATCH_LOG": "0"}, {"STEPS": "255", "STORED": "24", "FRACTION": "14", "SHIFT": "13", "BATCH_LOG": "8"}, {"STEPS": "7", "STORED": "20", "SHIFT": "1", "BATCH_LOG": "0"}},
		[]mutant{{"snnc_plastic_lane.v", `\(i_first \? \{SUM\{1'b0\}\} : sum_q\)`, `sum_q`}, {"snnc_plastic_lane.v", `under \? LEAST`, `1'b0 ? LEAST`},
			{"snnc_plastic_lane.v", `i_random, 1'b1\}`, `i_random, 1'b0}`}, {"snnc_plastic_lane.v", `silent \|\| i_silent`, `silent`}}},
	{"plastic_gate", []set{{}, {"PRE_BITS": "1", "POST_BITS": "1", "PAIR_BITS": "2"}, {"PRE_BITS": "14", "POST_BITS": "10", "PAIR_BITS": "24"}, {"PRE_BITS": "3", "POST_BITS": "22", "PAIR_BITS": "25"}},
		[]mutant{{"snnc_plastic_gate.v", `i_signed && \(`, `(`}, {"snnc_plastic_gate.v", `\|value\[23:13\]`, `|value[23:14]`}, {"snnc_plastic_gate.v", `sum_q\[27\], sum_q\[27:1\]`, `1'b0, sum_q[27:1]`}}},
	{"plastic_sums", []set{{}, {"PAIR_BITS": "2"}, {"PAIR_BITS": "25"}},
		[]mutant{{"snnc_plastic_sums.v", `k == 3'd1 \|\| k == 3'd4\)`, `k == 3'd1)`}, {"snnc_plastic_sums.v", `o_word\[here\] && !o_empty`, `o_word[here]`}, {"snnc_plastic_sums.v", `carry_q <= negate`, `carry_q <= 1'b0`}}},
	{"plastic", plasticSets(),
		[]mutant{{"snnc_plastic.v", `new_pre \|\| \(fires_q && last_q\)`, `new_pre`}, {"snnc_plastic.v", `sweeping && last_group\)`, `1'b0)`}, {"snnc_plastic.v", `\(l < TAIL\) \|\|`, `1'b1 ||`},
			{"snnc_plastic.v", `\(mine && i_first\) \|\| new_post`, `new_post`}, {"snnc_plastic.v", `gates\[sample_2_q\]`, `gates[sample_1_q]`}, {"snnc_plastic.v", `n < 16; n`, `n < 15; n`}}},
}

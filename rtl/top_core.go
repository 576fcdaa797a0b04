package rtl

import (
	"bytes"
	"fmt"

	"github.com/snnc/snnc/ir"
)

// topCore prints one core's instance, named after its layer.
func topCore(b *bytes.Buffer, p *ir.Program, g geometry, i int, o Options) {
	c := &p.Cores[i]
	layer := p.Layers[c.Layer].Name
	section(b, fmt.Sprintf("core %d: %s, channels %s, rows %s", i, oneLine(layer), extent(c.Part.Channel, c.Part.Channels), extent(c.Part.Row, c.Part.Rows)))
	doubles, negates := false, false
	for _, seg := range c.Segments {
		doubles, negates = doubles || seg.Double, negates || seg.Negate
	}
	doubles, negates = doubles || c.Overlay, negates || c.Overlay
	slots := 0
	if c.SpikeDepth > 0 {
		slots = c.RingMask + 1
	}
	route := func(field func(*ir.Route) int) string {
		if len(c.Routes) == 0 {
			return "0"
		}
		return table(len(c.Routes), func(r int) int { return field(&c.Routes[r]) })
	}
	reset := c.Neuron.Reset
	if c.Graded {
		reset = ir.ResetNone // a graded neuron does not spike
	}
	params := []param{
		{"WORD", num(g.word)}, {"STEPS", num(p.Steps)}, {"INTERVAL", num(p.Interval)}, {"ADDRESS", num(g.addr)}, {"DEST", num(g.dest)}, {"READBACK", flag(!o.NoReadback)}, {"REWRITE", flag(!o.NoRewrite)},
		{"LEVEL", num(c.Level)}, {"NEURONS", num(c.N)}, {"LANES", num(c.Lanes)}, {"UPDATE", num(c.Update)}, {"BLOCKS", num(c.Blocks)},
		{"COLUMNS", num(len(c.Across))}, {"LINES", num(len(c.Down))}, {"ROWS", num(c.Rows)}, {"SHARED", flag(c.Shared)},
		{"WEIGHT_BITS", num(c.WeightBits)}, {"ACC_BITS", num(c.AccBits)}, {"STATE_BITS", num(c.StateBits)}, {"FRAC", num(c.Frac)},
		{"DECAY_BITS", num(c.DecayBits)}, {"DECAY_MODE", num(int(c.DecayMode))}, {"DECAY", decayConst(c.DecayMode, c.DecayConst)}, {"ROUND_ZERO", flag(c.Rounding == ir.RoundZero)},
		{"CURRENT", flag(c.Current)}, {"SYN_MODE", num(int(c.SynDecayMode))}, {"SYN_DECAY", decayConst(c.SynDecayMode, c.SynDecayConst)}, {"REFRACTORY", num(c.Refractory)},
		{"RESET_MODE", num(int(reset))}, {"RESET_EACH", flag(resetEach(c))}, {"RESET", signed(c.ResetConst)},
		{"AT_LEAST", flag(c.AtLeast)}, {"GRADED", flag(c.Graded)},
		{"INPUT_DEPTH", num(c.InputDepth)}, {"INPUT_BASE", num(c.InputBase)}, {"RING_SLOTS", num(slots)}, {"RING_SHIFT", num(c.RingShift)},
		{"SEGMENTS", num(len(c.Segments))}, {"HELD", num(c.Held)}, {"DOUBLE", flag(doubles)}, {"NEGATE", flag(negates)},
		{"BLOCK_BITS", num(c.BlockBits)}, {"NX", num(len(c.Across[0]))}, {"NY", num(len(c.Down[0]))},
	}
	weights := weightsPath(i)
	if p.SinglePort(o.SinglePort)[i] {
		params, weights = append(params, param{"SPRAM", "1"}), ""
	}
	if u := c.Plastic; u != nil {
		params = append(params, param{"PLASTIC", "1"}, param{"FRACTION", num(u.Fraction)}, param{"NARROW", num(u.NarrowBits())}, param{"BATCH", num(u.Batch)})
	}
	if o := p.Overlay; o != nil {
		params = overlayParams(params, o)
	}
	params = append(params, []param{
		{"ROUTES", num(len(c.Routes))},
		{"ROUTE_DEST", route(func(r *ir.Route) int { return g.destOf(p, r.Node) })},
		{"ROUTE_BASE", route(func(r *ir.Route) int { return r.Base })},
		{"ROUTE_MASK", route(func(r *ir.Route) int { return r.Mask })},
		{"ROUTE_SHIFT", route(func(r *ir.Route) int { return r.Shift })},
	}...)
	if !c.Overlay {
		params = append(params, []param{
			{"WEIGHTS_INIT", fmt.Sprintf("%q", weights)}, {"PARAMS_INIT", fmt.Sprintf("%q", paramsPath(i))},
			{"SEGMENTS_INIT", fmt.Sprintf("%q", segmentsPath(i))}, {"ACROSS_INIT", fmt.Sprintf("%q", acrossPath(i))}, {"DOWN_INIT", fmt.Sprintf("%q", downPath(i))},
		}...)
	}
	at, bits := "net_addr", "net_bits"
	if g.mesh {
		at, bits = slice("net_addr", c.Node, g.addr), slice("net_bits", c.Node, g.word)
		if g.addr == 1 {
			at = fmt.Sprintf("net_addr[%d]", c.Node)
		}
	}
	ports := []param{
		{"i_clk", "i_clk"}, {"i_rst", "i_rst"}, {"i_start", "start"}, {"i_clear", "clear"}, {"i_tick", "tick"}, {"o_busy", fmt.Sprintf("core_busy[%d]", i)},
		{"o_learn_busy", fmt.Sprintf("learn_busy[%d]", i)},
		{"i_input_write", "input_write"}, {"i_window_select", fmt.Sprintf("window_select[%d]", i)}, {"i_window_write", "window_write"},
		{"i_window_read", "window_read"}, {"i_window_memory", "window_memory"}, {"i_offset", "offset"}, {"i_data", "data"},
		{"o_window_data", slice("window_data", i, 32)},
		{"i_net_we", fmt.Sprintf("net_we[%d]", c.Node)}, {"i_net_addr", at}, {"i_net_bits", bits},
		{"o_send_valid", slice("send_valid", i, 1)}, {"o_send_dest", slice("send_dest", i, g.dest)}, {"o_send_addr", slice("send_addr", i, g.addr)},
		{"o_send_bits", slice("send_bits", i, g.word)}, {"i_send_ready", slice("send_ready", i, 1)},
	}
	var text bytes.Buffer
	instance(&text, "snnc_core", fmt.Sprintf("u_core%d_%s", i, identifier(layer)), params, ports)
	s := bytes.TrimSuffix(text.Bytes(), []byte("\n  );\n\n"))
	b.Write(s)
	fmt.Fprintf(b, "\n`ifdef SNNC_TRACE\n    ,\n    .o_trace_push    (o_trace_spike_valid[%d]),\n    .o_trace_index   (%s),\n    .o_trace_bits    (%s)\n`endif\n  );\n\n",
		i, slice("o_trace_spike_word", i, 16), slice("o_trace_spike_bits", i, g.word))
}

func decayConst(mode ir.DecayMode, d int32) string {
	if mode != ir.DecayUniform {
		return "0"
	}
	return fmt.Sprint(d)
}

// extent names a range as a comment does.
func extent(first, n int) string {
	if n == 1 {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, first+n-1)
}

// overlayParams gives the counters of an overlay's core the width of its largest
// size, and the sizes themselves.
func overlayParams(params []param, o *ir.Overlay) []param {
	for i := range params {
		switch params[i].name {
		case "BLOCKS", "COLUMNS", "LINES":
			params[i].value = num(o.Groups)
		case "ROWS":
			params[i].value = "1"
		}
	}
	return append(params, []param{{"OVERLAY", "1"}, {"MOST_GROUPS", num(o.Groups)}, {"MOST_PARAMS", num(o.Params)}, {"MOST_ROWS", num(o.WeightRows)}, {"MOST_ACROSS", num(o.AcrossRows)}, {"MOST_DOWN", num(o.DownRows)}}...)
}

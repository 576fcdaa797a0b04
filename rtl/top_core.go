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
	section(b, fmt.Sprintf("core %d: %s, neurons %d to %d", i, oneLine(layer), c.First, c.First+c.N-1))
	seg := func(field func(*ir.Segment) int) string {
		return table(len(c.Segments), func(s int) int { return field(&c.Segments[s]) })
	}
	bit := func(field func(*ir.Segment) bool) string {
		return flags(len(c.Segments), func(s int) bool { return field(&c.Segments[s]) })
	}
	route := func(field func(*ir.Route) int) string {
		return table(len(c.Routes), func(r int) int { return field(&c.Routes[r]) })
	}
	reset := c.Neuron.Reset
	if c.Graded {
		reset = ir.ResetNone // a graded neuron does not spike
	}
	params := []param{
		{"WORD", num(g.word)}, {"STEPS", num(p.Steps)}, {"ADDRESS", num(g.addr)}, {"DEST", num(g.dest)}, {"READBACK", flag(!o.NoReadback)},
		{"LEVEL", num(c.Level)}, {"NEURONS", num(c.N)}, {"LANES", num(c.Lanes)}, {"UPDATE", num(c.Update)}, {"GROUPS", num(c.Groups)}, {"ROWS", num(c.Rows)},
		{"WEIGHT_BITS", num(c.WeightBits)}, {"ACC_BITS", num(c.AccBits)}, {"STATE_BITS", num(c.StateBits)}, {"FRAC", num(c.Frac)},
		{"DECAY_BITS", num(c.DecayBits)}, {"DECAY_MODE", num(int(c.DecayMode))}, {"DECAY", decayConst(c)}, {"ROUND_ZERO", flag(c.Rounding == ir.RoundZero)},
		{"RESET_MODE", num(int(reset))}, {"RESET_EACH", flag(resetEach(c))}, {"RESET", signed(c.ResetConst)},
		{"AT_LEAST", flag(c.AtLeast)}, {"GRADED", flag(c.Graded)},
		{"INPUT_DEPTH", num(c.InputDepth)}, {"INPUT_BASE", num(c.InputBase)}, {"SPIKE_DEPTH", num(c.SpikeDepth)},
		{"SEGMENTS", num(len(c.Segments))}, {"HELD", num(c.Held)},
		{"SEG_EXTERNAL", bit(func(s *ir.Segment) bool { return s.External })},
		{"SEG_NEGATE", bit(func(s *ir.Segment) bool { return s.Negate })},
		{"SEG_DOUBLE", bit(func(s *ir.Segment) bool { return s.Double })},
		{"SEG_LAST", bit(func(s *ir.Segment) bool { return s.Last })},
		{"SEG_BASE", seg(func(s *ir.Segment) int { return s.Base })},
		{"SEG_WORDS", seg(func(s *ir.Segment) int { return s.Words })},
		{"SEG_MASK", seg(func(s *ir.Segment) int { return s.Mask })},
		{"SEG_SHIFT", seg(func(s *ir.Segment) int { return s.Shift })},
		{"SEG_DELAY", seg(func(s *ir.Segment) int { return s.Delay })},
		{"SEG_ROW", seg(func(s *ir.Segment) int { return s.Row })},
		{"ROUTES", num(len(c.Routes))},
		{"ROUTE_DEST", route(func(r *ir.Route) int { return g.destOf(p, r.Node) })},
		{"ROUTE_BASE", route(func(r *ir.Route) int { return r.Base + r.Offset })},
		{"ROUTE_MASK", route(func(r *ir.Route) int { return r.Mask })},
		{"ROUTE_SHIFT", route(func(r *ir.Route) int { return r.Shift })},
		{"WEIGHTS_INIT", fmt.Sprintf("%q", weightsPath(i))}, {"PARAMS_INIT", fmt.Sprintf("%q", paramsPath(i))},
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

func decayConst(c *ir.Core) string {
	if c.DecayMode != ir.DecayUniform {
		return "0"
	}
	return fmt.Sprint(c.DecayConst)
}

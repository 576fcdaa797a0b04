package rtl

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/ir"
)

// geometry is what the top level's widths follow from.
type geometry struct {
	cores, nodes, word, addr, dest int
	xbits                          int
	mesh                           bool
}

func geometryOf(p *ir.Program) geometry {
	g := geometry{cores: len(p.Cores), nodes: p.Net.Cols * p.Net.Rows, word: p.WordBits, addr: p.Net.AddrBits, mesh: p.Net.Kind == ir.NetMesh}
	if g.mesh {
		g.xbits = max(1, ir.Clog2(p.Net.Cols))
		g.dest = g.xbits + max(1, ir.Clog2(p.Net.Rows))
	} else {
		g.dest = max(1, ir.Clog2(g.nodes))
	}
	return g
}

// destOf is a node as a packet names it: {y, x} on a mesh.
func (g geometry) destOf(p *ir.Program, node int) int {
	if g.mesh {
		return node/p.Net.Cols<<g.xbits | node%p.Net.Cols
	}
	return node
}

// header is snnc_top.vh: sizes for testbenches and wrappers of the design.
func header(p *ir.Program) []byte {
	g := geometryOf(p)
	var b bytes.Buffer
	b.WriteString("// Sizes of the design in snnc_top.v.\n\n`ifndef SNNC_TOP_VH\n`define SNNC_TOP_VH\n\n")
	for _, d := range []struct {
		name, what string
		value      int
	}{
		{"CORES", "cores", g.cores},
		{"NODES", "nodes of the network; node 0 is the host", g.nodes},
		{"WORD_BITS", "bits of a spike word", g.word},
		{"ADDRESS_BITS", "bits of an address in a packet", g.addr},
		{"STEPS", "algorithmic steps of a sample", p.Steps},
		{"TICKS", "ticks of a sample", p.Ticks},
		{"HOST_DEPTH", "words the event FIFO holds", p.Net.HostDepth},
	} {
		fmt.Fprintf(&b, "`define SNNC_TOP_%-12s %5d // %s\n", d.name, d.value, d.what)
	}
	b.WriteString("\n`endif\n")
	return b.Bytes()
}

// top prints snnc_top.v.
func top(p *ir.Program, o Options) []byte {
	g := geometryOf(p)
	var b bytes.Buffer
	topComment(&b, p, o)
	topPorts(&b, g)
	topControl(&b, p, g, o)
	topNetwork(&b, p, g)
	for i := range p.Cores {
		topCore(&b, p, g, i, o)
	}
	topTrace(&b, p, g)
	b.WriteString("endmodule\n\n`default_nettype wire\n")
	return b.Bytes()
}

func topComment(b *bytes.Buffer, p *ir.Program, o Options) {
	if v := p.Overlay; v != nil {
		fmt.Fprintf(b, "// snnc_top: overlay %s\n//\n// Emitted by %s; overlay digest %x.\n", oneLine(v.Name), oneLine(o.Tool), o.Digest)
		fmt.Fprintf(b, "// %d cores of %d lanes and %d neurons, %d weight rows each, %d-bit weights; spike words of %d bits, %s of %d nodes.\n", v.Cores, v.Lanes, v.Groups*v.Lanes, v.WeightRows, v.WeightBits, v.WordBits, v.Net.Kind, v.Net.Cols*v.Net.Rows)
		b.WriteString("// Networks are written over the host bus: docs/machine.md, sections 7 and 9.\n")
		return
	}
	fmt.Fprintf(b, "// snnc_top: %s\n//\n", oneLine(p.Name))
	fmt.Fprintf(b, "// Emitted by %s; program digest %x.\n", oneLine(o.Tool), o.Digest)
	fmt.Fprintf(b, "// %d steps in %d ticks, spike words of %d bits, %s of %d nodes.\n//\n", p.Steps, p.Ticks, p.WordBits, p.Net.Kind, p.Net.Cols*p.Net.Rows)
	b.WriteString("//   core  node  level  channels   rows  layer\n")
	for i := range p.Cores {
		c := &p.Cores[i]
		fmt.Fprintf(b, "//   %4d  %4d  %5d  %8s  %5s  %s\n", i, c.Node, c.Level, extent(c.Part.Channel, c.Part.Channels), extent(c.Part.Row, c.Part.Rows), oneLine(p.Layers[c.Layer].Name))
	}
	b.WriteString("//\n// The host bus and the cycles of a tick: docs/machine.md, sections 6 and 7.\n")
}

func topPorts(b *bytes.Buffer, g geometry) {
	b.WriteString("`default_nettype none\n\nmodule snnc_top (\n")
	port := func(dir string, width int, name string) string {
		r := ""
		if width > 1 || strings.HasPrefix(name, "o_trace_spike") || strings.HasPrefix(name, "o_trace_net") {
			r = fmt.Sprintf("[%d:0]", width-1)
		}
		return fmt.Sprintf("  %-6s wire %-7s %s", dir, r, name)
	}
	fmt.Fprintf(b, "%s,\n%s,\n", port("input", 1, "i_clk"), port("input", 1, "i_rst"))
	b.WriteString("  // host bus\n")
	for _, l := range []string{
		port("input", 1, "i_valid"), port("input", 1, "i_write"), port("input", 24, "i_addr"),
		port("input", 32, "i_wdata"), port("output", 1, "o_ready"),
	} {
		b.WriteString(l + ",\n")
	}
	b.WriteString(port("output", 32, "o_rdata") + ",\n  // the machine is not idle\n" + port("output", 1, "o_running") + "\n`ifdef SNNC_TRACE\n  ,\n  // trace: tick, pushes by core, deliveries by node\n")
	for _, l := range []string{
		port("output", 1, "o_trace_start"), port("output", 1, "o_trace_tick_end"), port("output", 16, "o_trace_tick"),
		port("output", g.cores, "o_trace_spike_valid"), port("output", 16*g.cores, "o_trace_spike_word"),
		port("output", g.word*g.cores, "o_trace_spike_bits"), port("output", g.nodes, "o_trace_net_valid"),
		port("output", 16*g.nodes, "o_trace_net_addr"),
	} {
		b.WriteString(l + ",\n")
	}
	b.WriteString(port("output", g.word*g.nodes, "o_trace_net_bits") + "\n`endif\n);\n\n")
}

// wire declares a vector; a width of one bit has no range unless it indexes cores or nodes.
func wire(b *bytes.Buffer, width int, name string) {
	r := ""
	if width > 1 {
		r = fmt.Sprintf("[%d:0]", width-1)
	}
	fmt.Fprintf(b, "  wire %-9s %s;\n", r, name)
}

func vector(b *bytes.Buffer, width int, name string) {
	fmt.Fprintf(b, "  wire %-9s %s;\n", fmt.Sprintf("[%d:0]", width-1), name)
}

func section(b *bytes.Buffer, name string) {
	fmt.Fprintf(b, "  // ---- %s %s\n\n", name, strings.Repeat("-", max(1, 70-len(name))))
}

func topControl(b *bytes.Buffer, p *ir.Program, g geometry, o Options) {
	count := ir.Clog2(p.Net.HostDepth + 1)
	section(b, "host and controller")
	wire(b, 1, "run")
	wire(b, 1, "new_sample")
	wire(b, 16, "run_ticks")
	wire(b, 1, "running")
	wire(b, 1, "start")
	wire(b, 1, "clear")
	wire(b, 16, "tick")
	wire(b, 1, "tick_end")
	wire(b, 64, "cycles")
	wire(b, 32, "tick_cycles")
	vector(b, g.cores, "core_busy")
	vector(b, g.cores, "learn_busy")
	wire(b, 1, "net_busy")
	wire(b, 1, "event_read")
	vector(b, max(1, ir.Clog2(p.Net.HostDepth)), "event_index")
	wire(b, 32, "event_meta")
	wire(b, 32, "event_data")
	vector(b, count, "event_count")
	wire(b, 1, "event_pop")
	wire(b, 1, "input_write")
	vector(b, g.cores, "window_select")
	wire(b, 1, "window_write")
	wire(b, 1, "window_read")
	wire(b, 8, "window_memory")
	wire(b, 23, "offset")
	wire(b, 32, "data")
	vector(b, 32*g.cores, "window_data")
	b.WriteString("\n")
	b.WriteString("  assign o_running = running || (|learn_busy);\n\n")
	hostParams := []param{{"CORES", num(g.cores)}, {"STEPS", num(p.Steps)}, {"RUN_TICKS", num(p.Ticks)}, {"HOST_DEPTH", num(p.Net.HostDepth)}}
	if o.NoReadback {
		hostParams = append(hostParams, param{"READBACK", "0"})
	}
	if o.NoRewrite {
		hostParams = append(hostParams, param{"REWRITE", "0"})
	}
	if p.Overlay != nil || slices.Contains(p.SinglePort(o.SinglePort), true) {
		hostParams = append(hostParams, param{"LOAD", "1"})
	}
	instance(b, "snnc_host", "u_host", append(hostParams, param{"DIGEST", fmt.Sprintf("128'h%x", o.Digest)}), []param{
		{"i_clk", "i_clk"}, {"i_rst", "i_rst"},
		{"i_valid", "i_valid"}, {"i_write", "i_write"}, {"i_addr", "i_addr"}, {"i_wdata", "i_wdata"}, {"o_ready", "o_ready"}, {"o_rdata", "o_rdata"},
		{"o_run", "run"}, {"o_new_sample", "new_sample"}, {"o_run_ticks", "run_ticks"}, {"i_running", "o_running"}, {"i_tick", "tick"},
		{"i_cycles", "cycles"}, {"i_tick_cycles", "tick_cycles"},
		{"o_event_read", "event_read"}, {"o_event_index", "event_index"}, {"i_event_meta", "event_meta"}, {"i_event_data", "event_data"}, {"i_event_count", "event_count"}, {"o_event_pop", "event_pop"},
		{"o_input_write", "input_write"}, {"o_window_select", "window_select"}, {"o_window_write", "window_write"}, {"o_window_read", "window_read"},
		{"o_window_memory", "window_memory"}, {"o_offset", "offset"}, {"o_data", "data"}, {"i_window_data", "window_data"},
	})
	instance(b, "snnc_ctrl", "u_ctrl", []param{{"CYCLE_BITS", num(cycleBits(p))}}, []param{
		{"i_clk", "i_clk"}, {"i_rst", "i_rst"}, {"i_run", "run && !(|learn_busy)"}, {"i_new_sample", "new_sample"}, {"i_ticks", "run_ticks"},
		{"o_start", "start"}, {"o_clear", "clear"}, {"o_tick", "tick"}, {"o_tick_end", "tick_end"}, {"i_busy", "(|core_busy) || net_busy"},
		{"o_running", "running"}, {"o_cycles", "cycles"}, {"o_tick_cycles", "tick_cycles"},
	})
	event := "net_addr"
	bits := "net_bits"
	if g.mesh {
		event, bits = fmt.Sprintf("net_addr[%d:0]", g.addr-1), fmt.Sprintf("net_bits[%d:0]", g.word-1)
	}
	section(b, "network")
	vector(b, g.cores, "send_valid")
	vector(b, g.cores*g.dest, "send_dest")
	vector(b, g.cores*g.addr, "send_addr")
	vector(b, g.cores*g.word, "send_bits")
	vector(b, g.cores, "send_ready")
	vector(b, g.nodes, "net_we")
	copies := 1
	if g.mesh {
		copies = g.nodes
	}
	vector(b, copies*g.addr, "net_addr")
	vector(b, copies*g.word, "net_bits")
	b.WriteString("\n")
	instance(b, "snnc_events", "u_events", []param{{"WORD", num(g.word)}, {"ADDRESS", num(g.addr)}, {"DEPTH", num(p.Net.HostDepth)}}, []param{
		{"i_clk", "i_clk"}, {"i_rst", "i_rst"}, {"i_push", "net_we[0]"}, {"i_tick", "tick"}, {"i_addr", event}, {"i_bits", bits},
		{"i_read", "event_read"}, {"i_index", "event_index"}, {"o_meta", "event_meta"}, {"o_data", "event_data"},
		{"i_pop", "event_pop"}, {"i_pops", "data"}, {"o_count", "event_count"},
	})
}

func topNetwork(b *bytes.Buffer, p *ir.Program, g geometry) {
	if !g.mesh {
		instance(b, "snnc_bus", "u_bus", []param{
			{"CORES", num(g.cores)}, {"NODES", num(g.nodes)}, {"WORD", num(g.word)}, {"ADDRESS", num(g.addr)}, {"HOST_DEPTH", num(p.Net.HostDepth)},
		}, []param{
			{"i_clk", "i_clk"}, {"i_rst", "i_rst"}, {"i_clear", "clear"},
			{"i_valid", "send_valid"}, {"i_dest", "send_dest"}, {"i_addr", "send_addr"}, {"i_bits", "send_bits"}, {"o_ready", "send_ready"},
			{"o_we", "net_we"}, {"o_addr", "net_addr"}, {"o_bits", "net_bits"}, {"i_host_count", "event_count"}, {"o_busy", "net_busy"},
		})
		return
	}
	core := make([]int, g.nodes) // core at a node + 1
	for i := range p.Cores {
		core[p.Cores[i].Node] = i + 1
	}
	b.WriteString("  // Packets by node; a node without a core sends nothing.\n")
	senders := ""
	for n := g.nodes - 1; n >= 0; n-- {
		if core[n] > 0 {
			senders += "1"
		} else {
			senders += "0"
		}
	}
	for _, v := range []struct {
		name  string
		width int
	}{{"valid", 1}, {"dest", g.dest}, {"addr", g.addr}, {"bits", g.word}} {
		fmt.Fprintf(b, "  wire %-9s node_%s = {", fmt.Sprintf("[%d:0]", g.nodes*v.width-1), v.name)
		for n := g.nodes - 1; n >= 0; n-- {
			if core[n] > 0 {
				b.WriteString(slice("send_"+v.name, core[n]-1, v.width))
			} else {
				fmt.Fprintf(b, "%d'd0", v.width)
			}
			if n > 0 {
				b.WriteString(", ")
			}
		}
		b.WriteString("};\n")
	}
	vector(b, g.nodes, "node_ready")
	b.WriteString("\n")
	for i := range p.Cores {
		fmt.Fprintf(b, "  assign send_ready[%d] = node_ready[%d];\n", i, p.Cores[i].Node)
	}
	b.WriteString("  wire unused_ready = &{1'b0, node_ready};\n\n")
	instance(b, "snnc_mesh", "u_mesh", []param{
		{"COLS", num(p.Net.Cols)}, {"ROWS", num(p.Net.Rows)}, {"WORD", num(g.word)}, {"ADDRESS", num(g.addr)},
		{"DEPTH", num(p.Net.FIFODepth)}, {"HOST_DEPTH", num(p.Net.HostDepth)}, {"SENDERS", fmt.Sprintf("%d'b%s", g.nodes, senders)},
	}, []param{
		{"i_clk", "i_clk"}, {"i_rst", "i_rst"}, {"i_clear", "clear"},
		{"i_valid", "node_valid"}, {"i_dest", "node_dest"}, {"i_addr", "node_addr"}, {"i_bits", "node_bits"}, {"o_ready", "node_ready"},
		{"o_we", "net_we"}, {"o_addr", "net_addr"}, {"o_bits", "net_bits"}, {"i_host_count", "event_count"}, {"o_busy", "net_busy"},
	})
}

func topTrace(b *bytes.Buffer, p *ir.Program, g geometry) {
	section(b, "trace")
	b.WriteString("`ifdef SNNC_TRACE\n")
	b.WriteString("  assign o_trace_start       = start;\n  assign o_trace_tick_end    = tick_end;\n  assign o_trace_tick        = tick;\n  assign o_trace_net_valid   = net_we;\n")
	addr := func(n int) string {
		s := "net_addr"
		if g.mesh {
			s = slice("net_addr", n, g.addr)
		}
		if g.addr < 16 {
			return fmt.Sprintf("%d'd0, %s", 16-g.addr, s)
		}
		return s
	}
	for n := 0; n < g.nodes; n++ {
		fmt.Fprintf(b, "  assign o_trace_net_addr[%d +: 16] = {%s};\n", 16*n, addr(n))
	}
	if g.mesh {
		b.WriteString("  assign o_trace_net_bits    = net_bits;\n")
	} else {
		fmt.Fprintf(b, "  assign o_trace_net_bits    = {%d{net_bits}};\n", g.nodes)
	}
	b.WriteString("`else\n  wire unused_trace = &{1'b0, tick_end, net_we, net_addr, net_bits};\n`endif\n\n")
}

// cycleBits is the width of the cycle counters: what no sample exceeds whose
// events the host reads in time, and 24 at least.
func cycleBits(p *ir.Program) int {
	if p.Overlay != nil {
		return 48 // whatever runs on it
	}
	return min(max(24, bits.Len64(uint64(host.TickBound(p))*uint64(p.Ticks))), 64)
}

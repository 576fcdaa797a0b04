package ir

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strings"
)

// Text prints the graph, one node a line, for a person to read and to diff.
func (g *Graph) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	g.text(b, "")
	return b.Flush()
}

func (g *Graph) text(b io.Writer, indent string) {
	fmt.Fprintf(b, "%sgraph %q\n", indent, g.Name)
	for _, n := range g.Nodes {
		fmt.Fprintf(b, "%s  node %q %s\n", indent, n.Name, n.Op.Kind())
		for _, f := range n.Op.Fields() {
			if t := *f.Value; t != nil {
				fmt.Fprintf(b, "%s    %-12s %s %v %s\n", indent, f.Name, t.DType, t.Shape, summary(t.Data))
			}
		}
		if sub, ok := n.Op.(*Subgraph); ok {
			sub.Graph.text(b, indent+"    ")
		}
	}
	for _, e := range g.Edges {
		fmt.Fprintf(b, "%s  edge %q -> %q\n", indent, e.From, e.To)
	}
}

// summary prints up to eight values, and is short for more: range, mean and a
// hash that changes with any of them.
func summary[T float64 | int32 | int16](v []T) string {
	if len(v) == 0 {
		return "none"
	}
	lo, hi, sum := v[0], v[0], 0.0
	h := fnv.New32a()
	for _, x := range v {
		lo, hi, sum = min(lo, x), max(hi, x), sum+float64(x)
		bits := math.Float64bits(float64(x))
		h.Write([]byte{byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24), byte(bits >> 32), byte(bits >> 40), byte(bits >> 48), byte(bits >> 56)})
	}
	switch {
	case len(v) == 1:
		return fmt.Sprint(v[0])
	case lo == hi:
		return fmt.Sprintf("%d × %v", len(v), lo)
	case len(v) <= 8:
		return strings.Trim(fmt.Sprint(v), "[]")
	}
	return fmt.Sprintf("%d × %.6g..%.6g mean %.6g #%08x", len(v), float64(lo), float64(hi), sum/float64(len(v)), h.Sum32())
}

func (n Neuron) String() string {
	parts := []string{"reset " + fmt.Sprint(int(n.Reset))}
	if n.Reset >= ResetNone && n.Reset <= ResetDelayed {
		parts[0] = []string{"no reset", "reset to value", "reset by subtraction", "delayed subtraction"}[n.Reset]
	}
	if n.Graded {
		parts = []string{"no spikes, membranes out"}
	} else if n.AtLeast {
		parts = append(parts, "v >= threshold")
	} else {
		parts = append(parts, "v > threshold")
	}
	if n.Rounding == RoundZero {
		parts = append(parts, "leak toward zero")
	}
	return strings.Join(parts, ", ")
}

// String says what an input's integers are.
func (e Encoding) String() string {
	s := fmt.Sprintf("%d-bit unsigned", e.Bits)
	if e.Signed {
		s = fmt.Sprintf("%d-bit signed", e.Bits)
	} else if e.Bits == 1 {
		s = "spikes"
	}
	if e.Held {
		s += ", held over the steps"
	} else {
		s += ", new every step"
	}
	return fmt.Sprintf("%s, 1 is %g", s, e.Scale)
}

// Text prints the network: populations by level, projections, decisions.
func (n *Network) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "network %q steps %d\n", n.Name, n.Steps)
	for i, in := range n.Inputs {
		fmt.Fprintf(b, "  input %d %q %d values: %s\n", i, in.Name, in.N, in.Input)
	}
	for i, p := range n.Populations {
		fmt.Fprintf(b, "  population %d %q %d neurons level %d: %s\n", i, p.Name, p.N, p.Level, p.Neuron)
		fmt.Fprintf(b, "    decay %s\n    bias %s\n    threshold %s\n    reset %s\n", summary(p.Decay), summary(p.Bias), summary(p.Threshold), summary(p.VReset))
		if q := p.Q; q != nil {
			fmt.Fprintf(b, "    fixed: weight %d, acc %d, state %d bits; %d fraction bits; unit %s\n", q.WeightBits, q.AccBits, q.StateBits, q.Frac, summary(q.Unit))
			fmt.Fprintf(b, "      decay/%d %s\n      bias %s\n      threshold %s\n      reset %s\n", 1<<q.DecayBits, summary(q.Decay), summary(q.Bias), summary(q.Threshold), summary(q.Reset))
		}
	}
	for _, p := range n.Projections {
		kind := "population"
		if p.FromInput {
			kind = "input"
		}
		fmt.Fprintf(b, "  projection %q %s %d -> population %d [%d %d] %s\n", p.Name, kind, p.Source, p.Target, p.NPost, p.NPre, summary(p.Weight))
		if p.Q != nil {
			fmt.Fprintf(b, "    fixed: %s\n", summary(p.Q))
		}
	}
	for _, s := range n.Outputs {
		fmt.Fprintf(b, "  output %q population %d\n", s.Name, s.Population)
	}
	for _, d := range n.Decisions {
		fmt.Fprintf(b, "  decision %q: %s (%s)\n", d.Subject, d.Choice, d.Reason)
	}
	return b.Flush()
}

// Text prints the program: network, ports, and each core with its segments and
// routes, which name what they read and reach.
func (p *Program) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "program %q by %q: words of %d bits, %d steps in %d ticks\n", p.Name, p.Tool, p.WordBits, p.Steps, p.Ticks)
	fmt.Fprintf(b, "  net %s %d×%d, router FIFOs of %d, %d address bits, host FIFO of %d words\n", p.Net.Kind, p.Net.Cols, p.Net.Rows, p.Net.FIFODepth, p.Net.AddrBits, p.Net.HostDepth)
	for i, in := range p.Inputs {
		fmt.Fprintf(b, "  input %d %q %d values: %s\n", i, in.Name, in.N, in.Input)
		fmt.Fprintf(b, "    words %d.., %d slots of %d, planes of %d\n", in.Base, in.Slots, 1<<in.SlotShift, in.PlaneWords)
	}
	for i, o := range p.Outputs {
		fmt.Fprintf(b, "  output %d %q layer %q, %d neurons at host word %d", i, o.Name, p.layerName(o.Layer), o.N, o.Base)
		if o.Graded {
			fmt.Fprintf(b, ", membranes, unit %s", summary(o.Unit))
		}
		fmt.Fprintln(b)
	}
	for i, l := range p.Layers {
		fmt.Fprintf(b, "  layer %d %q %d neurons level %d\n", i, l.Name, l.N, l.Level)
	}
	for i := range p.Cores {
		p.coreText(b, i)
	}
	for _, d := range p.Notes {
		fmt.Fprintf(b, "  note %q: %s (%s)\n", d.Subject, d.Choice, d.Reason)
	}
	return b.Flush()
}

func (p *Program) coreText(b io.Writer, i int) {
	c := &p.Cores[i]
	fmt.Fprintf(b, "  core %d at node %d: %q[%d:%d] level %d, %s\n", i, c.Node, p.layerName(c.Layer), c.First, c.First+c.N, c.Level, c.Neuron)
	fmt.Fprintf(b, "    lanes %d, update %d, groups %d, rows %d; weight %d, acc %d, state %d, frac %d bits\n",
		c.Lanes, c.Update, c.Groups, c.Rows, c.WeightBits, c.AccBits, c.StateBits, c.Frac)
	fmt.Fprintf(b, "    input words %d of %d.., spike words %d\n", c.InputDepth, c.InputBase, c.SpikeDepth)
	fmt.Fprintf(b, "    weights   %s\n    threshold %s\n    bias      %s\n", summary(c.Weights), summary(c.Threshold), summary(c.Bias))
	switch c.DecayMode {
	case DecayZero:
		fmt.Fprintf(b, "    decay     all: no memory\n")
	case DecayOne:
		fmt.Fprintf(b, "    decay     none\n")
	case DecayUniform:
		fmt.Fprintf(b, "    decay     %d/%d\n", c.DecayConst, 1<<c.DecayBits)
	default:
		fmt.Fprintf(b, "    decay/%d %s\n", 1<<c.DecayBits, summary(c.Decay))
	}
	if c.ResetPerNeuron {
		fmt.Fprintf(b, "    reset     %s\n", summary(c.Reset))
	} else if c.Neuron.Reset == ResetValue {
		fmt.Fprintf(b, "    reset     %d\n", c.ResetConst)
	}
	for j := range c.Segments {
		s := &c.Segments[j]
		fmt.Fprintf(b, "    segment %d %s: %d words at %d, %d slots of %d, delay %d, rows %d..%d", j, p.readText(i, s), s.Words, s.Base, s.Mask+1, 1<<s.Shift, s.Delay, s.Row, s.Row+s.Bits-1)
		for _, f := range []struct {
			on   bool
			name string
		}{{j < c.Held, "held"}, {s.Double, "double"}, {s.Negate, "negate"}, {s.Last, "last"}} {
			if f.on {
				fmt.Fprintf(b, ", %s", f.name)
			}
		}
		fmt.Fprintln(b)
	}
	for j, r := range c.Routes {
		if r.Node == 0 {
			fmt.Fprintf(b, "    route %d to the host: word %d + %d\n", j, r.Base, r.Offset)
			continue
		}
		to := "nobody"
		for k := range p.Cores {
			if p.Cores[k].Node == r.Node {
				to = fmt.Sprintf("core %d (%q)", k, p.layerName(p.Cores[k].Layer))
			}
		}
		fmt.Fprintf(b, "    route %d to %s: word %d + %d, %d slots of %d\n", j, to, r.Base, r.Offset, r.Mask+1, 1<<r.Shift)
	}
}

// readText names what a segment reads: an input, or the layers whose routes
// lead into its ring.
func (p *Program) readText(core int, s *Segment) string {
	c := &p.Cores[core]
	if s.External {
		at := segmentAt{coreAt{p, core, c}, 0, s}
		if in, _ := at.source(); in != nil {
			return fmt.Sprintf("input %q", in.Name)
		}
		return "input"
	}
	var names []string
	for i := range p.Cores {
		for _, r := range p.Cores[i].Routes {
			name := fmt.Sprintf("%q", p.layerName(p.Cores[i].Layer))
			if at := r.Base + r.Offset; r.Node == c.Node && at >= s.Base && at < s.Base+s.Words && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return "spikes of " + strings.Join(names, ", ")
}

func (p *Program) layerName(i int) string {
	if i < 0 || i >= len(p.Layers) {
		return "?"
	}
	return p.Layers[i].Name
}

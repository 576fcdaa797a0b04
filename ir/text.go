package ir

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"io"
	"math"
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

// summary is short for many values: range, mean and a hash that changes with any of them.
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
	if lo == hi {
		return fmt.Sprintf("%d × %v", len(v), lo)
	}
	return fmt.Sprintf("%d × %v..%v mean %.6g #%08x", len(v), lo, hi, sum/float64(len(v)), h.Sum32())
}

// optional prints a vector if there is one.
func optional[T float64 | int32](w io.Writer, indent, name string, v []T) {
	if v != nil {
		fmt.Fprintf(w, "%s%s %s\n", indent, name, summary(v))
	}
}

func decayText(mode DecayMode, one int32, bits int, each []int32) string {
	switch mode {
	case DecayZero:
		return "0: no memory"
	case DecayOne:
		return "1: no leak"
	case DecayUniform:
		return fmt.Sprintf("%d/%d", one, 1<<bits)
	}
	return fmt.Sprintf("%s, of %d", summary(each), 1<<bits)
}

func (u *Plastic) text(w io.Writer) {
	if u != nil {
		fmt.Fprintf(w, "    plastic: %d fraction bits of a weight, %d of a table entry, updates of up to %d samples, weight 1 is %g\n", u.Fraction, u.KernelFrac, u.Batch, u.Scale)
	}
}

func (n Neuron) String() string {
	parts := []string{[]string{"no reset", "reset to value", "reset by subtraction", "delayed subtraction"}[n.Reset]}
	if n.Graded {
		parts = []string{"graded"}
	} else if n.AtLeast {
		parts = append(parts, "v >= threshold")
	} else {
		parts = append(parts, "v > threshold")
	}
	if n.Rounding == RoundZero {
		parts = append(parts, "leak toward zero")
	}
	if n.Current {
		parts = append(parts, "synaptic current")
	}
	if n.Refractory > 0 {
		parts = append(parts, fmt.Sprintf("waits %d steps after a spike", n.Refractory))
	}
	return strings.Join(parts, ", ")
}

// Text prints the network: populations by level, projections, decisions.
func (n *Network) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "network %q steps %d interval %d\n", n.Name, n.Steps, n.Interval)
	for i, in := range n.Inputs {
		fmt.Fprintf(b, "  input %d %q %d values, %d bits signed %v held %v scale %g\n", i, in.Name, in.N, in.Input.Bits, in.Input.Signed, in.Input.Held, in.Input.Scale)
	}
	for i, p := range n.Populations {
		fmt.Fprintf(b, "  population %d %q %d neurons level %d: %s\n", i, p.Name, p.N, p.Level, p.Neuron)
		fmt.Fprintf(b, "    decay %s\n    bias %s\n    threshold %s\n    reset %s\n", summary(p.Decay), summary(p.Bias), summary(p.Threshold), summary(p.VReset))
		optional(b, "    ", "current's decay", p.SynDecay)
		optional(b, "    ", "membrane bias", p.VBias)
		optional(b, "    ", "gain", p.Gain)
		p.Plastic.text(b)
		if q := p.Q; q != nil {
			fmt.Fprintf(b, "    fixed: weight %d acc %d state %d bits, %d fraction bits, unit %s\n", q.WeightBits, q.AccBits, q.StateBits, q.Frac, summary(q.Unit))
			fmt.Fprintf(b, "      decay %s\n      bias %s\n      threshold %s\n      reset %s\n", summary(q.Decay), summary(q.Bias), summary(q.Threshold), summary(q.Reset))
			optional(b, "      ", "current's decay", q.SynDecay)
			optional(b, "      ", "membrane bias", q.VBias)
		}
	}
	for _, p := range n.Projections {
		kind := "population"
		if p.FromInput {
			kind = "input"
		}
		fmt.Fprintf(b, "  projection %q %s %d -> population %d delay %d %s %s\n", p.Name, kind, p.Source, p.Target, p.Delay, p.shapeText(), summary(p.Weight))
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

// Text prints the program: network, ports, and each core with its segments and routes.
func (p *Program) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "program %q words of %d bits, %d steps in %d ticks, interval %d\n", p.Name, p.WordBits, p.Steps, p.Ticks, p.Interval)
	fmt.Fprintf(b, "  net %s %d×%d, %d address bits, host FIFO %d words\n", p.Net.Kind, p.Net.Cols, p.Net.Rows, p.Net.AddrBits, p.Net.HostDepth)
	if p.Overlay != nil {
		p.Overlay.text(b)
	}
	for i, in := range p.Inputs {
		fmt.Fprintf(b, "  input %d %q %d values × %d bits at %d, %d slots of %d words\n", i, in.Name, in.N, in.Input.Bits, in.Base, in.Slots, 1<<in.SlotShift)
	}
	for i, o := range p.Outputs {
		fmt.Fprintf(b, "  output %d %q layer %q %d neurons at %d+%d graded %v\n", i, o.Name, p.Layers[o.Layer].Name, o.N, o.Base, o.Words, o.Graded)
	}
	for i := range p.Cores {
		c := &p.Cores[i]
		fmt.Fprintf(b, "  core %d node %d %s channels %d+%d rows %d+%d level %d: P %d U %d B %d G %d rows %d, weight %d acc %d state %d frac %d, %s\n", i, c.Node, p.Layers[c.Layer].Name,
			c.Part.Channel, c.Part.Channels, c.Part.Row, c.Part.Rows, c.Level, c.Lanes, c.Update, c.Blocks, c.Groups, c.Rows, c.WeightBits, c.AccBits, c.StateBits, c.Frac, c.Neuron)
		fmt.Fprintf(b, "    input memory %d words at %d, ring of %d slots of %d words, spike memory %d words\n", c.InputDepth, c.InputBase, c.RingMask+1, 1<<c.RingShift, c.SpikeDepth)
		fmt.Fprintf(b, "    weights %s\n    threshold %s\n    bias %s\n", summary(c.Weights), summary(c.Threshold), summary(c.Bias))
		fmt.Fprintf(b, "    decay %s\n", decayText(c.DecayMode, c.DecayConst, c.DecayBits, c.Decay))
		if c.Current {
			fmt.Fprintf(b, "    current's decay %s\n", decayText(c.SynDecayMode, c.SynDecayConst, c.DecayBits, c.SynDecay))
		}
		optional(b, "    ", "membrane bias", c.VBias)
		optional(b, "    ", "reset", c.Reset)
		if c.Neuron.Reset == ResetValue && !c.ResetPerNeuron {
			fmt.Fprintf(b, "    reset to %d\n", c.ResetConst)
		}
		c.Plastic.text(b)
		for j, s := range c.Segments {
			kind := "spikes"
			if s.External {
				kind = "input"
			}
			fmt.Fprintf(b, "    segment %d %s base %d delay %d row %d across %d down %d", j, kind, s.Base, s.Delay, s.Row, s.Across, s.Down)
			for _, f := range []struct {
				on   bool
				name string
			}{{j < c.Held, "held"}, {s.Double, "double"}, {s.Negate, "negate"}, {s.Grouped, "grouped"}} {
				if f.on {
					fmt.Fprintf(b, " %s", f.name)
				}
			}
			fmt.Fprintln(b)
		}
		for _, t := range []struct {
			name string
			rows [][]Span
		}{{"across", c.Across}, {"down", c.Down}} {
			for j, spans := range t.rows {
				fmt.Fprintf(b, "    %s %d:", t.name, j)
				for _, s := range spans {
					fmt.Fprintf(b, " %d+%d@%d", s.First, s.Bits, s.Row)
				}
				fmt.Fprintln(b)
			}
		}
		for j, r := range c.Routes {
			fmt.Fprintf(b, "    route %d node %d base %d slots %d of %d words\n", j, r.Node, r.Base, r.Mask+1, 1<<r.Shift)
		}
	}
	return b.Flush()
}

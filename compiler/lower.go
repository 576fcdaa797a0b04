package compiler

import (
	"fmt"
	"sort"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// maxInputSlots bounds the input memory of a stimulus that changes every
// step: the host refills it between runs of that many ticks.
const maxInputSlots = 64

// maxHostWords bounds the event FIFO: the host drains it between runs.
const maxHostWords = 4096

// passLower lays out memories, routes and images. It decides nothing that a
// person would want to steer: places and sizes follow from the slices.
func passLower(net *ir.Network, cores []ir.Core, fabric ir.Net, o Options) (*ir.Program, error) {
	p := &ir.Program{Name: net.Name, WordBits: o.WordBits, Steps: net.Steps, Net: fabric, Cores: cores, Notes: net.Decisions}
	top := 0
	for _, pop := range net.Populations {
		p.Layers = append(p.Layers, ir.Layer{Name: pop.Name, N: pop.N, Level: pop.Level})
		top = max(top, pop.Level)
	}
	p.Ticks = net.Steps + top
	layoutInputs(net, p, o)
	layoutOutputs(net, p)
	for i := range cores {
		if err := layoutCore(net, p, i); err != nil {
			return nil, err
		}
	}
	connect(net, p)
	for i := range cores {
		image(net, &cores[i])
	}
	addr := 1
	for _, c := range cores {
		for _, r := range c.Routes {
			words := ceilDiv(c.N, o.WordBits)
			if c.Graded {
				words = c.N
			}
			addr = max(addr, r.Base+(r.Mask<<r.Shift)+r.Offset+words)
		}
	}
	if p.Net.AddrBits = log2(addr); p.Net.AddrBits > 16 {
		return nil, fmt.Errorf("a spike memory or the host's space needs %d word addresses; packets address 65536, so use cores with fewer inputs", addr)
	}
	p.Net.AddrBits = max(p.Net.AddrBits, 1)
	return p, nil
}

func layoutInputs(net *ir.Network, p *ir.Program, o Options) {
	base := 0
	for i, in := range net.Inputs {
		port := ir.InputPort{Name: in.Name, Shape: in.Shape, N: in.N, Input: in.Input, Base: base, Slots: 1}
		port.PlaneWords = ceilDiv(in.N, o.WordBits)
		port.SlotShift = log2(in.Input.Bits * port.PlaneWords)
		if !in.Input.Held {
			slots := o.InputSlots
			if slots == 0 {
				slots = min(net.Steps, maxInputSlots)
			}
			for _, pr := range net.Projections {
				if pr.FromInput && pr.Source == i && net.Populations[pr.Target].Level > 0 {
					slots = net.Steps // a late reader: the host must not overwrite what it has still to read
				}
			}
			port.Slots = pow2(slots)
		}
		base += port.Slots << port.SlotShift
		p.Inputs = append(p.Inputs, port)
	}
}

func layoutOutputs(net *ir.Network, p *ir.Program) {
	base, perTick := 0, 0
	for _, s := range net.Outputs {
		pop := net.Populations[s.Population]
		words := ceilDiv(pop.N, p.WordBits)
		if pop.Graded {
			words = pop.N
		}
		out := ir.OutputPort{Name: s.Name, Layer: s.Population, N: pop.N, Graded: pop.Graded, Base: base}
		if pop.Graded {
			out.Unit = pop.Q.Unit
		}
		p.Outputs = append(p.Outputs, out)
		base += words
		perTick += words
	}
	p.Net.HostDepth = pow2(max(perTick, min(perTick*net.Steps, maxHostWords)))
}

// layoutCore makes the core's segments and the rings they read.
func layoutCore(net *ir.Network, p *ir.Program, i int) error {
	c := &p.Cores[i]
	var rings []*ir.Segment
	held := 0
	for _, pr := range net.Projections {
		if pr.Target != c.Layer {
			continue
		}
		if pr.FromInput {
			in := p.Inputs[pr.Source]
			c.InputBase, c.InputDepth = in.Base, in.Slots<<in.SlotShift
			for plane := 0; plane < in.Input.Bits; plane++ {
				c.Segments = append(c.Segments, ir.Segment{
					External: true, Base: plane * in.PlaneWords, Words: in.PlaneWords, Bits: in.N,
					Mask: in.Slots - 1, Shift: in.SlotShift, Delay: c.Level, Row: c.Rows,
					Negate: in.Input.Signed && plane == 0, Double: plane > 0,
				})
			}
			if in.Input.Held {
				held = len(c.Segments)
			}
			c.Rows += in.N
			continue
		}
		words := ceilDiv(pr.NPre, p.WordBits)
		delay := c.Level - net.Populations[pr.Source].Level
		c.Segments = append(c.Segments, ir.Segment{
			Words: words, Bits: pr.NPre, Mask: pow2(delay+1) - 1, Shift: log2(words), Delay: delay, Row: c.Rows, Last: true,
		})
		c.Rows += pr.NPre
	}
	c.Held = held
	for s := range c.Segments {
		if !c.Segments[s].External {
			rings = append(rings, &c.Segments[s])
		}
	}
	// Largest first, so that every ring is aligned to its own size.
	sort.SliceStable(rings, func(a, b int) bool { return ringSize(rings[a]) > ringSize(rings[b]) })
	for _, r := range rings {
		r.Base = c.SpikeDepth
		c.SpikeDepth += ringSize(r)
	}
	if c.SpikeDepth > 0 {
		c.SpikeDepth = pow2(c.SpikeDepth)
	}
	if len(c.Segments) == 0 {
		return fmt.Errorf("node %q: nothing drives it", p.Layers[c.Layer].Name)
	}
	return nil
}

func ringSize(s *ir.Segment) int { return (s.Mask + 1) << s.Shift }

// connect gives every core a route to each reader of its layer.
func connect(net *ir.Network, p *ir.Program) {
	for i := range p.Cores {
		src := &p.Cores[i]
		for _, dst := range p.Cores {
			seg := 0
			for _, pr := range net.Projections {
				if pr.Target != dst.Layer {
					continue
				}
				if pr.FromInput {
					seg += p.Inputs[pr.Source].Input.Bits
					continue
				}
				if s := dst.Segments[seg]; pr.Source == src.Layer {
					src.Routes = append(src.Routes, ir.Route{Node: dst.Node, Base: s.Base, Mask: s.Mask, Shift: s.Shift, Offset: src.First / p.WordBits})
				}
				seg++
			}
		}
		for _, out := range p.Outputs {
			if out.Layer != src.Layer {
				continue
			}
			offset := src.First / p.WordBits
			if src.Graded {
				offset = src.First
			}
			src.Routes = append(src.Routes, ir.Route{Base: out.Base, Offset: offset})
		}
	}
}

// image fills the memories of a core. Neurons past N pad the last group: no
// weights, no bias, and the largest threshold, so they never fire.
func image(net *ir.Network, c *ir.Core) {
	q := net.Populations[c.Layer].Q
	padded := c.Groups * c.Lanes
	c.Weights = make([]int16, c.Groups*c.Rows*c.Lanes)
	row := 0
	for _, pr := range net.Projections {
		if pr.Target != c.Layer {
			continue
		}
		for n := 0; n < c.N; n++ {
			g, lane := n/c.Lanes, n%c.Lanes
			src := pr.Q[(c.First+n)*pr.NPre : (c.First+n+1)*pr.NPre]
			at := (g*c.Rows+row)*c.Lanes + lane
			for _, w := range src {
				c.Weights[at] = w
				at += c.Lanes
			}
		}
		row += pr.NPre
	}
	c.Threshold, c.Bias = make([]int32, padded), make([]int32, padded)
	for n := range c.Threshold {
		if n < c.N {
			c.Threshold[n], c.Bias[n] = q.Threshold[c.First+n], q.Bias[c.First+n]
		} else {
			c.Threshold[n] = int32(numerics.Max(c.StateBits))
		}
	}
	slice := func(v []int32) []int32 {
		out := make([]int32, padded)
		copy(out, v[c.First:c.First+c.N])
		return out
	}
	switch {
	case len(q.Decay) > 1:
		c.DecayMode, c.Decay = ir.DecayPerNeuron, slice(q.Decay)
	case q.Decay[0] == 0:
		c.DecayMode = ir.DecayZero
	case q.Decay[0] == 1<<q.DecayBits:
		c.DecayMode = ir.DecayOne
	default:
		c.DecayMode, c.DecayConst = ir.DecayUniform, q.Decay[0]
	}
	if c.Neuron.Reset != ir.ResetValue {
		return
	}
	if len(q.Reset) > 1 {
		c.ResetPerNeuron, c.Reset = true, slice(q.Reset)
	} else {
		c.ResetConst = q.Reset[0]
	}
}

package tiny

import (
	"math/rand/v2"

	"github.com/snnc/snnc/ir"
)

// Layer is one core.
type Layer struct {
	Name       string
	N          int
	Lanes      int
	Update     int
	WeightBits int // 4 if 0
	Frac       int
	Neuron     ir.Neuron
	DecayMode  ir.DecayMode
	DecayBits  int // 12 if 0
	ResetEach  bool
	StateBits  int   // 16 if 0
	From       []int // source layers; the input if empty
	Recurrent  bool
	Output     bool
}

// Spec is a program to build.
type Spec struct {
	Word   int // 8 if 0
	Steps  int // 6 if 0
	Input  ir.Encoding
	Inputs int
	Mesh   [2]int // columns, rows; a bus if 0
	Layers []Layer
	Seed   uint64
	Host   int // depth of the event FIFO, 256 if 0
}

func or(v, d int) int {
	if v == 0 {
		return d
	}
	return v
}

// Build returns the program of a specification.
func Build(s Spec) *ir.Program {
	s.Word, s.Steps, s.Host = or(s.Word, 8), or(s.Steps, 6), or(s.Host, 256)
	if s.Input.Bits == 0 {
		s.Input = ir.Encoding{Bits: 1, Scale: 1}
	}
	r := rand.New(rand.NewPCG(s.Seed, 7))
	p := &ir.Program{Name: "tiny", Tool: "v0.0.0-test", WordBits: s.Word, Steps: s.Steps,
		Net: ir.Net{Kind: ir.NetBus, Cols: 1, Rows: len(s.Layers) + 1, AddrBits: 1, FIFODepth: 2, HostDepth: s.Host}}
	if s.Mesh[0] > 0 {
		p.Net.Kind, p.Net.Cols, p.Net.Rows = ir.NetMesh, s.Mesh[0], s.Mesh[1]
	}
	in := ir.InputPort{Name: "in", Shape: []int{s.Inputs}, N: s.Inputs, Input: s.Input, PlaneWords: ceil(s.Inputs, s.Word), Slots: 1}
	in.SlotShift = log2(in.PlaneWords * s.Input.Bits)
	if !s.Input.Held {
		in.Slots = 1 << log2(s.Steps)
	}
	p.Inputs = []ir.InputPort{in}

	level := make([]int, len(s.Layers))
	for i, l := range s.Layers {
		for _, f := range l.From {
			level[i] = max(level[i], level[f]+1)
		}
		p.Ticks = max(p.Ticks, s.Steps+level[i])
	}
	hostBase, nodes := 0, p.Net.Cols*p.Net.Rows
	free := r.Perm(nodes - 1) // nodes but 0, in any order
	for i, l := range s.Layers {
		c := ir.Core{Node: free[i] + 1, Layer: i, N: l.N, Level: level[i], Lanes: l.Lanes, Update: l.Update, Groups: ceil(l.N, l.Lanes),
			Neuron: l.Neuron, WeightBits: or(l.WeightBits, 4), StateBits: or(l.StateBits, 16), Frac: l.Frac,
			DecayBits: or(l.DecayBits, 12), DecayMode: l.DecayMode, ResetPerNeuron: l.ResetEach}
		if len(l.From) == 0 {
			c.InputBase, c.InputDepth = in.Base, in.Slots<<in.SlotShift
			for plane := 0; plane < s.Input.Bits; plane++ {
				c.Segments = append(c.Segments, ir.Segment{External: true, Base: plane * in.PlaneWords, Words: in.PlaneWords, Bits: in.N,
					Mask: in.Slots - 1, Shift: in.SlotShift, Delay: c.Level, Negate: s.Input.Signed && plane == 0, Double: plane > 0})
			}
			c.Rows = in.N
			if s.Input.Held {
				c.Held = len(c.Segments)
			}
		}
		from := l.From
		if l.Recurrent {
			from = append(append([]int(nil), from...), i)
		}
		for _, f := range from {
			words, delay := ceil(s.Layers[f].N, s.Word), max(1, c.Level-level[f])
			g := ir.Segment{Words: words, Bits: s.Layers[f].N, Mask: 1<<log2(delay+1) - 1, Shift: log2(words), Delay: delay, Row: c.Rows, Last: true}
			size := (g.Mask + 1) << g.Shift
			c.SpikeDepth = ceil(c.SpikeDepth, size) * size // aligned to its own size
			g.Base = c.SpikeDepth
			c.SpikeDepth += size
			c.Rows += s.Layers[f].N
			c.Segments = append(c.Segments, g)
			route := ir.Route{Node: c.Node, Base: g.Base, Mask: g.Mask, Shift: g.Shift}
			if f == i {
				c.Routes = append(c.Routes, route)
			} else {
				p.Cores[f].Routes = append(p.Cores[f].Routes, route)
			}
		}
		if c.SpikeDepth > 0 {
			c.SpikeDepth = 1 << log2(c.SpikeDepth)
		}
		if l.Output {
			c.Routes = append(c.Routes, ir.Route{Base: hostBase})
			p.Outputs = append(p.Outputs, ir.OutputPort{Name: l.Name, Layer: i, N: l.N, Graded: l.Neuron.Graded, Base: hostBase})
			if l.Neuron.Graded {
				p.Outputs[len(p.Outputs)-1].Unit = []float64{1}
				hostBase += l.N
			} else {
				hostBase += ceil(l.N, s.Word)
			}
		}
		fill(r, &c, s.Input.Bits)
		p.Cores = append(p.Cores, c)
		p.Layers = append(p.Layers, ir.Layer{Name: l.Name, N: l.N, Level: level[i]})
	}
	for i := range p.Cores {
		words := ceil(p.Cores[i].N, s.Word)
		if p.Cores[i].Graded {
			words = p.Cores[i].N
		}
		for _, t := range p.Cores[i].Routes {
			p.Net.AddrBits = max(p.Net.AddrBits, log2(t.Base+t.Mask<<t.Shift+words))
		}
	}
	return p
}

// fill draws the images: weights of both signs, thresholds that a few inputs
// reach, and inert padding.
func fill(r *rand.Rand, c *ir.Core, inputBits int) {
	padded := c.Groups * c.Lanes
	qmax := 1<<(c.WeightBits-1) - 1
	c.AccBits = min(32, max(c.WeightBits, log2(c.Rows+1)+c.WeightBits+inputBits))
	c.Weights = make([]int16, c.Groups*c.Rows*c.Lanes)
	for i := range c.Weights {
		if g := i / (c.Rows * c.Lanes); g*c.Lanes+i%c.Lanes < c.N {
			c.Weights[i] = int16(r.IntN(2*qmax+1) - qmax + r.IntN(2)*r.IntN(2)*qmax/2)
			c.Weights[i] = min(c.Weights[i], int16(qmax))
		}
	}
	lim := 1 << (c.StateBits - 1)
	unit := qmax << c.Frac // the largest change by one spike
	theta := func() int32 { return int32(min(1+unit/2+r.IntN(unit+1), lim-1)) }
	c.Threshold, c.Bias = make([]int32, padded), make([]int32, padded)
	for n := range c.Threshold {
		c.Threshold[n] = int32(lim - 1)
		if n < c.N {
			c.Threshold[n] = theta()
			c.Bias[n] = int32(clamp(r.IntN(unit+1)-unit/2, lim))
		}
	}
	if c.DecayMode == ir.DecayPerNeuron {
		c.Decay = make([]int32, padded)
		for n := range c.Decay {
			c.Decay[n] = int32(r.IntN(1 << c.DecayBits))
		}
	}
	if c.DecayMode == ir.DecayUniform {
		c.DecayConst = int32(r.IntN(1 << c.DecayBits))
	}
	if c.ResetPerNeuron {
		c.Reset = make([]int32, padded)
		for n := range c.Reset {
			c.Reset[n] = int32(clamp(r.IntN(unit+1)-unit/2, lim))
		}
	} else if v := int32(clamp(-r.IntN(unit+1), lim)); c.Neuron.Reset == ir.ResetValue {
		c.ResetConst = v
	}
	for _, v := range [][]int32{c.Decay, c.Reset} {
		if v != nil {
			clear(v[c.N:])
		}
	}
}

func clamp(v, lim int) int { return max(-lim, min(v, lim-1)) }

func ceil(a, b int) int { return (a + b - 1) / b }

func log2(n int) int {
	b := 0
	for 1<<b < n {
		b++
	}
	return b
}

package sim

import (
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
	"pgregory.net/rapid"
)

// This file draws random quantised networks and maps them to cores in the
// plainest way, apart from the compiler: what it makes is compared with the
// fixed-point reference (the network) and the stepped machine (the program).

func drawNetwork(t *rapid.T, rng *rand.Rand, wordBits int) *ir.Network {
	net := &ir.Network{Name: "random", Steps: rapid.IntRange(1, 4).Draw(t, "steps")}
	for range rapid.IntRange(1, 3).Draw(t, "inputs") {
		e := ir.Encoding{Bits: rapid.SampledFrom([]int{1, 1, 2, 3, 8}).Draw(t, "bits"), Held: rapid.Bool().Draw(t, "held"), Scale: 1}
		e.Signed = e.Bits > 1 && rapid.Bool().Draw(t, "signed")
		net.Inputs = append(net.Inputs, ir.Source{Name: fmt.Sprintf("in%d", len(net.Inputs)), N: rapid.IntRange(1, 40).Draw(t, "N"), Input: e})
	}
	for p := range rapid.IntRange(1, 4).Draw(t, "populations") {
		pop := drawPopulation(t, rng, wordBits)
		pop.Name = string(rune('a' + p))
		var sources []int
		for i := range net.Inputs {
			sources = append(sources, -1-i)
		}
		for i := range net.Populations {
			if !net.Populations[i].Graded {
				sources = append(sources, i)
			}
		}
		for _, s := range rapid.SliceOfN(rapid.SampledFrom(sources), 1, 3).Draw(t, "sources") {
			j := ir.Projection{Name: "w", Target: p, NPost: pop.N, FromInput: s < 0, Source: s}
			if s < 0 {
				j.Source = -1 - s
				j.NPre = net.Inputs[j.Source].N
			} else {
				j.NPre = net.Populations[s].N
				pop.Level = max(pop.Level, net.Populations[s].Level+1)
			}
			for range j.NPost * j.NPre {
				j.Q = append(j.Q, int16(rng.IntN(31)-15))
			}
			net.Projections = append(net.Projections, j)
		}
		if p > 0 {
			pop.Level = max(pop.Level, net.Populations[p-1].Level)
		}
		net.Populations = append(net.Populations, pop)
	}
	for p := range net.Populations {
		read := false
		for _, j := range net.Projections {
			read = read || !j.FromInput && j.Source == p
		}
		if !read || rapid.Bool().Draw(t, "output") {
			net.Outputs = append(net.Outputs, ir.Sink{Name: net.Populations[p].Name, Population: p})
		}
	}
	return net
}

func drawPopulation(t *rapid.T, rng *rand.Rand, wordBits int) ir.Population {
	n := rapid.IntRange(1, 80).Draw(t, "neurons")
	pop := ir.Population{N: n, Neuron: ir.Neuron{
		Reset:    ir.Reset(rapid.IntRange(0, 3).Draw(t, "reset")),
		AtLeast:  rapid.Bool().Draw(t, "at least"),
		Rounding: ir.Rounding(rapid.IntRange(0, 1).Draw(t, "rounding")),
		Graded:   rapid.IntRange(0, 4).Draw(t, "graded") == 0,
	}}
	q := &ir.QuantPopulation{Frac: rapid.IntRange(0, 3).Draw(t, "F"), WeightBits: 5, DecayBits: rapid.IntRange(4, 12).Draw(t, "DB"), StateBits: 8 + rng.IntN(17)}
	if pop.Graded {
		q.StateBits = wordBits - rng.IntN(3)
	}
	one := int32(1) << q.DecayBits
	for range n {
		q.Unit = append(q.Unit, 1/float64(1+rng.IntN(9)))
		q.Bias = append(q.Bias, int32(rng.IntN(21)-8))
		q.Threshold = append(q.Threshold, 1+rng.Int32N(1<<(q.StateBits-2)))
		if rng.IntN(2) == 0 {
			q.Threshold[len(q.Threshold)-1] = 1 + rng.Int32N(30)
		}
		q.Reset = append(q.Reset, int32(rng.IntN(11)-5))
		q.Decay = append(q.Decay, rng.Int32N(one))
	}
	if rapid.Bool().Draw(t, "one decay") {
		q.Decay = []int32{rapid.SampledFrom([]int32{0, one, one / 2, one - 1, 3}).Draw(t, "decay")}
	}
	if rapid.Bool().Draw(t, "one reset") {
		q.Reset = q.Reset[:1]
	}
	pop.Q = q
	return pop
}

// lower maps a network to cores with drawn lanes, slices, places and rings.
func lower(t *rapid.T, net *ir.Network, wordBits int) *ir.Program {
	p := &ir.Program{Name: net.Name, WordBits: wordBits, Steps: net.Steps}
	top := 0
	for i := range net.Populations {
		pop := &net.Populations[i]
		top = max(top, pop.Level)
		p.Layers = append(p.Layers, ir.Layer{Name: pop.Name, N: pop.N, Level: pop.Level})
		sumBits(net, i)
	}
	p.Ticks = p.Steps + top
	base := rapid.IntRange(0, 5).Draw(t, "input base")
	for i := range net.Inputs {
		in := &net.Inputs[i]
		port := ir.InputPort{Name: in.Name, N: in.N, Input: in.Input, Base: base, PlaneWords: ceil(in.N, wordBits), Slots: 1}
		port.SlotShift = log2ceil(port.PlaneWords * in.Input.Bits)
		if !in.Input.Held {
			least := log2ceil(min(p.Steps, top+1))
			port.Slots = 1 << rapid.IntRange(least, least+1).Draw(t, "slots")
		}
		base += port.Slots << port.SlotShift
		p.Inputs = append(p.Inputs, port)
	}
	hostBase := rapid.IntRange(0, 3).Draw(t, "host base")
	for _, o := range net.Outputs {
		pop := &net.Populations[o.Population]
		out := ir.OutputPort{Name: o.Name, Layer: o.Population, N: pop.N, Graded: pop.Graded, Base: hostBase}
		if pop.Graded {
			out.Unit = pop.Q.Unit
		}
		hostBase += outputWords(p, &out)
		p.Outputs = append(p.Outputs, out)
	}
	for i := range net.Populations {
		slice := wordBits * rapid.IntRange(1, 4).Draw(t, "slice")
		pop := &net.Populations[i]
		for first := 0; first < pop.N; first += slice {
			p.Cores = append(p.Cores, lowerCore(t, net, p, i, first, min(slice, pop.N-first)))
		}
	}
	place(t, p)
	connect(net, p)
	p.Net.AddrBits, p.Net.HostDepth = 16, 1<<log2ceil(max(1, hostBase))
	return p
}

// sumBits sizes a population's accumulator by the loose bound of numerics.md.
func sumBits(net *ir.Network, i int) {
	pop := &net.Populations[i]
	most := int64(1)
	for n := range pop.N {
		sum := int64(0)
		for _, j := range net.Projections {
			if j.Target != i {
				continue
			}
			scale := int64(1)
			if j.FromInput {
				scale = 1<<net.Inputs[j.Source].Input.Bits - 1
			}
			for _, w := range j.Q[n*j.NPre : (n+1)*j.NPre] {
				sum += max(int64(w), -int64(w)) * scale
			}
		}
		most = max(most, sum)
	}
	pop.Q.AccBits = max(pop.Q.WeightBits, numerics.BitsFor(-most, most))
}

func ceil(a, b int) int { return (a + b - 1) / b }

func log2ceil(n int) int { return bits.Len(uint(n - 1)) }

func lowerCore(t *rapid.T, net *ir.Network, p *ir.Program, layer, first, n int) ir.Core {
	pop := &net.Populations[layer]
	q := pop.Q
	c := ir.Core{Layer: layer, First: first, N: n, Level: pop.Level, Neuron: pop.Neuron, WeightBits: q.WeightBits, AccBits: q.AccBits,
		StateBits: q.StateBits, Frac: q.Frac, DecayBits: q.DecayBits, Update: 1}
	c.Lanes = 1 << rapid.IntRange(0, 6).Draw(t, "lanes")
	if !c.Graded {
		c.Update = min(1<<rapid.IntRange(0, 5).Draw(t, "update"), c.Lanes, p.WordBits)
	}
	c.Groups = ceil(n, c.Lanes)
	rowOf := map[int]int{}
	var held, graded, plain []int // projections
	for k := range net.Projections {
		j := &net.Projections[k]
		if j.Target != layer {
			continue
		}
		rowOf[k] = c.Rows
		c.Rows += j.NPre
		switch {
		case j.FromInput && net.Inputs[j.Source].Input.Held:
			held = append(held, k)
		case j.FromInput && net.Inputs[j.Source].Input.Bits > 1:
			graded = append(graded, k)
		default:
			plain = append(plain, k)
		}
	}
	if c.InputDepth = inputEnd(p); c.InputDepth > 0 {
		c.InputBase = rapid.IntRange(0, p.Inputs[0].Base).Draw(t, "input base of core")
		c.InputDepth -= c.InputBase
	}
	// Current can be kept only where no doubling comes later.
	if len(graded) == 0 {
		c.Segments = planes(net, p, &c, held, rowOf)
		c.Held = len(c.Segments)
	} else {
		c.Segments = planes(net, p, &c, append(held, graded...), rowOf)
	}
	depth := 0
	for _, k := range plain {
		j := &net.Projections[k]
		if j.FromInput {
			c.Segments = append(c.Segments, planes(net, p, &c, []int{k}, rowOf)...)
			continue
		}
		s := ir.Segment{Words: ceil(j.NPre, p.WordBits), Bits: j.NPre, Delay: c.Level - net.Populations[j.Source].Level, Row: rowOf[k], Last: true}
		s.Shift = log2ceil(s.Words)
		s.Mask = 1<<log2ceil(s.Delay+1+rapid.IntRange(0, 1).Draw(t, "spare slot")) - 1
		if shared := ringOf(net, &c, plain, k); shared != nil { // the same source twice: one ring, the later reader clears
			s.Base, s.Mask, shared.Last = shared.Base, shared.Mask, false
		} else {
			s.Base = depth
			depth += (s.Mask + 1) << s.Shift
		}
		c.Segments = append(c.Segments, s)
	}
	if depth > 0 {
		c.SpikeDepth = 1 << log2ceil(depth)
	}
	fillImages(net, &c, rowOf)
	return c
}

// ringOf finds the latest segment of the core that reads the same population.
func ringOf(net *ir.Network, c *ir.Core, plain []int, k int) *ir.Segment {
	var found *ir.Segment
	for i := range c.Segments {
		s := &c.Segments[i]
		for _, o := range plain {
			if o < k && !s.External && !net.Projections[o].FromInput && net.Projections[o].Source == net.Projections[k].Source &&
				s.Row == rowStart(net, o) {
				found = s
			}
		}
	}
	return found
}

// rowStart is where a projection's rows begin in its target's cores.
func rowStart(net *ir.Network, k int) int {
	row := 0
	for i := range k {
		if net.Projections[i].Target == net.Projections[k].Target {
			row += net.Projections[i].NPre
		}
	}
	return row
}

func inputEnd(p *ir.Program) int {
	end := 0
	for i := range p.Inputs {
		end = max(end, p.Inputs[i].Base+p.Inputs[i].Slots<<p.Inputs[i].SlotShift)
	}
	return end
}

// planes interleaves the bit planes of several inputs by significance, so
// that one doubling serves them all.
func planes(net *ir.Network, p *ir.Program, c *ir.Core, projections []int, rowOf map[int]int) []ir.Segment {
	var out []ir.Segment
	for level := 15; level >= 0; level-- {
		double := len(out) > 0
		for _, k := range projections {
			j := &net.Projections[k]
			port := &p.Inputs[j.Source]
			plane := port.Input.Bits - 1 - level
			if plane < 0 {
				continue
			}
			out = append(out, ir.Segment{External: true, Base: port.Base + plane*port.PlaneWords - c.InputBase, Words: port.PlaneWords,
				Bits: port.N, Mask: port.Slots - 1, Shift: port.SlotShift, Delay: c.Level, Row: rowOf[k],
				Negate: plane == 0 && port.Input.Signed, Double: double})
			double = false
		}
	}
	return out
}

func fillImages(net *ir.Network, c *ir.Core, rowOf map[int]int) {
	padded := c.Groups * c.Lanes
	q := net.Populations[c.Layer].Q
	c.Weights = make([]int16, padded*c.Rows)
	for k, row := range rowOf {
		j := &net.Projections[k]
		for n := range c.N {
			for m := range j.NPre {
				c.Weights[(n/c.Lanes*c.Rows+row+m)*c.Lanes+n%c.Lanes] = j.Q[(c.First+n)*j.NPre+m]
			}
		}
	}
	slice := func(v []int32, fill int32) []int32 {
		out := make([]int32, padded)
		for i := range out {
			if out[i] = fill; i < c.N {
				out[i] = v[c.First+i]
			}
		}
		return out
	}
	c.Threshold, c.Bias = slice(q.Threshold, int32(numerics.Max(c.StateBits))), slice(q.Bias, 0)
	if len(q.Decay) > 1 {
		c.DecayMode, c.Decay = ir.DecayPerNeuron, slice(q.Decay, 0)
	} else {
		switch d := q.Decay[0]; d {
		case 0:
			c.DecayMode = ir.DecayZero
		case 1 << c.DecayBits:
			c.DecayMode = ir.DecayOne
		default:
			c.DecayMode, c.DecayConst = ir.DecayUniform, d
		}
	}
	if c.Neuron.Reset != ir.ResetValue {
		return
	}
	if len(q.Reset) > 1 {
		c.ResetPerNeuron, c.Reset = true, slice(q.Reset, 0)
	} else {
		c.ResetConst = q.Reset[0]
	}
}

// place puts the cores on a bus, or anywhere on a mesh with room to spare.
func place(t *rapid.T, p *ir.Program) {
	n := len(p.Cores)
	nodes := n + 1
	p.Net = ir.Net{Kind: ir.NetBus, Cols: 1, Rows: nodes}
	if rapid.Bool().Draw(t, "mesh") {
		cols := rapid.IntRange(1, nodes).Draw(t, "columns")
		p.Net = ir.Net{Kind: ir.NetMesh, Cols: cols, Rows: ceil(nodes+rapid.IntRange(0, 3).Draw(t, "spare nodes"), cols),
			FIFODepth: rapid.IntRange(1, 4).Draw(t, "FIFO depth")}
		nodes = cols * p.Net.Rows
	}
	places := rapid.Permutation(seq(1, nodes)).Draw(t, "places")
	for i := range p.Cores {
		p.Cores[i].Node = places[i]
	}
}

func seq(from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

func connect(net *ir.Network, p *ir.Program) {
	for i := range p.Cores {
		src := &p.Cores[i]
		for k := range p.Cores {
			dst := &p.Cores[k]
			seen := map[int]bool{}
			for x := range net.Projections {
				j := &net.Projections[x]
				if j.Target != dst.Layer || j.FromInput || j.Source != src.Layer {
					continue
				}
				for s := range dst.Segments {
					if g := &dst.Segments[s]; !g.External && g.Row == rowStart(net, x) && !seen[g.Base] {
						seen[g.Base] = true
						src.Routes = append(src.Routes, ir.Route{Node: dst.Node, Base: g.Base, Mask: g.Mask, Shift: g.Shift, Offset: src.First / p.WordBits})
					}
				}
			}
		}
		for o := range p.Outputs {
			if out := &p.Outputs[o]; out.Layer == src.Layer {
				offset := src.First
				if !src.Graded {
					offset /= p.WordBits
				}
				src.Routes = append(src.Routes, ir.Route{Base: out.Base, Offset: offset})
			}
		}
	}
}

func drawFrames(t *rapid.T, net *ir.Network, rng *rand.Rand) []*ir.Frames {
	var out []*ir.Frames
	density := rapid.IntRange(0, 100).Draw(t, "density")
	for i := range net.Inputs {
		in := &net.Inputs[i]
		n := in.N
		f := &ir.Frames{Steps: net.Steps, N: n, Bits: in.Input.Bits, Signed: in.Input.Signed, Held: in.Input.Held, Scale: 1}
		if !f.Held {
			n *= net.Steps
		}
		lo, hi := in.Input.Range()
		f.Values = make([]int32, n)
		for k := range f.Values {
			if rng.IntN(100) < density {
				f.Values[k] = lo + rng.Int32N(hi-lo+1)
			}
		}
		out = append(out, f)
	}
	return out
}

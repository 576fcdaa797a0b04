package randnet

import (
	"fmt"
	"math/rand/v2"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// Mapped is a drawn network of integers with options to map it to cores: what
// graphs cannot draw at random without most of them being refused.
type Mapped struct {
	Seed    uint64
	Network *ir.Network
	Options compiler.Options
	rng     *rand.Rand
}

// NewMapped draws case seed: vectors and images, convolutions of every stride,
// padding, dilation, grouping and pooling, dense and arbitrary taps, several
// inputs and outputs, delays, loops over one and several levels, currents,
// refractory times, parts by rows and by channels.
func NewMapped(seed uint64) *Mapped {
	r := rand.New(rand.NewPCG(seed, 0xc0de))
	m := &Mapped{Seed: seed, rng: r}
	o := &m.Options
	o.Lanes, o.Update, o.WordBits = 1<<r.IntN(6), 1<<r.IntN(4), 8<<r.IntN(3)
	o.CoreNeurons = max(o.WordBits, 64<<r.IntN(3), 16*o.Lanes)
	if r.IntN(3) == 0 {
		o.Net = []ir.NetKind{ir.NetBus, ir.NetMesh}[r.IntN(2)]
	}
	net := &ir.Network{Name: fmt.Sprintf("mapped%d", seed), Steps: 1 + r.IntN(5), Interval: 1}
	m.Network = net
	for i := range 1 + r.IntN(2) {
		net.Inputs = append(net.Inputs, m.input(i))
	}
	for p := range 1 + r.IntN(4) {
		m.population(p)
	}
	m.loop()
	for p := range net.Populations {
		if p == len(net.Populations)-1 || r.IntN(3) == 0 {
			net.Outputs = append(net.Outputs, ir.Sink{Name: fmt.Sprintf("out%d", p), Population: p})
		}
	}
	m.bounds()
	return m
}

func (m *Mapped) input(i int) ir.Source {
	r := m.rng
	e := ir.Encoding{Bits: []int{1, 1, 3, 8}[r.IntN(4)], Held: r.IntN(2) == 0, Scale: 1}
	e.Signed = e.Bits > 1 && r.IntN(2) == 0
	shape := []int{1 + r.IntN(40)}
	switch r.IntN(3) {
	case 0:
		shape = []int{1 + r.IntN(3), 1 + r.IntN(7), 1 + r.IntN(7)}
	case 1:
		shape = []int{1 + r.IntN(4), 1 + r.IntN(12)}
	}
	return ir.Source{Name: fmt.Sprintf("in%d", i), Shape: shape, N: ir.Size(shape), Input: e}
}

func (m *Mapped) population(p int) {
	r, net := m.rng, m.Network
	// The first source decides the grid; further ones must reach it.
	source := -1 - r.IntN(len(net.Inputs))
	if p > 0 && r.IntN(4) > 0 {
		source = r.IntN(p)
	}
	if source >= 0 && net.Populations[source].Graded {
		source = -1
	}
	first := m.projection(p, source)
	grid := m.slide(&first)
	pop := ir.Population{Name: fmt.Sprintf("p%d", p), Grid: grid, Shape: []int{grid.C, grid.H, grid.W}, N: grid.Size(), Neuron: ir.Neuron{
		Reset: ir.Reset(r.IntN(4)), AtLeast: r.IntN(2) == 0, Rounding: ir.Rounding(r.IntN(2)), Current: r.IntN(3) == 0,
		Graded: p > 0 && m.Options.WordBits == 32 && r.IntN(6) == 0}}
	if pop.Reset != ir.ResetDelayed && r.IntN(4) == 0 {
		pop.Refractory = 1 + r.IntN(3)
	}
	pop.Q = m.integers(&pop)
	pop.Decay, pop.Bias, pop.Threshold, pop.VReset = []float64{0}, []float64{0}, []float64{1}, []float64{0}
	if pop.Current {
		pop.SynDecay, pop.VBias = []float64{0}, []float64{0}
	}
	if p > 0 {
		pop.Level = net.Populations[p-1].Level
	}
	list := []ir.Projection{first}
	for range r.IntN(3) {
		source := -1 - r.IntN(len(net.Inputs))
		if p > 0 && r.IntN(2) == 0 {
			source = r.IntN(p)
		}
		if source >= 0 && net.Populations[source].Graded {
			continue
		}
		j := m.projection(p, source)
		m.anyTaps(&j, grid)
		list = append(list, j)
	}
	if !pop.Graded && r.IntN(4) == 0 {
		j := ir.Projection{Name: fmt.Sprintf("self%d", p), Source: p, Target: p, Delay: 1 + r.IntN(2), Pre: grid}
		m.anyTaps(&j, grid)
		list = append(list, j)
	}
	for i := range list {
		j := &list[i]
		if !j.FromInput && j.Source != p {
			pop.Level = max(pop.Level, net.Populations[j.Source].Level+1-j.Delay)
		}
		j.Weight, j.Q = make([]float64, j.Post.C*j.Fan()), make([]int16, j.Post.C*j.Fan())
		for k := range j.Q {
			j.Q[k] = int16(r.IntN(31) - 15)
		}
	}
	net.Populations = append(net.Populations, pop)
	net.Projections = append(net.Projections, list...)
}

func (m *Mapped) projection(p, source int) ir.Projection {
	r, net := m.rng, m.Network
	j := ir.Projection{Name: fmt.Sprintf("w%d_%d", p, r.IntN(1000)), Target: p, Source: source, Delay: max(0, r.IntN(5)-2)}
	if source < 0 {
		j.FromInput, j.Source = true, -1-source
		j.Pre = ir.GridOf(net.Inputs[j.Source].Shape)
		if net.Inputs[j.Source].Input.Held {
			j.Delay = 0
		}
	} else {
		j.Pre = net.Populations[source].Grid
	}
	return j
}

// slide lays a convolution, perhaps over pooled sources, or a matrix over the
// source and returns the grid that results.
func (m *Mapped) slide(j *ir.Projection) ir.Grid {
	r := m.rng
	j.Groups = 1
	if r.IntN(3) == 0 {
		*j = dense(*j, 1+r.IntN(70))
		return j.Post
	}
	rows, kh := m.axis(j.Pre.H)
	cols, kw := m.axis(j.Pre.W)
	j.Rows, j.KH, j.Cols, j.KW = rows, kh, cols, kw
	channels := 1 + r.IntN(9)
	if r.IntN(3) == 0 { // depthwise, or two groups
		j.Groups, channels = j.Pre.C, j.Pre.C*(1+r.IntN(2))
		if j.Pre.C%2 == 0 && r.IntN(2) == 0 {
			j.Groups, channels = 2, 2*(1+r.IntN(4))
		}
	}
	j.Post = ir.Grid{C: channels, H: len(rows), W: len(cols)}
	return j.Post
}

func dense(j ir.Projection, n int) ir.Projection {
	j.Groups, j.KH, j.KW, j.Rows, j.Cols = 1, j.Pre.H, j.Pre.W, ir.StraightTaps(j.Pre.H), ir.StraightTaps(j.Pre.W)
	j.Post = ir.Grid{C: n, H: 1, W: 1}
	return j
}

// axis draws kernel, stride, padding, dilation and pooling along n values.
func (m *Mapped) axis(n int) ([][]ir.Tap, int) {
	r := m.rng
	pool := 1
	if n >= 4 && r.IntN(3) == 0 {
		pool = 2
	}
	n /= pool
	size := 1 + r.IntN(min(3, n))
	dilation := 1
	if 2*(size-1)+1 <= n && r.IntN(3) == 0 {
		dilation = 2
	}
	pad, stride := r.IntN(size), 1+r.IntN(2)
	count := (n+2*pad-dilation*(size-1)-1)/stride + 1
	taps := make([][]ir.Tap, count)
	for i := range taps {
		for k := range size {
			if at := i*stride - pad + k*dilation; at >= 0 && at < n {
				for q := range pool {
					taps[i] = append(taps[i], ir.Tap{Source: at*pool + q, Kernel: k})
				}
			}
		}
	}
	return taps, size
}

// anyTaps joins a source to a grid that was chosen before: a matrix, or taps
// without any order.
func (m *Mapped) anyTaps(j *ir.Projection, grid ir.Grid) {
	r := m.rng
	if grid.H*grid.W == 1 && r.IntN(2) == 0 {
		*j = dense(*j, grid.C)
		return
	}
	j.Post, j.Groups, j.KH, j.KW = grid, 1, 1+r.IntN(2), 1+r.IntN(2)
	if j.Pre.C == grid.C && r.IntN(2) == 0 {
		j.Groups = grid.C
	}
	draw := func(targets, sources, kernel int) [][]ir.Tap {
		taps := make([][]ir.Tap, targets)
		for i := range taps {
			for range r.IntN(3) {
				taps[i] = append(taps[i], ir.Tap{Source: r.IntN(sources), Kernel: r.IntN(kernel)})
			}
		}
		return taps
	}
	j.Rows, j.Cols = draw(grid.H, j.Pre.H, j.KH), draw(grid.W, j.Pre.W, j.KW)
}

// loop adds an edge back from a later population, and the interval it needs.
func (m *Mapped) loop() {
	r, net := m.rng, m.Network
	last := len(net.Populations) - 1
	from := &net.Populations[last]
	if last == 0 || from.Graded || r.IntN(3) > 0 {
		return
	}
	to := r.IntN(last)
	j := ir.Projection{Name: "back", Source: last, Target: to, Delay: 1 + r.IntN(2), Pre: from.Grid}
	m.anyTaps(&j, net.Populations[to].Grid)
	j.Weight, j.Q = make([]float64, j.Post.C*j.Fan()), make([]int16, j.Post.C*j.Fan())
	for k := range j.Q {
		j.Q[k] = int16(r.IntN(31) - 15)
	}
	net.Projections = append(net.Projections, j)
	span := from.Level - net.Populations[to].Level + 1
	net.Interval = max(1, (span+j.Delay-1)/j.Delay)
}

func (m *Mapped) integers(p *ir.Population) *ir.QuantPopulation {
	r := m.rng
	q := &ir.QuantPopulation{Frac: r.IntN(4), WeightBits: 5, StateBits: 20, DecayBits: 4 + r.IntN(9)}
	n := p.N
	one := int32(1) << q.DecayBits
	list := func(f func() int32) []int32 {
		v := make([]int32, n)
		perChannel := r.IntN(2) == 0
		for i := range v {
			if v[i] = f(); perChannel && i%(p.Grid.H*p.Grid.W) > 0 {
				v[i] = v[i-1]
			}
		}
		return v
	}
	decay := func() []int32 {
		switch r.IntN(4) {
		case 0:
			return []int32{0}
		case 1:
			return []int32{one}
		case 2:
			return []int32{1 + r.Int32N(one-1)}
		}
		return list(func() int32 { return r.Int32N(one) })
	}
	q.Unit = make([]float64, n)
	for i := range q.Unit {
		q.Unit[i] = 1
	}
	q.Decay = decay()
	q.Bias, q.Threshold = list(func() int32 { return r.Int32N(21) - 10 }), list(func() int32 { return 1 + r.Int32N(60<<q.Frac) })
	q.Reset = []int32{r.Int32N(11) - 5}
	if r.IntN(3) == 0 && n > 1 {
		q.Reset = list(func() int32 { return r.Int32N(11) - 5 })
	}
	if p.Current {
		q.SynDecay, q.VBias = decay(), list(func() int32 { return r.Int32N(11) - 5 })
	}
	return q
}

// bounds sizes accumulators to the sums that can occur.
func (m *Mapped) bounds() {
	net := m.Network
	for p := range net.Populations {
		sum := int64(0)
		for i := range net.Projections {
			j := &net.Projections[i]
			if j.Target != p {
				continue
			}
			full := int64(1)
			if j.FromInput {
				full = 1<<net.Inputs[j.Source].Input.Bits - 1
			}
			taps := func(lists [][]ir.Tap) int64 {
				most := 0
				for _, l := range lists {
					most = max(most, len(l))
				}
				return int64(most)
			}
			sum += 15 * full * int64(j.Pre.C/j.Groups) * taps(j.Rows) * taps(j.Cols)
		}
		q := net.Populations[p].Q
		for q.AccBits = 6; int64(1)<<(q.AccBits-1) <= sum; q.AccBits++ {
		}
		q.StateBits = max(q.StateBits, q.AccBits)
	}
}

// Samples draws a stimulus for every input; every fourth is all ones or
// minus ones and every eighth silent.
func (m *Mapped) Samples(i int) []*ir.Frames {
	var out []*ir.Frames
	for k, in := range m.Network.Inputs {
		c := Case{Seed: m.Seed<<8 + uint64(k)}
		c.Options.Input, c.Options.Steps = in.Input, m.Network.Steps
		out = append(out, c.Sample(in.N, i))
	}
	return out
}

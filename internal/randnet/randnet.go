// Package randnet draws random networks, compile options and stimuli for
// differential tests: the same seed gives the same case.
package randnet

import (
	"fmt"
	"math/rand/v2"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// Case is a drawn network with its options.
type Case struct {
	Seed    uint64
	Graph   *ir.Graph
	Options compiler.Options
	rng     *rand.Rand
}

// New draws case seed: 1 to 6 layers of odd sizes, every neuron kind, 2 to 16
// weight bits, every input kind, bus and mesh, P below, at and above W.
func New(seed uint64) *Case {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	c := &Case{Seed: seed, Graph: &ir.Graph{}, rng: r}
	o := &c.Options
	o.Steps = 1 + r.IntN(6)
	o.WeightBits = 2 + r.IntN(15)
	o.DecayBits = 4 + r.IntN(13)
	o.ThresholdBits = 4 + r.IntN(11)
	o.Lanes = 1 << r.IntN(7)
	o.Update = 1 << r.IntN(4)
	o.WordBits = 8 << r.IntN(3)
	o.CoreNeurons = o.WordBits * (1 + r.IntN(3))
	o.Reset = []string{"zero", "subtract", "none"}[r.IntN(3)]
	delay := r.IntN(2) == 1
	o.ResetDelay = &delay
	o.Compare = []string{"gt", "ge"}[r.IntN(2)]
	o.From = []string{"nir", "exact", "rockpool"}[r.IntN(3)]
	o.DT = 1e-4
	if r.IntN(3) == 0 {
		o.Net = []ir.NetKind{ir.NetBus, ir.NetMesh}[r.IntN(2)]
	}
	switch r.IntN(4) {
	case 0:
		o.Input = ir.Encoding{Bits: 1, Scale: 1}
	case 1:
		o.Input = ir.Encoding{Bits: 2 + r.IntN(7), Held: true, Scale: 0.25}
	case 2:
		o.Input = ir.Encoding{Bits: 2 + r.IntN(7), Held: true, Signed: true, Scale: 1.0 / 64}
	default:
		o.Input = ir.Encoding{Bits: 2 + r.IntN(4), Signed: r.IntN(2) == 1, Scale: 0.5}
	}
	layers := 1 + r.IntN(6)
	most := 60 / layers * 2
	n := 1 + r.IntN(70)
	g := c.Graph
	add := func(name string, op ir.Op) { g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: op}) }
	link := func(a, b string) { g.Edges = append(g.Edges, ir.Edge{From: a, To: b}) }
	add("input", &ir.Input{Shape: vector(float64(n))})
	last := "input"
	for l := 0; l < layers; l++ {
		m := 1 + r.IntN(most)
		fc, neuron := fmt.Sprintf("fc%d", l), fmt.Sprintf("n%d", l)
		w := make([]float64, m*n)
		for i := range w {
			w[i] = r.NormFloat64() * 2 / float64(1+r.IntN(8))
		}
		weight := &ir.Tensor{Shape: []int{m, n}, DType: ir.Float64, Data: w}
		if r.IntN(3) > 0 {
			add(fc, &ir.Affine{Weight: weight, Bias: c.normal(m, 0.3)})
		} else {
			add(fc, &ir.Linear{Weight: weight})
		}
		link(last, fc)
		kind := r.IntN(4)
		if l == layers-1 {
			kind = r.IntN(5)
		}
		if kind == 4 && o.WordBits < 32 {
			kind = 0 // membranes are read out in words of 32
		}
		add(neuron, c.neuron(kind, m))
		link(fc, neuron)
		last, n = neuron, m
	}
	add("output", &ir.Output{Shape: vector(float64(n))})
	link(last, "output")
	g.Normalise()
	return c
}

func (c *Case) neuron(kind, m int) ir.Op {
	per := m
	if c.rng.IntN(2) == 0 {
		per = 1
	}
	tau := c.uniform(per, 1.2e-4, 2e-3)
	if c.rng.IntN(2) == 0 {
		tau = c.uniform(1, 1.2e-4, 2e-3)
	}
	r := c.uniform(per, 1, 8)
	th := c.uniform(per, 0.1, 2)
	var reset *ir.Tensor
	if c.rng.IntN(2) == 0 {
		reset = c.normal(per, 0.2)
	}
	switch kind {
	case 1:
		return &ir.IF{R: c.uniform(per, 0.2, 1), VThreshold: th, VReset: reset}
	case 2:
		return &ir.Threshold{Threshold: th}
	case 4:
		return &ir.LI{Tau: tau, R: r, VLeak: c.normal(per, 0.2)}
	}
	return &ir.LIF{Tau: tau, R: r, VLeak: c.normal(per, 0.2), VThreshold: th, VReset: reset}
}

// Sample draws a stimulus; every fourth is all ones and every eighth silent.
func (c *Case) Sample(n, i int) *ir.Frames {
	in := c.Options.Input
	r := rand.New(rand.NewPCG(c.Seed, uint64(i)))
	f := &ir.Frames{Steps: c.Options.Steps, N: n, Bits: in.Bits, Signed: in.Signed, Held: in.Held, Scale: in.Scale}
	size := n
	if !in.Held {
		size *= f.Steps
	}
	f.Values = make([]int32, size)
	lo, hi := int32(0), int32(1)<<in.Bits-1
	if in.Signed {
		lo, hi = -1<<(in.Bits-1), 1<<(in.Bits-1)-1
	}
	sparse := 1 + r.IntN(4)
	for j := range f.Values {
		switch {
		case i%8 == 7:
		case i%4 == 3:
			f.Values[j] = []int32{lo, hi}[r.IntN(2)]
		case r.IntN(sparse) == 0:
			f.Values[j] = lo + r.Int32N(hi-lo+1)
		}
	}
	return f
}

func vector(v ...float64) *ir.Tensor { return ir.NewTensor(ir.Int64, []int{len(v)}, v) }

func (c *Case) uniform(n int, lo, hi float64) *ir.Tensor {
	v := make([]float64, n)
	for i := range v {
		v[i] = lo + (hi-lo)*c.rng.Float64()
	}
	return shaped(v)
}

func (c *Case) normal(n int, s float64) *ir.Tensor {
	v := make([]float64, n)
	for i := range v {
		v[i] = s * c.rng.NormFloat64()
	}
	return shaped(v)
}

// shaped is a scalar for one value: NIR's way to give all neurons the same.
func shaped(v []float64) *ir.Tensor {
	if len(v) == 1 {
		return ir.NewTensor(ir.Float64, nil, v)
	}
	return ir.NewTensor(ir.Float64, []int{len(v)}, v)
}

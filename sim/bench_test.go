package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

// mnistLike is a 784-128-10 network with a stimulus as sparse as an MNIST digit
// (19 % of the pixels).
func mnistLike(b *testing.B, lanes int) (*ir.Program, []*ir.Frames) {
	r := rand.New(rand.NewPCG(1, 2))
	tensor := func(scale float64, shape ...int) *ir.Tensor {
		v := make([]float64, ir.Size(shape))
		for i := range v {
			v[i] = scale
			if len(shape) == 2 {
				v[i] *= r.NormFloat64()
			}
		}
		return &ir.Tensor{Shape: shape, DType: ir.Float64, Data: v}
	}
	g := &ir.Graph{}
	add := func(name string, op ir.Op) {
		if n := len(g.Nodes); n > 0 {
			g.Edges = append(g.Edges, ir.Edge{From: g.Nodes[n-1].Name, To: name})
		}
		g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: op})
	}
	add("input", &ir.Input{Shape: ir.NewTensor(ir.Int64, []int{1}, []float64{784})})
	for i, n := range []int{784, 128} {
		m := []int{128, 10}[i]
		add(fmt.Sprint("fc", i), &ir.Linear{Weight: tensor(0.1, m, n)})
		add(fmt.Sprint("n", i), &ir.IF{R: tensor(1, m), VThreshold: tensor(1, m)})
	}
	add("output", &ir.Output{Shape: ir.NewTensor(ir.Int64, []int{1}, []float64{10})})
	g.Normalise()
	c, err := compiler.Compile(context.Background(), g, "mnist", compiler.Options{Lanes: lanes, DT: 1e-3}, compiler.Hooks{})
	require.NoError(b, err)
	in := c.Program.Inputs[0].Input
	f := &ir.Frames{Steps: c.Program.Steps, N: 784, Bits: in.Bits, Signed: in.Signed, Held: in.Held, Scale: in.Scale, Values: make([]int32, 784)}
	for i := range f.Values {
		if r.IntN(100) < 19 {
			f.Values[i] = r.Int32N(256)
		}
	}
	return c.Program, []*ir.Frames{f}
}

func BenchmarkMNIST(b *testing.B) {
	for _, lanes := range []int{8, 32, 128} {
		p, frames := mnistLike(b, lanes)
		bench(b, fmt.Sprintf("%dlanes", lanes), p, frames)
	}
}

// BenchmarkConvolutions runs the drawn network with the most pixels.
func BenchmarkConvolutions(b *testing.B) {
	var best *ir.Program
	var frames []*ir.Frames
	most := 0
	for seed := range uint64(200) {
		d := randnet.NewMapped(seed)
		c, err := d.Compile(context.Background())
		if err != nil {
			continue
		}
		groups := 0
		for i := range c.Program.Cores {
			groups += c.Program.Cores[i].Groups / c.Program.Cores[i].Blocks
		}
		if groups > most {
			most, best, frames = groups, c.Program, d.Samples(0)
		}
	}
	bench(b, "mapped", best, frames)
}

func bench(b *testing.B, name string, p *ir.Program, frames []*ir.Frames) {
	for _, functional := range []bool{false, true} {
		b.Run(fmt.Sprintf("%s/functional=%v", name, functional), func(b *testing.B) {
			m, err := New(p, Options{Functional: functional})
			require.NoError(b, err)
			var r *ir.Result
			for b.Loop() {
				r, err = m.Run(context.Background(), frames)
			}
			require.NoError(b, err)
			b.ReportMetric(float64(r.Cycles), "cycles")
		})
	}
}

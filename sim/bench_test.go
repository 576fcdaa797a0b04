package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// mnistLike is a 784-128-10 network on cores of so many lanes and neurons,
// with a stimulus as sparse as an MNIST digit (19 % of the pixels).
func mnistLike(t require.TestingT, lanes, slice int, kind ir.NetKind) (*Machine, []*ir.Frames) {
	rng := rand.New(rand.NewPCG(1, 2))
	net := &ir.Network{Name: "mnist", Steps: 8, Inputs: []ir.Source{{Name: "x", N: 784, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1. / 255}}},
		Outputs: []ir.Sink{{Name: "out", Population: 1}}}
	sizes := []int{784, 128, 10}
	for p, n := range sizes[1:] {
		q := &ir.QuantPopulation{Unit: make([]float64, n), Frac: 4, WeightBits: 8, StateBits: 30, DecayBits: 12,
			Decay: []int32{3686}, Bias: make([]int32, n), Reset: []int32{0}}
		for range n {
			q.Threshold = append(q.Threshold, []int32{600000, 3000}[p])
		}
		net.Populations = append(net.Populations, ir.Population{Name: fmt.Sprintf("p%d", p), N: n, Level: p, Neuron: ir.Neuron{Reset: ir.ResetValue}, Q: q})
		j := ir.Projection{Name: "w", FromInput: p == 0, Source: 0, Target: p, NPre: sizes[p], NPost: n}
		for range n * sizes[p] {
			j.Q = append(j.Q, min(max(int16(rng.NormFloat64()*30), -127), 127))
		}
		net.Projections = append(net.Projections, j)
	}
	f := &ir.Frames{Steps: 8, N: 784, Bits: 8, Held: true, Scale: 1. / 255, Values: make([]int32, 784)}
	for i := range f.Values {
		if rng.IntN(100) < 19 {
			f.Values[i] = int32(rng.IntN(256))
		}
	}
	var program *ir.Program
	// lower draws; a fixed example of rapid gives it fixed draws.
	rapid.Custom(func(t *rapid.T) int { program = lower(t, net, 32); return 0 }).Example(1)
	program.Cores = nil
	program.Net = ir.Net{Kind: kind, Cols: 4, Rows: 8, AddrBits: 16, FIFODepth: 4, HostDepth: 64}
	if kind == ir.NetBus {
		program.Net.Cols, program.Net.Rows = 1, 32
	}
	for layer, n := range sizes[1:] {
		for first := 0; first < n; first += slice {
			rapid.Custom(func(t *rapid.T) int {
				c := lowerCore(t, net, program, layer, first, min(slice, n-first))
				regroup(net, &c, min(lanes, 1<<log2ceil(c.N)), 32)
				c.Node = len(program.Cores) + 1
				program.Cores = append(program.Cores, c)
				return 0
			}).Example(1)
		}
	}
	connect(net, program)
	m, err := New(program, Options{})
	require.NoError(t, err)
	return m, []*ir.Frames{f}
}

// regroup lays a core's images out for other lanes.
func regroup(net *ir.Network, c *ir.Core, lanes, wordBits int) {
	c.Lanes, c.Update = lanes, min(lanes, wordBits, 4)
	c.Groups = ceil(c.N, lanes)
	fillImages(net, c, map[int]int{c.Layer: 0})
}

func BenchmarkMNIST(b *testing.B) {
	for _, c := range []struct {
		lanes, slice int
		kind         ir.NetKind
	}{{128, 128, ir.NetBus}, {32, 128, ir.NetBus}, {8, 128, ir.NetBus}, {16, 32, ir.NetBus}, {16, 32, ir.NetMesh}} {
		for _, functional := range []bool{false, true} {
			name := fmt.Sprintf("%dlanes/%dneurons/%s", c.lanes, c.slice, c.kind)
			if functional {
				name += "/functional"
			}
			b.Run(name, func(b *testing.B) {
				m, frames := mnistLike(b, c.lanes, c.slice, c.kind)
				m.options.Functional = functional
				var r *ir.Result
				for b.Loop() {
					r, _ = m.Run(context.Background(), frames)
				}
				b.ReportMetric(float64(r.Cycles), "cycles")
				b.ReportMetric(float64(r.Spikes[0]), "hidden-spikes")
			})
		}
	}
}

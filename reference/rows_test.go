package reference

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
)

// Property: taking four rows at once gives the same bits as one row at a time.
func TestRowsAgreeWithOneAtATime(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for _, n := range []int{1, 3, 8, 17} {
		for active := range 12 {
			const pre = 30
			wf, wi := make([]float64, pre*n), make([]int16, pre*n)
			for i := range wf {
				wf[i], wi[i] = rng.NormFloat64(), int16(rng.IntN(1<<16)-1<<15)
			}
			rows, xf, xi := []int32{}, []float64{}, []int32{}
			for m := range active {
				rows, xf, xi = append(rows, int32(m*2)), append(xf, rng.NormFloat64()), append(xi, int32(rng.IntN(1<<16)-1<<15))
			}
			f, fx, i, ix := make([]float64, n), make([]float64, n), make([]int32, n), make([]int32, n)
			addFloat(f, wf, rows)
			addScaledFloat(fx, wf, rows, xf)
			addFixed(i, wi, rows)
			addScaledFixed(ix, wi, rows, xi)
			for k := range n {
				var a, b float64
				var c, d int32
				for r, m := range rows {
					a += wf[int(m)*n+k]
					b += float64(xf[r] * wf[int(m)*n+k])
					c += int32(wi[int(m)*n+k])
					d += xi[r] * int32(wi[int(m)*n+k])
				}
				require.Equal(t, []any{a, b, c, d}, []any{f[k], fx[k], i[k], ix[k]}, "n %d, %d rows, element %d", n, active, k)
			}
		}
	}
}

// mnistLike is 784-128-10 with a stimulus as sparse as an MNIST digit (19 % of
// the pixels), whose hidden neurons fire at about one step in eight.
func mnistLike() (*ir.Network, []*ir.Frames) {
	rng := rand.New(rand.NewPCG(1, 2))
	net := &ir.Network{Name: "mnist", Steps: 8, Inputs: []ir.Source{{Name: "x", N: 784, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1. / 255}}},
		Outputs: []ir.Sink{{Name: "out", Population: 1}}}
	sizes := []int{784, 128, 10}
	for p, n := range sizes[1:] {
		q := &ir.QuantPopulation{Unit: make([]float64, n), Frac: 4, WeightBits: 8, AccBits: 32, StateBits: 32, DecayBits: 12,
			Decay: []int32{3686}, Bias: make([]int32, n), Threshold: []int32{600000}, Reset: []int32{0}}
		if p == 1 {
			q.Threshold[0] = 3000
		}
		net.Populations = append(net.Populations, ir.Population{Name: "p", N: n, Grid: ir.Grid{C: n, H: 1, W: 1}, Level: p, Neuron: ir.Neuron{Reset: ir.ResetValue},
			Decay: []float64{0.9}, Bias: []float64{0}, Threshold: []float64{float64(q.Threshold[0]) / 255 / 16}, VReset: []float64{0}, Q: q})
		if p == 1 {
			net.Populations[1].Threshold[0] *= 255
		}
		j := ir.Matrix(n, sizes[p])
		j.Name, j.FromInput, j.Target = "w", p == 0, p
		for range n * sizes[p] {
			w := int16(rng.NormFloat64() * 30)
			w = min(max(w, -127), 127)
			j.Q = append(j.Q, w)
			j.Weight = append(j.Weight, float64(w))
		}
		net.Projections = append(net.Projections, j)
	}
	f := &ir.Frames{Steps: 8, N: 784, Bits: 8, Held: true, Scale: 1. / 255, Values: make([]int32, 784)}
	for i := range f.Values {
		if rng.IntN(100) < 19 {
			f.Values[i] = int32(rng.IntN(256))
		}
	}
	return net, []*ir.Frames{f}
}

func BenchmarkFloat(b *testing.B) {
	net, frames := mnistLike()
	f, err := NewFloat(net)
	require.NoError(b, err)
	var r *ir.Result
	for b.Loop() {
		r, _ = f.Run(context.Background(), frames)
	}
	b.ReportMetric(float64(r.Spikes[0]), "hidden-spikes")
}

func BenchmarkFixed(b *testing.B) {
	net, frames := mnistLike()
	f, err := NewFixed(net)
	require.NoError(b, err)
	var r *ir.Result
	for b.Loop() {
		r, _ = f.Run(context.Background(), frames)
	}
	b.ReportMetric(float64(r.Spikes[0]), "hidden-spikes")
}

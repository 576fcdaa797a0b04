package reference

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// compare checks a result and what the observer saw against the naive
// execution, bit for bit.
func compare[T float64 | int32](t *rapid.T, net *ir.Network, want naive[T], got *ir.Result, seen []*Step[T], real func(p, n int, v T) float64) {
	if len(seen) != net.Steps*len(net.Populations) {
		t.Fatalf("%d observations, want %d", len(seen), net.Steps*len(net.Populations))
	}
	for p := range net.Populations {
		pop, trace := &net.Populations[p], &got.Outputs[p]
		count := int64(0)
		for step := range net.Steps {
			s := seen[step*len(net.Populations)+p]
			if s.Step != step || s.Population != p {
				t.Fatalf("observed step %d of population %d, want %d of %d", s.Step, s.Population, step, p)
			}
			for n := range pop.N {
				v, spike := want.membrane[step][p][n], want.spikes[step][p][n]
				if spike {
					count++
				}
				if s.Membrane[n] != v || (s.Spikes[n] == 1) != spike {
					t.Fatalf("population %d, step %d, neuron %d: membrane %v spike %v, want %v %v", p, step, n, s.Membrane[n], s.Spikes[n], v, spike)
				}
				at := step*pop.N + n
				if pop.Graded {
					if trace.Value[at] != real(p, n, v) || trace.Spikes != nil {
						t.Fatalf("population %d, step %d, neuron %d: value %v, want %v", p, step, n, trace.Value[at], real(p, n, v))
					}
				} else if (trace.Spikes[at] == 1) != spike || trace.Value != nil {
					t.Fatalf("population %d, step %d, neuron %d: traced spike %v, want %v", p, step, n, trace.Spikes[at], spike)
				}
			}
		}
		if got.Spikes[p] != count {
			t.Fatalf("population %d: %d spikes, want %d", p, got.Spikes[p], count)
		}
	}
}

func keep[T float64 | int32](seen *[]*Step[T]) func(*Step[T]) {
	return func(s *Step[T]) {
		c := *s
		c.Membrane = append([]T(nil), s.Membrane...)
		c.Spikes = append([]uint8(nil), s.Spikes...)
		*seen = append(*seen, &c)
	}
}

// Property: Fixed is the page executed one neuron and one synapse at a time,
// also on the second sample that an execution runs.
func TestFixedAgreesWithNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := drawNetwork(t)
		f, err := NewFixed(net)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			frames := drawFrames(t, net)
			var seen []*Step[int32]
			f.Observe(keep(&seen))
			got, err := f.Run(context.Background(), frames)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, net, naiveFixed(net, frames), got, seen,
				func(p, n int, v int32) float64 { return float64(v) * net.Populations[p].Q.Unit[n] })
		}
	})
}

// Property: Float is section 6 executed one synapse at a time, with the same
// rounding errors.
func TestFloatAgreesWithNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := drawNetwork(t)
		f, err := NewFloat(net)
		if err != nil {
			t.Fatal(err)
		}
		f = f.Fork()
		for range 2 {
			frames := drawFrames(t, net)
			var seen []*Step[float64]
			f.Observe(keep(&seen))
			got, err := f.Run(context.Background(), frames)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, net, naiveFloat(net, frames), got, seen, func(_, _ int, v float64) float64 { return v })
		}
	})
}

// Property: where the real numbers are integers times the unit and nothing
// rounds (decay 0 or 1, no saturation), float and fixed fire alike.
func TestFloatAndFixedAgreeWhereNothingRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := drawNetwork(t)
		for i := range net.Inputs {
			net.Inputs[i].Input.Scale = 1
		}
		for p := range net.Populations {
			pop := &net.Populations[p]
			q := pop.Q
			for k := range q.Decay {
				q.Decay[k] = q.Decay[k] & 1 << 8
			}
			for n := range q.Unit { // the neurons of a channel share their weights
				q.Unit[n] = q.Unit[n/(pop.Grid.H*pop.Grid.W)*(pop.Grid.H*pop.Grid.W)]
			}
			for n := range pop.N {
				pop.Decay[n] = float64(ir.At(q.Decay, n)) / 256
				pop.Bias[n] = float64(q.Bias[n]) * q.Unit[n]
				pop.Threshold[n] = float64(q.Threshold[n]) * q.Unit[n]
				pop.VReset[n] = float64(ir.At(q.Reset, n)) * q.Unit[n]
				if pop.Current {
					q.SynDecay[n] &= 1 << 8
					pop.SynDecay[n], pop.VBias[n] = float64(q.SynDecay[n])/256, float64(q.VBias[n])*q.Unit[n]
				}
			}
		}
		for k := range net.Projections {
			j := &net.Projections[k]
			q := net.Populations[j.Target].Q
			for i := range j.Weight {
				j.Weight[i] = float64(j.Q[i]) * math.Ldexp(q.Unit[i/j.Fan()*j.Post.H*j.Post.W], q.Frac)
			}
		}
		frames := drawFrames(t, net)
		float, err := NewFloat(net)
		if err != nil {
			t.Fatal(err)
		}
		fixed, err := NewFixed(net)
		if err != nil {
			t.Fatal(err)
		}
		a, err := float.Run(context.Background(), frames)
		if err != nil {
			t.Fatal(err)
		}
		b, err := fixed.Run(context.Background(), frames)
		if err != nil {
			t.Fatal(err)
		}
		for o := range a.Outputs {
			b.Outputs[o].State = nil
		}
		require.Equal(t, a, b)
	})
}

// A single LIF neuron as Norse ran it: the NIR paper's 01_lif (tau 2.5 ms,
// threshold 0.1, weight 1, dt 0.1 ms, Euler). Columns: input, voltage, spike.
func TestFloatReproducesNorse(t *testing.T) {
	shared := os.Getenv("SNNC_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	file, err := os.Open(filepath.Join(shared, "models/nir/01_lif/lif_norse.csv"))
	if err != nil {
		t.Skipf("needs the shared models, set SNNC_SHARED: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return v
	}
	const dt, tau = 1e-4, 2.5e-3
	weight := ir.Matrix(1, 1)
	weight.Name, weight.FromInput, weight.Weight = "w", true, []float64{dt / tau}
	net := &ir.Network{Name: "lif", Steps: len(rows),
		Inputs: []ir.Source{{Name: "in", N: 1, Input: ir.Encoding{Bits: 1, Scale: 1}}},
		Populations: []ir.Population{{Name: "lif", N: 1, Grid: ir.Grid{C: 1, H: 1, W: 1}, Neuron: ir.Neuron{Reset: ir.ResetValue},
			Decay: []float64{1 - dt/tau}, Bias: []float64{0}, Threshold: []float64{0.1}, VReset: []float64{0}}},
		Projections: []ir.Projection{weight},
		Outputs:     []ir.Sink{{Name: "out"}}}
	frames := &ir.Frames{Steps: len(rows), N: 1, Bits: 1, Scale: 1}
	for _, r := range rows {
		frames.Values = append(frames.Values, int32(number(r[0])))
	}
	f, err := NewFloat(net)
	require.NoError(t, err)
	var volts []float64
	f.Observe(func(s *Step[float64]) { volts = append(volts, s.Membrane[0]) })
	got, err := f.Run(context.Background(), []*ir.Frames{frames})
	require.NoError(t, err)
	require.EqualValues(t, 4, got.Spikes[0])
	for i, r := range rows {
		require.EqualValues(t, number(r[2]), got.Outputs[0].Spikes[i], "step %d", i)
		require.InDelta(t, number(r[1]), volts[i], 1e-6, "step %d", i)
	}
}

func TestRunStopsOnCancel(t *testing.T) {
	net := chain()
	f, err := NewFixed(net)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = f.Run(ctx, []*ir.Frames{{Steps: 2, N: 1, Scale: 1, Values: []int32{1, 0}}})
	require.ErrorIs(t, err, context.Canceled)
}

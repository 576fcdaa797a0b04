package cosim_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/lava"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// Lava-dl's MNIST network, trained for Loihi, recognises on the machine what
// it recognises there: 99.17 % of the 10,000 test images.
func TestLavaMNIST(t *testing.T) {
	t.Parallel()
	net, err := lava.ReadFile(oracle.Path(t, "models", "lava-dl", "mnist-bootstrap", "network.net"), lava.Options{})
	require.NoError(t, err)
	c, err := compiler.Map(context.Background(), net, compiler.Options{Lanes: 128}, compiler.Hooks{})
	require.NoError(t, err)
	set, in := openSet(t, "mnist"), net.Inputs[0]
	s := backend.Stimuli{Samples: 200, Label: set.Label, Input: func(i int) ([]*ir.Frames, error) {
		sample := set.Sample(i)
		f := &ir.Frames{Steps: net.Steps, N: in.N, Bits: in.Input.Bits, Signed: true, Held: true, Scale: in.Input.Scale, Values: make([]int32, in.N)}
		for j := range f.Values {
			f.Values[j] = int32(math.RoundToEven(76 * (sample.Real(j) - 0.5) / 0.5)) // the layer's bias adds 64
		}
		return []*ir.Frames{f}, nil
	}}
	want := 197.0 / 200 // what the rule of the models' README gives in NumPy
	if soak() {
		s.Samples, want = set.Len(), 0.9917
	}
	row := ladder(t, c, s, false)[1]
	t.Logf("%.4f on %d samples, %.0f cycles on average, %d at most, %d proven", *row.Accuracy, row.Samples, row.CyclesMean, row.CyclesMax, c.Bound.Inference)
	require.Equal(t, want, *row.Accuracy)
	lockStep(t, c, s, 20)
}

// Lava recorded PilotNet's spikes, currents and membranes on Loihi's rule over
// 24 steps in which layer i was reset at steps i and i + 17. The simulator
// gives all of them (see the same test of the fixed reference in compiler/lava).
func TestLavaPilotNetTraces(t *testing.T) {
	t.Parallel()
	folder := []string{"models", "lava-dl", "pilotnet-lif"}
	path := oracle.Path(t, append(folder, "network.net")...)
	at := func(name string) []string { return append(slices.Clone(folder), name+".npy") }
	image := oracle.LoadTrace[int32](t, at("image")...) // the current, 40·x + 36
	const steps, again = 24, 17
	names := []string{"input", "conv-0", "conv-1", "conv-2", "conv-3", "conv-4", "fc-0", "fc-1", "fc-2"}
	spikes := make([]*oracle.Trace[bool], len(names))
	us, vs := make([]*oracle.Trace[int32], len(names)), make([]*oracle.Trace[int32], len(names))
	for i, name := range names {
		spikes[i] = oracle.LoadTrace[bool](t, at(name)...)
		if i >= 2 {
			us[i], vs[i] = oracle.LoadTrace[int32](t, at(name+"-u")...), oracle.LoadTrace[int32](t, at(name+"-v")...)
		}
	}
	compared, currents, different := make([]int, len(names)), make([]int, len(names)), make([]int, len(names))
	for _, run := range []struct {
		together bool
		at       func(layer, step int) (int, bool) // step in the record
	}{
		{true, func(layer, step int) (int, bool) { return step, step < layer }},
		{false, func(layer, step int) (int, bool) { return layer + step, step < again && layer+step < steps }},
		{false, func(layer, step int) (int, bool) { return layer + step + again, layer+step+again < steps }},
	} {
		net, err := lava.ReadFile(path, lava.Options{Steps: again, Together: run.together})
		require.NoError(t, err)
		c, err := compiler.Map(context.Background(), net, compiler.Options{CoreNeurons: 16384}, compiler.Hooks{})
		require.NoError(t, err)
		p := c.Program
		fired, before := make([][]bool, len(p.Cores)), make([][]int32, len(p.Cores))
		for i := range fired {
			fired[i] = make([]bool, p.Cores[i].N)
		}
		var m *sim.Machine
		compare := func(tick int) {
			for i := range p.Cores {
				k := &p.Cores[i]
				step, active := p.Active(k, tick)
				l := k.Layer
				if !active || l >= len(names) {
					continue // layer 10 does not fire and has no spikes to compare
				}
				if step, active = run.at(l, step); !active {
					before[i] = slices.Clone(m.Memories(i).V)
					clear(fired[i])
					continue
				}
				mem := m.Memories(i)
				if before[i] == nil {
					before[i] = make([]int32, k.N)
				}
				for slot := range k.N {
					n, real := p.NeuronAt(k, slot)
					if !real {
						continue
					}
					compared[l]++
					v := mem.V[slot]
					if fired[i][slot] {
						v = 128 // the record shows the refractory counter
					}
					if spikes[l].At(n, step) != fired[i][slot] {
						different[l]++
					}
					if us[l] == nil {
						continue
					}
					if vs[l].At(n, step) != v {
						different[l]++
					}
					q := net.Populations[l].Q
					// A current without memory is not kept: it is what the membrane gained.
					u, kept := mem.V[slot]-leak(before[i][slot], ir.At(q.Decay, n))-q.Bias[n], !fired[i][slot]
					if mem.I != nil {
						u, kept = 64*mem.I[slot], true
					}
					if kept {
						currents[l]++
						if us[l].At(n, step) != u {
							different[l]++
						}
					}
				}
				copy(before[i], mem.V)
				clear(fired[i])
			}
		}
		m, err = sim.New(p, sim.Options{Observer: &sim.Callbacks{
			OnPush: func(e sim.Push) {
				if p.Cores[e.Core].Graded {
					return
				}
				for b := range p.WordBits {
					if e.Bits>>b&1 == 1 {
						fired[e.Core][e.Word*p.WordBits+b] = true
					}
				}
			},
			OnTickEnd: func(tick int, _ int64) { compare(tick) },
		}})
		require.NoError(t, err)
		in := net.Inputs[0]
		f := &ir.Frames{Steps: again, N: in.N, Bits: in.Input.Bits, Signed: true, Held: true, Scale: in.Input.Scale, Values: make([]int32, in.N)}
		for n := range f.Values {
			f.Values[n] = image.At(n, 0) - 36
		}
		_, err = m.Run(context.Background(), []*ir.Frames{f})
		require.NoError(t, err)
		for l := range names {
			require.Equal(t, l, slices.IndexFunc(net.Populations, func(q ir.Population) bool { return q.Name == p.Layers[l].Name }))
		}
	}
	sizes := 0
	for l, name := range names {
		require.Zero(t, compared[l]%steps, name)
		require.NotZero(t, compared[l], name)
		require.Zero(t, different[l], name)
		if us[l] != nil {
			require.Greater(t, currents[l], compared[l]/2, name)
		}
		sizes += compared[l] / steps
	}
	t.Logf("%d neurons of %d layers over %d steps: spikes, and u and v of %v, equal", sizes, len(names), steps, names[2:])
}

// leak is Loihi's: toward zero, 12 fraction bits.
func leak(v, decay int32) int32 {
	if v < 0 {
		return -leak(-v, decay)
	}
	return int32(int64(v) * int64(decay) >> 12)
}

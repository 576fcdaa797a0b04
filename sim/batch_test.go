package sim

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/ir"
)

// Machines that share a program's images give the same results in the same
// order however many work side by side, functional or with cycles, and a
// sample's result does not depend on the samples that its machine ran before.
func TestBatchOfMachines(t *testing.T) {
	m, first := mnistLike(t, 16, 32, ir.NetMesh)
	rng := rand.New(rand.NewPCG(3, 4))
	samples := [][]*ir.Frames{first}
	for range 40 {
		f := *first[0]
		f.Values = make([]int32, f.N)
		for i := range f.Values {
			if rng.IntN(4) == 0 {
				f.Values[i] = int32(rng.IntN(256))
			}
		}
		samples = append(samples, []*ir.Frames{&f})
	}
	run := func(workers int, o Options) []*ir.Result {
		var out []*ir.Result
		err := backend.Batch(context.Background(), len(samples), workers, func() (backend.Runner, error) { return m.Fork(o), nil },
			func(i int) ([]*ir.Frames, error) { return samples[i], nil },
			func(i int, r *ir.Result) error {
				require.Equal(t, len(out), i)
				out = append(out, r)
				return nil
			})
		require.NoError(t, err)
		return out
	}
	var alone []*ir.Result
	for _, s := range samples {
		r, err := m.Fork(Options{}).Run(context.Background(), s)
		require.NoError(t, err)
		alone = append(alone, r)
	}
	for _, workers := range []int{0, 1, 2, 5} {
		require.Equal(t, alone, run(workers, Options{}), "%d workers", workers)
		for i, r := range run(workers, Options{Functional: true}) {
			require.True(t, backend.SameOutputs(alone[i], r), "%d workers, functional, sample %d", workers, i)
			require.Equal(t, alone[i].Spikes, r.Spikes)
			require.Zero(t, r.Cycles)
		}
	}
}

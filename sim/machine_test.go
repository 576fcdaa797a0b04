package sim_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// drawn compiles random networks until n of them are there.
func drawn(t *testing.T, n int, each func(seed uint64, d randnet.Drawn, p *ir.Program, frames func(i int) []*ir.Frames)) {
	t.Helper()
	for seed, ran := uint64(0), 0; ran < n; seed++ {
		d := randnet.Draw(seed)
		c, err := d.Compile(context.Background())
		if err != nil {
			continue // what the machine cannot hold
		}
		ran++
		each(seed, d, c.Program, func(i int) []*ir.Frames { return d.Stimuli(c, i) })
	}
}

// The functional mode gives the spikes, membranes and memories of the
// cycle-accurate one.
func TestFunctionalIsCycleAccurate(t *testing.T) {
	drawn(t, 100, func(seed uint64, _ randnet.Drawn, p *ir.Program, frames func(int) []*ir.Frames) {
		exact, err := sim.New(p, sim.Options{})
		require.NoError(t, err)
		functional := exact.Fork(sim.Options{Functional: true})
		for i := range 4 {
			a, err := exact.Run(context.Background(), frames(i))
			require.NoError(t, err)
			b, err := functional.Run(context.Background(), frames(i))
			require.NoError(t, err)
			require.True(t, backend.SameOutputs(a, b), "seed %d sample %d", seed, i)
			require.Equal(t, a.Spikes, b.Spikes)
			require.Zero(t, b.Cycles)
			require.Len(t, a.TickEnds, p.Ticks)
			for c := range p.Cores {
				require.Equal(t, exact.Memories(c), functional.Memories(c), "seed %d core %d", seed, c)
				require.Equal(t, exact.Spikes(c), functional.Spikes(c), "seed %d core %d", seed, c)
			}
		}
	})
}

// A sample's result does not depend on the samples before it, nor on how many
// machines work side by side.
func TestSamplesAreIndependent(t *testing.T) {
	drawn(t, 20, func(seed uint64, _ randnet.Drawn, p *ir.Program, frames func(int) []*ir.Frames) {
		m, err := sim.New(p, sim.Options{})
		require.NoError(t, err)
		var alone []*ir.Result
		for i := range 12 {
			r, err := m.Fork(sim.Options{}).Run(context.Background(), frames(i))
			require.NoError(t, err)
			alone = append(alone, r)
		}
		for _, workers := range []int{0, 1, 3} {
			var got []*ir.Result
			require.NoError(t, backend.Batch(context.Background(), 12, workers, func() (backend.Runner, error) { return m.Fork(sim.Options{}), nil },
				func(i int) ([]*ir.Frames, error) { return frames(i), nil },
				func(i int, r *ir.Result) error {
					got = append(got, r)
					return nil
				}))
			require.Equal(t, alone, got, "seed %d, %d workers", seed, workers)
		}
	})
}

// Events come in the order that Observer promises, within their tick.
func TestObserverOrder(t *testing.T) {
	drawn(t, 40, func(seed uint64, _ randnet.Drawn, p *ir.Program, frames func(int) []*ir.Frames) {
		begin, end, lastPush, lastDelivery, pushes := int64(-1), int64(-1), int64(0), int64(0), 0
		m, err := sim.New(p, sim.Options{Observer: &sim.Callbacks{
			OnTickStart: func(_ int, c int64) {
				require.Equal(t, end+1, c, "seed %d", seed)
				begin, lastPush, lastDelivery = c, c, c
			},
			OnStep: func(s sim.CoreStep) {
				step, active := p.Active(&p.Cores[s.Core], s.Tick)
				require.True(t, active)
				require.Equal(t, step, s.Step)
				require.Greater(t, s.First, begin)
			},
			OnPush: func(e sim.Push) {
				require.GreaterOrEqual(t, e.Cycle, lastPush)
				lastPush = e.Cycle
				pushes++
			},
			OnDeliver: func(d sim.Delivery) {
				require.GreaterOrEqual(t, d.Cycle, lastDelivery)
				lastDelivery = d.Cycle
			},
			OnTickEnd: func(_ int, c int64) {
				require.Greater(t, c, max(lastPush, lastDelivery))
				end = c
			},
		}})
		require.NoError(t, err)
		r, err := m.Run(context.Background(), frames(0))
		require.NoError(t, err)
		require.Equal(t, r.Cycles, end+1)
	})
}

// Waves of a run are what a reader of VCD takes.
func TestVCD(t *testing.T) {
	tool, err := exec.LookPath("vcd2fst")
	if err != nil {
		t.Skip("vcd2fst is not installed: nobody reads the waves")
	}
	drawn(t, 3, func(_ uint64, _ randnet.Drawn, p *ir.Program, frames func(int) []*ir.Frames) {
		var b bytes.Buffer
		v := sim.NewVCD(&b, p)
		m, err := sim.New(p, sim.Options{Observer: v})
		require.NoError(t, err)
		_, err = m.Run(context.Background(), frames(0))
		require.NoError(t, err)
		require.NoError(t, v.Close())
		dir := t.TempDir()
		vcd, fst := filepath.Join(dir, "a.vcd"), filepath.Join(dir, "a.fst")
		require.NoError(t, os.WriteFile(vcd, b.Bytes(), 0o644))
		out, err := exec.Command(tool, vcd, fst).CombinedOutput()
		require.NoError(t, err, string(out))
		info, err := os.Stat(fst)
		require.NoError(t, err)
		require.Positive(t, info.Size())
	})
}

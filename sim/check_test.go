package sim

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

// Whatever one integer of a program is changed to, New refuses it or it runs:
// nothing panics.
func TestNoProgramPanics(t *testing.T) {
	refused, ran := 0, 0
	r := rand.New(rand.NewPCG(5, 6))
	compile(t, 60, func(seed uint64, p *ir.Program, frames func(int) []*ir.Frames) {
		var fields []reflect.Value
		integers(reflect.ValueOf(p).Elem(), &fields)
		for range 40 {
			f := fields[r.IntN(len(fields))]
			old := f.Int()
			f.SetInt([]int64{-1, 0, 1, old + 1, old - 1, 2 * old, old + 7, 1 << 14, 1 << 30, math.MinInt64}[r.IntN(10)])
			if m, err := New(p, Options{}); err != nil {
				refused++
			} else if _, err = m.Run(context.Background(), frames(0)); err == nil {
				ran++
			}
			f.SetInt(old)
		}
	})
	require.Greater(t, refused, 500)
	require.Greater(t, ran, 50)
}

// integers lists the settable integers of a value; of images only the first.
func integers(v reflect.Value, out *[]reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int16, reflect.Int32:
		*out = append(*out, v)
	case reflect.Struct:
		for i := range v.NumField() {
			integers(v.Field(i), out)
		}
	case reflect.Slice:
		for i := range min(v.Len(), 8) {
			integers(v.Index(i), out)
		}
	}
}

func anyProgram(t *testing.T) (*ir.Program, func(i int) []*ir.Frames) {
	t.Helper()
	for seed := uint64(0); ; seed++ {
		d := randnet.NewMapped(seed)
		c, err := d.Compile(context.Background())
		if err == nil && len(c.Program.Cores) > 2 && len(c.Program.Inputs) == 1 && c.Program.Steps > 2 && !c.Program.Inputs[0].Input.Held {
			return c.Program, func(i int) []*ir.Frames { return d.Samples(i) }
		}
	}
}

// What New refuses it names.
func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *ir.Program)
		want   string
	}{
		"interval":  {func(p *ir.Program) { p.Interval = 0 }, "interval 0 must be positive"},
		"no ticks":  {func(p *ir.Program) { p.Ticks = 0 }, "0 ticks; a sample takes 1..65536"},
		"ticks":     {func(p *ir.Program) { p.Ticks = 1 << 17 }, "131072 ticks; a sample takes 1..65536: use fewer steps"},
		"no steps":  {func(p *ir.Program) { p.Steps = 0 }, "0 steps"},
		"network":   {func(p *ir.Program) { p.Net.Kind = "ring" }, `network is "ring"; it must be "bus" or "mesh"`},
		"weight":    {func(p *ir.Program) { p.Cores[0].Weights[0] = 1 << 14 }, "core 0 (p0): weight row 0, lane 0 is 16384"},
		"sums":      {func(p *ir.Program) { p.Cores[0].AccBits = p.Cores[0].WeightBits }, "its accumulator has 5 bits"},
		"threshold": {func(p *ir.Program) { p.Cores[0].Threshold[0] = math.MaxInt32 }, "threshold 0 is 2147483647"},
		"shape":     {func(p *ir.Program) { p.Inputs[0].Shape = []int{1 << 20} }, "values of shape [1048576]"},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := anyProgram(t)
			c.change(p)
			_, err := New(p, Options{})
			require.ErrorContains(t, err, c.want)
		})
	}
}

// Stimuli that do not fit are refused in the words of ir.CheckFrames.
func TestRunRefusesStimuliThatDoNotFit(t *testing.T) {
	p, frames := anyProgram(t)
	m, err := New(p, Options{})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(f *ir.Frames) []*ir.Frames
		want   string
	}{
		"none":     {func(f *ir.Frames) []*ir.Frames { return nil }, "0 stimuli; it has 1 inputs"},
		"nil":      {func(f *ir.Frames) []*ir.Frames { return []*ir.Frames{nil} }, "no stimulus"},
		"two":      {func(f *ir.Frames) []*ir.Frames { return []*ir.Frames{f, f} }, "2 stimuli; it has 1 inputs"},
		"empty":    {func(f *ir.Frames) []*ir.Frames { f.Values = nil; return []*ir.Frames{f} }, "0 values in all"},
		"short":    {func(f *ir.Frames) []*ir.Frames { f.Values = f.Values[1:]; return []*ir.Frames{f} }, "values in all; want"},
		"no steps": {func(f *ir.Frames) []*ir.Frames { f.Steps = 0; return []*ir.Frames{f} }, "0 steps; the network takes"},
		"width":    {func(f *ir.Frames) []*ir.Frames { f.N++; return []*ir.Frames{f} }, "values a step; the network takes"},
		"value":    {func(f *ir.Frames) []*ir.Frames { f.Values[0] = 1 << 20; return []*ir.Frames{f} }, "value 0 is 1048576"},
	} {
		_, err := m.Run(context.Background(), c.change(frames(0)[0]))
		require.ErrorContains(t, err, c.want, name)
	}
}

// A run that was cancelled at any tick, or overflowed the host's FIFO, leaves
// a machine whose next run is that of a fresh one, cycles and memories included.
func TestRunAfterAbandonedRun(t *testing.T) {
	full := 0
	compile(t, 60, func(seed uint64, p *ir.Program, frames func(int) []*ir.Frames) {
		fresh, err := New(p, Options{})
		require.NoError(t, err)
		want, err := fresh.Run(context.Background(), frames(0))
		require.NoError(t, err)
		same := func(m *Machine) {
			m.options.Observer = nil
			got, err := m.Run(context.Background(), frames(0))
			require.NoError(t, err)
			require.Equal(t, want, got, "seed %d", seed)
			for i := range p.Cores {
				require.Equal(t, fresh.Memories(i), m.Memories(i), "seed %d core %d", seed, i)
				require.Equal(t, fresh.Spikes(i), m.Spikes(i), "seed %d core %d", seed, i)
				require.Equal(t, fresh.Current(i), m.Current(i), "seed %d core %d", seed, i)
			}
		}
		for stop := 1; stop < p.Ticks; stop++ {
			ctx, cancel := context.WithCancel(context.Background())
			m := fresh.Fork(Options{Observer: &Callbacks{OnTickEnd: func(k int, _ int64) {
				if k == stop-1 {
					cancel()
				}
			}}})
			_, err := m.Run(ctx, frames(3))
			require.ErrorIs(t, err, context.Canceled)
			same(m)
		}
		depth := p.Net.HostDepth
		p.Net.HostDepth = 1
		m := fresh.Fork(Options{})
		_, err = m.Run(context.Background(), frames(3))
		functional, ferr := m.Fork(Options{Functional: true}).Run(context.Background(), frames(3))
		require.NoError(t, ferr, "without time nothing waits")
		require.NotNil(t, functional)
		p.Net.HostDepth = depth
		if err != nil {
			require.True(t, strings.Contains(err.Error(), "compile with a deeper event FIFO"), err.Error())
			full++
		}
		same(m)
	})
	require.Positive(t, full)
}

// A batch that is cancelled emits a prefix, and the same machines then give
// the same results in the same order on any number of workers.
func TestBatchAfterCancellation(t *testing.T) {
	p, frames := anyProgram(t)
	root, err := New(p, Options{})
	require.NoError(t, err)
	const n = 100
	run := func(ctx context.Context, machines []*Machine, emit func(i int)) ([]*ir.Result, error) {
		var out []*ir.Result
		next := 0
		err := backend.Batch(ctx, n, len(machines), func() (backend.Runner, error) { next++; return machines[next-1], nil },
			func(i int) ([]*ir.Frames, error) { return frames(i), nil },
			func(i int, r *ir.Result) error {
				require.Equal(t, len(out), i)
				out = append(out, r)
				emit(i)
				return nil
			})
		return out, err
	}
	var alone []*ir.Result
	for i := range n {
		r, err := root.Fork(Options{}).Run(context.Background(), frames(i))
		require.NoError(t, err)
		alone = append(alone, r)
	}
	for _, workers := range []int{1, 2, 5} {
		var machines []*Machine
		for range workers {
			machines = append(machines, root.Fork(Options{}))
		}
		ctx, cancel := context.WithCancel(context.Background())
		part, err := run(ctx, machines, func(i int) {
			if i == 20 {
				cancel()
			}
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, alone[:len(part)], part)
		all, err := run(context.Background(), machines, func(int) {})
		require.NoError(t, err)
		require.Equal(t, alone, all, "%d workers", workers)
	}
}

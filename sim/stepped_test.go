package sim

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

// events gathers what an observer sees.
type events struct {
	Callbacks
	steps    []CoreStep
	pushes   []Push
	delivers []Delivery
	ends     []int64
}

func newEvents() *events {
	e := &events{}
	e.OnStep = func(s CoreStep) { e.steps = append(e.steps, s) }
	e.OnPush = func(p Push) { e.pushes = append(e.pushes, p) }
	e.OnDeliver = func(d Delivery) { e.delivers = append(e.delivers, d) }
	e.OnTickEnd = func(_ int, c int64) { e.ends = append(e.ends, c) }
	return e
}

// compile draws networks until n programs are there.
func compile(t *testing.T, n int, each func(seed uint64, p *ir.Program, frames func(i int) []*ir.Frames)) {
	t.Helper()
	for seed, ran := uint64(0), 0; ran < n; seed++ {
		d := randnet.Draw(seed)
		c, err := d.Compile(context.Background())
		if err != nil {
			continue // what the machine cannot hold
		}
		ran++
		each(seed, c.Program, func(i int) []*ir.Frames { return d.Stimuli(c, i) })
	}
}

// The simulator agrees with the machine stepped cycle by cycle in every push,
// delivery, step, tick end and memory word, also on later samples.
func TestAgreesWithSteppedMachine(t *testing.T) {
	var seen features
	compile(t, 300, func(seed uint64, p *ir.Program, frames func(int) []*ir.Frames) {
		p.Net.FIFODepth = 1 + int(seed%4)
		seen.add(p)
		agree(t, seed, p, frames, 3)
	})
	require.Equal(t, features{true, true, true, true, true, true, true, true, true}, seen, "the networks drawn have everything")
}

// features that the comparison must have met.
type features struct{ mesh, pixels, blocks, grouped, current, refractory, graded, held, interval bool }

func (f *features) add(p *ir.Program) {
	f.mesh = f.mesh || p.Net.Kind == ir.NetMesh && len(p.Cores) > 2
	f.interval = f.interval || p.Interval > 1
	for i := range p.Cores {
		c := &p.Cores[i]
		f.pixels = f.pixels || c.Groups > c.Blocks
		f.blocks = f.blocks || c.Groups > c.Blocks && c.Blocks > 1
		f.current, f.refractory, f.graded = f.current || c.Current, f.refractory || c.Refractory > 0, f.graded || c.Graded
		f.held = f.held || c.Held > 0
		for j := range c.Segments {
			f.grouped = f.grouped || c.Segments[j].Grouped && c.Blocks > 1
		}
	}
}

// Programs that no network asks for (doublings and sign planes anywhere, any
// segments held, other delays, parts that nobody reads) still run as the
// machine would; no sum of theirs leaves the accumulators, or New refuses them.
func TestAgreesOnArbitraryPrograms(t *testing.T) {
	ran := 0
	compile(t, 150, func(seed uint64, p *ir.Program, frames func(int) []*ir.Frames) {
		r := rand.New(rand.NewPCG(seed, 8))
		sign := int16(r.IntN(3) - 1)
		for i := range p.Cores {
			c := &p.Cores[i]
			c.AccBits = 32
			for k, w := range c.Weights {
				if w*sign < 0 {
					c.Weights[k] = -w
				}
			}
			doubles := 0
			for k := range c.Segments {
				s := &c.Segments[k]
				s.Negate = s.External && r.IntN(3) == 0
				s.Double = s.External && doubles < 8 && r.IntN(3) == 0
				if s.Double {
					doubles++
				}
				if s.External {
					s.Delay = r.IntN(3)
				} else {
					s.Delay = 1 + r.IntN(c.RingMask)
				}
			}
			c.Held = max(0, r.IntN(len(c.Segments)+2)-1)
			if r.IntN(8) == 0 {
				c.Routes = nil
			}
		}
		if len(p.Validate()) > 0 || check(p) != nil {
			return
		}
		ran++
		agree(t, seed, p, frames, 2)
	})
	require.Greater(t, ran, 75)
}

func agree(t *testing.T, seed uint64, p *ir.Program, frames func(int) []*ir.Frames, samples int) {
	t.Helper()
	hw := newStepped(p)
	m, err := New(p, Options{})
	require.NoError(t, err, "seed %d", seed)
	for i := range samples {
		seen := newEvents()
		m.options.Observer = seen
		got, err := m.Run(context.Background(), frames(i))
		require.NoError(t, err, "seed %d", seed)
		cycles := hw.run(frames(i))
		slices.SortStableFunc(hw.pushes, func(a, b Push) int { return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Core, b.Core)) })
		slices.SortStableFunc(hw.delivers, func(a, b Delivery) int { return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Node, b.Node)) })
		require.Equal(t, hw.steps, seen.steps, "seed %d sample %d", seed, i)
		require.Equal(t, hw.pushes, seen.pushes, "seed %d sample %d", seed, i)
		require.Equal(t, hw.delivers, seen.delivers, "seed %d sample %d", seed, i)
		require.Equal(t, hw.ends, seen.ends, "seed %d sample %d", seed, i)
		require.Equal(t, hw.ends, got.TickEnds, "seed %d sample %d", seed, i)
		require.Equal(t, cycles, got.Cycles, "seed %d sample %d", seed, i)
		for k, c := range hw.cores {
			sameMemories(t, m, k, c, seed)
		}
	}
}

func sameMemories(t *testing.T, m *Machine, k int, c *steppedCore, seed uint64) {
	t.Helper()
	memory := m.Memories(k)
	for n, want := range c.memory {
		got := memory.V[n]
		if got != want.V || memory.I != nil && memory.I[n] != want.I || memory.Wait != nil && memory.Wait[n] != want.Wait {
			t.Fatalf("seed %d core %d slot %d: membrane %d; want %+v", seed, k, n, got, want)
		}
	}
	require.Equal(t, c.c.Current, memory.I != nil)
	require.Equal(t, c.c.Refractory > 0, memory.Wait != nil)
	require.Equal(t, c.valid, m.Valid(k), "seed %d core %d: valid bits", seed, k)
	for a, w := range c.spikes {
		if c.valid[a] && w != m.Spikes(k)[a] {
			t.Fatalf("seed %d core %d: spike word %d is %x; want %x", seed, k, a, m.Spikes(k)[a], w)
		}
	}
	require.True(t, slices.Equal(c.input, m.Input(k)), "seed %d core %d: input", seed, k)
	for n, x := range m.Current(k) {
		if want := c.current[n/c.c.Lanes][n%c.c.Lanes]; want != int64(x) {
			t.Fatalf("seed %d core %d slot %d: held current %d; want %d", seed, k, n, x, want)
		}
	}
	require.Equal(t, c.c.Held > 0, m.Current(k) != nil)
}

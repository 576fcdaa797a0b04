package sim

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// events gathers what an observer sees.
type events struct {
	Callbacks
	pushes   []Push
	delivers []Delivery
	ends     []int64
	steps    []CoreStep
}

func newEvents() *events {
	e := &events{}
	e.OnPush = func(p Push) { e.pushes = append(e.pushes, p) }
	e.OnDeliver = func(d Delivery) { e.delivers = append(e.delivers, d) }
	e.OnTickEnd = func(_ int, c int64) { e.ends = append(e.ends, c) }
	e.OnStep = func(s CoreStep) { e.steps = append(e.steps, s) }
	return e
}

// Property: on random networks mapped at random, the simulator agrees with the
// fixed-point reference in every spike and membrane, and with the machine
// stepped cycle by cycle in every push, delivery, tick end and memory word;
// also on later samples of the same machine; and functional mode gives the
// same without cycles.
func TestAgreesWithReferenceAndSteppedMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
		wordBits := rapid.SampledFrom([]int{8, 16, 32}).Draw(t, "W")
		net := drawNetwork(t, rng, wordBits)
		p := lower(t, net, wordBits)
		fixed, err := reference.NewFixed(net)
		if err != nil {
			t.Fatal(err)
		}
		m, err := New(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		hw := newStepped(p)
		for sample := range 2 {
			frames := drawFrames(t, net, rng)
			want, err := fixed.Run(context.Background(), frames)
			if err != nil {
				t.Fatal(err)
			}
			seen := newEvents()
			m.options.Observer = seen
			got, err := m.Run(context.Background(), frames)
			if err != nil {
				t.Fatal(err)
			}
			cycles := hw.run(frames)
			compareWithStepped(t, m, hw, seen)
			if got.Cycles != cycles {
				t.Fatalf("sample %d: %d cycles, stepped %d", sample, got.Cycles, cycles)
			}
			require.Equal(t, hw.ends, got.TickEnds)
			functional := m.Fork(Options{Functional: true})
			plain, err := functional.Run(context.Background(), frames)
			if err != nil {
				t.Fatal(err)
			}
			for i := range p.Cores {
				require.Equal(t, m.State(i), functional.State(i))
				require.Equal(t, m.Spikes(i), functional.Spikes(i))
			}
			got.Cycles, got.TickEnds = 0, nil
			require.Equal(t, want, got, "reference and simulator, sample %d", sample)
			require.Equal(t, want, plain, "reference and functional simulator, sample %d", sample)
		}
	})
}

func compareWithStepped(t *rapid.T, m *Machine, hw *stepped, seen *events) {
	order := func(a, b Push) int { return int(a.Cycle-b.Cycle)*1000 + a.Core - b.Core }
	slices.SortStableFunc(hw.pushes, order)
	require.True(t, slices.IsSortedFunc(seen.pushes, order), "pushes come by cycle and core")
	require.Equal(t, hw.pushes, seen.pushes)
	slices.SortStableFunc(hw.delivers, func(a, b Delivery) int { return int(a.Cycle-b.Cycle)*1000 + a.Node - b.Node })
	require.Equal(t, hw.delivers, seen.delivers)
	require.Equal(t, hw.ends, seen.ends)
	for i, c := range hw.cores {
		require.Equal(t, c.v, m.State(i), "core %d: state", i)
		require.Equal(t, c.valid, m.Valid(i), "core %d: valid bits", i)
		for a, w := range c.spikes {
			if c.valid[a] {
				require.Equal(t, w, m.Spikes(i)[a], "core %d: spike word %d", i, a)
			}
		}
		require.Equal(t, c.input, append([]uint32{}, m.Input(i)...), "core %d: input", i)
		if c.c.Held > 0 {
			for n, x := range m.Current(i) {
				require.EqualValues(t, c.current[n/c.c.Lanes][n%c.c.Lanes], x, "core %d: current of neuron %d", i, n)
			}
		}
	}
	for _, s := range seen.steps[max(0, len(seen.steps)-1):] {
		if last := hw.cores[s.Core].lastStateWrite; m.program.Ticks > 0 && s.Tick == m.program.Ticks-1 {
			start := int64(0)
			if s.Tick > 0 {
				start = seen.ends[s.Tick-1] + 1
			}
			require.Equal(t, start+last, s.Last)
			require.Equal(t, start+1, s.First)
		}
	}
}

func TestRunStopsOnCancel(t *testing.T) {
	m, frames := mnistLike(t, 16, 32, ir.NetBus)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := m.Run(ctx, frames)
	require.ErrorIs(t, err, context.Canceled)
}

// Property: programs that no network asks for, with doublings and sign planes
// anywhere and held segments before them, still run as the machine would; and
// the range that Validate proves is reached by no partial sum of the stepped
// machine, which stops if an accumulator overflows.
func TestAgreesOnArbitrarySegments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 8))
		wordBits := rapid.SampledFrom([]int{8, 16, 32}).Draw(t, "W")
		net := drawNetwork(t, rng, wordBits)
		p := lower(t, net, wordBits)
		sign := rapid.IntRange(-1, 1).Draw(t, "sign of the weights")
		for i := range p.Cores {
			c := &p.Cores[i]
			c.AccBits = 32
			for k, w := range c.Weights {
				if int(w)*sign < 0 {
					c.Weights[k] = -w
				}
			}
			doubles := 0
			for k := range c.Segments {
				s := &c.Segments[k]
				s.Negate = s.External && rapid.Bool().Draw(t, "negate")
				s.Double = s.External && doubles < 8 && rapid.Bool().Draw(t, "double")
				if s.Double {
					doubles++
				}
			}
			for c.Held < len(c.Segments) && c.Segments[c.Held].External && c.Segments[c.Held].Mask == 0 && rapid.Bool().Draw(t, "held") {
				c.Held++
			}
		}
		for range 2 {
			frames := drawFrames(t, net, rng)
			seen := newEvents()
			for _, err := range p.Validate() {
				// What the sums mean is the one rule that these programs may break.
				if f := new(ir.Fault); errors.As(err, &f) && f.Rule != "external.value" && f.Rule != "external.held" {
					t.Fatal(err)
				}
			}
			m := newUnchecked(p, Options{Observer: seen})
			got, err := m.Run(context.Background(), frames)
			if err != nil {
				t.Fatal(err)
			}
			hw := newStepped(p)
			if cycles := hw.run(frames); got.Cycles != cycles {
				t.Fatalf("%d cycles, stepped %d", got.Cycles, cycles)
			}
			compareWithStepped(t, m, hw, seen)
		}
	})
}

// Property: New picks 16-bit lanes exactly where no sum can leave 16 bits.
func TestSixteenBitLanesOnlyWhereSumsFit(t *testing.T) {
	for _, c := range []struct {
		weights []int16
		negate  bool
		fits    bool
	}{
		{[]int16{32767, -32767, 0, -1}, false, true},
		{[]int16{32767, -32767, 1, 0}, false, false},
		{[]int16{32767, -32767, 0, -2}, false, false},
		{[]int16{32767, -32767, 1, 0}, true, true}, // −1·(32767 + 1) fits
		{[]int16{32767, -32767, 0, -1}, true, false},
	} {
		core := &ir.Core{N: 1, Lanes: 1, Groups: 1, Rows: 4, Weights: c.weights, Segments: []ir.Segment{{Words: 1, Bits: 4, Negate: c.negate}}}
		require.Equal(t, c.fits, sumsFit16(core), "%v, negated %v", c.weights, c.negate)
	}
}

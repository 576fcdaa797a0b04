package sim

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/ir"
)

func TestTranspose8MovesEveryBit(t *testing.T) {
	for i := range 8 {
		for j := range 8 {
			require.Equal(t, uint64(1)<<(8*j+i), transpose8(1<<(8*i+j)), "bit %d of byte %d", j, i)
		}
	}
}

func drawPort(t *rapid.T, rng *rand.Rand, wordBits int) (*ir.InputPort, *ir.Frames) {
	port := &ir.InputPort{Name: "x", N: rapid.IntRange(1, 100).Draw(t, "values"), Slots: 1,
		Input: ir.Encoding{Bits: rapid.IntRange(1, 16).Draw(t, "bits"), Held: true, Scale: 1}}
	port.Input.Signed = port.Input.Bits > 1 && rapid.Bool().Draw(t, "signed")
	port.PlaneWords = (port.N + wordBits - 1) / wordBits
	lo, hi := port.Input.Range()
	f := &ir.Frames{Steps: 1, N: port.N, Bits: port.Input.Bits, Signed: port.Input.Signed, Held: true, Scale: 1, Values: make([]int32, port.N)}
	for i := range f.Values {
		if rng.IntN(3) > 0 {
			f.Values[i] = lo + int32(rng.IntN(int(hi-lo)+1))
		}
	}
	return port, f
}

// Property: the transposed packing is ir.PackInput, whatever the memory held.
func TestPackInputAgreesWithIR(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		wordBits := rapid.SampledFrom([]int{8, 16, 32, 32, 32}).Draw(t, "W")
		port, f := drawPort(t, rng, wordBits)
		got := make([]uint32, port.Words())
		for i := range got {
			got[i] = rng.Uint32()
		}
		packInput(got, port, wordBits, f, 0)
		if want := ir.PackInput(nil, port, wordBits, f, 0); !slices.Equal(want, got) {
			t.Fatalf("%x, want %x", got, want)
		}
	})
}

// Property: planes walked at once give the rows, counts, cycles and errors
// that the same segments give one by one.
func TestPlanesAgreeWithSegments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		port, f := drawPort(t, rng, 32)
		ic := &ir.Core{N: 1, Lanes: 1, Groups: 1, Rows: port.N + 3, InputDepth: port.Words()}
		ic.Weights = make([]int16, ic.Rows)
		for p := range port.Input.Bits {
			ic.Segments = append(ic.Segments, ir.Segment{External: true, Base: p * port.PlaneWords, Words: port.PlaneWords, Bits: port.N,
				Row: 3, Negate: p == 0 && port.Input.Signed, Double: p > 0})
		}
		for range rapid.IntRange(0, 2).Draw(t, "doublings after") {
			ic.Segments = append(ic.Segments, ir.Segment{External: true, Words: 1, Bits: min(port.N, 32), Row: 0, Double: true})
		}
		input := ir.PackInput(nil, port, 32, f, 0)
		if rapid.IntRange(0, 4).Draw(t, "stray bit") == 0 {
			input[rng.IntN(len(input))] |= 1 << rng.IntN(32)
		}
		fast, slow := newPhase(ic.Segments, 0, 32), newPhase(ic.Segments, 0, 32)
		if n := min(port.Input.Bits, mostPlanes); n > 1 && fast.segments[0].planes != n {
			t.Fatalf("%d planes are walked as %d at once", n, fast.segments[0].planes)
		}
		for i := range slow.segments {
			slow.segments[i].planes = 0
		}
		slow.spans, slow.plain = []span{{0, ic.Rows}}, false
		fast.plain = false
		count := func(p *phase) (map[int32]int64, int64, error) {
			c := newCore(&image{Core: ic, wordBits: 32}, input)
			var g gathered
			err := c.walk(&g, p, 0)
			out := map[int32]int64{}
			for i, r := range g.rows {
				if out[r] += g.counts[i]; out[r] == 0 {
					delete(out, r)
				}
			}
			return out, g.cycles, err
		}
		got, cycles, err := count(&fast)
		want, wantCycles, wantErr := count(&slow)
		if wantErr != nil {
			if err == nil || err.Error() != wantErr.Error() {
				t.Fatalf("error %v, want %v", err, wantErr)
			}
			return
		}
		if err != nil || cycles != wantCycles {
			t.Fatalf("%d cycles and error %v, want %d", cycles, err, wantCycles)
		}
		require.Equal(t, want, got)
	})
}

// Cores that hold the same input walk it once, and only they.
func TestSameHeld(t *testing.T) {
	a := ir.Core{Held: 1, Segments: []ir.Segment{{External: true, Words: 2, Bits: 40}, {Words: 1, Bits: 3}}}
	b := a
	b.Segments = slices.Clone(a.Segments)
	b.Segments[1].Words = 2 // not held
	require.True(t, sameHeld(&a, &b))
	for name, change := range map[string]func(c *ir.Core){
		"level":   func(c *ir.Core) { c.Level = 1 },
		"base":    func(c *ir.Core) { c.InputBase = 64 },
		"segment": func(c *ir.Core) { c.Segments[0].Base = 2 },
		"more":    func(c *ir.Core) { c.Held = 2 },
		"none":    func(c *ir.Core) { c.Held = 0 },
	} {
		d := b
		d.Segments = slices.Clone(b.Segments)
		change(&d)
		require.False(t, sameHeld(&a, &d), name)
	}
}

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
	port.Shape = []int{port.N}
	if rapid.IntRange(0, 3).Draw(t, "image") == 0 {
		port.Shape = []int{1 + rng.IntN(3), 1 + rng.IntN(5), 1 + rng.IntN(5)}
		port.N = ir.Size(port.Shape)
	}
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

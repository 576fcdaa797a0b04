package numerics

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// power is 2^n exactly.
func power(n int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(n)) }

func TestRangesOfEveryWidth(t *testing.T) {
	for w := 1; w <= 64; w++ {
		top := new(big.Int).Sub(power(w-1), big.NewInt(1))
		bottom := new(big.Int).Neg(power(w - 1))
		require.Equal(t, top.Int64(), Max(w), "width %d", w)
		require.Equal(t, bottom.Int64(), Min(w), "width %d", w)
	}
	for w := 2; w <= 16; w++ {
		require.EqualValues(t, Max(w), QMax(w), "width %d", w)
	}
}

// Property: saturation gives the nearest value that the width can hold.
func TestSaturateIsNearest(t *testing.T) {
	for w := 1; w <= 6; w++ {
		for x := int64(-100); x <= 100; x++ {
			best := Min(w)
			for c := Min(w); c <= Max(w); c++ {
				if (c-x)*(c-x) < (best-x)*(best-x) {
					best = c
				}
			}
			require.Equal(t, best, Saturate(w, x), "width %d, x %d", w, x)
		}
	}
	require.Equal(t, int64(math.MaxInt32), Saturate(32, math.MaxInt64))
	require.Equal(t, int64(math.MinInt32), Saturate(32, math.MinInt64))
	require.Equal(t, int64(math.MinInt64), Saturate(64, math.MinInt64))
}

// Property: BitsFor holds both ends, and one bit less does not.
func TestBitsForIsSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Int64Max(0).Draw(t, "lo")
		hi := rapid.Int64Min(lo).Draw(t, "hi")
		w := BitsFor(lo, hi)
		fits := func(w int) bool { return Saturate(w, lo) == lo && Saturate(w, hi) == hi }
		if !fits(w) || w > 1 && fits(w-1) {
			t.Fatalf("BitsFor(%d, %d) = %d", lo, hi, w)
		}
	})
	for _, c := range []struct {
		lo, hi int64
		want   int
	}{{0, 0, 1}, {-1, 0, 1}, {0, 1, 2}, {-2, 1, 2}, {-3, 1, 3}, {0, 127, 8}, {0, 128, 9}, {-128, 0, 8}, {math.MinInt64, math.MaxInt64, 64}} {
		require.Equal(t, c.want, BitsFor(c.lo, c.hi), "%d..%d", c.lo, c.hi)
	}
}

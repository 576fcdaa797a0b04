package numerics

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// leakExact is the leak as real arithmetic: v·d/2^bits as a fraction, then
// the integer that the rounding's definition picks, by comparing distances.
func leakExact(v, d int64, bits int, toZero bool) int64 {
	exact := new(big.Rat).SetFrac(big.NewInt(v*d), power(bits))
	down := new(big.Int).Div(exact.Num(), exact.Denom()).Int64() // Euclidean: floor, as the denominator is positive
	if exact.IsInt() {
		return down
	}
	up := down + 1
	if toZero {
		if v > 0 {
			return down
		}
		return up
	}
	below := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(down))
	switch below.Cmp(big.NewRat(1, 2)) {
	case -1:
		return down
	case 1:
		return up
	}
	if v > 0 {
		return up
	}
	return down
}

func TestLeakExhaustive(t *testing.T) {
	for _, bits := range []int{0, 1, 4, 5} {
		for v := int64(-130); v <= 130; v++ {
			for d := int64(0); d <= 1<<bits; d++ {
				for _, toZero := range []bool{false, true} {
					require.EqualValues(t, leakExact(v, d, bits, toZero), Leak(int32(v), int32(d), bits, toZero),
						"v %d, d %d/2^%d, toward zero %v", v, d, bits, toZero)
				}
			}
		}
	}
}

// Properties: the leak is exact arithmetic rounded as stated, the leak of −v
// is minus the leak of v, and it never grows the magnitude.
func TestLeakProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(0, 16).Draw(t, "decay bits")
		v := rapid.Int32().Draw(t, "v")
		d := rapid.Int32Range(0, 1<<bits).Draw(t, "d")
		toZero := rapid.Bool().Draw(t, "toward zero")
		got := Leak(v, d, bits, toZero)
		if want := leakExact(int64(v), int64(d), bits, toZero); int64(got) != want {
			t.Fatalf("leak %d, want %d", got, want)
		}
		if v != math.MinInt32 && Leak(-v, d, bits, toZero) != -got {
			t.Fatalf("the leak of -v is %d, of v %d", Leak(-v, d, bits, toZero), got)
		}
		if math.Abs(float64(got)) > math.Abs(float64(v)) || int64(got)*int64(v) < 0 {
			t.Fatalf("leak %d of %d", got, v)
		}
	})
}

func TestLeakOfFullAndNoDecay(t *testing.T) {
	for _, v := range []int32{math.MinInt32, -1, 0, 1, math.MaxInt32} {
		for _, toZero := range []bool{false, true} {
			require.Equal(t, v, Leak(v, 1<<16, 16, toZero))
			require.Zero(t, Leak(v, 0, 16, toZero))
		}
	}
	require.EqualValues(t, 1, Leak(1, 8, 4, false), "a tie goes away from zero")
	require.EqualValues(t, -1, Leak(-1, 8, 4, false), "a tie goes away from zero")
}

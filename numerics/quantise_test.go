package numerics

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRoundEven(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want int64
	}{{0.5, 0}, {1.5, 2}, {2.5, 2}, {-0.5, 0}, {-1.5, -2}, {2.4999, 2}, {1e30, 100}, {-1e30, -100},
		{math.Inf(1), 100}, {math.Inf(-1), -100}, {math.NaN(), 0}, {99.5, 100}, {101, 100}} {
		require.Equal(t, c.want, RoundEven(c.x, -100, 100), "%v", c.x)
	}
	require.Equal(t, int64(math.MaxInt64), RoundEven(math.MaxFloat64, math.MinInt64, math.MaxInt64))
	require.Equal(t, int64(3), RoundEven(math.NaN(), 3, 9))
}

func TestWeights(t *testing.T) {
	s := WeightScale(1, 2.54, 8)
	require.Equal(t, 2.54/127, s)
	require.EqualValues(t, 127, Weight(2.54, s, 8))
	require.EqualValues(t, -127, Weight(-2.54, s, 8))
	require.EqualValues(t, 127, Weight(5, WeightScale(0.5, 5, 8), 8), "clipped")
	require.Equal(t, 1.0, WeightScale(1, 0, 4), "a neuron without weights")
	require.EqualValues(t, 1, Weight(9, 1, 2))
	require.Equal(t, 0.5*0.25/16, StateUnit(0.5, 0.25, 4))
	require.EqualValues(t, -128, State(-1e9, 0.1, 8))
	require.EqualValues(t, 127, State(1e9, 0.1, 8))
}

func TestDecay(t *testing.T) {
	for _, c := range []struct {
		d    float64
		bits int
		want int32
	}{{0, 12, 0}, {0.5, 4, 8}, {1, 12, 4096}, {0.99999, 12, 4095}, {0.9, 12, 3686}, {1.5 / 16, 4, 2}, {0.5 / 16, 4, 0}, {1.2, 4, 16}, {-0.1, 4, 0}} {
		require.Equal(t, c.want, Decay(c.d, c.bits), "%v with %d bits", c.d, c.bits)
	}
}

// Property: on every integer in reach, the integer comparison means exactly
// the real one, judged in rational arithmetic.
func TestThresholdsMeanTheRealComparison(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.Float64Range(1e-6, 10).Draw(t, "unit")
		theta := rapid.Float64Range(-100, 100).Draw(t, "theta")
		if rapid.Bool().Draw(t, "near a multiple") {
			theta = unit * float64(rapid.IntRange(-1000, 1000).Draw(t, "multiple"))
			if rapid.Bool().Draw(t, "just off") {
				theta = math.Nextafter(theta, rapid.SampledFrom([]float64{-1e9, 1e9}).Draw(t, "toward"))
			}
		}
		gt, ge := ThresholdGT(theta, unit, 32), ThresholdGE(theta, unit, 32)
		u, th := new(big.Rat).SetFloat64(unit), new(big.Rat).SetFloat64(theta)
		for _, base := range []int32{gt, ge} {
			for v := base - 2; v <= base+2; v++ {
				real := new(big.Rat).Mul(new(big.Rat).SetInt64(int64(v)), u).Cmp(th)
				if (v > gt) != (real > 0) || (v >= ge) != (real >= 0) {
					t.Fatalf("v %d: > %d, >= %d, real comparison %d", v, gt, ge, real)
				}
			}
		}
	})
}

func TestThresholdsClamp(t *testing.T) {
	require.EqualValues(t, 127, ThresholdGT(1e30, 1e-3, 8))
	require.EqualValues(t, -128, ThresholdGT(-1e30, 1e-3, 8))
	require.EqualValues(t, 127, ThresholdGE(200, 1, 8))
	require.EqualValues(t, math.MaxInt32, ThresholdGE(math.MaxFloat64, 1e-300, 32))
	require.EqualValues(t, 3, ThresholdSubtract(2.6, 1, 8))
}

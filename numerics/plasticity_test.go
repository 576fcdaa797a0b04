package numerics

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A lane draws 12 bits, from bit 2·(lane mod 16) up and round; then the register
// makes 16 single Galois shifts.
func TestLFSRLeapsSixteenShifts(t *testing.T) {
	for k := range 50 {
		l := StartLFSR(1234, k)
		for range 200 {
			s := uint32(l)
			require.NotZero(t, s)
			for lane := range 40 {
				want := uint16(0)
				for b := range 12 {
					want |= uint16(s>>((2*(lane%16)+b)%32)&1) << b
				}
				require.Equal(t, want, l.Lane(lane))
			}
			l.Next()
			for range 16 {
				bit := s & 1
				s >>= 1
				if bit == 1 {
					s ^= 0x80200003
				}
			}
			require.Equal(t, s, uint32(l))
		}
	}
}

// Skipping is drawing.
func TestLFSRSkips(t *testing.T) {
	for _, n := range []int{0, 1, 2, 31, 1000, 65537} {
		a, b := StartLFSR(5, n), StartLFSR(5, n)
		for range n {
			a.Next()
		}
		b.Skip(uint64(n))
		require.Equal(t, a, b, "%d draws", n)
	}
}

// Taps of full period: the order of the shift is 2^32 − 1, so it is the
// identity after that many steps and after none of its maximal divisors.
func TestLFSRHasFullPeriod(t *testing.T) {
	var step [32]uint32 // images of the unit vectors
	for i := range step {
		s := uint32(1) << i
		step[i] = s>>1 ^ -(s&1)&lfsrTaps
	}
	apply := func(m [32]uint32, v uint32) (out uint32) {
		for i := range m {
			out ^= m[i] & -(v >> i & 1)
		}
		return out
	}
	identityAfter := func(n uint64) bool {
		var r [32]uint32
		for i := range r {
			r[i] = 1 << i
		}
		for m := step; n > 0; n >>= 1 {
			var sq, next [32]uint32
			for i := range m {
				next[i] = r[i]
				if n&1 == 1 {
					next[i] = apply(m, r[i])
				}
				sq[i] = apply(m, m[i])
			}
			r, m = next, sq
		}
		for i := range r {
			if r[i] != 1<<i {
				return false
			}
		}
		return true
	}
	const period = 1<<32 - 1
	require.True(t, identityAfter(period))
	for _, p := range []uint64{3, 5, 17, 257, 65537} {
		require.False(t, identityAfter(period/p), "divisor %d", p)
	}
}

// The widest sums stay inside their types.
func TestWarmupSumsHoldTheirBounds(t *testing.T) {
	var s WarmupSums
	for range WarmupMaxCount {
		require.True(t, s.Add(MaxPairs, Min(LossWidth)-5))
	}
	require.False(t, s.Add(1, 1))
	require.Equal(t, uint64(WarmupMaxCount)<<48, s.NN)
	require.Equal(t, uint64(WarmupMaxCount)<<46, s.LL)
	require.Equal(t, -int64(WarmupMaxCount)<<47, s.NL)
}

func TestStochasticRoundOfWholeStepsIsExact(t *testing.T) {
	for _, steps := range []int64{-3, 0, 5} {
		for _, r := range []uint16{0, 1, 4095} {
			require.Equal(t, steps, StochasticRound(steps<<RandomBits, r))
		}
	}
}

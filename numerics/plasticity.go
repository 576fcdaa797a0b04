package numerics

import (
	"fmt"
	"math"
	"math/bits"
)

// Widths of the plasticity unit (docs/numerics.md, section Plasticity).
const (
	GateFrac      = 12      // fraction bits of the gate
	GateOne       = 1 << 12 // the gate 1
	GateMax       = 2 << 12 // its largest value, 2
	KernelWidth   = 16      // signed width of a table entry
	KernelMinFrac = 5       // fewest and
	KernelMaxFrac = 14      // most fraction bits of a table entry
	RandomBits    = 12      // fraction bits that stochastic rounding reads
	MaxPairs      = 1 << 24 // N_pre·N_post of a plastic layer
	MaxBatchLog2  = 8       // samples of one update, log2
	GateWidth     = 28      // bits of the gate's constants
	gateGuard     = 4       // fraction bits of them below the gate's
)

// GateConstants are the gate's multiply-add on n, the number of pairs that
// both fired: clamp((⌊B·n/2^Bits⌋ + A) >> 4, 0, GateMax).
type GateConstants struct {
	A, B int32 // GateWidth bits signed; A with the half of the shift
	Bits int   // PairBits of the layer
}

// ConstantGate are the constants of a gate that is always g, GateFrac fraction bits.
func ConstantGate(g int32) GateConstants {
	return GateConstants{A: g<<gateGuard + 1<<gateGuard/2, Bits: 2}
}

// PairBits is the width of the number of pairs that both fired, at least 2.
func PairBits(pairs int) int { return max(2, bits.Len(uint(pairs))) }

// QuantiseGate folds 1 + k(n/pairs − mean)/std into constants. It refuses a
// slope that does not fit them.
func QuantiseGate(k, mean, std float64, pairs int) (GateConstants, error) {
	slope := k / std
	n := PairBits(pairs)
	a := math.RoundToEven(math.Ldexp(1-float64(slope*mean), GateFrac+gateGuard)) + 1<<gateGuard/2
	b := math.RoundToEven(math.Ldexp(slope/float64(pairs), GateFrac+gateGuard+n))
	if most := float64(Max(GateWidth)); math.Abs(a) <= most && math.Abs(b) <= most {
		return GateConstants{A: int32(a), B: int32(b), Bits: n}, nil
	}
	return GateConstants{}, fmt.Errorf("gate: k = %v, µ = %v, σ = %v over %d pairs do not fit %d bits; "+
		"σ is too small: record a longer warm-up or use gate 1", k, mean, std, pairs, GateWidth)
}

// Gate returns the gate of n pairs, 0..GateMax, rounded half up. n is below 2^Bits.
func (c GateConstants) Gate(n int) int32 {
	return int32(min(max((int64(c.B)*int64(n)>>c.Bits+int64(c.A))>>gateGuard, 0), GateMax))
}

// GateErrorBound bounds |gate − real gate| for every n that its Bits hold, in
// real units: half a step of the gate, and of a guard step the halves of A and
// B and what ⌊B·n/2^Bits⌋ drops.
const GateErrorBound = (0.5 + 2.0/(1<<gateGuard)) / GateOne

// QuantiseReward returns a reward as a gate, within ±GateMax, ties to even.
func QuantiseReward(r float64) int32 {
	return int32(RoundEven(math.Ldexp(r, GateFrac), -GateMax, GateMax))
}

// KernelFits tells whether a table whose largest magnitude is maxAbs steps
// fits KernelWidth bits with frac fraction bits below the weight's fraction step.
func KernelFits(maxAbs float64, frac int) bool {
	return math.Ldexp(maxAbs, frac) <= float64(Max(KernelWidth))
}

// KernelEntry returns x steps as a table entry: to nearest, ties to even.
func KernelEntry(x float64, frac int) int32 {
	return int32(RoundEven(math.Ldexp(x, frac), -Max(KernelWidth), Max(KernelWidth)))
}

// RoundDelta brings a sum of gate·entry products from frac > RandomBits
// fraction bits to RandomBits, rounded half up.
func RoundDelta(sum int64, frac int) int64 {
	d := frac - RandomBits
	return (sum + int64(1)<<(d-1)) >> d
}

// StochasticRound returns delta (RandomBits fraction bits) as whole steps,
// rounded up with the probability of its fraction; random is 0..2^RandomBits − 1.
func StochasticRound(delta int64, random uint16) int64 {
	return (delta + int64(random)) >> RandomBits
}

// PlasticMin and PlasticMax bound a plastic weight of width bits with frac
// fraction bits, so that what inference reads stays within ±QMax.
func PlasticMin(width, frac int) int32 { return -QMax(width) << frac }

// PlasticMax is the upper bound, see PlasticMin.
func PlasticMax(width, frac int) int32 { return (QMax(width)+1)<<frac - 1 }

// PlasticLoad returns the stored form of an inference weight: the middle of
// its interval, so that reading by truncation is rounding to nearest.
func PlasticLoad(w int32, frac int) int32 { return w<<frac + 1<<frac>>1 }

// PlasticRead returns the weight that inference reads.
func PlasticRead(stored int32, frac int) int32 { return stored >> frac }

// PlasticApply adds whole steps to a stored weight and saturates.
func PlasticApply(stored int32, steps int64, width, frac int) int32 {
	return int32(min(max(int64(stored)+steps, int64(PlasticMin(width, frac))), int64(PlasticMax(width, frac))))
}

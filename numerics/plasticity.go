package numerics

import (
	"fmt"
	"math"
)

// Widths of the plasticity unit (docs/numerics.md, section Plasticity).
const (
	GateFrac      = 12      // fraction bits of the gate
	GateOne       = 1 << 12 // the gate 1
	GateMax       = 2 << 12 // its largest value, 2
	KernelWidth   = 18      // signed width of a table entry
	KernelMinFrac = 5       // fewest and
	KernelMaxFrac = 14      // most fraction bits of a table entry
	RandomBits    = 16      // fraction bits that stochastic rounding reads
	MaxPairs      = 1 << 24 // N_pre·N_post of a plastic layer
	MaxBatchLog2  = 8       // samples of one update, log2
	gateBWidth    = 32
	gateAWidth    = 56
	gateShiftStep = 8 // the unit shifts by bytes
	gateMaxShift  = 40
)

// GateConstants are the gate's multiply-add on n, the number of pairs that
// both fired: clamp((A + B·n + half) >> Shift, 0, GateMax).
type GateConstants struct {
	A     int64 // 56 bits signed
	B     int32
	Shift uint8 // 0, 8, … 40
}

// QuantiseGate folds 1 + k(n/pairs − mean)/std into constants, with the
// largest shift of whole bytes at which A and B fit. It refuses a slope that fits at none.
func QuantiseGate(k, mean, std float64, pairs int) (GateConstants, error) {
	slope := k / std
	a := (1 - float64(slope*mean)) * GateOne
	b := slope / float64(pairs) * GateOne
	for sh := gateMaxShift; sh >= 0; sh -= gateShiftStep {
		qa, qb := math.RoundToEven(math.Ldexp(a, sh)), math.RoundToEven(math.Ldexp(b, sh))
		if math.Abs(qa) <= float64(Max(gateAWidth)) && math.Abs(qb) <= float64(Max(gateBWidth)) {
			return GateConstants{A: int64(qa), B: int32(qb), Shift: uint8(sh)}, nil
		}
	}
	return GateConstants{}, fmt.Errorf("gate: k = %v, µ = %v, σ = %v over %d pairs do not fit %d and %d bits; "+
		"σ is too small: record a longer warm-up or use gate 1", k, mean, std, pairs, gateAWidth, gateBWidth)
}

// Gate returns the gate of n pairs, 0..GateMax, rounded half up. n is 0..MaxPairs.
func (c GateConstants) Gate(n int) int32 {
	return int32(min(max((c.AddHalf()+int64(c.B)*int64(n))>>c.Shift, 0), GateMax))
}

// AddHalf returns A with the half of the rounding, as the unit's register holds it.
func (c GateConstants) AddHalf() int64 { return c.A + int64(1)<<c.Shift>>1 }

// Error bounds |gate − real gate| for every n of 0..pairs, in real units.
func (c GateConstants) Error(pairs int) float64 {
	return (0.5 + math.Ldexp(0.5+0.5*float64(pairs), -int(c.Shift))) / GateOne
}

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

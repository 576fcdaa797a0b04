package numerics

import "math"

// RoundEven returns x rounded to the nearest integer, ties to even, and held
// within lo..hi. NaN gives the value of lo..hi nearest to 0.
func RoundEven(x float64, lo, hi int64) int64 { return clampFloat(math.RoundToEven(x), lo, hi) }

// clampFloat converts a whole number. Comparing before converting keeps
// infinities and values past int64 away from Go's undefined conversion.
func clampFloat(x float64, lo, hi int64) int64 {
	switch {
	case math.IsNaN(x):
		return min(max(0, lo), hi)
	case x <= float64(lo):
		return lo
	case x >= float64(hi):
		return hi
	}
	return int64(x)
}

// WeightScale returns s[n], the real value of weight integer 1 of a neuron
// whose largest weight has magnitude maxAbs, with clip in (0, 1] and weights
// of width bits (2..16). It is 1 where the quotient is zero.
func WeightScale(clip, maxAbs float64, width int) float64 {
	s := float64(clip*maxAbs) / float64(QMax(width))
	if s == 0 {
		return 1
	}
	return s
}

// Weight returns the integer of the real weight w: to nearest, ties to even,
// within −QMax..QMax.
func Weight(w, scale float64, width int) int16 {
	q := int64(QMax(width))
	return int16(RoundEven(w/scale, -q, q))
}

// StateUnit returns u[n] = s[n]·x/2^F, the real value of membrane integer 1:
// scale is s[n], input the real value x of input integer 1.
func StateUnit(scale, input float64, frac int) float64 {
	return math.Ldexp(float64(scale*input), -frac)
}

// State returns the integer of a real bias or reset value, clamped to width bits.
func State(x, unit float64, width int) int32 {
	return int32(RoundEven(x/unit, Min(width), Max(width)))
}

// Decay returns rne(d·2^decayBits), at most 2^decayBits − 1 unless d is 1 or
// more: only a neuron without leak keeps its membrane for ever.
func Decay(d float64, decayBits int) int32 {
	one := int64(1) << decayBits
	if d >= 1 {
		return int32(one)
	}
	return int32(RoundEven(math.Ldexp(d, decayBits), 0, one-1))
}

// ThresholdGT returns floor(threshold/unit): for every integer v within width
// bits, v > ThresholdGT exactly where the real v·unit > threshold. A quotient
// below the range clamps to Min, where the integer Min alone differs. unit > 0.
func ThresholdGT(threshold, unit float64, width int) int32 {
	return int32(clampFloat(floorQuotient(threshold, unit), Min(width), Max(width)))
}

// ThresholdGE returns ceil(threshold/unit): for every integer v within width
// bits, v >= ThresholdGE exactly where the real v·unit >= threshold. A quotient
// above the range clamps to Max, where the integer Max alone differs. unit > 0.
func ThresholdGE(threshold, unit float64, width int) int32 {
	return int32(clampFloat(-floorQuotient(-threshold, unit), Min(width), Max(width)))
}

// ThresholdSubtract returns rne(threshold/unit), which a subtracting neuron
// uses for its comparison and its reset alike.
func ThresholdSubtract(threshold, unit float64, width int) int32 {
	return State(threshold, unit, width)
}

// floorQuotient returns floor(a/b) of the exact quotient, b > 0. The float
// quotient may have been rounded up to a whole number (or down across none);
// the sign of the fused remainder is exact and puts it right.
func floorQuotient(a, b float64) float64 {
	q := math.Floor(a / b)
	if math.IsNaN(q) || math.Abs(q) >= 1<<53 {
		return q // past every width; the caller clamps
	}
	if math.FMA(-q, b, a) < 0 {
		return q - 1
	}
	if math.FMA(-(q+1), b, a) >= 0 {
		return q + 1
	}
	return q
}

package dassdp

import "math"

// Gate is the fitted third factor. The zero Gate is not usable; NoGate is 1.
type Gate struct{ K, Mean, Std float64 }

// NoGate is what the released code fits to an empty warm-up.
func NoGate() Gate { return Gate{K: 0, Mean: 0, Std: 1} }

// StdEpsilon is added to both deviations, as in AdaptiveSSDPModule._fit_gate.
const StdEpsilon = 1e-8

// SignThreshold is the |correlation| below which the sign gate stays at 1.
const SignThreshold = 0.05

// At returns 1 + k(S − µ)/σ within [0, 2].
func (g Gate) At(s float64) float64 {
	return math.Min(math.Max(1+float64(g.K*float64(s-g.Mean))/g.Std, 0), 2)
}

// Sign returns the gate with k replaced by its sign, or by 0 where |k| is
// below threshold, so that the gate is 1.
func (g Gate) Sign(threshold float64) Gate {
	switch {
	case math.Abs(g.K) < threshold:
		g.K = 0
	case g.K > 0:
		g.K = 1
	default:
		g.K = -1
	}
	return g
}

// gateOf returns the third factor of a sample under the rule.
func (r *Rule) gateOf(g Gate, s Sample) float64 {
	switch r.Gate {
	case GateOne:
		return 1
	case GateReward:
		return math.Min(math.Max(s.Reward, -2), 2)
	}
	return g.At(s.Synchrony())
}

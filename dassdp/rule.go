package dassdp

import (
	"fmt"
	"math"
)

// Latency says which spike of a neuron counts.
type Latency uint8

const (
	// First takes the first spike (the paper, and the default).
	First Latency = iota
	// Last takes the last spike and 0 for a silent neuron, as
	// cumsum().argmax() in the released training script does.
	Last
)

// GateSource says where the third factor comes from.
type GateSource uint8

const (
	// GateSynchrony is 1 + k(S − µ)/σ within [0, 2].
	GateSynchrony GateSource = iota
	// GateOne is 1: a two-factor rule.
	GateOne
	// GateReward is a value that the host writes with each sample, within [−2, 2].
	GateReward
)

// Rule is everything that tells one three-factor rule from another. Tables are
// indexed by t_post − t_pre + T and have 2T+1 entries, in real weight units.
type Rule struct {
	T       int       // steps of a sample, 1..MaxT
	Both    []float64 // Δw of a pair whose neurons both fired
	Else    []float64 // Δw of a pair with a silent neuron
	Latency Latency
	Gate    GateSource
}

// MaxT is the largest number of steps: a latency has eight bits.
const MaxT = 255

// Amplitudes are the constants of DA-SSDP and SSDP.
type Amplitudes struct {
	Plus  float64 // A₊: potentiation where both fired
	Base  float64 // A_base: depression otherwise
	Sigma float64 // of the Gaussian, in steps
}

// Warm-up length of the paper and of the released code, in epochs.
const WarmupEpochs = 100

// PaperDefaults are the constants that the paper gives.
func PaperDefaults() Amplitudes { return Amplitudes{Plus: 1.5e-3, Base: 1e-4, Sigma: 1} }

// CodeDefaults are the constants of AdaptiveSSDPModule as released.
func CodeDefaults() Amplitudes { return Amplitudes{Plus: 1.5e-3, Base: 5e-4, Sigma: 1} }

// DASSDP returns the rule of the paper for samples of T steps.
func DASSDP(T int, a Amplitudes) Rule {
	r := Rule{T: T, Both: make([]float64, 2*T+1), Else: make([]float64, 2*T+1)}
	for i := range r.Both {
		dt := float64(i - T)
		gauss := math.Exp(-float64(dt*dt) / float64(2*float64(a.Sigma*a.Sigma)))
		r.Both[i], r.Else[i] = float64(a.Plus*gauss), -float64(a.Base*gauss)
	}
	return r
}

// SSDP is DA-SSDP without its third factor.
func SSDP(T int, a Amplitudes) Rule {
	r := DASSDP(T, a)
	r.Gate = GateOne
	return r
}

// Windows are the constants of pair STDP (Bi and Poo's exponential windows).
type Windows struct {
	Plus, Minus       float64 // amplitudes, both ≥ 0
	TauPlus, TauMinus float64 // in steps
}

// STDP is pair STDP on latencies: post after pre potentiates, post before pre
// depresses, the same step and silent neurons change nothing.
func STDP(T int, w Windows) Rule {
	r := Rule{T: T, Both: make([]float64, 2*T+1), Else: make([]float64, 2*T+1), Gate: GateOne}
	for dt := 1; dt <= T; dt++ {
		r.Both[T+dt] = float64(w.Plus * math.Exp(-float64(dt)/w.TauPlus))
		r.Both[T-dt] = -float64(w.Minus * math.Exp(-float64(dt)/w.TauMinus))
	}
	return r
}

// RewardSTDP is STDP whose change is multiplied by the reward of the sample.
func RewardSTDP(T int, w Windows) Rule {
	r := STDP(T, w)
	r.Gate = GateReward
	return r
}

// Validate returns what is wrong with a rule, naming the field.
func (r Rule) Validate() error {
	if r.T < 1 || r.T > MaxT {
		return fmt.Errorf("rule: T is %d; allowed are 1..%d steps", r.T, MaxT)
	}
	for _, t := range []struct {
		name  string
		table []float64
	}{{"Both", r.Both}, {"Else", r.Else}} {
		if len(t.table) != 2*r.T+1 {
			return fmt.Errorf("rule: %s has %d entries; T = %d needs %d", t.name, len(t.table), r.T, 2*r.T+1)
		}
		for i, v := range t.table {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("rule: %s[Δt = %d] is %v; give a finite value", t.name, i-r.T, v)
			}
		}
	}
	if r.Latency > Last {
		return fmt.Errorf("rule: Latency is %d; allowed are First and Last", r.Latency)
	}
	if r.Gate > GateReward {
		return fmt.Errorf("rule: Gate is %d; allowed are GateSynchrony, GateOne and GateReward", r.Gate)
	}
	return nil
}

// entry looks a post and a pre class up in a rule's tables, see Capture.
func entry[V float64 | int32](r *Rule, both, other []V, post, pre uint8) V {
	if int(post) < r.T && int(pre) < r.T {
		return both[r.index(post, pre)]
	}
	return other[r.index(post, pre)]
}

func (r *Rule) index(post, pre uint8) int { return r.step(post) - r.step(pre) + r.T }

// step turns a class into the latency that enters Δt.
func (r *Rule) step(class uint8) int {
	if r.Latency == Last && int(class) == r.T {
		return 0
	}
	return int(class)
}

package dassdp

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/snnc/snnc/numerics"
)

// FixedConfig are the parameters of one plasticity unit.
type FixedConfig struct {
	NPost, NPre int
	Width       int     // bits of the weight that inference reads, 2..16
	Frac        int     // fraction bits below it, 0..14; Width+Frac ≤ 24
	Scale       float64 // real value of inference weight 1; one for the layer
	Lanes       int     // P: post neurons of one row access
	KernelFrac  int     // fraction bits of a table entry below the fraction step, 5..14
	MaxBatch    int     // samples that an update of the unit can have, 1..256; 0: Batch
	Batch       int     // samples of one update, 1..MaxBatch
	Seed        uint32
}

// Fixed is a rule in the integers of the hardware, with the random registers
// of its lanes. NewFixed is the only way to make one.
type Fixed struct {
	FixedConfig
	Both, Else []int32 // kernel tables, 16 bits signed
	Gate       numerics.GateConstants
	Random     []numerics.LFSR // of the lanes
	rule       Rule
	shift      int // fraction bits of a sum of products over the batch
	bound      float64
}

// NewFixed quantises a rule and its gate. It refuses what would make Δw differ
// from the float rule by more than half a fraction step.
func NewFixed(r Rule, g Gate, c FixedConfig) (*Fixed, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if c.MaxBatch == 0 {
		c.MaxBatch = c.Batch
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	f := &Fixed{FixedConfig: c, rule: r, Gate: numerics.ConstantGate(numerics.GateOne)}
	pairs := c.NPost * c.NPre
	gateError := 0.0 // GateOne is exact
	switch r.Gate {
	case GateSynchrony:
		var err error
		if f.Gate, err = numerics.QuantiseGate(g.K, g.Mean, g.Std, pairs); err != nil {
			return nil, err
		}
		gateError = numerics.GateErrorBound
	case GateReward:
		gateError = 0.5 / numerics.GateOne
	}
	// The mean over a batch is a shift by log2 of the unit's and a factor in the table.
	log := bits.Len(uint(c.MaxBatch - 1))
	step := math.Ldexp(c.Scale, -c.Frac)
	toSteps := float64(int(1)<<log) / float64(c.Batch) / step
	largest := 0.0
	for i := range r.Both {
		largest = max(largest, math.Abs(r.Both[i]), math.Abs(r.Else[i]))
	}
	if 2*largest > 1 {
		return nil, fmt.Errorf("fixed rule: a change can reach %.4g under the largest gate, 2; the rule's clamp of ±1 is not built: lower the amplitudes", 2*largest)
	}
	// |g·e − g'·e'| ≤ |g|·|e − e'| + |e'|·|g − g'|, then RoundDelta's half.
	f.bound = 2*math.Ldexp(0.5, -c.KernelFrac) + (largest*toSteps+0.5)*gateError + math.Ldexp(0.5, -numerics.RandomBits)
	if !numerics.KernelFits(largest*toSteps, c.KernelFrac) || f.bound > 0.5 {
		return nil, fmt.Errorf("fixed rule: the largest change is %.4g fraction steps, too much for a table of %d fraction bits or too coarse "+
			"(error bound %.3g of a step, allowed ½); lower Frac (%d) or the amplitudes", largest*toSteps, c.KernelFrac, f.bound, c.Frac)
	}
	for i := range r.Both {
		f.Both = append(f.Both, numerics.KernelEntry(r.Both[i]*toSteps, c.KernelFrac))
		f.Else = append(f.Else, numerics.KernelEntry(r.Else[i]*toSteps, c.KernelFrac))
	}
	f.shift = c.KernelFrac + numerics.GateFrac + log
	for k := range numerics.Registers(c.Lanes) {
		f.Random = append(f.Random, numerics.StartLFSR(c.Seed, k))
	}
	return f, nil
}

func (c FixedConfig) validate() error {
	for _, p := range []struct {
		name      string
		v, lo, hi int
	}{
		{"NPost", c.NPost, 1, numerics.MaxPairs}, {"NPre", c.NPre, 1, numerics.MaxPairs},
		{"Width", c.Width, 2, 16}, {"Frac", c.Frac, 0, 14}, {"Width+Frac", c.Width + c.Frac, 2, 24},
		{"Lanes", c.Lanes, 1, 1 << 10}, {"KernelFrac", c.KernelFrac, numerics.KernelMinFrac, numerics.KernelMaxFrac},
		{"MaxBatch", c.MaxBatch, 1, 1 << numerics.MaxBatchLog2}, {"Batch", c.Batch, 1, c.MaxBatch},
	} {
		if p.v < p.lo || p.v > p.hi {
			return fmt.Errorf("fixed rule: %s is %d; allowed are %d..%d", p.name, p.v, p.lo, p.hi)
		}
	}
	if int64(c.NPost)*int64(c.NPre) > numerics.MaxPairs {
		return fmt.Errorf("fixed rule: %d × %d pairs; at most %d are allowed", c.NPost, c.NPre, numerics.MaxPairs)
	}
	if !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
		return fmt.Errorf("fixed rule: Scale is %v; give the positive real value of weight 1", c.Scale)
	}
	return nil
}

// ErrorBound returns the proven bound on |Δw − float Δw| before stochastic
// rounding, in fraction steps; at most ½.
func (f *Fixed) ErrorBound() float64 { return f.bound }

// Step returns the real value of one fraction step.
func (f *Fixed) Step() float64 { return math.Ldexp(f.Scale, -f.Frac) }

// GateOf returns the gate of a sample at numerics.GateFrac fraction bits.
func (f *Fixed) GateOf(s Sample) int32 {
	switch f.rule.Gate {
	case GateOne:
		return numerics.GateOne
	case GateReward:
		return numerics.QuantiseReward(s.Reward)
	}
	return f.Gate.Gate(s.Pairs())
}

// Delta writes the update of a batch before stochastic rounding into dw,
// [NPost·NPre], in fraction steps with numerics.RandomBits fraction bits.
func (f *Fixed) Delta(dw []int64, batch []Sample) error {
	if err := f.check(len(dw), batch); err != nil {
		return err
	}
	gates := f.gates(batch)
	for o := 0; o < f.NPost; o++ {
		for i := 0; i < f.NPre; i++ {
			dw[o*f.NPre+i] = f.delta(batch, gates, o, i)
		}
	}
	return nil
}

// Update applies a batch to stored weights, [NPost·NPre]: groups of Lanes post
// neurons, and in each the rows of pre neurons, both ascending. Every row
// draws once from the register of every lane, also past the last neuron.
func (f *Fixed) Update(w []int32, batch []Sample) error {
	if err := f.check(len(w), batch); err != nil {
		return err
	}
	gates := f.gates(batch)
	for first := 0; first < f.NPost; first += f.Lanes {
		for i := 0; i < f.NPre; i++ {
			for l := range min(f.Lanes, f.NPost-first) {
				at := (first+l)*f.NPre + i
				random := f.Random[l/numerics.LFSRLanes].Lane(l)
				steps := numerics.StochasticRound(f.delta(batch, gates, first+l, i), random)
				w[at] = numerics.PlasticApply(w[at], steps, f.Width, f.Frac)
			}
			for k := range f.Random {
				f.Random[k].Next()
			}
		}
	}
	return nil
}

func (f *Fixed) check(n int, batch []Sample) error {
	if n != f.NPost*f.NPre {
		return fmt.Errorf("fixed rule: %d weights for %d × %d neurons; want %d", n, f.NPost, f.NPre, f.NPost*f.NPre)
	}
	if len(batch) != f.Batch {
		return fmt.Errorf("fixed rule: a batch of %d samples; the tables are made for %d", len(batch), f.Batch)
	}
	return f.rule.checkBatch(batch, f.NPost, f.NPre)
}

func (f *Fixed) gates(batch []Sample) []int64 {
	gates := make([]int64, len(batch))
	for b, s := range batch {
		gates[b] = int64(f.GateOf(s))
	}
	return gates
}

// delta is one lane of one row: one product a sample, summed exactly.
func (f *Fixed) delta(batch []Sample, gates []int64, o, i int) int64 {
	var sum int64
	for b := range batch {
		post, pre := batch[b].Post.Class[o], batch[b].Pre.Class[i]
		sum += gates[b] * int64(entry(&f.rule, f.Both, f.Else, post, pre))
	}
	return numerics.RoundDelta(sum, f.shift)
}

package lava

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
)

// Loihi's fixed point: decays have 12 fraction bits; bias, threshold and the
// synapse sums of weight exponent 0 count in 2^6 of the state's units; the
// state has 24 bits (Davies et al., IEEE Micro 38(1), 2018; Lava's CUBA LIF
// model in fixed point).
const (
	decayBits = 12
	stateBits = 24
	mantissa  = 6
)

// never is the lowest threshold mantissa, 17 bits of ones, that Lava-dl writes
// where a neuron is to integrate and not to fire.
const never = 1<<17 - 1

// neuron is a layer's CUBA neuron.
type neuron struct {
	iDecay, vDecay, vThMant, wgtExp, refDelay int
	graded                                    bool
}

// neuron reads the group of that name. present is false where there is none.
func (l *layer) neuron() (n neuron, present bool) {
	if l.err != nil || !l.group.Has("neuron") {
		return n, false
	}
	g, err := l.group.Group("neuron")
	if err != nil {
		l.fail("%w", err)
		return n, true
	}
	f := &fields{group: g, where: l.where + "neuron: "}
	if kind := f.word("type"); f.err == nil && kind != "CUBA" && kind != "LOIHI" {
		f.fail("type %q is not supported; %s", kind, supported)
	}
	// scaleRho, tauRho and theta shape the gradient in training.
	f.only("type", "iDecay", "vDecay", "vThMant", "refDelay", "gradedSpike", "wgtExp", "weight_exp", "scaleRho", "tauRho", "theta")
	n = neuron{iDecay: f.require("iDecay", 0, 1<<decayBits), vDecay: f.require("vDecay", 0, 1<<decayBits),
		vThMant: f.require("vThMant", 0, 1<<18-1), wgtExp: f.integer("wgtExp", 0, -mantissa, 7), refDelay: f.integer("refDelay", 1, 1, 64)}
	if f.integer("gradedSpike", 0, 0, 1) != 0 {
		f.fail("gradedSpike is true; neurons with spikes of 0 and 1 are supported")
	}
	if e := f.integer("weight_exp", 0, math.MinInt16, math.MaxInt16); e != 0 {
		f.fail("weight_exp is %d; weights that a normalisation scales are supported for 0 only, so fold the scale into the weights", e)
	}
	if n.graded = n.vThMant >= never; n.graded && !l.last && f.err == nil {
		f.fail("vThMant is %d, which no membrane exceeds; only the last layer may have neurons that do not fire", n.vThMant)
	}
	l.err = f.err
	return n, true
}

// population makes the neurons of a layer. bias has one value a channel or
// neuron, or one for all, in units of the weights.
func (l *layer) population(n neuron, grid ir.Grid, shape, bias []int) ir.Population {
	size := grid.Size()
	p := ir.Population{Name: l.name(), Shape: shape, Grid: grid, N: size,
		Neuron: ir.Neuron{Reset: ir.ResetValue, Rounding: ir.RoundZero, Graded: n.graded, Current: n.iDecay < 1<<decayBits, Refractory: n.refDelay - 1}}
	q := &ir.QuantPopulation{Unit: make([]float64, size), Frac: mantissa + n.wgtExp, StateBits: stateBits, DecayBits: decayBits,
		Decay: []int32{int32(1<<decayBits - n.vDecay)}, Bias: make([]int32, size), Threshold: make([]int32, size), Reset: []int32{0}}
	p.Bias, p.VReset = make([]float64, size), []float64{0}
	p.Decay = []float64{math.Ldexp(float64(q.Decay[0]), -decayBits)}
	pixels := size / max(1, len(bias))
	for i := range size {
		q.Unit[i] = 1
		if len(bias) > 0 {
			q.Bias[i] = int32(bias[i/pixels]) << mantissa
			p.Bias[i] = float64(q.Bias[i])
		}
		if !n.graded {
			q.Threshold[i] = int32(n.vThMant) << mantissa
		}
	}
	p.Threshold = []float64{float64(q.Threshold[0])}
	if n.graded {
		p.Reset, p.Refractory = ir.ResetNone, 0
	}
	if p.Current {
		q.SynDecay = []int32{int32(1<<decayBits - n.iDecay)}
		p.SynDecay = []float64{math.Ldexp(float64(q.SynDecay[0]), -decayBits)}
		q.VBias, q.Bias = q.Bias, make([]int32, size)
		p.VBias, p.Bias = p.Bias, []float64{0}
	}
	p.Q = q
	return p
}

// affine makes the outputs of a layer without neurons: every step's sum. The
// state is as wide as the sums, once they are known.
func (l *layer) affine(grid ir.Grid, shape, bias []int) ir.Population {
	p := l.population(neuron{iDecay: 1 << decayBits, vDecay: 1 << decayBits, wgtExp: -mantissa, refDelay: 1, graded: true}, grid, shape, nil)
	for i := range p.N {
		if len(bias) > 0 {
			p.Q.Bias[i] = int32(bias[i*len(bias)/p.N])
			p.Bias[i] = float64(p.Q.Bias[i])
		}
	}
	return p
}

func (l *layer) name() string { return fmt.Sprintf("layer%d_%s", l.number, l.kind) }

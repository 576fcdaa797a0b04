package compiler

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// Format is what of a population's integers is hardware: fixed, all weights run
// on one design.
type Format struct {
	WeightBits int `json:"weight_bits"`
	AccBits    int `json:"acc_bits"`
	StateBits  int `json:"state_bits"`
	Frac       int `json:"frac"`
	DecayBits  int `json:"decay_bits"`
	// Decays and Resets: each neuron has its own, in the parameter memory, even
	// where all are alike now.
	Decays bool `json:"decays,omitempty"`
	Resets bool `json:"resets,omitempty"`
}

// Formats are those of the populations, by their names.
type Formats map[string]Format

// headRoom is by how many bits weights and constants may grow or shrink, beside
// those of the network that formats are chosen for, before thresholds are
// resolved more coarsely than Options.ThresholdBits or do not fit the membrane.
const headRoom = 3

// FormatsFor chooses formats for a network whose weights are going to change.
// Sums hold whatever weights can give, so that no later network is refused.
// changing tells whose decays will change too. On an overlay there is nothing to
// choose, and the formats are nil.
func FormatsFor(g *ir.Graph, name string, opt Options, changing func(population string) bool) (Formats, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	if o.Overlay != nil {
		return nil, nil
	}
	net, err := Quantised(g, name, opt)
	if err != nil {
		return nil, err
	}
	f := Formats{}
	for i := range net.Populations {
		p := &net.Populations[i]
		f[p.Name] = formatOf(net, i, o, changing(p.Name))
	}
	return f, nil
}

func formatOf(net *ir.Network, pi int, o Options, changing bool) Format {
	p := &net.Populations[pi]
	syn := gather(net, pi, nil)
	var top int64 // sum of the largest weights there can be
	for _, s := range syn {
		var taps int64
		for _, m := range s.most {
			taps += m
		}
		top += int64(s.Fan()/(s.KH*s.KW)) * taps * s.full * int64(numerics.QMax(o.WeightBits))
	}
	q := *p.Q
	if changing {
		q.Decay = []int32{1 << q.DecayBits} // at most
	}
	q.AccBits = min(max(q.AccBits, numerics.BitsFor(-top, top)), 32)
	reach := func(int) float64 { return math.Min(float64(top), math.Exp2(31)) }
	// A scale so much larger, or smaller, than now.
	grown := func(by float64) func(int) float64 {
		return func(n int) float64 { return p.Q.Unit[n] * math.Exp2(float64(p.Q.Frac)) * by }
	}
	const much = 1 << headRoom
	most := 32
	if p.Graded {
		most = o.WordBits
	}
	for q.Frac = fraction(p, grown(much), o); ; q.Frac-- {
		if q.StateBits = stateBits(p, &q, grown(1.0/much), reach); q.StateBits <= most || q.Frac == 0 {
			break
		}
	}
	f := Format{WeightBits: q.WeightBits, AccBits: q.AccBits, StateBits: min(q.StateBits, most), Frac: q.Frac, DecayBits: q.DecayBits, Decays: changing}
	if p.Reset == ir.ResetValue && !p.Graded {
		for _, v := range p.VReset {
			f.Resets = f.Resets || v != 0 // in units that follow the weights
		}
	}
	return f
}

// fix gives a population that is being quantised the widths of its design.
func (all Formats) fix(p *ir.Population, q *ir.QuantPopulation) error {
	f, ok := all[p.Name]
	switch {
	case !ok:
		return fmt.Errorf("the design has no such population")
	case q.WeightBits != f.WeightBits || q.DecayBits != f.DecayBits:
		return fmt.Errorf("weights of %d bits and decays of %d; the design has %d and %d", q.WeightBits, q.DecayBits, f.WeightBits, f.DecayBits)
	case q.AccBits > f.AccBits:
		return fmt.Errorf("a sum of its synapses can need %d bits; the design has %d", q.AccBits, f.AccBits)
	}
	q.AccBits, q.Frac, q.StateBits = f.AccBits, f.Frac, f.StateBits
	q.OwnDecays, q.OwnResets = f.Decays, f.Resets
	for _, list := range [][]int32{q.Decay, q.SynDecay} {
		for n, d := range list {
			if f.Decays && d == 1<<q.DecayBits {
				return fmt.Errorf("the decay of neuron %d rounds to 1; the design keeps decays as fractions of %d bits, so a smaller tau is needed", n, q.DecayBits)
			}
		}
	}
	return nil
}

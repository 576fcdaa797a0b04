package reference

import (
	"fmt"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// quantised returns a population's integers as package numerics takes them,
// after checking that each fits its width.
func quantised(p *ir.Population) (numerics.Model, numerics.Columns, error) {
	var m numerics.Model
	var c numerics.Columns
	q := p.Q
	if q == nil {
		return m, c, fmt.Errorf("population %q: it has no integers yet; run the quantise pass first", p.Name)
	}
	for _, w := range []struct {
		name      string
		v, lo, hi int
	}{
		{"weight bits", q.WeightBits, 2, 16},
		{"accumulator bits", q.AccBits, 2, 32},
		{"state bits", q.StateBits, 2, 32},
		{"fraction bits", q.Frac, 0, 15},
		{"decay bits", q.DecayBits, 0, 16},
	} {
		if w.v < w.lo || w.v > w.hi {
			return m, c, fmt.Errorf("population %q: %d %s; allowed are %d..%d", p.Name, w.v, w.name, w.lo, w.hi)
		}
	}
	if len(q.Unit) != p.N && len(q.Unit) != 1 && p.Graded {
		return m, c, fmt.Errorf("population %q: unit has %d values; want %d", p.Name, len(q.Unit), p.N)
	}
	m = numerics.Model{StateBits: q.StateBits, Frac: q.Frac, DecayBits: q.DecayBits, TowardZero: p.Rounding == ir.RoundZero,
		AtLeast: p.AtLeast, Graded: p.Graded, Reset: numerics.Reset(p.Reset), Current: p.Current, Refractory: p.Refractory}
	if p.Refractory < 0 || p.Refractory > 255 || p.Refractory > 0 && p.Reset == ir.ResetDelayed {
		return m, c, fmt.Errorf("population %q: refractory time of %d steps with reset %d; allowed are 0..255, and none with a delayed reset", p.Name, p.Refractory, p.Reset)
	}
	lo, hi := numerics.Min(q.StateBits), numerics.Max(q.StateBits)
	least := lo
	if !p.Graded && p.Reset == ir.ResetSubtract {
		least = 1
	}
	for _, f := range []struct {
		name   string
		from   []int32
		to     *[]int32
		used   bool
		lo, hi int64
	}{
		{"decay", q.Decay, &c.Decay, true, 0, 1 << q.DecayBits},
		{"decay of the current", q.SynDecay, &c.SynDecay, p.Current, 0, 1 << q.DecayBits},
		{"bias", q.Bias, &c.Bias, true, lo, hi},
		{"bias of the membrane", q.VBias, &c.VBias, p.Current, lo, hi},
		{"threshold", q.Threshold, &c.Threshold, !p.Graded, least, hi},
		{"reset value", q.Reset, &c.Reset, !p.Graded && p.Reset == ir.ResetValue, lo, hi},
	} {
		var err error
		if *f.to, err = column(p.Name, f.name, f.from, p.N, f.used); err != nil {
			return m, c, err
		}
		for n, v := range *f.to {
			if f.used && (int64(v) < f.lo || int64(v) > f.hi) {
				return m, c, fmt.Errorf("population %q: neuron %d: %s is %d; allowed are %d..%d", p.Name, n, f.name, v, f.lo, f.hi)
			}
		}
	}
	return m, c, nil
}

// checkSums checks weights against their width, and the largest and smallest
// sum that any stimulus can give each neuron against AccBits. The machine's
// partial sums reach no further (docs/numerics.md section 2), and within
// AccBits <= 32 the int32 sums here are exact in any order.
func checkSums(net *ir.Network) error {
	type span struct{ lo, hi int64 }
	sums := make([][]span, len(net.Populations))
	for i := range sums {
		sums[i] = make([]span, net.Populations[i].N)
	}
	for i := range net.Projections {
		j := &net.Projections[i]
		q := net.Populations[j.Target].Q
		most := int64(numerics.QMax(q.WeightBits))
		lo, hi := int64(0), int64(1)
		if j.FromInput {
			a, b := net.Inputs[j.Source].Input.Range()
			lo, hi = int64(a), int64(b)
		}
		for k, w := range j.Q {
			if x := int64(w); x > most || x < -most {
				return fmt.Errorf("projection %q: weight %d is %d; %d bits hold %d..%d", j.Name, k, w, q.WeightBits, -most, most)
			}
		}
		sumBounds(j, lo, hi, func(post int, least, greatest int64) {
			sums[j.Target][post].lo += least
			sums[j.Target][post].hi += greatest
		})
	}
	for i := range sums {
		p := &net.Populations[i]
		for n, s := range sums[i] {
			if need := numerics.BitsFor(s.lo, s.hi); need > p.Q.AccBits {
				return fmt.Errorf("population %q: neuron %d: its synapses can sum to %d..%d, which needs %d bits; the accumulator has %d",
					p.Name, n, s.lo, s.hi, need, p.Q.AccBits)
			}
		}
	}
	return nil
}

// sumBounds gives the least and greatest sum that each target value can get
// through a projection from sources of lo..hi.
func sumBounds(j *ir.Projection, lo, hi int64, bound func(post int, least, greatest int64)) {
	in := j.Pre.C / j.Groups
	for c := range j.Post.C {
		for y, rows := range j.Rows {
			for x, cols := range j.Cols {
				var least, greatest int64
				for i := range in {
					kernel := j.Q[(c*in+i)*j.KH*j.KW:]
					for _, r := range rows {
						for _, s := range cols {
							w := int64(kernel[r.Kernel*j.KW+s.Kernel])
							least += min(w*lo, w*hi)
							greatest += max(w*lo, w*hi)
						}
					}
				}
				bound(j.Post.Index(c, y, x), least, greatest)
			}
		}
	}
}

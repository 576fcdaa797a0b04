package compiler

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// Activity is the mean square of what each projection's sources send, from a
// calibration set: Activity[projection][source value]. It weighs the error of
// a weight by how much it is used. nil: all sources count alike.
type Activity [][]float64

// clips are the fractions of the largest weight that ClipSearch tries.
var clips = []float64{1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5}

// passQuantise gives every population its integers (docs/numerics.md §5), in
// widths of its own choice or, where there are formats, in these.
func passQuantise(net *ir.Network, o Options, f Formats, act Activity) error {
	for i := range net.Populations {
		if err := quantisePopulation(net, i, o, f, act); err != nil {
			return fmt.Errorf("node %q: %w", net.Populations[i].Name, err)
		}
	}
	return nil
}

// synapses is a projection as the quantiser sees it.
type synapses struct {
	*ir.Projection
	input float64   // real value of the source's integer 1
	full  int64     // largest magnitude of the source's integers
	most  []int64   // [KH·KW]: how often one target value can meet a kernel element
	weigh []float64 // [Fan]: mean square of what the weight meets; nil: all alike
}

func gather(net *ir.Network, pi int, act Activity) []synapses {
	var list []synapses
	for i := range net.Projections {
		pr := &net.Projections[i]
		if pr.Target != pi {
			continue
		}
		s := synapses{Projection: pr, input: 1, full: 1}
		if pr.FromInput {
			in := net.Inputs[pr.Source].Input
			s.input, s.full = in.Scale, int64(1)<<in.Bits-1
		}
		rows, cols := multiplicity(pr.Rows, pr.KH), multiplicity(pr.Cols, pr.KW)
		for _, r := range rows {
			for _, c := range cols {
				s.most = append(s.most, r*c)
			}
		}
		if act != nil {
			s.weigh = weighting(pr, act[i])
		}
		list = append(list, s)
	}
	return list
}

// multiplicity counts how often one target row meets each kernel row: more
// than once where pooling lets several source rows share a weight.
func multiplicity(taps [][]ir.Tap, n int) []int64 {
	most, here := make([]int64, n), make([]int64, n)
	for _, list := range taps {
		clear(here)
		for _, t := range list {
			here[t.Kernel]++
			most[t.Kernel] = max(most[t.Kernel], here[t.Kernel])
		}
	}
	return most
}

// weighting gives each weight of a channel the activity of what it meets: of
// its source in a dense projection, of its source channel's mean otherwise.
// Groups see their own channels; the mean over groups stands for them.
func weighting(pr *ir.Projection, act []float64) []float64 {
	if pr.Dense() {
		return act
	}
	in, pixels, each := pr.Pre.C/pr.Groups, pr.Pre.H*pr.Pre.W, pr.KH*pr.KW
	out := make([]float64, pr.Fan())
	for i, a := range act {
		c := i / pixels % in
		for k := range each {
			out[c*each+k] += a / float64(pixels*pr.Groups)
		}
	}
	return out
}

func quantisePopulation(net *ir.Network, pi int, o Options, f Formats, act Activity) error {
	p := &net.Populations[pi]
	syn := gather(net, pi, act)
	q := &ir.QuantPopulation{WeightBits: o.WeightBits, DecayBits: o.DecayBits, Unit: make([]float64, p.N)}
	pixels := p.Grid.H * p.Grid.W
	scale, accMax := make([]float64, p.Grid.C), make([]int64, p.Grid.C)
	var top int64
	for c := range scale {
		switch {
		case p.Plastic == nil:
			scale[c] = channelScale(syn, c, c+1, o)
		case c == 0: // the unit's tables are in steps of one scale
			scale[c] = channelScale(syn, 0, len(scale), o)
			p.Plastic.Scale = scale[c]
		default:
			scale[c] = scale[0]
		}
	}
	for _, s := range syn {
		fan, each := s.Fan(), s.KH*s.KW
		s.Q = make([]int16, len(s.Weight))
		for c := range scale {
			row := s.Q[c*fan : (c+1)*fan]
			for i, w := range s.Weight[c*fan : (c+1)*fan] {
				v := numerics.Weight(w*s.input, scale[c], o.WeightBits)
				row[i] = v
				if p.Plastic != nil {
					v = int16(numerics.QMax(o.WeightBits)) // what it may come to be
				}
				accMax[c] += s.full * s.most[i%each] * int64(max(v, -v))
			}
			top = max(top, accMax[c])
		}
	}
	if q.AccBits = max(numerics.BitsFor(-top, top), o.WeightBits); q.AccBits > 32 {
		return fmt.Errorf("a sum of its synapses can need %d bits; the machine has 32, so use fewer weight bits (now %d) or input bits", q.AccBits, o.WeightBits)
	}
	decays := func(d []float64) []int32 {
		if d == nil {
			return nil
		}
		out := make([]int32, p.N)
		for n := range out {
			out[n] = numerics.Decay(ir.At(d, n), o.DecayBits)
		}
		return shared(out)
	}
	q.Decay, q.SynDecay = decays(p.Decay), decays(p.SynDecay)
	// unit without fraction bits, and the reach of a step, of neuron n.
	whole := func(n int) float64 {
		u := scale[n/pixels]
		if p.Gain != nil {
			u *= ir.At(p.Gain, n)
		}
		return u
	}
	reach := func(n int) float64 { return float64(accMax[n/pixels]) }
	if f != nil {
		if err := f.fix(p, q); err != nil {
			return err
		}
	} else if err := widths(net, p, q, o, whole, reach); err != nil {
		return err
	}
	p.Q = q
	if never := neuronIntegers(p, whole); never > 0 {
		net.Decisions = append(net.Decisions, ir.Decision{Subject: p.Name, Choice: fmt.Sprintf("threshold out of reach for %d neurons", never),
			Reason: "no sum of their weights comes near it"})
	}
	return nil
}

// widths chooses fraction and state bits, or takes the overlay's.
func widths(net *ir.Network, p *ir.Population, q *ir.QuantPopulation, o Options, whole, reach func(int) float64) error {
	q.Frac = fraction(p, whole, o)
	most := 32
	if v := o.Overlay; v != nil {
		if q.AccBits > v.AccBits {
			return fmt.Errorf("a sum of its synapses can need %d bits; overlay %q has %d, so use fewer input bits or an overlay with more", q.AccBits, v.Name, v.AccBits)
		}
		q.AccBits, q.Frac, most = v.AccBits, v.Frac, v.StateBits
	}
	for {
		if q.StateBits = stateBits(p, q, whole, reach); q.StateBits <= most || q.Frac == 0 || o.Overlay != nil {
			break
		}
		q.Frac--
	}
	if q.StateBits > most {
		net.Decisions = append(net.Decisions, ir.Decision{Subject: p.Name, Choice: fmt.Sprintf("membrane of %d bits, saturating", most),
			Reason: fmt.Sprintf("%d bits would be needed to hold every threshold and sum", q.StateBits)})
		q.StateBits = most
	}
	if o.Overlay != nil {
		q.StateBits = most
		for n := range p.N {
			b := math.Abs(ir.At(p.Bias, n)) / numerics.StateUnit(whole(n), 1, q.Frac)
			if o.Overlay.Current && !p.Current && reach(n)*math.Exp2(float64(q.Frac))+b >= math.Exp2(float64(most-1)) {
				// Its drive passes through a current, which must not saturate it.
				return fmt.Errorf("the sum of its synapses can exceed the %d bits of a current of overlay %q; use fewer input bits or an overlay with more state bits", most, o.Overlay.Name)
			}
		}
	}
	return nil
}

// neuronIntegers fills bias, threshold and reset, and counts the thresholds
// that clamp.
func neuronIntegers(p *ir.Population, whole func(int) float64) int {
	q := p.Q
	reset := make([]int32, p.N)
	q.Bias, q.Threshold = make([]int32, p.N), make([]int32, p.N)
	if p.Current {
		q.VBias = make([]int32, p.N)
	}
	never := 0
	for n := range p.N {
		u := numerics.StateUnit(whole(n), 1, q.Frac)
		q.Unit[n] = u
		q.Bias[n] = numerics.State(ir.At(p.Bias, n), u, q.StateBits)
		if p.Current {
			q.VBias[n] = numerics.State(ir.At(p.VBias, n), u, q.StateBits)
		}
		th := ir.At(p.Threshold, n)
		switch {
		case p.Graded:
		case p.Reset == ir.ResetSubtract || p.Reset == ir.ResetDelayed:
			q.Threshold[n] = max(1, numerics.ThresholdSubtract(th, u, q.StateBits))
		case p.AtLeast:
			q.Threshold[n] = numerics.ThresholdGE(th, u, q.StateBits)
		default:
			q.Threshold[n] = numerics.ThresholdGT(th, u, q.StateBits)
		}
		if !p.Graded && math.Abs(th/u) > float64(numerics.Max(q.StateBits)) {
			never++
		}
		reset[n] = numerics.State(ir.At(p.VReset, n), u, q.StateBits)
	}
	q.Reset = shared(reset)
	return never
}

// channelScale is the real weight of the integer 1 for the neurons of channels
// from … to−1.
func channelScale(syn []synapses, from, to int, o Options) float64 {
	var top float64
	for _, s := range syn {
		fan := s.Fan()
		for _, w := range s.Weight[from*fan : to*fan] {
			top = math.Max(top, math.Abs(w*s.input))
		}
	}
	best := numerics.WeightScale(1, top, o.WeightBits)
	if o.Clip != ClipSearch || top == 0 {
		return best
	}
	least := math.Inf(1)
	for _, clip := range clips {
		unit := numerics.WeightScale(clip, top, o.WeightBits)
		var e float64
		for _, s := range syn {
			fan := s.Fan()
			for i, w := range s.Weight[from*fan : to*fan] {
				x := w * s.input
				d := x - unit*float64(numerics.Weight(x, unit, o.WeightBits))
				if s.weigh != nil {
					d *= math.Sqrt(s.weigh[i%fan]) / s.input
				}
				e += d * d
			}
		}
		if e < least {
			least, best = e, unit
		}
	}
	return best
}

// fraction is the smallest number of state bits below the weight unit that
// gives the smallest positive threshold 2^ThresholdBits units.
func fraction(p *ir.Population, whole func(int) float64, o Options) int {
	least := math.Inf(1)
	for n := range p.N {
		th := ir.At(p.Threshold, n)
		if p.Graded {
			th = whole(n) * float64(numerics.QMax(o.WeightBits)) // no threshold: resolve the largest weight
		}
		if th > 0 {
			least = math.Min(least, th/whole(n))
		}
	}
	if math.IsInf(least, 1) || ir.At(p.Decay, 0) == 0 && p.Graded {
		return 0
	}
	f := 0
	for f < 15 && least*math.Exp2(float64(f)) < math.Exp2(float64(o.ThresholdBits)) {
		f++
	}
	return f
}

// stateBits applies docs/numerics.md §5: twice every constant, and twice the
// change of a step or the bound of a leaking membrane, whichever is less.
func stateBits(p *ir.Population, q *ir.QuantPopulation, whole, sums func(int) float64) int {
	need := 1.0
	one := math.Exp2(float64(q.DecayBits))
	settle := func(step float64, decay []int32, n int) float64 {
		out := 2 * step
		if d := float64(ir.At(decay, n)) / one; d < 1 {
			out = math.Min(out, step/(1-d))
		}
		return out
	}
	for n := range p.N {
		u := numerics.StateUnit(whole(n), 1, q.Frac)
		b := math.Abs(ir.At(p.Bias, n)) / u
		constants := math.Max(b, math.Abs(ir.At(p.VReset, n))/u)
		reach := sums(n)*math.Exp2(float64(q.Frac)) + b
		if p.Current {
			reach = settle(reach, q.SynDecay, n)
			need = math.Max(need, reach)
			vb := math.Abs(ir.At(p.VBias, n)) / u
			constants, reach = math.Max(constants, vb), reach+vb
		}
		if th := math.Abs(ir.At(p.Threshold, n)) / u; !p.Graded {
			// A threshold beyond any membrane need not fit: it clamps and is never reached.
			constants = math.Max(constants, math.Min(th, 64*reach+1))
		}
		need = math.Max(need, math.Max(2*constants, settle(reach, q.Decay, n)))
	}
	if need >= math.Exp2(40) {
		return 41
	}
	n := int64(math.Ceil(need)) + 1
	return max(numerics.BitsFor(-n, n), q.AccBits, 4)
}

// shared collapses a vector of equal values to one.
func shared(v []int32) []int32 {
	for _, x := range v {
		if x != v[0] {
			return v
		}
	}
	return v[:1]
}

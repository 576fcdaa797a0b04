package compiler

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// Activity is the mean square of what each projection's sources send, from a
// calibration set: Activity[projection][source neuron]. It weighs the error of
// a weight by how much it is used. nil: all sources count alike.
type Activity [][]float64

// clips are the fractions of the largest weight that ClipSearch tries.
var clips = []float64{1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5}

// passQuantise gives every population its integers (docs/numerics.md §5).
func passQuantise(net *ir.Network, o Options, act Activity) error {
	for i := range net.Populations {
		if err := quantisePopulation(net, i, o, act); err != nil {
			return fmt.Errorf("node %q: %w", net.Populations[i].Name, err)
		}
	}
	return nil
}

func quantisePopulation(net *ir.Network, pi int, o Options, act Activity) error {
	p := &net.Populations[pi]
	var projs []*ir.Projection
	var weigh [][]float64
	input := 0.0
	for i := range net.Projections {
		pr := &net.Projections[i]
		if pr.Target != pi {
			continue
		}
		projs = append(projs, pr)
		if act != nil {
			weigh = append(weigh, act[i])
		} else {
			weigh = append(weigh, nil)
		}
		x := 1.0
		if pr.FromInput {
			x = net.Inputs[pr.Source].Input.Scale
		}
		if input != 0 && input != x {
			return fmt.Errorf("its sources have real values of %g and %g for the integer 1; one scale a neuron cannot hold both, so give the input a scale of 1 or its own layer", input, x)
		}
		input = x
	}
	q := &ir.QuantPopulation{WeightBits: o.WeightBits, DecayBits: o.DecayBits, Unit: make([]float64, p.N)}
	scale := make([]float64, p.N)
	for n := 0; n < p.N; n++ {
		scale[n] = neuronScale(projs, weigh, n, o)
	}
	accMax := make([]int64, p.N)
	for _, pr := range projs {
		pr.Q = make([]int16, len(pr.Weight))
		full := int64(1)
		if pr.FromInput {
			full = int64(1)<<net.Inputs[pr.Source].Input.Bits - 1
		}
		for n := 0; n < p.N; n++ {
			for m := 0; m < pr.NPre; m++ {
				w := numerics.Weight(pr.Weight[n*pr.NPre+m], scale[n], o.WeightBits)
				pr.Q[n*pr.NPre+m] = w
				accMax[n] += full * int64(max(w, -w))
			}
		}
	}
	var top int64
	for _, a := range accMax {
		top = max(top, a)
	}
	if q.AccBits = max(numerics.BitsFor(-top, top), o.WeightBits); q.AccBits > 32 {
		return fmt.Errorf("a sum of its synapses can need %d bits; the machine has 32, so use fewer weight bits (now %d) or input bits (now %d)",
			q.AccBits, o.WeightBits, net.Inputs[0].Input.Bits)
	}
	decay := make([]int32, p.N)
	for n := range decay {
		decay[n] = numerics.Decay(ir.At(p.Decay, n), o.DecayBits)
	}
	q.Decay = shared(decay)
	q.Frac = fraction(p, scale, input, o)
	for {
		if q.StateBits = stateBits(p, q, scale, input, accMax); q.StateBits <= 32 || q.Frac == 0 {
			break
		}
		q.Frac--
	}
	if q.StateBits > 32 {
		net.Decisions = append(net.Decisions, ir.Decision{Subject: p.Name, Choice: "membrane of 32 bits, saturating",
			Reason: fmt.Sprintf("%d bits would be needed to hold every threshold and sum", q.StateBits)})
		q.StateBits = 32
	}
	reset := make([]int32, p.N)
	q.Bias, q.Threshold = make([]int32, p.N), make([]int32, p.N)
	never := 0
	for n := 0; n < p.N; n++ {
		u := numerics.StateUnit(scale[n], input, q.Frac)
		q.Unit[n] = u
		q.Bias[n] = numerics.State(ir.At(p.Bias, n), u, q.StateBits)
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
	if never > 0 {
		net.Decisions = append(net.Decisions, ir.Decision{Subject: p.Name, Choice: fmt.Sprintf("threshold out of reach for %d neurons", never),
			Reason: "no sum of their weights comes near it"})
	}
	p.Q = q
	return nil
}

// neuronScale is the real weight of the integer 1 for neuron n.
func neuronScale(projs []*ir.Projection, weigh [][]float64, n int, o Options) float64 {
	var top float64
	for _, pr := range projs {
		for _, w := range pr.Weight[n*pr.NPre : (n+1)*pr.NPre] {
			top = math.Max(top, math.Abs(w))
		}
	}
	best := numerics.WeightScale(1, top, o.WeightBits)
	if o.Clip != ClipSearch || top == 0 {
		return best
	}
	least := math.Inf(1)
	for _, c := range clips {
		s := numerics.WeightScale(c, top, o.WeightBits)
		var e float64
		for i, pr := range projs {
			for m, w := range pr.Weight[n*pr.NPre : (n+1)*pr.NPre] {
				d := w - s*float64(numerics.Weight(w, s, o.WeightBits))
				if weigh[i] != nil {
					d *= math.Sqrt(weigh[i][m])
				}
				e += d * d
			}
		}
		if e < least {
			least, best = e, s
		}
	}
	return best
}

// fraction is the smallest number of state bits below the weight unit that
// gives the smallest positive threshold 2^ThresholdBits units.
func fraction(p *ir.Population, scale []float64, input float64, o Options) int {
	least := math.Inf(1)
	for n := 0; n < p.N; n++ {
		th := ir.At(p.Threshold, n)
		if p.Graded {
			th = scale[n] * input * float64(numerics.QMax(o.WeightBits)) // no threshold: resolve the largest weight
		}
		if th > 0 {
			least = math.Min(least, th/(scale[n]*input))
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
func stateBits(p *ir.Population, q *ir.QuantPopulation, scale []float64, input float64, accMax []int64) int {
	need := 1.0
	for n := 0; n < p.N; n++ {
		u := numerics.StateUnit(scale[n], input, q.Frac)
		b := math.Abs(ir.At(p.Bias, n)) / u
		constants := math.Max(b, math.Abs(ir.At(p.VReset, n))/u)
		reach := float64(accMax[n])*math.Exp2(float64(q.Frac)) + b
		if th := math.Abs(ir.At(p.Threshold, n)) / u; !p.Graded {
			// A threshold beyond any membrane need not fit: it clamps and is never reached.
			constants = math.Max(constants, math.Min(th, 64*reach+1))
		}
		step := 2 * reach
		if d := float64(ir.At(q.Decay, n)) / math.Exp2(float64(q.DecayBits)); d < 1 {
			step = math.Min(step, reach/(1-d))
		}
		need = math.Max(need, math.Max(2*constants, step))
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

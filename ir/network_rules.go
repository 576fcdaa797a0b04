package ir

import (
	"fmt"
	"math"
)

// Invariants of a Network, as rules.go has them for a Program: stages in
// order, each relying on those before it.

type (
	sourceAt struct {
		n *Network
		i int
		*Source
	}
	populationAt struct {
		n *Network
		i int
		*Population
	}
	projectionAt struct {
		n *Network
		i int
		*Projection
	}
)

var (
	networkRules = []rule[*Network]{
		{"network.parts", "there is at least one step, input, population and output", checkNetworkParts},
		{"network.names", "inputs, populations and outputs have names, unique among their kind", checkNetworkNames},
		{"network.outputs", "every output's population exists", checkSinks},
	}
	sourceRules = []rule[sourceAt]{
		{"source.encoding", "N is at least 1 and the product of Shape; Bits is 1..16; Scale is finite and positive", checkSource},
	}
	populationRules = []rule[populationAt]{
		{"population.size", "N is at least 1 and the product of Shape", checkPopulationSize},
		{"population.level", "levels start at 0 and never fall", checkPopulationLevel},
		{"population.model", "Reset and Rounding are known", checkPopulationModel},
		{"population.values", "Decay, Bias, Threshold and VReset have one finite value, or one a neuron; decay is 0..1", checkPopulationValues},
		{"population.fixed", "integers have one value a neuron, inside their widths; all populations have them, or none", checkPopulationFixed},
	}
	projectionRules = []rule[projectionAt]{
		{"projection.ends", "source and target exist; membranes drive nothing", checkProjectionEnds},
		{"projection.shape", "the matrix is the target's neurons by the source's", checkProjectionShape},
		{"projection.weights", "weights are finite", checkProjectionWeights},
		{"projection.fixed", "integers fit the target's WeightBits; every projection has them where its target does", checkProjectionFixed},
		{"projection.level", "the target is on a higher level than the source", checkProjectionLevel},
	}
	networkLinks = []rule[*Network]{
		{"network.order", "projections are sorted by target, then inputs before populations, then source", checkProjectionOrder},
		{"network.driven", "every population is driven, and read or put out", checkDriven},
		{"network.sums", "AccBits of a population hold every sum of its synapses", checkNetworkSums},
	}
)

// Validate checks every invariant that the references and later passes rely
// on. Each error is a *Fault.
func (n *Network) Validate() []error {
	r := &report{}
	top := fmt.Sprintf("network %q", n.Name)
	for _, stage := range []func(){
		func() { apply(r, top, networkRules, n) },
		func() {
			for i := range n.Inputs {
				apply(r, fmt.Sprintf("%s: input %d (%q)", top, i, n.Inputs[i].Name), sourceRules, sourceAt{n, i, &n.Inputs[i]})
			}
			for i := range n.Populations {
				apply(r, fmt.Sprintf("%s: node %q", top, n.Populations[i].Name), populationRules, populationAt{n, i, &n.Populations[i]})
			}
		},
		func() {
			for i := range n.Projections {
				before := len(r.faults)
				for k := range projectionRules { // each indexes by what those before it have checked
					if len(r.faults) == before {
						apply(r, fmt.Sprintf("%s: projection %d (%q)", top, i, n.Projections[i].Name), projectionRules[k:k+1], projectionAt{n, i, &n.Projections[i]})
					}
				}
			}
		},
		func() { apply(r, top, networkLinks, n) },
	} {
		if stage(); len(r.faults) > 0 {
			break
		}
	}
	return r.errors()
}

func checkNetworkParts(n *Network, r *report) {
	r.need("Steps", n.Steps, 1, maxTicks)
	for _, f := range []struct {
		field string
		n     int
	}{{"Inputs", len(n.Inputs)}, {"Populations", len(n.Populations)}, {"Outputs", len(n.Outputs)}} {
		if f.n == 0 {
			r.fault(f.field, "empty", "a network needs at least one")
		}
	}
}

func checkNetworkNames(n *Network, r *report) {
	top := r.where
	inputs, populations, outputs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range n.Inputs {
		r.where = fmt.Sprintf("%s: input %d", top, i)
		r.name(inputs, n.Inputs[i].Name)
	}
	for i := range n.Populations {
		r.where = fmt.Sprintf("%s: population %d", top, i)
		r.name(populations, n.Populations[i].Name)
	}
	for i := range n.Outputs {
		r.where = fmt.Sprintf("%s: output %d", top, i)
		r.name(outputs, n.Outputs[i].Name)
	}
}

func checkSinks(n *Network, r *report) {
	for i, o := range n.Outputs {
		if o.Population < 0 || o.Population >= len(n.Populations) {
			r.faultAt(fmt.Sprintf("%s: output %d (%q)", r.where, i, o.Name), "Population", o.Population, "the network has populations 0..%d", len(n.Populations)-1)
		}
	}
}

func checkSource(in sourceAt, r *report) {
	r.need("N", in.N, 1, maxNeurons)
	if in.Shape != nil && sizeOf(in.Shape) != in.N {
		r.fault("Shape", in.Shape, "its sizes must be positive and multiply to N, %d", in.N)
	}
	r.need("Input.Bits", in.Input.Bits, 1, 16)
	if !(in.Input.Scale > 0) || math.IsInf(in.Input.Scale, 0) {
		r.fault("Input.Scale", in.Input.Scale, "it must be finite and greater than zero")
	}
}

func checkPopulationSize(p populationAt, r *report) {
	r.need("N", p.N, 1, maxNeurons)
	if p.Shape != nil && sizeOf(p.Shape) != p.N {
		r.fault("Shape", p.Shape, "its sizes must be positive and multiply to N, %d", p.N)
	}
}

func checkPopulationLevel(p populationAt, r *report) {
	least := 0
	if p.i > 0 {
		least = max(0, p.n.Populations[p.i-1].Level)
	}
	r.need("Level", p.Level, least, maxTicks)
}

func checkPopulationModel(p populationAt, r *report) {
	r.need("Reset", int(p.Neuron.Reset), int(ResetNone), int(ResetDelayed))
	r.need("Rounding", int(p.Rounding), int(RoundNearest), int(RoundZero))
}

func checkPopulationValues(p populationAt, r *report) {
	for _, f := range []struct {
		field string
		v     []float64
		hi    float64
	}{{"Decay", p.Decay, 1}, {"Bias", p.Bias, math.Inf(1)}, {"Threshold", p.Threshold, math.Inf(1)}, {"VReset", p.VReset, math.Inf(1)}} {
		if len(f.v) != 1 && len(f.v) != p.N {
			r.fault(f.field, fmt.Sprintf("a list of %d", len(f.v)), "want 1, or one for each of %d neurons", p.N)
			continue
		}
		for i, v := range f.v {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				r.fault(fmt.Sprintf("%s[%d]", f.field, i), v, "every value must be finite")
				break
			}
			if f.hi == 1 && (v < 0 || v > 1) {
				r.fault(fmt.Sprintf("%s[%d]", f.field, i), v, "a membrane keeps 0..1 of itself in a step; the time constant is below the time step, or negative")
				break
			}
		}
	}
}

func checkPopulationFixed(p populationAt, r *report) {
	q := p.Q
	if (q == nil) != (p.n.Populations[0].Q == nil) {
		r.fault("Q", map[bool]string{true: "absent", false: "present"}[q == nil], "all populations are quantised, or none; %q differs", p.n.Populations[0].Name)
	}
	if q == nil || p.N < 1 {
		return
	}
	before := len(r.faults)
	r.need("Q.WeightBits", q.WeightBits, 2, 16)
	r.need("Q.AccBits", q.AccBits, max(2, q.WeightBits), 32)
	r.need("Q.StateBits", q.StateBits, 2, 32)
	r.need("Q.Frac", q.Frac, 0, 15)
	r.need("Q.DecayBits", q.DecayBits, 4, 16)
	if len(r.faults) > before {
		return
	}
	lo, hi := signedRange(q.StateBits)
	least := lo
	if p.Neuron.Reset == ResetSubtract && !p.Graded {
		least = 1 // docs/numerics.md, section 4
	}
	// 2^DecayBits means no leak; it is a mode of a core, so it cannot stand beside other decays.
	decay := int64(1) << q.DecayBits
	if len(q.Decay) > 1 {
		decay--
	}
	for _, f := range []struct {
		field  string
		v      []int32
		one    bool // a single value may stand for all
		lo, hi int64
	}{{"Q.Decay", q.Decay, true, 0, decay}, {"Q.Bias", q.Bias, false, lo, hi}, {"Q.Threshold", q.Threshold, false, least, hi}, {"Q.Reset", q.Reset, true, lo, hi}} {
		if len(f.v) != p.N && !(f.one && len(f.v) == 1) {
			r.fault(f.field, fmt.Sprintf("a list of %d", len(f.v)), "the population has %d neurons", p.N)
			continue
		}
		for i, v := range f.v {
			if int64(v) < f.lo || int64(v) > f.hi {
				r.fault(fmt.Sprintf("%s[%d]", f.field, i), v, "allowed are %d..%d", f.lo, f.hi)
				break
			}
		}
	}
	if len(q.Unit) != p.N {
		r.fault("Q.Unit", fmt.Sprintf("a list of %d", len(q.Unit)), "the population has %d neurons", p.N)
	}
	for i, u := range q.Unit {
		if !(u > 0) || math.IsInf(u, 0) {
			r.fault(fmt.Sprintf("Q.Unit[%d]", i), u, "it must be finite and greater than zero")
			break
		}
	}
}

// source returns how many values a projection reads a step.
func (n *Network) source(p *Projection) int {
	if p.FromInput {
		return n.Inputs[p.Source].N
	}
	return n.Populations[p.Source].N
}

func checkProjectionEnds(p projectionAt, r *report) {
	kind, sources := "populations", len(p.n.Populations)
	if p.FromInput {
		kind, sources = "inputs", len(p.n.Inputs)
	}
	if p.Source < 0 || p.Source >= sources {
		r.fault("Source", p.Source, "the network has %s 0..%d", kind, sources-1)
	} else if !p.FromInput && p.n.Populations[p.Source].Graded {
		r.fault("Source", p.Source, "%q has no spikes; membranes can only leave the network", p.n.Populations[p.Source].Name)
	}
	if p.Target < 0 || p.Target >= len(p.n.Populations) {
		r.fault("Target", p.Target, "the network has populations 0..%d", len(p.n.Populations)-1)
	}
}

func checkProjectionShape(p projectionAt, r *report) {
	if want := p.n.source(p.Projection); p.NPre != want {
		r.fault("NPre", p.NPre, "the source has %d", want)
	}
	if want := p.n.Populations[p.Target].N; p.NPost != want {
		r.fault("NPost", p.NPost, "node %q has %d neurons", p.n.Populations[p.Target].Name, want)
	}
	if want := p.n.source(p.Projection) * p.n.Populations[p.Target].N; len(p.Weight) != want {
		r.fault("Weight", fmt.Sprintf("a list of %d", len(p.Weight)), "want %d", want)
	}
}

func checkProjectionWeights(p projectionAt, r *report) {
	for i, w := range p.Weight {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			r.fault(fmt.Sprintf("Weight[%d, %d]", i/p.NPre, i%p.NPre), w, "every weight must be finite")
			return
		}
	}
}

func checkProjectionFixed(p projectionAt, r *report) {
	q := p.n.Populations[p.Target].Q
	want := 0
	if q != nil {
		want = len(p.Weight)
	}
	if len(p.Q) != want {
		r.fault("Q", fmt.Sprintf("a list of %d", len(p.Q)), "want %d (node %q is quantised: %v)", want, p.n.Populations[p.Target].Name, q != nil)
		return
	}
	if q == nil {
		return
	}
	_, hi := signedRange(q.WeightBits)
	for i, w := range p.Q {
		if int64(w) > hi || int64(w) < -hi {
			r.fault(fmt.Sprintf("Q[%d, %d]", i/p.NPre, i%p.NPre), w, "%d bits hold %d..%d", q.WeightBits, -hi, hi)
			return
		}
	}
}

func checkProjectionLevel(p projectionAt, r *report) {
	target := &p.n.Populations[p.Target]
	if p.FromInput {
		return
	}
	if source := &p.n.Populations[p.Source]; target.Level <= source.Level {
		r.fault("Target", p.Target, "%q on level %d is driven from %q on level %d; a target is on a higher level than its sources", target.Name, target.Level, source.Name, source.Level)
	}
}

func checkProjectionOrder(n *Network, r *report) {
	key := func(p *Projection) [3]int {
		if p.FromInput {
			return [3]int{p.Target, 0, p.Source}
		}
		return [3]int{p.Target, 1, p.Source}
	}
	for i := 1; i < len(n.Projections); i++ {
		a, b := key(&n.Projections[i-1]), key(&n.Projections[i])
		for k := range a {
			if a[k] != b[k] {
				if a[k] > b[k] {
					r.faultAt(fmt.Sprintf("%s: projection %d (%q)", r.where, i, n.Projections[i].Name), "Target, Source", fmt.Sprint(b[0], ", ", b[2]),
						"they are sorted by target, then inputs before populations, then source, and %d, %d come before", a[0], a[2])
					return
				}
				break
			}
		}
	}
}

func checkDriven(n *Network, r *report) {
	driven, read := make([]bool, len(n.Populations)), make([]bool, len(n.Populations))
	for i := range n.Projections {
		driven[n.Projections[i].Target] = true
		if !n.Projections[i].FromInput {
			read[n.Projections[i].Source] = true
		}
	}
	for _, o := range n.Outputs {
		read[o.Population] = true
	}
	for i := range n.Populations {
		where := fmt.Sprintf("%s: node %q", r.where, n.Populations[i].Name)
		if !driven[i] {
			r.faultAt(where, "Projections", "without one that targets it", "connect it or remove it")
		}
		if !read[i] {
			r.faultAt(where, "Projections", "without one that reads it", "connect it, make it an output or remove it")
		}
	}
}

// checkNetworkSums proves the accumulator's width from the weights: plain
// magnitudes, every input bit set (docs/numerics.md, section 2).
func checkNetworkSums(n *Network, r *report) {
	for i := range n.Populations {
		p := &n.Populations[i]
		if p.Q == nil {
			continue
		}
		most := make([]int64, p.N)
		for k := range n.Projections {
			j := &n.Projections[k]
			if j.Target != i {
				continue
			}
			full := int64(1)
			if j.FromInput {
				full = 1<<n.Inputs[j.Source].Input.Bits - 1
			}
			for m, w := range j.Q {
				most[m/j.NPre] += full * int64(max(w, -w))
			}
		}
		for m, v := range most {
			if need := bitsFor(-v, v); need > p.Q.AccBits {
				r.faultAt(fmt.Sprintf("%s: node %q", r.where, p.Name), "Q.AccBits", p.Q.AccBits, "the synapses of neuron %d can sum to ±%d, which needs %d", m, v, need)
				break
			}
		}
	}
}

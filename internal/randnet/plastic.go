package randnet

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/ir"
)

// Plastic is a drawn network some of whose layers learn, with a rule.
type Plastic struct {
	Case
	Rule  dassdp.Rule
	Gate  dassdp.Gate
	Batch int // samples of an update
}

// NewPlastic draws dense networks of 1 to 3 layers on spike inputs, all kinds
// of rules and units.
func NewPlastic(seed uint64) *Plastic {
	r := rand.New(rand.NewPCG(seed, 0x1ea2))
	p := &Plastic{Case: Case{Seed: seed, Graph: &ir.Graph{}, rng: r}}
	o := &p.Options
	*o = compiler.Options{Steps: 1 + r.IntN(8), WeightBits: 2 + r.IntN(8), Lanes: 1 << r.IntN(6), Update: 1 << r.IntN(4), WordBits: 8 << r.IntN(3), DT: 1e-4,
		Reset: []string{"zero", "subtract"}[r.IntN(2)], Input: ir.Encoding{Bits: 1, Scale: 1}, PlasticFraction: 1 + r.IntN(12), PlasticBatch: 1 + r.IntN(2)*r.IntN(5)}
	o.CoreNeurons = o.WordBits * (1 + r.IntN(3))
	o.PlasticFraction = min(o.PlasticFraction, 24-o.WeightBits)
	layers := 1 + r.IntN(3)
	n := 1 + r.IntN(60)
	g := p.Graph
	add := func(name string, op ir.Op) { g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: op}) }
	link := func(a, b string) { g.Edges = append(g.Edges, ir.Edge{From: a, To: b}) }
	add("input", &ir.Input{Shape: vector(float64(n))})
	last := "input"
	for l := range layers {
		m := 1 + r.IntN(40)
		fc, neuron := fmt.Sprintf("fc%d", l), fmt.Sprintf("n%d", l)
		w := make([]float64, m*n)
		for i := range w {
			w[i] = r.NormFloat64() * 0.3
		}
		add(fc, &ir.Linear{Weight: &ir.Tensor{Shape: []int{m, n}, DType: ir.Float64, Data: w}})
		link(last, fc)
		add(neuron, p.neuron(r.IntN(3), m))
		link(fc, neuron)
		last, n = neuron, m
		if l == layers-1 || r.IntN(2) == 0 {
			o.Plastic = append(o.Plastic, []string{fc, neuron}[r.IntN(2)])
		}
	}
	add("output", &ir.Output{Shape: vector(float64(n))})
	link(last, "output")
	g.Normalise()
	p.Batch = 1 + r.IntN(o.PlasticBatch)
	// From a fraction of a stored weight's step up to some hundred steps.
	step := math.Ldexp(0.5/math.Ldexp(1, o.WeightBits-1), -o.PlasticFraction)
	most := min(0.3, step*math.Exp(6*r.Float64()-1)/float64(o.PlasticBatch))
	a := dassdp.Amplitudes{Plus: most, Base: most * r.Float64(), Sigma: 0.5 + 2*r.Float64()}
	windows := dassdp.Windows{Plus: a.Plus, Minus: a.Base, TauPlus: 1 + r.Float64()*3, TauMinus: 1 + r.Float64()*3}
	switch r.IntN(5) {
	case 0:
		p.Rule = dassdp.SSDP(o.Steps, a)
	case 1:
		p.Rule = dassdp.STDP(o.Steps, windows)
	case 2:
		p.Rule = dassdp.RewardSTDP(o.Steps, windows)
	default:
		p.Rule = dassdp.DASSDP(o.Steps, a)
	}
	if r.IntN(3) == 0 {
		p.Rule.Latency = dassdp.Last
	}
	if r.IntN(4) == 0 {
		o.Net = ir.NetMesh
	}
	p.Gate = dassdp.Gate{K: r.Float64()*2 - 1, Mean: 0.3 * r.Float64(), Std: 0.05 + 0.3*r.Float64()}
	return p
}

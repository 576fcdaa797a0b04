package compiler

import (
	"fmt"
	"sort"

	"github.com/snnc/snnc/ir"
)

// passNormalise turns the flat graph into populations and projections: linear
// nodes are merged into the projections, neurons are discretised in place
// (passDiscretise's rules), levels are the longest paths from the inputs.
func passNormalise(f *flat, name string, o Options) (*ir.Network, error) {
	net := &ir.Network{Name: name, Steps: o.Steps}
	dt, _, err := o.stepTime()
	if err != nil {
		return nil, err
	}
	t := newTrace(f, dt)
	var pops []*pending
	inputs := map[int]int{}
	add := func(node int) (*pending, error) {
		cur, err := t.into(node)
		if err != nil {
			return nil, err
		}
		p := &pending{node: node, cur: cur, pop: ir.Population{Name: f.nodes[node].Name, N: cur.size(), Shape: cur.shape, Grid: cur.grid}}
		pops = append(pops, p)
		return p, nil
	}
	for i, n := range f.nodes {
		switch op := n.Op.(type) {
		case *ir.Input:
			if f.external[i] {
				inputs[i] = len(net.Inputs)
				shape := op.Shape.Ints()
				net.Inputs = append(net.Inputs, ir.Source{Name: n.Name, Shape: shape, N: ir.Size(shape), Input: o.Input})
			}
		default:
			if !isNeuron(n.Op) {
				continue
			}
			p, err := add(i)
			if err != nil {
				return nil, err
			}
			if k := ir.NeuronCount(n.Op); k > 0 && k != p.pop.N {
				return nil, t.at(i, fmt.Errorf("its parameters describe %d neurons but %d values arrive", k, p.pop.N))
			}
		}
	}
	// An Output that reads anything but one population as it is becomes a graded
	// population without memory: the machine's own way to give a weighted sum.
	sinks := map[int]int{} // output node → node of its population
	for i, n := range f.nodes {
		if _, ok := n.Op.(*ir.Output); !ok || !f.external[i] {
			continue
		}
		cur, err := t.into(i)
		if err != nil {
			return nil, err
		}
		if len(cur.terms) == 1 && cur.bias == nil && cur.terms[0].delay == 0 && cur.terms[0].k.isIdentity() {
			src := cur.terms[0].source
			if _, isInput := inputs[src]; isInput {
				return nil, t.at(i, fmt.Errorf("it reads input %q directly; put a neuron between them", f.nodes[src].Name))
			}
			sinks[i] = src
			continue
		}
		if _, err := add(i); err != nil {
			return nil, err
		}
		sinks[i] = i
		net.Decisions = append(net.Decisions, ir.Decision{Subject: n.Name, Choice: "weighted sum without a neuron read as graded values", Reason: "no neuron stands before the output"})
	}
	schedule(net, f, pops, inputs)
	sort.SliceStable(pops, func(i, j int) bool { return pops[i].pop.Level < pops[j].pop.Level })
	index := map[int]int{}
	for i, p := range pops {
		index[p.node] = i
	}
	for i, p := range pops {
		gain, err := discretise(&p.pop, f.nodes[p.node], o, net)
		if err != nil {
			return nil, err
		}
		if err := project(f, p, i, gain, inputs, index, net); err != nil {
			return nil, t.at(p.node, err)
		}
		for j, b := range p.cur.bias {
			p.pop.Bias[j] += gain[j] * b
		}
		net.Populations = append(net.Populations, p.pop)
	}
	sort.SliceStable(net.Projections, func(i, j int) bool {
		a, b := net.Projections[i], net.Projections[j]
		if a.Target != b.Target {
			return a.Target < b.Target
		}
		if a.FromInput != b.FromInput {
			return a.FromInput
		}
		return a.Source < b.Source
	})
	for _, o := range nodesOf(sinks) {
		net.Outputs = append(net.Outputs, ir.Sink{Name: f.nodes[o].Name, Population: index[sinks[o]]})
	}
	return net, nil
}

// pending is a population before the order of populations is known.
type pending struct {
	node int
	cur  current
	pop  ir.Population
}

func nodesOf[T any](m map[int]T) []int {
	var out []int
	for k := range m {
		out = append(out, k)
	}
	sort.Ints(out)
	return out
}

// project makes the projections into a population, with the gains of its
// neurons folded into the weights where a channel's neurons share theirs, and
// left to the population where they do not.
func project(f *flat, p *pending, target int, gain []float64, inputs, index map[int]int, net *ir.Network) error {
	grid := p.pop.Grid
	if channelFactors(gain, grid) == nil {
		for _, g := range gain {
			if g <= 0 {
				return fmt.Errorf("the gain of its input (r·dt/tau) is %v; where a channel's neurons share weights but not their gain it must be above zero", g)
			}
		}
		p.pop.Gain = gain
	}
	for _, tm := range p.cur.terms {
		k := tm.k
		if p.pop.Gain == nil {
			k = k.withGain(gain)
		}
		if k.gain != nil {
			return fmt.Errorf("%s scales single pixels of a shared kernel; the machine keeps one copy of a kernel, so scale whole channels", joinNames(tm.by, ""))
		}
		pr := k.projection()
		pr.Weight = k.weights()
		pr.Name, pr.Target, pr.Delay = tm.by, target, tm.delay
		if pr.Name == "" {
			pr.Name = f.nodes[tm.source].Name + "→" + p.pop.Name
		}
		if in, ok := inputs[tm.source]; ok {
			pr.FromInput, pr.Source = true, in
		} else {
			if op := f.nodes[tm.source].Op; hasNoSpikes(op) {
				return fmt.Errorf("the membrane of %q (%s) feeds it; the machine carries graded values to outputs only, so put a spiking neuron there", f.nodes[tm.source].Name, op.Kind())
			}
			pr.Source = index[tm.source]
		}
		net.Projections = append(net.Projections, pr)
	}
	return nil
}

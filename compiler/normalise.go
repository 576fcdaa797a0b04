package compiler

import (
	"fmt"
	"sort"
	"strings"

	"github.com/snnc/snnc/ir"
)

// maxDiagonal bounds the dense form of a one-to-one connection, which the
// machine stores as a matrix.
const maxDiagonal = 4096

// passNormalise turns the flat graph into populations and projections: linear
// nodes are merged into the projections, neurons are discretised in place
// (passDiscretise's rules), levels are the longest paths from the inputs.
func passNormalise(f *flat, name string, o Options) (*ir.Network, error) {
	net := &ir.Network{Name: name, Steps: o.Steps}
	t := &trace{f: f, busy: map[int]bool{}}
	type pending struct {
		node int
		cur  current
		pop  ir.Population
	}
	var pops []*pending
	inputs := map[int]int{}
	for i, n := range f.nodes {
		switch op := n.Op.(type) {
		case *ir.Input:
			if f.external[i] {
				inputs[i] = len(net.Inputs)
				shape := op.Shape.Ints()
				net.Inputs = append(net.Inputs, ir.Source{Name: n.Name, Shape: shape, N: ir.Size(shape), Input: o.Input})
			}
		case *ir.IF, *ir.LIF, *ir.LI, *ir.Threshold:
			cur, err := t.into(i)
			if err != nil {
				return nil, err
			}
			if k := ir.NeuronCount(n.Op); k > 0 && k != cur.n {
				return nil, fmt.Errorf("node %q (%s): its parameters describe %d neurons but %d values arrive", n.Name, n.Op.Kind(), k, cur.n)
			}
			pops = append(pops, &pending{node: i, cur: cur, pop: ir.Population{Name: n.Name, N: cur.n, Shape: []int{cur.n}}})
		}
	}
	if len(net.Inputs) > 1 {
		return nil, fmt.Errorf("the graph has %d inputs; this version takes one", len(net.Inputs))
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
		if len(cur.terms) == 1 && cur.bias == nil && cur.terms[0].m.dense == nil && cur.terms[0].m.diag == nil {
			src := cur.terms[0].source
			if _, isInput := inputs[src]; isInput {
				return nil, fmt.Errorf("node %q (Output): it reads input %q directly; put a neuron between them", n.Name, f.nodes[src].Name)
			}
			sinks[i] = src
			continue
		}
		p := &pending{node: i, cur: cur, pop: ir.Population{Name: n.Name, N: cur.n, Shape: []int{cur.n}}}
		pops = append(pops, p)
		sinks[i] = i
		net.Decisions = append(net.Decisions, ir.Decision{Subject: n.Name, Choice: "weighted sum without a neuron read as graded values", Reason: "no neuron stands before the output"})
	}

	byNode := map[int]*pending{}
	for _, p := range pops {
		byNode[p.node] = p
	}
	if err := assignLevels(f, func(node int) ([]int, *ir.Population) {
		p := byNode[node]
		var from []int
		for _, tm := range p.cur.terms {
			if _, isInput := inputs[tm.source]; !isInput {
				from = append(from, tm.source)
			}
		}
		return from, &p.pop
	}, nodesOf(byNode)); err != nil {
		return nil, err
	}
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
		for _, tm := range p.cur.terms {
			pr, err := project(f, tm, p.pop.Name, gain)
			if err != nil {
				return nil, err
			}
			pr.Target = i
			if in, ok := inputs[tm.source]; ok {
				pr.FromInput, pr.Source = true, in
			} else {
				src := byNode[tm.source]
				if _, graded := f.nodes[tm.source].Op.(*ir.LI); graded {
					return nil, fmt.Errorf("node %q (LI): its membrane feeds %q; the machine carries graded values to outputs only, so put a spiking neuron there",
						src.pop.Name, p.pop.Name)
				}
				pr.Source = index[tm.source]
			}
			net.Projections = append(net.Projections, pr)
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
	var outs []int
	for o := range sinks {
		outs = append(outs, o)
	}
	sort.Ints(outs)
	for _, o := range outs {
		net.Outputs = append(net.Outputs, ir.Sink{Name: f.nodes[o].Name, Population: index[sinks[o]]})
	}
	return net, nil
}

func nodesOf[T any](m map[int]T) []int {
	var out []int
	for k := range m {
		out = append(out, k)
	}
	sort.Ints(out)
	return out
}

// project makes the dense projection of a term, with the target's gains folded in.
func project(f *flat, tm term, target string, gain []float64) (ir.Projection, error) {
	if tm.m.dense == nil && tm.m.n > maxDiagonal {
		return ir.Projection{}, fmt.Errorf("node %q: it is connected one to one to %q over %d values; the machine stores connections as matrices, at most %d one to one",
			target, f.nodes[tm.source].Name, tm.m.n, maxDiagonal)
	}
	w := tm.m.matrix()
	for i, g := range gain {
		if g == 1 {
			continue
		}
		row := w[i*tm.m.m : (i+1)*tm.m.m]
		for j := range row {
			row[j] *= g
		}
	}
	name := tm.by
	if name == "" {
		name = f.nodes[tm.source].Name + "→" + target
	}
	return ir.Projection{Name: name, NPost: tm.m.n, NPre: tm.m.m, Weight: w}, nil
}

// assignLevels sets each population's level to the longest path from the inputs.
func assignLevels(f *flat, of func(node int) ([]int, *ir.Population), nodes []int) error {
	const unseen, open, done = 0, 1, 2
	state := map[int]int{}
	var path []string
	var visit func(node int) (int, error)
	visit = func(node int) (int, error) {
		from, pop := of(node)
		if state[node] == done {
			return pop.Level, nil
		}
		path = append(path, f.nodes[node].Name)
		if state[node] == open {
			return 0, fmt.Errorf("node %q (%s): it is on a loop (%s); recurrent connections are not supported by this version",
				f.nodes[node].Name, f.nodes[node].Op.Kind(), strings.Join(path, " ← "))
		}
		state[node] = open
		level := 0
		for _, src := range from {
			l, err := visit(src)
			if err != nil {
				return 0, err
			}
			level = max(level, l+1)
		}
		state[node], pop.Level = done, level
		path = path[:len(path)-1]
		return level, nil
	}
	for _, n := range nodes {
		if _, err := visit(n); err != nil {
			return err
		}
	}
	return nil
}

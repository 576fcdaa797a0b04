package compiler

import (
	"errors"
	"fmt"
	"io"

	"github.com/snnc/snnc/ir"
)

// What training needs of the compiler, so that a network is trained under the
// meaning that it is then deployed with: the same graph in line, the same
// discretisation, the same edges that hold their values for a step.

// Inlined returns the graph without subgraphs, its nodes under full names, with
// the compiler's own checks of it.
func Inlined(g *ir.Graph) (*ir.Graph, error) {
	if err := errors.Join(g.Validate()...); err != nil {
		return nil, err
	}
	f, err := passInline(g)
	if err != nil {
		return nil, err
	}
	if err := passCheck(f); err != nil {
		return nil, err
	}
	out := &ir.Graph{Version: g.Version, Metadata: g.Metadata}
	// The ends of subgraphs are not ends of the network: what enters one of
	// them goes to what it leads to.
	var ends func(i int) []int
	ends = func(i int) []int {
		if f.external[i] || !isEnd(f.nodes[i].Op) {
			return []int{i}
		}
		var list []int
		for _, to := range f.out[i] {
			list = append(list, ends(to)...)
		}
		return list
	}
	for i, n := range f.nodes {
		if isEnd(n.Op) && !f.external[i] {
			continue
		}
		out.Nodes = append(out.Nodes, n)
		for _, to := range f.out[i] {
			for _, end := range ends(to) {
				out.Edges = append(out.Edges, ir.Edge{From: n.Name, To: f.nodes[end].Name})
			}
		}
	}
	out.Normalise()
	return out, nil
}

func isEnd(op ir.Op) bool {
	switch op.(type) {
	case *ir.Input, *ir.Output:
		return true
	}
	return false
}

// Normalised runs the passes up to the discrete network in real numbers.
func Normalised(g *ir.Graph, name string, opt Options) (*ir.Network, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	return normalised(g, name, o, func(string, func(io.Writer) error) error { return nil })
}

// Quantised runs the passes up to the discrete network with its integers.
func Quantised(g *ir.Graph, name string, opt Options) (*ir.Network, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	net, err := Normalised(g, name, opt)
	if err != nil {
		return nil, err
	}
	if err := passQuantise(net, o, nil, nil); err != nil {
		return nil, err
	}
	return net, errors.Join(net.Validate()...)
}

// Dynamics is the discrete model of a neuron node, as a population of n
// neurons without synapses, and the gain of each neuron's input.
type Dynamics struct {
	ir.Population
	InputGain []float64
	StepTime  float64 // seconds
	// Euler tells that the decay is 1 − dt/tau and the gain r·dt/tau.
	Euler bool
}

// Discretise gives a neuron node its discrete model.
func Discretise(n ir.Node, neurons int, opt Options) (*Dynamics, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	if !isNeuron(n.Op) {
		return nil, fmt.Errorf("node %q (%s) is no neuron", n.Name, n.Op.Kind())
	}
	if k := ir.NeuronCount(n.Op); k > 0 && k != neurons {
		return nil, fmt.Errorf("node %q (%s): its parameters describe %d neurons but %d values arrive", n.Name, n.Op.Kind(), k, neurons)
	}
	d := &Dynamics{Population: ir.Population{Name: n.Name, N: neurons}}
	if d.InputGain, err = discretise(&d.Population, n, o, &ir.Network{}); err != nil {
		return nil, err
	}
	if d.StepTime, _, err = o.stepTime(); err != nil {
		return nil, err
	}
	switch o.From {
	case "nir", "snntorch", "norse", "spikingjelly", "lava":
		d.Euler = true
	}
	return d, nil
}

package trainer

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/snnc/snnc/ir"
)

// random is a generator for one purpose of a run: the same seed, purpose and
// number give the same draws, whatever else is drawn.
func random(seed, purpose, number uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, purpose<<48^number))
}

// Purposes of random numbers.
const (
	drawInit = iota + 1
	drawOrder
)

// fileOrder returns for each inner position of a linear's input the column
// that the file has it in.
func (l *linear) fileOrder() []int {
	if p := toInner(l.x.grid); p != nil {
		return p
	}
	p := make([]int, l.in)
	for i := range p {
		p[i] = i
	}
	return p
}

// initialise fills parameters from the graph's values and initialisers.
func (n *Network) initialise() error {
	number := uint64(0)
	for i := range n.graph.Nodes {
		node := &n.graph.Nodes[i]
		for _, f := range node.Op.Fields() {
			number++ // so that a node's draws do not depend on its neighbours' kinds
			in, ok := n.inits[[2]string{node.Name, f.Name}]
			if !ok {
				continue
			}
			if err := drawTensor(*f.Value, node.Op, in.Kind, in.Gain, random(n.opt.Seed, drawInit, number)); err != nil {
				return fmt.Errorf("node %q (%s): field %q: %w", node.Name, node.Op.Kind(), f.Name, err)
			}
		}
		n.load(node)
	}
	return nil
}

// load copies a node's tensors into its parameters.
func (n *Network) load(node *ir.Node) {
	if l := n.linears[node.Name]; l != nil {
		var w, b *ir.Tensor
		switch op := node.Op.(type) {
		case *ir.Affine:
			w, b = op.Weight, op.Bias
		case *ir.Linear:
			w = op.Weight
		}
		for i, col := range l.fileOrder() {
			for o := range l.out {
				l.w.v[i*l.out+o] = float32(w.Data[o*l.in+col])
			}
		}
		if l.b != nil {
			for o := range l.b.v {
				l.b.v[o] = float32(b.At(o))
			}
		}
	}
	if l := n.convs[node.Name]; l != nil {
		var w, b *ir.Tensor
		switch op := node.Op.(type) {
		case *ir.Conv1d:
			w, b = op.Weight, op.Bias
		case *ir.Conv2d:
			w, b = op.Weight, op.Bias
		}
		for i, at := range l.toFile() {
			l.w.v[i] = float32(w.Data[at])
		}
		for o := range l.b.v {
			l.b.v[o] = float32(b.At(o))
		}
	}
}

// drawTensor fills a tensor. The fans are those of the node's weight, so that a bias
// is drawn with its weight's.
func drawTensor(t *ir.Tensor, op ir.Op, kind string, gain float64, r *rand.Rand) error {
	var w *ir.Tensor
	for _, f := range op.Fields() {
		if f.Name == "weight" {
			w = *f.Value
		}
	}
	bound, std := 0.0, 0.0
	switch kind {
	case "zeros", "ones", "constant", "tau/dt":
		return nil // filled by the reader
	case "uniform":
		bound = gain
	case "normal":
		std = gain
	default:
		if w == nil || len(w.Shape) < 2 {
			return fmt.Errorf("initialiser %q needs the fan of a weight; use zeros, ones, constant, uniform or normal", kind)
		}
		field := float64(ir.Size(w.Shape[2:]))
		in, out := float64(w.Shape[1])*field, float64(w.Shape[0])*field
		switch kind {
		case "torch": // of PyTorch's Linear and Conv: Kaiming uniform with a = √5
			bound = gain / math.Sqrt(in)
		case "kaiming_uniform":
			bound = gain * math.Sqrt(6/in)
		case "kaiming_normal":
			std = gain * math.Sqrt(2/in)
		case "xavier_uniform":
			bound = gain * math.Sqrt(6/(in+out))
		case "xavier_normal":
			std = gain * math.Sqrt(2/(in+out))
		}
	}
	for i := range t.Data {
		v := std * r.NormFloat64()
		if bound > 0 {
			v = bound * (2*r.Float64() - 1)
		}
		t.Data[i] = float64(float32(v))
	}
	return nil
}

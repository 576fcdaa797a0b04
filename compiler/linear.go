package compiler

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/snnc/snnc/ir"
)

// linmap is a linear map from a source to a vector of n values: the identity,
// a diagonal, or a dense matrix. Kept in the simplest form so that a renaming
// (Flatten) or a Scale costs no matrix.
type linmap struct {
	n, m  int       // n outputs, m inputs
	diag  []float64 // [n], n == m; nil if identity or dense
	dense []float64 // [n·m] row-major; nil if identity or diagonal
}

func identity(n int) linmap { return linmap{n: n, m: n} }

// matrix returns the map as a dense row-major matrix of its own.
func (a linmap) matrix() []float64 {
	if a.dense != nil {
		return append([]float64(nil), a.dense...)
	}
	w := make([]float64, a.n*a.m)
	for i := 0; i < a.n; i++ {
		w[i*a.m+i] = 1
		if a.diag != nil {
			w[i*a.m+i] = a.diag[i]
		}
	}
	return w
}

// after returns the map w·a for a dense w of rows×a.n.
func (a linmap) after(w []float64, rows int) linmap {
	out := linmap{n: rows, m: a.m}
	switch {
	case a.dense != nil:
		out.dense = make([]float64, rows*a.m)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1,
			blas64.General{Rows: rows, Cols: a.n, Stride: a.n, Data: w},
			blas64.General{Rows: a.n, Cols: a.m, Stride: a.m, Data: a.dense}, 0,
			blas64.General{Rows: rows, Cols: a.m, Stride: a.m, Data: out.dense})
	case a.diag != nil:
		out.dense = make([]float64, rows*a.m)
		for i := range out.dense {
			out.dense[i] = w[i] * a.diag[i%a.m]
		}
	default:
		out.dense = w
	}
	return out
}

// scaled returns diag(s)·a.
func (a linmap) scaled(s *ir.Tensor) linmap {
	out := linmap{n: a.n, m: a.m}
	if a.dense != nil {
		out.dense = make([]float64, len(a.dense))
		for i := range out.dense {
			out.dense[i] = a.dense[i] * s.At(i/a.m)
		}
		return out
	}
	out.diag = make([]float64, a.n)
	for i := range out.diag {
		out.diag[i] = s.At(i)
		if a.diag != nil {
			out.diag[i] *= a.diag[i]
		}
	}
	return out
}

func (a linmap) plus(b linmap) linmap {
	w := a.matrix()
	for i, v := range b.matrix() {
		w[i] += v
	}
	return linmap{n: a.n, m: a.m, dense: w}
}

// term is the part of a current that comes from one source node.
type term struct {
	source int // index in flat.nodes: an Input or a neuron
	by     string
	m      linmap
}

// current is what arrives at a node: linear in its sources, plus a constant.
type current struct {
	n     int
	terms []term // ascending by source
	bias  []float64
}

// trace follows the edges back from nodes until neurons and inputs, and
// composes what lies between into one linear map for each source. A merge of
// weighted nodes is exact: it is done once, in float64, before quantisation.
type trace struct {
	f    *flat
	busy map[int]bool // linear nodes on the path, to find loops without a neuron
}

func (t *trace) into(node int) (current, error) {
	var sum current
	for i, from := range t.f.in[node] {
		c, err := t.outOf(from)
		if err != nil {
			return sum, err
		}
		if i == 0 {
			sum = c
			continue
		}
		if c.n != sum.n {
			return sum, fmt.Errorf("node %q (%s): edges into it carry %d and %d values; they must agree",
				t.f.nodes[node].Name, t.f.nodes[node].Op.Kind(), sum.n, c.n)
		}
		sum = sum.plus(c)
	}
	return sum, nil
}

func (a current) plus(b current) current {
	out := current{n: a.n, terms: append([]term(nil), a.terms...)}
	for _, tb := range b.terms {
		merged := false
		for i, ta := range out.terms {
			if ta.source == tb.source {
				out.terms[i] = term{ta.source, ta.by + "+" + tb.by, ta.m.plus(tb.m)}
				merged = true
			}
		}
		if !merged {
			out.terms = append(out.terms, tb)
		}
	}
	if a.bias != nil || b.bias != nil {
		out.bias = make([]float64, a.n)
		for _, v := range [][]float64{a.bias, b.bias} {
			for i := range v {
				out.bias[i] += v[i]
			}
		}
	}
	return out
}

func (t *trace) outOf(node int) (current, error) {
	n := t.f.nodes[node]
	if t.busy[node] {
		return current{}, fmt.Errorf("node %q (%s): it is on a loop without a neuron; a loop needs a neuron to hold it for a step", n.Name, n.Op.Kind())
	}
	switch op := n.Op.(type) {
	case *ir.Input:
		if t.f.external[node] {
			size := ir.Size(op.Shape.Ints())
			return current{n: size, terms: []term{{source: node, by: "", m: identity(size)}}}, nil
		}
	case *ir.IF, *ir.LIF, *ir.LI, *ir.Threshold:
		size, err := t.neurons(node)
		if err != nil {
			return current{}, err
		}
		return current{n: size, terms: []term{{source: node, by: "", m: identity(size)}}}, nil
	}
	t.busy[node] = true
	defer delete(t.busy, node)
	c, err := t.into(node)
	if err != nil {
		return c, err
	}
	switch op := n.Op.(type) {
	case *ir.Affine:
		return c.weighted(n, op.Weight, op.Bias)
	case *ir.Linear:
		return c.weighted(n, op.Weight, nil)
	case *ir.Scale:
		if len(op.Scale.Data) != 1 && len(op.Scale.Data) != c.n {
			return c, fmt.Errorf("node %q (Scale): field \"scale\" has shape %v but %d values arrive", n.Name, op.Scale.Shape, c.n)
		}
		out := current{n: c.n}
		for _, tm := range c.terms {
			out.terms = append(out.terms, term{tm.source, joinNames(tm.by, n.Name), tm.m.scaled(op.Scale)})
		}
		if c.bias != nil {
			out.bias = make([]float64, c.n)
			for i := range out.bias {
				out.bias[i] = c.bias[i] * op.Scale.At(i)
			}
		}
		return out, nil
	case *ir.Flatten, *ir.Input, *ir.Output: // of a subgraph
		return c, nil
	default:
		return c, fmt.Errorf("node %q (%s): the compiler does not support it yet; it supports Affine, Flatten, IF, Input, LI, LIF, Linear, NIRGraph, Output, Scale and Threshold", n.Name, n.Op.Kind())
	}
}

func (c current) weighted(n ir.Node, w, b *ir.Tensor) (current, error) {
	rows, cols := w.Shape[0], w.Shape[1]
	if cols != c.n {
		return c, fmt.Errorf("node %q (%s): field \"weight\" has shape %v, so it takes %d values, but %d arrive", n.Name, n.Op.Kind(), w.Shape, cols, c.n)
	}
	out := current{n: rows}
	for _, tm := range c.terms {
		out.terms = append(out.terms, term{tm.source, joinNames(tm.by, n.Name), tm.m.after(w.Data, rows)})
	}
	if c.bias != nil || b != nil {
		out.bias = make([]float64, rows)
		for i := range out.bias {
			for j, v := range c.bias {
				out.bias[i] += w.Data[i*cols+j] * v
			}
			if b != nil {
				out.bias[i] += b.At(i)
			}
		}
	}
	return out, nil
}

func joinNames(a, b string) string {
	if a == "" {
		return b
	}
	return a + "·" + b
}

// neurons returns how many neurons a neuron node has: from its parameters, or
// from what arrives where all are scalars.
func (t *trace) neurons(node int) (int, error) {
	n := t.f.nodes[node]
	if k := ir.NeuronCount(n.Op); k > 0 {
		return k, nil
	}
	if t.busy[node] {
		return 0, fmt.Errorf("node %q (%s): its size cannot be told: its parameters are scalars and it is on a loop", n.Name, n.Op.Kind())
	}
	t.busy[node] = true
	defer delete(t.busy, node)
	for _, from := range t.f.in[node] {
		c, err := t.outOf(from)
		return c.n, err
	}
	return 0, fmt.Errorf("node %q (%s): no edge leads to it", n.Name, n.Op.Kind())
}

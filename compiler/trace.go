package compiler

import (
	"errors"
	"fmt"

	"github.com/snnc/snnc/ir"
)

// term is the part of a current that comes from one source node along one path.
type term struct {
	source int // index in flat.nodes: an Input or a neuron
	by     string
	delay  int // steps
	k      kernel
}

// current is what arrives at a node: linear in its sources, plus a constant.
type current struct {
	shape []int
	grid  ir.Grid // of the values; Flatten changes the shape alone
	terms []term
	bias  []float64 // [grid]; nil: none
}

func (c *current) size() int { return c.grid.Size() }

// trace follows the edges back from nodes until neurons and inputs, and
// composes what lies between into one kernel for each path.
type trace struct {
	f    *flat
	dt   float64      // seconds of a step
	busy map[int]bool // nodes on the path, to find loops

	shapes map[int]shaped // of neurons, once known
}

func newTrace(f *flat, dt float64) *trace {
	return &trace{f: f, dt: dt, busy: map[int]bool{}, shapes: map[int]shaped{}}
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
		if sum, err = sum.plus(c); err != nil {
			return sum, t.at(node, err)
		}
	}
	return sum, nil
}

func (t *trace) at(node int, err error) error {
	n := t.f.nodes[node]
	return fmt.Errorf("node %q (%s): %w", n.Name, n.Op.Kind(), err)
}

// plus joins what two edges bring. A vector and an image of the same size
// meet as vectors, the image's maps becoming matrices.
func (a current) plus(b current) (current, error) {
	if a.size() != b.size() {
		return a, fmt.Errorf("edges into it carry %d and %d values; they must agree", a.size(), b.size())
	}
	if a.grid != b.grid {
		var err error
		if a, err = a.asVector(); err != nil {
			return a, err
		}
		if b, err = b.asVector(); err != nil {
			return a, err
		}
	}
	out := a
	out.terms = append(append([]term(nil), a.terms...), b.terms...)
	if b.bias != nil {
		out.bias = append([]float64(nil), b.bias...)
		for i, v := range a.bias {
			out.bias[i] += v
		}
	}
	return out, nil
}

func (c current) asVector() (current, error) {
	out := c
	out.grid = ir.Grid{C: c.size(), H: 1, W: 1}
	out.terms = nil
	for _, tm := range c.terms {
		if tm.k.post != out.grid {
			w, err := tm.k.matrix()
			if err != nil {
				return c, err
			}
			tm.k = matrixKernel(w, c.size(), tm.k.pre)
		}
		out.terms = append(out.terms, tm)
	}
	return out, nil
}

// through puts a linear map after the current.
func (c current) through(name string, k kernel, bias *ir.Tensor, shape []int) (current, error) {
	out := current{shape: shape, grid: k.post}
	for _, tm := range c.terms {
		m, err := k.over(tm.k)
		if err != nil {
			return c, err
		}
		out.terms = append(out.terms, term{tm.source, joinNames(tm.by, name), tm.delay, m})
	}
	if c.bias != nil {
		b := k
		if k.pre != c.grid {
			b = matrixKernel(k.weight, k.post.C, c.grid)
		}
		out.bias = b.apply(c.bias)
	}
	if bias != nil {
		if out.bias == nil {
			out.bias = make([]float64, k.post.Size())
		}
		per := k.post.H * k.post.W
		for i := range out.bias {
			out.bias[i] += bias.At(i / per)
		}
	}
	return out, nil
}

func (t *trace) outOf(node int) (current, error) {
	n := t.f.nodes[node]
	if op, ok := n.Op.(*ir.Input); ok && t.f.external[node] {
		shape := op.Shape.Ints()
		return source(node, shape, ir.GridOf(shape)), nil
	}
	if isNeuron(n.Op) {
		shape, grid, err := t.neurons(node)
		if err != nil {
			return current{}, err
		}
		return source(node, shape, grid), nil
	}
	if t.busy[node] {
		return current{}, t.at(node, linearLoop{})
	}
	t.busy[node] = true
	defer delete(t.busy, node)
	c, err := t.into(node)
	if err != nil {
		return c, err
	}
	out, err := t.linear(n, c)
	if err != nil {
		return out, t.at(node, err)
	}
	return out, nil
}

func source(node int, shape []int, grid ir.Grid) current {
	return current{shape: shape, grid: grid, terms: []term{{source: node, k: identity(grid)}}}
}

// linear applies a node that is no neuron.
func (t *trace) linear(n ir.Node, c current) (current, error) {
	switch op := n.Op.(type) {
	case *ir.Affine:
		return c.weighted(n.Name, op.Weight, op.Bias)
	case *ir.Linear:
		return c.weighted(n.Name, op.Weight, nil)
	case *ir.Scale:
		return c.scaled(n.Name, op.Scale)
	case *ir.Flatten:
		return c.flattened(op)
	case *ir.Conv1d:
		return c.convolved(n.Name, 1, op.Weight, op.Bias, op.Stride, op.Padding, op.Dilation, op.Groups)
	case *ir.Conv2d:
		return c.convolved(n.Name, 2, op.Weight, op.Bias, op.Stride, op.Padding, op.Dilation, op.Groups)
	case *ir.SumPool2d:
		return c.pooled(n.Name, op.KernelSize, op.Stride, op.Padding, false)
	case *ir.AvgPool2d:
		return c.pooled(n.Name, op.KernelSize, op.Stride, op.Padding, true)
	case *ir.BatchNorm1d:
		return c.normed(n.Name, op.Weight, op.Bias, op.RunningMean, op.RunningVar, op.Eps)
	case *ir.BatchNorm2d:
		return c.normed(n.Name, op.Weight, op.Bias, op.RunningMean, op.RunningVar, op.Eps)
	case *ir.Delay:
		return c.delayed(op.Delay, t.dt)
	case *ir.Input, *ir.Output: // of a subgraph
		return c, nil
	}
	return c, errors.New("the compiler does not support it")
}

func isNeuron(op ir.Op) bool {
	switch op.(type) {
	case *ir.IF, *ir.LIF, *ir.LI, *ir.Threshold, *ir.CubaLIF, *ir.CubaLI, *ir.I:
		return true
	}
	return false
}

// hasNoSpikes tells whether a neuron's output is its membrane.
func hasNoSpikes(op ir.Op) bool {
	switch op.(type) {
	case *ir.LI, *ir.CubaLI, *ir.I:
		return true
	}
	return false
}

func (c current) weighted(name string, w, b *ir.Tensor) (current, error) {
	rows, cols := w.Shape[0], w.Shape[1]
	if cols != c.size() {
		return c, fmt.Errorf("field \"weight\" has shape %v, so it takes %d values, but %d arrive", w.Shape, cols, c.size())
	}
	return c.through(name, matrixKernel(w.Data, rows, c.grid), b, []int{rows})
}

func (c current) scaled(name string, s *ir.Tensor) (current, error) {
	if len(s.Data) != 1 && len(s.Data) != c.size() {
		return c, fmt.Errorf("field \"scale\" has shape %v but %d values arrive", s.Shape, c.size())
	}
	g := make([]float64, c.size())
	for i := range g {
		g[i] = s.At(i)
	}
	out := c
	out.terms = nil
	for _, tm := range c.terms {
		tm.k, tm.by = tm.k.withGain(g), joinNames(tm.by, name)
		out.terms = append(out.terms, tm)
	}
	if c.bias != nil {
		out.bias = make([]float64, len(g))
		for i := range g {
			out.bias[i] = c.bias[i] * g[i]
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

// errLoop says that a path leads back to the neuron whose shape is asked for.
var errLoop = errors.New("its size cannot be told: its parameters are scalars and only a loop leads to it")

// neurons returns the shape of a neuron node: that of what arrives over the
// first edge that does not come from the node itself, or its parameters' size.
func (t *trace) neurons(node int) ([]int, ir.Grid, error) {
	if s, ok := t.shapes[node]; ok {
		return s.shape, s.grid, nil
	}
	if t.busy[node] {
		return nil, ir.Grid{}, t.at(node, errLoop)
	}
	t.busy[node] = true
	defer delete(t.busy, node)
	err := fmt.Errorf("no edge leads to it")
	for _, from := range t.f.in[node] {
		var c current
		if c, err = t.outOf(from); err == nil {
			t.shapes[node] = shaped{c.shape, c.grid}
			return c.shape, c.grid, nil
		}
		if !errors.Is(err, errLoop) {
			return nil, c.grid, err
		}
	}
	if k := ir.NeuronCount(t.f.nodes[node].Op); k > 0 && errors.Is(err, errLoop) {
		return []int{k}, ir.Grid{C: k, H: 1, W: 1}, nil
	}
	return nil, ir.Grid{}, t.at(node, err)
}

// linearLoop is a loop of linear nodes, or, while a neuron's shape is looked
// for, one through neurons whose shapes are not known yet: then another edge
// into the neuron may tell.
type linearLoop struct{}

func (linearLoop) Error() string {
	return "it is on a loop without a neuron; a loop needs a neuron to hold it for a step"
}

func (linearLoop) Is(target error) bool { return target == errLoop }

type shaped struct {
	shape []int
	grid  ir.Grid
}

package trainer

import (
	"fmt"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

func (b *builder) node(i int) ([]layer, error) {
	node := b.graph.Nodes[i]
	if op, ok := node.Op.(*ir.Input); ok {
		shape := op.Shape.Ints()
		s := b.signal(node.Name, ir.GridOf(shape), b.opt.Compile.Input.Held, false)
		b.values[i], b.shapes[i], b.inputs = s, shape, append(b.inputs, s)
		return nil, nil
	}
	x, shape, made, err := b.source(i)
	if err != nil {
		return nil, err
	}
	if isOutput(node.Op) {
		if x.held {
			return nil, fmt.Errorf("what it reads does not change over the steps; put a neuron before it")
		}
		x.add = true // the loss adds to its gradient
		b.sinks = append(b.sinks, x)
		return made, nil
	}
	var l layer
	if b.spiking(i) {
		l, err = b.neuron(i, x)
	} else {
		l, err = b.linear(i, x, shape)
	}
	if err != nil || l == nil {
		return made, err
	}
	return append(made, l), nil
}

func (b *builder) neuron(i int, x *signal) (layer, error) {
	node := b.graph.Nodes[i]
	d, err := compiler.Discretise(node, x.n, b.opt.Compile)
	if err != nil {
		return nil, err
	}
	b.stepTime = d.StepTime
	y := b.values[i]
	_, tied := b.inits[[2]string{node.Name, "r"}]
	if tied && b.inits[[2]string{node.Name, "r"}].Kind != "tau/dt" {
		return nil, fmt.Errorf("field \"r\": its initialiser may be tau/dt alone")
	}
	if tied {
		for k := range d.InputGain {
			d.InputGain[k] = 1
		}
	}
	l, err := newNeuron(node, x, y, d, &b.opt)
	if err != nil {
		return nil, err
	}
	if _, trained := b.inits[[2]string{node.Name, "tau"}]; trained {
		if err := l.trainTau(node, d, x.grid, tied); err != nil {
			return nil, err
		}
		b.params = append(b.params, l.tau.p)
	}
	b.neurons[node.Name] = l
	return l, nil
}

// linear makes the layer of a node that is no neuron.
func (b *builder) linear(i int, x *signal, in []int) (layer, error) {
	node := b.graph.Nodes[i]
	give := func(shape []int, grid ir.Grid) *signal {
		b.values[i], b.shapes[i] = b.signal(node.Name, grid, x.held, b.needs[i]), shape
		return b.values[i]
	}
	dense := func(w, bias *ir.Tensor) (layer, error) {
		if w.Shape[1] != x.n {
			return nil, fmt.Errorf("field \"weight\" has shape %v, so it takes %d values, but %d arrive", w.Shape, w.Shape[1], x.n)
		}
		out := w.Shape[0]
		l := newLinear(node.Name, x, give([]int{out}, ir.Grid{C: out, H: 1, W: 1}), x.n, out, bias != nil)
		b.linears[node.Name] = l
		b.params = append(b.params, l.w)
		if l.b != nil {
			b.params = append(b.params, l.b)
		}
		return l, nil
	}
	convolve := func(axes int, w, bias, stride, padding, dilation, groups *ir.Tensor) (layer, error) {
		l, err := newConv(node.Name, x, in, axes, w, stride, padding, dilation, groups)
		if err != nil {
			return nil, err
		}
		grid := ir.Grid{C: w.Shape[0], H: len(l.rows), W: len(l.cols)}
		shape := []int{grid.C, grid.H, grid.W}
		if axes == 1 {
			shape = []int{grid.C, grid.W}
		}
		l.y = give(shape, grid)
		l.b = newParam(node.Name+".bias", grid.C, false)
		b.convs[node.Name] = l
		b.params = append(b.params, l.w, l.b)
		return l, nil
	}
	pool := func(size, stride, padding *ir.Tensor, mean bool) (layer, error) {
		if len(in) != 3 {
			return nil, fmt.Errorf("values of shape %v arrive; it needs channels, rows and columns", in)
		}
		k := []int{int(size.At(0)), int(size.At(1))}
		rows, cols, err := slides(x.grid, 2, k, stride, padding, nil)
		if err != nil {
			return nil, err
		}
		l := &pooling{x: x, rows: rows, cols: cols, factor: 1}
		if mean {
			l.factor = 1 / float32(k[0]*k[1])
		}
		grid := ir.Grid{C: x.grid.C, H: len(rows), W: len(cols)}
		l.y = give([]int{grid.C, grid.H, grid.W}, grid)
		return l, nil
	}
	switch op := node.Op.(type) {
	case *ir.Affine:
		return dense(op.Weight, op.Bias)
	case *ir.Linear:
		return dense(op.Weight, nil)
	case *ir.Conv1d:
		return convolve(1, op.Weight, op.Bias, op.Stride, op.Padding, op.Dilation, op.Groups)
	case *ir.Conv2d:
		return convolve(2, op.Weight, op.Bias, op.Stride, op.Padding, op.Dilation, op.Groups)
	case *ir.SumPool2d:
		return pool(op.KernelSize, op.Stride, op.Padding, false)
	case *ir.AvgPool2d:
		return pool(op.KernelSize, op.Stride, op.Padding, true)
	case *ir.BatchNorm1d:
		return b.norm(node.Name, x, in, give, op.Weight, op.Bias, op.RunningMean, op.RunningVar, op.Eps)
	case *ir.BatchNorm2d:
		return b.norm(node.Name, x, in, give, op.Weight, op.Bias, op.RunningMean, op.RunningVar, op.Eps)
	case *ir.Scale:
		l := &scaling{x: x, y: give(in, x.grid), s: make([]float32, x.n)}
		inner := toInner(x.grid)
		for k := range l.s {
			f := k
			if inner != nil {
				f = inner[k]
			}
			l.s[k] = float32(op.Scale.At(f))
		}
		return l, nil
	case *ir.Flatten: // a renaming: the grid remembers the order
		shape, err := flattened(in, op)
		if err != nil {
			return nil, err
		}
		b.values[i], b.shapes[i], b.flattens[node.Name] = x, shape, in
		x.readers-- // what reads the node reads x
		return nil, nil
	}
	return nil, fmt.Errorf("it cannot be trained through")
}

func (b *builder) norm(name string, x *signal, in []int, give func([]int, ir.Grid) *signal, w, bias, mean, variance, eps *ir.Tensor) (layer, error) {
	c := x.grid.C
	if n := max(len(mean.Data), len(variance.Data)); n != 1 && n != c {
		return nil, fmt.Errorf("its statistics are of %d channels, but %d arrive", n, c)
	}
	l := &norm{node: name, x: x, y: give(in, x.grid), eps: 1e-5, momentum: 0.1, repeats: 1, mean: make([]float64, c), vari: make([]float64, c), single: b.opt.NormSteps}
	if eps != nil {
		l.eps = eps.At(0)
	}
	if x.held {
		l.repeats = b.opt.Compile.Steps
	}
	for i := range l.mean {
		l.mean[i], l.vari[i] = mean.At(i), variance.At(i)
	}
	for _, p := range []struct {
		t  *ir.Tensor
		to **param
		f  string
	}{{w, &l.w, "weight"}, {bias, &l.b, "bias"}} {
		if p.t != nil {
			*p.to = newParam(name+"."+p.f, c, false)
			for i := range (*p.to).v {
				(*p.to).v[i] = float32(p.t.At(i))
			}
			b.params = append(b.params, *p.to)
		}
	}
	b.norms[name] = l
	return l, nil
}

// flattened is the shape after the dimensions start_dim..end_dim are joined.
func flattened(shape []int, op *ir.Flatten) ([]int, error) {
	at := func(t *ir.Tensor, otherwise int) int {
		if t == nil {
			return otherwise
		}
		if d := int(t.At(0)); d < 0 {
			return len(shape) + d
		} else {
			return d
		}
	}
	start, end := at(op.StartDim, 0), at(op.EndDim, len(shape)-1)
	if start < 0 || end >= len(shape) || start > end {
		return nil, fmt.Errorf("it joins dimensions %d to %d, but %v arrives", start, end, shape)
	}
	out := append(append([]int(nil), shape[:start]...), ir.Size(shape[start:end+1]))
	return append(out, shape[end+1:]...), nil
}

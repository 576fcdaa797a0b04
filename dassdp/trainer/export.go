package trainer

import (
	"math"

	"github.com/snnc/snnc/ir"
)

// clone copies a graph and its tensors, so that training leaves the caller's alone.
func clone(g *ir.Graph) *ir.Graph {
	out := &ir.Graph{Name: g.Name, Version: g.Version, Metadata: g.Metadata, Edges: append([]ir.Edge(nil), g.Edges...)}
	for _, n := range g.Nodes {
		op, _ := ir.NewOp(n.Op.Kind())
		from, to := n.Op.Fields(), op.Fields()
		for i := range from {
			if t := *from[i].Value; t != nil {
				c := *t
				c.Data = append([]float64(nil), t.Data...)
				*to[i].Value = &c
			}
		}
		out.Nodes = append(out.Nodes, ir.Node{Name: n.Name, Op: op, Metadata: n.Metadata})
	}
	return out
}

// Graph returns the network as trained so far, with batch normalisation folded
// into the weights before it where they are its only reader. Under
// quantisation-aware training the weights are those that the forward pass used:
// the compiler makes the same integers of them.
func (n *Network) Graph() *ir.Graph {
	g := clone(n.graph)
	for i := range g.Nodes {
		n.store(&g.Nodes[i])
	}
	fold(g)
	return g
}

func f32(v float32) float64 { return float64(v) }

// store writes a node's parameters into its tensors.
func (n *Network) store(node *ir.Node) {
	float := func(t *ir.Tensor) {
		if t.DType != ir.Float64 {
			t.DType = ir.Float32
		}
	}
	if l := n.linears[node.Name]; l != nil {
		var w *ir.Tensor
		switch op := node.Op.(type) {
		case *ir.Affine:
			w, op.Bias = op.Weight, vector(l.b.v)
		case *ir.Linear:
			w = op.Weight
		}
		float(w)
		for i, col := range l.fileOrder() {
			for o := range l.out {
				w.Data[o*l.in+col] = f32(l.eff[i*l.out+o])
			}
		}
	}
	if l := n.convs[node.Name]; l != nil {
		var w *ir.Tensor
		switch op := node.Op.(type) {
		case *ir.Conv1d:
			w, op.Bias = op.Weight, vector(l.b.v)
		case *ir.Conv2d:
			w, op.Bias = op.Weight, vector(l.b.v)
		}
		float(w)
		for i, at := range l.toFile() {
			w.Data[at] = f32(l.eff[i])
		}
	}
	if l := n.norms[node.Name]; l != nil {
		put := func(to **ir.Tensor, p *param) {
			if p != nil {
				*to = vector(p.v)
			}
		}
		stats := func(v []float64) *ir.Tensor {
			return ir.NewTensor(ir.Float64, []int{len(v)}, append([]float64(nil), v...))
		}
		switch op := node.Op.(type) {
		case *ir.BatchNorm1d:
			put(&op.Weight, l.w)
			put(&op.Bias, l.b)
			op.RunningMean, op.RunningVar = stats(l.mean), stats(l.vari)
		case *ir.BatchNorm2d:
			put(&op.Weight, l.w)
			put(&op.Bias, l.b)
			op.RunningMean, op.RunningVar = stats(l.mean), stats(l.vari)
		}
	}
	l := n.neurons[node.Name]
	if l == nil {
		return
	}
	tied := n.inits[[2]string{node.Name, "r"}].Kind == "tau/dt"
	if l.tau == nil && !tied {
		return
	}
	var tau, r *ir.Tensor
	switch op := node.Op.(type) {
	case *ir.LIF:
		tau, r = op.Tau, op.R
	case *ir.LI:
		tau, r = op.Tau, op.R
	}
	if l.tau != nil {
		copy(tau.Data, l.tau.values())
		tau.DType = ir.Float64
	}
	if tied && r != nil {
		*r = *ir.NewTensor(ir.Float64, append([]int(nil), tau.Shape...), append([]float64(nil), tau.Data...))
		for i := range r.Data {
			r.Data[i] /= n.stepTime
		}
	}
}

func vector(v []float32) *ir.Tensor {
	t := ir.NewTensor(ir.Float32, []int{len(v)}, make([]float64, len(v)))
	for i, x := range v {
		t.Data[i] = f32(x)
	}
	return t
}

// fold puts batch normalisations into the Affine, Linear or convolution before
// them, where nothing else reads that.
func fold(g *ir.Graph) {
	for i := 0; i < len(g.Nodes); i++ {
		var w, b, mean, variance, eps *ir.Tensor
		switch op := g.Nodes[i].Op.(type) {
		case *ir.BatchNorm1d:
			w, b, mean, variance, eps = op.Weight, op.Bias, op.RunningMean, op.RunningVar, op.Eps
		case *ir.BatchNorm2d:
			w, b, mean, variance, eps = op.Weight, op.Bias, op.RunningMean, op.RunningVar, op.Eps
		default:
			continue
		}
		name, before, readers := g.Nodes[i].Name, "", 0
		for _, e := range g.Edges {
			if e.To == name {
				readers++
				before = e.From
			}
		}
		if readers != 1 {
			continue
		}
		for _, e := range g.Edges {
			if e.From == before {
				readers++
			}
		}
		at := g.Find(before)
		if readers != 2 || at < 0 {
			continue
		}
		e := 1e-5
		if eps != nil {
			e = eps.At(0)
		}
		var weight, bias *ir.Tensor
		switch op := g.Nodes[at].Op.(type) {
		case *ir.Affine:
			weight, bias = op.Weight, op.Bias
		case *ir.Linear:
			full := &ir.Affine{Weight: op.Weight, Bias: vector(make([]float32, op.Weight.Shape[0]))}
			g.Nodes[at].Op, weight, bias = full, full.Weight, full.Bias
		case *ir.Conv1d:
			weight, bias = op.Weight, op.Bias
		case *ir.Conv2d:
			weight, bias = op.Weight, op.Bias
		default:
			continue
		}
		channels := weight.Shape[0]
		fan := len(weight.Data) / channels
		for c := range channels {
			f, shift := 1/math.Sqrt(variance.At(c)+e), 0.0
			if w != nil {
				f *= w.At(c)
			}
			if b != nil {
				shift = b.At(c)
			}
			for k := c * fan; k < (c+1)*fan; k++ {
				weight.Data[k] = float64(float32(weight.Data[k] * f))
			}
			bias.Data[c] = float64(float32((bias.Data[c]-mean.At(c))*f + shift))
		}
		var edges []ir.Edge
		for _, e := range g.Edges {
			switch {
			case e.To == name:
			case e.From == name:
				edges = append(edges, ir.Edge{From: before, To: e.To})
			default:
				edges = append(edges, e)
			}
		}
		g.Edges = edges
		g.Nodes = append(g.Nodes[:i], g.Nodes[i+1:]...)
		i--
	}
}

// whole is a vector of integers as nir writes sizes.
func whole(v ...int) *ir.Tensor {
	t := ir.NewTensor(ir.Int64, []int{len(v)}, make([]float64, len(v)))
	for i, x := range v {
		t.Data[i] = float64(x)
	}
	return t
}

// Expanded is Graph with all that nir.read and the frameworks' importers tell
// shapes by: a neuron's parameters for each neuron in the population's shape,
// sizes for both axes, input shapes.
func (n *Network) Expanded() *ir.Graph {
	g := n.Graph()
	both := func(t **ir.Tensor) {
		if *t != nil && (*t).DType != ir.Text {
			*t = whole(int((*t).At(0)), int((*t).At(1)))
		}
	}
	for i := range g.Nodes {
		switch op := g.Nodes[i].Op.(type) {
		case *ir.Conv1d:
			op.InputShape = ir.NewTensor(ir.Int64, nil, []float64{float64(n.convs[g.Nodes[i].Name].x.grid.W)})
			for _, t := range []**ir.Tensor{&op.Stride, &op.Padding, &op.Dilation, &op.Groups} {
				if (*t).DType != ir.Text {
					*t = ir.NewTensor(ir.Int64, nil, []float64{(*t).At(0)})
				}
			}
		case *ir.Conv2d:
			grid := n.convs[g.Nodes[i].Name].x.grid
			op.InputShape = whole(grid.H, grid.W)
			both(&op.Stride)
			both(&op.Padding)
			both(&op.Dilation)
			op.Groups = ir.NewTensor(ir.Int64, nil, []float64{op.Groups.At(0)})
		case *ir.SumPool2d:
			both(&op.KernelSize)
			both(&op.Stride)
			both(&op.Padding)
		case *ir.AvgPool2d:
			both(&op.KernelSize)
			both(&op.Stride)
			both(&op.Padding)
		case *ir.Flatten:
			op.InputShape = whole(n.flattens[g.Nodes[i].Name]...)
		}
		l := n.neurons[g.Nodes[i].Name]
		if l == nil {
			continue
		}
		var shape []int
		for k := range n.net.Populations {
			if n.net.Populations[k].Name == g.Nodes[i].Name {
				shape = n.net.Populations[k].Shape
			}
		}
		for _, f := range g.Nodes[i].Op.Fields() {
			t := *f.Value
			if t == nil {
				continue
			}
			v := make([]float64, l.n)
			for k := range v {
				v[k] = t.At(k)
			}
			dtype := t.DType
			if _, whole := map[ir.DType]bool{ir.Float32: true, ir.Float64: true}[dtype]; !whole {
				dtype = ir.Float64
			}
			*f.Value = ir.NewTensor(dtype, append([]int(nil), shape...), v)
		}
	}
	return g
}

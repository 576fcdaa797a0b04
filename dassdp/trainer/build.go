package trainer

import (
	"fmt"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/ir"
)

// Model is a network as its file describes it, perhaps without weights.
type Model struct {
	Name  string
	Graph *ir.Graph
	Hints ir.Hints
	Inits []modeljson.Init
}

// Network is a model made ready to be trained.
type Network struct {
	opt    Options
	graph  *ir.Graph // in line
	net    *ir.Network
	inits  map[[2]string]modeljson.Init
	pool   *pool
	params []*param

	inputs  []*signal
	sinks   []*signal
	signals []*signal
	stages  []stage
	linears map[string]*linear
	convs   map[string]*conv
	norms   map[string]*norm
	neurons map[string]*neuron
	// flattens are the shapes that Flatten nodes take.
	flattens map[string][]int
	quant    *quantiser // nil: real weights
	batch    int        // capacity

	stepTime float64 // seconds
}

// stage is a layer that takes all its steps at once, or the layers of a loop,
// which take each step together.
type stage struct{ layers []layer }

// builder holds what is known while layers are made.
type builder struct {
	*Network
	names   []string
	index   map[string]int
	in, out [][]int
	late    map[[2]int]bool // edges that hold their values for a step
	values  []*signal       // what each node gives
	shapes  [][]int         // its shape in the graph
	needs   []bool
	pops    map[string]*ir.Population
	joins   map[int]*join
	loops   []int // of each node: number of its strongly connected component
}

// NewNetwork makes a network for batches of up to o.Batch samples.
func NewNetwork(m *Model, o Options) (*Network, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	g, err := compiler.Inlined(m.Graph)
	if err != nil {
		return nil, err
	}
	g = clone(g)
	net, err := compiler.Normalised(g, m.Name, o.Compile)
	if err != nil {
		return nil, err
	}
	n := &Network{opt: o, graph: g, net: net, inits: map[[2]string]modeljson.Init{}, batch: o.Batch,
		linears: map[string]*linear{}, convs: map[string]*conv{}, norms: map[string]*norm{}, neurons: map[string]*neuron{}, flattens: map[string][]int{}}
	for _, in := range m.Inits {
		n.inits[[2]string{in.Node, in.Field}] = in
	}
	b := &builder{Network: n, index: map[string]int{}, late: map[[2]int]bool{}, joins: map[int]*join{}, pops: map[string]*ir.Population{}}
	if err := b.topology(); err != nil {
		return nil, err
	}
	if err := b.layers(); err != nil {
		return nil, err
	}
	if err := n.initialise(); err != nil {
		return nil, err
	}
	if o.WeightBits > 0 {
		if n.quant, err = newQuantiser(b); err != nil {
			return nil, err
		}
	}
	n.pool = newPool(o.Workers)
	n.alloc()
	n.prepare()
	return n, nil
}

// Close ends the network's goroutines.
func (n *Network) Close() { n.pool.close() }

// topology finds the edges that close loops, from what the compiler decided
// for populations, and which nodes have a parameter before them.
func (b *builder) topology() error {
	for i, node := range b.graph.Nodes {
		b.index[node.Name] = i
		b.names = append(b.names, node.Name)
	}
	b.in, b.out = make([][]int, len(b.names)), make([][]int, len(b.names))
	for _, e := range b.graph.Edges {
		from, to := b.index[e.From], b.index[e.To]
		b.in[to], b.out[from] = append(b.in[to], from), append(b.out[from], to)
	}
	for i := range b.net.Populations {
		b.pops[b.net.Populations[i].Name] = &b.net.Populations[i]
	}
	back := map[[2]string]bool{}
	for _, pr := range b.net.Projections {
		if !pr.FromInput && pr.Delay > 0 {
			back[[2]string{b.net.Populations[pr.Source].Name, b.net.Populations[pr.Target].Name}] = true
		}
	}
	for from, node := range b.graph.Nodes {
		if _, ok := node.Op.(*ir.Delay); ok {
			return fmt.Errorf("node %q (Delay): delays are not trained through; remove it, or train without it", node.Name)
		}
		if !b.spiking(from) {
			continue
		}
		for _, to := range b.out[from] {
			late, prompt := false, false
			for _, p := range b.reached(to, map[int]bool{}) {
				if back[[2]string{node.Name, b.names[p]}] {
					late = true
				} else {
					prompt = true
				}
			}
			if late && prompt {
				return fmt.Errorf("edge %q -> %q: it closes a loop to one neuron node and not to another; give each its own weights", node.Name, b.names[to])
			}
			b.late[[2]int{from, to}] = late
		}
	}
	b.needs = make([]bool, len(b.names))
	var mark func(i int)
	mark = func(i int) {
		if !b.needs[i] {
			b.needs[i] = true
			for _, to := range b.out[i] {
				mark(to)
			}
		}
	}
	for i, node := range b.graph.Nodes {
		if _, tau := b.inits[[2]string{node.Name, "tau"}]; tau || isWeighted(node.Op) {
			mark(i)
		}
	}
	b.components()
	return nil
}

func (b *builder) spiking(i int) bool {
	return b.pops[b.names[i]] != nil && !isOutput(b.graph.Nodes[i].Op)
}

func isOutput(op ir.Op) bool { _, ok := op.(*ir.Output); return ok }

func isWeighted(op ir.Op) bool {
	switch op.(type) {
	case *ir.Affine, *ir.Linear, *ir.Conv1d, *ir.Conv2d, *ir.BatchNorm1d, *ir.BatchNorm2d:
		return true
	}
	return false
}

// reached lists the neuron and Output nodes that a node leads to without
// another neuron between.
func (b *builder) reached(i int, seen map[int]bool) []int {
	if seen[i] {
		return nil
	}
	seen[i] = true
	if b.spiking(i) || isOutput(b.graph.Nodes[i].Op) {
		return []int{i}
	}
	var list []int
	for _, to := range b.out[i] {
		list = append(list, b.reached(to, seen)...)
	}
	return list
}

// components numbers the strongly connected components (Tarjan 1972).
func (b *builder) components() {
	n := len(b.names)
	b.loops = make([]int, n)
	number, low := make([]int, n), make([]int, n)
	on := make([]bool, n)
	var stack []int
	next, count := 0, 0
	var visit func(i int)
	visit = func(i int) {
		next++
		number[i], low[i] = next, next
		stack, on[i] = append(stack, i), true
		for _, to := range b.out[i] {
			if number[to] == 0 {
				visit(to)
				low[i] = min(low[i], low[to])
			} else if on[to] {
				low[i] = min(low[i], number[to])
			}
		}
		if low[i] == number[i] {
			for {
				k := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				on[k] = false
				b.loops[k] = count
				if k == i {
					break
				}
			}
			count++
		}
	}
	for i := range n {
		if number[i] == 0 {
			visit(i)
		}
	}
}

// order lists the nodes so that all but late edges lead forwards and the nodes
// of a loop stand together. Components come in topological order of numbers
// counted down (Tarjan gives them in reverse).
func (b *builder) order() []int {
	n := len(b.names)
	members := map[int][]int{}
	most := 0
	for i, c := range b.loops {
		members[c] = append(members[c], i)
		most = max(most, c)
	}
	var out []int
	done := make([]bool, n)
	for c := most; c >= 0; c-- {
		left := members[c]
		for len(left) > 0 {
			var rest []int
			for _, i := range left {
				ready := true
				for _, from := range b.in[i] {
					ready = ready && (done[from] || b.late[[2]int{from, i}])
				}
				if ready {
					out, done[i] = append(out, i), true
				} else {
					rest = append(rest, i)
				}
			}
			if len(rest) == len(left) {
				return nil // a loop without a late edge: the compiler has refused it
			}
			left = rest
		}
	}
	return out
}

// layers makes signals and layers in order.
func (b *builder) layers() error {
	order := b.order()
	if order == nil {
		return fmt.Errorf("a loop of edges passes no neuron; it needs one to hold it for a step")
	}
	b.values, b.shapes = make([]*signal, len(b.names)), make([][]int, len(b.names))
	for i, name := range b.names {
		if p := b.pops[name]; p != nil && b.spiking(i) {
			b.values[i], b.shapes[i] = b.signal(name, p.Grid, false, b.needs[i]), p.Shape
			b.values[i].spikes = !p.Graded
		}
	}
	stages := map[int]int{}
	for _, i := range order {
		made, err := b.node(i)
		if err != nil {
			n := b.graph.Nodes[i]
			return fmt.Errorf("node %q (%s): %w", n.Name, n.Op.Kind(), err)
		}
		at, ok := stages[b.loops[i]]
		if !ok {
			at = len(b.stages)
			stages[b.loops[i]] = at
			b.stages = append(b.stages, stage{})
		}
		b.stages[at].layers = append(b.stages[at].layers, made...)
	}
	for _, s := range b.stages {
		for _, l := range s.layers {
			if n, ok := l.(*norm); ok && b.inLoop(n.node) {
				return fmt.Errorf("node %q: batch normalisation within a loop would need the statistics of steps to come; move it out of the loop", n.node)
			}
		}
	}
	return nil
}

func (b *builder) inLoop(name string) bool {
	i, n := b.index[name], 0
	for _, c := range b.loops {
		if c == b.loops[i] {
			n++
		}
	}
	return n > 1
}

func (b *builder) signal(name string, grid ir.Grid, held, needs bool) *signal {
	s := &signal{name: name, grid: grid, n: grid.Size(), held: held, needs: needs, add: held}
	b.signals = append(b.signals, s)
	return s
}

// source returns what arrives at a node, and the layer that adds it up where
// one edge does not bring it as it is.
func (b *builder) source(i int) (*signal, []int, []layer, error) {
	if len(b.in[i]) == 1 && !b.late[[2]int{b.in[i][0], i}] {
		from := b.in[i][0]
		b.read(b.values[from])
		return b.values[from], b.shapes[from], nil, nil
	}
	j := &join{}
	held, needs := true, false
	var first *signal
	var shape []int
	for _, from := range b.in[i] {
		s, late := b.values[from], b.late[[2]int{from, i}]
		if s == nil {
			return nil, nil, nil, fmt.Errorf("what %q gives is not known", b.names[from])
		}
		b.read(s)
		if late {
			s.add = true // its last step is not read
		}
		j.edges = append(j.edges, joinEdge{x: s, late: late})
		held, needs = held && s.held, needs || s.needs
		switch {
		case first == nil:
			first, shape = s, b.shapes[from]
		case first.n != s.n:
			return nil, nil, nil, fmt.Errorf("edges into it carry %d and %d values; they must agree", first.n, s.n)
		case first.grid != s.grid && (toInner(first.grid) != nil || toInner(s.grid) != nil):
			return nil, nil, nil, fmt.Errorf("edges into it carry images of %v and %v; training needs them alike", first.grid, s.grid)
		}
	}
	j.y = b.signal(b.names[i]+" (sum)", first.grid, held, needs)
	b.read(j.y)
	b.joins[i] = j
	return j.y, shape, []layer{j}, nil
}

func (b *builder) read(s *signal) {
	s.readers++
	s.add = s.add || s.readers > 1
}

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
	l := &norm{node: name, x: x, y: give(in, x.grid), eps: 1e-5, momentum: 0.1, repeats: 1, mean: make([]float64, c), vari: make([]float64, c), invStd: make([]float64, c)}
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

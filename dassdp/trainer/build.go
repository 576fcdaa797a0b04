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

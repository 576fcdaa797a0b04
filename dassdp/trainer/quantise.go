package trainer

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// quantiser gives the forward pass the weights that the compiler's quantiser
// makes of the real ones; gradients go straight through to the real ones
// (straight-through estimator). The scale is the compiler's, one a channel of
// the population that the weights feed, over all the layers that feed it.
type quantiser struct {
	bits   int
	groups []*quantGroup
}

// quantGroup are the layers that feed one population.
type quantGroup struct {
	name   string
	layers []quantLayer
	gain   []float64   // of each channel
	shared bool        // one scale for all channels: a plastic population
	other  bool        // spikes or inputs reach it through poolings and the like alone
	skips  []*joinEdge // spikes of other populations as they are, a weight of 1
}

// quantLayer is a layer's weights as [groups][K][out].
type quantLayer struct {
	node    string
	w, eff  []float32
	groups  int
	fan     int
	out     int     // channels of a group
	input   float64 // real value of the source's integer 1
	between bool    // something scales between it and the population
}

// newQuantiser finds the groups and refuses networks whose weights the
// compiler merges before it quantises.
func newQuantiser(b *builder) (*quantiser, error) {
	q := &quantiser{bits: b.opt.WeightBits}
	owner := map[string]string{}
	for i := range b.graph.Nodes {
		name := b.names[i]
		pop := b.pops[name]
		if pop == nil {
			continue
		}
		g := &quantGroup{name: name, shared: pop.Plastic != nil, gain: make([]float64, pop.Grid.C)}
		for c := range g.gain {
			g.gain[c] = 1
		}
		if n := b.neurons[name]; n != nil {
			for c := range g.gain {
				g.gain[c] = float64(n.gain[c]) // channel-last: the first pixel's
			}
		}
		if err := q.gather(b, g, i, false, map[int]bool{}); err != nil {
			return nil, fmt.Errorf("quantisation-aware training: node %q: %w", name, err)
		}
		for _, l := range g.layers {
			if other, ok := owner[l.node]; ok {
				return nil, fmt.Errorf("quantisation-aware training: node %q feeds %q and %q; the compiler makes two copies with scales of their own, so give each its own weights", l.node, other, name)
			}
			owner[l.node] = name
			if (l.between || g.other) && len(g.layers) > 1 || g.other {
				return nil, fmt.Errorf("quantisation-aware training: node %q: several ways lead to it and %q, or another, passes a pooling or a normalisation; their common scale is known after folding alone", name, l.node)
			}
		}
		if len(g.layers) > 0 {
			if j := b.joins[i]; j != nil {
				for k, from := range b.in[i] {
					if b.spiking(from) {
						j.edges[k].weight = make([]float32, j.y.n)
						g.skips = append(g.skips, &j.edges[k])
					}
				}
			}
			if len(g.skips) > 0 && (g.layers[0].between || g.other) {
				return nil, fmt.Errorf("quantisation-aware training: node %q: spikes reach it as they are beside weights that pass a pooling or a normalisation; their common scale is known after folding alone", name)
			}
			q.groups = append(q.groups, g)
		}
	}
	for _, l := range b.linears {
		l.eff = make([]float32, len(l.w.v))
	}
	for _, l := range b.convs {
		l.eff = make([]float32, len(l.w.v))
	}
	for _, g := range q.groups {
		for i := range g.layers {
			l := &g.layers[i]
			if d := b.linears[l.node]; d != nil {
				l.w, l.eff = d.w.v, d.eff
			} else {
				c := b.convs[l.node]
				l.w, l.eff = c.w.v, c.eff
			}
		}
	}
	return q, nil
}

// gather walks back from a population to the weights that feed it.
func (q *quantiser) gather(b *builder, g *quantGroup, i int, between bool, seen map[int]bool) error {
	for _, from := range b.in[i] {
		if b.spiking(from) {
			g.other = g.other || between
			continue
		}
		if seen[from] {
			continue
		}
		seen[from] = true
		node := b.graph.Nodes[from]
		switch node.Op.(type) {
		case *ir.Input:
			g.other = true
		case *ir.Affine, *ir.Linear:
			l := b.linears[node.Name]
			input, err := q.source(b, from)
			if err != nil {
				return err
			}
			g.layers = append(g.layers, quantLayer{node: node.Name, groups: 1, fan: l.in, out: l.out, input: input, between: between})
		case *ir.Conv1d, *ir.Conv2d:
			l := b.convs[node.Name]
			input, err := q.source(b, from)
			if err != nil {
				return err
			}
			g.layers = append(g.layers, quantLayer{node: node.Name, groups: l.groups, fan: l.fan(), out: l.cout, input: input, between: between})
		case *ir.Flatten:
			if err := q.gather(b, g, from, between, seen); err != nil {
				return err
			}
		default:
			if err := q.gather(b, g, from, true, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// source is the real value of the integer 1 of what a weighted node reads.
func (q *quantiser) source(b *builder, i int) (float64, error) {
	scale := 0.0
	for _, from := range b.in[i] {
		s := 1.0
		if !b.spiking(from) {
			switch op := b.graph.Nodes[from].Op.(type) {
			case *ir.Input:
				s = b.opt.Compile.Input.Scale
			case *ir.Affine, *ir.Linear, *ir.Conv1d, *ir.Conv2d, *ir.BatchNorm1d, *ir.BatchNorm2d:
				return 0, fmt.Errorf("%q (%s) stands before %q without a neuron between; the compiler merges the two", b.names[from], op.Kind(), b.names[i])
			default:
				var err error
				if s, err = q.source(b, from); err != nil {
					return 0, err
				}
			}
		}
		if scale != 0 && scale != s {
			return 0, fmt.Errorf("%q reads an input and spikes through one weight; give each its own", b.names[i])
		}
		scale = s
	}
	return scale, nil
}

// quantise sets the effective weights.
func (q *quantiser) quantise(p *pool) {
	for _, g := range q.groups {
		channels := len(g.gain)
		if g.shared {
			top := 0.0
			for c := range channels {
				top = math.Max(top, g.top(c))
			}
			scale := numerics.WeightScale(1, top, q.bits)
			p.pieces(channels, 16, func(a, b int) {
				for c := a; c < b; c++ {
					g.set(c, scale, q.bits)
				}
			})
			continue
		}
		p.pieces(channels, 16, func(a, b int) {
			for c := a; c < b; c++ {
				g.set(c, numerics.WeightScale(1, g.top(c), q.bits), q.bits)
			}
		})
	}
}

// column gives the first weight of channel c, its stride and the gain: as the
// compiler, the weight is multiplied by the gain and then by the input's unit.
func (l *quantLayer) column(c int) (first int) {
	g := c / l.out
	return g*l.fan*l.out + c%l.out
}

func (g *quantGroup) top(c int) float64 {
	top := 0.0
	if len(g.skips) > 0 {
		top = g.gain[c]
	}
	for i := range g.layers {
		l := &g.layers[i]
		at := l.column(c)
		for range l.fan {
			top = math.Max(top, math.Abs(float64(l.w[at])*g.gain[c]*l.input))
			at += l.out
		}
	}
	return top
}

func (g *quantGroup) set(c int, scale float64, bits int) {
	for _, e := range g.skips {
		w := float32(float64(numerics.Weight(g.gain[c], scale, bits)) * scale / g.gain[c])
		for i := c; i < len(e.weight); i += len(g.gain) {
			e.weight[i] = w
		}
	}
	for i := range g.layers {
		l := &g.layers[i]
		at := l.column(c)
		back := scale / g.gain[c] / l.input
		for range l.fan {
			q := numerics.Weight(float64(l.w[at])*g.gain[c]*l.input, scale, bits)
			l.eff[at] = float32(float64(q) * back)
			at += l.out
		}
	}
}

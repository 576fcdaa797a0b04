package lava

import (
	"errors"
	"fmt"
	"slices"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// builder puts layers one after the other.
type builder struct {
	net     *ir.Network
	options Options
	started bool
	grid    ir.Grid // of what arrives at the next layer
	joined  bool    // after a flatten: the values are a vector, in the grid's order
	delay   []int   // of the last population's spikes
	neurons int     // so far
	ended   bool    // the last population does not fire
}

// input names the network's stimulus.
const input = "input"

// add appends a layer; l.err tells what is wrong with it.
func (b *builder) add(l *layer) {
	if b.ended {
		l.fail("the layer before it has no neurons, and so no spikes; only the last layer may have none")
	}
	switch l.kind {
	case "input":
		b.input(l)
	case "flatten":
		l.only("type", "shape")
		if !b.started {
			l.fail("a network begins with an input or a dense layer")
		}
		b.joined = true
	case "dense":
		l.only("type", "shape", "weight", "bias", "delay", "neuron", "inFeatures", "outFeatures")
		shape, grid := l.dims()
		grid = ir.Grid{C: grid.Size(), H: 1, W: 1}
		if !b.started && l.err == nil {
			n := l.require("inFeatures", 1, maxNeurons)
			b.source([]int{n}, ir.Encoding{Bits: 1, Scale: 1}, 1)
		}
		b.weighted(l, shape, grid, func() ir.Projection { return l.dense(b.grid, grid) })
	case "conv", "pool":
		l.only("type", "shape", "weight", "bias", "delay", "neuron", "inChannels", "outChannels", "kernelSize", "stride", "padding", "dilation", "groups")
		shape, grid := l.dims()
		if l.err == nil && (!b.started || b.joined || len(shape) != 3) {
			l.fail("its shape is %v; an image [channels, height, width] must arrive and leave, from an input, conv or pool layer before it", shape)
		}
		b.weighted(l, shape, grid, func() ir.Projection {
			if l.kind == "pool" {
				return l.pool(b.grid, grid)
			}
			return l.conv(b.grid, grid)
		})
	default:
		l.fail("this type is not supported; %s", supported)
	}
}

// source starts the network with a stimulus.
func (b *builder) source(shape []int, e ir.Encoding, scale float64) {
	if o := b.options.Input; o.Bits != 0 {
		e = o
	}
	if e.Scale = b.options.Input.Scale; e.Scale == 0 {
		e.Scale = scale
	}
	b.grid = ir.GridOf(shape)
	b.net.Inputs = []ir.Source{{Name: input, Shape: shape, N: b.grid.Size(), Input: e}}
	b.started = true
}

// input is a layer without a neuron, which passes spikes on, or neurons that
// the current weight·x + bias drives.
func (b *builder) input(l *layer) {
	l.only("type", "shape", "weight", "bias", "neuron")
	if b.started {
		l.fail("only the first layer may be an input")
	}
	shape, grid := l.dims()
	n, present := l.neuron()
	if l.err != nil {
		return
	}
	if !present {
		if l.group.Has("weight") || l.group.Has("bias") {
			l.fail("it has a weight or bias but no neuron that takes it")
		}
		b.source(shape, ir.Encoding{Bits: 1, Scale: 1}, 1)
		return
	}
	w := l.integer("weight", 64, -maxWeight, maxWeight)
	if w == 0 {
		l.fail("field \"weight\" is 0, so that no input reaches the network")
	}
	if l.err != nil {
		return
	}
	sign, size := int16(1), w
	if w < 0 {
		sign, size = -1, -w
	}
	bits := max(8, numerics.BitsFor(int64(-size), int64(size)))
	b.source(shape, ir.Encoding{Bits: bits, Signed: true, Held: true}, 1/float64(size))
	p := ir.Projection{Pre: grid, Post: grid, Groups: grid.C, KH: 1, KW: 1, Rows: each(grid.H), Cols: each(grid.W), Q: slices.Repeat([]int16{sign}, grid.C)}
	b.append(l, l.population(n, grid, shape, l.bias(grid)), p)
	e := b.net.Inputs[0].Input
	b.net.Decisions = append(b.net.Decisions, ir.Decision{Subject: input, Choice: fmt.Sprintf("integers of %d bits, each worth %.6g", e.Bits, e.Scale),
		Reason: fmt.Sprintf("the input layer's weight is %d; its current is round(%d·x) plus the bias", w, w)})
}

func each(n int) [][]ir.Tap {
	taps := make([][]ir.Tap, n)
	for i := range taps {
		taps[i] = []ir.Tap{{Source: i}}
	}
	return taps
}

// weighted appends a layer with synapses.
func (b *builder) weighted(l *layer, shape []int, grid ir.Grid, projection func() ir.Projection) {
	if l.err != nil {
		return
	}
	n, present := l.neuron()
	bias := l.bias(grid)
	pr := projection()
	late := l.delays(grid)
	switch {
	case l.err != nil:
	case !present && (!l.last || l.kind != "dense"):
		l.fail("it has no neuron; only a last dense layer may have none")
	case !present:
		b.append(l, l.affine(grid, shape, bias), pr)
		b.decide(l, "the sums leave the network, one a step", "the last layer has no neuron")
	default:
		b.append(l, l.population(n, grid, shape, bias), pr)
		if n.graded {
			b.decide(l, "the membranes leave the network", fmt.Sprintf("vThMant is %d, which no membrane exceeds", n.vThMant))
		}
	}
	b.delay, b.joined = late, false
}

func (b *builder) decide(l *layer, choice, reason string) {
	b.net.Decisions = append(b.net.Decisions, ir.Decision{Subject: l.name(), Choice: choice, Reason: reason})
}

// append adds a population and its synapses: one projection for each delay
// that the source's spikes have.
func (b *builder) append(l *layer, p ir.Population, pr ir.Projection) {
	if b.neurons += p.N; l.err == nil && b.neurons > 1<<24 {
		l.fail("the network has more than %d neurons", 1<<24)
	}
	if l.err != nil {
		return
	}
	net := b.net
	index := len(net.Populations)
	pr.Name, pr.Target, pr.FromInput, pr.Source = l.name(), index, index == 0, max(0, index-1)
	scale := 1.0
	if pr.FromInput {
		scale = net.Inputs[0].Input.Scale
	}
	if !b.options.Together {
		p.Level = index
	} else if !pr.FromInput {
		pr.Delay = 1
	}
	for _, part := range split(pr, b.delay) {
		if len(part.Q) == 0 {
			l.fail("delays of single neurons (field \"delay\" of the layer before it) need a dense layer behind them; one number a channel is allowed")
			return
		}
		part.Weight = make([]float64, len(part.Q))
		for i, w := range part.Q {
			part.Weight[i] = float64(int64(w)<<p.Q.Frac) / scale
		}
		net.Projections = append(net.Projections, part)
	}
	b.grid, b.ended = p.Grid, p.Graded
	net.Populations = append(net.Populations, p)
	if err := b.widths(index); err != nil {
		l.fail("%w", err)
	}
}

// split gives the sources of each delay a projection of their own, ascending,
// in which the weights of all others are 0. Q is empty where that cannot be.
func split(pr ir.Projection, delay []int) []ir.Projection {
	if delay == nil {
		return []ir.Projection{pr}
	}
	distinct := slices.Clone(delay)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	var parts []ir.Projection
	for _, d := range distinct {
		part := pr
		part.Delay += d
		if len(distinct) > 1 {
			part.Q = nil
			if len(delay) == pr.Pre.C || pr.Dense() {
				part.Q = slices.Clone(pr.Q)
				in, each := pr.Pre.C/pr.Groups, pr.KH*pr.KW
				for i := range part.Q {
					source := i / (in * each) / (pr.Post.C / pr.Groups) * in // the group's first channel
					source += i / each % in
					if len(delay) != pr.Pre.C {
						source = i % len(delay)
					}
					if delay[source] != d {
						part.Q[i] = 0
					}
				}
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// widths proves the accumulator of a population and sizes its weights
// (docs/numerics.md section 2).
func (b *builder) widths(index int) error {
	p := &b.net.Populations[index]
	sums := make([]int64, p.Grid.C)
	widest := int16(1)
	for i := range b.net.Projections {
		pr := &b.net.Projections[i]
		if pr.Target != index {
			continue
		}
		full := int64(1)
		if pr.FromInput {
			full = int64(1)<<b.net.Inputs[0].Input.Bits - 1
		}
		rows, cols := most(pr.Rows, pr.KH), most(pr.Cols, pr.KW)
		fan := pr.Fan()
		for k, w := range pr.Q {
			w = max(w, -w)
			widest = max(widest, w)
			sums[k/fan] += int64(w) * full * rows[k/pr.KW%pr.KH] * cols[k%pr.KW]
		}
	}
	top := slices.Max(sums)
	p.Q.WeightBits = numerics.BitsFor(int64(-widest), int64(widest))
	if p.Q.AccBits = max(numerics.BitsFor(-top, top), p.Q.WeightBits); p.Q.AccBits > 32 {
		return fmt.Errorf("a sum of its synapses can need %d bits; the machine has 32", p.Q.AccBits)
	}
	if p.Graded && p.Q.Frac == 0 && p.Decay[0] == 0 {
		reach := top
		for _, x := range p.Q.Bias {
			reach = max(reach, top+int64(max(x, -x)))
		}
		if p.Q.StateBits = max(4, numerics.BitsFor(-reach, reach)); p.Q.StateBits > 32 {
			return fmt.Errorf("an output can need %d bits; the machine has 32", p.Q.StateBits)
		}
	}
	return nil
}

// most counts how often one target row meets each kernel row.
func most(taps [][]ir.Tap, n int) []int64 {
	out, here := make([]int64, n), make([]int64, n)
	for _, list := range taps {
		clear(here)
		for _, t := range list {
			here[t.Kernel]++
			out[t.Kernel] = max(out[t.Kernel], here[t.Kernel])
		}
	}
	return out
}

// finish checks the whole and names the output.
func (b *builder) finish() error {
	net := b.net
	if len(net.Populations) == 0 {
		return errors.New("no layer has neurons; " + supported)
	}
	if e := net.Inputs[0].Input; e.Bits < 1 || e.Bits > 16 || !(e.Scale > 0) {
		return fmt.Errorf("the input has %d bits and a scale of %v; 1 to 16 bits and a scale above 0 are allowed", e.Bits, e.Scale)
	}
	last := len(net.Populations) - 1
	net.Outputs = []ir.Sink{{Name: net.Populations[last].Name, Population: last}}
	choice := ir.Decision{Subject: net.Name, Choice: "every layer starts when the first spikes can reach it", Reason: "option together is off: one step a layer, reset layer by layer"}
	if b.options.Together {
		choice.Choice, choice.Reason = "all layers start at once, spikes take one step", "option together"
	}
	net.Decisions = append(net.Decisions, choice)
	return nil
}

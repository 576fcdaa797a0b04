package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// passPartition cuts every population into parts that fit a core: vectors into
// runs of neurons, images into runs of rows, and by channels where one row is
// too much or the weights are.
func passPartition(net *ir.Network, o Options) ([]ir.Core, error) {
	var cores []ir.Core
	for li := range net.Populations {
		p := &net.Populations[li]
		if o.limits != nil {
			o.CoreNeurons = o.limits[li]
		}
		if p.Graded && p.Q.StateBits > o.WordBits {
			return nil, fmt.Errorf("node %q: its membrane has %d bits and is read out in words of %d; use word-bits 32 or fewer threshold-bits",
				p.Name, p.Q.StateBits, o.WordBits)
		}
		parts, err := cut(p, o)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			c := ir.Core{Layer: li, Part: part, Level: p.Level, Neuron: p.Neuron,
				WeightBits: p.Q.WeightBits, AccBits: p.Q.AccBits, StateBits: p.Q.StateBits, Frac: p.Q.Frac, DecayBits: p.Q.DecayBits}
			c.Lanes = min(lanesOf(p, o), pow2(part.Channels))
			c.Update = min(o.Update, c.Lanes, o.WordBits)
			if p.Graded {
				c.Update = 1
			}
			if v := o.Overlay; v != nil { // weights and sums may be narrower than the machine's
				c.Lanes, c.Update, c.WeightBits, c.AccBits = v.Lanes, v.Update, max(v.WeightBits, c.WeightBits), max(v.AccBits, c.AccBits)
			}
			pixels := part.Rows * p.Grid.W
			c.Blocks = ceilDiv(part.Channels, c.Lanes)
			c.Groups = pixels * c.Blocks
			c.N = (pixels-1)*c.Pitch() + part.Channels
			c.Plastic = p.Plastic
			cores = append(cores, c)
		}
	}
	return cores, nil
}

// lanesOf is the number of lanes for a population: as wanted, but no more than
// it has channels, nor than lets a core hold one row of its image.
func lanesOf(p *ir.Population, o Options) int {
	if o.Overlay != nil {
		return o.Lanes
	}
	lanes := min(o.Lanes, pow2(p.Grid.C))
	for p.Grid.H*p.Grid.W > 1 && lanes > 1 && p.Grid.W*lanes > o.CoreNeurons {
		lanes /= 2
	}
	return lanes
}

func cut(p *ir.Population, o Options) ([]ir.Part, error) {
	g := p.Grid
	lanes := lanesOf(p, o)
	if g.W*lanes > o.CoreNeurons && g.H*g.W > 1 {
		return nil, fmt.Errorf("node %q: a row of %d pixels is more than the %d neurons of a core; use more core-neurons", p.Name, g.W, o.CoreNeurons)
	}
	channels, rows := g.C, g.H
	switch {
	case p.Plastic != nil: // the unit counts all of its neurons
	case g.H*g.W == 1:
		slices := ceilDiv(p.N, o.CoreNeurons)
		channels = ceilDiv(ceilDiv(p.N, slices), o.WordBits) * o.WordBits
	default:
		pitch := ceilDiv(g.C, lanes) * lanes
		if blocks := o.CoreNeurons / (g.W * lanes); g.W*pitch > o.CoreNeurons {
			channels = ceilDiv(ceilDiv(g.C, lanes), ceilDiv(ceilDiv(g.C, lanes), blocks)) * lanes
			pitch = channels
		}
		most := max(1, o.CoreNeurons/(g.W*pitch))
		rows = ceilDiv(g.H, ceilDiv(g.H, most))
	}
	var parts []ir.Part
	for c := 0; c < g.C; c += channels {
		for y := 0; y < g.H; y += rows {
			parts = append(parts, ir.Part{Channel: c, Channels: min(channels, g.C-c), Row: y, Rows: min(rows, g.H-y)})
		}
	}
	return parts, nil
}

// sees tells whether any neuron of a target part has a synapse from a source part.
func sees(pr *ir.Projection, target, source ir.Part) bool {
	in, out := pr.Pre.C/pr.Groups, pr.Post.C/pr.Groups
	first, last := target.Channel/out*in, (target.Channel+target.Channels-1)/out*in+in
	if source.Channel >= last || source.Channel+source.Channels <= first {
		return false
	}
	for _, taps := range pr.Rows[target.Row : target.Row+target.Rows] {
		for _, t := range taps {
			if t.Source >= source.Row && t.Source < source.Row+source.Rows {
				return true
			}
		}
	}
	return false
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// pow2 is the smallest power of two that is at least n.
func pow2(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

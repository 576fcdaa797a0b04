package compiler

import (
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// image fills the memories of the core.
func (l *layout) image() {
	c := l.c
	if l.c.Segments == nil {
		return
	}
	for i := range c.Segments {
		if c.Segments[i].External {
			c.Segments[i].Base -= c.InputBase
		}
	}
	c.Weights = make([]int16, c.Blocks*c.Rows*c.Lanes)
	for i := range l.filled {
		l.weights(&l.filled[i])
	}
	l.params()
}

// weights puts a kernel into its rows. Row (ky·KW + kx)·span + j of block b
// holds the synapses from source channel rows.channel + b·step + j.
func (l *layout) weights(k *laidKernel) {
	c, pr := l.c, k.pr
	in, out := pr.Pre.C/pr.Groups, pr.Post.C/pr.Groups
	for n := range c.Part.Channels {
		channel, block, lane := c.Part.Channel+n, n/c.Lanes, n%c.Lanes
		from := k.rows.channel
		if k.rows.grouped {
			from += block * k.rows.step
		}
		last := min(k.rows.span, k.src.part.Channel+k.src.part.Channels-from)
		for j := range last {
			i := from + j - channel/out*in // within the channel's group
			if i < 0 || i >= in {
				continue
			}
			for e := range pr.KH * pr.KW {
				row := block*c.Rows + k.rows.base + e*k.rows.span + j
				c.Weights[row*c.Lanes+lane] = pr.Q[(channel*in+i)*pr.KH*pr.KW+e]
			}
		}
	}
}

// params fills the parameters, one set a block where all pixels agree. Silent
// slots have no bias and the largest threshold.
func (l *layout) params() {
	c := l.c
	q := l.net.Populations[c.Layer].Q
	c.Shared = c.Groups > c.Blocks && l.pixelsAgree(q)
	slots := c.Groups * c.Lanes
	if c.Shared {
		slots = c.Blocks * c.Lanes
	}
	fill := func(v []int32, empty int32) []int32 {
		out := make([]int32, slots)
		for s := range out {
			if n, ok := l.p.NeuronAt(c, s); ok {
				out[s] = ir.At(v, n)
			} else {
				out[s] = empty
			}
		}
		return out
	}
	c.Threshold, c.Bias = fill(q.Threshold, int32(numerics.Max(c.StateBits))), fill(q.Bias, 0)
	if c.Current {
		c.VBias = fill(q.VBias, 0)
		if c.SynDecayMode, c.SynDecayConst = decayMode(q.SynDecay, q); c.SynDecayMode == ir.DecayPerNeuron {
			c.SynDecay = fill(q.SynDecay, 0)
		}
	}
	if c.DecayMode, c.DecayConst = decayMode(q.Decay, q); c.DecayMode == ir.DecayPerNeuron {
		c.Decay = fill(q.Decay, 0)
	}
	if c.Neuron.Reset != ir.ResetValue {
		return
	}
	if c.ResetPerNeuron = len(q.Reset) > 1 || q.OwnResets; c.ResetPerNeuron {
		c.Reset = fill(q.Reset, 0)
	} else {
		c.ResetConst = q.Reset[0]
	}
}

func decayMode(d []int32, q *ir.QuantPopulation) (ir.DecayMode, int32) {
	switch {
	case len(d) > 1 || q.OwnDecays:
		return ir.DecayPerNeuron, 0
	case d[0] == 0:
		return ir.DecayZero, 0
	case d[0] == 1<<q.DecayBits:
		return ir.DecayOne, 0
	}
	return ir.DecayUniform, d[0]
}

// pixelsAgree tells whether the neurons of a channel have equal parameters.
func (l *layout) pixelsAgree(q *ir.QuantPopulation) bool {
	c := l.c
	g := l.p.Layers[c.Layer].Grid
	pixels := g.H * g.W
	for _, v := range [][]int32{q.Threshold, q.Bias, q.VBias, q.Decay, q.SynDecay, q.Reset} {
		if len(v) <= 1 {
			continue
		}
		for ch := c.Part.Channel; ch < c.Part.Channel+c.Part.Channels; ch++ {
			for _, x := range v[ch*pixels+c.Part.Row*g.W : ch*pixels+(c.Part.Row+c.Part.Rows)*g.W] {
				if x != v[ch*pixels+c.Part.Row*g.W] {
					return false
				}
			}
		}
	}
	return true
}

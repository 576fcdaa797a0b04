package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// passPartition cuts every population into slices that fit a core. A slice
// starts at a whole spike word, so that no two cores write the same word.
func passPartition(net *ir.Network, o Options) ([]ir.Core, error) {
	var cores []ir.Core
	for li, p := range net.Populations {
		if p.Graded && p.Q.StateBits > o.WordBits {
			return nil, fmt.Errorf("node %q: its membrane has %d bits and is read out in words of %d; use word-bits 32 or fewer threshold-bits",
				p.Name, p.Q.StateBits, o.WordBits)
		}
		slices := ceilDiv(p.N, o.CoreNeurons)
		size := ceilDiv(ceilDiv(p.N, slices), o.WordBits) * o.WordBits
		for first := 0; first < p.N; first += size {
			n := min(size, p.N-first)
			c := ir.Core{Layer: li, First: first, N: n, Level: p.Level, Neuron: p.Neuron,
				WeightBits: p.Q.WeightBits, AccBits: p.Q.AccBits, StateBits: p.Q.StateBits, Frac: p.Q.Frac, DecayBits: p.Q.DecayBits}
			c.Lanes = min(o.Lanes, pow2(n))
			c.Update = min(o.Update, c.Lanes, o.WordBits)
			if p.Graded {
				c.Update = 1
			}
			c.Groups = ceilDiv(n, c.Lanes)
			cores = append(cores, c)
		}
	}
	return cores, nil
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

// log2 of a power of two.
func log2(n int) int {
	b := 0
	for 1<<b < n {
		b++
	}
	return b
}

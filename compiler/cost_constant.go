package compiler

import (
	"math/bits"

	"github.com/snnc/snnc/ir"
)

// columns are the bits of a constant memory's word that Yosys keeps: those that are not the same in all words (opt_mem)
// and, where the memory is so small that it is logic, no two that are alike (opt_merge).
type columns struct {
	n    int
	seen map[uint16]bool
}

// add takes the fields of all words after one another, period of them in a word. All bits count where there are no
// values.
func (k *columns) add(values []int32, period, width int) {
	if len(values) < period {
		k.n += period * width
		return
	}
	mask := uint32(uint64(1)<<width - 1)
	few := len(values)/period <= rom
	if k.seen == nil {
		k.seen = map[uint16]bool{}
	}
	for field := range period {
		var differ uint32
		for i := field; i < len(values); i += period {
			differ |= uint32(values[i] ^ values[field])
		}
		differ &= mask
		if !few {
			k.n += bits.OnesCount32(differ)
			continue
		}
		for ; differ != 0; differ &= differ - 1 {
			at := bits.TrailingZeros32(differ)
			var column uint16
			for i := field; i < len(values); i += period {
				column = column<<1 | uint16(uint32(values[i])>>at&1)
			}
			if !k.seen[column] {
				k.seen[column] = true
				k.n++
			}
		}
	}
}

// constantWeights is the width that the weight memory of a core has when nobody writes it.
func constantWeights(c *ir.Core) int {
	stored := make([]int32, len(c.Weights))
	for i, w := range c.Weights {
		stored[i] = int32(c.StoredWeight(w))
	}
	var k columns
	k.add(stored, c.Lanes, c.StoredBits())
	return k.n
}

// constantParams is the same of the parameter memory: snnc_update has the layout.
func constantParams(c *ir.Core) int {
	var k columns
	for _, f := range []struct {
		values []int32
		width  int
		used   bool
	}{
		{c.Threshold, c.StateBits, true}, {c.Bias, c.StateBits, true}, {c.VBias, c.StateBits, c.Current},
		{c.Decay, c.DecayBits, c.DecayMode == ir.DecayPerNeuron}, {c.SynDecay, c.DecayBits, c.Current && c.SynDecayMode == ir.DecayPerNeuron},
		{c.Reset, c.StateBits, c.ResetPerNeuron},
	} {
		if f.used {
			k.add(f.values, c.Update, f.width)
		}
	}
	return k.n
}

// tables are what snnc_segments reads, where the host does not write them: rtl.Emit has the layout.
func tables(p *ir.Program, c *ir.Core) []memory {
	word := max(1, ir.Clog2(c.SpikeDepth), ir.Clog2(c.InputDepth))
	first, weight := word+ir.Clog2(p.WordBits), max(1, ir.Clog2(c.Blocks*c.Rows))
	span := func(table [][]ir.Span) memory {
		var f, b, r []int32
		for _, spans := range table {
			for _, s := range spans {
				f, b, r = append(f, int32(s.First)), append(b, int32(s.Bits)), append(r, int32(s.Row))
			}
		}
		var k columns
		k.add(f, 1, first)
		k.add(b, 1, first+1)
		k.add(r, 1, weight)
		return constantTable(len(f), k.n)
	}
	var flags, base, delay, row, across, down []int32
	for i := range c.Segments {
		s := &c.Segments[i]
		flags = append(flags, int32(btoi(s.External)|btoi(s.Negate)<<1|btoi(s.Double)<<2|btoi(s.Grouped)<<3))
		base, delay, row = append(base, int32(s.Base)), append(delay, int32(s.Delay)), append(row, int32(s.Row))
		across, down = append(across, int32(s.Across)), append(down, int32(s.Down))
	}
	var k columns
	for _, f := range [][]int32{flags, base, delay, row, across, down} {
		k.add(f, 1, 32)
	}
	return []memory{constantTable(len(c.Segments), k.n), span(c.Across), span(c.Down)}
}

func constantTable(depth, width int) memory {
	return memory{width: width, depth: depth, column: max(1, width), ports: 1, register: true, constant: true}
}

package host

import (
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// Field is one value that every neuron, lane or word has in a row.
type Field struct {
	Name   string
	Bits   int
	Signed bool
}

// Layout is how a memory of a core lies behind the window: rows of Lanes
// elements, lane 0 in the least significant bits, each element its fields
// from bit 0 up. The zero Layout is a memory that the core does not have.
type Layout struct {
	Rows   int
	Lanes  int
	Fields []Field
}

// LayoutOf returns the layout of a core's memory, after docs/machine.md
// section 2.
func LayoutOf(c *ir.Core, wordBits int, m regmap.Memory) Layout {
	updates := c.Groups * c.Lanes / c.Update
	switch m {
	case regmap.Weights:
		return Layout{c.Blocks * c.Rows, c.Lanes, []Field{{"weight", c.StoredBits(), true}}}
	case regmap.Params:
		f := []Field{{"threshold", c.StateBits, true}, {"bias", c.StateBits, true}}
		if c.Current {
			f = append(f, Field{"membrane bias", c.StateBits, true})
		}
		if c.DecayMode == ir.DecayPerNeuron || c.Overlay {
			f = append(f, Field{"decay", c.DecayBits, false})
		}
		if c.Current && (c.SynDecayMode == ir.DecayPerNeuron || c.Overlay) {
			f = append(f, Field{"current decay", c.DecayBits, false})
		}
		if c.ResetPerNeuron {
			f = append(f, Field{"reset", c.StateBits, true})
		}
		return Layout{c.ParamGroups() * c.Lanes / c.Update, c.Update, f}
	case regmap.State:
		f := []Field{{"membrane", c.StateBits, true}}
		if c.Current {
			f = append(f, Field{"current", c.StateBits, true})
		}
		if c.Refractory > 0 {
			f = append(f, Field{"wait", c.WaitBits(), false})
		}
		return Layout{updates, c.Update, f}
	case regmap.Current:
		if c.Held > 0 {
			return Layout{c.Groups, c.Lanes, []Field{{"current", c.AccBits, true}}}
		}
	case regmap.Spikes:
		if c.SpikeDepth > 0 {
			return Layout{c.SpikeDepth, 1, []Field{{"word", wordBits, false}}}
		}
	case regmap.Input:
		if c.InputDepth > 0 {
			return Layout{c.InputDepth, 1, []Field{{"word", wordBits, false}}}
		}
	}
	return Layout{}
}

// RowBits is the width of a row.
func (l Layout) RowBits() int {
	n := 0
	for _, f := range l.Fields {
		n += f.Bits
	}
	return n * l.Lanes
}

// Columns is how many 32-bit words of the window hold a row.
func (l Layout) Columns() int { return (l.RowBits() + 31) / 32 }

// Shift is log2 of the window words between two rows.
func (l Layout) Shift() int {
	if l.Columns() == 0 {
		return 0
	}
	return bits.Len(uint(l.Columns() - 1))
}

// Size counts the elements of a field over the whole memory.
func (l Layout) Size() int { return l.Rows * l.Lanes }

// Unpack takes Rows·Columns words apart: one slice of Size values for each
// field, the element of row r and lane n at r·Lanes + n. A 32-bit unsigned
// field is given as the int32 of the same bits.
func (l Layout) Unpack(words []uint32) ([][]int32, error) {
	cols := l.Columns()
	if len(words) != l.Rows*cols {
		return nil, fmt.Errorf("%d words for %d rows of %d", len(words), l.Rows, cols)
	}
	out := make([][]int32, len(l.Fields))
	for i := range out {
		out[i] = make([]int32, l.Size())
	}
	for r := 0; r < l.Rows; r++ {
		row, at := words[r*cols:(r+1)*cols], 0
		for lane := 0; lane < l.Lanes; lane++ {
			for i, f := range l.Fields {
				v := uint64(row[at/32])
				if at%32+f.Bits > 32 {
					v |= uint64(row[at/32+1]) << 32
				}
				w := uint32(v>>(at%32)) << (32 - f.Bits)
				if f.Signed {
					out[i][r*l.Lanes+lane] = int32(w) >> (32 - f.Bits)
				} else {
					out[i][r*l.Lanes+lane] = int32(w >> (32 - f.Bits))
				}
				at += f.Bits
			}
		}
	}
	return out, nil
}

// Pack is the inverse of Unpack. A value that its field cannot hold is an
// error: what a board would cut off must not be sent.
func (l Layout) Pack(values [][]int32) ([]uint32, error) {
	if len(values) != len(l.Fields) {
		return nil, fmt.Errorf("%d fields given; the memory has %d", len(values), len(l.Fields))
	}
	cols := l.Columns()
	words := make([]uint32, l.Rows*cols)
	for i, f := range l.Fields {
		if len(values[i]) != l.Size() {
			return nil, fmt.Errorf("field %q has %d values; the memory holds %d", f.Name, len(values[i]), l.Size())
		}
		for n, v := range values[i] {
			if !f.holds(v) {
				return nil, fmt.Errorf("field %q: element %d is %d, which does not fit %d bits", f.Name, n, v, f.Bits)
			}
		}
	}
	for r := 0; r < l.Rows; r++ {
		row, at := words[r*cols:(r+1)*cols], 0
		for lane := 0; lane < l.Lanes; lane++ {
			for i, f := range l.Fields {
				v := uint64(uint32(values[i][r*l.Lanes+lane])<<(32-f.Bits)>>(32-f.Bits)) << (at % 32)
				row[at/32] |= uint32(v)
				if v>>32 != 0 {
					row[at/32+1] |= uint32(v >> 32)
				}
				at += f.Bits
			}
		}
	}
	return words, nil
}

func (f Field) holds(v int32) bool {
	if f.Bits >= 32 {
		return true
	}
	if f.Signed {
		return v>>(f.Bits-1) == 0 || v>>(f.Bits-1) == -1
	}
	return uint32(v)>>f.Bits == 0
}

// Image returns the memory contents that a program gives a core: weights and
// parameters, in the fields' order of LayoutOf. Other memories have none.
func Image(c *ir.Core, m regmap.Memory) [][]int32 {
	switch m {
	case regmap.Weights:
		w := make([]int32, len(c.Weights))
		for i, v := range c.Weights {
			w[i] = c.StoredWeight(v)
		}
		return [][]int32{w}
	case regmap.Params:
		f := [][]int32{c.Threshold, c.Bias}
		if c.Current {
			f = append(f, c.VBias)
		}
		if c.DecayMode == ir.DecayPerNeuron || c.Overlay {
			f = append(f, orZeros(c.Decay, len(c.Threshold)))
		}
		if c.Current && (c.SynDecayMode == ir.DecayPerNeuron || c.Overlay) {
			f = append(f, orZeros(c.SynDecay, len(c.Threshold)))
		}
		if c.ResetPerNeuron {
			f = append(f, c.Reset)
		}
		return f
	}
	return nil
}

// orZeros is a field that an overlay's parameter words have though nothing
// reads it.
func orZeros(v []int32, n int) []int32 {
	if v == nil {
		return make([]int32, n)
	}
	return v
}

package sim

import (
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/ir"
)

// Graded inputs lie in input memories as bit planes. Eight values at a time,
// packing and walking them is a transposition of an 8×8 bit matrix in one
// uint64 (H. S. Warren, Hacker's Delight, 2nd ed., section 7-3), several times as
// fast as moving set bits one by one. planes_test.go compares both with the
// obvious versions.

// mostPlanes is what a byte of the matrix holds.
const mostPlanes = 8

// transpose8 moves bit 8i+j to 8j+i.
func transpose8(x uint64) uint64 {
	t := (x ^ x>>7) & 0x00AA00AA00AA00AA
	x ^= t ^ t<<7
	t = (x ^ x>>14) & 0x0000CCCC0000CCCC
	x ^= t ^ t<<14
	t = (x ^ x>>28) & 0x00000000F0F0F0F0
	return x ^ t ^ t<<28
}

// packInput is ir.PackInput on a slice that is long enough.
func packInput(dst []uint32, port *ir.InputPort, wordBits int, f *ir.Frames, step int) {
	if wordBits != 32 || port.Input.Bits > mostPlanes {
		ir.PackInput(dst, port, wordBits, f, step)
		return
	}
	planes, stride := port.Input.Bits, port.PlaneWords
	values := f.At(step)
	for w := range stride {
		var out [mostPlanes]uint32 // by weight: out[0] is the last plane
		part := values[min(32*w, len(values)):min(32*w+32, len(values))]
		if planes == 1 {
			word := uint32(0)
			for i, v := range part {
				word |= uint32(v) & 1 << (i & 31)
			}
			dst[w] = word
			continue
		}
		for b := 0; b < len(part); b += 8 {
			var x uint64
			if v := part[b:]; len(v) >= 8 {
				x = uint64(uint8(v[0])) | uint64(uint8(v[1]))<<8 | uint64(uint8(v[2]))<<16 | uint64(uint8(v[3]))<<24 |
					uint64(uint8(v[4]))<<32 | uint64(uint8(v[5]))<<40 | uint64(uint8(v[6]))<<48 | uint64(uint8(v[7]))<<56
			} else {
				for i, v := range v {
					x |= uint64(uint8(v)) << (8 * i)
				}
			}
			if x == 0 {
				continue
			}
			x = transpose8(x)
			for j := range out {
				out[j] |= uint32(uint8(x>>(8*j))) << b
			}
		}
		for j := range planes {
			dst[(planes-1-j)*stride+w] = out[j]
		}
	}
}

// planeRun counts the segments from the first on that are the planes of one
// graded input, most significant first: 0 unless there are at least two and
// walkPlanes can take them all at once. coefficients must be set.
func planeRun(s []segment, wordBits int) int {
	if wordBits != 32 || !s[0].External {
		return 0
	}
	n := 1
	for n < len(s) && n < mostPlanes {
		a, b := &s[n-1], &s[n]
		if !b.External || b.Words != a.Words || b.Bits != a.Bits || b.Row != a.Row || b.coefficient <= 0 ||
			max(a.coefficient, -a.coefficient) != 2*b.coefficient || a.coefficient < 0 && n > 1 {
			break
		}
		n++
	}
	if n < 2 {
		return 0
	}
	return n
}

// walkPlanes lists the rows of a planeRun with what they count in all planes
// and returns the cycles of their WALK states.
func (c *core) walkPlanes(g *gathered, run []segment, k int) (int64, error) {
	var in [mostPlanes][]uint32
	words, rows := run[0].Words, run[0].Row
	for j := range run {
		s := &run[j]
		at := s.Base + ((k-s.Delay)&s.Mask)<<s.Shift
		in[j] = c.input[at : at+words]
	}
	unit := run[len(run)-1].coefficient
	sign := uint64(0) // of the first plane, where it is subtracted
	if run[0].coefficient < 0 {
		sign = 1 << (len(run) - 1)
	}
	g.room(len(g.rows) + run[0].Bits + 8)
	n := len(g.rows)
	outRows, outCounts := g.rows[:cap(g.rows)], g.counts[:cap(g.counts)]
	cycles := int64(0)
	for w := range words {
		var x [mostPlanes]uint32
		any := uint32(0)
		for j := range run {
			v := in[j][w]
			x[j] = v
			any |= v
			cycles += int64(max(1, bits.OnesCount32(v)))
		}
		if any == 0 {
			continue
		}
		if w >= run[0].full {
			if left := run[0].Bits - 32*w; left <= 0 || any>>left != 0 {
				return 0, pastBits(run, x[:], w, left, k)
			}
		}
		for b := 0; b < 32; b += 8 {
			if any>>b&0xFF == 0 {
				continue
			}
			var m uint64 // byte j is the plane of weight 2^j
			for j := range run {
				m = m<<8 | uint64(x[j]>>b&0xFF)
			}
			m = transpose8(m)
			row := int32(rows + 32*w + b)
			// Every row is written and only those that count are kept.
			r, v := outRows[n:n+8], outCounts[n:n+8]
			kept := 0
			for i := range 8 {
				value := m >> (8 * i) & 0xFF
				r[kept&7], v[kept&7] = row+int32(i), int64((value^sign)-sign)*unit
				kept += int((value + 0xFF) >> 8)
			}
			n += kept
		}
	}
	g.rows, g.counts = outRows[:n], outCounts[:n]
	return cycles, nil
}

// pastBits reports the first plane with bits in word w that have no row.
func pastBits(run []segment, x []uint32, w, left, k int) error {
	for j := range run {
		if left <= 0 && x[j] != 0 || left > 0 && x[j]>>left != 0 {
			return pastBitsError(k, w, run[j].index, x[j], run[j].Bits)
		}
	}
	return nil
}

func pastBitsError(tick, word, segment int, value uint32, bits int) error {
	return fmt.Errorf("tick %d: word %d of segment %d is %#x; it has bits past the segment's %d rows", tick, word, segment, value, bits)
}

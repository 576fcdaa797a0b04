package sim

import (
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
	if grid := ir.GridOf(port.Shape); wordBits != 32 || port.Input.Bits > mostPlanes || grid.H*grid.W > 1 {
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
// walkPlanes can take them all at once: whole words from the first bit on, in a
// core of one pixel. coefficients must be set.
func (im *image) planeRun(s []segment) int {
	w := im.Window(s[0].Segment, 0)
	if im.wordBits != 32 || !s[0].External || im.Groups != im.Blocks || im.grouped || w.First != 0 || w.Bits == 0 {
		return 0
	}
	n := 1
	for n < len(s) && n < mostPlanes {
		a, b := &s[n-1], &s[n]
		if !b.External || im.Window(b.Segment, 0) != w || b.Mask != a.Mask || b.Shift != a.Shift || b.Delay != a.Delay || b.coefficient <= 0 ||
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
func (c *core) walkPlanes(g *gathered, run []segment, now at) int64 {
	var in [mostPlanes][]uint32
	window := c.Window(run[0].Segment, 0)
	words, rows := (window.Bits+31)/32, window.Row
	for j := range run {
		if in[j] = c.source(run[j].Segment, now); in[j] == nil {
			return 0
		}
		in[j] = in[j][:words]
	}
	unit := run[len(run)-1].coefficient
	sign := uint64(0) // of the first plane, where it is subtracted
	if run[0].coefficient < 0 {
		sign = 1 << (len(run) - 1)
	}
	g.room(len(g.rows) + window.Bits + 8)
	n := len(g.rows)
	outRows, outCounts := g.rows[:cap(g.rows)], g.counts[:cap(g.counts)]
	cycles := int64(0)
	for w := range words {
		var x [mostPlanes]uint32
		any := uint32(0)
		keep := ^uint32(0)
		if left := window.Bits - 32*w; left < 32 {
			keep = 1<<left - 1
		}
		for j := range run {
			v := in[j][w] & keep
			x[j] = v
			any |= v
			cycles += int64(max(1, bits.OnesCount32(v)))
		}
		if any == 0 {
			continue
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
	return cycles
}

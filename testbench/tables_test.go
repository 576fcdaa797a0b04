package testbench

import (
	"math/bits"
	"math/rand/v2"
	"strings"
)

// tables draws what the segments of a walk see: the first EXTERNALS of them
// planes of an input, the others spikes. Windows stay within a slot, rows within ROWS.
func (s set) tables(r *rand.Rand) (segments, across, down string) {
	word, blocks, columns, lines := s.number("WORD", 8), s.number("BLOCKS", 3), s.number("COLUMNS", 1), s.number("LINES", 1)
	rows, nx, ny, step := s.number("ROWS", 40), s.number("NX", 1), s.number("NY", 1), s.number("BLOCK_BITS", 0)
	slots, shift := s.number("SLOTS", 2), s.number("SHIFT", 2)
	externals, held := s.number("EXTERNALS", 1), s.number("HELD", 0)
	width := func(n int) int { return max(1, bits.Len(uint(n-1))) }
	addr := width(slots << shift)
	first := addr + bits.Len(uint(word-1))
	weight := width(blocks * rows)
	room := word<<shift - (blocks-1)*step
	quarter := max(1, rows/4)
	most := min(max(1, room/2), quarter)
	span := func(b *strings.Builder, count, width int) {
		var p packer
		p.add(r.Int32N(int32((room-most)/2+1)), first)
		p.add(int32(count), width)
		p.add(r.Int32N(int32(quarter)), weight)
		p.line(b)
	}
	var a, d, g strings.Builder
	for range columns * nx {
		n := 1 + r.IntN(most)
		if r.IntN(5) == 0 {
			n = 0
		}
		span(&a, n, first+1)
	}
	for range lines * ny {
		n := 1
		if lines*ny > 1 && r.IntN(5) == 0 {
			n = 0
		}
		span(&d, n, 1)
	}
	for i := range s.number("SEGMENTS", 3) {
		external := i < max(externals, held)
		var p packer
		bit := func(on bool) {
			if on {
				p.add(1, 1)
			} else {
				p.add(0, 1)
			}
		}
		bit(external)
		bit(external && i == 0 && s.number("NEGATE", 1) != 0)
		bit(external && i > 0)
		bit(step > 0 && r.IntN(2) == 0)
		p.add(0, addr)
		p.add(int32(slots-1), addr)
		p.add(int32(shift), 5)
		switch {
		case external:
			p.add(r.Int32N(3), 16)
		default:
			p.add(1+r.Int32N(int32(max(1, slots-1))), 16)
		}
		p.add(r.Int32N(int32(quarter)), weight)
		p.add(r.Int32N(int32(nx)), width(nx))
		p.add(r.Int32N(int32(ny)), width(ny))
		p.line(&g)
	}
	return g.String(), a.String(), d.String()
}

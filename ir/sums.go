package ir

import "encoding/binary"

// VisitSums gives visit the range lo..hi of all partial sums of each
// accumulator while the segments are walked in order (docs/numerics.md, section
// 2), starting from 0, until visit returns false. Lane is the slot in a pixel,
// 0 … Blocks·P − 1. Pixels that see the same weight rows are visited once. Bits
// of different words are taken as independent, so what any input gives lies
// within. Windows and weights must fit the core.
func (c *Core) VisitSums(segments []Segment, visit func(pixel, lane int, lo, hi int64) bool) {
	type rows struct{ row, bits int }
	type column struct{ neg, pos []int64 }
	cache := map[rows]column{}
	sums := func(key rows) column {
		if s, ok := cache[key]; ok {
			return s
		}
		s := column{make([]int64, c.Lanes), make([]int64, c.Lanes)}
		for row := key.row; row < key.row+key.bits; row++ {
			for lane, w := range c.Weights[row*c.Lanes : (row+1)*c.Lanes] {
				if c.Plastic != nil {
					// It may come to be anything that its width holds.
					s.neg[lane] -= 1<<(c.WeightBits-1) - 1
					s.pos[lane] += 1<<(c.WeightBits-1) - 1
					continue
				}
				s.neg[lane] += min(int64(w), 0)
				s.pos[lane] += max(int64(w), 0)
			}
		}
		cache[key] = s
		return s
	}
	seen := map[string]bool{}
	columns := make([]column, len(segments))
	var key []byte
	for g := range c.Groups {
		block := g % c.Blocks
		key = binary.AppendUvarint(key[:0], uint64(block))
		windows := make([]rows, len(segments))
		for i := range segments {
			w := c.Window(&segments[i], g)
			windows[i] = rows{w.Row, w.Bits}
			key = binary.AppendUvarint(binary.AppendUvarint(key, uint64(w.Row)), uint64(w.Bits))
		}
		if seen[string(key)] {
			continue
		}
		seen[string(key)] = true
		for i, w := range windows {
			columns[i] = sums(w)
		}
		for lane := range c.Lanes {
			lo, hi := walkSums(segments, func(i int) (int64, int64) { return columns[i].neg[lane], columns[i].pos[lane] })
			if !visit(g/c.Blocks, block*c.Lanes+lane, lo, hi) {
				return
			}
		}
	}
}

// walkSums returns the least and greatest partial sum of one accumulator.
func walkSums(segments []Segment, of func(segment int) (neg, pos int64)) (least, most int64) {
	const far = 1 << 40 // past every accumulator; stops doubling from overflowing
	var lo, hi int64
	for i := range segments {
		neg, pos := of(i)
		if segments[i].Double {
			lo, hi = max(2*lo, -far), min(2*hi, far)
		}
		least, most = min(least, lo), max(most, hi)
		if segments[i].Negate {
			lo, hi = lo-pos, hi-neg
		} else {
			lo, hi = lo+neg, hi+pos
		}
		least, most = min(least, lo), max(most, hi)
	}
	return least, most
}

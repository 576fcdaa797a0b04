package ir

// VisitSums gives visit the range lo..hi of all partial sums of each neuron n
// in 0..N-1 while the segments are walked in order (docs/numerics.md, section
// 2), starting from the ranges in from (lo of neuron n at 2n, hi at 2n + 1;
// nil: 0), until visit returns false. Bits of different words are taken as
// independent, so what any input gives lies within. Weights and rows must fit
// the core (image.length, segment.rows).
func (c *Core) VisitSums(segments []Segment, from []int64, visit func(n int, lo, hi int64) bool) {
	const far = 1 << 40 // past every accumulator; stops doubling from overflowing
	type rows struct{ row, bits int }
	type column struct{ neg, pos []int64 }
	cache := map[rows]column{} // planes of an input share their rows
	for i := range segments {
		key := rows{segments[i].Row, segments[i].Bits}
		if _, ok := cache[key]; ok {
			continue
		}
		sum := column{make([]int64, c.N), make([]int64, c.N)}
		for row := key.row; row < key.row+key.bits; row++ {
			for first := 0; first < c.N; first += c.Lanes {
				at := (first/c.Lanes*c.Rows + row) * c.Lanes
				for lane, w := range c.Weights[at : at+min(c.Lanes, c.N-first)] {
					sum.neg[first+lane] += min(int64(w), 0)
					sum.pos[first+lane] += max(int64(w), 0)
				}
			}
		}
		cache[key] = sum
	}
	for n := range c.N {
		var lo, hi, least, most int64
		if from != nil {
			lo, hi = from[2*n], from[2*n+1]
			least, most = lo, hi
		}
		for i := range segments {
			s := &segments[i]
			sum := cache[rows{s.Row, s.Bits}]
			if s.Double {
				lo, hi = max(2*lo, -far), min(2*hi, far)
			}
			least, most = min(least, lo), max(most, hi)
			if s.Negate {
				lo, hi = lo-sum.pos[n], hi-sum.neg[n]
			} else {
				lo, hi = lo+sum.neg[n], hi+sum.pos[n]
			}
			least, most = min(least, lo), max(most, hi)
		}
		if !visit(n, least, most) {
			return
		}
	}
}

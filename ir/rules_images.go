package ir

import (
	"fmt"
	"math/bits"
)

func checkImageLengths(at coreAt, r *report) {
	c := at.c
	padded := c.Groups * c.Lanes
	each := func(used bool) int {
		if used {
			return padded
		}
		return 0
	}
	for _, f := range []struct {
		field     string
		got, want int
	}{
		{"Weights", len(c.Weights), padded * c.Rows},
		{"Threshold", len(c.Threshold), padded},
		{"Bias", len(c.Bias), padded},
		{"Decay", len(c.Decay), each(c.DecayMode == DecayPerNeuron)},
		{"Reset", len(c.Reset), each(c.ResetPerNeuron)},
	} {
		if f.got != f.want {
			r.fault(f.field, fmt.Sprintf("an image of %d values", f.got), "want %d (%d groups of %d lanes, %d rows, DecayMode %d, ResetPerNeuron %v)",
				f.want, c.Groups, c.Lanes, c.Rows, c.DecayMode, c.ResetPerNeuron)
		}
	}
}

// signedRange is what n bits of two's complement hold (docs/numerics.md).
func signedRange(n int) (lo, hi int64) { return -1 << (n - 1), 1<<(n-1) - 1 }

// bitsFor is the width of two's complement that holds lo..hi.
func bitsFor(lo, hi int64) int {
	return 1 + max(bits.Len64(uint64(max(hi, 0))), bits.Len64(uint64(^min(lo, -1))))
}

// weightAt says which group, row and lane a place of the weight image is.
func (c *Core) weightAt(i int) string {
	return fmt.Sprintf("Weights[%d] (group %d, row %d, lane %d)", i, i/c.Lanes/c.Rows, i/c.Lanes%c.Rows, i%c.Lanes)
}

func checkWeights(at coreAt, r *report) {
	c := at.c
	_, hi := signedRange(c.WeightBits)
	most := int16(hi)
	row := 0
	for first := 0; first < c.Groups*c.Lanes; first += c.Lanes {
		for range c.Rows {
			for lane, w := range c.Weights[row*c.Lanes:][:c.Lanes] {
				if w > most || w < -most {
					r.fault(c.weightAt(row*c.Lanes+lane), w, "%d bits hold %d..%d", c.WeightBits, -most, most)
					return
				}
				if w != 0 && first+lane >= c.N {
					r.fault(c.weightAt(row*c.Lanes+lane), w, "it belongs to no neuron and must be 0")
					return
				}
			}
			row++
		}
	}
}

func checkParams(at coreAt, r *report) {
	c := at.c
	lo, hi := signedRange(c.StateBits)
	least := lo
	if c.Neuron.Reset == ResetSubtract && !c.Graded {
		least = 1 // docs/numerics.md, section 4: v' − θ cannot leave the state's width
	}
	decay := int64(1)<<c.DecayBits - 1
	for _, f := range []struct {
		field  string
		v      []int32
		n      int
		lo, hi int64
	}{
		{"Threshold", c.Threshold, c.N, least, hi}, // the rest are padding's
		{"Bias", c.Bias, len(c.Bias), lo, hi},
		{"Decay", c.Decay, len(c.Decay), 0, decay},
		{"Reset", c.Reset, len(c.Reset), lo, hi},
	} {
		for n, v := range f.v[:f.n] {
			if int64(v) < f.lo || int64(v) > f.hi {
				r.fault(fmt.Sprintf("%s[%d]", f.field, n), v, "allowed are %d..%d", f.lo, f.hi)
				break
			}
		}
	}
	for _, f := range []struct {
		field  string
		v      int32
		lo, hi int64
	}{{"DecayConst", c.DecayConst, 0, decay}, {"ResetConst", c.ResetConst, lo, hi}} {
		if int64(f.v) < f.lo || int64(f.v) > f.hi {
			r.fault(f.field, f.v, "allowed are %d..%d", f.lo, f.hi)
		}
	}
}

func checkPadding(at coreAt, r *report) {
	c := at.c
	_, hi := signedRange(c.StateBits)
	for _, f := range []struct {
		field string
		v     []int32
		want  int32
	}{{"Threshold", c.Threshold, int32(hi)}, {"Bias", c.Bias, 0}, {"Decay", c.Decay, 0}, {"Reset", c.Reset, 0}} {
		for n := c.N; n < len(f.v); n++ {
			if f.v[n] != f.want {
				r.fault(fmt.Sprintf("%s[%d]", f.field, n), f.v[n], "neurons from %d on are padding and must not fire; want %d", c.N, f.want)
				break
			}
		}
	}
}

func checkRowsRead(at coreAt, r *report) {
	c := at.c
	edges := make([]int, c.Rows+1) // +1 where a segment's rows begin, -1 past their end
	for i := range c.Segments {
		edges[c.Segments[i].Row]++
		edges[c.Segments[i].Row+c.Segments[i].Bits]--
	}
	readers := 0
	for row, e := range edges[:c.Rows] {
		if readers += e; readers == 0 {
			r.fault("Rows", c.Rows, "no segment reads row %d; leave it out", row)
			return
		}
	}
}

// checkSums proves that no partial sum leaves the accumulator.
func checkSums(at coreAt, r *report) {
	c := at.c
	var held []int64 // lo, hi of each neuron after the held segments
	ok := true
	visit := func(n int, lo, hi int64) bool {
		if need := bitsFor(lo, hi); need > c.AccBits {
			ok = false
			r.fault("AccBits", c.AccBits, "the synapses of neuron %d can sum to %d..%d, which needs %d", n, lo, hi, need)
		}
		return ok
	}
	if c.Held > 0 {
		held = make([]int64, 2*c.N)
		c.VisitSums(c.Segments[:c.Held], nil, func(n int, lo, hi int64) bool {
			held[2*n], held[2*n+1] = lo, hi
			return visit(n, lo, hi)
		})
	}
	if ok {
		c.VisitSums(c.Segments[c.Held:], held, visit)
	}
}

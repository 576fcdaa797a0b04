package sim

import (
	"math"
	"slices"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// image is what a core's tick needs, prepared once and never changed.
type image struct {
	*ir.Core
	wordBits   int
	held, rest phase
	lanes      int      // neurons in a packed word
	stride     int      // packed words of a row
	matrix     []uint64 // [Rows · stride]: row r of all groups, neurons in order
	model      numerics.Model
	columns    numerics.Columns // of the N used neurons
	sharesHeld int              // an earlier core that walks the same held segments at the same tick, or -1
}

// phase is a run of segments that a tick walks as a whole: the held ones, or the rest.
type phase struct {
	segments  []segment
	doublings int    // of what the accumulators held before the phase
	plain     bool   // every row counts once: no coefficients needed
	spans     []span // rows of the segments that are walked one by one
}

// span is a range of weight rows [from, to) that a phase's segments touch.
type span struct{ from, to int }

// segment is an ir.Segment with what its rows finally count: ±2^(doublings after it).
type segment struct {
	*ir.Segment
	coefficient int64
	full        int // words all of whose bits have a row
	index       int // in its core's program
	planes      int // segments from here on that walkPlanes takes at once, or 0
}

// newImage relies on check having accepted the core.
func newImage(c *ir.Core, wordBits int) *image {
	im := &image{Core: c, wordBits: wordBits}
	im.held = newPhase(c.Segments[:c.Held], 0, wordBits)
	im.rest = newPhase(c.Segments[c.Held:], c.Held, wordBits)
	im.lanes = 2
	if sumsFit16(c) {
		im.lanes = 4
	}
	im.stride = (c.N + im.lanes - 1) / im.lanes
	im.matrix = make([]uint64, c.Rows*im.stride)
	row := make([]int16, c.N)
	for r := range c.Rows {
		for n := range row {
			row[n] = c.Weights[(n/c.Lanes*c.Rows+r)*c.Lanes+n%c.Lanes]
		}
		pack(im.matrix[r*im.stride:][:im.stride], row, im.lanes)
	}
	im.model = numerics.Model{StateBits: c.StateBits, Frac: c.Frac, DecayBits: c.DecayBits, TowardZero: c.Rounding == ir.RoundZero,
		AtLeast: c.AtLeast, Graded: c.Graded, Reset: numerics.Reset(c.Neuron.Reset)}
	im.columns = numerics.Columns{Threshold: c.Threshold, Bias: c.Bias, Decay: c.Decay, Reset: c.Reset}
	if c.DecayMode != ir.DecayPerNeuron {
		d := c.DecayConst
		switch c.DecayMode {
		case ir.DecayZero:
			d = 0
		case ir.DecayOne:
			d = 1 << c.DecayBits
		}
		im.columns.Decay = constant(d, c.N)
	}
	if !c.ResetPerNeuron {
		im.columns.Reset = constant(c.ResetConst, c.N)
	}
	return im
}

func constant(v int32, n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// newPhase prepares segments, the first of which is number first of its core.
func newPhase(segments []ir.Segment, first, wordBits int) phase {
	p := phase{plain: true}
	after := 0
	for i := len(segments) - 1; i >= 0; i-- {
		s := &segments[i]
		c := int64(0) // past 31 doublings only zero weights pass check
		if after < 32 {
			c = 1 << after
		}
		if s.Negate {
			c = -c
		}
		p.segments = append(p.segments, segment{Segment: s, coefficient: c, full: s.Bits / wordBits, index: first + i})
		p.plain = p.plain && c == 1
		if s.Double {
			after++
		}
	}
	p.doublings = after
	for i, j := 0, len(p.segments)-1; i < j; i, j = i+1, j-1 {
		p.segments[i], p.segments[j] = p.segments[j], p.segments[i]
	}
	for i := 0; i < len(p.segments); i++ {
		if n := planeRun(p.segments[i:], wordBits); n > 0 {
			p.segments[i].planes = n
			i += n - 1
		}
	}
	p.addSpans()
	return p
}

// addSpans finds the rows the phase touches; two segments on the same row make
// it count more than once.
func (p *phase) addSpans() {
	for i := 0; i < len(p.segments); i++ {
		s := &p.segments[i]
		if s.planes > 0 {
			i += s.planes - 1 // walkPlanes lists its rows itself
			continue
		}
		from, to := s.Row, s.Row+s.Bits
		for k := 0; k < len(p.spans); {
			if o := p.spans[k]; from < o.to && o.from < to {
				p.plain = false
				from, to = min(from, o.from), max(to, o.to)
				p.spans = append(p.spans[:k], p.spans[k+1:]...)
				k = 0
				continue
			}
			k++
		}
		p.spans = append(p.spans, span{from, to})
	}
}

// sumsFit16 tells whether no synapse sum of the core, of the held segments or
// of the rest, leaves 16 bits.
func sumsFit16(c *ir.Core) bool {
	fits := true
	for _, segments := range [][]ir.Segment{c.Segments[:c.Held], c.Segments[c.Held:]} {
		c.VisitSums(segments, nil, func(_ int, lo, hi int64) bool {
			fits = fits && lo >= math.MinInt16 && hi <= math.MaxInt16
			return fits
		})
	}
	return fits
}

// sameHeld tells whether two cores walk the same held segments over the same
// input words at the same tick, as the slices of a population do.
func sameHeld(a, b *ir.Core) bool {
	return a.Held > 0 && a.Level == b.Level && a.InputBase == b.InputBase && slices.Equal(a.Segments[:a.Held], b.Segments[:b.Held])
}

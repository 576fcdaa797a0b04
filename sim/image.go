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
	matrix     []uint64 // [Rows · stride]: row r of all blocks, channels in order
	model      numerics.Model
	updated    int              // slots that the simulator updates: those in use, and of the padding up to a multiple of 4
	columns    numerics.Columns // of them
	neurons    []int32          // of its layer, by slot; -1 for silent slots
	grouped    bool             // blocks of a pixel see different windows
	sharesHeld int              // an earlier core that walks the same held segments at the same tick, or -1
}

// phase is a run of segments that a tick walks as a whole: the held ones, or the rest.
type phase struct {
	segments  []segment
	doublings int    // of what the accumulators held before the phase
	plain     bool   // every row counts once: no coefficients needed
	spans     []span // rows of the segments that are walked one by one
	first     int    // number in the core of its first segment
}

// span is a range of weight rows [from, to) that a phase's segments touch.
type span struct{ from, to int }

// segment is an ir.Segment with what its rows finally count: ±2^(doublings after it).
type segment struct {
	*ir.Segment
	coefficient int64
	planes      int // segments from here on that walkPlanes takes at once, or 0
}

// newImage relies on check having accepted the core.
func newImage(p *ir.Program, c *ir.Core) *image {
	im := &image{Core: c, wordBits: p.WordBits}
	for i := range c.Segments {
		im.grouped = im.grouped || c.Segments[i].Grouped && c.Blocks > 1
	}
	im.held, im.rest = im.newPhase(0, c.Held), im.newPhase(c.Held, len(c.Segments))
	im.lanes = 2
	if sumsFit16(c) { // whatever a plastic core learns
		im.lanes = 4
	}
	width := c.Pitch() // of a matrix row
	if c.Groups == c.Blocks {
		width = c.N
	}
	im.stride = (width + im.lanes - 1) / im.lanes
	im.matrix = make([]uint64, c.Rows*im.stride)
	row := make([]int16, width)
	for r := range c.Rows {
		for n := range row {
			row[n] = c.Weights[(n/c.Lanes*c.Rows+r)*c.Lanes+n%c.Lanes]
		}
		pack(im.matrix[r*im.stride:][:im.stride], row, im.lanes)
	}
	im.model = numerics.Model{StateBits: c.StateBits, Frac: c.Frac, DecayBits: c.DecayBits, TowardZero: c.Rounding == ir.RoundZero,
		AtLeast: c.AtLeast, Graded: c.Graded, Reset: numerics.Reset(c.Neuron.Reset), Current: c.Current, Refractory: c.Refractory}
	im.updated = min((c.N+3)&^3, c.Groups*c.Lanes)
	spread := func(v []int32, one int32) []int32 {
		out := make([]int32, im.updated) // what pads stays 0
		for n := range out[:c.N] {
			out[n] = one
			if v != nil {
				out[n] = v[n%len(v)] // Shared: the blocks of every pixel alike
			}
		}
		return out
	}
	decay := func(mode ir.DecayMode, one int32) int32 {
		switch mode {
		case ir.DecayZero:
			return 0
		case ir.DecayOne:
			return 1 << c.DecayBits
		}
		return one
	}
	im.columns = numerics.Columns{Threshold: spread(c.Threshold, 0), Bias: spread(c.Bias, 0),
		Decay: spread(c.Decay, decay(c.DecayMode, c.DecayConst)), Reset: spread(c.Reset, c.ResetConst)}
	for n := c.N; n < im.updated; n++ {
		im.columns.Threshold[n] = math.MaxInt32
	}
	if c.Current {
		im.columns.VBias, im.columns.SynDecay = spread(c.VBias, 0), spread(c.SynDecay, decay(c.SynDecayMode, c.SynDecayConst))
	}
	im.neurons = make([]int32, c.N)
	for s := range im.neurons {
		n, ok := p.NeuronAt(c, s)
		if im.neurons[s] = int32(n); !ok {
			im.neurons[s] = -1
		}
	}
	return im
}

// newPhase prepares segments from..to of the core.
func (im *image) newPhase(from, to int) phase {
	p := phase{plain: true, first: from}
	after := 0
	for i := to - 1; i >= from; i-- {
		s := &im.Segments[i]
		c := int64(0) // past 31 doublings only zero weights pass check
		if after < 32 {
			c = 1 << after
		}
		if s.Negate {
			c = -c
		}
		p.segments = append(p.segments, segment{Segment: s, coefficient: c})
		p.plain = p.plain && c == 1
		if s.Double {
			after++
		}
	}
	p.doublings = after
	slices.Reverse(p.segments)
	if p.plain {
		return p
	}
	for i := 0; i < len(p.segments); i++ {
		if n := im.planeRun(p.segments[i:]); n > 0 {
			p.segments[i].planes = n
			i += n - 1
			continue
		}
		p.addSpan(im.rows(p.segments[i].Segment))
	}
	return p
}

// rows returns the stretch of a block's weight rows that a segment can touch.
func (im *image) rows(s *ir.Segment) span {
	touched := span{im.Rows, 0}
	for _, down := range im.Down {
		for _, across := range im.Across {
			if d, a := down[s.Down], across[s.Across]; d.Bits > 0 && a.Bits > 0 {
				from := s.Row + d.Row + a.Row
				touched = span{min(touched.from, from), max(touched.to, from+a.Bits)}
			}
		}
	}
	return touched
}

// addSpan joins a stretch of rows to those that the phase counts.
func (p *phase) addSpan(s span) {
	for k := 0; k < len(p.spans); {
		if o := p.spans[k]; s.from < o.to && o.from < s.to {
			s = span{min(s.from, o.from), max(s.to, o.to)}
			p.spans = append(p.spans[:k], p.spans[k+1:]...)
			k = 0
			continue
		}
		k++
	}
	if s.from < s.to {
		p.spans = append(p.spans, s)
	}
}

// sumsFit16 tells whether no synapse sum of the core, of the held segments or
// of the rest, leaves 16 bits.
func sumsFit16(c *ir.Core) bool {
	fits := true
	for _, segments := range [][]ir.Segment{c.Segments[:c.Held], c.Segments[c.Held:]} {
		c.VisitSums(segments, func(_, _ int, lo, hi int64) bool {
			fits = fits && lo >= math.MinInt16 && hi <= math.MaxInt16
			return fits
		})
	}
	return fits
}

// sameHeld tells whether two cores walk the same held segments over the same
// input words at the same tick, as the slices of a population do. Blocks that
// see windows of their own share nothing.
func sameHeld(a, b *ir.Core) bool {
	grouped := func(c *ir.Core) bool {
		return slices.ContainsFunc(c.Segments, func(s ir.Segment) bool { return s.Grouped && c.Blocks > 1 })
	}
	return a.Held > 0 && !grouped(a) && !grouped(b) && a.Groups == a.Blocks && b.Groups == b.Blocks && a.Level == b.Level && a.InputBase == b.InputBase &&
		slices.Equal(a.Segments[:a.Held], b.Segments[:b.Held]) && slices.Equal(a.Across[0], b.Across[0]) && slices.Equal(a.Down[0], b.Down[0])
}

// ownWeights is the image with weights that may change.
func (im *image) ownWeights() *image {
	own, c := *im, *im.Core
	c.Weights, own.matrix = slices.Clone(c.Weights), slices.Clone(own.matrix)
	own.Core = &c
	return &own
}

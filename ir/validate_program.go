package ir

import "fmt"

// Limits of the machine's network.
const (
	maxNodes     = 1 << 16
	maxHostDepth = 1 << 20
	maxFIFODepth = 1 << 12
)

// Validate checks the invariants that the simulator, the RTL and the host rely
// on, and returns all that it finds wrong.
func (p *Program) Validate() []error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.WordBits != 8 && p.WordBits != 16 && p.WordBits != 32 {
		fail("word bits are %d; they must be 8, 16 or 32", p.WordBits)
		return errs
	}
	if p.Steps < 1 || len(p.Cores) == 0 || len(p.Layers) == 0 {
		fail("the program has %d steps, %d cores and %d layers; it needs one of each", p.Steps, len(p.Cores), len(p.Layers))
		return errs
	}
	n := &p.Net
	if n.Cols < 1 || n.Cols > maxNodes || n.Rows < 1 || n.Rows > maxNodes || n.Cols*n.Rows > maxNodes || n.Kind == NetBus && n.Cols != 1 {
		fail("network of %d × %d nodes; it has 1 to %d, on a bus in one column", n.Cols, n.Rows, maxNodes)
		return errs
	}
	if !powerOfTwo(n.HostDepth) || n.HostDepth > maxHostDepth || n.AddrBits < 1 || n.AddrBits > 16 || n.FIFODepth < 1 || n.FIFODepth > maxFIFODepth {
		fail("network: a host FIFO of %d words, queues of %d flits, addresses of %d bits; allowed are a power of two up to %d, 1 to %d, and 1 to 16",
			n.HostDepth, n.FIFODepth, n.AddrBits, maxHostDepth, maxFIFODepth)
		return errs
	}
	nodes := map[int]int{0: -1}
	top := 0
	for i := range p.Cores {
		c := &p.Cores[i]
		if _, dup := nodes[c.Node]; dup || c.Node >= p.Net.Cols*p.Net.Rows || c.Node < 0 {
			fail("core %d: node %d is the host's, taken or outside the %d × %d network", i, c.Node, p.Net.Cols, p.Net.Rows)
		}
		nodes[c.Node] = i
		top = max(top, c.Level)
		for _, err := range p.validateCore(c) {
			fail("core %d (%s): %w", i, p.layerName(c.Layer), err)
		}
		if len(errs) > 0 {
			continue
		}
		if c.Overlay != (p.Overlay != nil) {
			fail("core %d (%s): of an overlay: %v; the program: %v", i, p.layerName(c.Layer), c.Overlay, p.Overlay != nil)
		}
		if err := p.validatePlastic(c); err != nil {
			fail("core %d (%s): %w", i, p.layerName(c.Layer), err)
		}
	}
	if len(errs) > 0 {
		return errs
	}
	if want := (p.Steps-1)*p.Interval + top + 1; p.Ticks != want {
		fail("ticks are %d; %d steps every %d ticks and the highest level %d make %d", p.Ticks, p.Steps, p.Interval, top, want)
	}
	errs = append(errs, p.validateRoutes(nodes)...)
	errs = append(errs, p.validateOverlay()...)
	covered := make([]int, len(p.Layers))
	for i := range p.Cores {
		c := &p.Cores[i]
		covered[c.Layer] += c.Part.Channels * c.Part.Rows * p.Layers[c.Layer].Grid.W
	}
	for i, l := range p.Layers {
		if covered[i] != l.N {
			fail("layer %q: cores hold %d of its %d neurons", l.Name, covered[i], l.N)
		}
	}
	return errs
}

// validateRoutes checks that every packet of a tick has a place of its own: in
// the slot of the receiver's ring that the tick writes, or in the host's space,
// there among the words of an output of the sender's layer.
func (p *Program) validateRoutes(nodes map[int]int) []error {
	var errs []error
	fail := func(i, j int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("core %d (%s): route %d: %w", i, p.layerName(p.Cores[i].Layer), j, fmt.Errorf(format, args...)))
	}
	type place struct{ node, word int }
	writer := map[place]int{}
	for i := range p.Cores {
		c := &p.Cores[i]
		words := c.Words(p.WordBits)
		for j, r := range c.Routes {
			dst, ok := nodes[r.Node]
			switch {
			case !ok:
				fail(i, j, "it leads to node %d, where nothing is", r.Node)
				continue
			case r.Base < 0 || r.Base > 1<<16:
				fail(i, j, "base %d; packets address 65536 words", r.Base)
				continue
			case dst < 0 && (r.Mask != 0 || r.Shift != 0):
				fail(i, j, "mask %d and shift %d; the host's space has no slots", r.Mask, r.Shift)
				continue
			case dst < 0 && !p.outputHolds(c.Layer, r.Base, words):
				fail(i, j, "words %d to %d of the host's space belong to no output of layer %q", r.Base, r.Base+words-1, p.layerName(c.Layer))
				continue
			case dst >= 0 && c.Graded:
				fail(i, j, "membranes go to the host only")
				continue
			case dst >= 0:
				k := &p.Cores[dst]
				if k.SpikeDepth == 0 || r.Mask != k.RingMask || r.Shift != k.RingShift || r.Base+words > 1<<k.RingShift {
					fail(i, j, "mask %d, shift %d, words %d to %d of a slot; the ring of core %d has mask %d, shift %d and %d words in all", r.Mask, r.Shift, r.Base, r.Base+words-1, dst, k.RingMask, k.RingShift, k.SpikeDepth)
					continue
				}
			}
			if end := r.Base + r.Mask<<r.Shift + words; end > 1<<p.Net.AddrBits {
				fail(i, j, "it needs address %d; packets have %d bits", end-1, p.Net.AddrBits)
			}
			for w := range words {
				at := place{r.Node, r.Base + w}
				if other, taken := writer[at]; taken {
					fail(i, j, "word %d of node %d is written by core %d too", at.word, at.node, other)
					break
				}
				writer[at] = i
			}
		}
	}
	return errs
}

// outputHolds tells whether words of the host's space are of an output of a layer.
func (p *Program) outputHolds(layer, base, words int) bool {
	for i := range p.Outputs {
		if o := &p.Outputs[i]; o.Layer == layer && base >= o.Base && base+words <= o.Base+o.Words {
			return true
		}
	}
	return false
}

func (p *Program) layerName(i int) string {
	if i < 0 || i >= len(p.Layers) {
		return "?"
	}
	return p.Layers[i].Name
}

func (p *Program) validateCore(c *Core) []error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(c.Layer >= 0 && c.Layer < len(p.Layers), "layer %d does not exist", c.Layer)
	check(powerOfTwo(c.Lanes) && powerOfTwo(c.Update) && c.Update <= c.Lanes && c.Update <= p.WordBits, "lanes %d and update lanes %d must be powers of two, update at most lanes and word", c.Lanes, c.Update)
	check(c.WeightBits >= 2 && c.WeightBits <= 16 && c.AccBits >= c.WeightBits && c.AccBits <= 32 && c.StateBits >= 2 && c.StateBits <= 32 && c.Frac >= 0 && c.Frac <= 15 && c.DecayBits >= 4 && c.DecayBits <= 16,
		"widths weight %d, acc %d, state %d, frac %d, decay %d leave their ranges", c.WeightBits, c.AccBits, c.StateBits, c.Frac, c.DecayBits)
	check(!c.Graded || c.Update == 1 && c.StateBits <= p.WordBits, "a graded core updates one neuron a cycle and its membrane of %d bits fits a word", c.StateBits)
	check(c.RingMask >= 0 && powerOfTwo(c.RingMask+1) && (c.SpikeDepth == 0 || c.SpikeDepth == (c.RingMask+1)<<c.RingShift), "spike memory of %d words for %d slots of %d", c.SpikeDepth, c.RingMask+1, 1<<c.RingShift)
	check(c.SpikeDepth == 0 || powerOfTwo(c.SpikeDepth), "spike memory of %d words is no power of two", c.SpikeDepth)
	check(c.Held >= 0 && c.Held <= len(c.Segments) && len(c.Segments) > 0, "%d of %d segments are held", c.Held, len(c.Segments))
	if len(errs) > 0 {
		return errs
	}
	g := p.Layers[c.Layer].Grid
	part := c.Part
	check(part.Channel >= 0 && part.Channels > 0 && part.Channel <= g.C-part.Channels && part.Row >= 0 && part.Rows > 0 && part.Row <= g.H-part.Rows,
		"part %+v leaves its layer of %+v", part, g)
	pixels := part.Rows * g.W
	check(c.Blocks == (part.Channels+c.Lanes-1)/c.Lanes && c.Groups == pixels*c.Blocks && c.N == (pixels-1)*c.Pitch()+part.Channels,
		"%d blocks, %d groups and %d slots do not make part %+v on %d lanes", c.Blocks, c.Groups, c.N, part, c.Lanes)
	check(len(c.Across) == g.W && len(c.Down) == part.Rows, "windows for %d columns and %d rows of %d and %d", len(c.Across), len(c.Down), g.W, part.Rows)
	if len(errs) > 0 {
		return errs
	}
	slots := c.Groups * c.Lanes
	if c.Shared {
		slots = c.Blocks * c.Lanes
	}
	check(len(c.Weights) == c.Blocks*c.Rows*c.Lanes, "weight image has %d values; want %d", len(c.Weights), c.Blocks*c.Rows*c.Lanes)
	check(len(c.Threshold) == slots && len(c.Bias) == slots, "parameter images have %d and %d values; want %d", len(c.Threshold), len(c.Bias), slots)
	check((c.DecayMode == DecayPerNeuron) == (len(c.Decay) == slots), "decay image has %d values in mode %d", len(c.Decay), c.DecayMode)
	check(c.ResetPerNeuron == (len(c.Reset) == slots), "reset image has %d values; per neuron %v", len(c.Reset), c.ResetPerNeuron)
	check(c.Current == (len(c.VBias) == slots), "membrane bias image has %d values; a current %v", len(c.VBias), c.Current)
	for j := range c.Segments {
		s := &c.Segments[j]
		check(s.Across >= 0 && s.Across < len(c.Across[0]) && s.Down >= 0 && s.Down < len(c.Down[0]), "segment %d: windows %d and %d do not exist", j, s.Across, s.Down)
		check(s.External || !s.Negate && !s.Double, "segment %d: spikes are neither doubled nor negated", j)
		check(s.External && s.Delay >= 0 || !s.External && s.Delay >= 1 && s.Delay <= c.RingMask, "segment %d: delay %d with %d slots", j, s.Delay, c.RingMask+1)
	}
	if len(errs) > 0 {
		return errs
	}
	for j := range c.Segments {
		s := &c.Segments[j]
		for grp := range c.Groups {
			w := c.Window(s, grp)
			if w.Bits == 0 {
				continue
			}
			end := s.Base + (w.First+w.Bits-1)/p.WordBits
			depth := 1 << c.RingShift
			if s.External {
				depth, end = c.InputDepth, end+s.Mask<<s.Shift
			}
			if w.Bits < 0 || w.First < 0 || end >= depth || w.Row < grp%c.Blocks*c.Rows || w.Row+w.Bits > (grp%c.Blocks+1)*c.Rows {
				return append(errs, fmt.Errorf("segment %d: group %d sees bits %d+%d with rows from %d; memory ends at word %d, rows at %d", j, grp, w.First, w.Bits, w.Row, depth, c.Blocks*c.Rows))
			}
		}
	}
	return errs
}

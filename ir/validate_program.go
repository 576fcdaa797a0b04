package ir

import "fmt"

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
	if !powerOfTwo(p.Net.HostDepth) || p.Net.Cols < 1 || p.Net.Rows < 1 || p.Net.AddrBits < 1 || p.Net.AddrBits > 16 || p.Net.FIFODepth < 1 {
		fail("network %+v: sizes must be positive, the host FIFO a power of two, addresses at most 16 bits", p.Net)
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
	}
	if len(errs) > 0 {
		return errs
	}
	if p.Ticks != p.Steps+top {
		fail("ticks are %d; steps %d plus the highest level %d make %d", p.Ticks, p.Steps, top, p.Steps+top)
	}
	for i := range p.Cores {
		c := &p.Cores[i]
		words := (c.N + p.WordBits - 1) / p.WordBits
		if c.Graded {
			words = c.N
		}
		for j, r := range c.Routes {
			end := r.Base + r.Mask<<r.Shift + r.Offset + words
			dst, ok := nodes[r.Node]
			switch {
			case !ok:
				fail("core %d: route %d leads to node %d, where nothing is", i, j, r.Node)
			case dst >= 0 && (end > p.Cores[dst].SpikeDepth || c.Graded):
				fail("core %d: route %d ends at word %d of core %d, which has %d (graded: %v)", i, j, end, dst, p.Cores[dst].SpikeDepth, c.Graded)
			case end > 1<<p.Net.AddrBits:
				fail("core %d: route %d needs address %d; packets have %d bits", i, j, end-1, p.Net.AddrBits)
			}
		}
	}
	covered := make([]int, len(p.Layers))
	for i := range p.Cores {
		covered[p.Cores[i].Layer] += p.Cores[i].N
	}
	for i, l := range p.Layers {
		if covered[i] != l.N {
			fail("layer %q: cores hold %d of its %d neurons", l.Name, covered[i], l.N)
		}
	}
	return errs
}

func (p *Program) layerName(i int) string {
	if i < 0 || i >= len(p.Layers) {
		return "?"
	}
	return p.Layers[i].Name
}

func powerOfTwo(n int) bool { return n > 0 && n&(n-1) == 0 }

func (p *Program) validateCore(c *Core) []error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(c.Layer >= 0 && c.Layer < len(p.Layers), "layer %d does not exist", c.Layer)
	check(powerOfTwo(c.Lanes) && powerOfTwo(c.Update) && c.Update <= c.Lanes && c.Update <= p.WordBits, "lanes %d and update lanes %d must be powers of two, update at most lanes and word", c.Lanes, c.Update)
	check(c.N > 0 && c.Lanes > 0 && c.Groups == (c.N+c.Lanes-1)/max(c.Lanes, 1), "groups are %d for %d neurons on %d lanes", c.Groups, c.N, c.Lanes)
	check(c.WeightBits >= 2 && c.WeightBits <= 16 && c.AccBits >= c.WeightBits && c.AccBits <= 32 && c.StateBits >= 2 && c.StateBits <= 32 && c.Frac >= 0 && c.Frac <= 15 && c.DecayBits >= 4 && c.DecayBits <= 16,
		"widths weight %d, acc %d, state %d, frac %d, decay %d leave their ranges", c.WeightBits, c.AccBits, c.StateBits, c.Frac, c.DecayBits)
	check(!c.Graded || c.Update == 1 && c.StateBits <= p.WordBits, "a graded core updates one neuron a cycle and its membrane of %d bits fits a word", c.StateBits)
	check(c.First%p.WordBits == 0, "first neuron %d is no multiple of the word", c.First)
	check(c.SpikeDepth == 0 || powerOfTwo(c.SpikeDepth), "spike memory of %d words is no power of two", c.SpikeDepth)
	check(c.Held >= 0 && c.Held <= len(c.Segments) && len(c.Segments) > 0, "%d of %d segments are held", c.Held, len(c.Segments))
	check(len(c.Routes) > 0, "no route leaves it")
	if len(errs) > 0 {
		return errs
	}
	padded := c.Groups * c.Lanes
	check(len(c.Weights) == padded*c.Rows, "weight image has %d values; want %d", len(c.Weights), padded*c.Rows)
	check(len(c.Threshold) == padded && len(c.Bias) == padded, "parameter images have %d and %d values; want %d", len(c.Threshold), len(c.Bias), padded)
	check((c.DecayMode == DecayPerNeuron) == (len(c.Decay) == padded), "decay image has %d values in mode %d", len(c.Decay), c.DecayMode)
	check(c.ResetPerNeuron == (len(c.Reset) == padded), "reset image has %d values; per neuron %v", len(c.Reset), c.ResetPerNeuron)
	for j, s := range c.Segments {
		depth := c.SpikeDepth
		if s.External {
			depth = c.InputDepth
		}
		check(powerOfTwo(s.Mask+1) && s.Base+s.Mask<<s.Shift+s.Words <= depth, "segment %d ends past its memory of %d words", j, depth)
		check(s.Row >= 0 && s.Row+s.Bits <= c.Rows && s.Bits <= s.Words*p.WordBits, "segment %d: rows %d..%d of %d, %d words", j, s.Row, s.Row+s.Bits, c.Rows, s.Words)
		check(s.External || !s.Negate && !s.Double, "segment %d: spikes are neither doubled nor negated", j)
		check(s.External && s.Delay == c.Level || !s.External && s.Delay >= 1 && s.Delay <= s.Mask, "segment %d: delay %d with %d slots", j, s.Delay, s.Mask+1)
	}
	if len(errs) > 0 {
		return errs
	}
	return append(errs, c.validateValues()...)
}

// validateValues checks images against widths, and proves the accumulator's.
func (c *Core) validateValues() []error {
	var errs []error
	qmax := int16(1)<<(c.WeightBits-1) - 1
	if c.WeightBits == 16 {
		qmax = 32767
	}
	bound := make([]int64, c.Groups*c.Lanes)
	gain := make([]int64, c.Rows)
	for _, s := range c.Segments {
		for r := s.Row; r < s.Row+s.Bits; r++ {
			if s.Double {
				gain[r] = 2*gain[r] + 1
			} else {
				gain[r]++
			}
		}
	}
	for i, w := range c.Weights {
		if w > qmax || w < -qmax {
			return append(errs, fmt.Errorf("weight %d is %d; %d bits allow ±%d", i, w, c.WeightBits, qmax))
		}
		g := i / (c.Rows * c.Lanes)
		bound[g*c.Lanes+i%c.Lanes] += gain[i/c.Lanes%c.Rows] * int64(max(w, -w))
	}
	for n, b := range bound {
		if b >= 1<<(c.AccBits-1) {
			return append(errs, fmt.Errorf("neuron %d: sums reach ±%d; %d accumulator bits do not hold them", n, b, c.AccBits))
		}
	}
	lo, hi := -int64(1)<<(c.StateBits-1), int64(1)<<(c.StateBits-1)-1
	for _, im := range c.images() {
		for n, v := range *im.wide {
			if im.name == "decay" && (v < 0 || v >= 1<<c.DecayBits) || im.name != "decay" && (int64(v) < lo || int64(v) > hi) {
				return append(errs, fmt.Errorf("%s of neuron %d is %d; it leaves its width", im.name, n, v))
			}
		}
	}
	for n := c.N; n < len(c.Threshold); n++ {
		if int64(c.Threshold[n]) != hi || c.Bias[n] != 0 || bound[n] != 0 {
			return append(errs, fmt.Errorf("padding neuron %d is not inert", n))
		}
	}
	return errs
}

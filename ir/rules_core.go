package ir

import "fmt"

func checkNodes(p *Program, r *report) {
	owner := map[int]int{0: -1}
	for i := range p.Cores {
		node := p.Cores[i].Node
		other, taken := owner[node]
		switch {
		case node < 0 || node >= p.Net.Cols*p.Net.Rows:
			r.faultAt(p.coreWhere(i), "Node", node, "the network has nodes 0..%d", p.Net.Cols*p.Net.Rows-1)
		case taken && other < 0:
			r.faultAt(p.coreWhere(i), "Node", node, "node 0 is the host's")
		case taken:
			r.faultAt(p.coreWhere(i), "Node", node, "core %d is there", other)
		}
		owner[node] = i
	}
}

func checkCoreLayer(at coreAt, r *report) {
	c, p := at.c, at.p
	if c.Layer < 0 || c.Layer >= len(p.Layers) {
		r.fault("Layer", c.Layer, "the program has layers 0..%d", len(p.Layers)-1)
		return
	}
	if l := &p.Layers[c.Layer]; c.Level != l.Level {
		r.fault("Level", c.Level, "layer %q is on level %d", l.Name, l.Level)
	}
}

func checkCoreSlice(at coreAt, r *report) {
	c, p := at.c, at.p
	if c.Layer < 0 || c.Layer >= len(p.Layers) {
		return // core.layer's
	}
	layer := p.Layers[c.Layer].N
	switch {
	case c.N < 1 || c.N > layer:
		r.fault("N", c.N, "layer %q has %d neurons, and a core holds at least one", p.Layers[c.Layer].Name, layer)
	case c.First < 0 || c.First > layer-c.N:
		r.fault("First", c.First, "neurons %d..%d do not exist; layer %q has %d", c.First, c.First+c.N-1, p.Layers[c.Layer].Name, layer)
	case !c.Graded && c.First%p.WordBits != 0:
		r.fault("First", c.First, "a core starts at the first neuron of a word, a multiple of %d", p.WordBits)
	}
}

func checkCoreLanes(at coreAt, r *report) {
	c, p := at.c, at.p
	if !powerOfTwo(c.Lanes) || c.Lanes > maxLanes {
		r.fault("Lanes", c.Lanes, "allowed are powers of two up to %d", maxLanes)
		return
	}
	switch {
	case c.Graded && c.Update != 1:
		r.fault("Update", c.Update, "a graded core updates 1 neuron a cycle")
	case !powerOfTwo(c.Update) || c.Update > min(c.Lanes, p.WordBits):
		r.fault("Update", c.Update, "it must be a power of two, at most Lanes (%d) and WordBits (%d)", c.Lanes, p.WordBits)
	}
	if c.N < 1 || c.N > maxNeurons {
		return // core.slice's
	}
	if want := ceilDiv(c.N, c.Lanes); c.Groups != want {
		r.fault("Groups", c.Groups, "%d neurons on %d lanes make %d", c.N, c.Lanes, want)
	}
}

func checkCoreWidths(at coreAt, r *report) {
	c := at.c
	r.need("WeightBits", c.WeightBits, 2, 16)
	// The hardware extends a weight to the accumulator and never cuts it.
	r.need("AccBits", c.AccBits, max(2, min(c.WeightBits, 16)), 32)
	r.need("StateBits", c.StateBits, 2, 32)
	r.need("Frac", c.Frac, 0, 15)
	r.need("DecayBits", c.DecayBits, 4, 16)
}

func checkCoreModel(at coreAt, r *report) {
	c := at.c
	r.need("Neuron.Reset", int(c.Neuron.Reset), int(ResetNone), int(ResetDelayed))
	r.need("Neuron.Rounding", int(c.Rounding), int(RoundNearest), int(RoundZero))
	r.need("DecayMode", int(c.DecayMode), int(DecayZero), int(DecayPerNeuron))
	if c.Graded && c.StateBits > at.p.WordBits {
		r.fault("StateBits", c.StateBits, "membranes of a graded core leave in words of %d bits", at.p.WordBits)
	}
}

// checkCoreUnused keeps one meaning to one encoding, and so one digest.
func checkCoreUnused(at coreAt, r *report) {
	c := at.c
	if c.DecayMode != DecayUniform && c.DecayConst != 0 {
		r.fault("DecayConst", c.DecayConst, "DecayMode %d does not use it; it must be 0", c.DecayMode)
	}
	if c.Neuron.Reset != ResetValue && c.ResetPerNeuron {
		r.fault("ResetPerNeuron", true, "Reset %d has no value to reset to", c.Neuron.Reset)
	}
	if (c.Neuron.Reset != ResetValue || c.ResetPerNeuron) && c.ResetConst != 0 {
		r.fault("ResetConst", c.ResetConst, "Reset %d with ResetPerNeuron %v does not use it; it must be 0", c.Neuron.Reset, c.ResetPerNeuron)
	}
	if c.InputDepth == 0 && c.InputBase != 0 {
		r.fault("InputBase", c.InputBase, "the core has no input memory; it must be 0")
	}
}

func checkCoreMemories(at coreAt, r *report) {
	c := at.c
	r.need("InputDepth", c.InputDepth, 0, maxInputs)
	if c.InputDepth >= 0 && c.InputDepth <= maxInputs {
		r.need("InputBase", c.InputBase, 0, maxInputs-c.InputDepth)
	}
	if c.SpikeDepth != 0 && (!powerOfTwo(c.SpikeDepth) || c.SpikeDepth > maxHostSpace) {
		r.fault("SpikeDepth", c.SpikeDepth, "allowed are 0 and powers of two up to %d", maxHostSpace)
	}
}

func checkCoreLists(at coreAt, r *report) {
	c := at.c
	r.need("Rows", c.Rows, 1, maxRows)
	if len(c.Segments) == 0 {
		r.fault("Segments", "empty", "a core that nothing drives must not exist")
	}
	if len(c.Segments) > maxSegments {
		r.fault("Segments", fmt.Sprintf("a list of %d", len(c.Segments)), "at most %d", maxSegments)
	}
	if len(c.Routes) == 0 {
		r.fault("Routes", "empty", "a core that nobody listens to must not exist")
	}
	r.need("Held", c.Held, 0, len(c.Segments))
}

func checkSegmentWindow(at segmentAt, r *report) {
	s, depth, memory := at.s, at.c.SpikeDepth, "SpikeDepth"
	if s.External {
		depth, memory = at.c.InputDepth, "InputDepth"
	}
	switch {
	case s.Mask < 0 || !powerOfTwo(s.Mask+1) || s.Mask >= maxInputs:
		r.fault("Mask", s.Mask, "slots are a power of two; a mask is one less")
	case s.Shift < 0 || s.Shift > 22:
		r.fault("Shift", s.Shift, "allowed are 0..22")
	case s.Words < 1 || s.Words > maxInputs:
		r.fault("Words", s.Words, "a window has at least one word, and at most %d", maxInputs)
	case s.Mask > 0 && s.Words > 1<<s.Shift:
		r.fault("Words", s.Words, "a slot has %d words", 1<<s.Shift)
	case s.Base < 0 || s.Base > maxInputs || s.Base+s.Mask<<s.Shift+s.Words > depth:
		r.fault("Base", s.Base, "%d slots of 2^%d words, the last with %d, end past %s, %d", s.Mask+1, s.Shift, s.Words, memory, depth)
	}
}

func checkSegmentRows(at segmentAt, r *report) {
	s := at.s
	if s.Words < 1 || s.Words > maxInputs {
		return // segment.window's
	}
	r.need("Bits", s.Bits, 1, s.Words*at.p.WordBits)
	if s.Row < 0 || s.Bits > at.c.Rows || s.Row > at.c.Rows-s.Bits {
		r.fault("Row", s.Row, "rows %d..%d do not all exist; Rows is %d", s.Row, s.Row+s.Bits-1, at.c.Rows)
	}
}

func checkSegmentDelay(at segmentAt, r *report) {
	s := at.s
	switch {
	case s.External && s.Delay != at.c.Level:
		r.fault("Delay", s.Delay, "inputs are read at the core's level, %d", at.c.Level)
	case !s.External && (s.Delay < 1 || s.Delay > s.Mask):
		r.fault("Delay", s.Delay, "spikes are read at least 1 tick late, and at most Mask (%d), or the slot is written while it is read", s.Mask)
	}
}

func checkSegmentFlags(at segmentAt, r *report) {
	s := at.s
	for _, f := range []struct {
		field string
		set   bool
	}{{"Double", s.Double}, {"Negate", s.Negate}} {
		if f.set && !s.External {
			r.fault(f.field, true, "spikes have one plane, which counts 1")
		}
	}
	if s.Last && s.External {
		r.fault("Last", true, "input words have no valid bit to clear")
	}
	if !s.External && at.j < at.c.Held {
		r.fault("External", false, "it is one of the %d held segments, integrated at step 0 only; these read held inputs", at.c.Held)
	}
}

func checkRouteTarget(at routeAt, r *report) {
	if at.c.Graded && at.r.Node != 0 {
		r.fault("Node", at.r.Node, "membranes go to the host only, node 0")
	}
}

func checkRouteWindow(at routeAt, r *report) {
	route := at.r
	for _, f := range []struct {
		field     string
		v, lo, hi int
	}{{"Base", route.Base, 0, maxHostSpace}, {"Offset", route.Offset, 0, maxHostSpace}, {"Shift", route.Shift, 0, 16}, {"Mask", route.Mask, 0, maxHostSpace - 1}} {
		if f.v < f.lo || f.v > f.hi {
			r.fault(f.field, f.v, "allowed are %d..%d", f.lo, f.hi)
			return
		}
	}
	if !powerOfTwo(route.Mask + 1) {
		r.fault("Mask", route.Mask, "slots are a power of two; a mask is one less")
		return
	}
	if route.Node == 0 && (route.Mask != 0 || route.Shift != 0) {
		r.fault("Mask", route.Mask, "the host has one slot: Mask and Shift are 0 (Shift is %d)", route.Shift)
		return
	}
	end := route.Base + route.Mask<<route.Shift + route.Offset + at.p.wordsSent(at.c)
	depth, memory := 1<<at.p.Net.AddrBits, fmt.Sprintf("what %d address bits reach", at.p.Net.AddrBits)
	if at.to >= 0 && at.p.Cores[at.to].SpikeDepth < depth {
		depth, memory = at.p.Cores[at.to].SpikeDepth, fmt.Sprintf("core %d's spike memory", at.to)
	}
	if end > depth {
		r.fault("Base", route.Base, "its last word, %d, lies past %s, %d words", end-1, memory, depth)
	}
}

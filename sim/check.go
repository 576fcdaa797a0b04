package sim

import (
	"fmt"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// check tells whether the simulator may rely on a program: sizes that agree,
// addresses inside their memories, rings that are never written in the slot
// that is being read, sums that stay within their accumulators.
func check(p *ir.Program) error {
	if p.WordBits != 8 && p.WordBits != 16 && p.WordBits != 32 {
		return fmt.Errorf("program %q: spike words of %d bits; allowed are 8, 16 and 32", p.Name, p.WordBits)
	}
	if err := checkNet(p); err != nil {
		return fmt.Errorf("program %q: %w", p.Name, err)
	}
	top := 0
	for i := range p.Cores {
		top = max(top, p.Cores[i].Level)
	}
	if p.Steps < 1 || p.Ticks != p.Steps+top {
		return fmt.Errorf("program %q: %d steps in %d ticks, with cores up to level %d; want at least 1 step, and steps + level ticks",
			p.Name, p.Steps, p.Ticks, top)
	}
	for i := range p.Inputs {
		if err := checkPort(p, &p.Inputs[i]); err != nil {
			return fmt.Errorf("input %q: %w", p.Inputs[i].Name, err)
		}
	}
	for i := range p.Outputs {
		o := &p.Outputs[i]
		if o.Layer < 0 || o.Layer >= len(p.Layers) || o.N != p.Layers[o.Layer].N {
			return fmt.Errorf("output %q: %d neurons of layer %d; want a layer of the program and all its neurons", o.Name, o.N, o.Layer)
		}
		if o.Graded && len(o.Unit) != o.N && len(o.Unit) != 1 {
			return fmt.Errorf("output %q: %d units for %d neurons", o.Name, len(o.Unit), o.N)
		}
		if o.Base < 0 || o.Base+outputWords(p, o) > 1<<16 {
			return fmt.Errorf("output %q: words %d..%d of the host's space; it has 65536", o.Name, o.Base, o.Base+outputWords(p, o)-1)
		}
		for k := range p.Outputs[:i] {
			if q := &p.Outputs[k]; o.Base < q.Base+outputWords(p, q) && q.Base < o.Base+outputWords(p, o) {
				return fmt.Errorf("output %q: its words from %d on overlap those of %q", o.Name, o.Base, q.Name)
			}
		}
	}
	for i := range p.Cores {
		if err := checkCore(p, &p.Cores[i]); err != nil {
			return coreError(p, i, err)
		}
	}
	for i := range p.Cores {
		if err := checkRoutes(p, &p.Cores[i]); err != nil {
			return coreError(p, i, err)
		}
	}
	return nil
}

func coreError(p *ir.Program, i int, err error) error {
	name := "?"
	if l := p.Cores[i].Layer; l >= 0 && l < len(p.Layers) {
		name = p.Layers[l].Name
	}
	return fmt.Errorf("core %d (layer %q): %w", i, name, err)
}

func checkNet(p *ir.Program) error {
	n := &p.Net
	nodes := 0
	switch n.Kind {
	case ir.NetBus:
	case ir.NetMesh:
		if nodes = n.Cols * n.Rows; n.Cols < 1 || n.Rows < 1 || n.FIFODepth < 1 {
			return fmt.Errorf("a mesh of %d by %d routers with FIFOs of %d flits; all must be at least 1", n.Cols, n.Rows, n.FIFODepth)
		}
	default:
		return fmt.Errorf("network %q; allowed are bus and mesh", n.Kind)
	}
	if n.HostDepth < 1 {
		return fmt.Errorf("a host FIFO of %d words; want at least 1", n.HostDepth)
	}
	seen := map[int]int{0: -1}
	for i := range p.Cores {
		node := p.Cores[i].Node
		if other, used := seen[node]; used {
			return fmt.Errorf("core %d is at node %d, as core %d is (-1: the host); every node has one place", i, node, other)
		}
		if node < 0 || nodes > 0 && node >= nodes {
			return fmt.Errorf("core %d is at node %d; the mesh has nodes 0..%d", i, node, nodes-1)
		}
		seen[node] = i
	}
	return nil
}

func checkPort(p *ir.Program, in *ir.InputPort) error {
	b := in.Input.Bits
	if in.N < 1 || b < 1 || b > 16 || in.PlaneWords != (in.N+p.WordBits-1)/p.WordBits {
		return fmt.Errorf("%d values of %d bits in planes of %d words; want at least 1 value of 1..16 bits in words of %d", in.N, b, in.PlaneWords, p.WordBits)
	}
	if in.Base < 0 || !powerOfTwo(in.Slots) || in.SlotShift < 0 || in.SlotShift > 30 || in.Words() > 1<<in.SlotShift {
		return fmt.Errorf("%d words a step from word %d in %d slots of 2^%d words; a step must fit its slot and slots must be a power of two",
			in.Words(), in.Base, in.Slots, in.SlotShift)
	}
	if in.Input.Held && in.Slots != 1 {
		return fmt.Errorf("%d slots for a held stimulus; want 1", in.Slots)
	}
	return nil
}

func powerOfTwo(n int) bool { return n > 0 && n&(n-1) == 0 }

func checkCore(p *ir.Program, c *ir.Core) error {
	if c.Layer < 0 || c.Layer >= len(p.Layers) || c.Level != p.Layers[c.Layer].Level || c.Level < 0 {
		return fmt.Errorf("layer %d on level %d; want a layer of the program and its level", c.Layer, c.Level)
	}
	if c.N < 1 || c.First < 0 || c.First+c.N > p.Layers[c.Layer].N || !c.Graded && c.First%p.WordBits != 0 {
		return fmt.Errorf("neurons %d..%d of a layer of %d; want at least one, starting at a word's first", c.First, c.First+c.N-1, p.Layers[c.Layer].N)
	}
	if !powerOfTwo(c.Lanes) || !powerOfTwo(c.Update) || c.Update > min(c.Lanes, p.WordBits) || c.Graded && c.Update != 1 {
		return fmt.Errorf("%d lanes updated %d a cycle; both must be powers of two, the second at most the first and the word (1 for a graded core)", c.Lanes, c.Update)
	}
	if c.Groups != (c.N+c.Lanes-1)/c.Lanes {
		return fmt.Errorf("%d groups of %d lanes for %d neurons", c.Groups, c.Lanes, c.N)
	}
	for _, w := range []struct {
		name      string
		v, lo, hi int
	}{
		{"weight bits", c.WeightBits, 2, 16},
		{"accumulator bits", c.AccBits, 2, 32},
		{"state bits", c.StateBits, 2, 32},
		{"fraction bits", c.Frac, 0, 15},
		{"decay bits", c.DecayBits, 0, 16},
	} {
		if w.v < w.lo || w.v > w.hi {
			return fmt.Errorf("%d %s; allowed are %d..%d", w.v, w.name, w.lo, w.hi)
		}
	}
	if c.Graded && c.StateBits > p.WordBits {
		return fmt.Errorf("membranes of %d bits leave in words of %d; a graded core's must fit", c.StateBits, p.WordBits)
	}
	if c.Held < 0 || c.Held > len(c.Segments) {
		return fmt.Errorf("%d held segments of %d", c.Held, len(c.Segments))
	}
	for i := range c.Segments {
		if err := checkSegment(p, c, i); err != nil {
			return fmt.Errorf("segment %d: %w", i, err)
		}
	}
	if err := checkImages(c); err != nil {
		return err
	}
	return checkSums(c)
}

func checkSegment(p *ir.Program, c *ir.Core, i int) error {
	s := &c.Segments[i]
	if s.Words < 1 || s.Bits < 1 || s.Bits > s.Words*p.WordBits || s.Row < 0 || s.Row+s.Bits > c.Rows {
		return fmt.Errorf("%d bits in %d words for weight rows %d.. of %d", s.Bits, s.Words, s.Row, c.Rows)
	}
	if s.Base < 0 || s.Shift < 0 || s.Shift > 30 || !powerOfTwo(s.Mask+1) {
		return fmt.Errorf("base %d, slots of 2^%d words, slot mask %d; a mask is a power of two less 1", s.Base, s.Shift, s.Mask)
	}
	depth := c.SpikeDepth
	if s.External {
		depth = c.InputDepth
	}
	if end := s.Base + s.Mask<<s.Shift + s.Words; end > depth {
		return fmt.Errorf("it reads up to word %d of a memory of %d words", end-1, depth)
	}
	if s.External {
		if s.Mask > 0 && s.Delay != c.Level {
			return fmt.Errorf("it reads inputs %d ticks late on level %d; these must be equal", s.Delay, c.Level)
		}
		for k := range p.Inputs {
			in := &p.Inputs[k]
			if at := c.InputBase + s.Base; at >= in.Base && at < in.Base+in.Slots<<in.SlotShift &&
				(s.Mask != in.Slots-1 || in.Slots > 1 && (s.Shift != in.SlotShift || in.Slots < min(p.Steps, c.Level+1))) {
				return fmt.Errorf("it reads %d slots of 2^%d words, input %q has %d of 2^%d; they must agree and outlast level %d",
					s.Mask+1, s.Shift, in.Name, in.Slots, in.SlotShift, c.Level)
			}
		}
		return nil
	}
	if i < c.Held {
		return fmt.Errorf("it reads spikes, but is integrated at step 0 only; held segments read held inputs")
	}
	if s.Delay < 1 || s.Delay > s.Mask {
		return fmt.Errorf("it reads spikes %d ticks late from a ring of %d slots; want at least 1 tick, and a slot more than ticks", s.Delay, s.Mask+1)
	}
	return checkLast(c, i)
}

// checkLast makes sure that no segment reads, later in the tick, words whose
// valid bits an earlier segment has cleared: groups would then differ.
func checkLast(c *ir.Core, i int) error {
	s := &c.Segments[i]
	for j := range c.Segments[:i] {
		o := &c.Segments[j]
		if o.External || !o.Last || o.Mask != s.Mask || o.Shift != s.Shift || o.Delay != s.Delay {
			continue
		}
		if s.Base < o.Base+o.Words && o.Base < s.Base+s.Words {
			return fmt.Errorf("it reads words that segment %d is the last reader of", j)
		}
	}
	return nil
}

func checkImages(c *ir.Core) error {
	padded := c.Groups * c.Lanes
	lo, hi := numerics.Min(c.StateBits), numerics.Max(c.StateBits)
	least := lo
	if c.Neuron.Reset == ir.ResetSubtract && !c.Graded {
		least = 1
	}
	if len(c.Weights) != padded*c.Rows {
		return fmt.Errorf("%d weights; want %d rows of %d", len(c.Weights), c.Rows, padded)
	}
	most := int16(numerics.QMax(c.WeightBits))
	for i, w := range c.Weights {
		if w > most || w < -most {
			return fmt.Errorf("weight %d is %d; %d bits hold %d..%d", i, w, c.WeightBits, -most, most)
		}
		if w != 0 && i/c.Lanes/max(c.Rows, 1)*c.Lanes+i%c.Lanes >= c.N {
			return fmt.Errorf("weight %d is %d; it belongs to no neuron and must be 0", i, w)
		}
	}
	for _, f := range []struct {
		name   string
		v      []int32
		used   bool
		lo, hi int64
	}{
		{"threshold", c.Threshold, true, lo, hi},
		{"bias", c.Bias, true, lo, hi},
		{"decay", c.Decay, c.DecayMode == ir.DecayPerNeuron, 0, 1<<c.DecayBits - 1},
		{"reset value", c.Reset, c.ResetPerNeuron, lo, hi},
	} {
		if !f.used {
			continue
		}
		if len(f.v) != padded {
			return fmt.Errorf("%s has %d values; want %d", f.name, len(f.v), padded)
		}
		for n, v := range f.v {
			low := f.lo
			if f.name == "threshold" && n < c.N {
				low = least
			}
			if int64(v) < low || int64(v) > f.hi {
				return fmt.Errorf("neuron %d: %s is %d; allowed are %d..%d", n, f.name, v, low, f.hi)
			}
		}
	}
	for n := c.N; n < padded; n++ {
		if !c.Graded && int64(c.Threshold[n]) != hi || c.Bias[n] != 0 {
			return fmt.Errorf("neuron %d is padding with threshold %d and bias %d; want %d and 0", n, c.Threshold[n], c.Bias[n], hi)
		}
	}
	if c.DecayMode == ir.DecayUniform && (c.DecayConst < 0 || c.DecayConst >= 1<<c.DecayBits) {
		return fmt.Errorf("decay %d; %d bits hold 0..%d", c.DecayConst, c.DecayBits, 1<<c.DecayBits-1)
	}
	if v := int64(c.ResetConst); v < lo || v > hi {
		return fmt.Errorf("reset value %d; allowed are %d..%d", v, lo, hi)
	}
	return nil
}

// checkSums proves that no partial sum leaves the accumulator.
func checkSums(c *ir.Core) error {
	var held []int64 // lo, hi of each neuron after the held segments
	var err error
	visit := func(n int, lo, hi int64) bool {
		if need := numerics.BitsFor(lo, hi); need > c.AccBits {
			err = fmt.Errorf("neuron %d: its synapses can sum to %d..%d, which needs %d bits; the accumulator has %d", n, lo, hi, need, c.AccBits)
		}
		return err == nil
	}
	if c.Held > 0 {
		held = make([]int64, 2*c.N)
		sums(c, c.Segments[:c.Held], nil, func(n int, lo, hi int64) bool {
			held[2*n], held[2*n+1] = lo, hi
			return visit(n, lo, hi)
		})
		if err != nil {
			return err
		}
	}
	sums(c, c.Segments[c.Held:], held, visit)
	return err
}

// sums gives visit the range of each neuron's sum after the segments, starting
// from the ranges in from (nil: 0), until visit says stop. Bits of different
// segments are independent, and every range contains those before it unless
// the sums shrink by the sign plane alone, so the extremes of all partial sums
// are passed too: visit sees the widest range of the walk.
func sums(c *ir.Core, segments []ir.Segment, from []int64, visit func(n int, lo, hi int64) bool) {
	const far = 1 << 40 // past every accumulator; stops doubling from overflowing
	type rows struct{ row, bits int }
	type range2 struct{ neg, pos []int64 }
	cache := map[rows]range2{}
	for i := range segments {
		key := rows{segments[i].Row, segments[i].Bits}
		if _, ok := cache[key]; ok {
			continue
		}
		r := range2{make([]int64, c.N), make([]int64, c.N)}
		for row := key.row; row < key.row+key.bits; row++ {
			for first := 0; first < c.N; first += c.Lanes {
				at := (first/c.Lanes*c.Rows + row) * c.Lanes
				for lane, w := range c.Weights[at : at+min(c.Lanes, c.N-first)] {
					r.neg[first+lane] += min(int64(w), 0)
					r.pos[first+lane] += max(int64(w), 0)
				}
			}
		}
		cache[key] = r
	}
	for n := range c.N {
		var lo, hi, least, most int64
		if from != nil {
			lo, hi = from[2*n], from[2*n+1]
			least, most = lo, hi
		}
		for i := range segments {
			s := &segments[i]
			r := cache[rows{s.Row, s.Bits}]
			if s.Double {
				lo, hi = max(2*lo, -far), min(2*hi, far)
			}
			least, most = min(least, lo), max(most, hi)
			if s.Negate {
				lo, hi = lo-r.pos[n], hi-r.neg[n]
			} else {
				lo, hi = lo+r.neg[n], hi+r.pos[n]
			}
			least, most = min(least, lo), max(most, hi)
		}
		if !visit(n, least, most) {
			return
		}
	}
}

// checkRoutes makes sure that packets arrive where a segment reads them, in
// the slot of the tick they were sent in.
func checkRoutes(p *ir.Program, c *ir.Core) error {
	if len(c.Routes) == 0 {
		return fmt.Errorf("it has no route; a core that nobody listens to must not exist")
	}
	words := (c.N + p.WordBits - 1) / p.WordBits
	if c.Graded {
		words = c.N
	}
	for i, r := range c.Routes {
		if r.Base < 0 || r.Offset < 0 || r.Shift < 0 || r.Shift > 30 || !powerOfTwo(r.Mask+1) {
			return fmt.Errorf("route %d: base %d, offset %d, slots of 2^%d words, mask %d", i, r.Base, r.Offset, r.Shift, r.Mask)
		}
		end := r.Base + r.Mask<<r.Shift + r.Offset + words
		if end > 1<<p.Net.AddrBits {
			return fmt.Errorf("route %d: it reaches word %d; packets have %d address bits", i, end-1, p.Net.AddrBits)
		}
		if r.Node == 0 {
			if r.Mask != 0 || end > 1<<16 {
				return fmt.Errorf("route %d: it reaches word %d of the host's space with mask %d; want at most 65535 and mask 0", i, end-1, r.Mask)
			}
			if err := checkHostRoute(p, c, r); err != nil {
				return fmt.Errorf("route %d: %w", i, err)
			}
			continue
		}
		if c.Graded {
			return fmt.Errorf("route %d: membranes go to node %d; they can only go to the host", i, r.Node)
		}
		to := -1
		for k := range p.Cores {
			if p.Cores[k].Node == r.Node {
				to = k
			}
		}
		if to < 0 {
			return fmt.Errorf("route %d: node %d has no core", i, r.Node)
		}
		if depth := p.Cores[to].SpikeDepth; end > depth {
			return fmt.Errorf("route %d: it reaches word %d of core %d, which has %d", i, end-1, to, depth)
		}
		if err := checkRing(&p.Cores[to], r, words); err != nil {
			return fmt.Errorf("route %d to core %d: %w", i, to, err)
		}
	}
	return nil
}

// checkRing compares a route with every segment whose ring it could touch.
func checkRing(to *ir.Core, r ir.Route, words int) error {
	for k := range to.Segments {
		s := &to.Segments[k]
		if s.External {
			continue
		}
		for a := range s.Mask + 1 {
			from := s.Base + a<<s.Shift
			for b := range r.Mask + 1 {
				at := r.Base + b<<r.Shift + r.Offset
				if at < from+s.Words && from < at+words && (a != b || s.Mask != r.Mask) {
					return fmt.Errorf("it writes slot %d of %d into slot %d of %d of the ring of segment %d", b, r.Mask+1, a, s.Mask+1, k)
				}
			}
		}
	}
	return nil
}

// checkHostRoute makes sure that a core's words land on its own neurons.
func checkHostRoute(p *ir.Program, c *ir.Core, r ir.Route) error {
	first := c.First
	if !c.Graded {
		first /= p.WordBits
	}
	for i := range p.Outputs {
		o := &p.Outputs[i]
		if o.Layer == c.Layer && o.Graded == c.Graded && r.Base+r.Offset == o.Base+first {
			return nil
		}
	}
	return fmt.Errorf("its words go to the host's word %d on, where no output of the layer has the core's neurons", r.Base+r.Offset)
}

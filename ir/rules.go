package ir

import "fmt"

// This file lists every invariant of a Program, in the order in which they are
// checked. Rules of a later stage rely on those of the stages before it (to
// index, to multiply), so a stage that finds faults is the last that runs.
// To add an invariant, write one function and one line here; docs/program.md
// has the same lines, and a test compares them.

// RuleText names a rule and says what it demands.
type RuleText struct{ Stage, Name, Says string }

// Subjects of rules: a thing and where it stands.
type (
	inputAt struct {
		p *Program
		i int
		*InputPort
	}
	outputAt struct {
		p *Program
		i int
		*OutputPort
	}
	coreAt struct {
		p *Program
		i int
		c *Core
	}
	segmentAt struct {
		coreAt
		j int
		s *Segment
	}
	routeAt struct {
		coreAt
		j  int
		r  *Route
		to int // the core at the route's node; -1: the host
	}
)

// Stage "sizes": what has no need of anything else.
var (
	programRules = []rule[*Program]{
		{"program.text", "Name and Tool are UTF-8 without control characters", checkProgramText},
		{"program.word", "WordBits is 8, 16 or 32", checkWord},
		{"program.parts", "there are layers, cores, and 1 to 4096 inputs and outputs", checkParts},
		{"program.ticks", "Steps is at least 1, Ticks is Steps plus the highest level, and 16 bits count them", checkTicks},
		{"net.kind", "Kind is bus or mesh; a bus has one column", checkNetKind},
		{"net.sizes", "grid, FIFOs and AddrBits are within the machine's limits; HostDepth is a power of two", checkNetSizes},
		{"layer.fields", "layers have unique names, at least one neuron, and a level from 0", checkLayers},
		{"note.text", "notes are UTF-8", checkNotes},
	}
	inputRules = []rule[inputAt]{
		{"input.encoding", "N is at least 1 and the product of Shape; Bits is 1..16; Scale is finite and positive", checkInputEncoding},
		{"input.layout", "PlaneWords is ceil(N/W); a step fits its slot; slots are a power of two, 1 if held; the words lie in the input space", checkInputLayout},
	}
	inputsRule  = rule[*Program]{"input.apart", "inputs have unique names and share no word of the input space", checkInputsApart}
	outputRules = []rule[outputAt]{
		{"output.layer", "Layer exists and N is its neurons", checkOutputLayer},
		{"output.words", "the words lie in the host's space", checkOutputWords},
		{"output.unit", "a graded output has one finite positive unit, or one a neuron; a spiking output has none", checkOutputUnit},
	}
	outputsRule = rule[*Program]{"output.apart", "outputs have unique names and share no word of the host's space", checkOutputsApart}
)

// Stage "cores": the fields of each core against the program's sizes.
var (
	coreRules = []rule[coreAt]{
		{"core.layer", "Layer exists and Level is its level", checkCoreLayer},
		{"core.slice", "the neurons lie in the layer; First is a multiple of W unless the core is graded", checkCoreSlice},
		{"core.lanes", "Lanes and Update are powers of two, Update at most Lanes and W, 1 if graded; Groups is ceil(N/Lanes)", checkCoreLanes},
		{"core.widths", "WeightBits is 2..16, AccBits WeightBits..32, StateBits 2..32, Frac 0..15, DecayBits 4..16", checkCoreWidths},
		{"core.model", "Reset, Rounding and DecayMode are known; a graded core's membrane fits a word", checkCoreModel},
		{"core.unused", "constants that the core's modes do not use are 0", checkCoreUnused},
		{"core.memories", "the input memory lies in the input space; SpikeDepth is 0 or a power of two up to 65536", checkCoreMemories},
		{"core.lists", "there is a weight row, a segment (at most 4096) and a route; Held counts segments", checkCoreLists},
	}
	coresRule = rule[*Program]{"core.node", "every core has a node of its own in the network; node 0 is the host's", checkNodes}

	segmentRules = []rule[segmentAt]{
		{"segment.window", "every slot's window lies in its memory; slots are a power of two and do not overlap", checkSegmentWindow},
		{"segment.rows", "Bits fit Words, and the rows Row..Row+Bits-1 exist", checkSegmentRows},
		{"segment.delay", "inputs are read at Delay = Level, spikes at 1..Mask", checkSegmentDelay},
		{"segment.flags", "spikes are not doubled, negated or held; only spikes have a last reader", checkSegmentFlags},
	}
	routeRules = []rule[routeAt]{
		{"route.target", "the node is the host or a core; membranes go to the host only", checkRouteTarget},
		{"route.window", "every slot's words lie in the target's memory and in AddrBits; the host has one slot", checkRouteWindow},
	}
)

// Stage "images": array lengths, then the values in them.
var (
	lengthRules = []rule[coreAt]{
		{"image.length", "Weights has Groups·Rows·Lanes values, Threshold and Bias Groups·Lanes, Decay and Reset as many or none as their modes say", checkImageLengths},
	}
	imageRules = []rule[coreAt]{
		{"image.weights", "weights fit WeightBits without the most negative value; lanes past N have weight 0", checkWeights},
		{"image.params", "thresholds, biases and resets fit StateBits, decays DecayBits; a threshold that is subtracted is at least 1", checkParams},
		{"image.padding", "neurons past N have the largest threshold, and bias, decay and reset 0", checkPadding},
		{"image.sums", "no partial sum of the synapses leaves AccBits, whatever the input", checkSums},
		{"image.rows", "every weight row is read by a segment", checkRowsRead},
	}
)

// Stage "connections": what is sent is read, and what is read is sent.
var (
	connectionRules = []rule[*wiring]{
		{"layer.tiled", "the cores of a layer hold each of its neurons once", checkTiled},
		{"host.words", "a route to the host writes the core's own neurons of an output, and every output word has one writer", checkHostWords},
		{"ring.writer", "every word of a spike memory has at most one writer", checkOneWriter},
		{"ring.slots", "every word that a segment reads is written, in the slot that it reads it from", checkSlots},
		{"ring.schedule", "spikes are read at Delay = difference of levels, or at 1 within a level", checkSchedule},
		{"ring.bits", "no word brings a bit that the segment has no row for", checkRingBits},
		{"ring.last", "every spike word has a last reader, and nobody reads it after that", checkLast},
		{"route.read", "every word that is sent is read", checkRead},
	}
	externalRules = []rule[segmentAt]{
		{"external.plane", "the window lies in one plane of one input and has a row for each of its bits", checkExternalPlane},
		{"external.slots", "slots are the input's, and hold a step until its last reader has read it", checkExternalSlots},
		{"external.held", "held segments read held inputs", checkExternalHeld},
		{"external.value", "a plane counts 2^(planes after it), negated if it is the sign", checkExternalValue},
	}
)

// Rules lists every rule of a Program with what it demands, in checking order.
func Rules() []RuleText {
	var out []RuleText
	add := func(stage, name, says string) { out = append(out, RuleText{stage, name, says}) }
	list(programRules, "sizes", add)
	list(inputRules, "sizes", add)
	list([]rule[*Program]{inputsRule}, "sizes", add)
	list(outputRules, "sizes", add)
	list([]rule[*Program]{outputsRule}, "sizes", add)
	list(coreRules, "cores", add)
	list([]rule[*Program]{coresRule}, "cores", add)
	list(segmentRules, "cores", add)
	list(routeRules, "cores", add)
	list(lengthRules, "images", add)
	list(imageRules, "images", add)
	list(connectionRules, "connections", add)
	list(externalRules, "connections", add)
	return out
}

func list[T any](rules []rule[T], stage string, add func(stage, name, says string)) {
	for _, r := range rules {
		add(stage, r.name, r.says)
	}
}

// Validate checks every invariant that the simulator, the RTL and the host
// rely on. Each error is a *Fault; none means that the program has one defined
// behaviour on every execution.
func (p *Program) Validate() []error {
	r := &report{}
	top := fmt.Sprintf("program %q", p.Name)
	for _, stage := range []func(){
		func() { p.checkSizes(r, top) },
		func() { p.checkCores(r, top) },
		func() { eachCore(p, r, top, lengthRules) },
		func() { eachCore(p, r, top, imageRules) },
		func() { p.checkConnections(r, top) },
	} {
		if stage(); len(r.faults) > 0 {
			break
		}
	}
	return r.errors()
}

func (p *Program) checkSizes(r *report, top string) {
	apply(r, top, programRules, p)
	if len(r.faults) > 0 {
		return // ports divide by the word and index layers
	}
	for i := range p.Inputs {
		apply(r, fmt.Sprintf("%s: input %d (%q)", top, i, p.Inputs[i].Name), inputRules, inputAt{p, i, &p.Inputs[i]})
	}
	for i := range p.Outputs {
		apply(r, fmt.Sprintf("%s: output %d (%q)", top, i, p.Outputs[i].Name), outputRules, outputAt{p, i, &p.Outputs[i]})
	}
	if len(r.faults) == 0 {
		apply(r, top, []rule[*Program]{inputsRule, outputsRule}, p)
	}
}

// coreWhere names a core for messages.
func (p *Program) coreWhere(i int) string {
	name := "?"
	if l := p.Cores[i].Layer; l >= 0 && l < len(p.Layers) {
		name = p.Layers[l].Name
	}
	return fmt.Sprintf("program %q: core %d (layer %q)", p.Name, i, name)
}

func eachCore(p *Program, r *report, _ string, rules []rule[coreAt]) {
	for i := range p.Cores {
		apply(r, p.coreWhere(i), rules, coreAt{p, i, &p.Cores[i]})
	}
}

func (p *Program) checkCores(r *report, top string) {
	apply(r, top, []rule[*Program]{coresRule}, p)
	eachCore(p, r, top, coreRules)
	if len(r.faults) > 0 {
		return // windows index by widths and depths
	}
	eachSegment(p, r, segmentRules)
	nodes := p.nodes()
	for i := range p.Cores {
		c := coreAt{p, i, &p.Cores[i]}
		for j := range c.c.Routes {
			route := &c.c.Routes[j]
			where := fmt.Sprintf("%s: route %d", p.coreWhere(i), j)
			to, ok := nodes[route.Node]
			if !ok {
				r.rule, r.where = routeRules[0].name, where
				r.fault("Node", route.Node, "no core is there, and node 0 is the host's")
				continue
			}
			apply(r, where, routeRules, routeAt{c, j, route, to})
		}
	}
}

func eachSegment(p *Program, r *report, rules []rule[segmentAt]) {
	for i := range p.Cores {
		c := coreAt{p, i, &p.Cores[i]}
		for j := range c.c.Segments {
			apply(r, fmt.Sprintf("%s: segment %d", p.coreWhere(i), j), rules, segmentAt{c, j, &c.c.Segments[j]})
		}
	}
}

func (p *Program) checkConnections(r *report, top string) {
	w := newWiring(p)
	for _, x := range connectionRules {
		// ring.schedule and later read the writers that ring.slots has proven.
		if r.rule, r.where = x.name, top; len(r.faults) == 0 {
			x.check(w, r)
		}
	}
	for i := range externalRules {
		if len(r.faults) == 0 {
			eachSegment(p, r, externalRules[i:i+1])
		}
	}
}

// nodes maps a network node to the core on it; the host's node 0 to -1.
func (p *Program) nodes() map[int]int {
	nodes := map[int]int{0: -1}
	for i := range p.Cores {
		nodes[p.Cores[i].Node] = i
	}
	return nodes
}

// wordsSent returns how many addresses a core's words take: one for W neurons,
// or one a neuron where they are membranes.
func (p *Program) wordsSent(c *Core) int {
	if c.Graded {
		return c.N
	}
	return ceilDiv(c.N, p.WordBits)
}

// hostWords is the same for an output.
func (p *Program) hostWords(o *OutputPort) int {
	if o.Graded {
		return o.N
	}
	return ceilDiv(o.N, p.WordBits)
}

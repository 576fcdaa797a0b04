package compiler

import (
	"math/bits"

	"github.com/snnc/snnc/ir"
)

// Cost is an estimate of a design before synthesis, for one family of devices.
type Cost struct {
	LUT        int `json:"lut"`    // look-up tables, those of carry chains and of small memories included
	FF         int `json:"ff"`     // flip-flops
	Blocks     int `json:"blocks"` // block RAMs of Family.BlockBits
	DSP        int `json:"dsp"`
	SinglePort int `json:"single_port,omitempty"` // memories of one port that hold weights, of 256 kbit
	MemoryBits int `json:"memory_bits"`           // weights, parameters, state, current, input and spike memories and queues
}

func (c *Cost) add(d Cost) {
	c.LUT, c.FF, c.Blocks, c.DSP, c.MemoryBits = c.LUT+d.LUT, c.FF+d.FF, c.Blocks+d.Blocks, c.DSP+d.DSP, c.MemoryBits+d.MemoryBits
	c.SinglePort += d.SinglePort
}

// Family is a family of devices as Yosys maps to it.
type Family struct {
	Name      string
	BlockBits int
	shapes    []shape
	dsp       int // bits of a signed number that one DSP multiplies; 0: none are used
	asked     int // the same where Hardware.DSP asks for them
	weigh     weights
	// alone is the share of flip-flops that take a logic cell without using its
	// LUT, where a cell is one LUT and one flip-flop and is what a device has.
	alone float64
	board Cost // serial link and reset, which a board's design has on top (Yosys 0.23, alone)
}

// weights are LUTs (a bit, unless said otherwise) of each structure, fitted to builds; docs/benchmarks.md,
// section Boards, has the errors. The last four are flip-flops.
type weights struct {
	lane     float64 // accumulator and its adder
	operand  float64 // each of load, double and subtract
	turn     float64 // a further lane that the update selects from
	shown    float64 // column multiplexer of host read-back, of a row
	reads    float64 // bit of what the host selects from a core's memories
	deep     float64 // a further cell of a deep memory
	valid    float64 // valid bit of a spike memory that is a flip-flop
	neuron   float64 // leak, sum, saturation, threshold and reset
	product  float64 // bit of a partial product where no DSP makes it
	writer   float64 // second writer of a memory
	word     float64 // bit of a spike word: scanner and its mask
	window   float64 // address, row and bit counters of a core whose neurons do not all see the same
	core     float64 // a core
	router   float64 // a bit of a router's port
	system   float64 // host, controller, network
	pipeline float64 // flip-flops of the update, a bit
	windowFF float64
	coreFF   float64
	systemFF float64
}

// Families that snnc estimates.
var Families = []*Family{ICE40, ECP5, XC7}

// withoutDSP is the family with products made of adders (synth_… -nodsp), for
// boards that have too few.
func (f *Family) withoutDSP() *Family {
	g := *f
	g.dsp = 0
	return &g
}

// with is the family as it is built with.
func (f *Family) with(h Hardware) *Family {
	if !h.DSP || f.asked == 0 {
		return f
	}
	g := *f
	g.dsp = f.asked
	return &g
}

// multipliers counts the DSPs of a product of a signed number of some bits: Yosys
// cuts off parts that are one bit narrower, and makes a rest of two bits of LUTs.
func (f *Family) multipliers(bits int) int {
	if bits <= f.dsp {
		return 1
	}
	return ceilDiv(bits-2, f.dsp-1)
}

// structure counts the bits of what costs logic.
type structure struct {
	lane, operand, turn, shown, reads, deep, valid, neuron, product, writer, word, window, router, stages float64
	cores                                                                                                 int
	ff                                                                                                    int
	cost                                                                                                  Cost // of memories and DSPs
}

func (f *Family) core(p *ir.Program, c *ir.Core, h Hardware, singlePort bool) structure {
	s := structure{cores: 1, word: float64(p.WordBits)}
	acc := c.Lanes * c.AccBits
	s.lane = float64(acc)
	double, negate := false, false
	for i := range c.Segments {
		double, negate = double || c.Segments[i].Double, negate || c.Segments[i].Negate
	}
	s.operand = float64(acc * (btoi(c.Held > 0) + btoi(double) + btoi(negate)))
	s.turn = float64(c.Update * c.AccBits * (c.Lanes/c.Update - 1))
	bits := float64(c.Update * max(c.StateBits, c.AccBits+c.Frac))
	s.neuron, s.stages = bits, bits
	if c.Current { // a sum of its own, in a stage for which all of the membrane waits
		s.neuron, s.stages = 2*bits, 3*bits
	}
	for _, d := range []struct {
		mode  ir.DecayMode
		value int32
		used  bool
	}{{c.DecayMode, c.DecayConst, true}, {c.SynDecayMode, c.SynDecayConst, c.Current}} {
		ones := onesOf(d.value)
		if !d.used || d.mode != ir.DecayUniform && d.mode != ir.DecayPerNeuron || d.mode == ir.DecayUniform && ones <= 1 {
			continue // no product, or one that is a shift
		}
		if f.dsp > 0 {
			s.cost.DSP += c.Update * f.multipliers(c.StateBits)
			continue
		}
		rows := c.DecayBits
		if d.mode == ir.DecayUniform {
			rows = ones
		}
		s.product += float64(c.Update * c.StateBits * rows)
	}
	if !h.NoRewrite {
		s.writer = float64(c.Update * c.MemoryBits())
		if c.Held > 0 {
			s.writer += float64(acc)
		}
	}
	if len(c.Segments) > 1 || len(c.Across) > 1 || len(c.Down) > 1 {
		words := max(1, ir.Clog2(c.SpikeDepth), ir.Clog2(c.InputDepth))
		s.window = float64(words + ir.Clog2(p.WordBits) + max(1, ir.Clog2(c.Blocks*c.Rows)))
	}
	for i, m := range memories(p, c, h, singlePort) {
		if m.shown {
			s.shown += float64(m.width)
			s.reads += 32
		}
		r := f.place(m)
		if i == 0 && singlePort { // the weights
			r, s.cost.SinglePort = f.placeSinglePort(m, c)
		}
		s.memory(m, r)
	}
	if c.SpikeDepth > 0 && !wordsOfValid(c) {
		s.ff += c.SpikeDepth
		s.valid += float64(c.SpikeDepth)
	}
	s.ff += acc
	if !h.NoReadback || c.Plastic != nil {
		s.ff += 33 // what the host reads
	}
	s.plastic(f, p, c)
	return s
}

// LUTs and flip-flops of a plasticity unit, of a lane that has a neuron and of the rest, without its
// memories (docs/benchmarks.md, Learning on the chip).
const (
	plasticLUT     = 620
	plasticLaneLUT = 55
	plasticFF      = 340
	plasticLaneFF  = 29 // its product, beside the stored weight
	// of ten products of a bit of an entry with one of the gate, where they are LUTs
	plasticProductLUT = 28
)

// plastic adds the plasticity unit beside a core.
func (s *structure) plastic(f *Family, p *ir.Program, c *ir.Core) {
	u := c.Plastic
	if u == nil {
		return
	}
	lanes := min(c.Lanes, c.N)
	s.cost.LUT += plasticLUT + lanes*plasticLaneLUT
	s.ff += plasticFF + lanes*(plasticLaneFF+c.StoredBits())
	const entry, gate = 16, 15
	if f.dsp > 0 {
		s.cost.DSP += lanes
	} else {
		s.cost.LUT += lanes * entry * gate * plasticProductLUT / 10
	}
	class := ir.Clog2(p.Steps + 1)
	small := func(width, depth int) {
		m := memory{width: width, depth: depth, column: width, ports: 1, register: true}
		s.memory(m, f.place(m))
	}
	for range lanes {
		small(entry, 1<<ir.Clog2(4*p.Steps))
		small(class, u.Batch*c.Groups)
	}
	small(class, u.Batch*c.Rows)
	small(16, 24) // sums
}

// PlasticUnit gives the cost of the plasticity unit beside a core, without the
// fraction bits in its weight memory.
func (f *Family) PlasticUnit(p *ir.Program, c *ir.Core) Cost {
	var s structure
	s.plastic(f, p, c)
	return f.total(s)
}

func (s *structure) memory(m memory, r mapped) {
	s.cost.MemoryBits += m.width * m.depth
	s.cost.Blocks += r.blocks
	s.cost.LUT += r.luts
	s.ff += r.ff
	s.deep += float64(r.mux)
}

// piece is a count and what it costs.
type piece struct {
	name  string
	count float64
	luts  float64 // of one
}

func (s *structure) pieces(w *weights) []piece {
	return []piece{{"lane", s.lane, w.lane}, {"operand", s.operand, w.operand}, {"turn", s.turn, w.turn}, {"shown", s.shown, w.shown}, {"reads", s.reads, w.reads}, {"deep", s.deep, w.deep}, {"valid", s.valid, w.valid},
		{"neuron", s.neuron, w.neuron}, {"product", s.product, w.product}, {"writer", s.writer, w.writer}, {"word", s.word, w.word}, {"window", s.window, w.window},
		{"router", s.router, w.router}, {"core", float64(s.cores), w.core}}
}

// total is the cost of a structure.
func (f *Family) total(s structure) Cost {
	c, luts := s.cost, 0.
	for _, t := range s.pieces(&f.weigh) {
		luts += t.count * t.luts
	}
	c.LUT += int(luts)
	c.FF = s.ff + int(f.weigh.pipeline*s.stages+f.weigh.windowFF*s.window+f.weigh.coreFF*float64(s.cores))
	return c
}

// EstimateCore gives the cost of one core.
func (f *Family) EstimateCore(p *ir.Program, c *ir.Core, h Hardware) Cost {
	f = f.with(h)
	return f.total(f.core(p, c, h, false))
}

// Estimate gives the cost of a program's design, without a board's serial link.
func (f *Family) Estimate(p *ir.Program, h Hardware) Cost { return f.EstimateWith(p, h, 0) }

// EstimateWith gives the cost of a program on a device with memories of one
// port (rtl.Options.SinglePort).
func (f *Family) EstimateWith(p *ir.Program, h Hardware, singlePort int) Cost {
	f = f.with(h)
	sum := f.total(f.system(p))
	sum.LUT, sum.FF = sum.LUT+int(f.weigh.system), sum.FF+int(f.weigh.systemFF)
	for i, single := range p.SinglePort(singlePort) {
		sum.add(f.total(f.core(p, &p.Cores[i], h, single)))
	}
	return sum
}

// system is what lies between the cores: the events' queue and a mesh's routers.
func (f *Family) system(p *ir.Program) structure {
	var s structure
	s.memory(hostQueue(p), f.place(hostQueue(p)))
	if p.Net.Kind == ir.NetMesh {
		flit := p.WordBits + p.Net.AddrBits + ir.Clog2(p.Net.Cols) + ir.Clog2(p.Net.Rows)
		for range ports(p) {
			s.router += float64(flit)
			m := memory{width: flit, depth: p.Net.FIFODepth, column: flit, ports: 1}
			s.memory(m, f.place(m))
		}
	}
	return s
}

// ports counts the input queues of a mesh's routers: one for each neighbour and
// one for each core.
func ports(p *ir.Program) int {
	return len(p.Cores) + 2*((p.Net.Cols-1)*p.Net.Rows+p.Net.Cols*(p.Net.Rows-1))
}

func onesOf(decay int32) int { return bits.OnesCount32(uint32(decay)) }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

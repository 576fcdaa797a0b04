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
	weigh     weights
	// alone is the share of flip-flops that take a logic cell without using its
	// LUT, where a cell is one LUT and one flip-flop and is what a device has.
	alone float64
	board Cost // serial link and reset, which a board's design has on top (Yosys 0.23, alone)
}

// weights are LUTs (a bit, unless said otherwise) of each structure, fitted to
// Yosys; docs/benchmarks.md, section Synthesis, has the errors. The last three
// are flip-flops.
type weights struct {
	lane     float64 // accumulator and its adder
	operand  float64 // each of load, double and subtract
	turn     float64 // a further lane that the update selects from
	shown    float64 // column multiplexer of host read-back
	deep     float64 // a further cell of a deep memory
	neuron   float64 // leak, sum, saturation, threshold and reset
	product  float64 // bit of a partial product where no DSP makes it
	writer   float64 // second writer of a memory
	core     float64 // a core
	router   float64 // a bit of a router's port
	system   float64 // host, controller, network
	pipeline float64 // flip-flops of the update, a bit
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
	lane, operand, turn, shown, deep, neuron, product, writer, router float64
	cores                                                             int
	ff                                                                int
	cost                                                              Cost // of memories and DSPs
}

func (f *Family) core(p *ir.Program, c *ir.Core, singlePort bool) structure {
	s := structure{cores: 1}
	acc := c.Lanes * c.AccBits
	s.lane = float64(acc)
	double, negate := false, false
	for i := range c.Segments {
		double, negate = double || c.Segments[i].Double, negate || c.Segments[i].Negate
	}
	s.operand = float64(acc * (btoi(c.Held > 0) + btoi(double) + btoi(negate)))
	s.turn = float64(c.Update * c.AccBits * (c.Lanes/c.Update - 1))
	states := 1 + btoi(c.Current)
	s.neuron = float64(c.Update * states * max(c.StateBits, c.AccBits+c.Frac))
	for _, d := range []struct {
		mode  ir.DecayMode
		value int32
		used  bool
	}{{c.DecayMode, c.DecayConst, true}, {c.SynDecayMode, c.SynDecayConst, c.Current}} {
		if !d.used || d.mode != ir.DecayUniform && d.mode != ir.DecayPerNeuron {
			continue
		}
		if f.dsp > 0 {
			s.cost.DSP += c.Update * f.multipliers(c.StateBits)
			continue
		}
		rows := c.DecayBits
		if d.mode == ir.DecayUniform {
			rows = bits.OnesCount32(uint32(d.value))
		}
		s.product += float64(c.Update * c.StateBits * rows)
	}
	s.writer = float64(c.Update * c.MemoryBits())
	if c.Held > 0 {
		s.writer += float64(acc)
	}
	for i, m := range memories(p, c) {
		if m.shown {
			s.shown += float64(m.width)
		}
		if i == 0 && singlePort { // the weights
			s.cost.MemoryBits += m.width * m.depth
			s.cost.SinglePort = c.SinglePortBlocks()
			s.deep += float64(m.width * (ceilDiv(m.depth, 1<<14) - 1))
			continue
		}
		s.memory(f, m)
	}
	if c.SpikeDepth > 0 && (c.SpikeDepth <= 256 || c.RingShift <= 5) {
		s.ff += c.SpikeDepth // valid bits
		s.deep += float64(c.SpikeDepth)
	}
	s.ff += acc
	s.plastic(f, p, c)
	return s
}

// LUTs and flip-flops of a plasticity unit, of a lane that has a neuron and of
// the rest, from two designs on ECP5 (docs/benchmarks.md, Learning on the chip).
const (
	plasticLUT     = 620
	plasticLaneLUT = 55
	plasticFF      = 380
	plasticLaneFF  = 56
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
	s.ff += plasticFF + lanes*plasticLaneFF
	const entry, gate = 16, 15
	if f.dsp > 0 {
		s.cost.DSP += lanes
	} else {
		s.cost.LUT += lanes * entry * gate * plasticProductLUT / 10
	}
	class := log2(p.Steps + 1)
	small := func(width, depth int) { s.memory(f, memory{width, depth, width, 1, false, false}) }
	for range lanes {
		small(entry, 1<<log2(4*p.Steps))
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

func (s *structure) memory(f *Family, m memory) {
	r := f.place(m)
	s.cost.MemoryBits += m.width * m.depth
	s.cost.Blocks += r.blocks
	s.cost.LUT += r.luts
	s.ff += r.ff
	s.deep += float64(r.mux)
}

// total is the cost of a structure.
func (f *Family) total(s structure) Cost {
	w, c := f.weigh, s.cost
	c.LUT += int(w.lane*s.lane + w.operand*s.operand + w.turn*s.turn + w.shown*s.shown + w.deep*s.deep + w.neuron*s.neuron +
		w.product*s.product + w.writer*s.writer + w.router*s.router + w.core*float64(s.cores))
	c.FF = s.ff + int(w.pipeline*s.neuron+w.coreFF*float64(s.cores))
	return c
}

// EstimateCore gives the cost of one core.
func (f *Family) EstimateCore(p *ir.Program, c *ir.Core) Cost { return f.total(f.core(p, c, false)) }

// Estimate gives the cost of a program.
func (f *Family) Estimate(p *ir.Program) Cost { return f.EstimateWith(p, 0) }

// EstimateWith gives the cost of a program on a device with memories of one
// port (rtl.Options.SinglePort).
func (f *Family) EstimateWith(p *ir.Program, singlePort int) Cost {
	var s structure
	s.memory(f, hostQueue(p))
	if p.Net.Kind == ir.NetMesh {
		flit := p.WordBits + p.Net.AddrBits + log2(p.Net.Cols) + log2(p.Net.Rows)
		for range ports(p) {
			s.router += float64(flit)
			r := f.place(memory{width: flit, depth: p.Net.FIFODepth, column: flit, ports: 1})
			s.cost.Blocks, s.cost.LUT, s.ff = s.cost.Blocks+r.blocks, s.cost.LUT+r.luts, s.ff+r.ff
			s.deep += float64(r.mux)
		}
	}
	sum := f.total(s)
	sum.LUT, sum.FF = sum.LUT+int(f.weigh.system), sum.FF+int(f.weigh.systemFF)
	for i, single := range p.SinglePort(singlePort) {
		sum.add(f.total(f.core(p, &p.Cores[i], single)))
	}
	return sum
}

// ports counts the input queues of a mesh's routers: one for each neighbour and
// one for each core.
func ports(p *ir.Program) int {
	return len(p.Cores) + 2*((p.Net.Cols-1)*p.Net.Rows+p.Net.Cols*(p.Net.Rows-1))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

package sim

import (
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// steppedCore is section 3 of docs/machine.md taken literally, one cycle after
// the other: the state machine, the operations under way to the accumulators,
// the update pipeline, the send FIFO.
type steppedCore struct {
	p     *ir.Program
	c     *ir.Core
	model numerics.Model

	state         string
	lead          int // cycles until the first GROUP
	k, t          int // tick, step
	g, seg, w, u  int
	first, bits   int    // window of the segment: bits of the source, and
	row           int    // the weight row of its first
	left          uint32 // bits of the current word still to be added
	fresh         bool   // the word has not been read yet
	assembling    uint32
	ops           []steppedOp
	pipe          []*steppedUpdate
	fifo          []steppedWord
	route         int
	firstGroup    int64
	lastStateWord int64

	acc     []int64   // [P]
	current [][]int64 // [G][P]
	memory  []numerics.Memory
	spikes  []uint32
	valid   []bool
	input   []uint32
}

type steppedOp struct {
	issued int64
	kind   string
	g, row int
}

type steppedUpdate struct {
	addressed int64
	g, u      int
	before    []int32
	after     []numerics.Memory
	spike     []bool
}

type steppedWord struct {
	word int
	bits uint32
}

func newSteppedCore(p *ir.Program, c *ir.Core) *steppedCore {
	s := &steppedCore{p: p, c: c, state: "IDLE", acc: make([]int64, c.Lanes), memory: make([]numerics.Memory, c.Groups*c.Lanes),
		spikes: make([]uint32, c.SpikeDepth), valid: make([]bool, c.SpikeDepth), input: make([]uint32, c.InputDepth),
		model: numerics.Model{StateBits: c.StateBits, Frac: c.Frac, DecayBits: c.DecayBits, TowardZero: c.Rounding == ir.RoundZero,
			AtLeast: c.AtLeast, Graded: c.Graded, Reset: numerics.Reset(c.Neuron.Reset), Current: c.Current, Refractory: c.Refractory}}
	for range c.Groups {
		s.current = append(s.current, make([]int64, c.Lanes))
	}
	for n := range s.memory { // whatever the memory holds
		s.memory[n].V = int32(n*7 - 3)
		if c.Current {
			s.memory[n].I = int32(5 - n)
		}
		s.memory[n].Wait = uint8(c.Refractory)
	}
	for i := range s.spikes {
		s.spikes[i], s.valid[i] = 0xA5, true
	}
	return s
}

// cycle takes the core through one cycle; push receives the words that enter
// the send FIFO at its end.
func (s *steppedCore) cycle(c int64, start bool, k, t int, push func(steppedWord)) {
	switch s.state {
	case "IDLE":
		if start {
			s.state, s.lead, s.k, s.t, s.g = "LEAD", 3, k, t, 0
			s.firstGroup = c + 4
		}
	case "LEAD":
		if s.lead--; s.lead == 0 {
			s.state = "GROUP"
		}
	case "GROUP":
		kind := "CLEAR"
		if s.c.Held > 0 && s.t > 0 {
			kind = "LOAD"
		}
		s.ops = append(s.ops, steppedOp{c, kind, s.g, 0})
		s.seg = 0
		if s.t > 0 {
			s.seg = s.c.Held
		}
		s.toSegment()
	case "SEG":
		s.segment(c)
	case "WALK":
		s.walk(c)
	case "SAVE":
		s.ops = append(s.ops, steppedOp{c, "SAVE", s.g, 0})
		s.toSegment()
	case "DRAIN":
		s.state, s.u = "UPDATE", 0
	case "UPDATE":
		s.pipe = append(s.pipe, &steppedUpdate{addressed: c, g: s.g, u: s.u})
		if s.u++; s.u == s.c.Lanes/s.c.Update {
			if s.g++; s.g == s.c.Groups {
				s.state = "IDLE"
			} else {
				s.state = "GROUP"
			}
		}
	}
	// The pipeline takes the accumulators of this cycle, which an operation
	// changes at its end.
	depth := int64(3)
	if s.c.Current {
		depth = 4
	}
	for _, x := range s.pipe {
		if c == x.addressed+1 {
			s.compute(x)
		}
	}
	if len(s.pipe) > 0 && c == s.pipe[0].addressed+depth {
		s.retire(s.pipe[0], push)
		s.pipe = s.pipe[1:]
		s.lastStateWord = c
	}
	if len(s.ops) > 0 && c == s.ops[0].issued+2 {
		s.execute(s.ops[0])
		s.ops = s.ops[1:]
	}
}

func (s *steppedCore) busy() bool { return s.state != "IDLE" || len(s.pipe) > 0 || len(s.fifo) > 0 }

// toSegment goes on to segment s.seg, if there is one.
func (s *steppedCore) toSegment() {
	s.state = "DRAIN"
	if s.seg < len(s.c.Segments) {
		s.state = "SEG"
	}
}

func (s *steppedCore) nextSegment() {
	s.seg++
	if s.t == 0 && s.c.Held > 0 && s.seg == s.c.Held {
		s.state = "SAVE"
		return
	}
	s.toSegment()
}

// segment is the SEG cycle: the window that the group's pixel and block see.
func (s *steppedCore) segment(c int64) {
	e := &s.c.Segments[s.seg]
	if e.Double {
		s.ops = append(s.ops, steppedOp{c, "DOUBLE", s.g, 0})
	}
	columns := s.p.Layers[s.c.Layer].Grid.W
	block, pixel := s.g%s.c.Blocks, s.g/s.c.Blocks
	a, b := s.c.Down[pixel/columns][e.Down], s.c.Across[pixel%columns][e.Across]
	if a.Bits == 0 || b.Bits == 0 || e.External && s.t < e.Delay {
		s.nextSegment()
		return
	}
	s.first, s.bits = a.First+b.First, b.Bits
	if e.Grouped {
		s.first += block * s.c.BlockBits
	}
	s.row = block*s.c.Rows + e.Row + a.Row + b.Row
	s.state, s.w, s.fresh = "WALK", s.first/s.p.WordBits, true
}

func (s *steppedCore) walk(c int64) {
	e, width := &s.c.Segments[s.seg], s.p.WordBits
	if s.fresh {
		word := uint32(0)
		if e.External {
			word = s.input[e.Base+((s.t-e.Delay)&e.Mask)<<e.Shift+s.w]
		} else if at := e.Base + ((s.k-e.Delay)&s.c.RingMask)<<s.c.RingShift + s.w; s.valid[at] {
			word = s.spikes[at]
		}
		s.left, s.fresh = 0, false
		for b := range width {
			if at := s.w*width + b; at >= s.first && at < s.first+s.bits {
				s.left |= word & (1 << b)
			}
		}
	}
	if s.left != 0 {
		b := bits.TrailingZeros32(s.left)
		kind := "ADD"
		if e.Negate {
			kind = "SUB"
		}
		s.ops = append(s.ops, steppedOp{c, kind, s.g, s.row + s.w*width + b - s.first})
		s.left &^= 1 << b
	}
	if s.left != 0 {
		return
	}
	s.fresh = true
	if s.w++; s.w > (s.first+s.bits-1)/width {
		s.nextSegment()
	}
}

func (s *steppedCore) execute(o steppedOp) {
	for lane := range s.acc {
		switch o.kind {
		case "CLEAR":
			s.acc[lane] = 0
		case "LOAD":
			s.acc[lane] = s.current[o.g][lane]
		case "SAVE":
			s.current[o.g][lane] = s.acc[lane]
		case "DOUBLE":
			s.acc[lane] *= 2
		case "ADD":
			s.acc[lane] += int64(s.c.Weights[o.row*s.c.Lanes+lane])
		case "SUB":
			s.acc[lane] -= int64(s.c.Weights[o.row*s.c.Lanes+lane])
		}
		if numerics.Saturate(s.c.AccBits, s.acc[lane]) != s.acc[lane] {
			panic(fmt.Sprintf("an accumulator of %d bits holds %d", s.c.AccBits, s.acc[lane]))
		}
	}
}

func (s *steppedCore) compute(x *steppedUpdate) {
	c := s.c
	decay := func(mode ir.DecayMode, one int32, each []int32, n int) int32 {
		switch mode {
		case ir.DecayZero:
			return 0
		case ir.DecayOne:
			return 1 << c.DecayBits
		case ir.DecayUniform:
			return one
		}
		return each[n]
	}
	for lane := x.u * c.Update; lane < (x.u+1)*c.Update; lane++ {
		n := x.g*c.Lanes + lane // slot, and
		i := n                  // where its parameters are
		if c.Shared {
			i = x.g%c.Blocks*c.Lanes + lane
		}
		p := numerics.Params{Threshold: c.Threshold[i], Bias: c.Bias[i], Reset: c.ResetConst, Decay: decay(c.DecayMode, c.DecayConst, c.Decay, i)}
		if c.Current {
			p.VBias, p.SynDecay = c.VBias[i], decay(c.SynDecayMode, c.SynDecayConst, c.SynDecay, i)
		}
		if c.ResetPerNeuron {
			p.Reset = c.Reset[i]
		}
		before, spike, after := s.model.Update(p, s.t == 0, s.memory[n], int32(s.acc[lane]))
		x.before, x.spike, x.after = append(x.before, before), append(x.spike, spike), append(x.after, after)
	}
}

func (s *steppedCore) retire(x *steppedUpdate, push func(steppedWord)) {
	c, w := s.c, s.p.WordBits
	for i := range x.after {
		n := x.g*c.Lanes + x.u*c.Update + i
		s.memory[n] = x.after[i]
		if c.Graded {
			if n < c.N {
				push(steppedWord{n, uint32(x.before[i]) << (32 - w) >> (32 - w)})
			}
			continue
		}
		if x.spike[i] {
			s.assembling |= 1 << (n % w)
		}
		if n%w == w-1 || n == c.Groups*c.Lanes-1 {
			if s.assembling != 0 {
				push(steppedWord{n / w, s.assembling})
			}
			s.assembling = 0
		}
	}
}

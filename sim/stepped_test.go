package sim

import (
	"fmt"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// stepped is docs/machine.md taken literally, one cycle after the other: the
// state machine of a core, its pipelines and FIFO, the registers of the
// networks, the controller. It is slow, knows no closed form, and shares with
// the simulator only the scalar neuron of package numerics.
type stepped struct {
	p         *ir.Program
	cores     []*steppedCore
	routers   [][5][]steppedPacket // mesh: input FIFOs of each node
	arbiter   [][5]int             // mesh: pointer of each output
	pointer   int                  // bus
	granted   *steppedPacket       // bus: packet register
	hostCount int

	tick     int
	base     int64
	pushes   []Push
	delivers []Delivery
	ends     []int64
}

type steppedPacket struct {
	node, addr int
	bits       uint32
}

type steppedCore struct {
	p              *ir.Program
	c              *ir.Core
	state          string
	t              int // step
	g, seg, w, u   int
	fresh          bool   // the word at w has not been taken yet
	word           uint32 // bits of the current word still to be added
	ops            []steppedOp
	pipe           []*steppedUpdate
	acc            []int64   // [P]
	current        [][]int64 // [G][P]
	v              []int32
	spikes         []uint32
	valid          []bool
	input          []uint32
	assembling     uint32
	fifo           []steppedWord
	route          int
	lastStateWrite int64
}

type steppedOp struct {
	issued int64
	kind   string
	row    int
	g      int
}

type steppedUpdate struct {
	addressed int64
	g, u      int
	before    []int32
	after     []int32
	spike     []bool
}

type steppedWord struct {
	word int
	bits uint32
}

func newStepped(p *ir.Program) *stepped {
	m := &stepped{p: p, routers: make([][5][]steppedPacket, p.Net.Cols*p.Net.Rows), arbiter: make([][5]int, p.Net.Cols*p.Net.Rows)}
	for i := range p.Cores {
		c := &p.Cores[i]
		padded := c.Groups * c.Lanes
		s := &steppedCore{p: p, c: c, state: "IDLE", acc: make([]int64, c.Lanes), v: make([]int32, padded),
			spikes: make([]uint32, c.SpikeDepth), valid: make([]bool, c.SpikeDepth), input: make([]uint32, c.InputDepth)}
		for range c.Groups {
			s.current = append(s.current, make([]int64, c.Lanes))
		}
		for n := range s.v {
			s.v[n] = int32(n*7 - 3) // whatever the memory holds
		}
		m.cores = append(m.cores, s)
	}
	return m
}

// run executes a sample and returns its cycles.
func (m *stepped) run(frames []*ir.Frames) int64 {
	m.base, m.pushes, m.delivers, m.ends = 0, nil, nil, nil
	for m.tick = 0; m.tick < m.p.Ticks; m.tick++ {
		for i, f := range frames {
			port := &m.p.Inputs[i]
			if f.Held && port.Input.Held && m.tick > 0 || m.tick >= m.p.Steps {
				continue
			}
			m.writeInput(port, f.At(m.tick), m.tick)
		}
		if m.tick == 0 {
			m.pointer = 0
			clear(m.arbiter)
			for _, c := range m.cores {
				clear(c.valid)
			}
		}
		m.hostCount = 0 // the host drains its FIFO between ticks
		m.runTick()
	}
	return m.base
}

// writeInput writes value by value: bit i of plane p as ir.InputPort says.
func (m *stepped) writeInput(port *ir.InputPort, values []int32, step int) {
	for plane := range port.Input.Bits {
		for w := range port.PlaneWords {
			word := uint32(0)
			for b := range m.p.WordBits {
				if i := w*m.p.WordBits + b; i < port.N {
					word |= uint32(values[i]) >> (port.Input.Bits - 1 - plane) & 1 << b
				}
			}
			addr := port.Base + step%port.Slots<<port.SlotShift + plane*port.PlaneWords + w
			for _, c := range m.cores {
				if offset := addr - c.c.InputBase; offset >= 0 && offset < c.c.InputDepth {
					c.input[offset] = word
				}
			}
		}
	}
}

// runTick is section 6: START, SETTLE, WAIT until the registered busy is low.
func (m *stepped) runTick() {
	busyQ := false
	for c := int64(0); ; c++ {
		if c > 1_000_000 {
			panic("the tick does not end")
		}
		if c >= 2 && !busyQ {
			m.ends = append(m.ends, m.base+c)
			m.base += c + 1
			return
		}
		busyQ = m.cycle(c)
	}
}

// cycle takes everything through cycle c and tells whether anything was busy in it.
func (m *stepped) cycle(c int64) bool {
	busy := m.networkBusy()
	for _, core := range m.cores {
		busy = busy || core.state != "IDLE" || len(core.pipe) > 0 || len(core.fifo) > 0
	}
	var apply []func()
	if m.p.Net.Kind == ir.NetBus {
		apply = m.busCycle(c)
	} else {
		apply = m.meshCycle(c)
	}
	for i, core := range m.cores {
		t := m.tick - core.c.Level
		start := c == 0 && t >= 0 && t < m.p.Steps
		core.cycle(c, start, t, func(w steppedWord) {
			m.pushes = append(m.pushes, Push{Core: i, Tick: m.tick, Cycle: m.base + c, Word: w.word, Bits: w.bits})
			apply = append(apply, func() { core.fifo = append(core.fifo, w) })
		})
	}
	for _, f := range apply {
		f()
	}
	return busy
}

func (m *stepped) networkBusy() bool {
	if m.granted != nil {
		return true
	}
	for _, r := range m.routers {
		for _, f := range r {
			if len(f) > 0 {
				return true
			}
		}
	}
	return false
}

// offer is what the core's FIFO shows the network, or nil.
func (m *stepped) offer(i int) *steppedPacket {
	c := m.cores[i]
	if len(c.fifo) == 0 {
		return nil
	}
	r := c.c.Routes[c.route]
	return &steppedPacket{r.Node, r.Base + ((m.tick & r.Mask) << r.Shift) + r.Offset + c.fifo[0].word, c.fifo[0].bits}
}

func (m *stepped) accept(i int) {
	c := m.cores[i]
	if c.route++; c.route == len(c.c.Routes) {
		c.route = 0
		c.fifo = c.fifo[1:]
	}
}

func (m *stepped) deliver(c int64, x steppedPacket) {
	m.delivers = append(m.delivers, Delivery{Node: x.node, Tick: m.tick, Cycle: m.base + c, Addr: x.addr, Bits: x.bits})
	if x.node == 0 {
		m.hostCount++
		return
	}
	for _, core := range m.cores {
		if core.c.Node == x.node {
			core.spikes[x.addr], core.valid[x.addr] = x.bits, true
		}
	}
}

func (m *stepped) busCycle(c int64) (apply []func()) {
	inFlight := 0
	if g := m.granted; g != nil {
		if g.node == 0 {
			inFlight = 1
		}
		apply = append(apply, func() { m.deliver(c, *g) })
	}
	var next *steppedPacket
	for k := range m.cores {
		i := (m.pointer + k) % len(m.cores)
		if x := m.offer(i); x != nil && (x.node != 0 || m.hostCount+inFlight < m.p.Net.HostDepth) {
			next = x
			apply = append(apply, func() { m.accept(i); m.pointer = (i + 1) % len(m.cores) })
			break
		}
	}
	return append(apply, func() { m.granted = next })
}

func (m *stepped) meshCycle(c int64) (apply []func()) {
	cols, depth := m.p.Net.Cols, m.p.Net.FIFODepth
	for n := range m.routers {
		x, y := n%cols, n/cols
		neighbour := [5]int{-1, n - cols, n + 1, n + cols, n - 1}
		facing := [5]int{0, 3, 4, 1, 2}
		for out := range 5 {
			for k := range 5 {
				in := (m.arbiter[n][out] + k) % 5
				if len(m.routers[n][in]) == 0 {
					continue
				}
				head := m.routers[n][in][0]
				tx, ty := head.node%cols, head.node/cols
				want := 0
				switch {
				case tx > x:
					want = 2
				case tx < x:
					want = 4
				case ty < y:
					want = 1
				case ty > y:
					want = 3
				}
				if want != out {
					continue
				}
				if out == 0 {
					if n == 0 && m.hostCount >= m.p.Net.HostDepth {
						break
					}
					apply = append(apply, func() { m.deliver(c, head) })
				} else {
					to := &m.routers[neighbour[out]][facing[out]]
					if len(*to) >= depth {
						break
					}
					apply = append(apply, func() { *to = append(*to, head) })
				}
				from := &m.routers[n][in]
				apply = append(apply, func() { *from = (*from)[1:]; m.arbiter[n][out] = (in + 1) % 5 })
				break
			}
		}
	}
	for i, core := range m.cores {
		if x, to := m.offer(i), &m.routers[core.c.Node][0]; x != nil && len(*to) < depth {
			apply = append(apply, func() { *to = append(*to, *x); m.accept(i) })
		}
	}
	return apply
}

// cycle takes the core through one cycle; push receives words that enter the
// send FIFO at its end.
func (s *steppedCore) cycle(c int64, start bool, t int, push func(steppedWord)) {
	switch s.state {
	case "IDLE":
		if start {
			s.state, s.t, s.g = "GROUP", t, 0
		}
	case "GROUP":
		kind := "CLEAR"
		if s.c.Held > 0 && s.t > 0 {
			kind = "LOAD"
		}
		s.ops = append(s.ops, steppedOp{c, kind, 0, s.g})
		s.seg = 0
		if s.t > 0 {
			s.seg = s.c.Held
		}
		s.toSegment()
	case "SEG":
		if s.c.Segments[s.seg].Double {
			s.ops = append(s.ops, steppedOp{c, "DOUBLE", 0, s.g})
		}
		s.state, s.w, s.fresh = "WALK", 0, true
	case "WALK":
		s.walk(c)
	case "SAVE":
		s.ops = append(s.ops, steppedOp{c, "SAVE", 0, s.g})
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
	// The update pipeline reads the accumulators before this cycle's operation changes them.
	for _, x := range s.pipe {
		if c == x.addressed+1 {
			s.compute(x)
		}
	}
	if len(s.pipe) > 0 && c == s.pipe[0].addressed+3 {
		s.retire(s.pipe[0], push)
		s.pipe = s.pipe[1:]
		s.lastStateWrite = c
	}
	if len(s.ops) > 0 && c == s.ops[0].issued+2 {
		s.execute(s.ops[0])
		s.ops = s.ops[1:]
	}
}

// toSegment goes on to segment s.seg, if there is one.
func (s *steppedCore) toSegment() {
	s.state = "DRAIN"
	if s.seg < len(s.c.Segments) {
		s.state = "SEG"
	}
}

func (s *steppedCore) walk(c int64) {
	g := &s.c.Segments[s.seg]
	tick := s.t + s.c.Level
	if s.fresh {
		at := g.Base + ((tick-g.Delay)&g.Mask)<<g.Shift + s.w
		switch {
		case g.External:
			s.word = s.input[at]
		case s.valid[at]:
			s.word = s.spikes[at]
		default:
			s.word = 0
		}
		if !g.External && g.Last && s.g == s.c.Groups-1 {
			s.valid[at] = false
		}
		s.fresh = false
	}
	if s.word != 0 {
		b := 0
		for s.word>>b&1 == 0 {
			b++
		}
		kind := "ADD"
		if g.Negate {
			kind = "SUB"
		}
		s.ops = append(s.ops, steppedOp{c, kind, g.Row + s.w*s.p.WordBits + b, s.g})
		s.word &^= 1 << b
	}
	if s.word != 0 {
		return
	}
	s.fresh = true
	if s.w++; s.w < g.Words {
		return
	}
	s.seg++
	if s.t == 0 && s.c.Held > 0 && s.seg == s.c.Held {
		s.state = "SAVE"
		return
	}
	s.toSegment()
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
		case "ADD", "SUB":
			w := int64(s.c.Weights[(o.g*s.c.Rows+o.row)*s.c.Lanes+lane])
			if o.kind == "SUB" {
				w = -w
			}
			s.acc[lane] += w
		}
		if numerics.Saturate(s.c.AccBits, s.acc[lane]) != s.acc[lane] {
			panic(fmt.Sprintf("an accumulator of %d bits holds %d", s.c.AccBits, s.acc[lane]))
		}
	}
}

func (s *steppedCore) compute(x *steppedUpdate) {
	c := s.c
	m := numerics.Model{StateBits: c.StateBits, Frac: c.Frac, DecayBits: c.DecayBits, TowardZero: c.Rounding == ir.RoundZero,
		AtLeast: c.AtLeast, Graded: c.Graded, Reset: numerics.Reset(c.Neuron.Reset)}
	for lane := x.u * c.Update; lane < (x.u+1)*c.Update; lane++ {
		n := x.g*c.Lanes + lane
		p := numerics.Params{Threshold: c.Threshold[n], Bias: c.Bias[n], Reset: c.ResetConst}
		switch c.DecayMode {
		case ir.DecayOne:
			p.Decay = 1 << c.DecayBits
		case ir.DecayUniform:
			p.Decay = c.DecayConst
		case ir.DecayPerNeuron:
			p.Decay = c.Decay[n]
		}
		if c.ResetPerNeuron {
			p.Reset = c.Reset[n]
		}
		before, spike, after := m.Update(p, s.t == 0, s.v[n], int32(s.acc[lane]))
		x.before, x.spike, x.after = append(x.before, before), append(x.spike, spike), append(x.after, after)
	}
}

func (s *steppedCore) retire(x *steppedUpdate, push func(steppedWord)) {
	c, w := s.c, s.p.WordBits
	for i := range x.after {
		n := x.g*c.Lanes + x.u*c.Update + i
		s.v[n] = x.after[i]
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

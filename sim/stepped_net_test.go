package sim

import "github.com/snnc/snnc/ir"

// stepped is docs/machine.md taken literally, one cycle after the other: the
// cores (stepped_core_test.go), the registers of the networks, the controller.
// It is slow, knows no closed form, and shares with the simulator only the
// scalar neuron of package numerics.
type stepped struct {
	p         *ir.Program
	cores     []*steppedCore
	routers   [][5][]steppedPacket // mesh: input FIFOs of each node
	arbiter   [][5]int             // mesh: pointer of each output
	pointer   int                  // bus
	granted   *steppedPacket       // bus: packet register
	hostCount int

	tick     int
	base     int64 // cycle of the tick's START
	steps    []CoreStep
	pushes   []Push
	delivers []Delivery
	ends     []int64
}

type steppedPacket struct {
	node, addr int
	bits       uint32
}

func newStepped(p *ir.Program) *stepped {
	nodes := p.Net.Cols * p.Net.Rows
	m := &stepped{p: p, routers: make([][5][]steppedPacket, nodes), arbiter: make([][5]int, nodes)}
	for i := range p.Cores {
		m.cores = append(m.cores, newSteppedCore(p, &p.Cores[i]))
	}
	return m
}

// run executes a sample and returns its cycles.
func (m *stepped) run(frames []*ir.Frames) int64 {
	m.base, m.steps, m.pushes, m.delivers, m.ends = 0, nil, nil, nil, nil
	for m.tick = 0; m.tick < m.p.Ticks; m.tick++ {
		for i, f := range frames {
			port, step := &m.p.Inputs[i], m.tick/m.p.Interval
			if m.tick == 0 || !port.Input.Held && m.tick%m.p.Interval == 0 && step < m.p.Steps {
				m.writeInput(port, f.At(step), step)
			}
		}
		m.hostCount = 0 // the host drains its FIFO between ticks
		m.runTick()
	}
	return m.base
}

// writeInput writes value by value, as sections 2 and ir.InputPort say.
func (m *stepped) writeInput(port *ir.InputPort, values []int32, step int) {
	space := make([]uint32, port.PlaneWords*port.Input.Bits)
	grid := ir.GridOf(port.Shape)
	i := 0
	for c := range grid.C {
		for y := range grid.H {
			for x := range grid.W {
				bit := (y*grid.W+x)*grid.C + c
				for plane := range port.Input.Bits {
					if values[i]>>(port.Input.Bits-1-plane)&1 != 0 {
						space[plane*port.PlaneWords+bit/m.p.WordBits] |= 1 << (bit % m.p.WordBits)
					}
				}
				i++
			}
		}
	}
	for w, word := range space {
		for _, c := range m.cores {
			if at := port.Base + step%port.Slots<<port.SlotShift + w - c.c.InputBase; at >= 0 && at < c.c.InputDepth {
				c.input[at] = word
			}
		}
	}
}

// runTick is section 6: START, SETTLE, WAIT until the registered busy is low.
func (m *stepped) runTick() {
	if m.tick == 0 {
		m.pointer = 0
		clear(m.arbiter)
	}
	for _, core := range m.cores {
		for a := range core.valid {
			if m.tick == 0 || a>>core.c.RingShift == m.tick&core.c.RingMask {
				core.valid[a] = false
			}
		}
	}
	busyQ := false
	for c := int64(0); ; c++ {
		if c > 10_000_000 {
			panic("the tick does not end")
		}
		if c >= 2 && !busyQ {
			m.ends = append(m.ends, m.base+c)
			break
		}
		busyQ = m.cycle(c)
	}
	for i, core := range m.cores {
		if t, active := m.active(core.c); active {
			m.steps = append(m.steps, CoreStep{Core: i, Tick: m.tick, Step: t, First: m.base + core.firstGroup, Last: m.base + core.lastStateWord})
		}
	}
	m.base = m.ends[len(m.ends)-1] + 1
}

// active is section 1.
func (m *stepped) active(c *ir.Core) (int, bool) {
	late := m.tick - c.Level
	if late < 0 || late%m.p.Interval != 0 {
		return 0, false
	}
	return late / m.p.Interval, late/m.p.Interval < m.p.Steps
}

// cycle takes everything through cycle c and tells whether anything was busy in it.
func (m *stepped) cycle(c int64) bool {
	busy := m.networkBusy()
	for _, core := range m.cores {
		busy = busy || core.busy()
	}
	apply := m.networkCycle(c)
	for i, core := range m.cores {
		t, active := m.active(core.c)
		core.cycle(c, c == 0 && active, m.tick, t, func(w steppedWord) {
			m.pushes = append(m.pushes, Push{Core: i, Tick: m.tick, Cycle: m.base + c, Word: w.word, Bits: w.bits})
			if len(core.c.Routes) > 0 {
				apply = append(apply, func() { core.fifo = append(core.fifo, w) })
			}
		})
	}
	for _, f := range apply {
		f()
	}
	return busy
}

// networkCycle decides everything on the state at the start of the cycle and
// returns what happens at its end.
func (m *stepped) networkCycle(c int64) []func() {
	if m.p.Net.Kind == ir.NetBus {
		return m.busCycle(c)
	}
	return m.meshCycle(c)
}

func (m *stepped) networkBusy() bool {
	if m.granted != nil {
		return true
	}
	for n := range m.routers {
		for _, f := range m.routers[n] {
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
	return &steppedPacket{r.Node, ((m.tick & r.Mask) << r.Shift) + r.Base + c.fifo[0].word, c.fifo[0].bits}
}

func (m *stepped) accept(i int) {
	c := m.cores[i]
	if c.route++; c.route == len(c.c.Routes) {
		c.route, c.fifo = 0, c.fifo[1:]
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

package sim

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/snnc/snnc/ir"
)

// Options choose how a Machine runs. The zero value is cycle-accurate and unobserved.
type Options struct {
	// Functional leaves out the network's and the cores' timing: the same
	// spikes and memories, Result.Cycles 0, TickEnds nil, cycles of events -1.
	Functional bool
	Observer   Observer
}

// Machine is a program with the memories of its cores. It serves one
// goroutine; Fork makes more that share the program's images.
type Machine struct {
	program *ir.Program
	options Options
	images  []*image
	cores   []*core
	byNode  map[int]*core
	input   []uint32 // the whole input space
	host    []ir.HostWord
	senders senders
	fabric  fabric

	// Of the run under way.
	result    *ir.Result
	tick      int
	base      int64 // cycle of the tick's START
	hostWords int   // sent to the host in this tick
}

// New prepares a program. It refuses whatever the simulation relies on and
// does not hold, naming the core and what is allowed; a program that New
// accepts has one defined behaviour. The program must not change afterwards.
func New(p *ir.Program, o Options) (*Machine, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	return newUnchecked(p, o), nil
}

func newUnchecked(p *ir.Program, o Options) *Machine {
	images := make([]*image, len(p.Cores))
	for i := range p.Cores {
		images[i] = newImage(p, &p.Cores[i])
		images[i].sharesHeld = slices.IndexFunc(p.Cores[:i], func(c ir.Core) bool { return sameHeld(&c, &p.Cores[i]) })
	}
	return newMachine(p, images, o)
}

// Fork returns a machine with memories of its own, for another goroutine. Its
// plastic cores begin with the program's weights.
func (m *Machine) Fork(o Options) *Machine { return newMachine(m.program, m.images, o) }

func newMachine(p *ir.Program, images []*image, o Options) *Machine {
	m := &Machine{program: p, options: o, images: images, byNode: map[int]*core{}, host: p.HostMap()}
	space := 0
	for i := range p.Inputs {
		space = max(space, p.Inputs[i].Base+p.Inputs[i].Slots<<p.Inputs[i].SlotShift)
	}
	for i := range p.Cores {
		space = max(space, p.Cores[i].InputBase+p.Cores[i].InputDepth)
	}
	m.input = make([]uint32, space)
	for _, im := range images {
		// A write reaches every core whose range holds it, so the cores' input
		// memories are windows onto one space.
		c := newCore(im, m.input[im.InputBase:im.InputBase+im.InputDepth])
		if im.sharesHeld >= 0 {
			c.heldWalk = m.cores[im.sharesHeld].heldWalk
		}
		if c.Plastic != nil {
			c.plastic = newPlastic(c, p.Steps)
		}
		m.cores = append(m.cores, c)
		m.byNode[im.Node] = c
	}
	m.senders = senders{cores: m.cores, queue: make([]queue, len(m.cores)), ready: newBitmap(len(m.cores))}
	if p.Net.Kind == ir.NetMesh {
		m.fabric = newMesh(&p.Net, m.cores)
	} else {
		m.fabric = &bus{}
	}
	return m
}

// Run executes one inference from a cleared machine. frames has one stimulus
// for each input of the program.
func (m *Machine) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	p := m.program
	if len(frames) != len(p.Inputs) {
		return nil, fmt.Errorf("program %q: %d stimuli; it has %d inputs", p.Name, len(frames), len(p.Inputs))
	}
	for i, f := range frames {
		in := &p.Inputs[i]
		if err := ir.CheckFrames(in.Name, in.N, p.Steps, in.Input, f); err != nil {
			return nil, err
		}
	}
	m.start()
	for k := range p.Ticks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.writeInputs(k, frames)
		if err := m.runTick(k); err != nil {
			return nil, err
		}
	}
	r := m.result
	m.result = nil
	return r, nil
}

// start does what the first tick of a sample does to the machine.
func (m *Machine) start() {
	p := m.program
	for _, c := range m.cores {
		clear(c.spikes)
		if c.plastic != nil {
			c.plastic.begin()
		}
	}
	clear(m.senders.ready)
	m.fabric.reset()
	m.base = 0
	m.result = &ir.Result{Spikes: make([]int64, len(p.Layers)), Outputs: make([]ir.Trace, len(p.Outputs))}
	for i := range p.Outputs {
		o := &p.Outputs[i]
		t := &m.result.Outputs[i]
		*t = ir.Trace{Name: o.Name, N: o.N, Steps: p.Steps, Graded: o.Graded}
		if o.Graded {
			t.State, t.Value = make([]int32, p.Steps*o.N), make([]float64, p.Steps*o.N)
		} else {
			t.Spikes = make([]uint8, p.Steps*o.N)
		}
	}
	if !m.options.Functional {
		m.result.TickEnds = make([]int64, 0, p.Ticks)
	}
}

// writeInputs does the host's writes before tick k: held stimuli before the
// first, the words of step k otherwise.
func (m *Machine) writeInputs(k int, frames []*ir.Frames) {
	for i, f := range frames {
		port := &m.program.Inputs[i]
		step := k / m.program.Interval
		if k > 0 && (port.Input.Held || k%m.program.Interval > 0 || step >= m.program.Steps) {
			continue
		}
		at, n := port.StepBase(step), port.Words()
		packInput(m.input[at:at+n:at+n], port, m.program.WordBits, f, step)
	}
}

func (m *Machine) runTick(k int) error {
	p, o := m.program, m.options.Observer
	m.tick, m.hostWords = k, 0
	timed := !m.options.Functional
	if o != nil {
		o.TickStart(k, m.at(0))
	}
	last := int64(0) // e of machine.md section 6, less the delivery
	for i, c := range m.cores {
		c.pushes = c.pushes[:0]
		if c.SpikeDepth > 0 {
			clear(c.spikes[(k&c.RingMask)<<c.RingShift:][:1<<c.RingShift]) // where this tick's words go
		}
		t, active := p.Active(c.Core, k)
		if !active {
			continue
		}
		count := c.step(at{k, t})
		m.result.Spikes[c.Layer] += int64(count)
		last = max(last, c.lastUpdate+c.Pipeline())
		if o != nil {
			o.Step(CoreStep{Core: i, Tick: k, Step: t, First: m.at(ir.Lead + 1), Last: m.at(c.lastUpdate + c.Pipeline() - 1)})
		}
	}
	if !timed {
		return m.deliverAtOnce()
	}
	m.senders.start(k)
	if o != nil {
		m.reportPushes()
	}
	delivered, err := m.fabric.run(&m.senders, m.deliver)
	if err != nil {
		return err
	}
	end := max(2, max(1, last, delivered+1)+1)
	m.result.TickEnds = append(m.result.TickEnds, m.base+end)
	if o != nil {
		o.TickEnd(k, m.base+end)
	}
	m.base += end + 1
	m.result.Cycles = m.base
	return nil
}

// at returns the cycle of the sample for one of the tick.
func (m *Machine) at(cycle int64) int64 {
	if m.options.Functional {
		return -1
	}
	return m.base + cycle
}

func (m *Machine) reportPushes() {
	var all []Push
	for i, c := range m.cores {
		for _, q := range c.pushes {
			all = append(all, Push{Core: i, Tick: m.tick, Cycle: m.at(q.cycle), Word: int(q.word), Bits: q.bits})
		}
	}
	slices.SortStableFunc(all, func(a, b Push) int { return cmp.Compare(a.Cycle, b.Cycle) })
	for _, p := range all {
		m.options.Observer.Push(p)
	}
}

// deliverAtOnce is the network without time.
func (m *Machine) deliverAtOnce() error {
	o := m.options.Observer
	for i, c := range m.cores {
		for _, q := range c.pushes {
			if o != nil {
				o.Push(Push{Core: i, Tick: m.tick, Cycle: -1, Word: int(q.word), Bits: q.bits})
			}
		}
	}
	for _, c := range m.cores {
		for _, q := range c.pushes {
			for _, r := range c.Routes {
				if err := m.deliver(r.Node, r.Base+(m.tick&r.Mask)<<r.Shift+int(q.word), q.bits, 0); err != nil {
					return err
				}
			}
		}
	}
	if o != nil {
		o.TickEnd(m.tick, -1)
	}
	return nil
}

// deliver writes a packet where it belongs.
func (m *Machine) deliver(node, addr int, word uint32, cycle int64) error {
	if m.options.Observer != nil {
		m.options.Observer.Deliver(Delivery{Node: node, Tick: m.tick, Cycle: m.at(cycle), Addr: addr, Bits: word})
	}
	if node != 0 {
		m.byNode[node].spikes[addr] = word
		return nil
	}
	if m.hostWords++; m.hostWords > m.program.Net.HostDepth && !m.options.Functional {
		return &HostFullError{Tick: m.tick, Depth: m.program.Net.HostDepth}
	}
	if addr < len(m.host) && m.host[addr].Output >= 0 {
		m.record(m.host[addr], word)
	}
	return nil
}

// record enters a word of the host's space into the output it belongs to.
func (m *Machine) record(from ir.HostWord, word uint32) {
	p := m.program
	o, trace, c := &p.Outputs[from.Output], &m.result.Outputs[from.Output], m.cores[from.Core]
	t, _ := p.Active(c.Core, m.tick)
	row := t * o.N
	if o.Graded {
		neuron := c.neurons[from.Word]
		if neuron < 0 {
			return
		}
		shift := 32 - p.WordBits
		n := row + int(neuron)
		trace.State[n] = int32(word<<shift) >> shift
		trace.Value[n] = float64(trace.State[n]) * ir.At(o.Unit, int(neuron))
		return
	}
	for slot := from.Word * p.WordBits; word != 0; slot, word = slot+1, word>>1 {
		if word&1 != 0 {
			trace.Spikes[row+int(c.neurons[slot])] = 1
		}
	}
}

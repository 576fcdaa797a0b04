package sim

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/snnc/snnc/ir"
)

// VCD is an Observer that writes the events as a value change dump (IEEE Std
// 1364-2005, clause 18), for GTKWave and its like. A cycle is one time unit. A
// core is busy from its first GROUP to its last state write; a push or a
// delivery is high in its cycle, with its word beside it. Samples follow each
// other on the time axis. Call Close after the last run.
type VCD struct {
	out     *bufio.Writer
	wires   []wire
	changes []change // of the tick under way
	base    int64    // time of the sample's first cycle
	next    int64    // time after the last tick written
	written int64    // last time stamp

	tick, tickEnd int // wires
	cores         []coreWires
	nodes         map[int]nodeWires
	labels        []string // layer and first neuron of each core
}

type coreWires struct{ busy, step, push, word, bits int }

type nodeWires struct{ deliver, addr, bits int }

type wire struct {
	id    string
	width int
	value uint64
	known bool
}

// change is a new value from a time on.
type change struct {
	time  int64
	wire  int
	value uint64
}

// NewVCD writes the header for a program's signals: one scope for each core,
// named after its layer, and one for what arrives at the host.
func NewVCD(w io.Writer, p *ir.Program) *VCD {
	v := &VCD{out: bufio.NewWriter(w), nodes: map[int]nodeWires{}, written: -1}
	fmt.Fprintf(v.out, "$version snnc $end\n$comment program %s; one time unit is one clock cycle $end\n$timescale 1 ns $end\n$scope module machine $end\n", printable(p.Name))
	v.tick, v.tickEnd = v.add("tick", 16), v.add("tick_end", 1)
	fmt.Fprint(v.out, "$scope module host $end\n")
	v.nodes[0] = nodeWires{v.add("deliver", 1), v.add("deliver_addr", 16), v.add("deliver_bits", p.WordBits)}
	fmt.Fprint(v.out, "$upscope $end\n")
	for i := range p.Cores {
		c := &p.Cores[i]
		fmt.Fprintf(v.out, "$scope module core%d_%s_c%d_r%d $end\n", i, printable(p.Layers[c.Layer].Name), c.Part.Channel, c.Part.Row)
		v.cores = append(v.cores, coreWires{v.add("busy", 1), v.add("step", 16), v.add("push", 1), v.add("push_word", 16), v.add("push_bits", p.WordBits)})
		v.nodes[c.Node] = nodeWires{v.add("deliver", 1), v.add("deliver_addr", 16), v.add("deliver_bits", p.WordBits)}
		fmt.Fprint(v.out, "$upscope $end\n")
	}
	fmt.Fprint(v.out, "$upscope $end\n$enddefinitions $end\n#0\n$dumpvars\n")
	for i := range v.wires {
		v.write(i, 0)
	}
	fmt.Fprint(v.out, "$end\n")
	v.written = 0
	return v
}

// printable keeps what every reader takes as part of a scope's name.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, name)
}

// add declares a wire in the scope that is open.
func (v *VCD) add(name string, width int) int {
	const first, span = '!', '~' - '!' + 1 // printable ASCII, clause 18.2.1
	id, n := "", len(v.wires)
	for {
		id += string(rune(first + n%span))
		if n = n/span - 1; n < 0 {
			break
		}
	}
	v.wires = append(v.wires, wire{id: id, width: width})
	kind := name
	if width > 1 {
		kind = fmt.Sprintf("%s [%d:0]", name, width-1)
	}
	fmt.Fprintf(v.out, "$var wire %d %s %s $end\n", width, id, kind)
	return len(v.wires) - 1
}

func (v *VCD) set(cycle int64, wire int, value uint64) {
	v.changes = append(v.changes, change{v.base + cycle, wire, value})
}

// pulse makes a wire high in one cycle. Where pulses follow each other
// directly, the later one's rise comes after the earlier one's fall.
func (v *VCD) pulse(cycle int64, wire int) {
	v.set(cycle+1, wire, 0)
	v.set(cycle, wire, 1)
}

// TickStart implements Observer.
func (v *VCD) TickStart(tick int, cycle int64) {
	if tick == 0 {
		v.base = v.next - cycle
	}
	v.set(cycle, v.tick, uint64(tick))
}

// Step implements Observer.
func (v *VCD) Step(s CoreStep) {
	w := v.cores[s.Core]
	v.set(s.First, w.step, uint64(s.Step))
	v.set(s.First, w.busy, 1)
	v.set(s.Last+1, w.busy, 0)
}

// Push implements Observer.
func (v *VCD) Push(p Push) {
	w := v.cores[p.Core]
	v.pulse(p.Cycle, w.push)
	v.set(p.Cycle, w.word, uint64(p.Word))
	v.set(p.Cycle, w.bits, uint64(p.Bits))
}

// Deliver implements Observer.
func (v *VCD) Deliver(d Delivery) {
	w := v.nodes[d.Node]
	v.pulse(d.Cycle, w.deliver)
	v.set(d.Cycle, w.addr, uint64(d.Addr))
	v.set(d.Cycle, w.bits, uint64(d.Bits))
}

// TickEnd implements Observer. It writes the tick, whose changes came in the
// order of cores and not of time.
func (v *VCD) TickEnd(_ int, cycle int64) {
	v.pulse(cycle, v.tickEnd)
	// At one time and wire a fall gives way to a rise, which sorts after it.
	slices.SortStableFunc(v.changes, func(a, b change) int {
		switch {
		case a.time != b.time:
			return int(a.time - b.time)
		case a.wire != b.wire:
			return a.wire - b.wire
		default:
			return int(int64(a.value&1) - int64(b.value&1))
		}
	})
	v.next = v.base + cycle + 1
	for i, c := range v.changes {
		if i+1 < len(v.changes) && v.changes[i+1].time == c.time && v.changes[i+1].wire == c.wire {
			continue
		}
		if w := &v.wires[c.wire]; w.known && w.value == c.value {
			continue
		}
		if c.time != v.written {
			fmt.Fprintf(v.out, "#%d\n", c.time)
			v.written = c.time
		}
		v.write(c.wire, c.value)
	}
	v.changes = v.changes[:0]
}

func (v *VCD) write(i int, value uint64) {
	w := &v.wires[i]
	w.value, w.known = value, true
	if w.width == 1 {
		fmt.Fprintf(v.out, "%d%s\n", value, w.id)
	} else {
		fmt.Fprintf(v.out, "b%b %s\n", value, w.id)
	}
}

// Close writes what is left and returns the first error of the writer.
func (v *VCD) Close() error {
	if v.next > v.written {
		fmt.Fprintf(v.out, "#%d\n", v.next)
	}
	return v.out.Flush()
}

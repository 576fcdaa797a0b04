package verilator

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/snnc/snnc/ir"
)

// order of the kinds within a cycle, as the harness scans the trace ports.
func order(k EventKind) int {
	switch k {
	case TickStart:
		return 0
	case Push:
		return 1
	case Delivery:
		return 2
	}
	return 3
}

// before compares two events by cycle, kind and core or node.
func before(a, b Event) int {
	return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(order(a.Kind), order(b.Kind)), cmp.Compare(a.Index, b.Index))
}

// comparison checks the events of one sample as they arrive against those
// that are expected, and keeps the first difference.
type comparison struct {
	p     *ir.Program
	want  []Event // sorted by before
	at    int     // want[:at] have come
	diff  *Difference
	later []Event // what the RTL did after the difference, to tell late from lost
	seen  int64
}

// keepLater bounds how far behind a difference its cause is looked for.
const keepLater = 4096

func newComparison(p *ir.Program, want []Event) *comparison {
	sorted := slices.Clone(want)
	slices.SortStableFunc(sorted, before)
	return &comparison{p: p, want: sorted}
}

func (c *comparison) take(events []Event) error {
	for _, got := range events {
		c.seen++
		if c.diff != nil {
			if len(c.later) < keepLater {
				c.later = append(c.later, got)
			}
			continue
		}
		if c.at < len(c.want) && got == c.want[c.at] {
			c.at++
			continue
		}
		c.later = append(c.later, got)
		if c.at == len(c.want) || before(got, c.want[c.at]) < 0 {
			c.diff = c.ofEvent(nil, &got)
		} else if before(c.want[c.at], got) < 0 {
			c.diff = c.ofEvent(&c.want[c.at], nil)
		} else {
			c.diff = c.ofEvent(&c.want[c.at], &got)
		}
	}
	return nil
}

// finish returns the first difference when the sample has ended: an expected
// event that never came is one too.
func (c *comparison) finish() *Difference {
	if c.diff == nil && c.at < len(c.want) {
		c.diff = c.ofEvent(&c.want[c.at], nil)
	}
	if c.diff != nil {
		c.explain()
	}
	return c.diff
}

// explain looks in what came later for the event that was missed, and among
// what was expected for the event that came.
func (c *comparison) explain() {
	d := c.diff
	same := func(a, b Event) bool {
		return a.Kind == b.Kind && a.Index == b.Index && a.Tick == b.Tick && a.Addr == b.Addr && a.Bits == b.Bits
	}
	if d.want != nil && d.got == nil {
		for _, e := range c.later {
			if same(e, *d.want) {
				d.Note = fmt.Sprintf("the same %s comes %d cycles later, in cycle %d", e.Kind, e.Cycle-d.want.Cycle, e.Cycle)
				return
			}
			if e.Kind == d.want.Kind && e.Index == d.want.Index && e.Tick == d.want.Tick && e.Addr == d.want.Addr {
				d.Note = fmt.Sprintf("the RTL's next one there has bits %#x, in cycle %d", e.Bits, e.Cycle)
				return
			}
		}
		return
	}
	if d.want == nil && d.got != nil {
		for _, e := range c.want[min(c.at, len(c.want)):] {
			if same(e, *d.got) {
				d.Note = fmt.Sprintf("the simulator has the same %s %d cycles later, in cycle %d", e.Kind, e.Cycle-d.got.Cycle, e.Cycle)
				return
			}
		}
	}
}

// ofEvent makes the difference of an expected and an observed event, of which
// one may be missing.
func (c *comparison) ofEvent(want, got *Event) *Difference {
	e := want
	if e == nil {
		e = got
	}
	d := &Difference{Kind: e.Kind.String(), Core: -1, Node: -1, Tick: e.Tick, Cycle: e.Cycle, Word: -1, Neuron: -1,
		Want: eventText(want), Got: eventText(got), want: want, got: got}
	var bits uint32
	if want != nil {
		bits ^= want.Bits
	}
	if got != nil {
		bits ^= got.Bits
	}
	switch e.Kind {
	case Push:
		d.Core, d.Word = e.Index, e.Addr
		if e.Index < len(c.p.Cores) {
			d.Node = c.p.Cores[e.Index].Node
			d.locateWord(c.p, e.Index, e.Addr, bits)
		}
	case Delivery:
		d.Node, d.Word = e.Index, e.Addr
		for i := range c.p.Cores {
			if e.Index != 0 && c.p.Cores[i].Node == e.Index {
				d.Core = i
			}
		}
		if src, word := sourceOf(c.p, e.Index, e.Addr); src >= 0 {
			d.From = fmt.Sprintf("sent by core %d", src)
			d.locateWord(c.p, src, word, bits)
		}
	}
	return d
}

// sourceOf finds which core's word lies at an address of a node.
func sourceOf(p *ir.Program, node, addr int) (core, word int) {
	for i := range p.Cores {
		c := &p.Cores[i]
		words := c.Words(p.WordBits)
		for _, r := range c.Routes {
			at := addr - r.Base
			if r.Node != node || at < 0 || at >= max(r.Mask<<r.Shift+words, words) {
				continue
			}
			if r.Mask > 0 {
				at &= 1<<r.Shift - 1
			}
			if at < words {
				return i, at
			}
		}
	}
	return -1, -1
}

func eventText(e *Event) string {
	if e == nil {
		return "nothing"
	}
	s := fmt.Sprintf("cycle %d, tick %d", e.Cycle, e.Tick)
	switch e.Kind {
	case Push:
		s = fmt.Sprintf("core %d pushes word %d, bits %#x, in %s", e.Index, e.Addr, e.Bits, s)
	case Delivery:
		s = fmt.Sprintf("node %d gets address %d, bits %#x, in %s", e.Index, e.Addr, e.Bits, s)
	default:
		s = fmt.Sprintf("%s in %s", e.Kind, s)
	}
	if e.Idle {
		s += ", while no tick runs"
	}
	return s
}

package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// layout builds one core: its segments and windows, the ring of spike words
// that they read, and the routes that fill it.
type layout struct {
	net  *ir.Network
	p    *ir.Program
	c    *ir.Core
	into []*ir.Projection

	at      map[int]int  // word of a slot where the region of a source core starts
	ring    int          // words of a slot
	longest int          // ticks that a window looks back
	filled  []laidKernel // for the weights
}

// laidKernel is a projection's weights from sources with the same channels.
type laidKernel struct {
	pr   *ir.Projection
	src  region
	rows kernelRows
}

func newLayout(net *ir.Network, p *ir.Program, core int) *layout {
	l := &layout{net: net, p: p, c: &p.Cores[core], at: map[int]int{}}
	for i := range net.Projections {
		if pr := &net.Projections[i]; pr.Target == l.c.Layer {
			l.into = append(l.into, pr)
		}
	}
	return l
}

func (l *layout) lower() error {
	c := l.c
	grid := l.net.Populations[c.Layer].Grid
	c.Across, c.Down = make([][]ir.Span, grid.W), make([][]ir.Span, c.Part.Rows)
	var held, changing, spikes []*ir.Projection
	for _, pr := range l.into {
		switch {
		case !pr.FromInput:
			spikes = append(spikes, pr)
		case l.p.Inputs[pr.Source].Input.Held && pr.Delay > 0:
			return fmt.Errorf("node %q: it takes the held input %q %d steps late; a held input has no steps, so remove the delay or give the input step by step",
				l.p.Layers[c.Layer].Name, l.p.Inputs[pr.Source].Name, pr.Delay)
		case l.p.Inputs[pr.Source].Input.Held:
			held = append(held, pr)
		default:
			changing = append(changing, pr)
		}
	}
	for _, pr := range changing {
		if l.p.Inputs[pr.Source].Input.Bits > 1 {
			// Its planes double the accumulators, kept currents too: integrate all of it every step.
			changing, held = append(append([]*ir.Projection(nil), held...), changing...), nil
			break
		}
	}
	l.inputs(held)
	c.Held = len(c.Segments)
	l.inputs(changing)
	for _, pr := range spikes {
		l.spikes(pr)
	}
	if len(c.Segments) == 0 {
		return fmt.Errorf("node %q: nothing drives its rows %d to %d", l.p.Layers[c.Layer].Name, c.Part.Row, c.Part.Row+c.Part.Rows-1)
	}
	l.connect()
	l.image()
	return nil
}

// inputs walks the bit planes of external inputs, most significant first and
// those of equal weight together, so that one doubling serves all.
func (l *layout) inputs(list []*ir.Projection) {
	c := l.c
	most := 0
	kernels := make([]laidKernel, len(list))
	for i, pr := range list {
		in := &l.p.Inputs[pr.Source]
		most = max(most, in.Input.Bits)
		src := region{part: ir.Part{Channels: pr.Pre.C, Rows: pr.Pre.H}, width: pr.Pre.W, pitch: pr.Pre.C}
		kernels[i] = l.kernel(pr, src)
		end := in.Base + in.Slots<<in.SlotShift
		if c.InputDepth == 0 {
			c.InputBase = in.Base
		}
		from := min(c.InputBase, in.Base)
		c.InputBase, c.InputDepth = from, max(c.InputBase+c.InputDepth, end)-from
	}
	for weight := most - 1; weight >= 0; weight-- {
		first := weight < most-1
		for i, pr := range list {
			in := &l.p.Inputs[pr.Source]
			plane := in.Input.Bits - 1 - weight
			if plane < 0 {
				continue
			}
			for _, s := range l.segments(&kernels[i]) {
				s.External, s.Mask, s.Shift, s.Delay = true, in.Slots-1, in.SlotShift, pr.Delay
				s.Base = in.Base + plane*in.PlaneWords
				s.Negate, s.Double = in.Input.Signed && plane == 0, first
				first = false
				c.Segments = append(c.Segments, s)
			}
		}
	}
}

// spikes walks the parts of a population that the core's part sees.
func (l *layout) spikes(pr *ir.Projection) {
	c := l.c
	source := &l.net.Populations[pr.Source]
	delay := pr.Delay*l.net.Interval + c.Level - source.Level
	var last *laidKernel
	for i := range l.p.Cores {
		s := &l.p.Cores[i]
		if s.Layer != pr.Source || !sees(pr, c.Part, s.Part) {
			continue
		}
		src := region{part: s.Part, width: source.Grid.W, pitch: s.Pitch()}
		if last == nil || last.src.part.Channel != s.Part.Channel {
			k := l.kernel(pr, src)
			last = &k
		}
		at, ok := l.at[i]
		if !ok {
			at = l.ring
			l.at[i] = at
			l.ring += src.words(l.p.WordBits)
		}
		k := laidKernel{pr, src, last.rows}
		for _, seg := range l.segments(&k) {
			seg.Base, seg.Delay = at, delay
			c.Segments = append(c.Segments, seg)
		}
		l.longest = max(l.longest, delay)
	}
}

// kernel reserves weight rows for a projection from a region's channels.
func (l *layout) kernel(pr *ir.Projection, src region) laidKernel {
	k := laidKernel{pr, src, layRows(pr, l.c, &src, l.c.Rows, l.c.BlockBits)}
	if k.rows.grouped {
		l.c.BlockBits = k.rows.step
	}
	l.c.Rows += pr.KH * pr.KW * k.rows.span
	l.filled = append(l.filled, k)
	return k
}

// segments makes one segment for each pair of a span across and a span down.
func (l *layout) segments(k *laidKernel) []ir.Segment {
	across, down := windows(k.pr, l.c, &k.src, k.rows)
	atAcross, atDown := addSpans(l.c.Across, across), addSpans(l.c.Down, down)
	var out []ir.Segment
	for _, d := range atDown {
		for _, a := range atAcross {
			out = append(out, ir.Segment{Row: k.rows.base, Across: a, Down: d, Grouped: k.rows.grouped})
		}
	}
	return out
}

// addSpans adds lists of spans to a table, a column at a time, and returns
// where each column lies. Columns that are there already are shared.
func addSpans(table, add [][]ir.Span) []int {
	var at []int
	for j := range add[0] {
		found := -1
		for k := 0; k < len(table[0]) && found < 0; k++ {
			found = k
			for i := range table {
				if table[i][k] != add[i][j] {
					found = -1
					break
				}
			}
		}
		if found < 0 {
			found = len(table[0])
			for i := range table {
				table[i] = append(table[i], add[i][j])
			}
		}
		at = append(at, found)
	}
	return at
}

// connect sizes the ring and routes the sources' words into it.
func (l *layout) connect() {
	c := l.c
	if l.ring == 0 {
		return
	}
	c.RingShift, c.RingMask = ir.Clog2(l.ring), pow2(l.longest+1)-1
	if v := l.p.Overlay; v != nil {
		c.RingShift = max(c.RingShift, v.SpikeSlot)
	}
	c.SpikeDepth = (c.RingMask + 1) << c.RingShift
	for i := range l.p.Cores {
		if at, ok := l.at[i]; ok {
			s := &l.p.Cores[i]
			s.Routes = append(s.Routes, ir.Route{Node: c.Node, Base: at, Mask: c.RingMask, Shift: c.RingShift})
		}
	}
}

package ir

import (
	"fmt"
	"sort"
)

// wiring says, for every word of every spike memory, which word of which core
// arrives there and in which slot.
type wiring struct {
	p       *Program
	writers [][]writer // [core][address]
}

type writer struct {
	core, route int // route 0 counts as 1: a zero writer is nobody
	slot        int // of the ring, as the route counts
	word        int // of the sending core
}

func newWiring(p *Program) *wiring {
	w := &wiring{p: p}
	for i := range p.Cores {
		w.writers = append(w.writers, make([]writer, p.Cores[i].SpikeDepth))
	}
	return w
}

// eachWord visits the words that a core's routes to other cores write.
func (w *wiring) eachWord(visit func(to, at int, from writer) bool) {
	nodes := w.p.nodes()
	for i := range w.p.Cores {
		c := &w.p.Cores[i]
		for j, route := range c.Routes {
			to := nodes[route.Node]
			for slot := 0; to >= 0 && slot <= route.Mask; slot++ {
				for word := range w.p.wordsSent(c) {
					if !visit(to, route.Base+slot<<route.Shift+route.Offset+word, writer{i, j + 1, slot, word}) {
						return
					}
				}
			}
		}
	}
}

// eachRead visits the words that a core's spike segments read: window word w
// of a slot, once a segment, until visit returns false for the segment.
func (w *wiring) eachRead(visit func(core, segment, slot, word, at int) bool) {
	for i := range w.p.Cores {
		c := &w.p.Cores[i]
		for j := range c.Segments {
			s := &c.Segments[j]
			more := !s.External
			for slot := 0; more && slot <= s.Mask; slot++ {
				for word := 0; more && word < s.Words; word++ {
					more = visit(i, j, slot, word, s.Base+slot<<s.Shift+word)
				}
			}
		}
	}
}

func (w *wiring) segmentWhere(core, segment int) string {
	return fmt.Sprintf("%s: segment %d", w.p.coreWhere(core), segment)
}

func (w *wiring) routeWhere(from writer) string {
	return fmt.Sprintf("%s: route %d", w.p.coreWhere(from.core), from.route-1)
}

// checkOneWriter also fills in the writers that later rules read.
func checkOneWriter(w *wiring, r *report) {
	reported := map[[2]int]bool{}
	w.eachWord(func(to, at int, from writer) bool {
		old := &w.writers[to][at]
		if old.route != 0 && !reported[[2]int{from.core, from.route}] {
			reported[[2]int{from.core, from.route}] = true
			route := &w.p.Cores[from.core].Routes[from.route-1]
			r.faultAt(w.routeWhere(from), "Base", route.Base, "it writes word %d of core %d's spike memory, as route %d of core %d does; a word has one writer",
				at, to, old.route-1, old.core)
		}
		*old = from
		return len(r.faults) < maxFaults
	})
}

func checkSlots(w *wiring, r *report) {
	w.eachRead(func(core, segment, slot, word, at int) bool {
		s := &w.p.Cores[core].Segments[segment]
		from := w.writers[core][at]
		if from.route == 0 {
			r.faultAt(w.segmentWhere(core, segment), "Base", s.Base, "nobody writes word %d of slot %d, address %d", word, slot, at)
			return false
		}
		if mask := w.p.Cores[from.core].Routes[from.route-1].Mask; mask != s.Mask {
			r.faultAt(w.segmentWhere(core, segment), "Mask", s.Mask, "route %d of core %d, which writes the ring, has Mask %d; they must agree", from.route-1, from.core, mask)
			return false
		}
		if from.slot != slot {
			r.faultAt(w.segmentWhere(core, segment), "Base", s.Base, "it reads address %d in slot %d; route %d of core %d writes it in slot %d",
				at, slot, from.route-1, from.core, from.slot)
			return false
		}
		return true
	})
}

// stepDelay is the delay at which a core reads another's spikes: a population
// on level l works on step tick − l, so what goes forward is read in its own
// step, and what stays on a level in the next.
func stepDelay(from, to *Core) (ticks int, ok bool) {
	switch d := to.Level - from.Level; {
	case d > 0:
		return d, true
	case d == 0:
		return 1, true
	default: // a loop over levels needs more than one tick between two steps
		return 0, false
	}
}

func checkSchedule(w *wiring, r *report) {
	w.eachRead(func(core, segment, slot, word, at int) bool {
		to := &w.p.Cores[core]
		s, from := &to.Segments[segment], w.writers[core][at].core
		want, ok := stepDelay(&w.p.Cores[from], to)
		if !ok {
			r.faultAt(w.segmentWhere(core, segment), "Delay", s.Delay, "it reads core %d of level %d from level %d; spikes cannot go back to a lower level",
				from, w.p.Cores[from].Level, to.Level)
			return false
		}
		if s.Delay != want {
			r.faultAt(w.segmentWhere(core, segment), "Delay", s.Delay, "it reads core %d of level %d from level %d: want %d", from, w.p.Cores[from].Level, to.Level, want)
			return false
		}
		return slot == 0
	})
}

func checkRingBits(w *wiring, r *report) {
	w.eachRead(func(core, segment, slot, word, at int) bool {
		s, from := &w.p.Cores[core].Segments[segment], w.writers[core][at]
		bits := min(w.p.WordBits, w.p.Cores[from.core].N-from.word*w.p.WordBits)
		if have := s.Bits - word*w.p.WordBits; bits > have {
			r.faultAt(w.segmentWhere(core, segment), "Bits", s.Bits, "word %d of its window brings %d neurons of core %d and has rows for %d", word, bits, from.core, max(have, 0))
			return false
		}
		return slot == 0
	})
}

// checkLast proves that a word is cleared before its slot comes round again,
// and not before the last segment has read it: in order of ticks, then of
// segments.
func checkLast(w *wiring, r *report) {
	type clearing struct{ delay, segment, set int }
	for i := range w.p.Cores {
		c := &w.p.Cores[i]
		first := make([]clearing, c.SpikeDepth)
		one := &wiring{p: &Program{Cores: w.p.Cores[i : i+1]}}
		one.eachRead(func(_, j, _, _, at int) bool {
			if s := &c.Segments[j]; s.Last && (first[at].set == 0 || s.Delay < first[at].delay) {
				first[at] = clearing{s.Delay, j, 1}
			}
			return true
		})
		one.eachRead(func(_, j, _, word, at int) bool {
			s, f := &c.Segments[j], first[at]
			switch {
			case f.set == 0:
				r.faultAt(w.segmentWhere(i, j), "Last", s.Last, "no segment clears word %d of its window, so old spikes would come round again", word)
				return false
			case s.Delay > f.delay || s.Delay == f.delay && j > f.segment:
				r.faultAt(w.segmentWhere(i, j), "Last", s.Last, "it reads word %d of its window after segment %d, which is its last reader", word, f.segment)
				return false
			}
			return true
		})
	}
}

func checkRead(w *wiring, r *report) {
	read := make([][]bool, len(w.p.Cores))
	for i := range read {
		read[i] = make([]bool, w.p.Cores[i].SpikeDepth)
	}
	w.eachRead(func(core, _, _, _, at int) bool {
		read[core][at] = true
		return true
	})
	last := writer{}
	w.eachWord(func(to, at int, from writer) bool {
		if !read[to][at] && (from.core != last.core || from.route != last.route) {
			last = from
			r.faultAt(w.routeWhere(from), "Base", w.p.Cores[from.core].Routes[from.route-1].Base, "its word %d goes to address %d of core %d, which no segment reads", from.word, at, to)
		}
		return len(r.faults) < maxFaults
	})
}

func checkTiled(w *wiring, r *report) {
	p := w.p
	of := make([][]int, len(p.Layers))
	for i := range p.Cores {
		of[p.Cores[i].Layer] = append(of[p.Cores[i].Layer], i)
	}
	for l, cores := range of {
		sort.SliceStable(cores, func(a, b int) bool { return p.Cores[cores[a]].First < p.Cores[cores[b]].First })
		next := 0
		for _, i := range cores {
			if c := &p.Cores[i]; c.First != next {
				r.faultAt(p.coreWhere(i), "First", c.First, "the layer's cores before it hold neurons 0..%d; want %d", next-1, next)
				break
			} else {
				next += c.N
			}
		}
		if next < p.Layers[l].N && len(r.faults) == 0 {
			r.fault(fmt.Sprintf("Layers[%d].N", l), p.Layers[l].N, "cores hold %d neurons of layer %q", next, p.Layers[l].Name)
		}
	}
}

func checkHostWords(w *wiring, r *report) {
	p := w.p
	space := make([]struct{ output, route, core int }, 1<<p.Net.AddrBits) // from 1; 0: none
	for o := range p.Outputs {
		for i := range p.hostWords(&p.Outputs[o]) {
			space[p.Outputs[o].Base+i].output = o + 1
		}
	}
	for i := range p.Cores {
		c := &p.Cores[i]
		for j, route := range c.Routes {
			if route.Node != 0 {
				continue
			}
			at := route.Base + route.Offset
			where := fmt.Sprintf("%s: route %d", p.coreWhere(i), j)
			o := space[at].output - 1
			if o < 0 {
				r.faultAt(where, "Base", route.Base, "word %d of the host's space belongs to no output", at)
				continue
			}
			out, first := &p.Outputs[o], c.First
			if !c.Graded {
				first /= p.WordBits
			}
			switch {
			case out.Layer != c.Layer || out.Graded != c.Graded:
				r.faultAt(where, "Base", route.Base, "word %d of the host's space is output %q's: layer %d, graded %v; the core is of layer %d, graded %v",
					at, out.Name, out.Layer, out.Graded, c.Layer, c.Graded)
				continue
			case at != out.Base+first:
				r.faultAt(where, "Offset", route.Offset, "neuron %d, the core's first, belongs at word %d of output %q, not %d", c.First, first, out.Name, at-out.Base)
				continue
			}
			for k := range p.wordsSent(c) {
				if old := &space[at+k]; old.route != 0 {
					r.faultAt(where, "Base", route.Base, "it writes word %d of the host's space, as route %d of core %d does; a word has one writer", at+k, old.route-1, old.core)
					break
				} else {
					old.route, old.core = j+1, i
				}
			}
		}
	}
	for o := range p.Outputs {
		for i := range p.hostWords(&p.Outputs[o]) {
			if space[p.Outputs[o].Base+i].route == 0 && len(r.faults) == 0 {
				r.faultAt(fmt.Sprintf("%s: output %d (%q)", r.where, o, p.Outputs[o].Name), "Base", p.Outputs[o].Base, "no core sends its word %d", i)
				break
			}
		}
	}
}

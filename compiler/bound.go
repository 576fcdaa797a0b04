package compiler

import "github.com/snnc/snnc/ir"

// Bound holds proven worst-case cycles (docs/machine.md §3 to §6): no input
// and no activity takes longer.
type Bound struct {
	Tick      int64 `json:"tick"`       // the longest tick of a sample
	Inference int64 `json:"inference"`  // all ticks of a sample
	FirstTick int64 `json:"first_tick"` // the longest of the ticks that integrate a held input
}

// WorstCase adds up, tick by tick, the slowest core with every bit of every
// word set, then the network with every word sent: while a packet is under way
// at least one moves each cycle (the routes have no cycle), so draining takes at
// most as many cycles as all packets have hops.
func WorstCase(p *ir.Program) Bound {
	var b Bound
	start, rest := make([]int64, len(p.Cores)), make([]int64, len(p.Cores))
	for i := range p.Cores {
		c := &p.Cores[i]
		for g := range c.Groups {
			start[i] += GroupCycles(p, c, g, true)
			rest[i] += GroupCycles(p, c, g, false)
		}
	}
	for k := 0; k < p.Ticks; k++ {
		first := false
		var last, moves int64 // last UPDATE of any core; packet moves
		for i := range p.Cores {
			c := &p.Cores[i]
			t, active := p.Active(c, k)
			if !active {
				continue
			}
			cycles := rest[i]
			if t == 0 {
				cycles = start[i]
			}
			last = max(last, ir.Lead+cycles+c.Pipeline())
			first = first || t == 0 && c.Held > 0
			words := c.Words(p.WordBits)
			for _, r := range c.Routes {
				per := 2 // the bus: grant and delivery
				if p.Net.Kind == ir.NetMesh {
					per = hops(p.Net.Cols, c.Node, r.Node) + 2 // into the router, each hop, out of it
				}
				moves += int64(words * per)
			}
		}
		// the last UPDATE and its pipeline, every move, then the three cycles of the controller.
		cycles := last + moves + 3
		b.Tick, b.Inference = max(b.Tick, cycles), b.Inference+cycles
		if first {
			b.FirstTick = max(b.FirstTick, cycles)
		}
	}
	return b
}

// GroupCycles is C(g, t) of docs/machine.md with every input bit set.
func GroupCycles(p *ir.Program, c *ir.Core, g int, first bool) int64 {
	cycles := 1 + 1 + c.Lanes/c.Update
	segments := c.Segments
	if c.Held > 0 {
		if first {
			cycles++
		} else {
			segments = segments[c.Held:]
		}
	}
	for i := range segments {
		cycles++
		if w := c.Window(&segments[i], g); w.Bits > 0 {
			words := (w.First+w.Bits-1)/p.WordBits - w.First/p.WordBits + 1
			cycles += max(w.Bits, words)
		}
	}
	return int64(cycles)
}

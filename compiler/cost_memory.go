package compiler

import "github.com/snnc/snnc/ir"

// memory is one memory of the design as rtl/lib describes it.
type memory struct {
	width, depth int
	column       int  // bits that share a write enable
	ports        int  // reads
	shown        bool // the host reads it through a window, with a clock
	async        bool // the address comes too late for block RAM
}

// memories of a core: docs/machine.md, section 2, and the send queue.
func memories(p *ir.Program, c *ir.Core) []memory {
	updates := c.Groups * c.Lanes / c.Update
	params := c.ParamGroups() * c.Lanes / c.Update
	list := []memory{
		{c.Lanes * c.StoredBits(), c.Blocks * c.Rows, 32, 1, true, false},
		{c.Update * c.ParamBits(), params, 32, 1, true, false},
		{c.Update * c.MemoryBits(), updates, 32, 1, true, false},
	}
	if c.Held > 0 {
		list = append(list, memory{c.Lanes * c.AccBits, c.Groups, 32, 1, true, false})
	}
	if c.InputDepth > 0 {
		list = append(list, memory{p.WordBits, c.InputDepth, 32, 1, true, false})
	}
	if c.SpikeDepth > 0 {
		list = append(list, memory{p.WordBits, c.SpikeDepth, 32, 1, true, false})
		if c.SpikeDepth > 256 && c.RingShift > 5 {
			list = append(list, memory{32, c.SpikeDepth / 32, 32, 2, false, true}) // valid bits
		}
	}
	if c.Overlay { // what else the host writes: docs/machine.md, section 9
		word := max(1, log2(c.SpikeDepth), log2(c.InputDepth))
		first, weight := word+log2(p.WordBits), max(1, log2(c.Blocks*c.Rows))
		across, down := len(c.Across[0]), len(c.Down[0])
		list = append(list, memory{25 + 2*word + weight + log2(across) + log2(down), len(c.Segments), 32, 1, false, false},
			memory{2*first + 1 + weight, across, 32, 1, false, false}, memory{first + 1 + weight, down, 32, 1, false, false}, memory{53, len(c.Routes), 32, 1, false, false})
	}
	if len(c.Routes) > 0 {
		words := ceilDiv(c.Groups*c.Lanes, p.WordBits)
		entries := words
		if c.Graded {
			words, entries = c.Groups*c.Lanes, c.N
		}
		if entries > 1 {
			w := max(1, log2(words)) + p.WordBits
			list = append(list, memory{w, 1 << log2(entries), w, 1, false, false})
		}
	}
	return list
}

// hostQueue is the memory of the events.
func hostQueue(p *ir.Program) memory {
	w := 16 + p.Net.AddrBits + p.WordBits
	return memory{w, p.Net.HostDepth, w, 1, false, false}
}

// shape is one way a family's RAM cell is configured.
type shape struct {
	width, depth int
	enable       int // bits that one write enable of the cell covers: width, or fewer
	price        int // that Yosys compares
	blocks, luts int // what a cell takes
}

// cells counts those of a memory. Where enables are shared out between cells, so
// are the halves that are left over.
func (s shape) cells(m memory, deep int) int {
	n := 0
	for at := 0; at < m.width; at += m.column {
		column := min(m.column, m.width-at)
		if s.enable < s.width {
			n += ceilDiv(column, s.enable)
		} else {
			n += ceilDiv(column, s.width)
		}
	}
	if s.enable < s.width {
		return ceilDiv(n*s.enable*deep, s.width)
	}
	return n * deep
}

// mapped is what a memory becomes.
type mapped struct{ blocks, luts, ff, mux int }

// place chooses the cheapest cells as Yosys's memory_libmap does: the price of
// the cells, half a unit a bit for the multiplexers of memories deeper than a
// cell, and a unit a bit for flip-flops.
func (f *Family) place(m memory) mapped {
	read := 0 // register of what was read, which is a part of a block RAM
	if m.shown {
		read = m.width
	}
	best, least := mapped{ff: m.width*m.depth + read, mux: m.width * (m.depth - 1)}, 2*m.width*m.depth
	for _, s := range f.shapes {
		if m.async && s.blocks > 0 {
			continue
		}
		deep := ceilDiv(m.depth, s.depth)
		n := s.cells(m, deep) * m.ports
		price := 2*n*s.price + m.width*(deep-1)*m.ports + ceilDiv(m.width, m.column)*(deep-1)
		if price < least {
			least = price
			best = mapped{blocks: n * s.blocks, luts: n * s.luts, mux: m.width * (deep - 1) * m.ports}
			if s.luts > 0 {
				best.ff = read
			}
		}
	}
	return best
}

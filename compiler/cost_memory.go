package compiler

import "github.com/snnc/snnc/ir"

// memory is one memory of the design as rtl/lib describes it.
type memory struct {
	width, depth int
	column       int  // bits that share a write enable
	ports        int  // reads
	register     bool // what was read stays in a register: a part of a block RAM, else flip-flops
	shown        bool // the host reads it through a window
	async        bool // it is read without a clock: the address comes too late for block RAM
	steady       bool // a single row is one register, not two (snnc_ram)
	constant     bool // nobody writes it
}

// rom is the largest constant memory that is made of logic (snnc_core, snnc_rom).
const rom = 16

// memories of a core: docs/machine.md, section 2, and the send queue. What the
// host does not write has one write enable, or none at all.
func memories(p *ir.Program, c *ir.Core, h Hardware, singlePort bool) []memory {
	updates := c.Groups * c.Lanes / c.Update
	params := c.ParamGroups() * c.Lanes / c.Update
	read := !h.NoReadback
	window := func(width, depth int) memory {
		return memory{width: width, depth: depth, column: 32, ports: 1, register: true, shown: read}
	}
	weights := window(c.Lanes*c.StoredBits(), c.Blocks*c.Rows)
	weights.shown = read || c.Plastic != nil
	parameters := window(c.Update*c.ParamBits(), params)
	state := window(c.Update*c.MemoryBits(), updates)
	current := window(c.Lanes*c.AccBits, c.Groups)
	current.steady = true
	if h.NoRewrite {
		weights.constant = c.Plastic == nil && !singlePort
		parameters.constant = true
		parameters.width = constantParams(c)
		if weights.constant {
			weights.width = constantWeights(c)
			weights.column = weights.width
		}
		parameters.column, state.column, current.column = parameters.width, state.width, current.width
	}
	list := []memory{weights, parameters, state}
	if c.Held > 0 {
		list = append(list, current)
	}
	if c.InputDepth > 0 {
		list = append(list, window(p.WordBits, c.InputDepth))
	}
	if c.SpikeDepth > 0 {
		list = append(list, window(p.WordBits, c.SpikeDepth))
		if wordsOfValid(c) {
			list = append(list, memory{width: 32, depth: c.SpikeDepth / 32, column: 32, ports: 2, async: true}) // valid bits
		}
	}
	if c.Overlay { // what else the host writes: docs/machine.md, section 9
		word := max(1, ir.Clog2(c.SpikeDepth), ir.Clog2(c.InputDepth))
		first, weight := word+ir.Clog2(p.WordBits), max(1, ir.Clog2(c.Blocks*c.Rows))
		across, down := len(c.Across[0]), len(c.Down[0])
		for _, t := range [][2]int{{25 + 2*word + weight + ir.Clog2(across) + ir.Clog2(down), len(c.Segments)}, {2*first + 1 + weight, across}, {first + 1 + weight, down}, {53, len(c.Routes)}} {
			list = append(list, memory{width: t[0], depth: t[1], column: 32, ports: 1, register: true})
		}
	}
	if !c.Overlay {
		list = append(list, tables(p, c)...)
	}
	if len(c.Routes) > 0 {
		words := ceilDiv(c.Groups*c.Lanes, p.WordBits)
		entries := words
		if c.Graded {
			words, entries = c.Groups*c.Lanes, c.N
		}
		if entries > 1 {
			w := max(1, ir.Clog2(words)) + p.WordBits
			list = append(list, memory{width: w, depth: 1 << ir.Clog2(entries), column: w, ports: 1})
		}
	}
	return list
}

// hostQueue is the memory of the events.
func hostQueue(p *ir.Program) memory {
	w := 16 + p.Net.AddrBits + p.WordBits
	return memory{width: w, depth: p.Net.HostDepth, column: w, ports: 1}
}

// wordsOfValid tells whether the valid bits of a core's spike memory are words in
// a memory, and not flip-flops (snnc_spikes).
func wordsOfValid(c *ir.Core) bool { return c.SpikeDepth > 256 && c.RingShift > 5 }

// shape is one way a family's RAM cell is configured.
type shape struct {
	width, depth int
	enable       int // bits that one write enable of the cell covers: width, or fewer
	price        int // that Yosys compares
	blocks, luts int // what a cell takes
}

// cells counts those of a memory. Where enables are shared out between cells, so
// are the halves that are left over; constants need none, and share cells bit by bit.
func (s shape) cells(m memory, deep int) int {
	if m.constant {
		return ceilDiv(m.width*deep, s.width)
	}
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

// mapped is what a memory becomes, and the price by which that was chosen, in halves.
type mapped struct{ blocks, luts, ff, mux, price int }

// place chooses the cheapest cells as Yosys's memory_libmap does: the price of
// the cells, half a unit a bit for the multiplexers of memories deeper than a
// cell, and a unit a bit for flip-flops, or a sixteenth for constants in LUTs.
func (f *Family) place(m memory) mapped {
	if m.width == 0 {
		return mapped{}
	}
	read := 0
	if m.register && !(m.steady && m.depth == 1) {
		read = m.width
	}
	best := mapped{ff: m.width*m.depth + read, mux: m.width * (m.depth - 1), price: 2 * m.width * m.depth}
	if m.constant {
		deep := ceilDiv(m.depth, 16)
		best = mapped{luts: m.width * deep, ff: read, mux: m.width * (deep - 1), price: m.width * m.depth / 8}
		if m.depth == 1 {
			return mapped{} // wires
		}
		if m.depth <= rom {
			return best
		}
	}
	for _, s := range f.shapes {
		if m.async && s.blocks > 0 || m.constant && s.luts > 0 { // memory_libmap puts no constants into LUT memory
			continue
		}
		deep := ceilDiv(m.depth, s.depth)
		n := s.cells(m, deep) * m.ports
		price := 2*n*s.price + m.width*(deep-1)*m.ports + ceilDiv(m.width, m.column)*(deep-1)
		if price < best.price {
			best = mapped{blocks: n * s.blocks, luts: n * s.luts, mux: m.width * (deep - 1) * m.ports, price: price}
			if s.luts > 0 {
				best.ff = read
			}
		}
	}
	return best
}

// singlePortPrice is what memory_libmap takes a memory of one port for, in halves: as many
// block RAMs as cost less are taken instead.
const singlePortPrice = 2 * 2048

// placeSinglePort is place of weights that may lie in memories of one port.
func (f *Family) placeSinglePort(m memory, c *ir.Core) (r mapped, singlePorts int) {
	if r = f.place(m); r.price < singlePortPrice*c.SinglePortBlocks() {
		return r, 0
	}
	return mapped{mux: m.width * (ceilDiv(m.depth, 1<<14) - 1)}, c.SinglePortBlocks()
}

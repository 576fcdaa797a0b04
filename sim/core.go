package sim

import (
	"math/bits"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// core is the state of one core and the scratch memory of its steps.
type core struct {
	*image
	memory  numerics.Memories // of all slots, padding included
	current []int32           // current memory, nil if nothing is held
	spikes  []uint32          // spike memory; 0 where the valid bit is 0, as no zero word is ever sent
	input   []uint32          // input memory: its part of the input space

	acc      []int32   // synapse sums of the slots that are updated
	packed   []uint64  // the same of a pixel while rows are added
	heldWalk *gathered // of the held segments; cores that walk the same ones share it
	restWalk gathered
	tally    []int64  // [Rows] scratch for counts, zero between walks
	fired    []uint64 // spikes of this step, bit n%64 of word n/64
	ends     []int64  // tick-relative cycle of each group's last UPDATE

	plastic    *plastic // its plasticity unit, if it has one
	pushes     []push
	lastUpdate int64 // tick-relative cycle of the last UPDATE
}

// gathered is what walking a phase gives: the weight rows to add, how often,
// unless the phase is plain, and the cycles of its SEG and WALK states.
type gathered struct {
	rows   []int32
	counts []int64
	cycles int64
}

// room makes both lists able to hold n entries.
func (g *gathered) room(n int) {
	if cap(g.rows) < n || cap(g.counts) < n {
		g.rows = append(make([]int32, 0, n), g.rows...)
		g.counts = append(make([]int64, 0, n), g.counts...)
	}
}

// push is a word waiting in, or on its way to, the send FIFO.
type push struct {
	cycle int64 // tick-relative
	word  int32
	bits  uint32
}

func newCore(im *image, input []uint32) *core {
	padded := im.Groups * im.Lanes
	if im.Plastic != nil {
		im = im.ownWeights()
	}
	c := &core{image: im, memory: im.model.NewMemories(padded), spikes: make([]uint32, im.SpikeDepth), input: input,
		acc: make([]int32, im.updated), packed: make([]uint64, im.stride), tally: make([]int64, im.Rows), fired: make([]uint64, (padded+63)/64),
		ends: make([]int64, im.Groups)}
	if im.Held > 0 {
		c.current, c.heldWalk = make([]int32, padded), new(gathered)
	}
	return c
}

// at is when a core works: tick k, step t.
type at struct{ k, t int }

// step executes one step and returns how many neurons fired.
func (c *core) step(now at) int {
	end := int64(ir.Lead)
	acc := c.acc
	if c.Groups == c.Blocks && !c.grouped {
		cycles := int64(0)
		acc, cycles = c.pixel(now, 0, 0, c.Blocks)
		for g := range c.ends {
			end += cycles
			c.ends[g] = end
		}
	} else {
		perPixel := c.Blocks // blocks that see the same windows
		if c.grouped {
			perPixel = 1
		}
		for g := 0; g < c.Groups; g += perPixel {
			_, cycles := c.pixel(now, g/c.Blocks, g, perPixel)
			for b := range perPixel {
				end += cycles
				c.ends[g+b] = end
			}
		}
	}
	memory := c.memory
	memory.V = memory.V[:c.updated]
	if memory.I != nil {
		memory.I = memory.I[:c.updated]
	}
	if memory.Wait != nil {
		memory.Wait = memory.Wait[:c.updated]
	}
	count := c.model.UpdateAll(&c.columns, now.t == 0, acc, &memory, nil, c.fired)
	c.lastUpdate = end
	if c.plastic != nil {
		c.plastic.listen(now.t)
	}
	c.pushes = c.pushes[:0]
	if c.Graded {
		c.pushGraded()
	} else {
		c.pushSpikes()
	}
	return count
}

// pixel makes the sums of the groups first … first+blocks−1, which belong to
// one pixel and see the same windows, and returns them, if they are all of the
// core's, with the cycles of each group.
func (c *core) pixel(now at, pixel, first, blocks int) ([]int32, int64) {
	from, to := first*c.Lanes, min((first+blocks)*c.Lanes, c.N)
	acc := c.acc[from:to]
	cycles := int64(2 + c.Lanes/c.Update) // GROUP, DRAIN and UPDATE; C of machine.md section 3
	if now.t == 0 && c.Held > 0 {
		if c.sharesHeld < 0 || pixel > 0 || c.grouped {
			c.walk(c.heldWalk, &c.held, now, first)
		}
		cycles += c.heldWalk.cycles + 1 // SAVE
		c.addWalked(acc, c.heldWalk, &c.held, first, blocks)
		copy(c.current[from:to], acc)
	}
	c.walk(&c.restWalk, &c.rest, now, first)
	cycles += c.restWalk.cycles
	switch doublings := c.rest.doublings; {
	case c.Held == 0:
		c.addWalked(acc, &c.restWalk, &c.rest, first, blocks)
	case len(c.restWalk.rows) == 0 && doublings == 0:
		if to-from == c.N {
			return c.current[:c.updated], cycles
		}
		copy(acc, c.current[from:to])
	default:
		c.addWalked(acc, &c.restWalk, &c.rest, first, blocks)
		for n, x := range c.current[from:to] {
			acc[n] += x << doublings
		}
	}
	return c.acc, cycles
}

// source returns the words of the source that a segment sees at a step, or
// nil if there are none yet.
func (c *core) source(s *ir.Segment, now at) []uint32 {
	if !s.External {
		return c.spikes[s.Base+((now.k-s.Delay)&c.RingMask)<<c.RingShift:]
	}
	if now.t < s.Delay {
		return nil
	}
	return c.input[s.Base+((now.t-s.Delay)&s.Mask)<<s.Shift:]
}

// walk collects the weight rows that group g adds in a phase, counted in its
// own block, and the cycles of its SEG and WALK states.
func (c *core) walk(g *gathered, p *phase, now at, group int) {
	g.rows, g.counts = g.rows[:0], g.counts[:0]
	g.cycles = int64(len(p.segments))
	number, pixel := group%c.Blocks, group/c.Blocks
	down, across := c.Down[pixel/len(c.Across)], c.Across[pixel%len(c.Across)]
	for i := 0; i < len(p.segments); i++ {
		s := &p.segments[i]
		if s.planes > 0 {
			g.cycles += c.walkPlanes(g, p.segments[i:i+s.planes], now)
			i += s.planes - 1
			continue
		}
		// ir.Core.Window, with what its segments have in common taken out.
		d, a := down[s.Down], across[s.Across]
		if d.Bits == 0 || a.Bits == 0 {
			continue
		}
		w := ir.Span{First: d.First + a.First, Bits: a.Bits, Row: s.Row + d.Row + a.Row}
		if s.Grouped {
			w.First += number * c.BlockBits
		}
		if words := c.source(s.Segment, now); words != nil {
			g.cycles += c.walkWindow(g, p, s, words, w)
		}
	}
	if !p.plain {
		c.collect(g, p)
	}
}

// walkWindow lists the rows of one window, or counts them where the phase is
// not plain, and returns the cycles of its WALK states.
func (c *core) walkWindow(g *gathered, p *phase, s *segment, words []uint32, w ir.Span) int64 {
	cycles := int64(0)
	last := w.First + w.Bits - 1
	for i := w.First / c.wordBits; i <= last/c.wordBits; i++ {
		word := words[i]
		row := int32(w.Row + i*c.wordBits - w.First)
		if i*c.wordBits < w.First {
			word &= ^uint32(0) << (w.First - i*c.wordBits)
		}
		if over := last - i*c.wordBits + 1; over < c.wordBits {
			word &= 1<<over - 1
		}
		if word == 0 {
			cycles++
			continue
		}
		cycles += int64(bits.OnesCount32(word))
		if p.plain {
			for ; word != 0; word &= word - 1 {
				g.rows = append(g.rows, row+int32(bits.TrailingZeros32(word)))
			}
			continue
		}
		for ; word != 0; word &= word - 1 {
			c.tally[int(row)+bits.TrailingZeros32(word)] += s.coefficient
		}
	}
	return cycles
}

// collect turns the tally into rows and counts and clears it.
func (c *core) collect(g *gathered, p *phase) {
	for _, s := range p.spans {
		for r, x := range c.tally[s.from:s.to] {
			if x != 0 {
				g.rows, g.counts = append(g.rows, int32(s.from+r)), append(g.counts, x)
				c.tally[s.from+r] = 0
			}
		}
	}
}

// addWalked makes acc the sums of the rows that walk collected, for blocks
// first, first+1, … of a pixel. A packed matrix row holds all blocks.
func (c *core) addWalked(acc []int32, g *gathered, p *phase, first, blocks int) {
	if len(g.rows) == 0 {
		clear(acc)
		return
	}
	if blocks < c.Blocks {
		c.addBlock(acc, g, p, first%c.Blocks)
		return
	}
	clear(c.packed)
	if p.plain {
		addRows(c.packed, c.matrix, g.rows)
	} else {
		addScaledRows(c.packed, c.matrix, g.rows, g.counts)
	}
	unpack(acc, c.packed, c.lanes)
}

// addBlock is addWalked for one block of several, straight from the weights:
// blocks that see windows of their own have few rows.
func (c *core) addBlock(acc []int32, g *gathered, p *phase, block int) {
	clear(acc)
	for i, r := range g.rows {
		times := int32(1)
		if !p.plain {
			times = int32(g.counts[i])
		}
		row := c.Weights[(block*c.Rows+int(r))*c.Lanes:][:len(acc)]
		for n, w := range row {
			acc[n] += times * int32(w)
		}
	}
}

// pushSpikes lists the spike words with the cycle in which each is complete,
// a pipeline's length after the UPDATE of its last slot, or of the core's last.
func (c *core) pushSpikes() {
	padded := c.Groups * c.Lanes
	perWord := 64 / c.wordBits
	for i, x := range c.fired {
		for w := i * perWord; x != 0; w, x = w+1, x>>c.wordBits {
			word := uint32(x & (1<<c.wordBits - 1))
			if word == 0 {
				continue
			}
			last := min((w+1)*c.wordBits, padded) - 1
			c.pushes = append(c.pushes, push{c.updateCycle(last) + c.Pipeline() - 1, int32(w), word})
		}
	}
}

func (c *core) pushGraded() {
	for n, v := range c.memory.V[:c.N] {
		c.pushes = append(c.pushes, push{c.updateCycle(n) + c.Pipeline() - 1, int32(n), uint32(v) & (1<<c.wordBits - 1)})
	}
}

// updateCycle returns the tick-relative cycle in which a slot's word of params
// and state is addressed.
func (c *core) updateCycle(slot int) int64 {
	g, u := slot/c.Lanes, slot%c.Lanes/c.Update
	return c.ends[g] + 1 - int64(c.Lanes/c.Update) + int64(u)
}

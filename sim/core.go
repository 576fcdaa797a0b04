package sim

import "math/bits"

// core is the state of one core and the scratch memory of its steps.
type core struct {
	*image
	v       []int32  // state memory, padding included
	current []int32  // current memory, nil if nothing is held
	spikes  []uint32 // spike memory; 0 where the valid bit is 0, as no zero word is ever sent
	input   []uint32 // input memory: its part of the input space

	acc      []int32   // synapse sums of the used neurons
	packed   []uint64  // the same while rows are added
	heldWalk *gathered // of the held segments; cores that walk the same ones share it
	restWalk gathered
	tally    []int64  // [Rows] scratch for counts, zero between walks
	fired    []uint64 // spikes of this step, bit n%64 of word n/64

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
	c := &core{image: im, v: make([]int32, padded), spikes: make([]uint32, im.SpikeDepth), input: input,
		acc: make([]int32, im.N), packed: make([]uint64, im.stride), tally: make([]int64, im.Rows), fired: make([]uint64, (padded+63)/64)}
	if im.Held > 0 {
		c.current, c.heldWalk = make([]int32, padded), new(gathered)
	}
	return c
}

// step executes tick k of an active core and returns how many neurons fired.
func (c *core) step(k int) (int, error) {
	first := k == c.Level
	cycles := int64(2 + c.Lanes/c.Update) // GROUP, DRAIN and UPDATE; C of machine.md section 3
	if first && c.Held > 0 {
		if c.sharesHeld < 0 {
			if err := c.walk(c.heldWalk, &c.held, k); err != nil {
				return 0, err
			}
		}
		cycles += c.heldWalk.cycles + 1 // SAVE
		c.addWalked(c.heldWalk, &c.held)
		copy(c.current, c.acc)
	}
	if err := c.walk(&c.restWalk, &c.rest, k); err != nil {
		return 0, err
	}
	cycles += c.restWalk.cycles
	acc := c.acc
	switch doublings := c.rest.doublings; {
	case c.Held == 0:
		c.addWalked(&c.restWalk, &c.rest)
	case len(c.restWalk.rows) == 0 && doublings == 0:
		acc = c.current[:c.N]
	default:
		c.addWalked(&c.restWalk, &c.rest)
		for n, x := range c.current[:c.N] {
			c.acc[n] += x << doublings
		}
	}
	count := c.model.UpdateAll(&c.columns, first, acc, c.v[:c.N], nil, c.fired)
	c.lastUpdate = int64(c.Groups) * cycles
	if c.Graded {
		c.pushGraded(cycles)
	} else {
		c.pushSpikes(cycles)
	}
	return count, nil
}

// walk collects the weight rows that the phase adds at tick k and the cycles
// of its SEG and WALK states, which are the same for every group. It clears
// the words that it is the last to read.
func (c *core) walk(g *gathered, p *phase, k int) error {
	g.rows, g.counts = g.rows[:0], g.counts[:0]
	g.cycles = int64(len(p.segments))
	for i := 0; i < len(p.segments); i++ {
		s := &p.segments[i]
		if s.planes > 0 {
			cycles, err := c.walkPlanes(g, p.segments[i:i+s.planes], k)
			if err != nil {
				clear(c.tally)
				return err
			}
			g.cycles += cycles
			i += s.planes - 1
			continue
		}
		memory := c.spikes
		if s.External {
			memory = c.input
		}
		at := s.Base + ((k-s.Delay)&s.Mask)<<s.Shift
		words := memory[at : at+s.Words]
		for w, word := range words {
			if word == 0 {
				g.cycles++
				continue
			}
			if w >= s.full {
				if left := s.Bits - w*c.wordBits; left <= 0 || word>>left != 0 {
					clear(c.tally) // what an abandoned walk has counted
					return pastBitsError(k, w, s.index, word, s.Bits)
				}
			}
			g.cycles += int64(bits.OnesCount32(word))
			row := int32(s.Row + w*c.wordBits)
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
		if s.Last && !s.External {
			clear(words)
		}
	}
	if !p.plain {
		c.collect(g, p)
	}
	return nil
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

// addWalked makes acc the sums of the rows that walk collected.
func (c *core) addWalked(g *gathered, p *phase) {
	if len(g.rows) == 0 {
		clear(c.acc)
		return
	}
	clear(c.packed)
	if p.plain {
		addRows(c.packed, c.matrix, g.rows)
	} else {
		addScaledRows(c.packed, c.matrix, g.rows, g.counts)
	}
	unpack(c.acc, c.packed, c.lanes)
}

// pushSpikes lists the spike words with the cycle in which each is complete:
// three after the UPDATE of its last neuron, or of the core's last.
func (c *core) pushSpikes(cycles int64) {
	c.pushes = c.pushes[:0]
	padded := c.Groups * c.Lanes
	perWord := 64 / c.wordBits
	for i, x := range c.fired {
		for w := i * perWord; x != 0; w, x = w+1, x>>c.wordBits {
			word := uint32(x & (1<<c.wordBits - 1))
			if word == 0 {
				continue
			}
			last := min((w+1)*c.wordBits, padded) - 1
			c.pushes = append(c.pushes, push{c.updateCycle(last, cycles) + 3, int32(w), word})
		}
	}
}

func (c *core) pushGraded(cycles int64) {
	c.pushes = c.pushes[:0]
	for n, v := range c.v[:c.N] {
		c.pushes = append(c.pushes, push{c.updateCycle(n, cycles) + 3, int32(n), uint32(v) & (1<<c.wordBits - 1)})
	}
}

// updateCycle returns the tick-relative cycle in which neuron n's word of
// params and state is addressed, groups taking so many cycles each.
func (c *core) updateCycle(n int, cycles int64) int64 {
	g, u := n/c.Lanes, n%c.Lanes/c.Update
	return 1 + int64(g+1)*cycles - int64(c.Lanes/c.Update) + int64(u)
}

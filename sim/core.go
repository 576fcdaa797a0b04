package sim

import (
	"fmt"
	"math/bits"
)

// core is the state of one core and the scratch memory of its steps.
type core struct {
	*image
	v       []int32  // state memory, padding included
	current []int32  // current memory, nil if nothing is held
	spikes  []uint32 // spike memory; 0 where the valid bit is 0, as no zero word is ever sent
	input   []uint32 // input memory: its part of the input space

	acc    []int32  // synapse sums of the used neurons
	packed []uint64 // the same while rows are added
	rows   []int32  // weight rows to add
	counts []int64  // and how often, unless the phase is plain
	tally  []int64  // [Rows] scratch for counts, zero between walks
	fired  []uint64 // spikes of this step, bit n%64 of word n/64

	pushes     []push
	lastUpdate int64 // tick-relative cycle of the last UPDATE
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
		c.current = make([]int32, padded)
	}
	return c
}

// step executes tick k of an active core and returns how many neurons fired.
func (c *core) step(k int) (int, error) {
	first := k == c.Level
	cycles := int64(2 + c.Lanes/c.Update) // GROUP, DRAIN and UPDATE; C of machine.md section 3
	if first && c.Held > 0 {
		walked, err := c.walk(&c.held, k)
		if err != nil {
			return 0, err
		}
		cycles += walked + 1 // SAVE
		c.addWalked(&c.held)
		copy(c.current, c.acc)
	}
	walked, err := c.walk(&c.rest, k)
	if err != nil {
		return 0, err
	}
	cycles += walked
	c.addWalked(&c.rest)
	if c.Held > 0 {
		for n, x := range c.current[:c.N] {
			c.acc[n] += x << c.rest.doublings
		}
	}
	count := c.model.UpdateAll(&c.columns, first, c.acc, c.v[:c.N], nil, c.fired)
	c.lastUpdate = int64(c.Groups) * cycles
	if c.Graded {
		c.pushGraded(cycles)
	} else {
		c.pushSpikes(cycles)
	}
	return count, nil
}

// walk collects the weight rows that the phase adds at tick k and returns the
// cycles of its SEG and WALK states, which are the same for every group. It
// clears the words that it is the last to read.
func (c *core) walk(p *phase, k int) (int64, error) {
	c.rows = c.rows[:0]
	cycles := int64(len(p.segments))
	for i := range p.segments {
		s := &p.segments[i]
		memory := c.spikes
		if s.External {
			memory = c.input
		}
		at := s.Base + ((k-s.Delay)&s.Mask)<<s.Shift
		words := memory[at : at+s.Words]
		for w, word := range words {
			if word == 0 {
				cycles++
				continue
			}
			if w >= s.full {
				if left := s.Bits - w*c.wordBits; left <= 0 || word>>left != 0 {
					return 0, fmt.Errorf("tick %d: word %d of segment %d is %#x; it has bits past the segment's %d rows", k, w, i, word, s.Bits)
				}
			}
			cycles += int64(bits.OnesCount32(word))
			row := int32(s.Row + w*c.wordBits)
			if p.plain {
				for ; word != 0; word &= word - 1 {
					c.rows = append(c.rows, row+int32(bits.TrailingZeros32(word)))
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
		c.collect(p)
	}
	return cycles, nil
}

// collect turns the tally into rows and counts and clears it.
func (c *core) collect(p *phase) {
	c.counts = c.counts[:0]
	for _, s := range p.spans {
		for r, x := range c.tally[s.from:s.to] {
			if x != 0 {
				c.rows, c.counts = append(c.rows, int32(s.from+r)), append(c.counts, x)
				c.tally[s.from+r] = 0
			}
		}
	}
}

// addWalked makes acc the sums of the rows that walk collected.
func (c *core) addWalked(p *phase) {
	if len(c.rows) == 0 {
		clear(c.acc)
		return
	}
	clear(c.packed)
	if p.plain {
		addRows(c.packed, c.matrix, c.rows)
	} else {
		addScaledRows(c.packed, c.matrix, c.rows, c.counts)
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

package ir

import "math/bits"

// Lead is the number of cycles between the start of a tick and a core's first
// group in which its first window is computed (docs/machine.md section 3).
const Lead = 3

// Pipeline is how many cycles after the UPDATE of its last neurons a core's
// last word is at the head of its send FIFO.
func (c *Core) Pipeline() int64 {
	if c.Current {
		return 5 // one stage more, for the current
	}
	return 4
}

// Words returns how many words the core can send in a tick: spike words, or
// one for each slot if graded.
func (c *Core) Words(wordBits int) int {
	if c.Graded {
		return c.N
	}
	return (c.N + wordBits - 1) / wordBits
}

// Pitch is the distance of pixels in slots.
func (c *Core) Pitch() int { return c.Blocks * c.Lanes }

// NeuronAt returns which neuron of its layer a slot of the core is; false for
// the silent slots between and after them.
func (p *Program) NeuronAt(c *Core, slot int) (int, bool) {
	g := p.Layers[c.Layer].Grid
	pixel, channel := slot/c.Pitch(), slot%c.Pitch()
	if channel >= c.Part.Channels || slot >= c.N {
		return 0, false
	}
	return g.Index(c.Part.Channel+channel, c.Part.Row+pixel/g.W, pixel%g.W), true
}

// Active returns the step that the core works on in tick k, if any.
func (p *Program) Active(c *Core, k int) (step int, active bool) {
	k -= c.Level
	if k < 0 || k%p.Interval != 0 || k/p.Interval >= p.Steps {
		return 0, false
	}
	return k / p.Interval, true
}

// Window returns what group g sees of a segment: the first bit of the source,
// how many, and the weight row, counted in all blocks, of the first.
func (c *Core) Window(s *Segment, g int) Span {
	columns := len(c.Across)
	block, pixel := g%c.Blocks, g/c.Blocks
	a, b := c.Down[pixel/columns][s.Down], c.Across[pixel%columns][s.Across]
	if a.Bits == 0 || b.Bits == 0 {
		return Span{}
	}
	w := Span{First: a.First + b.First, Bits: b.Bits, Row: block*c.Rows + s.Row + a.Row + b.Row}
	if s.Grouped {
		w.First += block * c.BlockBits
	}
	return w
}

// HostWord is what lies at an address of the host's space: a word of a core
// that belongs to an output. Output is -1 where nothing does.
type HostWord struct{ Output, Core, Word int }

// HostMap lists the host's space.
func (p *Program) HostMap() []HostWord {
	var space []HostWord
	for o := range p.Outputs {
		for i := range p.Cores {
			c := &p.Cores[i]
			if c.Layer != p.Outputs[o].Layer {
				continue
			}
			for _, r := range c.Routes {
				if r.Node != 0 || r.Base < p.Outputs[o].Base || r.Base >= p.Outputs[o].Base+p.Outputs[o].Words {
					continue
				}
				for w := range c.Words(p.WordBits) {
					for len(space) <= r.Base+w {
						space = append(space, HostWord{Output: -1})
					}
					space[r.Base+w] = HostWord{o, i, w}
				}
			}
		}
	}
	return space
}

// WaitBits is the width of a neuron's refractory count.
func (c *Core) WaitBits() int { return bits.Len(uint(c.Refractory)) }

// MemoryBits is the width of a neuron's field in the state memory.
func (c *Core) MemoryBits() int {
	n := c.StateBits + c.WaitBits()
	if c.Current {
		n += c.StateBits
	}
	return n
}

// ParamGroups is how many groups have parameters of their own.
func (c *Core) ParamGroups() int {
	if c.Shared {
		return c.Blocks
	}
	return c.Groups
}

// ParamBits is the width of a neuron's field in the parameter memory.
func (c *Core) ParamBits() int {
	n := 2 * c.StateBits
	if c.Current {
		n += c.StateBits
		if c.SynDecayMode == DecayPerNeuron || c.Overlay {
			n += c.DecayBits
		}
	}
	if c.DecayMode == DecayPerNeuron || c.Overlay {
		n += c.DecayBits
	}
	if c.ResetPerNeuron {
		n += c.StateBits
	}
	return n
}

// Clog2 is Verilog's $clog2: the bits that address n things, 0 for one or none.
func Clog2(n int) int { return bits.Len(uint(max(n, 1) - 1)) }

package ir

import (
	"fmt"
	"math/bits"
)

// Plastic are the sizes of the plasticity unit beside a core (docs/machine.md,
// section 8). The rule itself, its tables, gate and random numbers, are no part
// of a program: the host loads a LearnConfig.
type Plastic struct {
	// Fraction is the number of bits of a stored weight below the weight that
	// inference reads: WeightBits + Fraction <= 24.
	Fraction int
	// KernelFrac is the number of fraction bits of a table entry below a stored
	// weight's unit, 5..14.
	KernelFrac int
	// Batch is the number of samples that one update can have, 1..256.
	Batch int
	// Scale is the real value of weight 1, the same for all neurons.
	Scale float64
}

// LearnConfig is what makes a plasticity unit follow a rule, in the integers
// of docs/numerics.md, section Plasticity.
type LearnConfig struct {
	Both, Else []int32 // tables by t_post − t_pre + T, [2T+1]: pairs that both fired, other pairs
	Last       bool    // latency is the last spike, 0 for a silent neuron, not the first
	Source     GateSource
	GateA      int32    // A with the half of the rounding, 28 bits
	GateB      int32    // 28 bits
	Seeds      []uint32 // [RandomRegisters] none 0
}

// GateSource says where the unit's gate comes from.
type GateSource int

// The formula on the number of pairs that both fired (A = 1, B = 0: the number
// 1), or a number that the host writes with the sample.
const (
	GateFormula GateSource = iota
	GateWritten
)

// LearnCommand ends a sample.
type LearnCommand struct {
	Sweep  bool  // the last of the update: change the weights
	Record bool  // add the sample to the warm-up sums
	Forget bool  // the recorded sample is the first of the sums
	Loss   int32 // of the sample, 24 bits
	Factor int32 // gate for GateWritten, 12 fraction bits
}

// LearnState is what a plasticity unit shows after a command.
type LearnState struct {
	Pairs  int   // of the sample
	Gate   int32 // of the sample, 12 fraction bits
	Cycles int64 // of the command
	Count  int   // samples in the sums
	// Sums are Σn, ΣL, Σn², ΣL², ΣnL of the recorded samples, as two's complement.
	Sums [5]uint64
}

// StoredBits is the width of a weight in the weight memory.
func (c *Core) StoredBits() int {
	if c.Plastic == nil {
		return c.WeightBits
	}
	return c.WeightBits + c.Plastic.Fraction
}

// StoredWeight is a weight as the memory holds it before anything is learned:
// in a plastic core in the middle of what inference reads as it
// (numerics.PlasticLoad).
func (c *Core) StoredWeight(w int16) int32 {
	if c.Plastic == nil {
		return int32(w)
	}
	return int32(w)<<c.Plastic.Fraction + 1<<c.Plastic.Fraction>>1
}

// NarrowBits are the fraction bits that narrowing drops from a sum of products:
// it leaves 12 of 12 + KernelFrac + BatchLog.
func (p *Plastic) NarrowBits() int { return p.KernelFrac + p.BatchLog() }

// BatchLog is log2 of Batch, rounded up.
func (p *Plastic) BatchLog() int { return Clog2(p.Batch) }

// PairBits is the width of the number of pairs that both fired, at least 2.
func (c *Core) PairBits() int { return max(2, bits.Len(uint(c.N*c.Rows))) }

// RandomRegisters is the number of the plasticity unit's random registers: one
// for every 16 lanes.
func (c *Core) RandomRegisters() int { return (c.Lanes + 15) / 16 }

// plasticSums are the cycles in which a sample is taken into the warm-up sums:
// six of four words, 17 each.
const plasticSums = 6 * 4 * 17

// LearnCycles is how long an end of a sample keeps the plasticity unit busy
// (docs/machine.md, section 8); samples are those of the update, for a sweep.
func (c *Core) LearnCycles(sweep, record bool, samples int) int64 {
	u, gate := c.Plastic, int64(c.PairBits())
	cycles := gate + 1
	if record {
		cycles += plasticSums
	}
	switch {
	case sweep:
		tail := int64(3)
		if u.Batch > 1 {
			tail = 4
		}
		cycles = max(cycles, gate+int64(c.Groups)*int64(c.Rows)*int64(samples)+tail)
	case record:
		cycles = max(cycles, gate-1+int64(u.Batch)*int64(c.Rows))
	}
	return cycles
}

// validatePlastic checks what the unit relies on: one dense layer of spikes.
func (p *Program) validatePlastic(c *Core) error {
	u := c.Plastic
	if u == nil {
		return nil
	}
	switch {
	case u.Fraction < 0 || c.WeightBits+u.Fraction > 24:
		return fmt.Errorf("plastic: %d weight and %d fraction bits; they must not exceed 24", c.WeightBits, u.Fraction)
	case u.KernelFrac < 5 || u.KernelFrac > 14:
		return fmt.Errorf("plastic: %d kernel fraction bits; allowed are 5 to 14", u.KernelFrac)
	case u.Batch < 1 || u.Batch > 256:
		return fmt.Errorf("plastic: a batch of %d; allowed are 1 to 256", u.Batch)
	case !(u.Scale > 0):
		return fmt.Errorf("plastic: scale %v; it must be positive", u.Scale)
	case p.Steps > 255:
		return fmt.Errorf("plastic: %d steps; a latency has 8 bits, so at most 255 are possible", p.Steps)
	case c.Graded || c.Groups != c.Blocks || c.Part.Channels != p.Layers[c.Layer].N:
		return fmt.Errorf("plastic: the core must hold a whole layer of spiking neurons that is no image")
	case c.Held > 0:
		return fmt.Errorf("plastic: %d segments are held; every source must be spikes", c.Held)
	case c.Groups*c.Rows<<bits.Len(uint((c.Lanes*c.StoredBits()-1)/32)) > WindowWords:
		return fmt.Errorf("plastic: %d rows of %d lanes of %d bits; the host's window has %d words", c.Groups*c.Rows, c.Lanes, c.StoredBits(), WindowWords)
	case c.Rows*c.N > 1<<24:
		return fmt.Errorf("plastic: %d × %d pairs; at most %d are possible", c.N, c.Rows, 1<<24)
	}
	seen := make([]bool, c.Rows)
	for i := range c.Segments {
		s := &c.Segments[i]
		if s.Negate || s.Double || s.Grouped {
			return fmt.Errorf("plastic: segment %d doubles, subtracts or is grouped; every source must be spikes", i)
		}
		w := c.Window(s, 0)
		for r := w.Row; r < w.Row+w.Bits && r < c.Rows; r++ {
			if seen[r] {
				return fmt.Errorf("plastic: segment %d walks weight row %d, as one before it does; a pre neuron has one row and a row one pre neuron", i, r)
			}
			seen[r] = true
		}
	}
	return nil
}

// WindowWords is how many words of 32 bits the host sees of one memory
// (docs/machine.md, section 7).
const WindowWords = 1 << 23

// CheckRecord refuses to take a sample into the warm-up sums of recorded ones
// where a sum could leave its width, and a loss that is too large.
func CheckRecord(cmd LearnCommand, recorded int) error {
	switch {
	case cmd.Record && !cmd.Forget && recorded >= 1<<16-1:
		return fmt.Errorf("%d samples are in the warm-up sums, and no more fit: read the sums out and forget them", recorded)
	case cmd.Loss < -1<<23 || cmd.Loss >= 1<<23:
		return fmt.Errorf("loss %d; it has 24 bits", cmd.Loss)
	}
	return nil
}

// CheckLearn tells whether a core's plasticity unit can hold a rule.
func (p *Program) CheckLearn(core int, cfg *LearnConfig) error {
	c := &p.Cores[core]
	if c.Plastic == nil {
		return fmt.Errorf("core %d (%s) has no plasticity unit", core, p.Layers[c.Layer].Name)
	}
	if n := 2*p.Steps + 1; len(cfg.Both) != n || len(cfg.Else) != n {
		return fmt.Errorf("tables of %d and %d entries; %d steps need %d", len(cfg.Both), len(cfg.Else), p.Steps, n)
	}
	for _, table := range [][]int32{cfg.Both, cfg.Else} {
		for i, v := range table {
			if v <= -1<<15 || v >= 1<<15 {
				return fmt.Errorf("table entry %d is %d; allowed are ±%d", i, v, 1<<15-1)
			}
		}
	}
	if cfg.Source < GateFormula || cfg.Source > GateWritten {
		return fmt.Errorf("gate source %d; allowed are 0 and 1", cfg.Source)
	}
	for _, v := range []int32{cfg.GateA, cfg.GateB} {
		if v < -1<<27 || v >= 1<<27 {
			return fmt.Errorf("gate constant %d; it has 28 bits", v)
		}
	}
	if n := c.RandomRegisters(); len(cfg.Seeds) != n {
		return fmt.Errorf("%d seeds; %d lanes have %d random registers", len(cfg.Seeds), c.Lanes, n)
	}
	for l, s := range cfg.Seeds {
		if s == 0 {
			return fmt.Errorf("seed %d is 0, at which its register stands still", l)
		}
	}
	return nil
}

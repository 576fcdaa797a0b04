package ir

import "fmt"

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
	GateA      int64 // A with the half of the rounding
	GateB      int32
	GateShift  int      // in bytes, 0..5
	Seeds      []uint32 // [Lanes] random registers, none 0
}

// GateSource says where the unit's gate comes from.
type GateSource int

// The formula on the number of pairs that both fired, 1, or a number that the
// host writes with the sample.
const (
	GateFormula GateSource = iota
	GateOne
	GateWritten
)

// LearnCommand ends a sample.
type LearnCommand struct {
	Sweep  bool  // the last of the update: change the weights
	Record bool  // add the sample to the warm-up sums
	Forget bool  // the recorded sample is the first of the sums
	Loss   int32 // of a recorded sample, 24 bits
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

// Sums that the unit narrows have 16 fraction bits left; NarrowBits drops the rest.
func (p *Plastic) NarrowBits() int { return p.KernelFrac - 4 + p.BatchLog() }

// BatchLog is log2 of Batch, rounded up.
func (p *Plastic) BatchLog() int {
	n := 0
	for 1<<n < p.Batch {
		n++
	}
	return n
}

// PlasticTail is how many cycles after the last address of a sweep its last
// row is written.
const PlasticTail = 6

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
			if v < -1<<17 || v >= 1<<17 {
				return fmt.Errorf("table entry %d is %d; it has 18 bits", i, v)
			}
		}
	}
	if cfg.Source < GateFormula || cfg.Source > GateWritten || cfg.GateShift < 0 || cfg.GateShift > 5 {
		return fmt.Errorf("gate source %d, shift of %d bytes; allowed are 0 to 2 and 0 to 5", cfg.Source, cfg.GateShift)
	}
	if len(cfg.Seeds) != c.Lanes {
		return fmt.Errorf("%d seeds for %d lanes", len(cfg.Seeds), c.Lanes)
	}
	for l, s := range cfg.Seeds {
		if s == 0 {
			return fmt.Errorf("the seed of lane %d is 0, at which its register stands still", l)
		}
	}
	return nil
}

package sim

import (
	"errors"
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// Limits of the host's address map (machine.md section 7).
const (
	maxTicks      = 1 << 16
	maxInputSpace = 1 << 22
)

// check tells whether the simulator may rely on a program: that indices and
// sizes are those of ir's documentation, that ir.Program.Validate accepts it,
// and that no image value and no partial sum leaves its width, beyond which
// the Verilog would wrap and the simulator would not.
func check(p *ir.Program) error {
	if err := errors.Join(checkSizes(p)...); err != nil {
		return err
	}
	if err := errors.Join(p.Validate()...); err != nil {
		return err
	}
	var errs []error
	for i := range p.Cores {
		if err := checkImages(&p.Cores[i]); err != nil {
			errs = append(errs, fmt.Errorf("program %q: core %d (%s): %w", p.Name, i, p.Layers[p.Cores[i].Layer].Name, err))
		}
	}
	return errors.Join(errs...)
}

// checkSizes looks at what Validate takes for granted.
func checkSizes(p *ir.Program) []error {
	var errs []error
	where := fmt.Sprintf("program %q", p.Name)
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %w", where, fmt.Errorf(format, args...)))
		}
	}
	need(p.Net.Kind == ir.NetBus || p.Net.Kind == ir.NetMesh, "network is %q; it must be %q or %q", p.Net.Kind, ir.NetBus, ir.NetMesh)
	need(p.WordBits > 0 && p.Interval >= 1, "word bits %d and interval %d must be positive", p.WordBits, p.Interval)
	need(p.Ticks >= 1 && p.Ticks <= maxTicks, "%d ticks; a sample takes 1..%d: use fewer steps", p.Ticks, maxTicks)
	if len(errs) > 0 {
		return errs
	}
	for i := range p.Layers {
		l := &p.Layers[i]
		need(l.Grid.C > 0 && l.Grid.H > 0 && l.Grid.W > 0 && l.N == l.Grid.Size(), "layer %q: %d neurons on a grid of %+v", l.Name, l.N, l.Grid)
	}
	for i := range p.Inputs {
		in := &p.Inputs[i]
		where = fmt.Sprintf("program %q: input %q", p.Name, in.Name)
		need(in.N >= 1 && ir.Size(in.Shape) == in.N, "%d values of shape %v", in.N, in.Shape)
		need(in.Input.Bits >= 1 && in.Input.Bits <= 16, "%d bits; inputs have 1..16", in.Input.Bits)
		need(in.PlaneWords == (in.N+p.WordBits-1)/p.WordBits, "planes of %d words do not hold %d values of a bit", in.PlaneWords, in.N)
		need(in.Base >= 0 && in.Base <= maxInputSpace && in.SlotShift >= 0 && in.SlotShift <= 22 && in.Slots >= 1 && in.Slots <= maxInputSpace && powerOfTwo(in.Slots) &&
			in.Words() <= 1<<in.SlotShift && in.Base+in.Slots<<in.SlotShift <= maxInputSpace,
			"%d slots of 2^%d words from %d on leave the input space of %d words, or do not hold %d words a step", in.Slots, in.SlotShift, in.Base, maxInputSpace, in.Words())
	}
	for i := range p.Cores {
		c := &p.Cores[i]
		where = fmt.Sprintf("program %q: core %d", p.Name, i)
		need(c.Level >= 0 && c.Level < maxTicks && c.Layer >= 0 && c.Layer < len(p.Layers), "level %d or layer %d does not exist", c.Level, c.Layer)
		need(c.Lanes >= 1 && c.Update >= 1 && c.Blocks >= 1 && c.Rows >= 1, "%d lanes, %d update lanes, %d blocks and %d rows must be positive", c.Lanes, c.Update, c.Blocks, c.Rows)
		need(c.InputBase >= 0 && c.InputBase <= maxInputSpace && c.InputDepth >= 0 && c.InputDepth <= maxInputSpace && c.InputBase+c.InputDepth <= maxInputSpace, "input memory of %d words at %d leaves the input space of %d words", c.InputDepth, c.InputBase, maxInputSpace)
		need(c.RingShift >= 0 && c.RingShift <= 16 && c.RingMask >= 0 && c.RingMask < 1<<16, "ring of %d slots of 2^%d words", c.RingMask+1, c.RingShift)
		need(c.Refractory >= 0 && c.Refractory <= 255, "refractory time is %d steps; it must be 0..255", c.Refractory)
		need(c.SynDecayMode != ir.DecayPerNeuron || !c.Current || len(c.SynDecay) == len(c.Bias), "decay image of the current has %d values; want %d", len(c.SynDecay), len(c.Bias))
		need(c.DecayMode >= ir.DecayZero && c.DecayMode <= ir.DecayPerNeuron && c.SynDecayMode >= ir.DecayZero && c.SynDecayMode <= ir.DecayPerNeuron, "decay modes %d and %d do not exist", c.DecayMode, c.SynDecayMode)
		need(len(c.Across) > 0 && len(c.Down) > 0 && sameLengths(c.Across) && sameLengths(c.Down), "window tables must have rows of one length")
		need(inRange(c.Across) && inRange(c.Down) && c.BlockBits >= 0 && c.BlockBits <= maxSpan, "windows must lie within %d bits and weight rows", maxSpan)
		for j := range c.Segments {
			s := &c.Segments[j]
			need(s.Base >= 0 && s.Base <= maxInputSpace && s.Mask >= 0 && s.Mask < maxInputSpace && s.Shift >= 0 && s.Shift <= 22 && s.Delay >= 0 && (s.External && powerOfTwo(s.Mask+1) || !s.External && c.SpikeDepth > 0),
				"segment %d: base %d, mask %d, shift %d or delay %d is out of range, or it reads spikes where none come in", j, s.Base, s.Mask, s.Shift, s.Delay)
		}
		for j, r := range c.Routes {
			need(r.Base >= 0 && r.Base < 1<<16 && r.Mask >= 0 && r.Mask < 1<<16 && powerOfTwo(r.Mask+1) && r.Shift >= 0 && r.Shift <= 16, "route %d: base %d, mask %d or shift %d is out of range", j, r.Base, r.Mask, r.Shift)
		}
	}
	for i := range p.Outputs {
		o := &p.Outputs[i]
		where = fmt.Sprintf("program %q: output %q", p.Name, o.Name)
		if need(o.Layer >= 0 && o.Layer < len(p.Layers), "layer %d does not exist", o.Layer); o.Layer < 0 || o.Layer >= len(p.Layers) {
			continue
		}
		need(o.N == p.Layers[o.Layer].N && o.Base >= 0 && o.Base < 1<<16 && o.Words >= 0 && o.Words <= 1<<16, "%d values from address %d on; its layer has %d", o.N, o.Base, p.Layers[o.Layer].N)
		need(!o.Graded || len(o.Unit) == 1 || len(o.Unit) == o.N, "%d units; a graded output has one, or %d", len(o.Unit), o.N)
		for k := range p.Cores {
			c := &p.Cores[k]
			need(c.Layer != o.Layer || c.Graded == o.Graded, "graded is %v; its core %d says %v", o.Graded, k, c.Graded)
		}
	}
	return errs
}

// maxSpan bounds what a window can name: bits of a memory, weight rows.
const maxSpan = 1 << 28

func inRange(table [][]ir.Span) bool {
	for _, row := range table {
		for _, s := range row {
			if s.First < 0 || s.First > maxSpan || s.Bits < 0 || s.Bits > maxSpan || s.Row < 0 || s.Row > maxSpan {
				return false
			}
		}
	}
	return true
}

func powerOfTwo(n int) bool { return n > 0 && bits.OnesCount(uint(n)) == 1 }

func sameLengths(table [][]ir.Span) bool {
	for _, row := range table {
		if len(row) != len(table[0]) {
			return false
		}
	}
	return true
}

// checkImages relies on Validate having accepted the core.
func checkImages(c *ir.Core) error {
	limit := int64(numerics.QMax(c.WeightBits))
	for i, w := range c.Weights {
		lane := i % c.Lanes
		row := i / c.Lanes
		silent := row/c.Rows*c.Lanes+lane >= c.Part.Channels
		if int64(w) < -limit-1 || int64(w) > limit || silent && w != 0 {
			return fmt.Errorf("weight row %d, lane %d is %d; want %d bits, and 0 in lanes past the last channel", row, lane, w, c.WeightBits)
		}
	}
	for _, f := range []struct {
		name   string
		values []int32
		lo, hi int64
		silent bool // must be 0 in silent slots
	}{
		{"threshold", c.Threshold, numerics.Min(c.StateBits), numerics.Max(c.StateBits), false},
		{"bias", c.Bias, numerics.Min(c.StateBits), numerics.Max(c.StateBits), true},
		{"membrane bias", c.VBias, numerics.Min(c.StateBits), numerics.Max(c.StateBits), true},
		{"reset", c.Reset, numerics.Min(c.StateBits), numerics.Max(c.StateBits), false},
		{"decay", c.Decay, 0, 1 << c.DecayBits, false},
		{"decay of the current", c.SynDecay, 0, 1 << c.DecayBits, false},
		{"decay", []int32{c.DecayConst}, 0, 1 << c.DecayBits, false},
		{"decay of the current", []int32{c.SynDecayConst}, 0, 1 << c.DecayBits, false},
		{"reset", []int32{c.ResetConst}, numerics.Min(c.StateBits), numerics.Max(c.StateBits), false},
	} {
		for i, v := range f.values {
			if int64(v) < f.lo || int64(v) > f.hi || f.silent && v != 0 && i%c.Pitch() >= c.Part.Channels {
				return fmt.Errorf("%s %d is %d; want %d..%d, and 0 where the slot is silent", f.name, i, v, f.lo, f.hi)
			}
		}
	}
	for i, v := range c.Threshold {
		if v <= 0 && i%c.Pitch() >= c.Part.Channels {
			return fmt.Errorf("threshold %d is %d; a silent slot must not fire", i, v)
		}
	}
	var err error
	c.VisitSums(c.Segments, func(pixel, lane int, lo, hi int64) bool {
		if lo < numerics.Min(c.AccBits) || hi > numerics.Max(c.AccBits) {
			err = fmt.Errorf("sums of pixel %d, lane %d reach %d..%d; its accumulator has %d bits", pixel, lane, lo, hi, c.AccBits)
		}
		return err == nil
	})
	return err
}

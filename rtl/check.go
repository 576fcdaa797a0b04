package rtl

import (
	"errors"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// check refuses what the modules cannot take. ir.Program.Validate has the
// invariants that all executions share; here are the limits of the hardware:
// widths of counters, registers and host windows.
func check(p *ir.Program) error {
	errs := p.Validate()
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	fail := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	fail(p.Net.Kind == ir.NetBus || p.Net.Kind == ir.NetMesh, "network kind %q; want %q or %q", p.Net.Kind, ir.NetBus, ir.NetMesh)
	fail(p.Ticks < regmap.MaxTicks, "%d ticks in a sample; the tick counter allows %d", p.Ticks, regmap.MaxTicks-1)
	fail(len(p.Cores) < 1<<12, "%d cores; at most %d", len(p.Cores), 1<<12-1)
	for i := range p.Cores {
		c := &p.Cores[i]
		name := fmt.Sprintf("core %d (%s)", i, p.Layers[c.Layer].Name)
		fail(c.Rows >= 1, "%s: %d weight rows; at least one is needed", name, c.Rows)
		fail(c.DecayMode >= ir.DecayZero && c.DecayMode <= ir.DecayPerNeuron, "%s: decay mode %d", name, c.DecayMode)
		fail(c.Neuron.Reset >= ir.ResetNone && c.Neuron.Reset <= ir.ResetDelayed, "%s: reset %d", name, c.Neuron.Reset)
		if c.DecayMode == ir.DecayUniform {
			fail(c.DecayConst >= 0 && c.DecayConst < 1<<c.DecayBits, "%s: decay %d does not fit %d fraction bits", name, c.DecayConst, c.DecayBits)
		}
		if lim := int64(1) << (c.StateBits - 1); !c.ResetPerNeuron {
			fail(int64(c.ResetConst) >= -lim && int64(c.ResetConst) < lim, "%s: reset value %d does not fit %d bits", name, c.ResetConst, c.StateBits)
		}
		for j, s := range c.Segments {
			fail(s.Words >= 1 && s.Base >= 0 && s.Shift >= 0 && s.Shift < 32, "%s: segment %d has base %d, %d words, shift %d", name, j, s.Base, s.Words, s.Shift)
		}
		for j, r := range c.Routes {
			fail(r.Base >= 0 && r.Offset >= 0 && r.Mask >= 0 && r.Shift >= 0 && r.Shift < 32, "%s: route %d has a negative or too large field", name, j)
		}
		fail(c.InputBase >= 0 && c.InputBase+c.InputDepth <= 1<<regmap.InputOffsetBits,
			"%s: its input words end at %d; the input space has %d", name, c.InputBase+c.InputDepth, 1<<regmap.InputOffsetBits)
		for _, m := range memories(c, p.WordBits) {
			fail(m.rows<<log2((m.width+31)/32) <= 1<<regmap.WindowOffsetBits,
				"%s: its %s memory of %d rows of %d bits exceeds the host window; use more, smaller cores", name, m.name, m.rows, m.width)
		}
	}
	return errors.Join(errs...)
}

type memory struct {
	name        string
	rows, width int
}

// memories of a core with the sizes of docs/machine.md, section 2.
func memories(c *ir.Core, word int) []memory {
	param := 2 * c.StateBits
	if c.DecayMode == ir.DecayPerNeuron {
		param += c.DecayBits
	}
	if resetEach(c) {
		param += c.StateBits
	}
	updates := c.Groups * c.Lanes / c.Update
	list := []memory{
		{"weights", c.Groups * c.Rows, c.Lanes * c.WeightBits},
		{"params", updates, c.Update * param},
		{"state", updates, c.Update * c.StateBits},
	}
	if c.Held > 0 {
		list = append(list, memory{"current", c.Groups, c.Lanes * c.AccBits})
	}
	if c.SpikeDepth > 0 {
		list = append(list, memory{"spikes", c.SpikeDepth, word})
	}
	if c.InputDepth > 0 {
		list = append(list, memory{"input", c.InputDepth, word})
	}
	return list
}

// log2 is the number of bits that address n things, 0 for one.
func log2(n int) int {
	b := 0
	for 1<<b < n {
		b++
	}
	return b
}

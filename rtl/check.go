package rtl

import (
	"errors"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// check refuses what the modules cannot take. ir.Program.Validate has the
// invariants that all executions share; here are the limits of the emitted
// hardware alone: what the host's window onto a core's memories can address.
func check(p *ir.Program) error {
	if errs := p.Validate(); len(errs) > 0 {
		return errors.Join(errs...)
	}
	return checkWindows(p)
}

func checkWindows(p *ir.Program) error {
	var errs []error
	fail := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	fail(len(p.Cores) < 1<<12, "%d cores; at most %d", len(p.Cores), 1<<12-1)
	for i := range p.Cores {
		c := &p.Cores[i]
		name := fmt.Sprintf("core %d (%s)", i, p.Layers[c.Layer].Name)
		for _, m := range memories(c, p.WordBits) {
			fail(m.rows<<ir.Clog2((m.width+31)/32) <= 1<<regmap.WindowOffsetBits,
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
	updates := c.Groups * c.Lanes / c.Update
	params := c.ParamGroups() * c.Lanes / c.Update
	list := []memory{
		{"weights", c.Blocks * c.Rows, c.Lanes * c.StoredBits()},
		{"params", params, c.Update * c.ParamBits()},
		{"state", updates, c.Update * c.MemoryBits()},
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

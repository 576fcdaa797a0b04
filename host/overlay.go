package host

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// overlayMemories are written after weights and parameters; CONFIG, which
// enables the core, is the last.
var overlayMemories = []regmap.Memory{regmap.Segments, regmap.Across, regmap.Down, regmap.Routes, regmap.Config}

// overlayTable returns how a table of an overlay's core lies behind the window,
// with as many rows as the core uses, and what the core's program puts there
// (docs/machine.md, section 9; fields as in rtl/lib/snnc_segments.v).
func overlayTable(p *ir.Program, c *ir.Core, m regmap.Memory) (Layout, [][]int32) {
	o := p.Overlay
	word := max(1, addressBits(o.Spikes), addressBits(o.Inputs))
	first := word + addressBits(p.WordBits)
	weight := max(1, addressBits(o.WeightRows))
	switch m {
	case regmap.Segments:
		t := newTable(Field{"external", 1, false}, Field{"negate", 1, false}, Field{"double", 1, false}, Field{"grouped", 1, false}, Field{"base", word, false}, Field{"mask", word, false},
			Field{"shift", 5, false}, Field{"delay", 16, false}, Field{"row", weight, false}, Field{"across", max(1, addressBits(o.AcrossRows)), false}, Field{"down", max(1, addressBits(o.DownRows)), false})
		for i := range c.Segments {
			s := &c.Segments[i]
			mask, shift := c.RingMask, c.RingShift
			if s.External {
				mask, shift = s.Mask, s.Shift
			}
			t.row(flag(s.External), flag(s.Negate), flag(s.Double), flag(s.Grouped), s.Base, mask, shift, s.Delay, s.Row, s.Across, s.Down)
		}
		return t.layout, t.values
	case regmap.Across:
		return spans(c.Across, first, first+1, weight)
	case regmap.Down:
		return spans(c.Down, first, 1, weight)
	case regmap.Routes:
		t := newTable(Field{"destination", 16, false}, Field{"base", 16, false}, Field{"mask", 16, false}, Field{"shift", 5, false})
		for _, r := range c.Routes {
			t.row(destination(p, r.Node), r.Base, r.Mask, r.Shift)
		}
		return t.layout, t.values
	}
	t := newTable(Field{"word", 32, false})
	for _, v := range configuration(p, c) {
		t.row(v)
	}
	return t.layout, t.values
}

// table collects the rows of a memory field by field.
type table struct {
	layout Layout
	values [][]int32
}

func newTable(fields ...Field) *table {
	return &table{Layout{0, 1, fields}, make([][]int32, len(fields))}
}

func (t *table) row(v ...int) {
	t.layout.Rows++
	for i := range v {
		t.values[i] = append(t.values[i], int32(uint32(v[i])))
	}
}

func spans(rows [][]ir.Span, first, count, weight int) (Layout, [][]int32) {
	t := newTable(Field{"first", first, false}, Field{"bits", count, false}, Field{"row", weight, false})
	for _, list := range rows {
		for _, s := range list {
			t.row(s.First, s.Bits, s.Row)
		}
	}
	return t.layout, t.values
}

// configuration is memory CONFIG of a core (docs/registers.md).
func configuration(p *ir.Program, c *ir.Core) [regmap.Configs]int {
	var w [regmap.Configs]int
	w[regmap.ConfigFlags] = regmap.ConfigEnable | int(c.Neuron.Reset)<<regmap.ConfigResetShift
	for _, f := range []struct {
		on  bool
		bit int
	}{
		{c.Shared, regmap.ConfigShared}, {c.DecayMode == ir.DecayOne, regmap.ConfigKeep}, {c.SynDecayMode == ir.DecayOne, regmap.ConfigKeepCurrent}, {c.AtLeast, regmap.ConfigAtLeast},
		{c.Held > 0, regmap.ConfigSomeHeld}, {c.Held == len(c.Segments), regmap.ConfigAllHeld}, {len(c.Routes) > 0, regmap.ConfigSomeRoutes},
	} {
		if f.on {
			w[regmap.ConfigFlags] |= f.bit
		}
	}
	w[regmap.ConfigLevel], w[regmap.ConfigSteps], w[regmap.ConfigInterval] = c.Level, p.Steps, p.Interval
	w[regmap.ConfigLastBlock], w[regmap.ConfigLastColumn], w[regmap.ConfigLastLine] = c.Blocks-1, len(c.Across)-1, len(c.Down)-1
	w[regmap.ConfigLastGroup], w[regmap.ConfigLastUpdate], w[regmap.ConfigLastParam] = c.Groups-1, c.Groups*c.Lanes/c.Update-1, c.Blocks*c.Lanes/c.Update-1
	w[regmap.ConfigRows], w[regmap.ConfigLastSegment], w[regmap.ConfigHeld], w[regmap.ConfigBlockBits] = c.Rows, len(c.Segments)-1, c.Held, c.BlockBits
	w[regmap.ConfigNX], w[regmap.ConfigNY] = len(c.Across[0]), len(c.Down[0])
	w[regmap.ConfigInputBase] = c.InputBase
	w[regmap.ConfigRingMask], w[regmap.ConfigRingShift] = c.RingMask, max(c.RingShift, p.Overlay.SpikeSlot)
	w[regmap.ConfigLastRoute] = max(0, len(c.Routes)-1)
	w[regmap.ConfigReset] = int(c.ResetConst)
	return w
}

// destination is a node as a packet names it: {y, x} on a mesh.
func destination(p *ir.Program, node int) int {
	if p.Net.Kind != ir.NetMesh {
		return node
	}
	return node/p.Net.Cols<<max(1, addressBits(p.Net.Cols)) | node%p.Net.Cols
}

// loadTables writes what an overlay's cores need besides weights and
// parameters, and stops the cores that the program does not use.
func (d *Device) loadTables(ctx context.Context) error {
	for i := range d.p.Overlay.Cores {
		if i >= len(d.p.Cores) {
			b := (&Batch{}).Write(regmap.Select, uint32(i)<<regmap.SelectCoreShift|uint32(regmap.Config)).Write(regmap.WindowBase+regmap.ConfigFlags, 0)
			if err := d.bus.Do(ctx, b); err != nil {
				return fmt.Errorf("core %d: stop: %w", i, err)
			}
			continue
		}
		for _, m := range overlayMemories {
			l, values := overlayTable(d.p, &d.p.Cores[i], m)
			words, err := l.Pack(values)
			if err == nil {
				err = d.eachRow(ctx, i, m, l, words, func(b *Batch, addr uint32, data []uint32) { b.Write(addr, data...) })
			}
			if err != nil {
				return fmt.Errorf("core %d: %s: %w", i, MemoryName(m), err)
			}
		}
	}
	return nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// addressBits is the number of bits that address n things, 0 for one.
func addressBits(n int) int { return bits.Len(uint(n - 1)) }

package host

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// updateGap is how many words that stay as they are a burst of an update
// carries along: as many as the head of another burst costs on a line.
const updateGap = 2

// Update makes the machine run p, which must be for the design that it is
// (ir.Program.SameDesign), or on an overlay any program of that. Only the words
// of weights and parameters that differ from those of the program that it runs
// are written, and how many is returned. After an error the machine holds parts
// of both programs, and the next Update writes all.
func (d *Device) Update(ctx context.Context, p *ir.Program) (words int, err error) {
	if d.p == p && !d.torn {
		return 0, nil
	}
	same := p.SameDesign(d.p)
	if same != nil && (d.p.Overlay == nil || p.Overlay == nil || *p.Overlay != *d.p.Overlay) {
		return 0, fmt.Errorf("program %q is for another design: %w", p.Name, same)
	}
	plan, err := newRunPlan(p)
	if err != nil {
		return 0, err
	}
	if err := d.settle(ctx); err != nil { // a machine that runs takes no writes
		return 0, err
	}
	all, from := same != nil || d.torn, d.p
	d.torn = true
	if d.p, d.plan = p, plan; same != nil {
		d.limit = max(d.limit, pollLimit(p))
	}
	if all {
		if words, err = d.loadAll(ctx); err != nil {
			return words, err
		}
	} else {
		for i := range p.Cores {
			for _, m := range []regmap.Memory{regmap.Weights, regmap.Params} {
				n, err := d.writeChanges(ctx, i, m, Image(&from.Cores[i], m), Image(&p.Cores[i], m))
				if words += n; err != nil {
					return words, err
				}
			}
		}
	}
	d.torn = false
	return words, nil
}

func (d *Device) loadAll(ctx context.Context) (words int, err error) {
	for i := range d.p.Cores {
		for _, m := range []regmap.Memory{regmap.Weights, regmap.Params} {
			if !d.CanWrite(i, m) {
				return 0, d.sealed(i, m)
			}
			l := LayoutOf(&d.p.Cores[i], d.p.WordBits, m)
			words += l.Rows * l.Columns()
		}
	}
	if err := d.LoadProgram(ctx); err != nil || d.p.Overlay == nil {
		return words, err
	}
	return words, d.ClearInput(ctx) // it may lie elsewhere
}

// writeChanges writes the words of a memory whose old and new values differ, in
// bursts of ascending addresses.
func (d *Device) writeChanges(ctx context.Context, core int, m regmap.Memory, from, to [][]int32) (int, error) {
	l := LayoutOf(&d.p.Cores[core], d.p.WordBits, m)
	old, err := l.Pack(from)
	if err != nil {
		return 0, fmt.Errorf("core %d: %s: %w", core, MemoryName(m), err)
	}
	words, err := l.Pack(to)
	if err != nil {
		return 0, fmt.Errorf("core %d: %s: %w", core, MemoryName(m), err)
	}
	written := 0
	cols, shift := l.Columns(), l.Shift()
	address := func(i int) int { return i/cols<<shift | i%cols }
	var b *Batch
	for i := 0; i < len(words); {
		if words[i] == old[i] {
			i++
			continue
		}
		if !d.CanWrite(core, m) {
			return written, d.sealed(core, m)
		}
		end := i + 1 // of the burst: past its last word that differs
		for k := end; k < len(words) && k-end <= updateGap && address(k)-address(i) == k-i; k++ {
			if words[k] != old[k] {
				end = k + 1
			}
		}
		if b == nil {
			b = (&Batch{}).Write(regmap.Select, uint32(core)<<regmap.SelectCoreShift|uint32(m))
		}
		b.Write(uint32(regmap.WindowBase+address(i)), words[i:end]...)
		written += end - i
		if i = end; b.Words() >= flushWords {
			if err := d.bus.Do(ctx, b); err != nil {
				return written, fmt.Errorf("core %d: %s: %w", core, MemoryName(m), err)
			}
			b = nil
		}
	}
	if b == nil {
		return written, nil
	}
	if err := d.bus.Do(ctx, b); err != nil {
		return written, fmt.Errorf("core %d: %s: %w", core, MemoryName(m), err)
	}
	return written, nil
}

func (d *Device) sealed(core int, m regmap.Memory) error {
	return fmt.Errorf("core %d: %s: the design was built so that the host cannot write it (STATUS.sealed)", core, MemoryName(m))
}

package host

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// flushWords bounds what one batch moves, so that a link with small buffers
// and a caller that cancels both get their turn.
const flushWords = 1 << 14

// Device is a machine that runs a program.
type Device struct {
	bus   Bus
	p     *ir.Program
	limit uint32 // polls of STATUS for one chunk
	plan  runPlan
	words []uint32 // scratch of the input packing
	state uint32   // STATUS as Open found it

	settled bool   // idle, and no events but those taken
	taken   int    // events read and not yet removed
	usual   int    // events of a chunk lately
	units   []unit // [cores]
	torn    bool   // an Update ended half-way
}

// Options of Open. The zero value checks no digest and uses the defaults.
type Options struct {
	// Digest of the design (ir.Program.DesignDigest); nil: not compared.
	Digest *[16]byte
	// PollLimit bounds the reads of STATUS while a chunk of ticks runs; 0
	// means a bound derived from the program's worst case.
	PollLimit uint32
}

// IdentityError says that what answers on the bus is not the design of the
// program.
type IdentityError struct {
	Register  string
	Got, Want uint32
}

func (e *IdentityError) Error() string {
	return fmt.Sprintf("register %s reads %#x; the program's design has %#x: another design (or none) answers on this bus",
		e.Register, e.Got, e.Want)
}

// Open identifies the machine on a bus. It reads and does not write.
func Open(ctx context.Context, bus Bus, p *ir.Program, opt Options) (*Device, error) {
	plan, err := newRunPlan(p)
	if err != nil {
		return nil, err
	}
	d := &Device{bus: bus, p: p, limit: opt.PollLimit, plan: plan, units: make([]unit, len(p.Cores))}
	if d.limit == 0 {
		d.limit = pollLimit(p)
	}
	hardware := p.Hardware()
	regs, status := make([]uint32, regmap.Steps+1), make([]uint32, 1)
	b := (&Batch{}).Read(regmap.ID, regs).Read(regmap.Status, status)
	if err := bus.Do(ctx, b); err != nil {
		return nil, fmt.Errorf("identify: %w", err)
	}
	check := []struct {
		name string
		addr int
		want uint32
	}{
		{"ID", regmap.ID, regmap.IDValue},
		{"VERSION", regmap.Version, regmap.VersionValue},
		{"CORES", regmap.Cores, uint32(len(hardware.Cores))},
		{"STEPS", regmap.Steps, uint32(hardware.Steps)},
	}
	for _, c := range check {
		if regs[c.addr] != c.want {
			return nil, &IdentityError{c.name, regs[c.addr], c.want}
		}
	}
	if opt.Digest != nil {
		for i := 0; i < 4; i++ {
			g := opt.Digest[4*i : 4*i+4]
			want := uint32(g[0])<<24 | uint32(g[1])<<16 | uint32(g[2])<<8 | uint32(g[3])
			if got := regs[regmap.Digest0+i]; got != want {
				return nil, &IdentityError{fmt.Sprintf("DIGEST%d", i), got, want}
			}
		}
	}
	d.state = status[0]
	return d, nil
}

// NeedsLoad tells whether the design has memories without an initial image, so
// that LoadProgram must come before the first sample.
func (d *Device) NeedsLoad() bool { return d.state&regmap.StatusLoad != 0 }

// CanRead tells whether the design lets a memory be read.
func (d *Device) CanRead(core int, m regmap.Memory) bool {
	return d.state&regmap.StatusBlind == 0 || d.learns(core, m)
}

// CanWrite tells whether the design may let a memory be written: weights, if
// they have no image.
func (d *Device) CanWrite(core int, m regmap.Memory) bool {
	return d.state&regmap.StatusSealed == 0 || d.learns(core, m) || m == regmap.Weights && d.NeedsLoad()
}

func (d *Device) learns(core int, m regmap.Memory) bool {
	return d.p.Cores[core].Plastic != nil && (m == regmap.Weights || m == regmap.Learn)
}

// Program returns the program the device runs.
func (d *Device) Program() *ir.Program { return d.p }

// ReadMemory reads a whole memory of a core: one slice for each field of its
// layout. The controller must be idle.
func (d *Device) ReadMemory(ctx context.Context, core int, m regmap.Memory) ([][]int32, error) {
	l, err := d.layout(core, m)
	if err != nil {
		return nil, err
	}
	if !d.CanRead(core, m) {
		return nil, fmt.Errorf("core %d: %s: the design was built without read-back (STATUS.blind)", core, MemoryName(m))
	}
	words := make([]uint32, l.Rows*l.Columns())
	err = d.eachRow(ctx, core, m, l, words, func(b *Batch, addr uint32, data []uint32) { b.Read(addr, data) })
	if err != nil {
		return nil, err
	}
	return l.Unpack(words)
}

// WriteMemory writes a whole memory of a core. The controller must be idle.
func (d *Device) WriteMemory(ctx context.Context, core int, m regmap.Memory, values [][]int32) error {
	l, err := d.layout(core, m)
	if err != nil {
		return err
	}
	if !d.CanWrite(core, m) {
		return d.sealed(core, m)
	}
	words, err := l.Pack(values)
	if err != nil {
		return fmt.Errorf("core %d: %s: %w", core, MemoryName(m), err)
	}
	return d.eachRow(ctx, core, m, l, words, func(b *Batch, addr uint32, data []uint32) { b.Write(addr, data...) })
}

// LoadProgram writes weights and parameters of every core, for designs whose
// memories were not initialised with them, and on an overlay all else that the
// program is.
func (d *Device) LoadProgram(ctx context.Context) error {
	for i := range d.p.Cores {
		for _, m := range []regmap.Memory{regmap.Weights, regmap.Params} {
			if !d.CanWrite(i, m) {
				continue // it has its image
			}
			if err := d.WriteMemory(ctx, i, m, Image(&d.p.Cores[i], m)); err != nil {
				return err
			}
		}
	}
	if d.p.Overlay != nil {
		return d.loadTables(ctx)
	}
	return nil
}

// ClearInput writes 0 to every word of the input space that a core holds.
func (d *Device) ClearInput(ctx context.Context) error {
	end := 0
	for i := range d.p.Cores {
		c := &d.p.Cores[i]
		if c.InputDepth > 0 {
			end = max(end, c.InputBase+c.InputDepth)
		}
	}
	for at := 0; at < end; at += flushWords {
		b := (&Batch{}).Write(uint32(regmap.InputBase+at), make([]uint32, min(flushWords, end-at))...)
		if err := d.bus.Do(ctx, b); err != nil {
			return fmt.Errorf("clear input: %w", err)
		}
	}
	return nil
}

func (d *Device) layout(core int, m regmap.Memory) (Layout, error) {
	if core < 0 || core >= len(d.p.Cores) {
		return Layout{}, fmt.Errorf("core %d: the program has cores 0 to %d", core, len(d.p.Cores)-1)
	}
	return LayoutOf(&d.p.Cores[core], d.p.WordBits, m), nil
}

// eachRow moves the words of a memory, Columns for each row, in batches. Rows
// that fill their window words go as one burst.
func (d *Device) eachRow(ctx context.Context, core int, m regmap.Memory, l Layout, words []uint32,
	add func(b *Batch, addr uint32, data []uint32)) error {
	cols, shift := l.Columns(), l.Shift()
	if len(words) == 0 {
		return nil
	}
	sel := uint32(core)<<regmap.SelectCoreShift | uint32(m)
	b := (&Batch{}).Write(regmap.Select, sel)
	moved := 0
	flush := func() error {
		err := d.bus.Do(ctx, b)
		if err != nil {
			err = fmt.Errorf("core %d: %s: %w", core, MemoryName(m), err)
		}
		b, moved = &Batch{}, 0
		return err
	}
	step := 1 // rows of one operation
	if cols == 1<<shift {
		step = max(1, flushWords/cols)
	}
	for r := 0; r < l.Rows; r += step {
		end := min(r+step, l.Rows)
		add(b, uint32(regmap.WindowBase+r<<shift), words[r*cols:end*cols])
		if moved += (end - r) * cols; moved >= flushWords {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(b.Ops) == 0 {
		return nil
	}
	return flush()
}

// MemoryName returns the lower-case name of a memory, as messages use it.
func MemoryName(m regmap.Memory) string {
	names := [...]string{"weights", "params", "state", "current", "spikes", "input", "learn", "config", "segments", "across", "down", "routes"}
	if m < 0 || int(m) >= len(names) {
		return fmt.Sprintf("memory %d", int(m))
	}
	return names[m]
}

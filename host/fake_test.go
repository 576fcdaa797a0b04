package host

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// fakeMachine is a model of the registers, the windows and the event FIFO of
// docs/machine.md section 7, with a script in the place of the cores.
type fakeMachine struct {
	p      *ir.Program
	digest [16]byte
	regs   map[uint32]uint32
	mem    map[string][]uint32 // "core/memory" -> window words
	input  map[uint32]uint32
	fifo   [][2]uint32
	depth  int // FIFO never grows past it
	worst  int
	trips  int // round trips
	runs   []int
	// script returns what arrives in a tick, and may look at the input.
	script func(tick int) [][2]uint32
	stuck  bool // ticks never end
	// slow > 0: a tick takes so many reads of STATUS, and its words arrive
	// as the FIFO has room.
	slow    int
	pending [][2]uint32
	wait    int
}

func newFake(p *ir.Program) *fakeMachine {
	return &fakeMachine{p: p, depth: p.Net.HostDepth, input: map[uint32]uint32{}, mem: map[string][]uint32{},
		regs: map[uint32]uint32{regmap.ID: regmap.IDValue, regmap.Version: regmap.VersionValue,
			regmap.Cores: uint32(len(p.Cores)), regmap.Steps: uint32(p.Steps)},
		script: func(int) [][2]uint32 { return nil }}
}

func (f *fakeMachine) Do(_ context.Context, b *Batch) error {
	f.trips++
	for _, op := range b.Ops {
		at := func(i int) uint32 {
			if op.Span > 0 {
				return op.Addr + uint32(i)%op.Span
			}
			return op.Addr + uint32(i)
		}
		switch op.Kind {
		case OpWrite:
			for i, v := range op.Data {
				f.write(at(i), v)
			}
		case OpRead:
			for i := range op.Data {
				op.Data[i] = f.read(at(i))
			}
		case OpPoll:
			met := false
			for n := uint32(0); n < op.Limit && !met; n++ {
				op.Data[0] = f.read(op.Addr)
				met = op.Data[0]&op.Mask == op.Want
			}
			if !met {
				return &PollError{op.Addr, op.Mask, op.Want, op.Data[0], op.Limit}
			}
		}
	}
	return nil
}

// window returns the words of the selected memory and the layout's columns.
func (f *fakeMachine) window() ([]uint32, Layout) {
	sel := f.regs[regmap.Select]
	core, m := int(sel>>regmap.SelectCoreShift), regmap.Memory(sel&regmap.SelectMemoryMask)
	l := LayoutOf(&f.p.Cores[core], f.p.WordBits, m)
	key := fmt.Sprintf("%d/%d", core, m)
	if f.mem[key] == nil {
		f.mem[key] = make([]uint32, l.Rows<<l.Shift())
	}
	return f.mem[key], l
}

func (f *fakeMachine) write(addr, v uint32) {
	switch {
	case addr >= regmap.WindowBase:
		w, l := f.window()
		off := int(addr - regmap.WindowBase)
		col := off & (1<<l.Shift() - 1)
		if off >= len(w) || col >= l.Columns() {
			return
		}
		if rest := l.RowBits() - 32*col; rest < 32 {
			v &= 1<<rest - 1
		}
		w[off] = v
	case addr >= regmap.InputBase:
		f.input[addr-regmap.InputBase] = v
	case addr == regmap.Ctrl:
		if v&regmap.CtrlNewSample != 0 {
			f.regs[regmap.Tick], f.regs[regmap.CyclesLo] = 0, 0
		}
		n := int(f.regs[regmap.RunTicks])
		f.runs = append(f.runs, n)
		f.wait = f.slow
		for range n {
			tick := f.regs[regmap.Tick]
			for _, e := range f.script(int(tick)) {
				f.pending = append(f.pending, [2]uint32{tick<<16 | e[0], e[1]})
			}
			f.regs[regmap.Tick]++
			f.regs[regmap.CyclesLo] += 10
		}
		f.arrive()
	case addr == regmap.EventPop:
		if int(v) <= len(f.fifo) {
			f.fifo = f.fifo[v:]
		}
	default:
		f.regs[addr] = v
	}
}

func (f *fakeMachine) arrive() {
	for len(f.pending) > 0 && len(f.fifo) < f.depth {
		f.fifo, f.pending = append(f.fifo, f.pending[0]), f.pending[1:]
	}
	f.worst = max(f.worst, len(f.fifo))
}

func (f *fakeMachine) read(addr uint32) uint32 {
	switch {
	case addr >= regmap.WindowBase:
		w, _ := f.window()
		return w[addr-regmap.WindowBase]
	case addr == regmap.Status:
		f.arrive()
		f.wait--
		if (f.stuck && len(f.runs) > 0) || f.wait > 0 || len(f.pending) > 0 {
			return regmap.StatusRunning
		}
		return 0
	case addr == regmap.Events:
		return uint32(len(f.fifo))
	case addr >= regmap.EventsBase && addr < regmap.InputBase:
		if i := int(addr - regmap.EventsBase); i/2 < len(f.fifo) {
			return f.fifo[i/2][i%2]
		}
		return 0xDEADBEEF // means nothing
	case addr >= regmap.Digest0 && addr <= regmap.Digest3:
		g := f.digest[4*(addr-regmap.Digest0):]
		return uint32(g[0])<<24 | uint32(g[1])<<16 | uint32(g[2])<<8 | uint32(g[3])
	}
	return f.regs[addr]
}

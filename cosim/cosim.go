// Package cosim lets the simulator speak as the reference of the Verilated
// RTL's verification. It joins packages sim and verilator, which know nothing
// of each other; it holds no arithmetic and no comparison of its own.
package cosim

import (
	"context"
	"io"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// Reference is the cycle-accurate simulator as a verilator.Reference.
type Reference struct {
	p      *ir.Program
	m      *sim.Machine
	events []verilator.Event
}

// New prepares a program.
func New(p *ir.Program) (*Reference, error) {
	r := &Reference{p: p}
	m, err := sim.New(p, sim.Options{Observer: &sim.Callbacks{
		OnTickStart: func(tick int, cycle int64) {
			r.events = append(r.events, verilator.Event{Cycle: cycle, Kind: verilator.TickStart, Tick: tick})
		},
		OnPush: func(e sim.Push) {
			r.events = append(r.events, verilator.Event{Cycle: e.Cycle, Kind: verilator.Push, Tick: e.Tick, Index: e.Core, Addr: e.Word, Bits: e.Bits})
		},
		OnDeliver: func(e sim.Delivery) {
			r.events = append(r.events, verilator.Event{Cycle: e.Cycle, Kind: verilator.Delivery, Tick: e.Tick, Index: e.Node, Addr: e.Addr, Bits: e.Bits})
		},
		OnTickEnd: func(tick int, cycle int64) {
			r.events = append(r.events, verilator.Event{Cycle: cycle, Kind: verilator.TickEnd, Tick: tick})
		},
	}})
	r.m = m
	return r, err
}

// Sample implements verilator.Reference.
func (r *Reference) Sample(ctx context.Context, frames []*ir.Frames) (*verilator.Expected, error) {
	r.events = nil
	res, err := r.m.Run(ctx, frames)
	if err != nil {
		return nil, err
	}
	e := &verilator.Expected{Result: res, Events: r.events}
	for i := range r.p.Cores {
		var fields [][]int32
		for _, f := range r.states(i) {
			fields = append(fields, append([]int32(nil), f...))
		}
		e.State = append(e.State, fields)
	}
	return e, nil
}

// states are the fields of a core's state memory, in host.LayoutOf's order.
func (r *Reference) states(core int) [][]int32 {
	m := r.m.Memories(core)
	out := [][]int32{m.V}
	if m.I != nil {
		out = append(out, m.I)
	}
	if m.Wait != nil {
		wait := make([]int32, len(m.Wait))
		for i, w := range m.Wait {
			wait[i] = int32(w)
		}
		out = append(out, wait)
	}
	return out
}

// Memory implements verilator.Reference.
func (r *Reference) Memory(core int, m regmap.Memory) ([][]int32, bool) {
	words := func(w []uint32) [][]int32 {
		out := make([]int32, len(w))
		for i, x := range w {
			out[i] = int32(x)
		}
		return [][]int32{out}
	}
	switch m {
	case regmap.Weights, regmap.Params:
		return host.Image(&r.p.Cores[core], m), true
	case regmap.State:
		return r.states(core), true
	case regmap.Current:
		return [][]int32{r.m.Current(core)}, r.m.Current(core) != nil
	case regmap.Spikes:
		return words(r.m.Spikes(core)), true
	case regmap.Input:
		return words(r.m.Input(core)), true
	}
	return nil, false
}

// WriteVCD implements verilator.WaveReference: the sample's events in a range
// of ticks, at the times that they have in the sample, 1 ns a cycle.
func (r *Reference) WriteVCD(ctx context.Context, w io.Writer, frames []*ir.Frames, firstTick, lastTick int) error {
	v := sim.NewVCD(w, r.p)
	in := func(tick int) bool { return tick >= firstTick && tick <= lastTick }
	m := r.m.Fork(sim.Options{Observer: &sim.Callbacks{
		OnTickStart: func(tick int, cycle int64) {
			if in(tick) {
				v.TickStart(tick, cycle)
			}
		},
		OnStep: func(s sim.CoreStep) {
			if in(s.Tick) {
				v.Step(s)
			}
		},
		OnPush: func(p sim.Push) {
			if in(p.Tick) {
				v.Push(p)
			}
		},
		OnDeliver: func(d sim.Delivery) {
			if in(d.Tick) {
				v.Deliver(d)
			}
		},
		OnTickEnd: func(tick int, cycle int64) {
			if in(tick) {
				v.TickEnd(tick, cycle)
			}
		},
	}})
	if _, err := m.Run(ctx, frames); err != nil {
		return err
	}
	return v.Close()
}

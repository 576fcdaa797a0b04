package cosim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sort"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
)

// Record runs a sample on the simulator and returns it as rtl.Testbench wants
// it: what the host writes and when, every word that reaches the host, and the
// cycles. A *sim.HostFullError says that a tick sends more than the event FIFO
// holds, so that the sample's cycles depend on the host.
func Record(ctx context.Context, p *ir.Program, frames []*ir.Frames) (rtl.Vectors, error) {
	var v rtl.Vectors
	m, err := sim.New(p, sim.Options{Observer: &sim.Callbacks{OnDeliver: func(d sim.Delivery) {
		if d.Node == 0 {
			v.Events = append(v.Events, rtl.Event{Tick: d.Tick, Addr: d.Addr, Data: d.Bits})
		}
	}}})
	if err != nil {
		return v, err
	}
	r, err := m.Run(ctx, frames)
	if err != nil {
		return v, fmt.Errorf("record a sample of %q: %w", p.Name, err)
	}
	v.Cycles = uint64(r.Cycles)
	for i := range p.Inputs {
		in := &p.Inputs[i]
		steps := p.Steps
		if in.Input.Held {
			steps = 1
		}
		for step := range steps {
			before := writable(p, in, step)
			for w, data := range ir.PackInput(nil, in, p.WordBits, frames[i], step) {
				v.Inputs = append(v.Inputs, rtl.InputWord{Tick: before, Addr: in.StepBase(step) + w, Data: data})
			}
		}
	}
	sort.SliceStable(v.Inputs, func(a, b int) bool { return v.Inputs[a].Tick < v.Inputs[b].Tick })
	return v, nil
}

// writable returns the first tick before which a step may be written: when the
// step that had its slot has been read by the last of the input's readers.
func writable(p *ir.Program, in *ir.InputPort, step int) int {
	if step < in.Slots {
		return 0
	}
	last := 0
	for i := range p.Cores {
		c := &p.Cores[i]
		for _, s := range c.Segments {
			if at := c.InputBase + s.Base; s.External && at >= in.Base && at < in.Base+in.Slots<<in.SlotShift {
				last = max(last, c.Level+s.Delay*p.Interval)
			}
		}
	}
	return (step-in.Slots)*p.Interval + last + 1
}

// RandomFrames draws a stimulus for each input of a program: one value in
// eight is not 0. The same seed gives the same values.
func RandomFrames(p *ir.Program, seed uint64) []*ir.Frames {
	r := rand.New(rand.NewPCG(seed, 0))
	var out []*ir.Frames
	for i := range p.Inputs {
		in := &p.Inputs[i]
		e := in.Input
		f := &ir.Frames{Steps: p.Steps, N: in.N, Bits: e.Bits, Signed: e.Signed, Held: e.Held, Scale: e.Scale}
		steps := p.Steps
		if e.Held {
			steps = 1
		}
		f.Values = make([]int32, steps*in.N)
		lo, hi := e.Range()
		for n := range f.Values {
			if r.IntN(8) == 0 {
				f.Values[n] = lo + r.Int32N(hi-lo+1)
				if e.Bits == 1 {
					f.Values[n] = 1
				}
			}
		}
		out = append(out, f)
	}
	return out
}

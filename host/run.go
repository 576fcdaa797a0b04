package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// HangError says that a run did not come to its end.
type HangError struct {
	Tick int // the tick that the controller was in
	Err  error
}

func (e *HangError) Error() string {
	return fmt.Sprintf("tick %d does not end: %v", e.Tick, e.Err)
}

// Unwrap returns the *PollError.
func (e *HangError) Unwrap() error { return e.Err }

// Run runs one sample: frames[i] is the stimulus of input i. Cycles is the
// sample's cycle counter. Spikes and TickEnds are nil: the host bus shows only
// what leaves the network.
func (d *Device) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	p := d.p
	if len(frames) != len(p.Inputs) {
		return nil, fmt.Errorf("%d stimuli given; program %q has %d inputs", len(frames), p.Name, len(p.Inputs))
	}
	for i := range p.Inputs {
		in := &p.Inputs[i]
		if err := ir.CheckFrames(in.Name, in.N, p.Steps, in.Input, frames[i]); err != nil {
			return nil, err
		}
	}
	out := newOutputs(p)
	loaded := make([]int, len(p.Inputs))
	for tick := 0; tick < p.Ticks; {
		b := &Batch{}
		for i := range p.Inputs {
			end := d.plan.ports[i].writable(tick, p.Steps)
			for ; loaded[i] < end; loaded[i]++ {
				if err := d.writeStep(ctx, b, &p.Inputs[i], frames[i], loaded[i]); err != nil {
					return nil, err
				}
			}
		}
		n, draining := d.plan.chunk(tick, p.Steps, loaded)
		ctrl := uint32(regmap.CtrlRun)
		if tick == 0 {
			ctrl |= regmap.CtrlNewSample
		}
		b.Write(regmap.RunTicks, uint32(n)).Write(regmap.Ctrl, ctrl)
		var err error
		if draining {
			err = d.runDraining(ctx, b, out)
		} else {
			err = d.runChunk(ctx, b, out)
		}
		if err != nil {
			return nil, fmt.Errorf("run from tick %d: %w", tick, err)
		}
		tick += n
	}
	var cycles [2]uint32
	if err := d.bus.Do(ctx, (&Batch{}).Read(regmap.CyclesLo, cycles[:])); err != nil {
		return nil, fmt.Errorf("read cycles: %w", err)
	}
	res := out.result()
	res.Cycles = int64(cycles[1])<<32 | int64(cycles[0])
	return res, nil
}

// writeStep appends the words of one step, and flushes a batch that has grown
// large.
func (d *Device) writeStep(ctx context.Context, b *Batch, in *ir.InputPort, f *ir.Frames, step int) error {
	d.words = ir.PackInput(d.words, in, d.p.WordBits, f, step)
	b.Write(uint32(regmap.InputBase+in.StepBase(step)), append([]uint32(nil), d.words...)...)
	if b.Words() < flushWords {
		return nil
	}
	err := d.bus.Do(ctx, b)
	b.Ops = nil
	if err != nil {
		return fmt.Errorf("input %q: step %d: %w", in.Name, step, err)
	}
	return nil
}

// runChunk starts the ticks, waits for their end and takes the events.
func (d *Device) runChunk(ctx context.Context, b *Batch, out *outputs) error {
	var waiting [1]uint32
	b.Poll(regmap.Status, regmap.StatusRunning, 0, d.limit).Read(regmap.Events, waiting[:])
	if err := d.bus.Do(ctx, b); err != nil {
		return d.hang(ctx, err)
	}
	return d.drain(ctx, int(waiting[0]), out)
}

// runDraining runs one tick that may send more than the FIFO holds. The words
// are the same; the cycles then depend on how fast the host is.
func (d *Device) runDraining(ctx context.Context, b *Batch, out *outputs) error {
	for polls := uint32(0); polls < d.limit; polls++ {
		var now [2]uint32
		b.Read(regmap.Status, now[:1]).Read(regmap.Events, now[1:])
		if err := d.bus.Do(ctx, b); err != nil {
			return err
		}
		if err := d.drain(ctx, int(now[1]), out); err != nil {
			return err
		}
		if now[0]&regmap.StatusRunning == 0 {
			return nil
		}
		if now[1] > 0 {
			polls = 0
		}
		b = &Batch{}
	}
	return d.hang(ctx, &PollError{Addr: regmap.Status, Mask: regmap.StatusRunning, Got: regmap.StatusRunning, Limit: d.limit})
}

func (d *Device) hang(ctx context.Context, err error) error {
	var poll *PollError
	if !errors.As(err, &poll) {
		return err
	}
	var tick [1]uint32
	if e := d.bus.Do(ctx, (&Batch{}).Read(regmap.Tick, tick[:])); e != nil {
		return errors.Join(err, e)
	}
	return &HangError{int(tick[0]), err}
}

// drain takes n events from the FIFO.
func (d *Device) drain(ctx context.Context, n int, out *outputs) error {
	for n > 0 {
		m := min(n, flushWords/2)
		words := make([]uint32, 2*m)
		// EVENT_META shows the head and EVENT_DATA, the next address, pops it.
		if err := d.bus.Do(ctx, (&Batch{}).ReadSame(regmap.EventMeta, 2, words)); err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		for i := 0; i < len(words); i += 2 {
			meta := words[i]
			tick, addr := int(meta>>regmap.EventTickShift), int(meta&regmap.EventAddressMask)
			if err := out.take(tick, addr, words[i+1]); err != nil {
				return err
			}
		}
		n -= m
	}
	return nil
}

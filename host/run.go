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
	if err := d.settle(ctx); err != nil {
		return nil, err
	}
	d.settled = false // until the sample's end
	out := newOutputs(p)
	loaded := make([]int, len(p.Inputs))
	var cycles [2]uint32
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
		d.pop(b)
		b.Write(regmap.RunTicks, uint32(n)).Write(regmap.Ctrl, ctrl)
		var err error
		if draining {
			err = d.runDraining(ctx, b, cycles[:], out)
		} else {
			err = d.runChunk(ctx, b, n, cycles[:], out)
		}
		if err != nil {
			return nil, fmt.Errorf("run from tick %d: %w", tick, err)
		}
		tick += n
	}
	d.settled = true
	res := out.result()
	res.Cycles = int64(cycles[1])<<32 | int64(cycles[0])
	return res, nil
}

// settle brings a machine that someone else left, or whose last sample failed,
// to rest: idle, without events.
func (d *Device) settle(ctx context.Context) error {
	if d.settled {
		return nil
	}
	var waiting [1]uint32
	b := (&Batch{}).Poll(regmap.Status, regmap.StatusRunning, 0, d.limit).Read(regmap.Events, waiting[:])
	for {
		err := d.bus.Do(ctx, b)
		var poll *PollError
		if err != nil && !errors.As(err, &poll) {
			return fmt.Errorf("bring the machine to rest: %w", err)
		}
		if err == nil && waiting[0] == 0 {
			d.taken, d.settled = 0, true
			return nil
		}
		// It may wait for room in the event FIFO.
		if e := d.bus.Do(ctx, (&Batch{}).Read(regmap.Events, waiting[:])); e != nil {
			return fmt.Errorf("bring the machine to rest: %w", e)
		}
		if err != nil && waiting[0] == 0 {
			return d.hang(ctx, err)
		}
		if e := d.bus.Do(ctx, (&Batch{}).Write(regmap.EventPop, waiting[0])); e != nil {
			return fmt.Errorf("bring the machine to rest: %w", e)
		}
	}
}

// pop appends the removal of the events that have been read.
func (d *Device) pop(b *Batch) {
	if d.taken > 0 {
		b.Write(regmap.EventPop, uint32(d.taken))
		d.taken = 0
	}
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

// runChunk starts n ticks, waits for their end and takes the events. It reads
// as many as the last chunks had with the same batch: over a line that is one
// wait for an answer instead of two.
func (d *Device) runChunk(ctx context.Context, b *Batch, n int, cycles []uint32, out *outputs) error {
	var waiting [1]uint32
	words := make([]uint32, 2*min(d.usual, d.plan.perTick*n, d.plan.hostDepth, flushWords/2))
	b.Poll(regmap.Status, regmap.StatusRunning, 0, d.limit).Read(regmap.Events, waiting[:]).Read(regmap.CyclesLo, cycles)
	b.Read(regmap.EventsBase, words)
	if err := d.bus.Do(ctx, b); err != nil {
		return d.hang(ctx, err)
	}
	count := int(waiting[0])
	d.usual = max(count, d.usual-1-d.usual/16)
	early := min(count, len(words)/2)
	if err := out.takeAll(words[:2*early]); err != nil {
		return err
	}
	d.taken = early
	return d.drain(ctx, count-early, out)
}

// runDraining runs one tick that may send more than the FIFO holds. The words
// are the same; the cycles then depend on how fast the host is.
func (d *Device) runDraining(ctx context.Context, b *Batch, cycles []uint32, out *outputs) error {
	for polls := uint32(0); polls < d.limit; polls++ {
		var now [2]uint32
		d.pop(b)
		b.Read(regmap.Status, now[:1]).Read(regmap.CyclesLo, cycles).Read(regmap.Events, now[1:])
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

// drain reads n more events; the next batch that starts ticks removes them.
func (d *Device) drain(ctx context.Context, n int, out *outputs) error {
	for n > 0 {
		m := min(n, flushWords/2)
		words := make([]uint32, 2*m)
		if err := d.bus.Do(ctx, (&Batch{}).Read(uint32(regmap.EventsBase+2*d.taken), words)); err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if err := out.takeAll(words); err != nil {
			return err
		}
		d.taken += m
		n -= m
	}
	return nil
}

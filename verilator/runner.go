package verilator

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/ir"
)

// Options of Open.
type Options struct {
	Cache  *Cache    // nil: the default one
	Digest *[16]byte // of the design (ir.Program.DesignDigest), compared with what it shows; nil: not compared
}

// Runner runs samples on a Verilated design through its host bus, with the
// driver that runs them on a board.
type Runner struct {
	p      *ir.Program
	proc   *Process
	dev    *host.Device
	digest *[16]byte
	events func([]Event) error // of Verify, besides the counting

	spikes []int64
	ends   []int64
}

// Open builds the design in a directory, starts it, identifies it and, on an
// overlay, loads the program. The process lives until Close or until ctx ends.
func Open(ctx context.Context, p *ir.Program, designDir string, profile Profile, opt Options) (*Runner, error) {
	m, err := Build(ctx, opt.Cache, designDir, ShapeOf(p), profile)
	if err != nil {
		return nil, err
	}
	proc, err := Start(ctx, m)
	if err != nil {
		return nil, err
	}
	r := &Runner{proc: proc, digest: opt.Digest}
	if err := r.Load(ctx, p); err != nil {
		proc.Close()
		return nil, err
	}
	if profile.Events {
		proc.OnEvents = r.observe
	}
	return r, nil
}

// Load identifies the design and makes it the machine of a program: on an
// overlay, which may have run another one, by writing all of it.
func (r *Runner) Load(ctx context.Context, p *ir.Program) (err error) {
	// The harness reads STATUS every tenth cycle or so: this is about twice
	// the proven worst case.
	limit := 2*host.TickBound(p)*int64(p.Ticks)/8 + 64
	dev, err := host.Open(ctx, r.proc, p, host.Options{Digest: r.digest, PollLimit: uint32(min(limit, 1<<31))})
	if err != nil {
		return err
	}
	if dev.NeedsLoad() {
		if err := dev.LoadProgram(ctx); err != nil {
			return err
		}
	}
	// Memories begin with noise; a board's begin with zeros.
	if err := dev.ClearInput(ctx); err != nil {
		return err
	}
	r.p, r.dev = p, dev
	return nil
}

// Update makes the model run another program for its design, by writing what
// differs (host.Device.Update), and returns how many words that were.
func (r *Runner) Update(ctx context.Context, p *ir.Program) (words int, err error) {
	words, err = r.dev.Update(ctx, p)
	r.p = r.dev.Program()
	return words, err
}

// Run runs one sample. Spikes of the layers and TickEnds come from the trace
// ports and are nil in a profile without them.
func (r *Runner) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	r.spikes, r.ends = make([]int64, len(r.p.Layers)), nil
	res, err := r.dev.Run(ctx, frames)
	if err != nil {
		return nil, err
	}
	if r.proc.OnEvents != nil {
		res.Spikes, res.TickEnds = r.spikes, r.ends
	}
	return res, nil
}

// Device returns the driver, for memories.
func (r *Runner) Device() *host.Device { return r.dev }

// Process returns the model's process.
func (r *Runner) Process() *Process { return r.proc }

// Close ends the process.
func (r *Runner) Close() error { return r.proc.Close() }

func (r *Runner) observe(events []Event) error {
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case Push:
			if e.Index >= len(r.p.Cores) {
				return fmt.Errorf("trace port shows a push of core %d; the program has %d", e.Index, len(r.p.Cores))
			}
			if c := &r.p.Cores[e.Index]; !c.Graded && r.spikes != nil {
				r.spikes[c.Layer] += int64(bits.OnesCount32(e.Bits))
			}
		case TickEnd:
			r.ends = append(r.ends, e.Cycle)
		}
	}
	if r.events != nil {
		return r.events(events)
	}
	return nil
}

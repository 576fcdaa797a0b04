package learn

import (
	"context"
	"fmt"
	"slices"

	"github.com/snnc/snnc/ir"
)

// Difference says where two executions that learn part.
type Difference struct {
	Command int    `json:"command"` // how many ends of samples came before
	Core    int    `json:"core"`
	Layer   string `json:"layer"`
	What    string `json:"what"` // pairs, gate, cycles, count, a sum, or a stored weight with its place
	Want    any    `json:"reference"`
	Got     any    `json:"rtl"`
}

func (d *Difference) Error() string {
	return fmt.Sprintf("command %d: core %d (%s): %s is %v; the reference has %v", d.Command, d.Core, d.Layer, d.What, d.Got, d.Want)
}

// Pair is a Unit that does everything on a reference and on another execution
// and returns a *Difference where the second departs from the first: in what
// the unit shows after every command, its cycles included, and in every
// weight after an update. Run compares nothing but what Same says.
type Pair struct {
	Program   *ir.Program
	Reference Unit
	Other     Unit
	// Same compares the results of a sample; nil: results are not compared.
	Same func(want, got *ir.Result) error
	// Commands, Updates and Weights (after updates) count what agreed.
	Commands, Updates, Weights int
}

// Run implements Unit. The result is the second execution's.
func (p *Pair) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	want, err := p.Reference.Run(ctx, frames)
	if err != nil {
		return nil, err
	}
	got, err := p.Other.Run(ctx, frames)
	if err != nil {
		return nil, err
	}
	if p.Same != nil {
		if err := p.Same(want, got); err != nil {
			return nil, err
		}
	}
	return got, nil
}

// Configure implements Unit.
func (p *Pair) Configure(ctx context.Context, core int, cfg *ir.LearnConfig) error {
	if err := p.Reference.Configure(ctx, core, cfg); err != nil {
		return err
	}
	return p.Other.Configure(ctx, core, cfg)
}

// End implements Unit.
func (p *Pair) End(ctx context.Context, core int, cmd ir.LearnCommand) (ir.LearnState, error) {
	want, err := p.Reference.End(ctx, core, cmd)
	if err != nil {
		return want, err
	}
	got, err := p.Other.End(ctx, core, cmd)
	if err != nil {
		return got, err
	}
	for _, f := range []struct {
		what      string
		want, got any
	}{{"pairs", want.Pairs, got.Pairs}, {"gate", want.Gate, got.Gate}, {"cycles", want.Cycles, got.Cycles}, {"count", want.Count, got.Count}, {"sums", want.Sums, got.Sums}} {
		if f.want != f.got {
			return got, p.differs(core, f.what, f.want, f.got)
		}
	}
	if cmd.Sweep {
		w, err := p.Stored(ctx, core)
		if err != nil {
			return got, err
		}
		p.Weights += len(w)
		p.Updates++
	}
	p.Commands++
	return got, nil
}

// Stored implements Unit, and compares.
func (p *Pair) Stored(ctx context.Context, core int) ([]int32, error) {
	want, err := p.Reference.Stored(ctx, core)
	if err != nil {
		return nil, err
	}
	got, err := p.Other.Stored(ctx, core)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(want, got) {
		c := &p.Program.Cores[core]
		for i := range want {
			if want[i] != got[i] {
				row := i / c.Lanes
				return nil, p.differs(core, fmt.Sprintf("the stored weight of neuron %d from row %d", row/c.Rows*c.Lanes+i%c.Lanes, row%c.Rows), want[i], got[i])
			}
		}
	}
	return got, nil
}

// SetStored implements Unit.
func (p *Pair) SetStored(ctx context.Context, core int, w []int32) error {
	if err := p.Reference.SetStored(ctx, core, w); err != nil {
		return err
	}
	return p.Other.SetStored(ctx, core, w)
}

func (p *Pair) differs(core int, what string, want, got any) error {
	return &Difference{p.Commands, core, p.Program.Layers[p.Program.Cores[core].Layer].Name, what, want, got}
}

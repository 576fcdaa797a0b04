package verilator

import (
	"context"

	"github.com/snnc/snnc/ir"
)

// Configure loads a rule into the plasticity unit of a core.
func (r *Runner) Configure(ctx context.Context, core int, cfg *ir.LearnConfig) error {
	return r.dev.Configure(ctx, core, cfg)
}

// End ends the sample of the last Run for the plasticity unit of a core.
func (r *Runner) End(ctx context.Context, core int, cmd ir.LearnCommand) (ir.LearnState, error) {
	return r.dev.End(ctx, core, cmd)
}

// Stored reads the weight memory of a plastic core.
func (r *Runner) Stored(ctx context.Context, core int) ([]int32, error) {
	return r.dev.Stored(ctx, core)
}

// SetStored writes the weight memory of a plastic core.
func (r *Runner) SetStored(ctx context.Context, core int, w []int32) error {
	return r.dev.SetStored(ctx, core, w)
}

package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
)

// learnVerified is what snnc verify --learn prints.
type learnVerified struct {
	Samples    int               `json:"samples"`
	Commands   int               `json:"commands"` // with pairs, gate, sums and cycles
	Updates    int               `json:"updates"`
	Weights    int               `json:"weights"` // compared, over all updates
	Difference *learn.Difference `json:"difference"`
}

// verifyLearning lets the simulator and the RTL learn side by side.
func verifyLearning(cmd *cobra.Command, dir string, p *ir.Program, s backend.Stimuli, f *ruleFlags, asJSON bool) error {
	ctx := cmd.Context()
	o, err := f.options(p.Steps)
	if err != nil {
		return err
	}
	unit, done, err := openUnit(ctx, p, dir, "rtl", true, nil)
	if err != nil {
		return err
	}
	defer done()
	e, err := learn.New(p, unit, learn.Data{N: s.Samples, Input: s.Input, Label: s.Label}, o)
	if err != nil {
		return err
	}
	bar := newProgress(o.Warmup + e.Updates()*o.Batch)
	e.Sample = func(*learn.Step) { bar.update("verify", e.State.Samples) }
	err = e.Run(ctx)
	bar.finish()
	pair := unit.(*learn.Pair)
	r := &learnVerified{Samples: e.State.Samples, Commands: pair.Commands, Updates: pair.Updates, Weights: pair.Weights}
	if errors.As(err, &r.Difference) {
		err = errDiffers
	}
	if err != nil && r.Difference == nil && ctx.Err() == nil {
		return err
	}
	w := cmd.OutOrStdout()
	switch {
	case asJSON:
		return firstError(printJSON(w, r), err)
	case r.Difference != nil:
		fmt.Fprintf(w, "simulator and RTL part: %v\n  agreed     %d samples, %d commands, %d updates before it\n", r.Difference, r.Samples, r.Commands, r.Updates)
	case err != nil:
		fmt.Fprintf(w, "interrupted: the first %d samples agree: %d commands with their cycles, %d updates, %d weights\n", r.Samples, r.Commands, r.Updates, r.Weights)
	default:
		fmt.Fprintf(w, "%d samples agree: %d commands of the plasticity units with their cycles, %d updates, %d stored weights\n", r.Samples, r.Commands, r.Updates, r.Weights)
	}
	return err
}

package learn

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/ir"
)

// Unit is an execution whose plastic cores learn. End belongs to the sample of
// the last Run; Configure comes before the first.
type Unit interface {
	Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error)
	Configure(ctx context.Context, core int, cfg *ir.LearnConfig) error
	End(ctx context.Context, core int, cmd ir.LearnCommand) (ir.LearnState, error)
	// Stored and SetStored move the weight memory of a plastic core, [B·Rows·P].
	Stored(ctx context.Context, core int) ([]int32, error)
	SetStored(ctx context.Context, core int, w []int32) error
}

// PlasticCores lists the cores of a program that learn.
func PlasticCores(p *ir.Program) []int {
	var list []int
	for i := range p.Cores {
		if p.Cores[i].Plastic != nil {
			list = append(list, i)
		}
	}
	return list
}

// Fixed is a rule in the integers of a core's plasticity unit, for updates of
// batch samples. Post neurons are the core's, in order; pre neurons its weight
// rows.
func Fixed(p *ir.Program, core int, rule dassdp.Rule, gate dassdp.Gate, batch int, seed uint32) (*dassdp.Fixed, error) {
	c := &p.Cores[core]
	u := c.Plastic
	if u == nil {
		return nil, fmt.Errorf("core %d (%s) has no plasticity unit; compile with --plastic", core, p.Layers[c.Layer].Name)
	}
	if rule.T != p.Steps {
		return nil, fmt.Errorf("the rule is for samples of %d steps; the program's have %d", rule.T, p.Steps)
	}
	if batch > u.Batch {
		return nil, fmt.Errorf("updates of %d samples; the unit of core %d takes up to %d: compile with a larger plastic batch", batch, core, u.Batch)
	}
	return dassdp.NewFixed(rule, gate, dassdp.FixedConfig{NPost: c.N, NPre: c.Rows, Width: c.WeightBits, Frac: u.Fraction, Scale: u.Scale,
		Lanes: c.Lanes, KernelFrac: u.KernelFrac, MaxBatch: u.Batch, Batch: batch, Seed: seed + uint32(core)*0x9E3779B9})
}

// Config is what the unit's registers and tables hold under a rule.
func Config(rule dassdp.Rule, f *dassdp.Fixed) *ir.LearnConfig {
	cfg := &ir.LearnConfig{Both: f.Both, Else: f.Else, Last: rule.Latency == dassdp.Last, GateA: f.Gate.A, GateB: f.Gate.B}
	if rule.Gate == dassdp.GateReward {
		cfg.Source = ir.GateWritten
	}
	for _, r := range f.Random {
		cfg.Seeds = append(cfg.Seeds, uint32(r))
	}
	return cfg
}

package host

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// Configure loads a rule into the plasticity unit of a core, begins a new
// update and lets it listen. Weights and warm-up sums stay as they are.
func (d *Device) Configure(ctx context.Context, core int, cfg *ir.LearnConfig) error {
	if core < 0 || core >= len(d.p.Cores) {
		return fmt.Errorf("core %d: the program has cores 0 to %d", core, len(d.p.Cores)-1)
	}
	if err := d.p.CheckLearn(core, cfg); err != nil {
		return err
	}
	b := d.learn(core)
	for i := range cfg.Both {
		b.Write(learnAddr(regmap.LearnTable+i), uint32(cfg.Both[i])&(1<<18-1))
		b.Write(learnAddr(regmap.LearnTable+1<<9+i), uint32(cfg.Else[i])&(1<<18-1))
	}
	b.Write(learnAddr(regmap.LearnSeeds), cfg.Seeds...)
	ctrl := uint32(cfg.Source)<<regmap.LearnSourceShift | regmap.LearnCapture
	if cfg.Last {
		ctrl |= regmap.LearnLast
	}
	b.Write(learnAddr(regmap.LearnGateALo), uint32(cfg.GateA), uint32(cfg.GateA>>32), uint32(cfg.GateB), uint32(cfg.GateShift))
	b.Write(learnAddr(regmap.LearnCtrl), ctrl, regmap.LearnClear)
	b.Poll(regmap.Status, regmap.StatusRunning, 0, d.limit)
	if err := d.bus.Do(ctx, b); err != nil {
		return fmt.Errorf("core %d: configure its plasticity unit: %w", core, err)
	}
	return nil
}

// End ends the sample of the last Run for the plasticity unit of a core, and
// waits until the unit is done.
func (d *Device) End(ctx context.Context, core int, cmd ir.LearnCommand) (ir.LearnState, error) {
	command := uint32(regmap.LearnEnd)
	for _, f := range []struct {
		on  bool
		bit uint32
	}{{cmd.Sweep, regmap.LearnSweep}, {cmd.Record, regmap.LearnRecord}, {cmd.Forget, regmap.LearnForget}} {
		if f.on {
			command |= f.bit
		}
	}
	var shown [4]uint32
	var sums [10]uint32
	b := d.learn(core)
	b.Write(learnAddr(regmap.LearnLoss), uint32(cmd.Loss)&(1<<24-1), uint32(cmd.Factor)&(1<<15-1))
	b.Write(learnAddr(regmap.LearnCommand), command)
	b.Poll(regmap.Status, regmap.StatusRunning, 0, d.limit)
	b.Read(learnAddr(regmap.LearnPairs), shown[:]).Read(learnAddr(regmap.LearnSums), sums[:])
	if err := d.bus.Do(ctx, b); err != nil {
		return ir.LearnState{}, fmt.Errorf("core %d: end of a sample: %w", core, err)
	}
	s := ir.LearnState{Pairs: int(shown[0]), Gate: int32(shown[1]), Cycles: int64(shown[2]), Count: int(shown[3])}
	if s.Count > 0 { // before, the sums' memory holds nothing
		for k := range s.Sums {
			s.Sums[k] = uint64(sums[2*k+1])<<32 | uint64(sums[2*k])
		}
	}
	return s, nil
}

// Stored reads the weight memory of a plastic core, [B·Rows·P].
func (d *Device) Stored(ctx context.Context, core int) ([]int32, error) {
	fields, err := d.ReadMemory(ctx, core, regmap.Weights)
	if err != nil {
		return nil, err
	}
	return fields[0], nil
}

// SetStored writes the weight memory of a plastic core.
func (d *Device) SetStored(ctx context.Context, core int, w []int32) error {
	return d.WriteMemory(ctx, core, regmap.Weights, [][]int32{w})
}

// learn begins a batch that talks to the plasticity unit of a core.
func (d *Device) learn(core int) *Batch {
	return (&Batch{}).Write(regmap.Select, uint32(core)<<regmap.SelectCoreShift|uint32(regmap.Learn))
}

func learnAddr(offset int) uint32 { return uint32(regmap.WindowBase + offset) }

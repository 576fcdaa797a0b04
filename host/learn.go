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
		steps := d.p.Steps
		apart := i - steps
		if apart > -steps && apart < steps {
			b.Write(learnAddr(regmap.LearnTable+regmap.TablePlace(steps, apart, false)), uint32(cfg.Both[i])&(1<<16-1))
		}
		b.Write(learnAddr(regmap.LearnTable+regmap.TablePlace(steps, apart, true)), uint32(cfg.Else[i])&(1<<16-1))
	}
	b.Write(learnAddr(regmap.LearnSeeds), cfg.Seeds...)
	ctrl := uint32(regmap.LearnCapture)
	if cfg.Last {
		ctrl |= regmap.LearnLast
	}
	if cfg.Source == ir.GateWritten {
		ctrl |= regmap.LearnReward
	}
	d.units[core].rewards = cfg.Source == ir.GateWritten
	b.Write(learnAddr(regmap.LearnGateA), uint32(cfg.GateA)&(1<<28-1), uint32(cfg.GateB)&(1<<28-1))
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
	if err := ir.CheckRecord(cmd, d.units[core].recorded); err != nil {
		return ir.LearnState{}, fmt.Errorf("core %d: %w", core, err)
	}
	command := uint32(regmap.LearnEnd)
	for _, f := range []struct {
		on  bool
		bit uint32
	}{{cmd.Sweep, regmap.LearnSweep}, {cmd.Record, regmap.LearnRecord}, {cmd.Forget, regmap.LearnForget}} {
		if f.on {
			command |= f.bit
		}
	}
	var shown [3]uint32
	var sums [24]uint32
	b := d.learn(core)
	loss := uint32(cmd.Loss)
	if cmd.Loss < 0 {
		loss = uint32(-cmd.Loss) | regmap.LearnLossSign
	}
	b.Write(learnAddr(regmap.LearnLoss), loss)
	if d.units[core].rewards {
		b.Write(learnAddr(regmap.LearnGateA), uint32(cmd.Factor)<<4&(1<<28-1))
	}
	b.Write(learnAddr(regmap.LearnCommand), command)
	b.Poll(regmap.Status, regmap.StatusRunning, 0, d.limit)
	b.Read(learnAddr(regmap.LearnPairs), shown[:]).Read(learnAddr(regmap.LearnSums), sums[:])
	if err := d.bus.Do(ctx, b); err != nil {
		return ir.LearnState{}, fmt.Errorf("core %d: end of a sample: %w", core, err)
	}
	s := ir.LearnState{Pairs: int(shown[0] &^ regmap.LearnNoSums), Gate: int32(shown[1]), Cycles: int64(shown[2])}
	if shown[0]&regmap.LearnNoSums == 0 {
		sum := func(k int) uint64 {
			w := sums[4*k:]
			return uint64(w[3])<<48 | uint64(w[2])<<32 | uint64(w[1])<<16 | uint64(w[0])
		}
		for k := range s.Sums {
			s.Sums[k] = sum(k)
		}
		s.Count = int(sum(5))
	}
	d.units[core].recorded = s.Count
	return s, nil
}

// unit is what the host knows of a core's plasticity unit.
type unit struct {
	rewards  bool // GATE_A is a reward, of every sample
	recorded int  // samples in the sums
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

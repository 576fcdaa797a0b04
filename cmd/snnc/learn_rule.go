package main

import (
	"fmt"
	"slices"

	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/learn"
)

// ruleFlags choose a rule and an episode.
type ruleFlags struct {
	rule, gate, latency string
	amplitudes          dassdp.Amplitudes
	windows             dassdp.Windows
	warmup, epochs      int
	batch               int
	seed                uint64
}

func (f *ruleFlags) group() *flagGroup {
	g := group("Rule")
	a := dassdp.PaperDefaults()
	g.StringVar(&f.rule, "rule", "da-ssdp", "`RULE`: da-ssdp, ssdp (gate 1), stdp (on latencies) or r-stdp (stdp times the reward)")
	g.StringVar(&f.gate, "gate", "proportional", "da-ssdp: `KIND` of gate: proportional, sign, one or reward")
	g.StringVar(&f.latency, "latency", "first", "`SPIKE` that counts: first, or last, as the released script takes it")
	g.Float64Var(&f.amplitudes.Plus, "a-plus", a.Plus, "`A` of a pair that both fired; stdp: of post after pre")
	g.Float64Var(&f.amplitudes.Base, "a-base", a.Base, "`A` of any other pair; stdp: of post before pre")
	g.Float64Var(&f.amplitudes.Sigma, "sigma", a.Sigma, "`STEPS` of the kernel's width")
	g.Float64Var(&f.windows.TauPlus, "tau-plus", 2, "stdp: `STEPS` of the window after pre")
	g.Float64Var(&f.windows.TauMinus, "tau-minus", 2, "stdp: `STEPS` of the window before pre")
	g.IntVar(&f.warmup, "warmup", 500, "samples `N` that are recorded before anything is learned")
	g.IntVar(&f.epochs, "epochs", 1, "`N` times through the data")
	g.IntVar(&f.batch, "batch", 1, "samples `N` of an update; as many as the unit takes (--plastic-batch of compile)")
	g.Uint64Var(&f.seed, "learn-seed", 1, "`SEED` of the samples' order and of stochastic rounding")
	return g
}

// options makes an episode of the flags.
func (f *ruleFlags) options(steps int) (learn.Options, error) {
	o := learn.Options{Gate: learn.GateKind(f.gate), Warmup: f.warmup, Epochs: f.epochs, Batch: f.batch, Seed: f.seed}
	f.windows.Plus, f.windows.Minus = f.amplitudes.Plus, f.amplitudes.Base
	if !slices.Contains(learn.GateKinds(), o.Gate) {
		return o, fmt.Errorf("option gate is %q; allowed are proportional, sign, one and reward", f.gate)
	}
	if f.amplitudes.Sigma <= 0 || f.windows.TauPlus <= 0 || f.windows.TauMinus <= 0 {
		return o, fmt.Errorf("options sigma %g, tau-plus %g, tau-minus %g; all must be above 0", f.amplitudes.Sigma, f.windows.TauPlus, f.windows.TauMinus)
	}
	switch f.rule {
	case "da-ssdp":
		o.Rule = dassdp.DASSDP(steps, f.amplitudes)
	case "ssdp":
		o.Rule, o.Gate = dassdp.SSDP(steps, f.amplitudes), learn.One
	case "stdp":
		o.Rule, o.Gate = dassdp.STDP(steps, f.windows), learn.One
	case "r-stdp":
		o.Rule, o.Gate = dassdp.RewardSTDP(steps, f.windows), learn.Reward
	default:
		return o, fmt.Errorf("option rule is %q; allowed are da-ssdp, ssdp, stdp and r-stdp", f.rule)
	}
	if err := setLatency(&o.Rule.Latency, f.latency); err != nil {
		return o, err
	}
	if err := o.Rule.Validate(); err != nil {
		return o, err
	}
	return o, nil
}

// setLatency takes option latency over, of learning on the chip and in training.
func setLatency(l *dassdp.Latency, name string) error {
	switch name {
	case "first":
	case "last":
		*l = dassdp.Last
	default:
		return fmt.Errorf("option latency is %q; allowed are first and last", name)
	}
	return nil
}

// text tells two episodes apart.
func (f *ruleFlags) text(data string, n int) string {
	return fmt.Sprintf("%s %s %s %g %g %g %g %g, warm-up %d, epochs %d, batch %d, seed %d, %d samples of %s", f.rule, f.gate, f.latency,
		f.amplitudes.Plus, f.amplitudes.Base, f.amplitudes.Sigma, f.windows.TauPlus, f.windows.TauMinus, f.warmup, f.epochs, f.batch, f.seed, n, data)
}

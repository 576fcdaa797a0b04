package learn

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// LossUnit is the loss that the unit's integer 1 stands for.
const LossUnit = 1.0 / 4096

// GateKind says where the third factor of an episode comes from.
type GateKind string

// Proportional is 1 + k(S − µ)/σ with k, µ, σ of the warm-up; Sign takes the
// sign of k instead, and 1 where |k| is below dassdp.SignThreshold; Reward is
// +1 for a sample that was classified rightly and −1 for another.
const (
	Proportional GateKind = "proportional"
	Sign         GateKind = "sign"
	One          GateKind = "one"
	Reward       GateKind = "reward"
)

// GateKinds lists them.
func GateKinds() []GateKind { return []GateKind{Proportional, Sign, One, Reward} }

// Options of an episode. Rule's gate source follows from Gate.
type Options struct {
	Rule   dassdp.Rule `json:"-"`
	Gate   GateKind
	Warmup int // samples that are recorded before anything is learned
	Epochs int
	Batch  int // samples of an update
	Seed   uint64
	Passes int // at most so many updates; 0: as the epochs have
}

// Data are labelled samples.
type Data struct {
	N     int
	Input func(i int) ([]*ir.Frames, error)
	Label func(i int) int
}

// Episode is learning under way on a unit.
type Episode struct {
	p       *ir.Program
	unit    Unit
	data    Data
	opt     Options
	cores   []int
	State   State
	epoch   int   // whose order is
	order   []int // of the samples
	fresh   bool  // the unit's sums are of no sample of the episode
	pending int   // samples of the update that is not complete
	// Sample is called after every sample, Update after every update.
	Sample func(s *Step)
	Update func()
}

// Step is what one sample of an episode gave.
type Step struct {
	Sample, Class, Label int
	Loss                 float64
	Warm                 bool
	Cycles, Learn        int64
}

// New prepares an episode from the beginning.
func New(p *ir.Program, unit Unit, data Data, opt Options) (*Episode, error) {
	e := &Episode{p: p, unit: unit, data: data, opt: opt, cores: PlasticCores(p), epoch: -1}
	if len(e.cores) == 0 {
		return nil, fmt.Errorf("program %q has no layer that learns: compile with --plastic NAME, or last", p.Name)
	}
	if opt.Batch < 1 || opt.Epochs < 0 || opt.Warmup < 0 || data.N < opt.Batch {
		return nil, fmt.Errorf("episode: updates of %d samples, %d epochs, %d warm-up samples over %d samples; none may be negative, and an update needs its samples", opt.Batch, opt.Epochs, opt.Warmup, data.N)
	}
	if needs := opt.Gate == Proportional || opt.Gate == Sign; needs && opt.Warmup < 4 {
		return nil, fmt.Errorf("episode: %d warm-up samples; a %s gate is fitted to at least 4", opt.Warmup, opt.Gate)
	}
	for i := range data.N {
		if l := data.Label(i); l < 0 || l >= p.Outputs[0].N {
			return nil, fmt.Errorf("sample %d has the label %d; the loss needs one of 0 to %d, the network's outputs", i, l, p.Outputs[0].N-1)
		}
	}
	if p.Outputs[0].Graded {
		return nil, fmt.Errorf("program %q gives membranes and not spikes; the loss is of spike counts", p.Name)
	}
	e.State = State{Cores: make([]CoreState, len(e.cores))}
	for i, core := range e.cores {
		e.State.Cores[i] = CoreState{Core: core, Gate: dassdp.NoGate()}
	}
	return e, nil
}

// Updates is how many updates the whole episode has.
func (e *Episode) Updates() int {
	n := e.opt.Epochs * (e.data.N / e.opt.Batch)
	if e.opt.Passes > 0 {
		n = min(n, e.opt.Passes)
	}
	return n
}

// Run learns to the end of the episode, or until ctx ends: State is then that
// of the last update, and a new episode can go on from it.
func (e *Episode) Run(ctx context.Context) error {
	if err := e.begin(ctx); err != nil {
		return err
	}
	for e.State.Warmed < e.opt.Warmup {
		if err := e.warm(ctx); err != nil {
			return err
		}
	}
	if !e.State.Fitted {
		e.fit()
		if err := e.configure(ctx, true); err != nil {
			return err
		}
	}
	for e.State.Updates < e.Updates() {
		if err := e.update(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Resume takes up where the last update ended, after samples on the unit that
// are no part of the episode.
func (e *Episode) Resume(ctx context.Context) error { return e.configure(ctx, e.State.Fitted) }

// begin brings the unit to the state of the episode.
func (e *Episode) begin(ctx context.Context) error {
	e.fresh = true
	for i := range e.State.Cores {
		s := &e.State.Cores[i]
		var err error
		if s.Stored == nil {
			if s.Stored, err = e.unit.Stored(ctx, s.Core); err != nil {
				return err
			}
			s.Stored = append([]int32(nil), s.Stored...)
		} else if err = e.unit.SetStored(ctx, s.Core, s.Stored); err != nil {
			return err
		}
	}
	return e.configure(ctx, e.State.Fitted)
}

// rule is the episode's with the gate that holds now: 1 before the fit.
func (e *Episode) rule(fitted bool) dassdp.Rule {
	r := e.opt.Rule
	switch {
	case e.opt.Gate == Reward:
		r.Gate = dassdp.GateReward
	case e.opt.Gate == One || !fitted:
		r.Gate = dassdp.GateOne
	default:
		r.Gate = dassdp.GateSynchrony
	}
	return r
}

func (e *Episode) configure(ctx context.Context, fitted bool) error {
	for i := range e.State.Cores {
		s := &e.State.Cores[i]
		rule, gate := e.rule(fitted), s.Gate
		if e.opt.Gate == Sign {
			gate = gate.Sign(dassdp.SignThreshold)
		}
		f, err := Fixed(e.p, s.Core, rule, gate, e.opt.Batch, uint32(e.opt.Seed))
		if err != nil {
			return fmt.Errorf("core %d: %w", s.Core, err)
		}
		c := &e.p.Cores[s.Core]
		for k := range f.Random {
			f.Random[k].Skip(uint64(e.State.Updates) * uint64(c.Groups*c.Rows))
		}
		if err := e.unit.Configure(ctx, s.Core, Config(rule, f)); err != nil {
			return err
		}
	}
	e.pending = 0
	return nil
}

// warm records a sample.
func (e *Episode) warm(ctx context.Context) error {
	step, err := e.run(ctx, e.State.Warmed)
	if err != nil {
		return err
	}
	step.Warm = true
	loss := lossOf(step)
	for i := range e.State.Cores {
		s := &e.State.Cores[i]
		forget := e.fresh || s.Sums[len(s.Sums)-1].Count == numerics.WarmupMaxCount
		got, err := e.unit.End(ctx, s.Core, ir.LearnCommand{Record: true, Forget: forget, Loss: loss})
		if err != nil {
			return err
		}
		if forget {
			s.Sums = append(s.Sums, numerics.WarmupSums{})
		}
		s.Sums[len(s.Sums)-1] = numerics.WarmupSums{Count: uint16(got.Count), N: got.Sums[0], L: int64(got.Sums[1]), NN: got.Sums[2], LL: got.Sums[3], NL: int64(got.Sums[4])}
		s.Pairs, s.Losses = append(s.Pairs, got.Pairs), append(s.Losses, loss)
		step.Learn += got.Cycles
	}
	e.fresh = false
	e.State.Warmed++
	e.took(step)
	return nil
}

// lossOf is a sample's loss in LossUnit, as the host writes it.
func lossOf(s *Step) int32 {
	return int32(numerics.RoundEven(s.Loss/LossUnit, numerics.Min(numerics.LossWidth), numerics.Max(numerics.LossWidth)))
}

// fit makes the gates of what the units recorded.
func (e *Episode) fit() {
	for i := range e.State.Cores {
		s := &e.State.Cores[i]
		c := &e.p.Cores[s.Core]
		s.Gate = dassdp.FitSums(s.Sums, c.N*c.Rows, LossUnit)
	}
	e.State.Fitted = true
}

// update learns from the next samples.
func (e *Episode) update(ctx context.Context) error {
	first := e.opt.Warmup + e.State.Updates*e.opt.Batch
	for k := e.pending; k < e.opt.Batch; k++ {
		step, err := e.run(ctx, first+k)
		if err != nil {
			return err
		}
		cmd := ir.LearnCommand{Sweep: k == e.opt.Batch-1, Loss: lossOf(step)}
		if e.opt.Gate == Reward {
			reward := -1.0
			if step.Class == step.Label {
				reward = 1
			}
			cmd.Factor = numerics.QuantiseReward(reward)
		}
		for i := range e.State.Cores {
			got, err := e.unit.End(ctx, e.State.Cores[i].Core, cmd)
			if err != nil {
				return err
			}
			step.Learn += got.Cycles
		}
		e.pending = k + 1
		e.took(step)
	}
	for i := range e.State.Cores {
		s := &e.State.Cores[i]
		w, err := e.unit.Stored(ctx, s.Core)
		if err != nil {
			return err
		}
		s.Stored = append(s.Stored[:0], w...)
	}
	e.pending = 0
	e.State.Updates++
	if e.Update != nil {
		e.Update()
	}
	return nil
}

// took adds a sample to the figures.
func (e *Episode) took(step *Step) {
	e.State.Samples++
	e.State.Cycles += step.Cycles
	if step.Warm {
		e.State.WarmupCycles += step.Learn
	} else {
		e.State.LearnCycles += step.Learn
	}
	if e.Sample != nil {
		e.Sample(step)
	}
}

// run takes the unit through place n of the episode.
func (e *Episode) run(ctx context.Context, n int) (*Step, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	i := e.at(n)
	frames, err := e.data.Input(i)
	if err != nil {
		return nil, err
	}
	r, err := e.unit.Run(ctx, frames)
	if err != nil {
		return nil, fmt.Errorf("sample %d: %w", i, err)
	}
	s := &Step{Sample: i, Class: backend.Class(r), Label: e.data.Label(i), Cycles: r.Cycles}
	s.Loss = CrossEntropy(r.Outputs[0].Counts(), s.Label)
	return s, nil
}

// at is the sample at place n: every epoch, and the warm-up, has its own order.
func (e *Episode) at(n int) int {
	epoch, place := 0, n
	per := e.data.N
	if n < e.opt.Warmup {
		epoch, place = n/per, n%per
	} else {
		n -= e.opt.Warmup
		per = e.data.N / e.opt.Batch * e.opt.Batch
		epoch, place = 1<<30+n/per, n%per
	}
	if e.epoch != epoch {
		e.epoch, e.order = epoch, rand.New(rand.NewPCG(e.opt.Seed, uint64(epoch))).Perm(e.data.N)
	}
	return e.order[place]
}

// CrossEntropy is −log softmax(counts)[label].
func CrossEntropy(counts []int, label int) float64 {
	top := 0
	for _, c := range counts {
		top = max(top, c)
	}
	sum := 0.0
	for _, c := range counts {
		sum += math.Exp(float64(c - top))
	}
	return math.Log(sum) - float64(counts[label]-top)
}

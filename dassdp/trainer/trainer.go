package trainer

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Data are labelled samples.
type Data struct {
	N     int
	Label func(i int) int
	// Load writes the real values of a sample: one vector where the network's
	// input is held, else one a step, in the order of files, augmented for the
	// epoch (from 0), or as it is for −1. It is called from several goroutines.
	Load func(i, epoch int, dst []float32) error
}

// State is where a training is, between two steps.
type State struct {
	Epoch   int // whose order is
	Step    int // of the epoch, next
	Updates int
	Loss    float64 // sum over the epoch's samples so far
	Right   int
	Samples int
	Norm    float64   // sum of the gradients' norms
	Gates   []GateSum // of each plastic layer
	Seconds float64   // of training, over all sessions
	Epochs  []EpochRecord
}

// GateSum is what the rule did to a layer in the epoch so far.
type GateSum struct {
	Gate, Change float64
	Updates      int
}

// EpochRecord is what an epoch gave.
type EpochRecord struct {
	Epoch    int          `json:"epoch"` // from 1
	Loss     float64      `json:"loss"`
	Accuracy float64      `json:"train_accuracy"`
	Test     *float64     `json:"test_accuracy,omitempty"` // null where no test set was given
	TestLoss *float64     `json:"test_loss,omitempty"`
	Rate     float64      `json:"lr"`
	Norm     float64      `json:"gradient_norm"` // mean
	Seconds  float64      `json:"seconds"`
	Gates    []GateRecord `json:"rule,omitempty"`
}

// GateRecord is what the rule did to a layer in an epoch.
type GateRecord struct {
	Layer  string  `json:"layer"`
	K      float64 `json:"k"` // of the fit; before the end of the warm-up, of what was seen so far
	Mean   float64 `json:"synchrony_mean"`
	Std    float64 `json:"synchrony_std"`
	Fitted bool    `json:"fitted"`
	Gate   float64 `json:"gate"`   // mean over the epoch's updates
	Change float64 `json:"change"` // mean magnitude of a weight's change in an update
}

// Trainer trains a network. Its methods are not for several goroutines.
type Trainer struct {
	Net   *Network
	State State
	train *Data
	test  *Data
	opt   *Options
	optim *optimiser
	loss  *loss
	rules []*plastic
	chip  Chip

	labels  []int
	files   []float32 // scratch: a sample in the order of files, each part its own
	order   []int
	ordered int // epoch of order, −1: none

	// Step is called after every update, Epoch after every epoch's evaluation.
	Step  func(done, of int, loss float64, right float64)
	Epoch func(r *EpochRecord) error
}

// New prepares a training. test may be nil.
func New(n *Network, train, test *Data) (*Trainer, error) {
	t := &Trainer{Net: n, train: train, test: test, opt: &n.opt, ordered: -1}
	if len(n.inputs) != 1 || len(n.sinks) < 1 {
		return nil, fmt.Errorf("the network has %d inputs; training takes networks of one", len(n.inputs))
	}
	if train.N < 1 {
		return nil, fmt.Errorf("no training samples")
	}
	for _, d := range []*Data{train, test} {
		if d == nil {
			continue
		}
		for i := range d.N {
			if c := d.Label(i); c < 0 || c >= n.sinks[0].n {
				return nil, fmt.Errorf("sample %d has the label %d; the network has %d outputs", i, c, n.sinks[0].n)
			}
		}
	}
	t.loss = &loss{kind: n.opt.Loss, gain: n.opt.LogitGain, smoothing: n.opt.Smoothing}
	t.optim = newOptimiser(&n.opt, n.params)
	var err error
	if t.rules, err = n.plasticLayers(&n.opt.Rule); err != nil {
		return nil, err
	}
	t.State.Gates = make([]GateSum, len(t.rules))
	return t, nil
}

// StepsPerEpoch is how many updates an epoch has.
func (t *Trainer) StepsPerEpoch() int { return (t.train.N + t.opt.Batch - 1) / t.opt.Batch }

// Done tells whether all epochs are trained.
func (t *Trainer) Done() bool { return t.State.Epoch >= t.opt.Epochs }

// Run trains until all epochs are done or ctx ends: State is then that after
// the last whole update, and a checkpoint of it goes on bit for bit.
func (t *Trainer) Run(ctx context.Context) error {
	for !t.Done() {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := time.Now()
		if t.State.Step < t.StepsPerEpoch() {
			if err := t.step(ctx); err != nil {
				return err
			}
			t.State.Seconds += time.Since(start).Seconds()
			continue
		}
		if err := t.endEpoch(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step makes one update.
func (t *Trainer) step(ctx context.Context) error {
	s := &t.State
	if t.ordered != s.Epoch {
		t.order = random(t.opt.Seed, drawOrder, uint64(s.Epoch)).Perm(t.train.N)
		t.ordered = s.Epoch
	}
	if s.Step == 0 && t.opt.Rule.Warmup == s.Epoch {
		for _, p := range t.rules {
			if !p.State.Fitted {
				p.Fit()
			}
		}
	}
	first := s.Step * t.opt.Batch
	index := t.order[first:min(first+t.opt.Batch, t.train.N)]
	loss, right, err := t.pass(ctx, t.train, index, s.Epoch)
	if err != nil {
		return err
	}
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return fmt.Errorf("epoch %d, update %d: the loss is %v; a smaller --lr or --clip-norm keeps it finite", s.Epoch+1, s.Step+1, loss)
	}
	n := t.Net
	most := t.opt.ClipNorm
	if most == 0 {
		most = math.Inf(1)
	}
	s.Norm += clip(n.params, most)
	rate := t.opt.rate((float64(s.Updates) + 0.5) / float64(t.StepsPerEpoch()))
	t.optim.step(n.pool, n.params, rate)
	if t.opt.Rule.Anneal {
		for _, p := range t.rules {
			p.Scale = rate / t.opt.Rate
		}
	}
	if err := t.applyRules(len(index), loss); err != nil {
		return err
	}
	n.prepare()
	s.Loss += loss * float64(len(index))
	s.Right += right
	s.Samples += len(index)
	s.Step++
	s.Updates++
	if t.Step != nil {
		t.Step(s.Updates, t.opt.Epochs*t.StepsPerEpoch(), s.Loss/float64(s.Samples), float64(s.Right)/float64(s.Samples))
	}
	return nil
}

// applyRules records or changes the plastic layers after the optimiser.
func (t *Trainer) applyRules(batch int, loss float64) error {
	for i, p := range t.rules {
		pre, post := p.records(batch)
		if !p.State.Fitted {
			if err := p.Warm(pre, post, loss); err != nil {
				return err
			}
			continue
		}
		gate, change, err := p.Step(p.weights(), pre, post)
		if err != nil {
			return err
		}
		g := &t.State.Gates[i]
		g.Gate, g.Change, g.Updates = g.Gate+gate, g.Change+change, g.Updates+1
	}
	return nil
}

// pass runs a batch forwards, and backwards in training: in an epoch from 0.
func (t *Trainer) pass(ctx context.Context, d *Data, index []int, epoch int) (loss float64, right int, err error) {
	n, train := t.Net, epoch >= 0
	r := n.run(len(index), train)
	if err := t.load(d, index, epoch); err != nil {
		return 0, 0, err
	}
	t.labels = t.labels[:0]
	for _, i := range index {
		t.labels = append(t.labels, d.Label(i))
	}
	if train && t.chip != nil {
		if err := t.onChip(ctx, r, index); err != nil {
			return 0, 0, err
		}
	}
	n.forward(r)
	if train {
		n.clearGradients(len(index))
	}
	loss, right = t.loss.run(r, n.sinks[0], t.labels)
	if train {
		n.backward(r)
	}
	return loss, right, nil
}

// load puts samples into the input signal, channel-last.
func (t *Trainer) load(d *Data, index []int, epoch int) error {
	x := t.Net.inputs[0]
	steps := x.steps(t.opt.Compile.Steps)
	inner := toInner(x.grid)
	size := steps * x.n
	t.files = grown(t.files, len(index)*size)
	errs := make([]error, len(index))
	t.Net.pool.pieces(len(index), 8, func(a, b int) {
		for k := a; k < b; k++ {
			file := t.files[k*size : (k+1)*size]
			if errs[k] = d.Load(index[k], epoch, file); errs[k] != nil {
				return
			}
			for step := range steps {
				to, from := x.v[(step*len(index)+k)*x.n:][:x.n], file[step*x.n:][:x.n]
				if inner == nil {
					copy(to, from)
					continue
				}
				for i, f := range inner {
					to[i] = from[f]
				}
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// endEpoch evaluates and begins the next epoch.
func (t *Trainer) endEpoch(ctx context.Context) error {
	s := &t.State
	r := EpochRecord{Epoch: s.Epoch + 1, Loss: s.Loss / float64(s.Samples), Accuracy: float64(s.Right) / float64(s.Samples),
		Rate: t.opt.rate((float64(s.Updates) - 0.5) / float64(t.StepsPerEpoch())), Norm: s.Norm / float64(t.StepsPerEpoch()), Seconds: s.Seconds}
	if t.test != nil {
		e, err := t.Evaluate(ctx, t.test)
		if err != nil {
			return err
		}
		r.Test, r.TestLoss = &e.Accuracy, &e.Loss
	}
	for i, p := range t.rules {
		gate := p.State.Raw
		if !p.State.Fitted {
			gate = p.State.Warm.Fit()
		}
		g := GateRecord{Layer: p.name, K: gate.K, Mean: gate.Mean, Std: gate.Std, Fitted: p.State.Fitted}
		if sum := s.Gates[i]; sum.Updates > 0 {
			g.Gate, g.Change = sum.Gate/float64(sum.Updates), sum.Change/float64(sum.Updates)
		}
		s.Gates[i] = GateSum{}
		r.Gates = append(r.Gates, g)
	}
	s.Epochs = append(s.Epochs, r)
	s.Epoch++
	s.Step, s.Loss, s.Right, s.Samples, s.Norm = 0, 0, 0, 0, 0
	if t.Epoch != nil {
		return t.Epoch(&s.Epochs[len(s.Epochs)-1])
	}
	return nil
}

// Evaluation is the network's result on a set.
type Evaluation struct {
	Accuracy, Loss float64
	Spikes         map[string]float64 // mean a sample, of each population
}

// Evaluate runs a set without learning from it.
func (t *Trainer) Evaluate(ctx context.Context, d *Data) (*Evaluation, error) {
	e := &Evaluation{Spikes: map[string]float64{}}
	index := make([]int, 0, t.opt.Batch)
	right := 0
	for first := 0; first < d.N; first += t.opt.Batch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		index = index[:0]
		for i := first; i < min(first+t.opt.Batch, d.N); i++ {
			index = append(index, i)
		}
		loss, ok, err := t.pass(ctx, d, index, -1)
		if err != nil {
			return nil, err
		}
		right += ok
		e.Loss += loss * float64(len(index))
		for name, l := range t.Net.neurons {
			if l.Graded {
				continue
			}
			sum := 0.0
			for _, v := range l.y.v[:t.opt.Compile.Steps*len(index)*l.n] {
				sum += float64(v)
			}
			e.Spikes[name] += sum
		}
	}
	e.Accuracy, e.Loss = float64(right)/float64(d.N), e.Loss/float64(d.N)
	for name := range e.Spikes {
		e.Spikes[name] /= float64(d.N)
	}
	return e, nil
}

// Bytes is the memory of the training's state, values and gradients of all
// steps included, and of the rule's beside it.
func (t *Trainer) Bytes() (network, rule int) {
	for _, s := range t.Net.signals {
		network += 4 * (len(s.v) + len(s.g))
	}
	for _, l := range t.Net.neurons {
		network += 4 * (len(l.v) + len(l.post) + len(l.cur) + len(l.carry) + len(l.carIn) + len(l.slope))
	}
	for i, p := range t.Net.params {
		network += 4 * (len(p.v) + len(p.g) + len(t.optim.m[i]))
		if t.optim.v != nil {
			network += 4 * len(t.optim.v[i])
		}
	}
	for _, p := range t.rules {
		rule += 8 * len(p.dw)
		for i := range p.batch {
			rule += len(p.batch[i].Pre.Class) + len(p.batch[i].Post.Class)
		}
	}
	return network, rule
}

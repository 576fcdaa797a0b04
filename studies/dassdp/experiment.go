package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/dassdp/trainer"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/data/augment"
)

//go:embed *.json
var models embed.FS

// experiment is a network on a data set.
type experiment struct {
	name    string
	title   string
	model   string
	data    string
	samples int // the first of the training set; 0: all
	augment string
	steps   int
	epochs  int
	warmup  int // epochs without the rule
	batch   int
	rate    float64
	smooth  float64
	decay   float64
	gain    float64
	surr    trainer.Surrogate
	arms    []arm
}

// arm is a rule with the paper's amplitudes times scale.
type arm struct {
	name, rule string
	scale      float64
	anneal     bool // with the learning rate
}

var arms = []arm{
	{"none", "none", 0, false}, {"SSDP", "ssdp", 1, false}, {"DA-SSDP, proportional", "da-ssdp", 1, false}, {"DA-SSDP, sign", "da-ssdp-sign", 1, false},
	{"DA-SSDP, proportional, A/30", "da-ssdp", 1.0 / 30, false},
	{"SSDP, annealed", "ssdp", 1, true}, {"DA-SSDP, proportional, annealed", "da-ssdp", 1, true}, {"DA-SSDP, sign, annealed", "da-ssdp-sign", 1, true},
	{"DA-SSDP, proportional, A/30, annealed", "da-ssdp", 1.0 / 30, true},
}

// fewer are the arms of a network whose runs are long: the paper's amplitudes
// once, and those that the dense networks bear.
var fewer = []arm{arms[0], arms[2], arms[4], arms[5], arms[6], arms[7]}

var experiments = []*experiment{
	{name: "fashion-dense-small", title: "Fashion-MNIST, first 30,000 training images, 784-128-10", model: "fashion_dense_128.json", data: "fashion-mnist", samples: 30000, augment: "none",
		steps: 8, epochs: 6, warmup: 2, batch: 128, rate: 1e-3, smooth: 0.05, decay: 0.01, gain: 1, arms: arms},
	{name: "fashion-dense-short", title: "Fashion-MNIST, 784-256-10", model: "fashion_dense_256.json", data: "fashion-mnist", augment: "none",
		steps: 8, epochs: 10, warmup: 3, batch: 128, rate: 1e-3, smooth: 0.05, decay: 0.01, gain: 1, arms: arms},
	{name: "fashion-dense", title: "Fashion-MNIST, 784-400-10", model: "fashion_dense.json", data: "fashion-mnist", augment: "none",
		steps: 8, epochs: 20, warmup: 5, batch: 128, rate: 1e-3, smooth: 0.05, decay: 0.01, gain: 1, arms: arms},
	{name: "fashion-conv", title: "Fashion-MNIST, first 30,000 training images, convolutional", model: "fashion_conv.json", data: "fashion-mnist", samples: 30000, augment: "flip",
		steps: 4, epochs: 6, warmup: 2, batch: 128, rate: 2e-3, smooth: 0.05, gain: 1, arms: fewer},
	{name: "cifar10-jpeg-conv", title: "CIFAR-10 (JPEG), first 15,000 training images, convolutional", model: "cifar_conv.json", data: "cifar10-jpeg", samples: 15000, augment: "flip,crop=4",
		steps: 4, epochs: 6, warmup: 2, batch: 128, rate: 2e-3, smooth: 0.05, gain: 1, arms: fewer},
}

// text is all that a result depends on, but arm and seed.
func (e *experiment) text() string {
	text := e.data
	if e.samples > 0 {
		text += fmt.Sprintf(", first %d training samples", e.samples)
	}
	return fmt.Sprintf("%s, %s, augment %s, T %d, %d epochs, warm-up %d, batch %d, AdamW %g, smoothing %g, decay %g, gain %g, surrogate %s %g, paper's amplitudes",
		e.model, text, e.augment, e.steps, e.epochs, e.warmup, e.batch, e.rate, e.smooth, e.decay, e.gain, e.surr.Kind, e.surr.Alpha)
}

func (e *experiment) sets(ctx context.Context, sets *library, seed uint64) (train, test *trainer.Data, enc data.Encoder, err error) {
	changes, err := augment.Parse(e.augment)
	if err != nil {
		return nil, nil, nil, err
	}
	set, err := sets.open(ctx, e.data, data.Options{Split: data.Train, Samples: e.samples})
	if err != nil {
		return nil, nil, nil, err
	}
	change, err := augment.New(changes, set.Shape(), false)
	if err != nil {
		return nil, nil, nil, err
	}
	if enc, err = data.NewEncoder(set, data.EncodeOptions{Steps: e.steps}); err != nil {
		return nil, nil, nil, err
	}
	train = trainer.FromEncoder(enc, 0, set.Len(), change, seed)
	if set, err = sets.open(ctx, e.data, data.Options{Split: data.Test}); err != nil {
		return nil, nil, nil, err
	}
	if enc, err = data.NewEncoder(set, data.EncodeOptions{Steps: e.steps}); err != nil {
		return nil, nil, nil, err
	}
	return train, trainer.FromEncoder(enc, 0, set.Len(), nil, 0), enc, nil
}

// library opens every set once; runs beside one another share them.
type library struct {
	mu   sync.Mutex
	sets map[string]*data.Set
}

func (l *library) open(ctx context.Context, name string, o data.Options) (*data.Set, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := fmt.Sprintf("%s %+v", name, o)
	if set := l.sets[key]; set != nil {
		return set, nil
	}
	set, err := data.Open(ctx, name, o)
	if err != nil {
		return nil, err
	}
	if l.sets == nil {
		l.sets = map[string]*data.Set{}
	}
	l.sets[key] = set
	return set, nil
}

// run trains one arm with one seed on so many processors (0: all), from its
// checkpoint if there is one. What comes out does not depend on their number.
func (e *experiment) run(ctx context.Context, sets *library, a arm, seed uint64, workers int, checkpoint string) (*result, error) {
	doc, err := models.ReadFile(e.model)
	if err != nil {
		return nil, err
	}
	g, hints, inits, err := modeljson.DecodeUntrained(doc, models)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.model, err)
	}
	train, test, enc, err := e.sets(ctx, sets, seed)
	if err != nil {
		return nil, err
	}
	o := trainer.Options{Batch: e.batch, Epochs: e.epochs, Rate: e.rate, Smoothing: e.smooth, WeightDecay: e.decay, LogitGain: e.gain, Surrogate: e.surr, Seed: seed, Workers: workers,
		Compile: compiler.Options{From: *hints.From, Steps: e.steps, Input: enc.Encoding()}}
	if a.rule != "none" {
		amplitudes := dassdp.PaperDefaults()
		amplitudes.Plus *= a.scale
		amplitudes.Base *= a.scale
		o.Rule = trainer.Post{Kind: a.rule, Warmup: e.warmup, Anneal: a.anneal, Amplitudes: amplitudes}
	}
	n, err := trainer.NewNetwork(&trainer.Model{Name: e.name, Graph: g, Hints: hints, Inits: inits}, o)
	if err != nil {
		return nil, err
	}
	defer n.Close()
	t, err := trainer.New(n, train, test)
	if err != nil {
		return nil, err
	}
	identity := t.Identity(e.text())
	if _, err := t.Resume(checkpoint, identity); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t.Epoch = func(r *trainer.EpochRecord) error {
		fmt.Fprintf(os.Stderr, "%s, %s, seed %d: epoch %d  loss %.4f  training %.2f %%  test %.2f %%  %.0f s\n", e.name, a.name, seed, r.Epoch, r.Loss, 100*r.Accuracy, 100**r.Test, r.Seconds)
		return t.Save(checkpoint, identity, 0)
	}
	if err := t.Run(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, errors.Join(err, t.Save(checkpoint, identity, 0))
		}
		return nil, err
	}
	r := &result{Experiment: e.name, Config: e.text(), Arm: a.name, Seed: seed, Seconds: t.State.Seconds}
	r.Bytes, r.RuleBytes = t.Bytes()
	for i := range t.State.Epochs {
		x := &t.State.Epochs[i]
		p := epoch{Loss: x.Loss, Train: x.Accuracy, Test: *x.Test}
		for _, g := range x.Gates {
			p.K, p.Gate, p.Change, p.S, p.SStd = g.K, g.Gate, g.Change, g.Mean, g.Std
		}
		r.Epochs = append(r.Epochs, p)
	}
	return r, errors.Join(os.Remove(checkpoint))
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/dassdp/chip"
	"github.com/snnc/snnc/dassdp/trainer"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/data/augment"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// trainFlags are the options of training.
type trainFlags struct {
	opt     trainer.Options
	detach  bool
	latency string
	augment string
	held    int // training samples held back for testing
	chip    chipFlags
}

// trainFiles are what a training writes beside the network.
type trainFiles struct {
	checkpoint string
	every      int // updates between checkpoints within an epoch; 0: at its end alone
	resume     bool
	log, plot  string
}

func (f *trainFlags) groups() []*flagGroup {
	o := &f.opt
	t := group("Training")
	t.IntVar(&o.Epochs, "epochs", 10, "`N` times through the data")
	t.IntVar(&o.Batch, "batch", 128, "samples `N` of an update")
	t.Float64Var(&o.Rate, "lr", 1e-3, "learning `RATE`")
	t.StringVar(&o.Optimiser, "optimiser", "", "`NAME`: "+strings.Join(trainer.Optimisers(), ", ")+" (default adamw)")
	t.Float64Var(&o.Momentum, "momentum", 0.9, "sgd: `M`")
	t.Float64Var(&o.WeightDecay, "weight-decay", 0, "`D` of weights, not of biases and normalisations")
	t.StringVar(&o.Schedule, "schedule", "", "`NAME` of the learning rate's: "+strings.Join(trainer.Schedules(), ", ")+" (default cosine)")
	t.Float64Var(&o.RateWarmup, "lr-warmup", 0, "`EPOCHS` over which the rate rises to RATE")
	t.Float64Var(&o.ClipNorm, "clip-norm", 0, "largest `NORM` of the gradient (default any)")
	t.StringVar(&o.Loss, "loss", "", "`NAME`: count (cross-entropy of the spike counts), step (mean of each step's) or square (of rates) (default count)")
	t.Float64Var(&o.LogitGain, "logit-gain", 1, "`F` from counts to logits")
	t.Float64Var(&o.Smoothing, "label-smoothing", 0, "share `S` of a label that all classes get")
	t.StringVar(&o.Surrogate.Kind, "surrogate", "atan", "derivative of a spike: `NAME` is "+strings.Join(trainer.Surrogates(), ", "))
	t.Float64Var(&o.Surrogate.Alpha, "alpha", 0, "`A` of the surrogate (default 2, 25, 1, 0.5, 4, 2, 1 in their order)")
	t.BoolVar(&f.detach, "detach-reset", true, "no gradient through the reset")
	t.BoolVar(&o.NormSteps, "norm-steps", false, "batch normalisation: statistics of each step by itself, not of all together")
	t.IntVar(&o.WeightBits, "quantise", 0, "quantisation-aware training with the compiler's quantiser: `BITS` of a weight (default off)")
	t.StringVar(&f.augment, "augment", "none", "random changes of training samples: a `LIST` of flip, shift=PIXELS, crop=PIXELS, cutout=PIXELS; of events drop=SHARE, mask=SHARE")
	t.Uint64Var(&o.Seed, "train-seed", 1, "`SEED` of initial weights, order and augmentation")
	t.IntVar(&o.Workers, "workers", 0, "processors `N`; results do not depend on it (default all)")
	r := group("Rule after each update")
	a := dassdp.PaperDefaults()
	r.StringVar(&o.Rule.Kind, "rule", "none", "`RULE`: "+strings.Join(trainer.Rules(), ", "))
	r.StringSliceVar(&o.Rule.Layers, "rule-layers", nil, "dense `NODES` that it changes (default the deepest)")
	r.IntVar(&o.Rule.Warmup, "rule-warmup", dassdp.WarmupEpochs, "`EPOCHS` that are recorded before it changes anything")
	r.BoolVar(&o.Rule.Anneal, "rule-anneal", false, "its changes go down with the learning rate's schedule")
	r.Float64Var(&o.Rule.Amplitudes.Plus, "a-plus", a.Plus, "`A` of a pair that both fired")
	r.Float64Var(&o.Rule.Amplitudes.Base, "a-base", a.Base, "`A` of any other pair")
	r.Float64Var(&o.Rule.Amplitudes.Sigma, "sigma", a.Sigma, "`STEPS` of the kernel's width")
	r.StringVar(&f.latency, "latency", "first", "`SPIKE` that counts: first, or last, as the released script takes it")
	return []*flagGroup{t, r, f.chip.group()}
}

func (f *trainFlags) options() (trainer.Options, error) {
	o := f.opt
	o.AttachReset = !f.detach
	err := setLatency(&o.Rule.Latency, f.latency)
	return o, err
}

// trainReport is what snnc train prints.
type trainReport struct {
	Model      string                `json:"model"`
	Data       string                `json:"data"`
	Test       string                `json:"test_data"`
	Parameters int                   `json:"parameters"`
	Epochs     []trainer.EpochRecord `json:"epochs"`
	Seconds    float64               `json:"seconds"`
	Accuracy   *float64              `json:"test_accuracy"`            // of the trainer, in float32; null if interrupted
	Float      *float64              `json:"float_accuracy,omitempty"` // of the float reference on what was written
	Spikes     map[string]float64    `json:"spikes"`                   // mean a sample
	Written    []string              `json:"written"`
	Stopped    bool                  `json:"interrupted,omitempty"`
}

func trainCommand() *cobra.Command {
	var c compileFlags
	var f trainFlags
	var d dataFlags
	var files trainFiles
	var out []string
	var config string
	var asJSON bool
	var meaning, hardware *flagGroup
	cmd := &cobra.Command{
		Use:   "train MODEL --data SET -o FILE",
		Short: "Train a network by surrogate gradients, with DA-SSDP after each update",
		Long: `MODEL is a model.json whose weights may be initialisers (docs/model.md), or a trained model to go on with. Trains
on the training images of SET, tests on its test images after every epoch, and writes the network as model.json or
NIR, by the ending. The same options and seed give the same weights, bit for bit. A file of --config may give the
model and any options; what the command line gives stands. With --forward, the network runs on a chip before every
update, in integers: fixed, sim, rtl and board give the same spikes, and so the same weights.`,
		Example: `  snnc train examples/mnist_mlp/model.json --data mnist -o build/mnist.json --epochs 10
  snnc train net.json --data fashion-mnist -o build/net.json --rule da-ssdp --rule-warmup 2
  snnc train net.json --data mnist -o build/net4.json --quantise 4
  snnc train net.json --data mnist --write-design build/loop
  snnc train net.json --data mnist -o build/net.json --forward board --design build/loop --port /dev/ttyUSB1
  snnc train --config examples/train/cifar10.toml -o build/cifar10.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && config != "" {
				return nil
			}
			return takes("MODEL")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if config != "" {
				model, err := applyConfig(cmd, config)
				if err != nil {
					return err
				}
				if len(args) == 0 && model == "" {
					return fmt.Errorf("%s: model is missing, and no MODEL was given", config)
				}
				args = append(args, model)
			}
			if len(out) == 0 && f.chip.write == "" {
				return errors.New("option -o FILE is missing: where to write the trained network (.json or .nir)")
			}
			for _, path := range out {
				if e := strings.ToLower(filepath.Ext(path)); e != ".json" && e != ".nir" {
					return fmt.Errorf("option -o: %s ends in %q; .json and .nir are written", path, e)
				}
				if tensors := strings.TrimSuffix(path, filepath.Ext(path)) + ".npz"; strings.EqualFold(filepath.Ext(path), ".json") && filepath.Clean(tensors) == filepath.Clean(d.name) {
					return fmt.Errorf("option -o: %s keeps its tensors in %s, which is the data set; give it another name", path, tensors)
				}
			}
			if files.resume && files.checkpoint == "" {
				return errors.New("option resume: it goes on from a checkpoint; --checkpoint FILE names it")
			}
			if e := strings.ToLower(filepath.Ext(files.plot)); files.plot != "" && e != ".png" && e != ".svg" {
				return fmt.Errorf("option plot: %s ends in %q; .png and .svg are written", files.plot, e)
			}
			if err := f.chip.check(&c, hardware, cmd.Flags().Changed); err != nil {
				return err
			}
			d.warn = notes(cmd)
			s, err := newTraining(cmd.Context(), args[0], &c, &f, d, cmd.Flags().Changed)
			if err != nil {
				return err
			}
			if s.design != nil {
				s.net.Close()
				if asJSON {
					return printJSON(cmd.OutOrStdout(), s.design)
				}
				return reportText(cmd.OutOrStdout(), s.design)
			}
			report, err := s.run(cmd.Context(), out, &files)
			if e := s.close(cmd.Context()); err == nil {
				err = e
			}
			if report == nil {
				return err
			}
			if asJSON {
				return firstError(printJSON(cmd.OutOrStdout(), report), err)
			}
			return firstError(report.text(cmd.OutOrStdout()), err)
		},
	}
	to := group("Output")
	to.StringSliceVarP(&out, "output", "o", nil, "`FILES` to write, .json or .nir")
	to.StringVar(&config, "config", "", "TOML `FILE` of model and options by their names (examples/train)")
	to.StringVar(&files.checkpoint, "checkpoint", "", "`FILE` that keeps the training's state after every epoch and when interrupted")
	to.IntVar(&files.every, "checkpoint-every", 0, "updates `N` between checkpoints within an epoch (default none)")
	to.BoolVar(&files.resume, "resume", false, "go on from the checkpoint, bit for bit; begin where there is none")
	to.StringVar(&files.log, "log", "", "`FILE` of JSON lines, one an epoch")
	to.StringVar(&files.plot, "plot", "", "`FILE` of the learning curve, .png or .svg")
	jsonFlag(to, &asJSON)
	g := d.group("", 0, false)
	g.IntVar(&f.held, "validation", 0, "hold back the last `N` training samples and test on them")
	all := c.groups()
	meaning, hardware = all[0], all[2]
	addGroups(cmd, append(append([]*flagGroup{to, g}, f.groups()...), meaning, hardware)...)
	return cmd
}

// training is a verb's work once its options are understood.
type training struct {
	model       *trainer.Model
	compile     compiler.Options
	net         *trainer.Network
	trainer     *trainer.Trainer
	train, test *trainer.Data
	trainName   string
	testName    string
	warn        func(string)
	notes       []string        // what the user should know, once it begins
	stim        backend.Stimuli // of the test
	identity    string
	bar         *trainBar
	chip        *chip.Chip
	design      *compiler.Report // of --write-design: there is nothing to train
}

// close ends what the training holds; a board gets its program back.
func (s *training) close(ctx context.Context) error {
	s.net.Close()
	if s.chip == nil {
		return nil
	}
	return s.chip.Close(ctx)
}

// newTraining makes ready what the options ask for, up to the first update.
func newTraining(ctx context.Context, path string, c *compileFlags, f *trainFlags, d dataFlags, changed func(string) bool) (*training, error) {
	if d.name == "" {
		return nil, errors.New("option data is missing: the set to train on")
	}
	g, hints, inits, err := modelfile.ReadUntrained(path)
	if err != nil {
		return nil, err
	}
	s := &training{warn: d.warn, bar: newTrainBar(), model: &trainer.Model{Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), Graph: g, Hints: hints, Inits: inits}}
	s.compile = withHints(c.options(changed), hints)
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	test := d
	d.split, test.split = data.Train, data.Test
	test.samples = 0
	enc, stim, err := stimuli(ctx, d, s.compile.Steps, nil)
	if err != nil {
		return nil, err
	}
	s.compile.Input, s.compile.Steps = enc.Encoding(), enc.Steps()
	change, err := augmenter(f.augment, enc)
	if err != nil {
		return nil, err
	}
	s.trainName = enc.Set().Name()
	s.train = trainer.FromEncoder(enc, 0, stim.Samples, change, o.Seed)
	if f.held > 0 {
		if f.held >= stim.Samples {
			return nil, fmt.Errorf("option validation is %d; %s has %d samples", f.held, s.trainName, stim.Samples)
		}
		first := stim.Samples - f.held
		s.train, s.test, s.testName = trainer.FromEncoder(enc, 0, first, change, o.Seed), trainer.FromEncoder(enc, first, f.held, nil, 0), fmt.Sprintf("the last %d of %s", f.held, s.trainName)
		s.stim = backend.Stimuli{Samples: f.held, Label: func(i int) int { return stim.Label(first + i) }, Input: func(i int) ([]*ir.Frames, error) { return stim.Input(first + i) }}
	} else {
		testEnc, testStim, err := stimuli(ctx, test, s.compile.Steps, nil)
		if err != nil {
			return nil, err
		}
		if testEnc.Encoding() != enc.Encoding() || testEnc.Steps() != enc.Steps() {
			return nil, fmt.Errorf("%s gives %s over %d steps and %s %s over %d; give both one form by --input-bits, --bins or --bin-max",
				s.trainName, inputText(enc.Encoding()), enc.Steps(), testEnc.Set().Name(), inputText(testEnc.Encoding()), testEnc.Steps())
		}
		s.test, s.testName, s.stim = trainer.FromEncoder(testEnc, 0, testStim.Samples, nil, 0), testEnc.Set().Name(), testStim
		if testEnc.Set().Digest() == enc.Set().Digest() {
			s.notes = append(s.notes, fmt.Sprintf("%s has no test samples of its own: the accuracy is that of the training samples; --validation N holds some back", s.trainName))
		}
	}
	if o.Rule.Kind != "" && o.Rule.Kind != "none" && o.Rule.Warmup >= o.Epochs {
		s.notes = append(s.notes, fmt.Sprintf("the rule changes nothing: its warm-up of %d epochs does not end within the %d of the training; give a shorter --rule-warmup", o.Rule.Warmup, o.Epochs))
	}
	o.Compile = s.compile
	if s.net, err = trainer.NewNetwork(s.model, o); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := data.CheckInput(enc, s.net.Inputs()); err != nil {
		s.net.Close()
		return nil, err
	}
	if err := s.prepare(ctx, path, c, &f.chip, o); err != nil {
		s.net.Close()
		return nil, err
	}
	forward := f.chip.forward
	if s.chip != nil { // all of them give the same spikes
		forward = "in the integers " + s.chip.Identity()
	}
	s.identity = fmt.Sprintf("%s, %s, digest %.16s, augment %s, forward %s, test on %s", s.trainName, enc, enc.Set().Digest(), f.augment, forward, s.testName)
	return s, nil
}

// prepare makes the trainer and its chip, or writes a design.
func (s *training) prepare(ctx context.Context, path string, c *compileFlags, f *chipFlags, o trainer.Options) (err error) {
	if s.trainer, err = trainer.New(s.net, s.train, s.test); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if f.write == "" && f.forward == "float" {
		return nil
	}
	opt, err := s.chipOptions(c, f, o.WeightBits)
	if err != nil {
		return err
	}
	if f.write != "" {
		s.design, err = s.writeDesign(ctx, f.write, opt)
		return err
	}
	return s.useChip(ctx, opt)
}

// augmenter understands the option; nil: nothing is to be changed.
func augmenter(text string, enc data.Encoder) (*augment.Augmenter, error) {
	o, err := augment.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("option augment: %w", err)
	}
	if o == (augment.Options{}) {
		return nil, nil
	}
	if c := enc.Coding(); c != data.Direct && c != data.Frames {
		return nil, fmt.Errorf("option augment: it changes pictures and frames; %s coding makes spikes of them first", c)
	}
	a, err := augment.New(o, enc.Set().Shape(), enc.Set().Sequence())
	if err != nil {
		return nil, fmt.Errorf("option augment: %w", err)
	}
	return a, nil
}

// run trains to the end and writes. Interrupted, it keeps the state in the
// checkpoint, if there is one, and the report says so.
func (s *training) run(ctx context.Context, out []string, files *trainFiles) (*trainReport, error) {
	r := &trainReport{Model: s.model.Name, Data: s.trainName, Test: s.testName, Parameters: s.net.Parameters()}
	for _, path := range append(append([]string(nil), out...), files.checkpoint, files.log, files.plot) {
		if path != "" {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return nil, err
			}
		}
	}
	identity := s.trainer.Identity(s.identity)
	var kept int64
	resumed := false
	if files.resume {
		var err error
		if kept, err = s.trainer.Resume(files.checkpoint, identity); err == nil {
			resumed = true
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if s.warn != nil {
		for _, n := range s.notes {
			s.warn(n)
		}
	}
	var log *trainer.Log
	if files.log != "" {
		var err error
		if log, err = trainer.OpenLog(files.log, kept); err != nil {
			return nil, err
		}
		defer log.Close()
		if !resumed {
			if err := log.Write("start", map[string]any{"model": r.Model, "data": r.Data, "test_data": r.Test, "parameters": r.Parameters, "training": identity}); err != nil {
				return nil, err
			}
		}
	}
	save := func() error {
		if files.checkpoint == "" {
			return nil
		}
		return s.trainer.Save(files.checkpoint, identity, log.Len())
	}
	bar := s.bar
	var failed error
	s.trainer.Step = func(done, of int, loss, right float64) {
		bar.step(done, of, loss, right)
		if files.every > 0 && done%files.every == 0 && failed == nil {
			failed = save()
		}
	}
	s.trainer.Epoch = func(e *trainer.EpochRecord) error {
		bar.epoch(e, s.net.Epochs())
		if err := log.Write("epoch", e); err != nil {
			return err
		}
		if files.plot != "" {
			if err := trainer.Plot(files.plot, fmt.Sprintf("%s on %s", r.Model, r.Data), s.trainer.State.Epochs); err != nil {
				return err
			}
		}
		return firstError(save(), failed)
	}
	err := s.trainer.Run(ctx)
	r.Epochs, r.Seconds = s.trainer.State.Epochs, s.trainer.State.Seconds
	if err != nil && ctx.Err() != nil {
		r.Stopped = true
		if e := save(); e != nil {
			return nil, e
		}
		if files.checkpoint != "" {
			r.Written = append(r.Written, files.checkpoint)
		}
		return r, ctx.Err()
	}
	var lost *trainer.ChipError
	if errors.As(err, &lost) && files.checkpoint != "" && s.trainer.State.Updates > 0 {
		if e := save(); e != nil {
			return nil, e
		}
		return nil, fmt.Errorf("%w; kept %s: the same command with --resume goes on", err, files.checkpoint)
	}
	if err = firstError(err, failed); err != nil {
		return nil, err
	}
	e, err := s.trainer.Evaluate(ctx, s.test)
	if err != nil {
		return nil, err
	}
	r.Accuracy, r.Spikes = &e.Accuracy, e.Spikes
	g := s.net.Graph()
	if r.Float, err = s.floatAccuracy(ctx, g); err != nil {
		return nil, err
	}
	for _, path := range out {
		g, hints := g, s.hints()
		if strings.ToLower(filepath.Ext(path)) == ".nir" {
			g, hints = s.net.Expanded(), ir.Hints{}
		}
		if err := modelfile.Write(path, g, hints); err != nil {
			return nil, err
		}
		r.Written = append(r.Written, path)
	}
	return r, log.Write("end", map[string]any{"test_accuracy": r.Accuracy, "float_accuracy": r.Float, "seconds": r.Seconds})
}

// hints are the model's with what the options chose.
func (s *training) hints() ir.Hints {
	h := s.model.Hints
	o := &s.compile
	h.Steps = &o.Steps
	if o.From != "" {
		h.From = &o.From
	}
	if o.DT != 0 {
		h.DT = &o.DT
	}
	if o.Reset != "" {
		h.Reset = &o.Reset
	}
	if o.ResetDelay != nil {
		h.ResetDelay = o.ResetDelay
	}
	if o.Compare != "" {
		h.Compare = &o.Compare
	}
	return h
}

// floatAccuracy is what snnc compare gives for the float reference.
func (s *training) floatAccuracy(ctx context.Context, g *ir.Graph) (*float64, error) {
	net, err := compiler.Normalised(g, s.model.Name, s.compile)
	if err != nil {
		return nil, err
	}
	rows, err := backend.Compare(ctx, []backend.Execution{{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(net) }}}, s.stim, nil)
	if err != nil {
		return nil, err
	}
	return rows[0].Accuracy, nil
}

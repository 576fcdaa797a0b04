package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/internal/table"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// learnReport is what snnc learn prints.
type learnReport struct {
	Program  string      `json:"program"`
	Data     string      `json:"data"`
	Test     string      `json:"test_data"`
	Rule     string      `json:"rule"`
	Gate     string      `json:"gate"`
	Backend  string      `json:"backend"`
	Warmup   int         `json:"warmup_samples"`
	Updates  int         `json:"updates"`
	Wanted   int         `json:"updates_wanted"`
	Before   float64     `json:"accuracy_before"`
	After    *float64    `json:"accuracy_after"` // null if interrupted
	Cores    []learnCore `json:"cores"`
	Cycles   float64     `json:"inference_cycles_mean"`
	Learn    float64     `json:"learning_cycles_mean"` // of a sample that is learned from
	Overhead float64     `json:"learning_overhead"`    // learning / (inference + learning)
	Stopped  bool        `json:"interrupted,omitempty"`
}

// learnCore is the warm-up's result and what came of a plastic core's weights.
type learnCore struct {
	Core    int     `json:"core"`
	Layer   string  `json:"layer"`
	K       float64 `json:"k"`
	KLow    float64 `json:"k_low"` // 95 % interval
	KHigh   float64 `json:"k_high"`
	Mean    float64 `json:"synchrony_mean"`
	Std     float64 `json:"synchrony_std"`
	Changed int     `json:"weights_changed"` // of those that inference reads
	Weights int     `json:"weights"`
}

func learnCommand() *cobra.Command {
	var f ruleFlags
	var d dataFlags
	var port portFlags
	var asJSON, resume, compare bool
	var on, testSet, out, plot, state, split string
	var testSamples, testFirst int
	c := &cobra.Command{
		Use:   "learn DIR --data SET",
		Short: "Let the plastic layers of a compiled program learn on the chip, simulated or in RTL",
		Long: `Runs the samples of a data set through the program in DIR, records synchrony and loss for the warm-up, fits the
gate, and lets the plasticity units change the weights (DA-SSDP, arXiv 2512.07194). The loss is the cross-entropy of
the output's spike counts; the reward is +1 for a right class and -1 for a wrong one. Accuracy is measured before and
after on the test samples. The state is kept in DIR/learn.json after every hundred updates and on Ctrl-C; --resume goes on.`,
		Example: `  snnc compile net.nir -o build/net --plastic last --data mnist
  snnc learn build/net --data mnist --samples 2000 --test-samples 1000
  snnc learn build/net --data mnist --samples 200 --backend rtl --check    # and compare with the simulator`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			d.warn = notes(cmd)
			if d.split = data.Split(split); d.name == "demo" && !cmd.Flags().Changed("split") {
				d.split = data.Test // it has no other
			}
			p, s, set, err := openDesign(ctx, args[0], d)
			if err != nil {
				return err
			}
			o, err := f.options(p.Steps)
			if err != nil {
				return err
			}
			if len(learn.PlasticCores(p)) == 0 {
				return fmt.Errorf("%s has no layer that learns: compile it with --plastic NAME, or --plastic last", args[0])
			}
			td := d
			td.split = data.Test
			if testSet != "" {
				td.name = testSet
			}
			td.first, td.samples = testFirst, testSamples
			_, ts, tset, err := openDesign(ctx, args[0], td)
			if err != nil {
				return fmt.Errorf("test samples: %w", err)
			}
			unit, done, err := openUnit(ctx, p, args[0], on, compare, &port)
			if err != nil {
				return err
			}
			defer done()
			digest := fmt.Sprintf("%x", p.Digest())
			if state == "" {
				state = filepath.Join(args[0], "learn.json")
			}
			e, err := learn.New(p, unit, learn.Data{N: s.Samples, Input: s.Input, Label: s.Label}, o)
			if err != nil {
				return err
			}
			asked := f.text(set, s.Samples)
			if resume {
				if err := e.Load(state, digest, asked); err != nil {
					return err
				}
			}
			e.State.Program, e.State.Options = digest, asked
			r := &learnReport{Program: p.Name, Data: set, Test: tset, Rule: f.rule, Gate: string(o.Gate), Backend: on, Wanted: e.Updates()}
			if r.Before, err = accuracy(ctx, unit, ts, "before"); err != nil {
				return err
			}
			bar := newProgress(o.Warmup + e.Updates()*o.Batch)
			e.Sample = func(*learn.Step) { bar.update("learn", e.State.Samples) }
			e.Update = func() {
				if e.State.Updates%100 == 0 {
					_ = e.State.Save(state) // the last one is checked
				}
			}
			err = e.Run(ctx)
			bar.finish()
			var differs *learn.Difference
			if errors.As(err, &differs) {
				fmt.Fprintln(cmd.OutOrStdout(), differs)
				return errDiffers
			}
			r.Stopped = err != nil && ctx.Err() != nil
			if err != nil && !r.Stopped {
				return err
			}
			if saveErr := e.State.Save(state); saveErr != nil {
				return saveErr
			}
			r.describe(p, e)
			if plot != "" {
				if perr := learn.Scatter(plot, p, &e.State); perr != nil {
					return perr
				}
			}
			if !r.Stopped {
				a, err := accuracy(ctx, unit, ts, "after")
				if err != nil {
					return err
				}
				r.After = &a
				if out != "" {
					if err := writeLearned(ctx, out, learned(p, &e.State)); err != nil {
						return err
					}
				}
			}
			w := cmd.OutOrStdout()
			if asJSON {
				return firstError(printJSON(w, r), err)
			}
			if perr := r.text(w); perr != nil {
				return perr
			}
			if pair, ok := unit.(*learn.Pair); ok {
				fmt.Fprintf(w, "\nsimulator and %s agree: %d commands with their cycles, %d updates, %d stored weights\n", map[string]string{"rtl": "RTL", "board": "board"}[on], pair.Commands, pair.Updates, pair.Weights)
			}
			if r.Stopped {
				fmt.Fprintf(w, "\ninterrupted: %d of %d updates; --resume goes on from %s\n", r.Updates, r.Wanted, state)
			}
			return err
		},
	}
	g := group("Run")
	g.StringVar(&split, "split", "train", "`PART` of the data to learn from: train or test (demo has test only)")
	g.StringVar(&on, "backend", "sim", "`NAME` of the execution that learns: sim, rtl, or board (at --port: a board, or snnc serve)")
	g.BoolVar(&compare, "check", false, "with rtl or board: run the simulator beside it and compare results, cycles and all weights after every update")
	g.StringVar(&testSet, "test-data", "", "`SET` for the accuracy before and after (default the data's)")
	g.IntVar(&testFirst, "test-first", 0, "number `N` of its first sample")
	g.IntVar(&testSamples, "test-samples", 500, "how many samples `N` of it (0: all)")
	g.StringVar(&state, "state", "", "`FILE` of the checkpoint (default DIR/learn.json)")
	g.BoolVar(&resume, "resume", false, "go on from the checkpoint")
	w := group("Output")
	w.StringVarP(&out, "output", "o", "", "write the program with the learned weights, its Verilog and images into `DIR`")
	w.StringVar(&plot, "plot", "", "draw synchrony and loss of the warm-up into `FILE` (.png, .svg or .pdf)")
	jsonFlag(w, &asJSON)
	addGroups(c, d.group("demo", 1000, true), f.group(), g, port.group(), w)
	return c
}

// openUnit starts the execution that learns.
func openUnit(ctx context.Context, p *ir.Program, dir, on string, compare bool, port *portFlags) (learn.Unit, func(), error) {
	m, err := sim.New(p, sim.Options{})
	if err != nil {
		return nil, nil, err
	}
	switch on {
	case "sim":
		if compare {
			return nil, nil, fmt.Errorf("option check compares another execution with the simulator; use it with --backend rtl or board")
		}
		return m, func() {}, nil
	case "rtl", "board":
	default:
		return nil, nil, fmt.Errorf("option backend is %q; allowed are sim, rtl and board", on)
	}
	if on == "board" {
		b, err := port.open(ctx, dir, p)
		if err != nil {
			return nil, nil, err
		}
		if !port.load { // what another run left there is no beginning
			if err := b.Restore(ctx); err != nil {
				b.Close()
				return nil, nil, err
			}
		}
		done := func() { b.Close() }
		if !compare {
			return b, done, nil
		}
		return beside(p, m, b), done, nil
	}
	digest := p.DesignDigest()
	profile := verilator.FastRun
	if compare {
		profile = verilator.FastWatch
	}
	r, err := verilator.Open(ctx, p, dir, profile, verilator.Options{Digest: &digest})
	if err != nil {
		return nil, nil, err
	}
	done := func() { r.Close() }
	if !compare {
		return r, done, nil
	}
	return beside(p, m, r), done, nil
}

// beside runs the simulator beside an execution; what that does not show (a
// board no spikes of layers, no ticks) is not compared.
func beside(p *ir.Program, m, other learn.Unit) *learn.Pair {
	return &learn.Pair{Program: p, Reference: m, Other: other, Same: func(want, got *ir.Result) error {
		for _, f := range []struct {
			what      string
			same      bool
			want, got any
		}{
			{"the spikes of each layer", got.Spikes == nil || slices.Equal(want.Spikes, got.Spikes), want.Spikes, got.Spikes},
			{"the output", backend.SameOutputs(want, got), "other spikes", "these"},
			{"the cycle of each tick's end", got.TickEnds == nil || slices.Equal(want.TickEnds, got.TickEnds), want.TickEnds, got.TickEnds},
			{"the cycles of a sample", want.Cycles == got.Cycles, want.Cycles, got.Cycles},
		} {
			if !f.same {
				return &learn.Difference{Layer: p.Outputs[0].Name, What: f.what, Want: f.want, Got: f.got}
			}
		}
		return nil
	}}
}

// accuracy runs the test samples on the unit as it is.
func accuracy(ctx context.Context, unit learn.Unit, s backend.Stimuli, name string) (float64, error) {
	bar := newProgress(s.Samples)
	defer bar.finish()
	right := 0
	for i := range s.Samples {
		in, err := s.Input(i)
		if err != nil {
			return 0, err
		}
		r, err := unit.Run(ctx, in)
		if err != nil {
			return 0, err
		}
		if backend.Class(r) == s.Label(i) {
			right++
		}
		bar.update(name, i+1)
	}
	return float64(right) / float64(max(1, s.Samples)), nil
}

func (r *learnReport) describe(p *ir.Program, e *learn.Episode) {
	s := &e.State
	r.Warmup, r.Updates = s.Warmed, s.Updates
	learned := s.Samples - s.Warmed
	r.Cycles = float64(s.Cycles) / float64(max(1, s.Samples))
	r.Learn = float64(s.LearnCycles) / float64(max(1, learned))
	r.Overhead = r.Learn / math.Max(1, r.Learn+r.Cycles)
	for i := range s.Cores {
		c := &s.Cores[i]
		k := &p.Cores[c.Core]
		corr, low, high := c.Correlation()
		l := learnCore{Core: c.Core, Layer: p.Layers[k.Layer].Name, K: -corr, KLow: -high, KHigh: -low, Mean: c.Gate.Mean, Std: c.Gate.Std, Weights: k.N * k.Rows}
		for w := range k.Weights {
			if int16(c.Stored[w]>>k.Plastic.Fraction) != k.Weights[w] {
				l.Changed++
			}
		}
		r.Cores = append(r.Cores, l)
	}
}

func (r *learnReport) text(w io.Writer) error {
	fmt.Fprintf(w, "%s learns %s, gate %s, on %s: %d warm-up samples, %d updates on %s\n\n", r.Program, r.Rule, r.Gate, r.Backend, r.Warmup, r.Updates, r.Data)
	var rows [][]any
	for _, c := range r.Cores {
		rows = append(rows, []any{c.Layer, fmt.Sprintf("%+.4f", c.K), fmt.Sprintf("%+.4f … %+.4f", c.KLow, c.KHigh), fmt.Sprintf("%.4f", c.Mean), fmt.Sprintf("%.4f", c.Std),
			fmt.Sprintf("%d of %d", c.Changed, c.Weights)})
	}
	if err := table.Write(w, []table.Column{{Name: "layer", Text: true}, {Name: "k"}, {Name: "95 % interval"}, {Name: "µ", Unit: "synchrony"}, {Name: "σ", Unit: "synchrony"}, {Name: "changed", Unit: "weights read"}}, rows); err != nil {
		return err
	}
	fmt.Fprintf(w, "\naccuracy  %.2f %% before", 100*r.Before)
	if r.After != nil {
		fmt.Fprintf(w, ", %.2f %% after, on %s", 100**r.After, r.Test)
	}
	fmt.Fprintf(w, "\ncycles    %.0f an inference and %.0f for learning from it (%.1f %%)\n", r.Cycles, r.Learn, 100*r.Overhead)
	return nil
}

// learned is the program with the weights that inference reads now. What lies
// below them is in the checkpoint only.
func learned(p *ir.Program, s *learn.State) *ir.Program {
	q := *p
	q.Cores = slices.Clone(p.Cores)
	for i := range s.Cores {
		c := &q.Cores[s.Cores[i].Core]
		c.Weights = make([]int16, len(c.Weights))
		for k, w := range s.Cores[i].Stored {
			c.Weights[k] = int16(w >> c.Plastic.Fraction)
		}
	}
	return &q
}

func writeLearned(ctx context.Context, dir string, p *ir.Program) error {
	c := &compiler.Compiled{Network: &ir.Network{Decisions: p.Notes}, Program: p, Bound: compiler.WorstCase(p)}
	r := &built{compiled: c, digest: fmt.Sprintf("%x", p.Digest()), integers: true}
	if strings.TrimSpace(dir) == "" {
		return os.ErrInvalid
	}
	return writeDesign(ctx, dir, r, compiler.NewReport(c, r.digest, compiler.Hardware{}), rtl.Options{})
}

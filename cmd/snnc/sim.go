package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/internal/table"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// simReport is what snnc sim prints.
type simReport struct {
	Program  string      `json:"program"`
	Data     string      `json:"data"`
	Mode     string      `json:"mode"`
	Layers   []string    `json:"layers"`
	Accuracy *float64    `json:"accuracy"` // null where the samples have no labels
	Samples  []simSample `json:"samples"`
	// Interrupted tells that fewer samples are there than asked for.
	Interrupted bool `json:"interrupted,omitempty"`
}

// simSample is one sample's result.
type simSample struct {
	Sample   int           `json:"sample"`
	Label    *int          `json:"label"` // null: none
	Class    int           `json:"class"`
	Counts   []int         `json:"counts,omitempty"` // spikes of each output neuron
	Values   []float64     `json:"values,omitempty"` // of a graded output: membranes summed over the steps
	Spikes   []int64       `json:"spikes"`           // of each layer
	Cycles   int64         `json:"cycles,omitempty"`
	TickEnds []int64       `json:"tick_ends,omitempty"`
	Events   []simSpike    `json:"events,omitempty"`
	State    []simMembrane `json:"state,omitempty"`
}

const (
	cycleMode      = "cycle"
	functionalMode = "functional"
)

func simCommand() *cobra.Command {
	var d dataFlags
	var asJSON bool
	var vcd, spikes, mode, aer string
	var states []string
	c := &cobra.Command{
		Use:   "sim DIR --data SET",
		Short: "Run a compiled program on the simulator, cycle by cycle or for its function alone",
		Long: `Runs samples through the program in DIR and prints, for each, class, spikes and cycles. In mode cycle the
cores, the network and the controller take the cycles that the RTL takes; mode functional computes the same
spikes and membranes, tick by tick, without them. Samples run on all processors and are printed in order.`,
		Example: `  snnc sim build/net --data mnist --samples 5
  snnc sim build/net --samples 1 --vcd out.vcd            # gtkwave out.vcd
  snnc sim build/net --samples 1 --state fc1:17           # the membrane of a neuron, tick by tick
  snnc sim build/net --samples 1000 --spikes spikes.npy   # np.load("spikes.npy")["cycle"]`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if mode != cycleMode && mode != functionalMode {
				return fmt.Errorf("option mode is %q; allowed are %s and %s", mode, cycleMode, functionalMode)
			}
			if mode == functionalMode && vcd != "" {
				return fmt.Errorf("option vcd needs mode %s: in mode %s nothing has a cycle", cycleMode, functionalMode)
			}
			d.warn = notes(cmd)
			p, s, set, err := openDesign(ctx, args[0], d)
			if err != nil {
				return err
			}
			want, err := parseStates(p, states)
			if err != nil {
				return err
			}
			toStdout := spikes == "-"
			file, err := openSpikes(spikes, p, cmd.OutOrStdout())
			if err != nil {
				return err
			}
			defer file.abandon()
			if vcd != "" {
				if err := writeVCD(ctx, vcd, p, s); err != nil {
					return err
				}
			}
			report := &simReport{Program: p.Name, Data: set, Mode: mode, Samples: []simSample{}}
			for _, l := range p.Layers {
				report.Layers = append(report.Layers, l.Name)
			}
			events, err := openAER(aer, p)
			if err != nil {
				return err
			}
			rec := recordings{program: p, functional: mode == functionalMode, spikes: spikes != "", states: want}
			bar := newProgress(s.Samples)
			err = backend.Batch(ctx, s.Samples, 0, rec.newRunner, s.Input, func(i int, r *ir.Result) error {
				x := newSample(d.first+i, s.Label(i), r)
				x.Events, x.State = rec.take(r)
				events.take(s.Label(i), r)
				if !asJSON || !toStdout {
					if err := file.write(x.Sample, x.Events); err != nil {
						return err
					}
					x.Events = nil
				}
				report.Samples = append(report.Samples, x)
				bar.update("sim", i+1)
				return nil
			})
			bar.finish()
			report.Interrupted = err != nil && ctx.Err() != nil
			if err != nil && !report.Interrupted {
				return err
			}
			report.measure()
			switch w := cmd.OutOrStdout(); {
			case asJSON:
				err = firstError(printJSON(w, report), err)
			case toStdout:
			default:
				err = firstError(report.text(w, s.Samples), err)
			}
			return firstError(events.save(), file.finish(), err)
		},
	}
	out := group("Output")
	out.StringVar(&mode, "mode", cycleMode, "`MODE` is cycle, or functional: no cycles, less time")
	out.StringVar(&spikes, "spikes", "", "write every spike with sample, layer, neuron, step, tick and cycle to `FILE`: .csv, .npy (a structured array, layers by number), or - for CSV on stdout instead of the table")
	aerFlag(out, &aer)
	out.StringSliceVar(&states, "state", nil, "print the membrane after each tick of `LAYER[:NEURON]`; several with commas")
	out.StringVar(&vcd, "vcd", "", "write the first sample's events to `FILE`, for GTKWave; a cycle is 1 ns")
	jsonFlag(out, &asJSON)
	addGroups(c, d.group("demo", 10, true), out)
	return c
}

func newSample(number, label int, r *ir.Result) simSample {
	x := simSample{Sample: number, Class: backend.Class(r), Spikes: r.Spikes, Cycles: r.Cycles, TickEnds: r.TickEnds}
	if label >= 0 {
		x.Label = &label
	}
	o := &r.Outputs[0]
	if !o.Graded {
		x.Counts = o.Counts()
		return x
	}
	x.Values = make([]float64, o.N)
	for i, v := range o.Value {
		x.Values[i%o.N] += v
	}
	return x
}

func (r *simReport) measure() {
	labelled, right := 0, 0
	for _, s := range r.Samples {
		if s.Label != nil {
			labelled++
			if *s.Label == s.Class {
				right++
			}
		}
	}
	if labelled > 0 {
		a := float64(right) / float64(labelled)
		r.Accuracy = &a
	}
}

// mostOutputs is how many output neurons a line of the table shows.
const mostOutputs = 16

func (r *simReport) text(w io.Writer, wanted int) error {
	fmt.Fprintf(w, "%s on %d samples of %s, mode %s\n\n", r.Program, len(r.Samples), r.Data, r.Mode)
	columns := []table.Column{{Name: "sample"}, {Name: "label"}, {Name: "class"}}
	for _, l := range r.Layers {
		columns = append(columns, table.Column{Name: l, Unit: "spikes"})
	}
	columns = append(columns, table.Column{Name: "cycles"}, table.Column{Name: "output", Unit: "spikes of neuron 0, 1, …", Text: true})
	if len(r.Samples) > 0 && r.Samples[0].Values != nil {
		columns[len(columns)-1].Unit = "sum of membrane 0, 1, …"
	}
	var rows [][]any
	var cycles int64
	for _, s := range r.Samples {
		row := []any{s.Sample, table.None, s.Class}
		if s.Label != nil {
			row[1] = *s.Label
		}
		for _, n := range s.Spikes {
			row = append(row, n)
		}
		if r.Mode == cycleMode {
			row = append(row, s.Cycles)
		} else {
			row = append(row, table.None)
		}
		rows = append(rows, append(row, outputText(s)))
		cycles += s.Cycles
	}
	if err := table.Write(w, columns, rows); err != nil {
		return err
	}
	if n := len(r.Samples); n > 0 {
		if r.Accuracy != nil || r.Mode == cycleMode {
			fmt.Fprintln(w)
		}
		if r.Accuracy != nil {
			fmt.Fprintf(w, "accuracy  %.2f %%\n", 100**r.Accuracy)
		}
		if r.Mode == cycleMode {
			fmt.Fprintf(w, "cycles    %.0f an inference on average\n", float64(cycles)/float64(n))
		}
	}
	if err := r.stateText(w); err != nil {
		return err
	}
	if r.Interrupted {
		fmt.Fprintf(w, "\ninterrupted: %d of %d samples done\n", len(r.Samples), wanted)
	}
	return nil
}

func outputText(s simSample) string {
	var b strings.Builder
	for i := range max(len(s.Counts), len(s.Values)) {
		if i == mostOutputs {
			b.WriteString(" …")
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		if s.Values != nil {
			fmt.Fprintf(&b, "%.3g", s.Values[i])
		} else {
			fmt.Fprint(&b, s.Counts[i])
		}
	}
	return b.String()
}

// stateText prints the recorded membranes, in the integers of the machine.
func (r *simReport) stateText(w io.Writer) error {
	var rows [][]any
	for _, s := range r.Samples {
		for _, m := range s.State {
			for i, v := range m.Membrane {
				cycle := any(table.None)
				if tick := m.FirstTick + i; tick < len(s.TickEnds) {
					cycle = s.TickEnds[tick]
				}
				rows = append(rows, []any{s.Sample, m.Layer, m.Neuron, i, m.FirstTick + i, cycle, v, m.Threshold})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nmembranes after each tick")
	fmt.Fprintln(w)
	return table.Write(w, []table.Column{{Name: "sample"}, {Name: "layer", Text: true}, {Name: "neuron"}, {Name: "step"}, {Name: "tick"},
		{Name: "tick's end", Unit: "cycle"}, {Name: "membrane", Unit: "state units"}, {Name: "threshold", Unit: "state units"}}, rows)
}

// writeVCD draws the first sample into a file that is whole or not there.
func writeVCD(ctx context.Context, path string, p *ir.Program, s backend.Stimuli) error {
	f, err := stage(path)
	if err != nil {
		return err
	}
	defer f.abandon()
	v := sim.NewVCD(f, p)
	m, err := sim.New(p, sim.Options{Observer: v})
	if err != nil {
		return err
	}
	in, err := s.Input(0)
	if err != nil {
		return err
	}
	if _, err := m.Run(ctx, in); err != nil {
		return err
	}
	if err := v.Close(); err != nil {
		return err
	}
	return f.finish()
}

// staged is a file that gets its name when it is complete.
type staged struct {
	*os.File
	path string
}

func stage(path string) (*staged, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".snnc-*")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &staged{f, path}, nil
}

// finish gives the file its name.
func (s *staged) finish() error {
	if err := errors.Join(s.Chmod(0o644), s.Close(), os.Rename(s.Name(), s.path)); err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return nil
}

// abandon removes a file that finish has not named.
func (s *staged) abandon() {
	s.Close()
	os.Remove(s.Name())
}

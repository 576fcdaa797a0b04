package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
)

// runReport is what snnc run prints.
type runReport struct {
	Program     string      `json:"program"`
	Port        string      `json:"port"`
	Data        string      `json:"data"`
	Samples     int         `json:"samples"`
	Wanted      int         `json:"samples_wanted"`
	Accuracy    *float64    `json:"accuracy"`
	CyclesMean  float64     `json:"cycles_mean"`
	CyclesMax   int64       `json:"cycles_max"`
	LoadMS      float64     `json:"load_ms,omitempty"`
	Microsecond float64     `json:"us_per_sample"` // wall time, with the line's
	Resent      int64       `json:"frames_resent"`
	Confusion   [][]int     `json:"confusion,omitempty"` // [label][class]
	Results     []runResult `json:"results,omitempty"`
	Interrupted bool        `json:"interrupted,omitempty"`
}

type runResult struct {
	Sample int   `json:"sample"`
	Class  int   `json:"class"`
	Label  int   `json:"label"`
	Cycles int64 `json:"cycles"`
}

func runCommand() *cobra.Command {
	var d dataFlags
	var f portFlags
	var a aerFlags
	var asJSON, list, confusion bool
	var aer string
	c := &cobra.Command{
		Use:   "run DIR --port PORT --data SET",
		Short: "Classify a data set, or a stream of events, on a board",
		Long: `Opens the board's port, checks that it runs the program in DIR (by its digest), loads the weights where the bitstream
has none, and runs the samples on it. With --events the samples are windows of a stream of events instead: lines of
"TIME ADDRESS" (microseconds, number of the input neuron), from a file, standard input or a TCP port; a class is
printed for each window as soon as it is over.`,
		Example: `  snnc run build/net --port /dev/ttyUSB1 --data mnist --samples 1000
  snnc run build/net --board icebreaker --data demo
  snnc run build/net --port tcp:127.0.0.1:4000 --events - --bin-time 1000`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if a.source != "" {
				return runEvents(cmd, args[0], &f, &a, d.binning.Time, asJSON)
			}
			d.warn = notes(cmd)
			p, s, name, err := openDesign(ctx, args[0], d)
			if err != nil {
				return err
			}
			events, err := openAER(aer, p)
			if err != nil {
				return err
			}
			b, err := f.open(ctx, args[0], p)
			if err != nil {
				return err
			}
			defer b.Close()
			r := &runReport{Program: p.Name, Port: b.Port(), Data: name, Wanted: s.Samples, LoadMS: b.LoadTime().Seconds() * 1e3}
			if n := p.Outputs[0].N; confusion {
				r.Confusion = backend.NewConfusion(n)
			}
			bar := newProgress(s.Samples)
			right, labelled := 0, 0
			start := time.Now()
			var cycles int64
			for i := 0; i < s.Samples && err == nil; i++ {
				right, labelled, err = func() (int, int, error) {
					in, err := s.Input(i)
					if err != nil {
						return right, labelled, err
					}
					got, err := b.Run(ctx, in)
					if err != nil {
						return right, labelled, err
					}
					class, label := backend.Class(got), s.Label(i)
					events.take(label, got)
					if label >= 0 {
						labelled++
						if class == label {
							right++
						}
						backend.Confuse(r.Confusion, label, class)
					}
					cycles += got.Cycles
					r.CyclesMax = max(r.CyclesMax, got.Cycles)
					r.Samples++
					if list {
						r.Results = append(r.Results, runResult{d.first + i, class, label, got.Cycles})
					}
					bar.update("run", i+1)
					return right, labelled, nil
				}()
			}
			bar.finish()
			if err != nil && ctx.Err() == nil {
				return err
			}
			r.Interrupted = err != nil
			if n := float64(r.Samples); n > 0 {
				r.CyclesMean, r.Microsecond = float64(cycles)/n, time.Since(start).Seconds()*1e6/n
			}
			if labelled > 0 {
				x := float64(right) / float64(labelled)
				r.Accuracy = &x
			}
			st := b.Stats()
			r.Resent = max(0, st.Sent-st.Requests-1)
			if asJSON {
				return firstError(printJSON(cmd.OutOrStdout(), r), events.save(), err)
			}
			return firstError(r.text(cmd.OutOrStdout()), events.save(), err)
		},
	}
	out := group("Output")
	aerFlag(out, &aer)
	out.BoolVar(&list, "list", false, "print the class of every sample")
	out.BoolVar(&confusion, "confusion", false, "print the confusion matrix")
	jsonFlag(out, &asJSON)
	addGroups(c, d.group("demo", 100, true), f.group(), a.group(), out)
	return c
}

func (r *runReport) text(w io.Writer) error {
	for _, x := range r.Results {
		fmt.Fprintf(w, "sample %d  class %d  label %d  %d cycles\n", x.Sample, x.Class, x.Label, x.Cycles)
	}
	fmt.Fprintf(w, "%s at %s: %d samples of %s", r.Program, r.Port, r.Samples, r.Data)
	if r.Interrupted {
		fmt.Fprintf(w, " (interrupted; %d were wanted)", r.Wanted)
	}
	if r.Accuracy != nil {
		fmt.Fprintf(w, "\naccuracy  %.2f %%", 100**r.Accuracy)
	}
	fmt.Fprintf(w, "\ncycles    %.0f on average, %d at most\ntime      %.0f µs a sample with the line", r.CyclesMean, r.CyclesMax, r.Microsecond)
	if r.LoadMS > 0 {
		fmt.Fprintf(w, ", %.0f ms to load the weights", r.LoadMS)
	}
	if r.Resent > 0 {
		fmt.Fprintf(w, "; %d frames sent again", r.Resent)
	}
	fmt.Fprintln(w)
	return backend.ConfusionText(w, r.Confusion)
}

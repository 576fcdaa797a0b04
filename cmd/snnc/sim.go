package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// simSample is one sample's result as printed.
type simSample struct {
	Sample int     `json:"sample"`
	Label  int     `json:"label"`
	Class  int     `json:"class"`
	Counts []int   `json:"counts,omitempty"`
	Spikes []int64 `json:"spikes"`
	Cycles int64   `json:"cycles"`
}

func simCommand() *cobra.Command {
	var d dataFlags
	var asJSON bool
	var vcd string
	c := &cobra.Command{
		Use:     "sim DIR --data SET",
		Short:   "Run a compiled program on the cycle-accurate simulator",
		Example: "  snnc sim build/net --data mnist --samples 5\n  snnc sim build/net --data mnist --samples 1 --vcd out.vcd",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			p, s, err := openDesign(ctx, args[0], d)
			if err != nil {
				return err
			}
			if vcd != "" {
				if err := writeVCD(ctx, vcd, p, s); err != nil {
					return err
				}
			}
			var out []simSample
			bar := newProgress(s.Samples)
			err = backend.Batch(ctx, s.Samples, 0, func() (backend.Runner, error) { return sim.New(p, sim.Options{}) }, s.Input,
				func(i int, r *ir.Result) error {
					x := simSample{Sample: i, Label: s.Label(i), Class: backend.Class(r), Spikes: r.Spikes, Cycles: r.Cycles}
					if !r.Outputs[0].Graded {
						x.Counts = r.Outputs[0].Counts()
					}
					bar.update("sim", i+1)
					out = append(out, x)
					return nil
				})
			bar.finish()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), out)
			}
			for _, x := range out {
				fmt.Fprintf(cmd.OutOrStdout(), "sample %d label %d class %d counts %v spikes %v cycles %d\n", x.Sample, x.Label, x.Class, x.Counts, x.Spikes, x.Cycles)
			}
			return nil
		},
	}
	d.add(c.Flags(), "demo", 10)
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON list")
	c.Flags().StringVar(&vcd, "vcd", "", "write the first sample's events to this file, for GTKWave")
	return c
}

// openDesign reads a compiled directory and the data that feeds it.
func openDesign(ctx context.Context, dir string, d dataFlags) (*ir.Program, backend.Stimuli, error) {
	p, err := ir.ReadProgram(filepath.Join(dir, programFile))
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	enc, s, err := stimuli(ctx, d, p.Steps)
	if err != nil {
		return nil, s, err
	}
	if err := data.CheckInput(enc, p.Inputs[0].N); err != nil {
		return nil, s, err
	}
	if enc.Encoding() != p.Inputs[0].Input || enc.Steps() != p.Steps {
		return nil, s, fmt.Errorf("%s was compiled for input %+v over %d steps; this data gives %+v over %d, so compile with the same --data and --encode",
			dir, p.Inputs[0].Input, p.Steps, enc.Encoding(), enc.Steps())
	}
	return p, s, nil
}

func writeVCD(ctx context.Context, path string, p *ir.Program, s backend.Stimuli) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
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
	return v.Close()
}

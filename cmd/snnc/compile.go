package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
)

const programFile = "program.snnp"

func compileCommand() *cobra.Command {
	var f compileFlags
	var d dataFlags
	var out, dump string
	var asJSON, force bool
	c := &cobra.Command{
		Use:   "compile MODEL -o DIR",
		Short: "Lower a trained network to a program, Verilog, memory images and a cost report",
		Example: `  snnc compile net.nir -o build/net --lanes 128 --weight-bits 8
  snnc compile net.nir -o build/net --data mnist --samples 500 --clip search
  snnc compile net.nir -o build/net --dump-after quantise`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			h := compiler.Hooks{DumpAfter: dump, Dump: cmd.OutOrStdout()}
			r, err := build(ctx, args[0], f.options(cmd.Flags().Changed), d, d.name != "", h)
			if err != nil {
				return err
			}
			report := compiler.NewReport(r.compiled, r.digest)
			if r.data != "" {
				if report.Typical, err = typical(ctx, r); err != nil {
					return err
				}
			}
			if _, err := report.Fit(); err != nil && !force {
				return fmt.Errorf("%w; --force compiles all the same", err)
			}
			if out == "" {
				return errors.New("option -o DIR is missing: where to write the program, Verilog, images and report")
			}
			if err := writeDesign(out, r, report); err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), report)
			}
			return report.Text(cmd.OutOrStdout())
		},
	}
	f.add(c.Flags())
	d.add(c.Flags(), "", 200)
	c.Flags().StringVarP(&out, "output", "o", "", "directory to write")
	c.Flags().StringVar(&dump, "dump-after", "", fmt.Sprintf("print the result of a pass: %v", compiler.PassNames))
	c.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	c.Flags().BoolVar(&force, "force", false, "write a program that fits no known board")
	return c
}

// built is a model compiled for a data set's input form.
type built struct {
	compiled *compiler.Compiled
	digest   string
	stim     backend.Stimuli
	data     string
}

// build loads and compiles; with a data set, the input's form is the data's
// and, for clip search, the set is the calibration set.
func build(ctx context.Context, model string, o compiler.Options, d dataFlags, withData bool, h compiler.Hooks) (*built, error) {
	g, hints, name, err := loadModel(model)
	if err != nil {
		return nil, err
	}
	o = withHints(o, hints)
	r := &built{}
	if withData {
		enc, s, err := stimuli(ctx, d, o.Steps)
		if err != nil {
			return nil, err
		}
		o.Input, o.Steps = enc.Encoding(), enc.Steps()
		r.stim, r.data = s, enc.Set().Name()
		h.Activity = func(ctx context.Context, net *ir.Network) (compiler.Activity, error) {
			if err := fitsModel(enc, &compiler.Compiled{Network: net}); err != nil {
				return nil, err
			}
			if o.Clip != compiler.ClipSearch {
				return nil, nil
			}
			return compiler.MeasureActivity(ctx, net, s.Samples, s.Input)
		}
	}
	if r.compiled, err = compiler.Compile(ctx, g, name, o, h); err != nil {
		return nil, fmt.Errorf("%s: %w", model, err)
	}
	sum := r.compiled.Program.Digest()
	r.digest = hex.EncodeToString(sum[:])
	return r, nil
}

// typical measures cycles and the accuracy that quantisation costs on the data.
func typical(ctx context.Context, r *built) (*compiler.Typical, error) {
	net, p := r.compiled.Network, r.compiled.Program
	rows, err := backend.Compare(ctx, []backend.Execution{
		{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(net) }},
		{Name: "sim", Clocked: true, New: func() (backend.Runner, error) { return sim.New(p, sim.Options{}) }},
	}, r.stim, nil)
	if err != nil {
		return nil, err
	}
	return &compiler.Typical{Data: r.data, Samples: r.stim.Samples, FloatAccuracy: rows[0].Accuracy, FixedAccuracy: rows[1].Accuracy,
		TickCycles: rows[1].CyclesMean / float64(p.Ticks), Cycles: rows[1].CyclesMean, CyclesMax: rows[1].CyclesMax}, nil
}

// writeDesign fills a directory beside the wanted one and then takes its
// place, so that an interrupted run leaves nothing half-written.
func writeDesign(dir string, r *built, report *compiler.Report) error {
	dir = filepath.Clean(dir)
	if _, err := os.Stat(dir); err == nil {
		if _, err := os.Stat(filepath.Join(dir, programFile)); err != nil {
			entries, _ := os.ReadDir(dir)
			if len(entries) > 0 {
				return fmt.Errorf("%s: it exists and holds no snnc program; choose another directory or empty it", dir)
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".snnc-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := fillDesign(tmp, r, report); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

func fillDesign(dir string, r *built, report *compiler.Report) error {
	sum := r.compiled.Program.Digest()
	var id [16]byte
	copy(id[:], sum[:])
	design, err := rtl.Emit(r.compiled.Program, rtl.Options{Digest: id, Tool: compiler.Version})
	if err != nil {
		return err
	}
	if err := design.Write(dir); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{programFile, r.compiled.Program.Encode},
		{"program.txt", r.compiled.Program.Text},
		{"report.txt", report.Text},
		{"report.json", func(w io.Writer) error { return printJSON(w, report) }},
	} {
		w, err := os.Create(filepath.Join(dir, f.name))
		if err != nil {
			return err
		}
		if err := errors.Join(f.write(w), w.Close()); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

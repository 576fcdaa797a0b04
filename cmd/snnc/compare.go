package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

func compareCommand() *cobra.Command {
	var f compileFlags
	var d dataFlags
	var backends string
	var asJSON bool
	c := &cobra.Command{
		Use:   "compare MODEL --data SET",
		Short: "Run a data set on several executions of a network and print one accuracy table",
		Example: `  snnc compare demo --data demo
  snnc compare net.nir --data mnist --backends float,fixed,sim --samples 0
  snnc compare net.nir --data mnist --backends float,fixed,sim,rtl --samples 1000 --lanes 128`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			r, err := build(ctx, args[0], f.options(cmd.Flags().Changed), d, true, compiler.Hooks{})
			if err != nil {
				return err
			}
			execs, done, err := executions(ctx, strings.Split(backends, ","), r)
			if err != nil {
				return err
			}
			defer done()
			bar := newProgress(r.stim.Samples)
			rows, err := backend.Compare(ctx, execs, r.stim, bar.update)
			bar.finish()
			if err != nil {
				return err
			}
			t := backend.Table{Model: args[0], Data: r.data, Samples: r.stim.Samples, Backends: rows}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), t)
			} else {
				err = printTable(cmd.OutOrStdout(), t)
			}
			if err != nil {
				return err
			}
			return verdict(rows)
		},
	}
	f.add(c.Flags())
	d.add(c.Flags(), "demo", 100)
	c.Flags().StringVar(&backends, "backends", "float,fixed,sim", "executions in order: float, fixed, sim, rtl")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// verdict fails where two executions that must agree do not.
func verdict(rows []backend.Score) error {
	for i, r := range rows {
		if i > 0 && rows[i-1].Name != "float" && (r.Mismatches > 0 || r.CycleMismatches > 0) {
			return errDiffers
		}
	}
	return nil
}

// executions makes the wanted rungs of the ladder; done releases the RTL's.
func executions(ctx context.Context, names []string, r *built) ([]backend.Execution, func(), error) {
	net, p := r.compiled.Network, r.compiled.Program
	var out []backend.Execution
	done := func() {}
	for _, n := range names {
		switch n = strings.TrimSpace(n); n {
		case "float":
			out = append(out, backend.Execution{Name: n, New: func() (backend.Runner, error) { return reference.NewFloat(net) }})
		case "fixed":
			out = append(out, backend.Execution{Name: n, New: func() (backend.Runner, error) { return reference.NewFixed(net) }})
		case "sim":
			out = append(out, backend.Execution{Name: n, Clocked: true, New: func() (backend.Runner, error) { return sim.New(p, sim.Options{}) }})
		case "rtl":
			dir, err := os.MkdirTemp("", "snnc-rtl-")
			if err != nil {
				return nil, done, err
			}
			design := filepath.Join(dir, "design")
			if err := os.Mkdir(design, 0o755); err != nil {
				return nil, done, err
			}
			done = func() { os.RemoveAll(dir) }
			if err := fillDesign(design, r, compiler.NewReport(r.compiled, r.digest)); err != nil {
				done()
				return nil, func() {}, err
			}
			runner, err := verilator.Open(ctx, p, design, verilator.FastWatch, verilator.Options{})
			if err != nil {
				done()
				return nil, func() {}, err
			}
			done = func() { runner.Close(); os.RemoveAll(dir) }
			out = append(out, backend.Execution{Name: n, Clocked: true, Workers: 1, New: func() (backend.Runner, error) { return runner, nil }})
		default:
			done()
			return nil, func() {}, fmt.Errorf("option backends names %q; the executions are float, fixed, sim and rtl", n)
		}
	}
	return out, done, nil
}

func printTable(w io.Writer, t backend.Table) error {
	fmt.Fprintf(w, "%s on %d samples of %s\n", t.Model, t.Samples, t.Data)
	tw := tablewriter.NewTable(w)
	tw.Header("backend", "accuracy %", "mismatches", "cycle mismatches", "spikes / sample", "cycles / sample", "most cycles", "samples / s")
	for i, r := range t.Backends {
		acc, mis, cyc, cycles, most := "-", "-", "-", "-", "-"
		if r.Accuracy != nil {
			acc = fmt.Sprintf("%.2f", 100**r.Accuracy)
		}
		if i > 0 {
			mis = fmt.Sprint(r.Mismatches)
			if t.Backends[i-1].Name == "float" {
				mis += " classes"
			}
		}
		if r.CyclesMax > 0 {
			cycles, most = fmt.Sprintf("%.0f", r.CyclesMean), fmt.Sprint(r.CyclesMax)
			if i > 0 && t.Backends[i-1].CyclesMax > 0 {
				cyc = fmt.Sprint(r.CycleMismatches)
			}
		}
		if err := tw.Append(r.Name, acc, mis, cyc, fmt.Sprintf("%.1f", r.Spikes), cycles, most, fmt.Sprintf("%.0f", r.SamplesPerSecond)); err != nil {
			return err
		}
	}
	return tw.Render()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

func compareCommand() *cobra.Command {
	var f compileFlags
	var d dataFlags
	var backends string
	var asJSON, confusion bool
	var hw hardwareFlags
	c := &cobra.Command{
		Use:   "compare MODEL --data SET",
		Short: "Run a data set on several executions of a network and print one accuracy table",
		Long: `Compiles the network and runs the same samples on each execution, from the float reference to a board.
Each row counts the samples that differ from the row above: from float to fixed in class, which is what
quantisation costs; below it in any output spike or in the cycle of any tick's end, which must be none.
netlist and bitstream are those that snnc build makes for --board, verilated and run through their serial port (of a
first run they are built, which takes minutes); board is a real one, or snnc serve, at --port that runs this program.
An execution whose tools are not installed is left out, said so, and exit code 2 tells that it is missing.`,
		Example: `  snnc compare demo --data demo
  snnc compare net.nir --data mnist --backends float,fixed,sim --samples 0
  snnc compare net.nir --data mnist --backends float,fixed,sim,rtl --samples 1000 --lanes 128
  snnc compare net.nir --data mnist --backends sim,netlist,bitstream,board --board icebreaker --samples 200`,
		Args: takes("MODEL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			names, err := backendNames(backends)
			if err != nil {
				return err
			}
			d.warn = notes(cmd)
			f.reals = cmd.Flags().Changed("backends") && slices.Contains(names, "float")
			r, err := build(ctx, args[0], &f, cmd.Flags().Changed, d, true, compiler.Hooks{})
			if err != nil {
				return err
			}
			if r.integers {
				names = slices.DeleteFunc(names, func(n string) bool { return n == "float" })
			}
			bar := newProgress(r.stim.Samples)
			if confusion {
				r.stim.Classes = r.compiled.Program.Outputs[0].N
			}
			execs, missing, done, err := executions(ctx, names, r, &hw, bar)
			defer done()
			if err != nil {
				bar.finish()
				return err
			}
			rows, err := backend.Compare(ctx, execs, r.stim, bar.update)
			bar.finish()
			interrupted := err != nil && ctx.Err() != nil
			if err != nil && !interrupted {
				return err
			}
			t := backend.Table{Model: args[0], Data: r.data, Samples: r.stim.Samples, Backends: rows, Interrupted: interrupted}
			for _, m := range missing {
				t.Skipped = append(t.Skipped, backend.Skipped{Name: m.name, Reason: m.err.Error()})
			}
			if asJSON {
				err = firstError(printJSON(cmd.OutOrStdout(), t), err)
			} else {
				err = firstError(t.Text(cmd.OutOrStdout()), err)
			}
			switch {
			case err != nil:
				return err
			case t.Differs():
				return errDiffers
			case len(missing) > 0:
				return missing[0].err
			}
			return nil
		},
	}
	out := group("Output")
	out.StringVar(&backends, "backends", "float,fixed,sim", "executions in order: a `LIST` of float, fixed, sim, rtl, netlist, bitstream, board (a Lava-dl network has no float)")
	out.BoolVar(&confusion, "confusion", false, "print a confusion matrix of each execution")
	jsonFlag(out, &asJSON)
	addGroups(c, append([]*flagGroup{d.group("demo", 100, true), out, hw.group()}, f.groups()...)...)
	return c
}

// backendNames reads the option before anything is built.
func backendNames(list string) ([]string, error) {
	var names []string
	for _, n := range strings.Split(list, ",") {
		switch n = strings.TrimSpace(n); n {
		case "float", "fixed", "sim", "rtl", "netlist", "bitstream", "board":
			names = append(names, n)
		default:
			return nil, fmt.Errorf("option backends names %q; the executions are float, fixed, sim, rtl, netlist, bitstream and board", n)
		}
	}
	return names, nil
}

// missing is an execution that cannot run here.
type missing struct {
	name string
	err  error
}

// executions makes the wanted rungs of the ladder; done releases what they hold. A
// rung whose tools are not installed is left out as long as another is there.
func executions(ctx context.Context, names []string, r *built, hw *hardwareFlags, bar *progress) (out []backend.Execution, left []missing, done func(), err error) {
	net, p := r.compiled.Network, r.compiled.Program
	done = func() {}
	for _, n := range names {
		switch n {
		case "float":
			out = append(out, backend.Execution{Name: n, New: func() (backend.Runner, error) { return reference.NewFloat(net) }})
		case "fixed":
			out = append(out, backend.Execution{Name: n, New: func() (backend.Runner, error) { return reference.NewFixed(net) }})
		case "sim":
			out = append(out, backend.Execution{Name: n, Clocked: true, New: func() (backend.Runner, error) { return sim.New(p, sim.Options{}) }})
		case "rtl":
			bar.note("building the Verilated model")
			runner, release, err := openRTL(ctx, r)
			var tool *verilator.MissingToolError
			if errors.As(err, &tool) && len(names) > 1 {
				left = append(left, missing{n, tool})
				continue
			}
			if err != nil {
				return nil, nil, done, err
			}
			before := done
			done = func() { release(); before() }
			out = append(out, backend.Execution{Name: n, Clocked: true, Workers: 1, New: func() (backend.Runner, error) { return runner, nil }})
		case "netlist", "bitstream", "board":
			x, release, err := hw.execution(ctx, n, r, bar)
			before := done
			done = func() { release(); before() }
			if noTool(err) && len(names) > 1 {
				left = append(left, missing{n, err})
				continue
			}
			if err != nil {
				return nil, nil, done, err
			}
			out = append(out, x)
		}
	}
	return out, left, done, nil
}

// openRTL emits the program into a folder of its own and builds it there.
func openRTL(ctx context.Context, r *built) (_ *verilator.Runner, release func(), err error) {
	if _, err := verilator.FindTools(); err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "snnc-rtl-")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	design := filepath.Join(dir, "design")
	if err := os.Mkdir(design, 0o755); err != nil {
		return nil, nil, err
	}
	if _, err := fillDesign(design, r, compiler.NewReport(r.compiled, r.digest, compiler.Hardware{}), rtl.Options{}); err != nil {
		return nil, nil, err
	}
	digest := r.compiled.Program.DesignDigest()
	runner, err := verilator.Open(ctx, r.compiled.Program, design, verilator.FastWatch, verilator.Options{Digest: &digest})
	if err != nil {
		return nil, nil, err
	}
	return runner, func() { runner.Close(); os.RemoveAll(dir) }, nil
}

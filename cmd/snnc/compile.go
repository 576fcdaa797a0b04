package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/replace"
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
	var hw rtl.Options
	c := &cobra.Command{
		Use:   "compile MODEL -o DIR",
		Short: "Lower a trained network to a program, Verilog, memory images and a cost report",
		Long: `MODEL is NIR, model.json or a Lava-dl network (.net), told apart by content, or demo. Writes into DIR the program (program.snnp, program.txt), the Verilog and the list of its files (files.f), memory
images (mem/), a testbench that runs one recorded sample (tb/), and the report (report.txt, report.json): cores,
the boards that it fits, estimated LUT, FF and memory, and the cycles of a tick and an inference: the proven worst
case and, with --data, typical ones. DIR is complete or not there. With --overlay, the Verilog is
that of a machine that is built once and runs every network compiled for it: the host writes all of the network.`,
		Example: `  snnc compile net.nir -o build/net --lanes 128 --weight-bits 8
  snnc compile net.nir -o build/net --data mnist --samples 500 --clip search
  snnc compile net.nir -o build/net --dump-after quantise`,
		Args: takes("MODEL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if out == "" && dump == "" {
				return errors.New("option -o DIR is missing: where to write the program, Verilog, images and report")
			}
			if hw.SinglePort < 0 {
				return fmt.Errorf("option single-port is %d; it counts memories of one port that the device has, 0 or more (UP5K: 4)", hw.SinglePort)
			}
			if dump != "" && asJSON {
				return errors.New("options dump-after and json: a dump is text; leave one of them out")
			}
			d.warn = notes(cmd)
			h := compiler.Hooks{DumpAfter: dump, Dump: cmd.OutOrStdout()}
			r, err := build(ctx, args[0], &f, cmd.Flags().Changed, d, d.name != "", h)
			if err != nil {
				return err
			}
			report := compiler.NewReport(r.compiled, r.digest, compiler.Hardware{NoReadback: hw.NoReadback, NoRewrite: hw.NoRewrite})
			if r.data != "" {
				if report.Typical, err = typical(ctx, r); err != nil {
					return err
				}
			}
			if _, err := report.Fit(); err != nil && !force {
				return fmt.Errorf("%w; --force compiles all the same", err)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if out != "" {
				if err := writeDesign(ctx, out, r, report, hw); err != nil {
					return err
				}
			}
			switch {
			case asJSON:
				return printJSON(cmd.OutOrStdout(), report)
			case dump != "":
				return nil // the dump is the result
			}
			return reportText(cmd.OutOrStdout(), report)
		},
	}
	to := group("Output")
	to.StringVarP(&out, "output", "o", "", "`DIR` to write; an older program there is replaced")
	to.BoolVar(&force, "force", false, "write a program that fits no known board, too")
	to.IntVar(&hw.SinglePort, "single-port", 0, "memories `N` of the device, of 256 kbit with one port and no initial contents, that hold weights; the host writes them (iCE40 UP5K: 4)")
	to.BoolVar(&hw.NoReadback, "no-readback", false, "a smaller design whose memories the host cannot read, but for those that learn")
	to.BoolVar(&hw.NoRewrite, "no-rewrite", false, "a smaller design whose memories the host cannot write where an image or the machine itself fills them")
	to.StringVar(&dump, "dump-after", "", fmt.Sprintf("print what a compiler pass made instead of the report: `PASS` is %s", strings.Join(compiler.PassNames, ", ")))
	jsonFlag(to, &asJSON)
	addGroups(c, append([]*flagGroup{to, d.group("", 200, false)}, f.groups()...)...)
	return c
}

// typical measures cycles and the accuracy that quantisation costs on the data.
func typical(ctx context.Context, r *built) (*compiler.Typical, error) {
	net, p := r.compiled.Network, r.compiled.Program
	execs := []backend.Execution{{Name: "sim", Clocked: true, New: func() (backend.Runner, error) { return sim.New(p, sim.Options{}) }}}
	if !r.integers {
		execs = append([]backend.Execution{{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(net) }}}, execs...)
	}
	rows, err := backend.Compare(ctx, execs, r.stim, nil)
	if err != nil {
		return nil, err
	}
	last := rows[len(rows)-1]
	y := &compiler.Typical{Data: r.data, Samples: r.stim.Samples, FixedAccuracy: last.Accuracy,
		TickCycles: last.CyclesMean / float64(p.Ticks), Cycles: last.CyclesMean, CyclesMax: last.CyclesMax}
	if !r.integers {
		y.FloatAccuracy = rows[0].Accuracy
	}
	return y, nil
}

// writeDesign fills a directory beside the wanted one and then takes its
// place, so that an interrupted run leaves nothing half-written.
func writeDesign(ctx context.Context, dir string, r *built, report *compiler.Report, hw rtl.Options, also ...rtl.File) error {
	dir = filepath.Clean(dir)
	if _, err := os.Stat(dir); err == nil {
		if _, err := os.Stat(filepath.Join(dir, programFile)); err != nil {
			entries, _ := os.ReadDir(dir)
			if len(entries) > 0 {
				return fmt.Errorf("%s: it exists and holds no snnc program; choose another directory or empty it", dir)
			}
		}
	}
	return replace.Folder(dir, func(tmp string) error {
		load, err := fillDesign(tmp, r, report, hw)
		if err == nil {
			err = (&rtl.Design{Files: also}).Write(tmp)
		}
		if err != nil || r.compiled.Program.Overlay != nil { // an overlay's bench would have to write all of the network first: snnc verify does
			return err
		}
		return addTestbench(ctx, tmp, r, load)
	})
}

// fillDesign returns the cores whose weights the host writes.
func fillDesign(dir string, r *built, report *compiler.Report, hw rtl.Options) ([]int, error) {
	hw.Digest, hw.Tool = r.compiled.Program.DesignDigest(), compiler.Version
	design, err := rtl.Emit(r.compiled.Program, hw)
	if err != nil {
		return nil, err
	}
	if err := design.Write(dir); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{programFile, r.compiled.Program.Encode},
		{"program.txt", r.compiled.Program.Text},
		{"report.txt", func(w io.Writer) error { return reportText(w, report) }},
		{"report.json", func(w io.Writer) error { return printJSON(w, report) }},
	} {
		w, err := os.Create(filepath.Join(dir, f.name))
		if err != nil {
			return nil, err
		}
		if err := errors.Join(f.write(w), w.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return design.Load, nil
}

// addTestbench writes tb/, which runs one recorded sample on the Verilog: the
// data set's first, or a random one; and says in report.txt how to run it.
func addTestbench(ctx context.Context, dir string, r *built, load []int) error {
	p := r.compiled.Program
	frames, name := cosim.RandomFrames(p, 1), "a random stimulus (seed 1)"
	if r.data != "" {
		var err error
		if frames, err = r.stim.Input(0); err != nil {
			return err
		}
		name = "sample 0 of " + r.data
	}
	v, err := cosim.Record(ctx, p, frames)
	var full *sim.HostFullError
	text := ""
	switch {
	case errors.As(err, &full):
		text = fmt.Sprintf("\nNo testbench: %v.\n", full)
	case err != nil:
		return err
	default:
		v.Load = load
		files, err := rtl.Testbench(p, v)
		if err != nil {
			return err
		}
		if err := (&rtl.Design{Files: files}).Write(dir); err != nil {
			return err
		}
		text = fmt.Sprintf("\nTestbench: tb/tb_top.v runs %s and compares %d events and %d cycles. In this directory:\n"+
			"  iverilog -g2005 -o tb.vvp -s tb_top -c files.f tb/tb_top.v && vvp -n tb.vvp\n"+
			"  verilator --binary --timing --top-module tb_top -f files.f tb/tb_top.v && obj_dir/Vtb_top\n", name, len(v.Events), v.Cycles)
	}
	f, err := os.OpenFile(filepath.Join(dir, "report.txt"), os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/internal/table"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

func buildCommand() *cobra.Command {
	var o flow.Options
	var name string
	var asJSON, force bool
	c := &cobra.Command{
		Use:   "build DIR --board NAME",
		Short: "Make a board's bitstream of a compiled network with open tools",
		Long: fmt.Sprintf(`Puts the design in DIR into a system with a serial port, and runs Yosys, nextpnr and the packer; or, for boards
that no open tool places (Arty A7, PYNQ-Z2), writes a project for the vendor's tool with a script to run. The
boards are %s. The result is in DIR/boards/NAME: bitstream, netlist, logs of the tools, and a
summary. It is cached by content: the same design, board, options and tools are built once, and give the same
bytes. Where the weights exceed the block RAMs of a board that has single-port RAM (iCEBreaker), they go there,
and the host loads them.`, strings.Join(board.Names(), ", ")),
		Example: "  snnc build build/net --board ulx3s-85f --seeds 5\n  snnc build build/net --board icebreaker --freq 15",
		Args:    takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			b, err := wantedBoard(name)
			if err != nil {
				return err
			}
			if err := checkBuild(&o, cmd.Flags().Changed); err != nil {
				return err
			}
			p, err := openProgram(dir)
			if err != nil {
				return err
			}
			design, err := flow.ReadDesign(dir)
			if err != nil {
				return err
			}
			e := compiler.EstimateOn(p, b.Name, hardwareOf(design, o.DSP))
			if !force {
				if err := e.Hopeless(); err != nil {
					return fmt.Errorf("%s: %w; %s; --force builds all the same", dir, err, e.Remedy())
				}
			}
			if e.SinglePort > 0 {
				if o.Design, err = forSinglePort(design, p, e.SinglePort); err != nil {
					return err
				}
			}
			o.NoDSP = e.WithoutDSP
			line := newStatusLine(cmd.ErrOrStderr())
			o.Progress = line.update
			s, err := flow.Build(cmd.Context(), dir, b, o)
			line.clear()
			var small *flow.TooSmallError
			if errors.As(err, &small) {
				return fmt.Errorf("%w; %s", err, e.Remedy())
			}
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), s)
			}
			return printBuild(cmd.OutOrStdout(), dir, b, s, e)
		},
	}
	f := group("Build")
	f.StringVar(&name, "board", "", "board `NAME`: "+strings.Join(board.Names(), ", "))
	f.Float64Var(&o.MHz, "freq", 0, "core clock in `MHZ` (default the board's)")
	f.IntVar(&o.Seed, "seed", 1, "`N` of the first seed of place and route")
	f.IntVar(&o.Seeds, "seeds", 1, "seeds `N` to try; the fastest is taken")
	f.IntVar(&o.Baud, "baud", 0, "bits a second `N` of the serial port (default the board's)")
	f.BoolVar(&o.DSP, "dsp", false, "iCE40: multiply with DSPs, which fewer LUTs pay for; such a bitstream cannot be read back")
	f.BoolVar(&o.ABC9, "abc9", false, "map LUTs with Yosys' timing-driven mapper")
	f.BoolVar(&force, "force", false, "build although the estimate is far beyond the board")
	jsonFlag(f, &asJSON)
	addGroups(c, f)
	return c
}

func wantedBoard(name string) (*board.Board, error) {
	if name == "" {
		return nil, fmt.Errorf("option --board NAME is missing; the boards are %s", strings.Join(board.Names(), ", "))
	}
	b, err := board.Find(name)
	if err != nil {
		return nil, fmt.Errorf("option board: %w", err)
	}
	return b, nil
}

func checkBuild(o *flow.Options, changed func(string) bool) error {
	switch {
	case o.Seeds < 1 || o.Seeds > 1000:
		return fmt.Errorf("option seeds is %d; allowed are 1 to 1000", o.Seeds)
	case o.Seed < 1 || o.Seed > 1<<30:
		return fmt.Errorf("option seed is %d; allowed are 1 to %d", o.Seed, 1<<30)
	case changed("freq") && !(o.MHz >= 1 && o.MHz <= 400):
		return fmt.Errorf("option freq is %g; allowed are 1 to 400 MHz", o.MHz)
	case changed("baud") && (o.Baud < 9600 || o.Baud > 12000000):
		return fmt.Errorf("option baud is %d; allowed are 9600 to 12000000", o.Baud)
	}
	return nil
}

// hardwareOf is what a design was compiled with, as far as it changes its size, and whether it
// is built with DSPs.
func hardwareOf(d *flow.Design, dsp bool) compiler.Hardware {
	return compiler.Hardware{NoReadback: d.Lacks("READBACK"), NoRewrite: d.Lacks("REWRITE"), DSP: dsp}
}

// forSinglePort emits the program anew with weights in memories of one port, else
// as the design is.
func forSinglePort(old *flow.Design, p *ir.Program, n int) (*flow.Design, error) {
	d, err := rtl.Emit(p, rtl.Options{Digest: p.DesignDigest(), Tool: compiler.Version, SinglePort: n, NoReadback: old.Lacks("READBACK"), NoRewrite: old.Lacks("REWRITE")})
	if err != nil {
		return nil, err
	}
	return flow.Emitted(d)
}

func printBuild(w io.Writer, dir string, b *board.Board, s *flow.Summary, e *compiler.BoardEstimate) error {
	folder := flow.FolderOf(dir, b)
	fmt.Fprintf(w, "%s on %s, program %.16s\n\n", s.Name, b.Title, s.Program)
	if s.Project != "" {
		fmt.Fprintf(w, "clock      %g MHz\nUART       %d baud\nproject    %s\nmake it    cd %s && vivado -mode batch -source %s\n", s.MHz, s.Baud, folder, folder, s.Project)
		return nil
	}
	var rows [][]any
	estimate := map[string]int{"LUT": e.Cost.LUT, "FF": e.Cost.FF, "block RAM": e.Cost.Blocks, "SPRAM": e.Cost.SinglePort, "DSP": e.Cost.DSP}
	for _, u := range s.Used {
		if u.Available == 0 && u.Used == 0 {
			continue
		}
		full, guess := "", any("")
		if u.Available > 0 {
			full = fmt.Sprintf("%.0f", 100*float64(u.Used)/float64(u.Available))
		}
		if n, ok := estimate[u.Name]; ok {
			guess = n
		}
		rows = append(rows, []any{u.Name, u.Used, u.Available, full, guess})
	}
	if err := table.Write(w, []table.Column{{Name: "resource", Text: true}, {Name: "used"}, {Name: "of"}, {Name: "full", Unit: "%"}, {Name: "estimate"}}, rows); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nclock      %g MHz, and %.2f MHz is the most (seed %d", s.MHz, s.Fmax, s.Seed)
	if len(s.Seeds) > 1 {
		var each []string
		for _, r := range s.Seeds {
			each = append(each, fmt.Sprintf("%d: %.2f", r.Seed, r.Fmax))
		}
		fmt.Fprintf(w, "; of %s", strings.Join(each, ", "))
	}
	fmt.Fprintf(w, ")\nUART       %d baud\nbitstream  %s, %d bytes, SHA-256 %.16s\n", s.Baud, filepath.Join(folder, s.Bitstream), s.Bytes, s.SHA256)
	return nil
}

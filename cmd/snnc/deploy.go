package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/sim"
)

// deployReport is what snnc deploy prints.
type deployReport struct {
	Program   string  `json:"program"`
	Board     string  `json:"board"`
	Port      string  `json:"port"`
	Bitstream string  `json:"bitstream"`
	Tool      string  `json:"flashed_with,omitempty"`
	LoadMS    float64 `json:"load_ms,omitempty"`
	Tested    int     `json:"self_test_samples"`
	TestMS    float64 `json:"self_test_ms"`
}

func deployCommand() *cobra.Command {
	var f portFlags
	var asJSON, noFlash bool
	var samples int
	c := &cobra.Command{
		Use:   "deploy DIR --board NAME",
		Short: "Flash a board with the bitstream of a design, load it, and test it against the simulator",
		Long: `Flashes the bitstream that snnc build made in DIR with openFPGALoader (or iceprog), finds the board's port, checks
that what answers is this design and this program, loads the weights where the bitstream has none, and runs random
samples on the board and on the simulator: outputs and cycles must be the same.`,
		Example: "  snnc build build/net --board icebreaker && snnc deploy build/net --board icebreaker\n  snnc deploy build/net --board ulx3s-85f --port /dev/ttyUSB0 --self-test 100",
		Args:    takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, dir := cmd.Context(), args[0]
			if samples < 0 {
				return fmt.Errorf("option self-test is %d; allowed are 0 and more samples", samples)
			}
			b, err := wantedBoard(f.board)
			if err != nil {
				return err
			}
			p, err := openProgram(dir)
			if err != nil {
				return err
			}
			s, bits, err := flow.Load(dir, b)
			if err != nil {
				return err
			}
			if want := fmt.Sprintf("%x", p.DesignDigest()); s.Program != want {
				return fmt.Errorf("%s: the build for %s is of program %.16s…, and the directory holds %.16s…: build again (snnc build %[1]s --board %[2]s)", dir, b.Name, s.Program, want)
			}
			if f.port == "" { // before the board is changed
				if _, err := target.FindPort(b); err != nil {
					return err
				}
			}
			ref, err := sim.New(p, sim.Options{})
			if err != nil {
				return err
			}
			r := deployReport{Program: p.Name, Board: b.Name, Bitstream: bits, Tested: samples}
			line := newStatusLine(cmd.ErrOrStderr())
			defer line.clear()
			if !noFlash {
				line.update(0, "flash")
				if r.Tool, err = flow.Flash(ctx, b, bits); err != nil {
					return err
				}
			}
			line.update(0, "identify and load")
			t, err := f.open(ctx, dir, p)
			if err != nil {
				return err
			}
			defer t.Close()
			r.Port, r.LoadMS = t.Port(), t.LoadTime().Seconds()*1e3
			line.update(0, "self-test")
			start := time.Now()
			if err := t.SelfTest(ctx, ref, samples); err != nil {
				return err
			}
			r.TestMS = time.Since(start).Seconds() * 1e3
			line.clear()
			if asJSON {
				return printJSON(cmd.OutOrStdout(), r)
			}
			return r.text(cmd.OutOrStdout())
		},
	}
	g := group("Deploy")
	g.BoolVar(&noFlash, "no-flash", false, "the board is configured already (or is one of snnc serve)")
	g.IntVar(&samples, "self-test", 16, "random samples `N` that board and simulator must agree on")
	jsonFlag(g, &asJSON)
	addGroups(c, f.group(), g)
	return c
}

func (r *deployReport) text(w io.Writer) error {
	if r.Tool != "" {
		fmt.Fprintf(w, "flashed    %s with %s\n", r.Bitstream, r.Tool)
	}
	fmt.Fprintf(w, "answers    %s at %s runs %s\n", r.Board, r.Port, r.Program)
	if r.LoadMS > 0 {
		fmt.Fprintf(w, "loaded     in %.0f ms\n", r.LoadMS)
	}
	_, err := fmt.Fprintf(w, "self-test  %d samples: outputs and cycles are the simulator's (%.0f ms)\n", r.Tested, r.TestMS)
	return err
}

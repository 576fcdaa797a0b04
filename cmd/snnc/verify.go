package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/verilator"
)

func verifyCommand() *cobra.Command {
	var d dataFlags
	var rule ruleFlags
	var asJSON, noWaves, learning bool
	var waves, waveDir string
	var reach int64
	c := &cobra.Command{
		Use:   "verify DIR --data SET",
		Short: "Run the Verilated RTL and the simulator side by side and compare every spike, cycle and memory word",
		Long: `Builds the Verilog and memory images that lie in DIR (the Verilated model is cached by content), drives them
over the host bus that a board has, and compares, while they run: every spike word with its tick and cycle,
every delivery, the cycle of every tick's end, outputs, the membranes after each sample, and all memories at the
end. It stops at the first difference, says where it is, and writes the RTL's waves around it and, beside them,
the simulator's events of the same ticks. A cycle is 1 ns in both.`,
		Example: "  snnc verify build/net --data mnist --samples 1000\n  snnc verify build/net --first 57 --samples 1 --waves vcd\n  snnc verify build/net --learn --samples 200 --warmup 100",
		Args:    takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			format, err := verilator.ParseWaveFormat(waves)
			if err != nil {
				return fmt.Errorf("option waves: %w", err)
			}
			if reach < 1 {
				return fmt.Errorf("option wave-reach is %d; allowed are 1 and more cycles", reach)
			}
			d.warn = notes(cmd)
			p, s, _, err := openDesign(ctx, args[0], d)
			if err != nil {
				return err
			}
			if learning {
				return verifyLearning(cmd, args[0], p, s, &rule, asJSON)
			}
			ref, err := cosim.New(p)
			if err != nil {
				return err
			}
			digest := p.DesignDigest()
			bar := newProgress(s.Samples)
			bar.note("building the Verilated model")
			r, err := verilator.Verify(ctx, p, args[0], ref, verilator.Samples{N: s.Samples, At: s.Input}, verilator.VerifyOptions{
				Digest: &digest, Progress: func(done, _ int) { bar.update("verify", done) },
				Waves: format, WaveDir: waveDir, NoWaves: noWaves, WaveReach: reach, FirstSample: d.first})
			bar.finish()
			interrupted := err != nil && ctx.Err() != nil
			if err != nil && !interrupted && (r == nil || r.Difference == nil) {
				return err
			}
			w := cmd.OutOrStdout()
			if asJSON {
				err = firstError(printJSON(w, r), err)
			} else {
				err = firstError(printVerified(w, r, s.Samples, interrupted), err)
			}
			if r.Difference != nil && !interrupted {
				if err != nil { // it was found all the same
					fmt.Fprintln(cmd.ErrOrStderr(), "snnc:", err)
				}
				return errDiffers
			}
			return err
		},
	}
	out := group("Output")
	out.StringVar(&waves, "waves", "auto", "`FORMAT` of the RTL's waves around a difference: fst (needs vcd2fst, of GTKWave), vcd, or auto: fst where it can")
	out.StringVar(&waveDir, "wave-dir", "", "`DIR` for the waves (default the design's)")
	out.Int64Var(&reach, "wave-reach", 64, "`CYCLES` of waves before and after the difference")
	out.BoolVar(&noWaves, "no-waves", false, "only say where the difference is")
	jsonFlag(out, &asJSON)
	what := group("Learning")
	what.BoolVar(&learning, "learn", false, "compare whole learning episodes: warm-up, then an update for every sample or batch, with all that the plasticity units show, their cycles, and every weight after every update")
	addGroups(c, d.group("demo", 100, true), out, what, rule.group())
	return c
}

func printVerified(w io.Writer, r *verilator.Report, wanted int, interrupted bool) (err error) {
	agreed := fmt.Sprintf("%d spike words, deliveries and ticks over %d cycles", r.Events, r.Cycles)
	switch {
	case interrupted && r.Difference == nil:
		_, err = fmt.Fprintf(w, "interrupted: the first %d of %d samples agree: %s\n", r.Samples, wanted, agreed)
	case r.Difference == nil:
		_, err = fmt.Fprintf(w, "%d samples agree: %s, and %d memories\n", r.Samples, agreed, r.Memories)
	default:
		_, err = fmt.Fprintf(w, "%s  agreed     %d samples before it\n", r.Difference, r.Samples)
		if r.Waves != "" {
			fmt.Fprintf(w, "  waves      %s\n", r.Waves)
		}
		if r.RefWaves != "" {
			fmt.Fprintf(w, "             %s\n", r.RefWaves)
		}
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// notes prints what the user should know, beside the results.
func notes(cmd *cobra.Command) func(string) {
	return func(note string) { fmt.Fprintln(cmd.ErrOrStderr(), "snnc: note:", note) }
}

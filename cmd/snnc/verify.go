package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/verilator"
)

func verifyCommand() *cobra.Command {
	var d dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify DIR --data SET",
		Short: "Run the Verilated RTL and the simulator side by side and compare every spike, cycle and memory word",
		Long: `Builds the design's Verilated model (cached by content), drives it over the host bus that a board has,
and compares, while it runs: every spike word with its tick and cycle, every delivery, the cycle of every tick's
end, outputs, the membranes after each sample, and all memories at the end. It stops at the first difference.`,
		Example: "  snnc verify build/net --data mnist --samples 1000",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			p, s, err := openDesign(ctx, args[0], d)
			if err != nil {
				return err
			}
			ref, err := cosim.New(p)
			if err != nil {
				return err
			}
			sum := p.Digest()
			digest := [16]byte(sum[:16])
			bar := newProgress(s.Samples)
			r, err := verilator.Verify(ctx, p, args[0], ref, verilator.Samples{N: s.Samples, At: s.Input},
				verilator.VerifyOptions{Digest: &digest, Progress: func(done, _ int) { bar.update("verify", done) }})
			bar.finish()
			if err != nil {
				if r != nil && r.Samples > 0 {
					return fmt.Errorf("%w; %d samples had agreed", err, r.Samples)
				}
				return err
			}
			w := cmd.OutOrStdout()
			switch {
			case asJSON:
				if err := printJSON(w, r); err != nil {
					return err
				}
			case r.Difference != nil:
				fmt.Fprintln(w, r.Difference)
				if r.Waves != "" {
					fmt.Fprintln(w, "waves around it:", r.Waves)
				}
			default:
				fmt.Fprintf(w, "%d samples agree: %d spike words, deliveries and ticks over %d cycles, and %d memories\n", r.Samples, r.Events, r.Cycles, r.Memories)
			}
			if r.Difference != nil {
				return errDiffers
			}
			return nil
		},
	}
	d.add(c.Flags(), "demo", 100)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

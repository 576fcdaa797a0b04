package main

import (
	"fmt"
	"io"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/table"
)

// reportText writes a compile report for people; report.json has all of it.
func reportText(w io.Writer, r *compiler.Report) error {
	fmt.Fprintf(w, "%s, %s, program %.16s\n\n", r.Name, r.Tool, r.Digest)
	var rows [][]any
	for _, c := range r.Cores {
		rows = append(rows, []any{c.Core, c.Node, c.Layer, partText(c), c.Neurons, c.Level, c.Lanes, c.Groups,
			c.WeightBits, c.AccBits, c.StateBits, c.Weights, c.Cost.LUT, c.Cost.MemoryBits / 1024})
	}
	if err := table.Write(w, []table.Column{{Name: "core"}, {Name: "node"}, {Name: "layer", Text: true}, {Name: "part"}, {Name: "neurons"}, {Name: "level"},
		{Name: "lanes"}, {Name: "groups"}, {Name: "weight", Unit: "bits"}, {Name: "sum", Unit: "bits"}, {Name: "state", Unit: "bits"},
		{Name: "weights"}, {Name: "LUT", Unit: "est."}, {Name: "memory", Unit: "kbit"}}, rows); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nnetwork   %s", r.Net.Kind)
	if r.Net.Cols > 1 {
		fmt.Fprintf(w, " of %d × %d nodes\n", r.Net.Cols, r.Net.Rows)
	} else {
		fmt.Fprintf(w, " of %d nodes\n", r.Net.Rows)
	}
	if r.Overlay != "" {
		fmt.Fprintf(w, "overlay   %s: the estimate is of all its cores\n", r.Overlay)
	}
	if m := r.Mapping; m != nil {
		fmt.Fprintf(w, "traffic   at most %.0f words a step, %.0f word·hops (row by row %.2f times, Hilbert curve %.2f times as many), %.0f on the busiest link\n",
			m.Packets, m.Chosen.Hops, m.Naive.Hops/m.Chosen.Hops, m.Hilbert.Hops/m.Chosen.Hops, m.Chosen.PeakLink)
	}
	fmt.Fprintf(w, "estimate  %d LUT, %d FF, %d kbit of memory\n", r.Cost.LUT, r.Cost.FF, r.Cost.MemoryBits/1024)
	for i := range r.Cores {
		if u := r.Cores[i].Plastic; u != nil {
			fmt.Fprintf(w, "          of them the plasticity unit of %s: %d LUT, %d FF, %d DSP\n", r.Cores[i].Layer, u.LUT, u.FF, u.DSP)
		}
	}
	fmt.Fprintf(w, "cycles    proven worst case: %d a tick, %d an inference of %d steps in %d ticks\n", r.Worst.Tick, r.Worst.Inference, r.Steps, r.Ticks)
	if y := r.Typical; y != nil {
		fmt.Fprintf(w, "          on %d samples of %s: %.0f a tick and %.0f an inference on average, %d at most\n", y.Samples, y.Data, y.TickCycles, y.Cycles, y.CyclesMax)
		if y.FloatAccuracy != nil && y.FixedAccuracy != nil {
			fmt.Fprintf(w, "accuracy  %.2f %% in float, %.2f %% in fixed point (%+.2f points by quantisation)\n", 100**y.FloatAccuracy, 100**y.FixedAccuracy, 100*(*y.FixedAccuracy-*y.FloatAccuracy))
		} else if y.FixedAccuracy != nil {
			fmt.Fprintf(w, "accuracy  %.2f %% with the integers of the file\n", 100**y.FixedAccuracy)
		}
	}
	fmt.Fprintln(w)
	cycles, which := float64(r.Worst.Inference), "at most"
	if r.Typical != nil {
		cycles, which = r.Typical.Cycles, "on average"
	}
	rows = nil
	for _, b := range r.Boards {
		fits := "no"
		if b.Fits {
			fits = "yes"
		}
		fmax := "–"
		if b.Fmax > 0 {
			fmax = fmt.Sprintf("%.0f", b.Fmax)
		}
		rows = append(rows, []any{b.Board, fits, b.Scarcest, fmt.Sprintf("%.0f", 100*b.Full), fmt.Sprintf("%g", b.Clock), fmax, timeText(cycles / b.MHz())})
	}
	if err := table.Write(w, []table.Column{{Name: "board", Text: true}, {Name: "fits", Text: true}, {Name: "scarcest", Text: true}, {Name: "of it", Unit: "% used"},
		{Name: "clock", Unit: "MHz"}, {Name: "reaches", Unit: "MHz, est."}, {Name: "inference", Unit: which}}, rows); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nWhat the model file left open:")
	fmt.Fprintln(w)
	rows = nil
	for _, d := range r.Decisions {
		rows = append(rows, []any{d.Subject, d.Choice, d.Reason})
	}
	return table.Write(w, []table.Column{{Name: "node", Text: true}, {Name: "used", Text: true}, {Name: "because of", Text: true}}, rows)
}

// timeText gives microseconds with about three digits and a unit.
func timeText(us float64) string {
	x, unit := us, "µs"
	switch {
	case us >= 1e6:
		x, unit = us/1e6, "s"
	case us >= 1e3:
		x, unit = us/1e3, "ms"
	}
	digits := 2
	switch {
	case x >= 100:
		digits = 0
	case x >= 10:
		digits = 1
	}
	return fmt.Sprintf("%.*f %s", digits, x, unit)
}

// partText says which part of its layer a core holds.
func partText(c compiler.CoreReport) string {
	s := fmt.Sprintf("%d–%d", c.Channel, c.Channel+c.Channels-1)
	if c.Rows > 1 || c.Row > 0 {
		s += fmt.Sprintf(", rows %d–%d", c.Row, c.Row+c.Rows-1)
	}
	return s
}

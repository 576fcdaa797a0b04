package compiler

import (
	"fmt"
	"io"

	"github.com/olekukonko/tablewriter"

	"github.com/snnc/snnc/ir"
)

// Report is what snnc compile tells about a program before any synthesis.
type Report struct {
	Name      string        `json:"name"`
	Tool      string        `json:"tool"`
	Digest    string        `json:"digest"`
	Steps     int           `json:"steps"`
	Ticks     int           `json:"ticks"`
	Net       ir.Net        `json:"net"`
	Cores     []CoreReport  `json:"cores"`
	Cost      Cost          `json:"cost_estimate"`
	Boards    []BoardReport `json:"boards"`
	Worst     Bound         `json:"worst_case_cycles"`
	Typical   *Typical      `json:"typical,omitempty"`
	Decisions []ir.Decision `json:"decisions"`
}

// CoreReport is one core's line.
type CoreReport struct {
	Core       int    `json:"core"`
	Node       int    `json:"node"`
	Layer      string `json:"layer"`
	First      int    `json:"first"`
	Neurons    int    `json:"neurons"`
	Level      int    `json:"level"`
	Lanes      int    `json:"lanes"`
	Groups     int    `json:"groups"`
	WeightBits int    `json:"weight_bits"`
	AccBits    int    `json:"acc_bits"`
	StateBits  int    `json:"state_bits"`
	Synapses   int    `json:"synapses"`
	Cost       Cost   `json:"cost_estimate"`
}

// BoardReport says whether the estimate fits a board, and how full it is.
type BoardReport struct {
	Board string  `json:"board"`
	Fits  bool    `json:"fits"`
	Full  float64 `json:"full"` // of the scarcest resource, 1 = all of it
}

// Typical holds figures from sample data: accuracy and cycles.
type Typical struct {
	Data          string   `json:"data"`
	Samples       int      `json:"samples"`
	FloatAccuracy *float64 `json:"float_accuracy"`
	FixedAccuracy *float64 `json:"fixed_accuracy"`
	TickCycles    float64  `json:"tick_cycles_mean"`
	Cycles        float64  `json:"inference_cycles_mean"`
	CyclesMax     int64    `json:"inference_cycles_max"`
}

// NewReport describes a compiled program.
func NewReport(c *Compiled, digest string) *Report {
	p := c.Program
	r := &Report{Name: p.Name, Tool: p.Tool, Digest: digest, Steps: p.Steps, Ticks: p.Ticks, Net: p.Net,
		Cost: Estimate(p), Worst: c.Bound, Decisions: c.Network.Decisions}
	for i := range p.Cores {
		k := &p.Cores[i]
		r.Cores = append(r.Cores, CoreReport{Core: i, Node: k.Node, Layer: p.Layers[k.Layer].Name, First: k.First, Neurons: k.N, Level: k.Level,
			Lanes: k.Lanes, Groups: k.Groups, WeightBits: k.WeightBits, AccBits: k.AccBits, StateBits: k.StateBits, Synapses: k.N * k.Rows, Cost: EstimateCore(p, k)})
	}
	for _, b := range Boards {
		fits, full := b.Fits(r.Cost)
		r.Boards = append(r.Boards, BoardReport{b.Name, fits, full})
	}
	return r
}

// Fit returns the smallest board the estimate fits, or the error that says by
// how much the largest is exceeded and what would help.
func (r *Report) Fit() (string, error) {
	for _, b := range r.Boards {
		if b.Fits {
			return b.Board, nil
		}
	}
	last := r.Boards[len(r.Boards)-1]
	return "", fmt.Errorf("the estimate (%d LUT, %d FF, %d kbit of memory) fits no known board: the largest, %s, would be %.0f %% full; fewer weight bits or lanes, or a smaller network, would help",
		r.Cost.LUT, r.Cost.FF, r.Cost.MemoryBits/1024, last.Board, 100*last.Full)
}

// Text writes the report as tables.
func (r *Report) Text(w io.Writer) error {
	fmt.Fprintf(w, "%s, %s, program %.16s\n\n", r.Name, r.Tool, r.Digest)
	t := tablewriter.NewTable(w)
	t.Header("core", "node", "layer", "neurons", "level", "lanes", "groups", "weight", "acc", "state bits", "synapses", "LUT4 est.", "memory kbit")
	for _, c := range r.Cores {
		if err := t.Append(c.Core, c.Node, c.Layer, fmt.Sprintf("%d..%d", c.First, c.First+c.Neurons-1), c.Level, c.Lanes, c.Groups, c.WeightBits, c.AccBits, c.StateBits,
			c.Synapses, c.Cost.LUT, c.Cost.MemoryBits/1024); err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nnetwork   %s, %d × %d nodes\n", r.Net.Kind, r.Net.Cols, r.Net.Rows)
	fmt.Fprintf(w, "estimate  %d LUT4, %d FF, %d kbit of memory\n", r.Cost.LUT, r.Cost.FF, r.Cost.MemoryBits/1024)
	fmt.Fprintf(w, "cycles    at most %d a tick, %d an inference of %d steps in %d ticks (proven)\n", r.Worst.Tick, r.Worst.Inference, r.Steps, r.Ticks)
	if y := r.Typical; y != nil {
		fmt.Fprintf(w, "          %.0f an inference, %.0f a tick on %d samples of %s (largest inference %d)\n", y.Cycles, y.TickCycles, y.Samples, y.Data, y.CyclesMax)
		if y.FloatAccuracy != nil && y.FixedAccuracy != nil {
			fmt.Fprintf(w, "accuracy  %.2f %% in float, %.2f %% in fixed point (%+.2f points by quantisation)\n", 100**y.FloatAccuracy, 100**y.FixedAccuracy, 100*(*y.FixedAccuracy-*y.FloatAccuracy))
		}
	}
	fmt.Fprintln(w)
	b := tablewriter.NewTable(w)
	b.Header("board", "fits", "scarcest resource used")
	for _, x := range r.Boards {
		fits := "no"
		if x.Fits {
			fits = "yes"
		}
		if err := b.Append(x.Board, fits, fmt.Sprintf("%.0f %%", 100*x.Full)); err != nil {
			return err
		}
	}
	if err := b.Render(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nDecisions that the file left open:")
	for _, d := range r.Decisions {
		fmt.Fprintf(w, "  %-16s %s (%s)\n", d.Subject, d.Choice, d.Reason)
	}
	return nil
}

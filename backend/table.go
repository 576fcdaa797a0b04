package backend

import (
	"fmt"
	"io"

	"github.com/snnc/snnc/internal/table"
)

// Table is what snnc compare prints.
type Table struct {
	Model    string    `json:"model"`
	Data     string    `json:"data"`
	Samples  int       `json:"samples"`
	Backends []Score   `json:"backends"`
	Skipped  []Skipped `json:"skipped,omitempty"`
	// Interrupted tells that the last row covers fewer samples than asked for,
	// or that rows are missing.
	Interrupted bool `json:"interrupted,omitempty"`
}

// Skipped is an execution that could not run, and why.
type Skipped struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Differs tells whether two executions that must agree do not: every step
// after float is exact.
func (t *Table) Differs() bool {
	for i := 1; i < len(t.Backends); i++ {
		r := &t.Backends[i]
		if t.Backends[i-1].Name != "float" && (r.Mismatches > 0 || r.CycleMismatches > 0) {
			return true
		}
	}
	return false
}

// Text writes the table for people.
func (t *Table) Text(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%s on %d samples of %s\n\n", t.Model, t.Samples, t.Data); err != nil {
		return err
	}
	columns := []table.Column{{Name: "backend", Text: true}, {Name: "accuracy", Unit: "%"},
		{Name: "mismatches", Unit: "samples"}, {Name: "cycles differ", Unit: "samples"}, {Name: "spikes", Unit: "/ sample"},
		{Name: "cycles", Unit: "mean"}, {Name: "cycles", Unit: "max"}, {Name: "samples", Unit: "/ s"}}
	wall := false
	for _, r := range t.Backends {
		wall = wall || r.Microseconds > 0
	}
	if wall {
		columns = append(columns, table.Column{Name: "time", Unit: "µs / sample"})
	}
	var rows [][]any
	classes := false
	for i, r := range t.Backends {
		row := []any{r.Name, table.None, table.None, table.None, fmt.Sprintf("%.1f", r.Spikes), table.None, table.None, fmt.Sprintf("%.0f", r.SamplesPerSecond)}
		if r.outside {
			row[4] = table.None
		}
		if wall {
			row = append(row, table.None)
			if r.Microseconds > 0 {
				row[8] = fmt.Sprintf("%.0f", r.Microseconds)
			}
		}
		if r.Accuracy != nil {
			row[1] = fmt.Sprintf("%.2f", 100**r.Accuracy)
		}
		if i > 0 {
			row[2] = r.Mismatches
			if t.Backends[i-1].Name == "float" {
				row[2], classes = fmt.Sprintf("%d*", r.Mismatches), true
			}
		}
		if r.CyclesMax > 0 {
			row[5], row[6] = fmt.Sprintf("%.0f", r.CyclesMean), r.CyclesMax
			if i > 0 && t.Backends[i-1].CyclesMax > 0 {
				row[3] = r.CycleMismatches
			}
		}
		rows = append(rows, row)
	}
	if err := table.Write(w, columns, rows); err != nil {
		return err
	}
	if classes {
		fmt.Fprintln(w, "\n* of another class than in float; below it, any output spike that differs from the row above")
	}
	for _, r := range t.Backends {
		if r.Confusion == nil {
			continue
		}
		fmt.Fprintf(w, "\n%s: classes by label", r.Name)
		if err := ConfusionText(w, r.Confusion); err != nil {
			return err
		}
	}
	for _, s := range t.Skipped {
		fmt.Fprintf(w, "\n%s was left out: %s\n", s.Name, s.Reason)
	}
	if n := len(t.Backends); t.Interrupted && n > 0 && t.Backends[n-1].Samples < t.Samples {
		fmt.Fprintf(w, "\ninterrupted: %s had done %d of %d samples\n", t.Backends[n-1].Name, t.Backends[n-1].Samples, t.Samples)
	} else if t.Interrupted {
		fmt.Fprintln(w, "\ninterrupted")
	}
	return nil
}

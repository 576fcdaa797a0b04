package backend

import (
	"context"
	"fmt"
	"time"

	"github.com/snnc/snnc/ir"
)

// Execution is one rung of the ladder, ready to run.
type Execution struct {
	Name    string // float, fixed, sim, rtl, netlist, bitstream, board
	Clocked bool   // its results carry cycles
	Workers int    // how many runners may run side by side; 0: one a processor
	Wall    bool   // its time by the clock on the wall is worth telling: a board
	New     func() (Runner, error)
}

// Score is a row of the accuracy table.
type Score struct {
	Name             string   `json:"name"`
	Samples          int      `json:"samples"`  // done; fewer than asked for where the run was interrupted
	Accuracy         *float64 `json:"accuracy"` // null where the samples have no labels
	Mismatches       int      `json:"mismatches"`
	CycleMismatches  int      `json:"cycle_mismatches"`
	Spikes           float64  `json:"spikes"` // mean a sample, all populations
	CyclesMean       float64  `json:"cycles_mean,omitempty"`
	CyclesMax        int64    `json:"cycles_max,omitempty"`
	SamplesPerSecond float64  `json:"samples_per_second"`
	// Microseconds of a sample by the clock on the wall, with all that moves
	// it there and back; of boards.
	Microseconds float64 `json:"us_per_sample,omitempty"`
	// Confusion is [label][class] where it was asked for.
	Confusion [][]int `json:"confusion,omitempty"`

	outside bool // shows its outputs alone: no spikes of layers
}

// Stimuli is the data of a comparison.
type Stimuli struct {
	Samples int
	Input   func(i int) ([]*ir.Frames, error)
	Label   func(i int) int // -1: none
	Classes int             // above 0: make confusion matrices of so many classes
}

// Compare runs every execution over the same stimuli. Mismatches of a row
// count samples that differ in any output spike from the row before it; after
// "float", whose arithmetic is another, they count samples of another class.
// CycleMismatches count samples whose cycles differ between clocked rows, and
// the ticks' ends where both show them: a board shows its counter alone.
//
// On an error the rows so far come with it, the last one over the samples that
// it had done.
func Compare(ctx context.Context, execs []Execution, s Stimuli, progress func(name string, done int)) ([]Score, error) {
	var before []*ir.Result
	var rows []Score
	for e, x := range execs {
		row := Score{Name: x.Name}
		if s.Classes > 0 {
			row.Confusion = NewConfusion(s.Classes)
		}
		results := make([]*ir.Result, s.Samples)
		right, labelled := 0, 0
		var cycles int64
		var spikes int64
		start := time.Now()
		err := Batch(ctx, s.Samples, x.Workers, x.New, s.Input, func(i int, r *ir.Result) error {
			results[i] = r
			if l := s.Label(i); l >= 0 {
				labelled++
				if Class(r) == l {
					right++
				}
				Confuse(row.Confusion, l, Class(r))
			}
			row.outside = r.Spikes == nil
			for _, n := range r.Spikes {
				spikes += n
			}
			cycles += r.Cycles
			row.CyclesMax = max(row.CyclesMax, r.Cycles)
			if before != nil {
				b := before[i]
				same := SameOutputs(b, r)
				if execs[e-1].Name == "float" {
					same = Class(b) == Class(r)
				}
				if !same {
					row.Mismatches++
				}
				if execs[e-1].Clocked && x.Clocked && (b.Cycles != r.Cycles || b.TickEnds != nil && r.TickEnds != nil && !equal(b.TickEnds, r.TickEnds)) {
					row.CycleMismatches++
				}
			}
			row.Samples++
			if progress != nil {
				progress(x.Name, i+1)
			}
			return nil
		})
		if n := float64(row.Samples); n > 0 {
			row.Spikes, row.CyclesMean = float64(spikes)/n, float64(cycles)/n
			row.SamplesPerSecond = n / time.Since(start).Seconds()
			if x.Wall {
				row.Microseconds = time.Since(start).Seconds() * 1e6 / n
			}
		}
		if labelled > 0 {
			a := float64(right) / float64(labelled)
			row.Accuracy = &a
		}
		if row.Samples > 0 || err == nil {
			rows = append(rows, row)
		}
		if err != nil {
			return rows, fmt.Errorf("backend %s: %w", x.Name, err)
		}
		before = results
	}
	return rows, nil
}

package backend

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

func TestConfusion(t *testing.T) {
	m := NewConfusion(3)
	for _, s := range [][2]int{{0, 0}, {0, 1}, {1, 1}, {-1, 2}, {7, 0}} {
		Confuse(m, s[0], s[1])
	}
	Confuse(nil, 0, 0)
	require.Equal(t, [][]int{{1, 1, 0}, {0, 1, 0}, {0, 0, 0}}, m)
	var b strings.Builder
	require.NoError(t, ConfusionText(&b, m))
	require.Regexp(t, `(?m)^ *0 +1 +1 +· +50\.0$`, b.String())
	require.Regexp(t, `(?m)^ *1 +· +1 +· +100\.0$`, b.String())
	require.Regexp(t, `(?m)^ *2 +· +· +· +–$`, b.String())
	b.Reset()
	require.NoError(t, ConfusionText(&b, nil))
	require.Empty(t, b.String())
}

// A board shows outputs and its cycle counter alone: its cycles are compared,
// ticks and spikes of layers are not; its time by the clock on the wall is.
func TestBoardRow(t *testing.T) {
	trace := []ir.Trace{{N: 2, Steps: 1, Spikes: []uint8{1, 0}}}
	execs := []Execution{
		{Name: "sim", Clocked: true, Workers: 1, New: runs(&ir.Result{Outputs: trace, Spikes: []int64{3}, Cycles: 10, TickEnds: []int64{9}})},
		{Name: "board", Clocked: true, Wall: true, Workers: 1, New: runs(&ir.Result{Outputs: trace, Cycles: 10})},
		{Name: "late", Clocked: true, Workers: 1, New: runs(&ir.Result{Outputs: trace, Cycles: 11})},
	}
	rows, err := Compare(t.Context(), execs, Stimuli{Samples: 4, Input: func(int) ([]*ir.Frames, error) { return nil, nil }, Label: func(i int) int { return i % 2 }, Classes: 2}, nil)
	require.NoError(t, err)
	require.Zero(t, rows[1].CycleMismatches)
	require.Equal(t, 4, rows[2].CycleMismatches)
	require.Greater(t, rows[1].Microseconds, 0.0)
	require.Zero(t, rows[0].Microseconds)
	require.Equal(t, [][]int{{2, 0}, {2, 0}}, rows[1].Confusion)
	var b strings.Builder
	table := Table{Model: "m", Data: "d", Samples: 4, Backends: rows}
	require.NoError(t, table.Text(&b))
	require.Regexp(t, `(?m)^board +50\.00 +0 +0 +– +10 +10 +\d+ +\d+$`, b.String())
	require.Contains(t, b.String(), "board: classes by label")
	require.True(t, table.Differs())
}

// constant gives one result for every sample.
type constant struct{ r *ir.Result }

func (c constant) Run(context.Context, []*ir.Frames) (*ir.Result, error) { return c.r, nil }

func runs(r *ir.Result) func() (Runner, error) {
	return func() (Runner, error) { return constant{r}, nil }
}

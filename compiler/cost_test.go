package compiler_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/ir"
)

// What a design takes is held against builds in package bench; here are the options that a board's judgement knows.
func TestEstimateKnowsHowADesignIsBuilt(t *testing.T) {
	k, err := compiler.Compile(t.Context(), network(t, "mlp-196-32-10"), "mlp", compiler.Options{Steps: 8, Lanes: 4, Update: 4, WeightBits: 8, WordBits: 16}, compiler.Hooks{})
	require.NoError(t, err)
	whole := compiler.EstimateOn(k.Program, "icebreaker", compiler.Hardware{})
	small := compiler.EstimateOn(k.Program, "icebreaker", compiler.Hardware{NoReadback: true, NoRewrite: true})
	dsp := compiler.EstimateOn(k.Program, "icebreaker", compiler.Hardware{DSP: true})
	require.Less(t, small.Cost.LUT, whole.Cost.LUT)
	require.Less(t, small.Cost.Blocks, whole.Cost.Blocks)
	require.Less(t, dsp.Cost.LUT, whole.Cost.LUT)
	require.Zero(t, whole.Cost.DSP)
	require.Positive(t, dsp.Cost.DSP)
	hx := compiler.EstimateOn(k.Program, "ice40-hx8k", compiler.Hardware{DSP: true})
	require.Zero(t, hx.Cost.DSP, "it has none")
}

// What a board is too small for may fit when the host neither reads nor writes its memories; that is said before fewer
// lanes are.
func TestRemedyLeavesOutWhatTheHostDoes(t *testing.T) {
	k, err := compiler.Compile(t.Context(), network(t, "mlp-196-32-10"), "mlp", compiler.Options{Steps: 8, Lanes: 4, Update: 1, WeightBits: 4, WordBits: 32}, compiler.Hooks{})
	require.NoError(t, err)
	e := compiler.EstimateOn(k.Program, "icebreaker", compiler.Hardware{})
	fits, _, _ := e.Board.Fits(e.Cost)
	require.False(t, fits, "%+v", e.Cost)
	require.Contains(t, e.Remedy(), "compiled with --no-readback --no-rewrite the estimate (")
	small := compiler.EstimateOn(k.Program, "icebreaker", compiler.Hardware{NoReadback: true, NoRewrite: true})
	fits, _, _ = small.Board.Fits(small.Cost)
	require.True(t, fits)
}

// A report names the board that comes nearest, not the last of the list.
func TestNoBoardNamesTheNearest(t *testing.T) {
	r := &compiler.Report{Boards: []compiler.BoardReport{{Board: "small", Full: 9, Scarcest: "LUT"}, {Board: "near", Full: 1.25, Scarcest: "block RAM"}, {Board: "large", Full: 3, Scarcest: "FF"}}}
	_, err := r.Fit()
	require.ErrorContains(t, err, "the nearest, near, whose block RAM is scarcest, would be 125 % full")
}

func network(t *testing.T, name string) *ir.Graph {
	g, _, err := modelfile.Read(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	return g
}

func TestBoardsAreOfKnownFamilies(t *testing.T) {
	require.NotEmpty(t, compiler.Boards)
	for _, b := range compiler.Boards {
		require.NotNil(t, b.Family, b.Name)
		data, err := board.Find(b.Name)
		require.NoError(t, err)
		require.Equal(t, b.Family.BlockBits, data.Memory.BlockBits, b.Name)
	}
}

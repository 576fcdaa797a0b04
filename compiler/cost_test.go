package compiler_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/host/board"
)

// What Yosys 0.23 made of the embedded network, docs/benchmarks.md, section
// Synthesis: block RAMs and DSPs are exact (but for multipliers of addresses), the
// rest is within a tenth.
func TestEstimateAgainstYosys(t *testing.T) {
	for _, c := range []struct {
		family               *compiler.Family
		lanes                int
		lut, ff, blocks, dsp int
	}{
		{compiler.ICE40, 8, 13772, 4641, 262, 0}, {compiler.ICE40, 32, 22517, 9120, 262, 0}, {compiler.ICE40, 128, 33557, 13731, 310, 0},
		{compiler.ECP5, 8, 12974, 4168, 55, 32}, {compiler.ECP5, 32, 20055, 5414, 61, 32}, {compiler.ECP5, 128, 37629, 13060, 69, 32},
		{compiler.XC7, 8, 6782, 3942, 55, 24}, {compiler.XC7, 32, 10578, 5180, 61, 24}, {compiler.XC7, 128, 19770, 12841, 69, 24},
	} {
		model := examples.FashionMLP()
		g, err := nir.Read(bytes.NewReader(model), int64(len(model)), "fashion_mlp.nir")
		require.NoError(t, err)
		k, err := compiler.Compile(context.Background(), g, "fashion_mlp", compiler.Options{Steps: 8, Lanes: c.lanes}, compiler.Hooks{})
		require.NoError(t, err)
		p := k.Program
		got := c.family.Estimate(p)
		require.Equal(t, c.blocks, got.Blocks, "%s, %d lanes", c.family.Name, c.lanes)
		require.Equal(t, c.dsp, got.DSP, "%s, %d lanes", c.family.Name, c.lanes)
		require.InEpsilon(t, c.lut, got.LUT, 0.1, "%s, %d lanes", c.family.Name, c.lanes)
		require.InEpsilon(t, c.ff, got.FF, 0.1, "%s, %d lanes", c.family.Name, c.lanes)
	}
}

// A report names the board that comes nearest, not the last of the list.
func TestNoBoardNamesTheNearest(t *testing.T) {
	r := &compiler.Report{Boards: []compiler.BoardReport{{Board: "small", Full: 9, Scarcest: "LUT"}, {Board: "near", Full: 1.25, Scarcest: "block RAM"}, {Board: "large", Full: 3, Scarcest: "FF"}}}
	_, err := r.Fit()
	require.ErrorContains(t, err, "the nearest, near, whose block RAM is scarcest, would be 125 % full")
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

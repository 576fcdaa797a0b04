package compiler_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/ir"
)

// What Yosys 0.23 made of three networks, docs/benchmarks.md, section Synthesis:
// block RAMs and DSPs are exact, the rest is within a tenth.
func TestEstimateAgainstYosys(t *testing.T) {
	small := compiler.Options{Lanes: 1, Update: 1, WeightBits: 4, WordBits: 8}
	two := compiler.Options{Lanes: 2, Update: 1, WeightBits: 4, WordBits: 16}
	four := compiler.Options{Lanes: 4, Update: 2}
	deep := compiler.Options{Lanes: 2, Update: 2, WeightBits: 6, WordBits: 16}
	for _, c := range []struct {
		network              string
		options              compiler.Options
		family               *compiler.Family
		lut, ff, blocks, dsp int
	}{
		{"mlp-196-32-10", small, compiler.ICE40, 2040, 945, 23, 0},
		{"mlp-196-32-10", small, compiler.ECP5, 2573, 1012, 3, 2},
		{"mlp-196-32-10", small, compiler.XC7, 1410, 914, 2, 2},
		{"mlp-196-32-10", two, compiler.ICE40, 2312, 954, 25, 0},
		{"mlp-196-32-10", two, compiler.ECP5, 2528, 1056, 3, 2},
		{"mlp-196-32-10", two, compiler.XC7, 1603, 976, 2, 2},
		{"mlp-196-32-10", four, compiler.ICE40, 4116, 1257, 45, 0},
		{"mlp-196-32-10", four, compiler.ECP5, 3633, 1597, 6, 6},
		{"mlp-64-48-32-10", deep, compiler.ICE40, 4581, 1722, 38, 0},
		{"mlp-64-48-32-10", deep, compiler.ECP5, 4124, 1802, 4, 8},
		{"mlp-64-48-32-10", deep, compiler.XC7, 2608, 1717, 3, 6},
		{"demo", compiler.Options{Lanes: 8, Update: 4}, compiler.ECP5, 7182, 2638, 55, 16},
	} {
		name := fmt.Sprintf("%s, %d lanes, %s", c.network, c.options.Lanes, c.family.Name)
		c.options.Steps = 8
		k, err := compiler.Compile(t.Context(), network(t, c.network), c.network, c.options, compiler.Hooks{})
		require.NoError(t, err)
		got := c.family.Estimate(k.Program)
		require.Equal(t, c.blocks, got.Blocks, name)
		require.Equal(t, c.dsp, got.DSP, name)
		require.InEpsilon(t, c.lut, got.LUT, 0.1, name)
		require.InEpsilon(t, c.ff, got.FF, 0.1, name)
	}
}

func network(t *testing.T, name string) *ir.Graph {
	if name == "demo" {
		model := examples.FashionMLP()
		g, err := nir.Read(bytes.NewReader(model), int64(len(model)), "fashion_mlp.nir")
		require.NoError(t, err)
		return g
	}
	g, _, err := modelfile.Read(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	return g
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

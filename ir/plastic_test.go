package ir_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/ir"
)

// An update after every sample takes at most rows · groups + 40 cycles, gate
// and pipeline included, whatever the sizes; warm-up sums run beside it.
func TestAnUpdateIsHardlyLongerThanItsSweep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := ir.Core{Lanes: 1 << rapid.IntRange(0, 7).Draw(t, "lanes"), N: rapid.IntRange(1, 4096).Draw(t, "neurons"),
			Rows: rapid.IntRange(1, 4096).Draw(t, "rows"), Plastic: &ir.Plastic{Batch: rapid.IntRange(1, 256).Draw(t, "batch")}}
		c.Groups = (c.N + c.Lanes - 1) / c.Lanes
		sweep := int64(c.Groups * c.Rows)
		require.LessOrEqual(t, c.LearnCycles(true, false, 1), sweep+40)
		require.Equal(t, max(c.LearnCycles(true, false, 1), int64(c.PairBits())+1+6*4*17), c.LearnCycles(true, true, 1))
		n := rapid.IntRange(1, c.Plastic.Batch).Draw(t, "samples")
		require.LessOrEqual(t, c.LearnCycles(true, false, n), sweep*int64(n)+40)
	})
}

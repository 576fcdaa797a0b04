package dassdp

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Δw has the same bits with the vector unit as without, for layers and batches
// with every remainder and for rules of few and of many steps.
func TestVectorsGiveTheSameBits(t *testing.T) {
	if !hasVectors {
		t.Skip("no AVX2 here")
	}
	defer func(vectors, wide bool) { hasVectors, hasWide = vectors, wide }(hasVectors, hasWide)
	kinds := [][2]bool{{false, false}, {true, false}, {true, hasWide}}
	rng := rand.New(rand.NewPCG(5, 8))
	for _, T := range []int{1, 8, 15, 16, 40} {
		for range 20 {
			r := DASSDP(T, PaperDefaults())
			no, ni := 1+rng.IntN(12), 1+rng.IntN(70)
			batch := randomBatch(r, rng, 1+rng.IntN(20), no, ni)
			dw := make([][]float64, len(kinds))
			for k, kind := range kinds {
				hasVectors, hasWide = kind[0], kind[1]
				dw[k] = make([]float64, no*ni)
				require.NoError(t, r.Delta(dw[k], batch, no, ni, testGate))
				require.Equal(t, dw[0], dw[k])
			}
		}
	}
}

// A part of the presynaptic neurons learns what it learns within the whole, with
// scratch that another layer has used.
func TestPartsOfALayer(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 9))
	r := DASSDP(6, PaperDefaults())
	k := NewKernel(r)
	var s Scratch
	for range 20 {
		no, ni := 1+rng.IntN(12), 2+rng.IntN(70)
		batch := randomBatch(r, rng, 1+rng.IntN(20), no, ni)
		gates := make([]float64, len(batch))
		for i := range gates {
			gates[i] = testGate.At(batch[i].Synchrony())
		}
		all := make([]float64, no*ni)
		require.NoError(t, r.Delta(all, batch, no, ni, testGate))
		cut := 1 + rng.IntN(ni-1)
		for _, part := range [][2]int{{0, cut}, {cut, ni}} {
			n := part[1] - part[0]
			dw := make([]float64, no*n)
			k.Delta(dw, batch, gates, part[0], part[1], &s)
			for o := range no {
				require.Equal(t, all[o*ni+part[0]:o*ni+part[1]], dw[o*n:(o+1)*n])
			}
		}
	}
}

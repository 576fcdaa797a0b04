package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/ir"
)

// The statistics are those of SciPy's t.interval and ttest_rel.
func TestStatistics(t *testing.T) {
	v := []float64{1, 2, 3, 4, 5}
	mean, half := interval(v)
	require.InDelta(t, 3, mean, 1e-12)
	require.InDelta(t, 1.963243, half, 1e-6)
	require.InDelta(t, 0.013236, paired(v), 1e-6)
	require.Equal(t, 1.0, paired([]float64{0, 0, 0}))
}

// Every experiment's network can be made, and the document has its place.
func TestExperiments(t *testing.T) {
	page, err := os.ReadFile("../../docs/studies/da-ssdp.md")
	require.NoError(t, err)
	for _, e := range experiments {
		_, err := replace(page, e.name, "")
		require.NoError(t, err)
		doc, err := models.ReadFile(e.model)
		require.NoError(t, err)
		g, hints, _, err := modeljson.DecodeUntrained(doc, models)
		require.NoError(t, err)
		_, err = compiler.Normalised(g, e.name, compiler.Options{From: *hints.From, Steps: e.steps, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}})
		require.NoError(t, err)
	}
	finished, err := read("../../docs/studies/da-ssdp.jsonl")
	require.NoError(t, err)
	require.NotEmpty(t, finished)
}

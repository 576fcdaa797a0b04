package main

import (
	"fmt"
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

// A group goes seed by seed, groups one after the other, finished runs are left out.
func TestQueue(t *testing.T) {
	groups, err := grouped("fashion-dense,fashion-conv;fashion-dense-small")
	require.NoError(t, err)
	rules := func(e *experiment) []arm { return e.arms[:2] }
	done := []*result{{Experiment: "fashion-conv", Config: groups[0][1].text(), Arm: "none", Seed: 1}}
	var got []string
	for _, x := range queue(groups, rules, 2, done) {
		got = append(got, fmt.Sprint(x.e.name, " ", x.arm.name, " ", x.seed))
	}
	require.Equal(t, []string{"fashion-dense none 1", "fashion-dense SSDP 1", "fashion-conv DA-SSDP, proportional 1",
		"fashion-dense none 2", "fashion-dense SSDP 2", "fashion-conv none 2", "fashion-conv DA-SSDP, proportional 2",
		"fashion-dense-small none 1", "fashion-dense-small SSDP 1", "fashion-dense-small none 2", "fashion-dense-small SSDP 2"}, got)
	_, err = grouped("fashion")
	require.ErrorContains(t, err, "the experiments are")
}

// A table says which of its runs another machine made.
func TestRunsElsewhere(t *testing.T) {
	run := func(arm string, seed uint64, machine string) *result {
		e := experiments[0]
		return &result{Experiment: e.name, Config: e.text(), Arm: arm, Seed: seed, Machine: machine, Epochs: []epoch{{}}}
	}
	text, err := experiments[0].report([]*result{run("none", 1, ""), run("none", 2, "sixteen"), run("SSDP", 1, "sixteen")}, t.TempDir())
	require.NoError(t, err)
	require.Contains(t, text, "2 of the 3 runs were made on sixteen.")
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
)

// snnc runs a command line and returns what it printed and its error.
func snnc(args ...string) (string, error) {
	c := command()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(context.Background())
	return out.String(), err
}

func TestCompareTable(t *testing.T) {
	out, err := snnc("compare", "demo", "--data", "demo", "--samples", "50", "--json")
	require.NoError(t, err)
	var table backend.Table
	require.NoError(t, json.Unmarshal([]byte(out), &table))
	require.Equal(t, 50, table.Samples)
	require.Len(t, table.Backends, 3)
	require.Zero(t, table.Backends[2].Mismatches, "fixed = sim")
	require.Greater(t, table.Backends[2].CyclesMean, 0.0)
	require.Greater(t, *table.Backends[0].Accuracy, 0.8)
}

func TestCompileWritesAWholeDesign(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	_, err := snnc("compile", "demo", "-o", dir, "--data", "demo", "--samples", "5")
	require.NoError(t, err)
	for _, f := range []string{"program.snnp", "program.txt", "report.txt", "report.json", "snnc_top.v", "mem/core0_weights.hex"} {
		require.FileExists(t, filepath.Join(dir, f))
	}
	first, err := os.ReadFile(filepath.Join(dir, "program.snnp"))
	require.NoError(t, err)
	_, err = snnc("compile", "demo", "-o", dir, "--data", "demo", "--samples", "5")
	require.NoError(t, err)
	second, err := os.ReadFile(filepath.Join(dir, "program.snnp"))
	require.NoError(t, err)
	require.Equal(t, first, second, "the same model gives the same bytes")
	out, err := snnc("sim", dir, "--data", "demo", "--samples", "3")
	require.NoError(t, err)
	require.Contains(t, out, "sample 2 label")
}

func TestConvertLosesNothing(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "net.json"), filepath.Join(dir, "net.nir")
	_, err := snnc("convert", "demo", a)
	require.NoError(t, err)
	_, err = snnc("convert", a, b)
	require.NoError(t, err)
	nirFile := examples.FashionMLP()
	want, err := nir.Read(bytes.NewReader(nirFile), int64(len(nirFile)), "embedded")
	require.NoError(t, err)
	got, err := nir.ReadFile(b)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// Bad input gets one clear line and exit code 2.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, g *ir.Graph) string {
		path := filepath.Join(dir, name)
		var b bytes.Buffer
		require.NoError(t, nir.Write(&b, g))
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
		return path
	}
	text := filepath.Join(dir, "text.nir")
	require.NoError(t, os.WriteFile(text, []byte("this is no model"), 0o644))
	cut := filepath.Join(dir, "cut.nir")
	require.NoError(t, os.WriteFile(cut, examples.FashionMLP()[:5000], 0o644))
	v := func(x ...float64) *ir.Tensor { return ir.NewTensor(ir.Float64, []int{len(x)}, x) }
	m := func(r, c int, x ...float64) *ir.Tensor { return ir.NewTensor(ir.Float64, []int{r, c}, x) }
	size := func(n float64) *ir.Tensor { return ir.NewTensor(ir.Int64, []int{1}, []float64{n}) }
	chain := func(w *ir.Tensor, tau float64, edges ...ir.Edge) *ir.Graph {
		return &ir.Graph{Nodes: []ir.Node{
			{Name: "fc", Op: &ir.Linear{Weight: w}}, {Name: "input", Op: &ir.Input{Shape: size(2)}},
			{Name: "lif", Op: &ir.LIF{Tau: v(tau), R: v(1), VLeak: v(0), VThreshold: v(1)}}, {Name: "output", Op: &ir.Output{Shape: size(1)}}},
			Edges: append([]ir.Edge{{From: "input", To: "fc"}, {From: "fc", To: "lif"}, {From: "lif", To: "output"}}, edges...)}
	}
	loop := chain(m(1, 2, 1, 1), 1e-3, ir.Edge{From: "lif", To: "back"}, ir.Edge{From: "back", To: "fc"})
	loop.Nodes = append(loop.Nodes, ir.Node{Name: "back", Op: &ir.Linear{Weight: m(2, 1, 1, 1)}})
	loop.Normalise()
	good := write("good.nir", chain(m(1, 2, 1, 1), 1e-3))
	for _, tc := range []struct {
		name string
		args []string
		want []string
	}{
		{"no such file", []string{"compare", filepath.Join(dir, "none.nir")}, []string{"none.nir", "no such file"}},
		{"not a model", []string{"compare", text}, []string{"text.nir"}},
		{"cut short", []string{"compare", cut}, []string{"cut.nir"}},
		{"zero tau", []string{"compare", write("tau.nir", chain(m(1, 2, 1, 1), 0))}, []string{"lif", "tau", "greater than zero"}},
		{"wrong shape", []string{"compile", write("shape.nir", chain(m(1, 3, 1, 1, 1), 1e-3)), "-o", filepath.Join(dir, "o")}, []string{"fc", "weight", "[1 3]", "takes 3 values, but 2 arrive"}},
		{"dangling edge", []string{"compare", write("edge.nir", chain(m(1, 2, 1, 1), 1e-3, ir.Edge{From: "lif", To: "gone"}))}, []string{"gone", "does not exist"}},
		{"loop", []string{"compile", write("loop.nir", loop), "-o", filepath.Join(dir, "o")}, []string{"lif", "loop", "not supported"}},
		{"decay below zero", []string{"compile", good, "-o", filepath.Join(dir, "o"), "--dt", "1"}, []string{"dt = 1", "choose dt at most tau"}},
		{"data of another size", []string{"compare", good, "--data", "demo", "--samples", "2"}, []string{"784", "2"}},
		{"unknown backend", []string{"compare", "demo", "--backends", "float,magic"}, []string{"magic", "float, fixed, sim and rtl"}},
		{"weight bits", []string{"compare", "demo", "--weight-bits", "40"}, []string{"weight-bits is 40", "2 to 16"}},
		{"preset", []string{"compare", "demo", "--from", "brian"}, []string{"brian", "norse"}},
		{"no program", []string{"sim", dir}, []string{"program.snnp"}},
		{"pass", []string{"compile", "demo", "-o", filepath.Join(dir, "o"), "--dump-after", "magic"}, []string{"magic", "lower"}},
		{"unknown flag", []string{"compare", "demo", "--magic"}, []string{"magic"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := snnc(tc.args...)
			require.Error(t, err)
			for _, w := range tc.want {
				require.Contains(t, err.Error(), w)
			}
			require.Equal(t, 2, run(tc.args))
			require.NoDirExists(t, filepath.Join(dir, "o"), "nothing half-written")
		})
	}
}

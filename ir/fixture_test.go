package ir_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "go test ./ir -run %s -update writes it", t.Name())
	require.Equal(t, string(want), string(got), "go test ./ir -run %s -update accepts a change", t.Name())
}

func vector(v ...float64) *ir.Tensor { return ir.NewTensor(ir.Float32, []int{len(v)}, v) }

func scalar(v float64) *ir.Tensor { return ir.NewTensor(ir.Float32, nil, []float64{v}) }

// small is a graph with a subgraph: 3 graded values to 9 neurons to 2 read-outs.
func small() *ir.Graph {
	w := make([]float64, 27)
	for i := range w {
		w[i] = float64(i%7-3) / 4
	}
	w2 := make([]float64, 18)
	for i := range w2 {
		w2[i] = float64(i%5-2) / 2
	}
	cell := &ir.Graph{
		Name: "hidden",
		Nodes: []ir.Node{
			{Name: "in", Op: &ir.Input{Shape: vector(3)}},
			{Name: "fc", Op: &ir.Affine{Weight: ir.NewTensor(ir.Float32, []int{9, 3}, w), Bias: scalar(0.125)}},
			{Name: "lif", Op: &ir.LIF{Tau: scalar(2e-3), R: scalar(20), VLeak: scalar(0), VThreshold: scalar(1)}},
			{Name: "out", Op: &ir.Output{Shape: vector(9)}},
		},
		Edges: []ir.Edge{{From: "in", To: "fc"}, {From: "fc", To: "lif"}, {From: "lif", To: "out"}},
	}
	g := &ir.Graph{
		Nodes: []ir.Node{
			{Name: "input", Op: &ir.Input{Shape: vector(3)}},
			{Name: "hidden", Op: &ir.Subgraph{Graph: cell}},
			{Name: "fc2", Op: &ir.Linear{Weight: ir.NewTensor(ir.Float32, []int{2, 9}, w2)}},
			{Name: "readout", Op: &ir.LI{Tau: scalar(5e-3), R: scalar(50), VLeak: scalar(0)}},
			{Name: "output", Op: &ir.Output{Shape: vector(2)}},
		},
		Edges: []ir.Edge{{From: "input", To: "hidden"}, {From: "hidden", To: "fc2"}, {From: "fc2", To: "readout"}, {From: "readout", To: "output"}},
	}
	g.Normalise()
	return g
}

func compileSmall(t testing.TB) *compiler.Compiled {
	t.Helper()
	c, err := compiler.Compile(context.Background(), small(), "small", compiler.Options{Steps: 4, WordBits: 32, WeightBits: 5, Lanes: 4, Update: 2, DT: 1e-4,
		Input: ir.Encoding{Bits: 3, Signed: true, Scale: 0.25}}, compiler.Hooks{})
	require.NoError(t, err)
	return c
}

func compileCase(r *randnet.Case) (*compiler.Compiled, error) {
	return compiler.Compile(context.Background(), r.Graph, "random", r.Options, compiler.Hooks{})
}

func example(t testing.TB) (*ir.Graph, *compiler.Compiled) {
	t.Helper()
	g, _, err := modelfile.Read(filepath.Join("..", "examples", "fashion_mlp", "fashion_mlp.nir"))
	require.NoError(t, err)
	c, err := compiler.Compile(context.Background(), g, "fashion_mlp", compiler.Options{}, compiler.Hooks{})
	require.NoError(t, err)
	return g, c
}

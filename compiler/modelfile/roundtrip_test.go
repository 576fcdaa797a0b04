package modelfile_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/ir"
)

// drawGraph draws a graph of every op with random fields, nested subgraphs and
// metadata. nirOnly leaves out what NIR has no node for.
func drawGraph(t *rapid.T, nirOnly bool, depth int) *ir.Graph {
	g := &ir.Graph{}
	kinds := ir.Kinds()
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9_ü.]{1,8}`), 2, 6, rapid.ID[string]).Draw(t, "names")
	for i, name := range names {
		if name == "." || name == ".." {
			name = fmt.Sprintf("n%d", i)
		}
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		switch {
		case i == 0:
			kind = "Input"
		case i == 1:
			kind = "Output"
		case nirOnly && (kind == "BatchNorm1d" || kind == "BatchNorm2d"), kind == "NIRGraph" && depth > 1:
			kind = "LIF"
		}
		op, _ := ir.NewOp(kind)
		n := ir.Node{Name: name, Op: op}
		if sub, ok := op.(*ir.Subgraph); ok {
			sub.Graph = drawGraph(t, nirOnly, depth+1)
			sub.Graph.Name = name
		}
		fillFields(t, op, nirOnly)
		g.Nodes = append(g.Nodes, n)
	}
	for range rapid.IntRange(1, 6).Draw(t, "edges") {
		e := ir.Edge{From: rapid.SampledFrom(g.Nodes).Draw(t, "from").Name, To: rapid.SampledFrom(g.Nodes).Draw(t, "to").Name}
		dup := false
		for _, x := range g.Edges {
			dup = dup || x == e
		}
		if !dup {
			g.Edges = append(g.Edges, e)
		}
	}
	g.Normalise()
	return g
}

// fillFields gives an op fields that its checks accept.
func fillFields(t *rapid.T, op ir.Op, all bool) {
	float := rapid.SampledFrom([]ir.DType{ir.Float32, ir.Float64}).Draw(t, "dtype")
	channels, k := rapid.IntRange(1, 3).Draw(t, "channels"), rapid.IntRange(1, 3).Draw(t, "k")
	shapes := map[string][]int{"weight": {channels, k}, "bias": {channels}, "shape": {3}, "input_type": {3}, "kernel_size": {2}, "stride": {2}, "padding": {2}}
	switch op.Kind() {
	case "Conv1d":
		shapes["weight"], shapes["stride"], shapes["padding"], shapes["dilation"], shapes["input_shape"] = []int{channels, 2, k}, nil, nil, nil, nil
	case "Conv2d":
		shapes["weight"], shapes["dilation"], shapes["input_shape"] = []int{channels, 2, k, k}, []int{2}, []int{2}
	case "BatchNorm1d", "BatchNorm2d":
		for _, f := range []string{"weight", "bias", "running_mean", "running_var"} {
			shapes[f] = []int{channels}
		}
	}
	whole := map[string]bool{"shape": true, "input_type": true, "kernel_size": true, "stride": true, "padding": true, "dilation": true, "groups": true, "input_shape": true, "start_dim": true, "end_dim": true}
	neuron := []int{rapid.IntRange(1, 5).Draw(t, "neurons")}
	for _, f := range op.Fields() {
		if f.Optional && !all && rapid.Bool().Draw(t, "absent") {
			continue
		}
		shape, known := shapes[f.Name]
		if !known && !whole[f.Name] && f.Name != "eps" {
			shape = neuron
		}
		if len(f.Words) > 0 && rapid.Bool().Draw(t, "word") {
			*f.Value = ir.NewText(rapid.SampledFrom(f.Words).Draw(t, "words"))
			continue
		}
		dtype := float
		v := make([]float64, ir.Size(shape))
		for i := range v {
			v[i] = float64(float32(rapid.Float64Range(0.01, 100).Draw(t, "value")))
			if whole[f.Name] {
				dtype, v[i] = ir.Int64, float64(rapid.IntRange(1, 3).Draw(t, "whole"))
			}
			switch f.Name {
			case "groups":
				v[i] = 1
			case "start_dim":
				v[i] = 0
			case "end_dim":
				v[i] = -1
			}
		}
		*f.Value = ir.NewTensor(dtype, shape, v)
	}
}

// Property: writing and reading a graph gives the same graph, in both formats
// and from one to the other.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		nirOnly := rapid.Bool().Draw(t, "NIR")
		g := drawGraph(t, nirOnly, 0)
		g.Version = "1.0.8"
		g.Metadata = []ir.KeyValue{{Key: "a", Value: ir.NewText("b\"ü")}, {Key: "n", Value: ir.NewTensor(ir.UInt8, []int{2}, []float64{0, 255})}}
		endings := []string{".json"}
		if nirOnly {
			endings = []string{".nir", ".json", ".nir"}
		}
		was := g
		for i, e := range endings {
			path := filepath.Join(dir, fmt.Sprintf("m%d%s", i, e))
			require.NoError(t, modelfile.Write(path, was, ir.Hints{}))
			got, _, err := modelfile.Read(path)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(g, got, cmpopts.EquateEmpty()), e)
			was = got
		}
	})
}

// The nir package reads what we write, and writes it back the same.
func TestNIRPackageAgrees(t *testing.T) {
	python := os.Getenv("SNNC_PYTHON")
	if python == "" {
		t.Skip("needs a Python with nir and numpy: set SNNC_PYTHON to it")
	}
	dir := t.TempDir()
	var graphs []*ir.Graph
	rapid.Check(t, func(t *rapid.T) {
		if len(graphs) < 20 {
			g := drawGraph(t, true, 0)
			g.Version = "1.0.8"
			dropEdges(g) // the package infers shapes along edges, and random ones do not fit
			require.NoError(t, modelfile.Write(filepath.Join(dir, fmt.Sprintf("%d.nir", len(graphs))), g, ir.Hints{}))
			graphs = append(graphs, g)
		}
	})
	script := fmt.Sprintf("import nir\nfor i in range(%d):\n    nir.write(r'%s/%%d.back.nir' %% i, nir.read(r'%s/%%d.nir' %% i, type_check=False))", len(graphs), dir, dir)
	out, err := exec.Command(python, "-c", script).CombinedOutput()
	require.NoError(t, err, string(out))
	for i, g := range graphs {
		back, _, err := modelfile.Read(filepath.Join(dir, fmt.Sprintf("%d.back.nir", i)))
		require.NoError(t, err)
		require.Equal(t, len(g.Nodes), len(back.Nodes))
		require.Equal(t, g.Edges, back.Edges)
		for k, n := range g.Nodes {
			require.Equal(t, n.Op.Kind(), back.Nodes[k].Op.Kind())
			for j, f := range n.Op.Fields() {
				if a, b := *f.Value, *back.Nodes[k].Op.Fields()[j].Value; a != nil && b != nil && a.DType != ir.Text {
					require.Equal(t, a.Data, b.Data, "%s.%s", n.Name, f.Name)
				}
			}
		}
	}
}

func dropEdges(g *ir.Graph) {
	g.Edges = nil
	for _, n := range g.Nodes {
		if sub, ok := n.Op.(*ir.Subgraph); ok {
			dropEdges(sub.Graph)
		}
	}
}

package nir_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
)

func nested() *ir.Graph {
	s := func(v ...float64) *ir.Tensor { return ir.NewTensor(ir.Int64, []int{len(v)}, v) }
	in, out := ir.Node{Name: "input", Op: &ir.Input{Shape: s(1)}}, ir.Node{Name: "output", Op: &ir.Output{Shape: s(1)}}
	sub := &ir.Graph{Name: "sub.1", Nodes: []ir.Node{in, out}, Edges: []ir.Edge{{From: "input", To: "output"}}}
	g := &ir.Graph{Version: "1.0.8", Nodes: []ir.Node{in, out, {Name: "sub.1", Op: &ir.Subgraph{Graph: sub}}},
		Edges: []ir.Edge{{From: "input", To: "sub.1"}, {From: "sub.1", To: "output"}}}
	g.Normalise()
	return g
}

// Python's nir reads a nested graph that Write wrote, and Read reads it back.
func TestWrittenGraphIsRead(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, nir.Write(&b, nested()))
	g, err := nir.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), "m")
	require.NoError(t, err)
	require.Equal(t, nested(), g)
	python := os.Getenv("SNNC_PYTHON")
	if python == "" {
		t.Skip("SNNC_PYTHON is not set: no Python with nir to compare with")
	}
	path := filepath.Join(t.TempDir(), "m.nir")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	out, err := exec.Command(python, "-c", "import nir,sys;g=nir.read(sys.argv[1]);print(sorted(g.nodes),g.edges)", path).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "['input', 'output', 'sub.1'] [('input', 'sub.1'), ('sub.1', 'output')]\n", string(out))
}

func TestTenMillionSynapsesAreReadInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 40 MB")
	}
	g := &ir.Graph{}
	for _, name := range []string{"a", "b", "c", "d"} {
		g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: &ir.Linear{Weight: ir.NewTensor(ir.Float32, []int{2500, 1000}, make([]float64, 2_500_000))}})
	}
	var b bytes.Buffer
	require.NoError(t, nir.Write(&b, g))
	start := time.Now()
	_, err := nir.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), "m")
	require.NoError(t, err)
	t.Logf("read in %v", time.Since(start))
	require.Less(t, time.Since(start), 2*time.Second)
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	require.NoError(f, nir.Write(&b, nested()))
	f.Add(b.Bytes())
	if raw, err := os.ReadFile(oracle.Path(f, "models", "nir", "01_lif", "lif_norse.nir")); err == nil {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if g, err := nir.Read(bytes.NewReader(raw), int64(len(raw)), "m"); err == nil {
			require.Empty(t, g.Validate())
		}
	})
}

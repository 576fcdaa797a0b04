package modelfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
)

// Every shared .nir file goes through model.json and NIR without loss, or is
// refused with a reason.
func TestConvertIsLossless(t *testing.T) {
	dir, read := oracle.Path(t, "models"), 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".nir" {
			return err
		}
		g, h, err := modelfile.Read(path)
		if err != nil {
			require.Regexp(t, `unsupported nodes: .*; supported are .*Affine|does not exist`, err.Error())
			t.Logf("%-28s refused: %.150s", d.Name(), strings.TrimPrefix(err.Error(), path+": "))
			return nil
		}
		read++
		tmp := t.TempDir()
		j, n := filepath.Join(tmp, "m.json"), filepath.Join(tmp, "m.nir")
		require.NoError(t, modelfile.Write(j, g, h))
		a, _, err := modelfile.Read(j)
		require.NoError(t, err)
		require.Equal(t, g, a)
		require.NoError(t, modelfile.Write(n, a, h))
		b, _, err := modelfile.Read(n)
		require.NoError(t, err)
		require.Equal(t, g, b)
		t.Logf("%-28s %d nodes, lossless", d.Name(), len(g.Nodes))
		return nil
	}))
	require.Positive(t, read)
}

func TestBadFiles(t *testing.T) {
	const head = `{"format":"snnc-model","format_version":1,`
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {"", "the file is empty; a model is a NIR file (HDF5) or a model.json"},
		"other":     {"PK\x03\x04abcdef", `it begins with "PK\x03\x04abcd", which is neither HDF5 (a NIR file, as nir.write makes it) nor a JSON object (model.json)`},
		"truncated": {"{\n\"format\":", "line 2: not valid JSON: unexpected end of JSON input"},
		"kind":      {head + `"nodes":{"c":{"type":"Spline"}},"edges":[]}`, `at /nodes/c/type: found "Spline"; allowed are "Affine","AvgPool2d"`},
		"twice":     {head + `"nodes":{"a":{"type":"Input","shape":[1]},"a":{"type":"Output","shape":[1]}},"edges":[]}`, "at /nodes/a: the key is there twice; names must be unique"},
		"key":       {head + `"nodes":{},"edges":[],"x":1}`, "at /: unknown key: x; docs/model.md lists the keys"},
		"missing":   {head + `"nodes":{"a":{"type":"Scale"}},"edges":[]}`, "at /nodes/a: missing: scale"},
		"dangling":  {head + `"nodes":{"a":{"type":"Input","shape":[1]}},"edges":[["a","b"]]}`, `edge "a" -> "b": node "b" does not exist; nodes are "a"`},
		"ragged":    {head + `"nodes":{"a":{"type":"Linear","weight":[[1,2],[3]]}},"edges":[]}`, `node "a" (Linear): field "weight": the lists are ragged; all lists of one level must have one length`},
		"tau":       {head + `"nodes":{"a":{"type":"LI","tau":0,"r":1,"v_leak":0}},"edges":[]}`, `node "a" (LI): field "tau": element 0 is 0; it must be greater than zero`},
		"escape":    {head + `"nodes":{"a":{"type":"Scale","scale":{"file":"../w.npy"}}},"edges":[]}`, `file "../w.npy": it must lie in the directory of model.json: a relative path with / and without ..`},
		"range":     {head + `"nodes":{"a":{"type":"Scale","scale":1e999}},"edges":[]}`, "at /nodes/a/scale: number 1e999 is out of range"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "m.json")
			require.NoError(t, os.WriteFile(path, []byte(c.text), 0o644))
			_, _, err := modelfile.Read(path)
			require.ErrorContains(t, err, path+": ")
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestHints(t *testing.T) {
	steps := 8
	path := filepath.Join(t.TempDir(), "m.json")
	g := &ir.Graph{Nodes: []ir.Node{{Name: "s", Op: &ir.Scale{Scale: ir.NewTensor(ir.Float32, []int{2}, []float64{0.5, float64(float32(0.1))})}}}}
	require.NoError(t, modelfile.Write(path, g, ir.Hints{Steps: &steps}))
	a, h, err := modelfile.Read(path)
	require.NoError(t, err)
	require.Equal(t, g, a)
	require.Equal(t, 8, *h.Steps)
	require.ErrorContains(t, modelfile.Write(path+".nir", g, h), "which NIR cannot hold")
}

package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// putAll writes one dataset of every element type.
func putAll(g *GroupBuilder) {
	Put(g, "int8", []int{2}, []int8{-128, 127})
	Put(g, "int16", []int{2}, []int16{math.MinInt16, 3})
	Put(g, "int32", []int{2, 1}, []int32{math.MinInt32, 3})
	Put(g, "int64", []int{1, 2}, []int64{math.MinInt64, math.MaxInt64})
	Put(g, "uint8", []int{2}, []uint8{0, 255})
	Put(g, "uint16", []int{2}, []uint16{0, math.MaxUint16})
	Put(g, "uint32", []int{2}, []uint32{0, math.MaxUint32})
	Put(g, "uint64", []int{2}, []uint64{0, math.MaxUint64})
	Put(g, "float32", []int{5}, []float32{0.1, float32(math.Inf(1)), float32(math.NaN()), math.SmallestNonzeroFloat32, 0})
	Put(g, "float64", []int{2, 1, 2}, []float64{0.1, math.Inf(-1), math.Copysign(0, -1), math.MaxFloat64})
	Put(g, "bool", []int{2}, []bool{true, false})
	Put(g, "string", []int{3, 2}, []string{"a", "", "größe", "神経", "a", strings.Repeat("long ", 2000)})
	Put(g, "empty", []int{0, 4}, []float32{})
	Put(g, "empty string", []int{0}, []string{})
	PutScalar(g, "scalar string", "NIRGraph")
	PutScalar(g, "scalar bool", true)
	PutScalar(g, "scalar float", float32(-1.5))
	PutScalar(g, "scalar int", int64(7))
	PutScalar(g, "empty scalar", "")
}

func everything() *Builder {
	b := NewBuilder()
	putAll(b.Root())
	putAll(b.Root().Group("node").Group("nodes").Group("0.lif λ"))
	b.Root().Group("nothing")
	many := b.Root().Group("many")
	for i := range 300 {
		PutScalar(many, fmt.Sprint(i), uint16(i))
	}
	return b
}

func encode(t testing.TB, b *Builder) []byte {
	out, err := b.Bytes()
	require.NoError(t, err)
	return out
}

func save(t testing.TB, b *Builder) string {
	path := filepath.Join(t.TempDir(), "written.h5")
	require.NoError(t, os.WriteFile(path, encode(t, b), 0o600))
	return path
}

// h5py and h5dump read every element type, shape and name that is written, as this package does.
func TestWrittenFileWithOracles(t *testing.T) {
	path := save(t, everything())
	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	t.Run("h5dump", func(t *testing.T) {
		text := h5dump(t, path)
		require.Contains(t, text, `(0,0): "a", "",`)
		require.Contains(t, text, `GROUP "0.lif λ"`)
		require.Contains(t, text, "(0): TRUE, FALSE")
	})
	t.Run("h5py", func(t *testing.T) { requireSame(t, h5py(t, path)[0], f) })
}

// A group of thousands of links stays readable, and h5py can go on changing the file.
func TestWrittenFileChangedByH5py(t *testing.T) {
	exe := python(t, "h5py")
	b := NewBuilder()
	g := b.Root().Group("g")
	for i := range 3000 {
		PutScalar(g, fmt.Sprintf("%04d", i), "s")
	}
	path := save(t, b)
	script := `import h5py, sys
with h5py.File(sys.argv[1], "r+") as f:
    g = f["g"]
    assert len(g) == 3000, len(g)
    del g["0000"]
    g["0001"][()] = "a longer string"
    for i in range(3):
        g[f"new{i}"] = i
    f.attrs["more"] = [1.0, 2.0]
`
	out, err := exec.Command(exe, "-c", script, path).CombinedOutput()
	require.NoError(t, err, string(out))
	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	requireSame(t, h5py(t, path)[0], f)
	d, err := f.Root().Dataset("g/0001")
	require.NoError(t, err)
	s, err := d.Strings()
	require.NoError(t, err)
	require.Equal(t, []string{"a longer string"}, s)
}

// The type messages are byte for byte those that h5py writes.
func TestTypesAsH5pyWritesThem(t *testing.T) {
	for ours, theirs := range map[string]string{"string": "strings_v108/scalar", "bool": "types_earliest/bools",
		"float32": "types_earliest/<f4", "float64": "types_earliest/<f8", "int64": "types_earliest/<i8",
		"uint8": "types_earliest/<u1", "int16": "types_earliest/<i2"} {
		b := NewBuilder()
		putAll(b.Root())
		raw := encode(t, b)
		f, err := Read(bytes.NewReader(raw), int64(len(raw)))
		require.NoError(t, err)
		message := func(f *File, path string) []byte {
			d, err := f.Root().Dataset(path)
			require.NoError(t, err)
			c, err := d.h.require(f.s, msgDatatype)
			require.NoError(t, err)
			return bytes.TrimRight(c.b, "\x00") // version 1 headers pad to eight bytes
		}
		file, path, _ := strings.Cut(theirs, "/")
		require.Equal(t, message(openFixture(t, file), path), bytes.TrimRight(message(f, ours), "\x00"), ours)
	}
}

// Python's nir package reads a graph that was written here.
func TestNIRReadsWrittenGraph(t *testing.T) {
	exe := python(t, "nir")
	b := NewBuilder()
	PutScalar(b.Root(), "version", "1.0.4")
	node := b.Root().Group("node")
	PutScalar(node, "type", "NIRGraph")
	Put(node, "edges", []int{3, 2}, []string{"input", "fc", "fc", "lif.0", "lif.0", "output"})
	nodes := node.Group("nodes")
	in := nodes.Group("input")
	PutScalar(in, "type", "Input")
	Put(in, "shape", []int{1}, []int64{3})
	fc := nodes.Group("fc")
	PutScalar(fc, "type", "Affine")
	Put(fc, "weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6.5})
	Put(fc, "bias", []int{2}, []float32{-1, 0})
	lif := nodes.Group("lif.0")
	PutScalar(lif, "type", "LIF")
	for _, p := range []string{"tau", "r", "v_leak", "v_reset", "v_threshold"} {
		Put(lif, p, []int{2}, []float64{0.5, 0.25})
	}
	out := nodes.Group("output")
	PutScalar(out, "type", "Output")
	Put(out, "shape", []int{1}, []int64{2})
	path := save(t, b)
	script := `import nir, sys, numpy as np
from nir.serialization import read_version
assert read_version(sys.argv[1]) == "1.0.4"
g = nir.read(sys.argv[1])
assert sorted(g.nodes) == ["fc", "input", "lif.0", "output"], g.nodes
assert sorted(g.edges) == [("fc", "lif.0"), ("input", "fc"), ("lif.0", "output")], g.edges
fc = g.nodes["fc"]
assert type(fc) is nir.Affine and fc.weight.dtype == np.float32, fc
assert fc.weight.tolist() == [[1, 2, 3], [4, 5, 6.5]] and fc.bias.tolist() == [-1, 0]
assert type(g.nodes["lif.0"]) is nir.LIF and g.nodes["lif.0"].tau.tolist() == [0.5, 0.25]
assert g.nodes["input"].input_type["input"].tolist() == [3]
nir.write(sys.argv[2], g)
`
	again := filepath.Join(t.TempDir(), "again.nir")
	msg, err := exec.Command(exe, "-c", script, path, again).CombinedOutput()
	require.NoError(t, err, string(msg))
	f, err := Open(again)
	require.NoError(t, err)
	defer f.Close()
	d, err := f.Root().Dataset("node/nodes/fc/weight")
	require.NoError(t, err)
	w, err := d.Float32s()
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2, 3, 4, 5, 6.5}, w)
}

func TestBuilderErrors(t *testing.T) {
	tests := map[string]struct {
		build func(g *GroupBuilder)
		text  string
	}{
		"count":     {func(g *GroupBuilder) { Put(g, "x", []int{2, 3}, make([]float32, 5)) }, "cannot write /x: shape [2 3] needs 6 elements, got 5"},
		"negative":  {func(g *GroupBuilder) { Put(g, "x", []int{-1}, []int8{}) }, "negative dimension"},
		"overflow":  {func(g *GroupBuilder) { Put(g, "x", []int{1 << 32, 1 << 32}, []int8{}) }, "overflows"},
		"rank":      {func(g *GroupBuilder) { Put(g, "x", slicesOfOnes(33), []int8{1}) }, "at most 32 dimensions"},
		"slash":     {func(g *GroupBuilder) { g.Group("a/b") }, `got "a/b"`},
		"empty":     {func(g *GroupBuilder) { PutScalar(g.Group("a"), "", int8(1)) }, `cannot write /a/: expected a name`},
		"long":      {func(g *GroupBuilder) { g.Group(strings.Repeat("x", 60001)) }, "at most 60000 bytes"},
		"not UTF-8": {func(g *GroupBuilder) { g.Group("\xff") }, "expected a name in UTF-8"},
		"twice":     {func(g *GroupBuilder) { g.Group("a"); PutScalar(g, "a", "x") }, "cannot write /a: the group already has this name"},
		"NUL":       {func(g *GroupBuilder) { Put(g, "s", []int{2}, []string{"a", "b\x00c"}) }, `string 1 is not valid UTF-8 without NUL: "b\x00c"`},
		"first":     {func(g *GroupBuilder) { g.Group("."); g.Group("") }, `got "."`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			tt.build(b.Root())
			_, err := b.Bytes()
			require.ErrorContains(t, err, tt.text)
		})
	}
	broken := errors.New("disk full")
	n, err := everything().WriteTo(failingWriter{broken})
	require.ErrorIs(t, err, broken)
	require.Zero(t, n)
}

func slicesOfOnes(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = 1
	}
	return s
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// The same content gives the same bytes, in whatever order it was added.
func TestWriterIsDeterministic(t *testing.T) {
	want := encode(t, everything())
	require.Equal(t, want, encode(t, everything()))
	x, y := NewBuilder(), NewBuilder()
	PutScalar(x.Root(), "a", "1")
	PutScalar(x.Root(), "b", "2")
	PutScalar(y.Root(), "b", "2")
	PutScalar(y.Root(), "a", "1")
	require.Equal(t, encode(t, x), encode(t, y))
}

// drawTree fills a group with random content and remembers what it put where.
func drawTree(t *rapid.T, g *GroupBuilder, depth int, want map[string]any) {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9._ λ-]{1,12}`), 0, 12, rapid.ID[string]).Draw(t, "names")
	for _, name := range names {
		if name == "." {
			continue
		}
		path := g.path + "/" + name
		kind := rapid.IntRange(0, 12).Draw(t, "kind")
		if kind == 12 {
			if depth < 4 {
				want[path] = "group"
				drawTree(t, g.Group(name), depth+1, want)
			}
			continue
		}
		shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 3).Draw(t, "shape")
		switch kind {
		case 0:
			want[path] = draw(t, g, name, shape, rapid.Int8())
		case 1:
			want[path] = draw(t, g, name, shape, rapid.Int16())
		case 2:
			want[path] = draw(t, g, name, shape, rapid.Int32())
		case 3:
			want[path] = draw(t, g, name, shape, rapid.Int64())
		case 4:
			want[path] = draw(t, g, name, shape, rapid.Uint8())
		case 5:
			want[path] = draw(t, g, name, shape, rapid.Uint16())
		case 6:
			want[path] = draw(t, g, name, shape, rapid.Uint32())
		case 7:
			want[path] = draw(t, g, name, shape, rapid.Uint64())
		case 8:
			want[path] = draw(t, g, name, shape, rapid.Float32())
		case 9:
			want[path] = draw(t, g, name, shape, rapid.Float64())
		case 10:
			want[path] = draw(t, g, name, shape, rapid.Bool())
		case 11:
			text := rapid.String().Filter(func(s string) bool { return !strings.ContainsRune(s, 0) })
			want[path] = draw(t, g, name, shape, text)
		}
	}
}

// content is a dataset as a test wrote it: its shape, its type and its values printed exactly.
type content struct {
	shape []int
	typ   string
	data  string
}

func draw[T Element](t *rapid.T, g *GroupBuilder, name string, shape []int, gen *rapid.Generator[T]) content {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := rapid.SliceOfN(gen, n, n).Draw(t, "data")
	Put(g, name, shape, data)
	var zero T
	return content{shape, fmt.Sprintf("%T", zero), fmt.Sprintf("%#v", data)}
}

func readBack(d *Dataset) (content, error) {
	c := content{shape: d.Shape(), typ: d.Type().String()}
	var err error
	show := func(v any, e error) {
		c.data, err = fmt.Sprintf("%#v", v), e
	}
	switch c.typ {
	case "int8":
		show(narrow[int8](d.Int64s()))
	case "int16":
		show(narrow[int16](d.Int64s()))
	case "int32":
		show(narrow[int32](d.Int64s()))
	case "int64":
		show(d.Int64s())
	case "uint8":
		show(narrow[uint8](d.Int64s()))
	case "uint16":
		show(narrow[uint16](d.Int64s()))
	case "uint32":
		show(narrow[uint32](d.Int64s()))
	case "uint64":
		show(d.Uint64s())
	case "float32":
		show(d.Float32s())
	case "float64":
		show(d.Float64s())
	case "bool":
		show(d.Bools())
	case "string":
		show(d.Strings())
	}
	return c, err
}

func narrow[T int8 | int16 | int32 | uint8 | uint16 | uint32](v []int64, err error) ([]T, error) {
	out := make([]T, len(v))
	for i, v := range v {
		out[i] = T(v)
	}
	return out, err
}

// Whatever tree is written is what is read: the same objects, shapes, types and values, and nothing else.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := NewBuilder()
		want := map[string]any{}
		drawTree(t, b.Root(), 0, want)
		raw, err := b.Bytes()
		require.NoError(t, err)
		f, err := Read(bytes.NewReader(raw), int64(len(raw)))
		require.NoError(t, err)
		got := map[string]any{}
		require.NoError(t, f.Walk(func(o Object) error {
			d, ok := o.(*Dataset)
			if !ok {
				got[o.Path()] = "group"
				return nil
			}
			c, err := readBack(d)
			got[o.Path()] = c
			return err
		}))
		require.Equal(t, want, got)
	})
}

// h5py and h5dump read random trees as this package does.
func TestRandomTreesWithOracles(t *testing.T) {
	python(t, "h5py, numpy")
	dir := t.TempDir()
	var paths []string
	for seed := range 12 {
		b := NewBuilder()
		rapid.Custom(func(t *rapid.T) int {
			b = NewBuilder()
			drawTree(t, b.Root(), 0, map[string]any{})
			return 0
		}).Example(seed)
		paths = append(paths, filepath.Join(dir, fmt.Sprintf("%d.h5", seed)))
		require.NoError(t, os.WriteFile(paths[seed], encode(t, b), 0o600))
	}
	for i, want := range h5py(t, paths...) {
		f, err := Open(paths[i])
		require.NoError(t, err)
		requireSame(t, want, f)
		require.NoError(t, f.Close())
		h5dump(t, paths[i])
	}
}

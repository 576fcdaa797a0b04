package hdf5

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// expected is what testdata/dump.py prints for a file: its content as h5py sees it.
type expected struct {
	Attrs   map[string]expectedArray
	Objects map[string]expectedObject
}

type expectedObject struct {
	Kind string
	expectedArray
	Attrs map[string]expectedArray
}

type expectedArray struct {
	Type   string
	Null   bool
	Shape  []int
	Values []any
}

func fixture(name string) string { return filepath.Join("testdata", name+".h5") }

func fixtures(t testing.TB) []string {
	paths, err := filepath.Glob(fixture("*"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(p), ".h5")
	}
	return paths
}

func openFixture(t testing.TB, name string) *File {
	f, err := Open(fixture(name))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func readExpected(t testing.TB, name string) expected {
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	var e expected
	require.NoError(t, json.Unmarshal(b, &e))
	return e
}

// requireSame compares every object of f with what h5py found, and that there are no others.
func requireSame(t testing.TB, want expected, f *File) {
	attrs, err := f.Root().Attrs()
	require.NoError(t, err)
	requireAttrs(t, want.Attrs, attrs)
	seen := 0
	require.NoError(t, f.Walk(func(o Object) error {
		w, ok := want.Objects[o.Path()]
		require.True(t, ok, "%s is not in the file for h5py", o.Path())
		seen++
		attrs, err := o.Attrs()
		require.NoError(t, err)
		requireAttrs(t, w.Attrs, attrs)
		switch o := o.(type) {
		case *Group:
			require.Equal(t, "group", w.Kind, o.Path())
		case *NamedType:
			require.Equal(t, "type", w.Kind, o.Path())
			require.Equal(t, w.Type, o.Type.String(), o.Path())
		case *Dataset:
			require.Equal(t, "dataset", w.Kind, o.Path())
			requireArray(t, w.expectedArray, &o.Array, o.Path())
		}
		return nil
	}))
	require.Equal(t, len(want.Objects), seen, "number of objects")
}

func requireAttrs(t testing.TB, want map[string]expectedArray, got []*Attribute) {
	require.Len(t, got, len(want))
	for _, a := range got {
		w, ok := want[a.Name]
		require.True(t, ok, "attribute %s", a.where)
		requireArray(t, w, &a.Array, a.where)
	}
}

func requireArray(t testing.TB, want expectedArray, got *Array, where string) {
	if want.Type == "other" {
		return // what h5py's types cannot say is tested by name, see TestRefused
	}
	require.Equal(t, want.Type, got.Type().String(), where)
	require.Equal(t, want.Null, got.Null(), where)
	require.Equal(t, want.Shape, got.Shape(), where)
	var values []any
	text := func(v any) { values = append(values, v) }
	switch got.Kind() {
	case KindInt, KindEnum:
		v, err := got.Int64s()
		require.NoError(t, err)
		for _, v := range v {
			text(strconv.FormatInt(v, 10))
		}
	case KindUint:
		v, err := got.Uint64s()
		require.NoError(t, err)
		for _, v := range v {
			text(strconv.FormatUint(v, 10))
		}
	case KindBool:
		v, err := got.Bools()
		require.NoError(t, err)
		for _, v := range v {
			text(v)
		}
	case KindString:
		v, err := got.Strings()
		require.NoError(t, err)
		for _, v := range v {
			text(v)
		}
	case KindFloat:
		v, err := got.Float64s()
		require.NoError(t, err)
		var narrow []float32
		if got.Type().Size <= 4 {
			narrow, err = got.Float32s()
			require.NoError(t, err)
			require.Len(t, narrow, len(v))
		}
		require.Len(t, v, len(want.Values), where)
		for i, v := range v {
			w, err := strconv.ParseFloat(want.Values[i].(string), 64)
			require.NoError(t, err)
			requireFloat(t, w, v, where)
			if narrow != nil {
				requireFloat(t, w, float64(narrow[i]), where)
			}
		}
		return
	default:
		require.Fail(t, "kind", "%s: %v", where, got.Type())
	}
	if len(want.Values) == 0 {
		want.Values = nil
	}
	require.Equal(t, want.Values, values, where)
}

// requireFloat compares bits, so that zeros keep their sign, but takes any NaN for any other.
func requireFloat(t testing.TB, want, got float64, where string) {
	if math.IsNaN(want) && math.IsNaN(got) {
		return
	}
	require.Equal(t, math.Float64bits(want), math.Float64bits(got), "%s: want %v, got %v", where, want, got)
}

package data

import (
	"archive/zip"
	"bytes"
	"math"
	"path/filepath"
	"testing"

	"github.com/sbinet/npyio"
	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data/array"
)

// npyFile is an .npy file of a slice, written by npyio, with another shape put
// in: it only writes rank 1. Both spellings of the shape must be equally long.
func npyFile(tb testing.TB, values any, from, to string) []byte {
	tb.Helper()
	var b bytes.Buffer
	require.NoError(tb, npyio.Write(&b, values))
	if from == to {
		return b.Bytes()
	}
	padding := bytes.Repeat([]byte(" "), max(0, len(to)-len(from)))
	old := append([]byte("'shape': "+from+", }"), padding...)
	require.Contains(tb, b.String(), string(old))
	next := append([]byte("'shape': "+to+", }"), bytes.Repeat([]byte(" "), max(0, len(from)-len(to)))...)
	return bytes.Replace(b.Bytes(), old, next, 1)
}

// npzFile makes an .npz file of .npy files.
func npzFile(tb testing.TB, arrays map[string][]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range arrays {
		w, err := z.Create(name + ".npy")
		require.NoError(tb, err)
		_, err = w.Write(content)
		require.NoError(tb, err)
	}
	require.NoError(tb, z.Close())
	return b.Bytes()
}

func setOf(tb testing.TB, values any, from, to string) *Set {
	tb.Helper()
	a, err := array.ReadNPY(bytes.NewReader(npyFile(tb, values, from, to)))
	require.NoError(tb, err)
	s, err := NewSet("test", a, nil)
	require.NoError(tb, err)
	return s
}

func TestLoneNPY(t *testing.T) {
	folder := folderWith(t, map[string][]byte{
		"a.npy": npyFile(t, []float32{1, 2, -3, 4}, "(4,)", "(2, 2)"),
		"b.npy": npyFile(t, []float32{1, 2}, "", ""),
		"c.npy": npyFile(t, []float64{1, math.NaN(), 3, 4}, "(4,)", "(2, 2)"),
	})
	s, err := open(filepath.Join(folder, "a.npy"), Options{})
	require.NoError(t, err)
	require.Equal(t, "a.npy", s.Name())
	require.Equal(t, []int{2}, s.Shape())
	require.Equal(t, []float64{-3, 4}, s.Sample(1).Reals(nil))
	require.Equal(t, 1.0, s.Scale())
	require.Nil(t, s.Sample(0).Bytes())
	low, high := s.Bounds()
	require.Equal(t, []float64{-3, 4}, []float64{low, high})

	s, err = open(filepath.Join(folder, "b.npy"), Options{Scale: 0.5})
	require.NoError(t, err)
	require.Equal(t, []int{1}, s.Shape(), "a sample of a list is a scalar")
	require.Equal(t, 1.0, s.Sample(1).Real(0))

	_, err = open(filepath.Join(folder, "c.npy"), Options{})
	require.ErrorContains(t, err, "sample 0, element 1 is NaN")
}

func TestNPZNames(t *testing.T) {
	x := npyFile(t, []uint8{1, 2, 3, 4}, "(4,)", "(2, 2)")
	other := npyFile(t, []uint8{9, 9, 9, 9}, "(4,)", "(2, 2)")
	y := npyFile(t, []int64{5, -1}, "", "")
	tests := []struct {
		name   string
		arrays map[string][]byte
		split  Split
		first  int64
		label  int
	}{
		{"X and y", map[string][]byte{"X": x, "y": y}, Test, 1, 5},
		{"data and targets", map[string][]byte{"data": x, "targets": y}, Test, 1, 5},
		{"images and labels", map[string][]byte{"images": x, "labels": y, "mean": other}, Test, 1, 5},
		{"Keras, test", map[string][]byte{"x_test": x, "y_test": y, "x_train": other, "y_train": y}, Test, 1, 5},
		{"Keras, train", map[string][]byte{"x_test": x, "y_test": y, "x_train": other, "y_train": y}, Train, 9, 5},
		{"x before data", map[string][]byte{"data": other, "x": x}, Test, 1, NoLabel},
		{"a single array", map[string][]byte{"arr_0": x}, Test, 1, NoLabel},
		{"labels as floats", map[string][]byte{"x": x, "y": npyFile(t, []float32{4, 2}, "", "")}, Test, 1, 4},
		{"labels as a column", map[string][]byte{"x": x, "y": npyFile(t, []int32{4, 2}, "(2,)", "(2, 1)")}, Test, 1, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := folderWith(t, map[string][]byte{"a.npz": npzFile(t, test.arrays)})
			s, err := open(filepath.Join(folder, "a.npz"), Options{Split: test.split})
			require.NoError(t, err)
			require.Equal(t, test.first, s.Sample(0).Int(0))
			require.Equal(t, test.label, s.Label(0))
			require.Equal(t, "a.npz", s.Name())
		})
	}
}

func TestNPZRefuses(t *testing.T) {
	x := npyFile(t, []uint8{1, 2, 3, 4}, "(4,)", "(2, 2)")
	tests := []struct {
		name   string
		arrays map[string][]byte
		want   string
	}{
		{"no known name", map[string][]byte{"p": x, "q": x}, "no array named x, X, data, images or x_test; the file holds: p, q"},
		{"no arrays", nil, "no array named"},
		{"too few labels", map[string][]byte{"x": x, "y": npyFile(t, []int64{1}, "", "")}, "1 labels for 2 samples"},
		{"half a class", map[string][]byte{"x": x, "y": npyFile(t, []float64{1, 2.5}, "", "")}, "label 1 is 2.5"},
		{"label of -2", map[string][]byte{"x": x, "y": npyFile(t, []int8{1, -2}, "", "")}, "label 1 is -2"},
		{"huge label", map[string][]byte{"x": x, "y": npyFile(t, []uint64{1, math.MaxUint64}, "", "")}, "label 1 is 1.8446744073709552e+19"},
		{"one-hot labels", map[string][]byte{"x": x, "y": x}, "the labels have shape 2×2; expected one integer for each sample"},
		{"damaged labels", map[string][]byte{"x": x, "y": []byte("y")}, `array "y": the file ends inside its npy header`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := folderWith(t, map[string][]byte{"a.npz": npzFile(t, test.arrays)})
			_, err := open(filepath.Join(folder, "a.npz"), Options{})
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := NewSet("scalar", &array.Array{Kind: array.Uint8, Raw: []byte{1}}, nil)
	require.ErrorContains(t, err, "the samples are a scalar")
}

// The first samples are encoded and classified as the whole set's.
func TestFirstKeepsBoundsAndClasses(t *testing.T) {
	folder := folderWith(t, map[string][]byte{"a.npz": npzFile(t, map[string][]byte{
		"x": npyFile(t, []float32{1, 2, -8, 4}, "(4,)", "(2, 2)"), "y": npyFile(t, []int8{1, 7}, "", ""),
	})})
	whole, err := open(filepath.Join(folder, "a.npz"), Options{})
	require.NoError(t, err)
	first, err := open(filepath.Join(folder, "a.npz"), Options{Samples: 1})
	require.NoError(t, err)
	require.Equal(t, 1, first.Len())
	require.Equal(t, 8, first.NumClasses())
	low, high := first.Bounds()
	require.Equal(t, []float64{-8, 4}, []float64{low, high})
	require.NotEqual(t, whole.Digest(), first.Digest())
	same, err := whole.First(99)
	require.NoError(t, err)
	require.Equal(t, whole.Digest(), same.Digest())
	_, err = whole.First(0)
	require.ErrorContains(t, err, "expected at least 1")

	require.NoError(t, whole.CheckClasses(8))
	require.EqualError(t, whole.CheckClasses(7), `data set "a.npz" has labels up to 7, but the network has 7 outputs`)
}

func FuzzOpenNPZ(f *testing.F) {
	f.Add(npzFile(f, map[string][]byte{"x": npyFile(f, []uint8{1, 2, 3, 4}, "(4,)", "(2, 2)"), "y": npyFile(f, []int16{1, 0}, "", "")}))
	f.Add(npzFile(f, map[string][]byte{"arr_0": npyFile(f, []float64{1, -2, 3}, "", "")}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := npzSet(bytes.NewReader(raw), int64(len(raw)), "fuzz", Test)
		if err != nil {
			return
		}
		useSet(t, s)
	})
}

func FuzzOpenIDX(f *testing.F) {
	f.Add(idx([]int{2, 1, 2}, 0, 255, 7, 8))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := readIDX(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if s, err := NewSet("fuzz", a, nil); err == nil {
			useSet(t, s)
		}
	})
}

// useSet calls all that may be called on a set that was read without an error.
func useSet(t *testing.T, s *Set) {
	require.Positive(t, s.Len())
	require.Equal(t, s.SampleSize(), s.Sample(s.Len()-1).Len())
	require.Len(t, s.Digest(), 64)
	s.NumClasses()
	for _, c := range Codings() {
		for _, bits := range []int{0, 1, 5} {
			opt := EncodeOptions{Coding: c, Bits: bits}
			if c != Frames && c != Rows {
				opt.Steps = 3
			}
			if e, err := NewEncoder(s, opt); err == nil {
				checkFrames(t, e, s.Len()-1)
			}
		}
	}
}

package hdf5

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every dataset of the networks that other tools wrote has the path, type, shape and bytes that h5py gave when
// testdata/make.py made models.json.
func TestSharedModels(t *testing.T) {
	dir := sharedModels(t)
	b, err := os.ReadFile(filepath.Join("testdata", "models.json"))
	require.NoError(t, err)
	var want map[string]struct {
		Datasets int
		SHA256   string
	}
	require.NoError(t, json.Unmarshal(b, &want))
	require.NotEmpty(t, want)
	for name, want := range want {
		t.Run(name, func(t *testing.T) {
			f, err := Open(filepath.Join(dir, name))
			require.NoError(t, err)
			defer f.Close()
			digest, n := sha256.New(), 0
			var largest *Dataset
			require.NoError(t, f.Walk(func(o Object) error {
				d, ok := o.(*Dataset)
				if !ok {
					return nil
				}
				n++
				fmt.Fprintf(digest, "%s %v %s\n", d.Path(), d.Type(), strings.ReplaceAll(fmt.Sprint(d.Shape()), " ", ", "))
				if d.Kind() == KindString {
					texts, err := d.Strings()
					for _, s := range texts {
						fmt.Fprintln(digest, s)
					}
					return err
				}
				if largest == nil || d.Len() > largest.Len() {
					largest = d
				}
				b, err := d.Bytes()
				digest.Write(b)
				return err
			}))
			require.Equal(t, want.Datasets, n)
			require.Equal(t, want.SHA256, hex.EncodeToString(digest.Sum(nil)))
			requireSameAsH5dump(t, filepath.Join(dir, name), largest)
		})
	}
}

// requireSameAsH5dump compares a dataset's bytes with those that h5dump exports.
func requireSameAsH5dump(t *testing.T, path string, d *Dataset) {
	out := filepath.Join(t.TempDir(), "raw")
	h5dump(t, "-d", d.Path(), "-b", "LE", "-o", out, path)
	want, err := os.ReadFile(out)
	require.NoError(t, err)
	got, err := d.Bytes()
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), d.Path())
}

// Reading ten million weights costs their bytes and their values, no more, and well under a second.
func TestLargeDataset(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 40 MB")
	}
	const n = 10_000_000
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(i)
	}
	b := NewBuilder()
	Put(b.Root(), "w", []int{n / 1000, 1000}, data)
	path := filepath.Join(t.TempDir(), "large.h5")
	out, err := os.Create(path)
	require.NoError(t, err)
	_, err = b.WriteTo(out)
	require.NoError(t, err)
	require.NoError(t, out.Close())

	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	d, err := f.Root().Dataset("w")
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	got, err := d.Float32s()
	elapsed := time.Since(start)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Equal(t, data[n-1], got[n-1])
	t.Logf("read 40 MB in %v, allocated %d MB", elapsed, (after.TotalAlloc-before.TotalAlloc)>>20)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(3*4*n))
	require.Less(t, elapsed, 5*time.Second) // 0.1 s on an idle core; the bound only catches what is quadratic
}

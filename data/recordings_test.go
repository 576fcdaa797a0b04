package data

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data/events"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
)

// A folder of N-MNIST with a list of labels, binned to 1 ms.
func TestRecordingsWithAList(t *testing.T) {
	s, err := Open(context.Background(), oracle.Path(t, "data", "nmnist-small"), Options{Samples: 10})
	require.NoError(t, err)
	require.True(t, s.Sequence())
	require.Equal(t, 10, s.Len())
	require.Equal(t, []int{2, 34, 34}, s.Shape()[1:])
	require.Equal(t, []int{7, 2}, []int{s.Label(0), s.Label(1)})
	e, err := NewEncoder(s, EncodeOptions{Coding: Frames})
	require.NoError(t, err)
	require.Equal(t, s.Shape()[0], e.Steps())
	f := new(ir.Frames)
	e.Encode(0, f)
	sum := 0
	for _, v := range f.Values {
		sum += int(v)
	}
	r, err := events.Read(oracle.Path(t, "data", "nmnist-small", "test", "60001.bs2"))
	require.NoError(t, err)
	require.Equal(t, len(r.Events), sum, "every event is counted once")
}

// Folders are classes; what cannot be read says which file.
func TestRecordingsInFolders(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, b ...byte) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, b, 0o644))
	}
	put("3/a.bin", 1, 2, 0x80, 0, 9, 1, 2, 0, 0, 10)
	put("7/b.bin", 33, 0, 0, 0x10, 0)
	s, err := Open(context.Background(), dir, Options{Events: events.Binning{Bins: 2}})
	require.NoError(t, err)
	require.Equal(t, []int{3, 7}, []int{s.Label(0), s.Label(1)})
	require.Equal(t, []int{2, 2, 34, 34}, s.Shape())
	v := s.Sample(0)
	require.Equal(t, int64(1), v.Int((0*2+1)*34*34+2*34+1))
	require.Equal(t, int64(1), v.Int((1*2+0)*34*34+2*34+1))
	put("3/z.bin", 1, 2, 0, 0, 9)
	s, err = Open(context.Background(), dir, Options{Events: events.Binning{Bins: 2}})
	require.NoError(t, err)
	require.Equal(t, []int{3, 7, 3}, []int{s.Label(0), s.Label(1), s.Label(2)}, "the classes in turn")
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	linked, err := Open(context.Background(), link, Options{Events: events.Binning{Bins: 2}})
	require.NoError(t, err)
	require.Equal(t, s.Digest(), linked.Digest())
	put("Train/1/a.bin", 1, 2, 0, 0, 9)
	put("Test/2/a.bin", 1, 2, 0, 0, 9)
	for split, label := range map[Split]int{Train: 1, Test: 2} {
		s, err = Open(context.Background(), dir, Options{Split: split, Events: events.Binning{Bins: 2}})
		require.NoError(t, err)
		require.Equal(t, []int{1, label}, []int{s.Len(), s.Label(0)}, "the split chooses the folder")
	}
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "Train")))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "Test")))
	put("7/c.bin", 1, 2, 3)
	_, err = Open(context.Background(), dir, Options{})
	require.ErrorContains(t, err, filepath.Join("7", "c.bin")+": 3 bytes are no whole number")
	_, err = Open(context.Background(), dir, Options{Events: events.Binning{Time: 1, Count: 1}})
	require.ErrorContains(t, err, "give a time, or a number of events")
	empty := t.TempDir()
	_, err = Open(context.Background(), empty, Options{})
	require.ErrorContains(t, err, "no MNIST-named files")
}

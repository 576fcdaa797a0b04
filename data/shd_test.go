package data

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/data/events"
	"github.com/snnc/snnc/internal/hdf5"
)

// Frames by time and by count are tonic's, spike for spike (testdata/shd.py).
func TestSHDAgreesWithTonic(t *testing.T) {
	f, err := os.Open("testdata/shd.npz")
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	z, err := array.OpenNPZ(f, info.Size())
	require.NoError(t, err)
	labels, err := z.Read("labels")
	require.NoError(t, err)
	for name, b := range map[string]events.Binning{"time": {Time: 10000}, "count": {Count: 50}} {
		s, err := open("testdata/shd.h5", Options{Events: b})
		require.NoError(t, err)
		require.Equal(t, "shd.h5", s.Name())
		require.Empty(t, s.Notes())
		require.Equal(t, 7, s.Len())
		require.True(t, s.Sequence())
		require.Equal(t, 20, s.NumClasses())
		longest := 0
		for i := range s.Len() {
			want, err := z.Read(fmt.Sprintf("%s%d", name, i))
			require.NoError(t, err)
			got := s.Sample(i).Bytes()
			require.Equal(t, want.Raw, got[:len(want.Raw)], "%s, sample %d", name, i)
			require.Equal(t, make([]byte, len(got)-len(want.Raw)), got[len(want.Raw):])
			require.Equal(t, labels.Real(i), float64(s.Label(i)))
			longest = max(longest, want.Shape[0])
		}
		require.Equal(t, []int{longest, 700}, s.Shape())
	}
}

// Units are pooled, samples stay in the file where they are too many, and the set
// has a name.
func TestSHDOptions(t *testing.T) {
	b, err := os.ReadFile("testdata/shd.h5")
	require.NoError(t, err)
	root := folderWith(t, map[string][]byte{"shd/shd_test.h5": b, "ssc_train.h5": b})
	t.Setenv(EnvData, root)
	opt := Options{Events: events.Binning{Bins: 4, Pool: 5}}
	s, err := open("shd", opt)
	require.NoError(t, err)
	require.Equal(t, "SHD/test", s.Name())
	require.Equal(t, []int{4, 140}, s.Shape())
	first := s.Sample(0)
	require.GreaterOrEqual(t, first.Int(0*140+0)+first.Int(1*140)+first.Int(2*140)+first.Int(3*140), int64(1))
	opt.Split = Train
	ssc, err := open("ssc", opt)
	require.NoError(t, err)
	require.Equal(t, s.Digest(), ssc.Digest())
	_, err = open("shd", opt)
	require.ErrorContains(t, err, "shd_train.h5.zip")

	opt.Split = Test
	limitHeld(t, 1000)
	left, err := open("shd", opt)
	require.NoError(t, err)
	require.True(t, left.Lazy())
	same(t, s, left)
}

func TestSHDRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.h5")
	b := hdf5.NewBuilder()
	hdf5.PutScalar(b.Root().Group("node"), "labels", int64(3))
	out, err := b.Bytes()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, out, 0o644))
	_, err = open(path, Options{})
	require.ErrorContains(t, err, "no set in SHD's layout, which has /spikes/times, /spikes/units and /labels")

	whole, err := os.ReadFile("testdata/shd.h5")
	require.NoError(t, err)
	for cut := 9; cut < len(whole); cut += 97 { // a file cut anywhere is refused, without a panic
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o644))
		_, err := open(path, Options{})
		require.Error(t, err)
	}
}

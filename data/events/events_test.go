package events

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/internal/oracle"
)

// Every recording has the events that other libraries read in it (testdata/make.py).
func TestReadersAgreeWithOthers(t *testing.T) {
	b, err := os.ReadFile("testdata/events.json")
	require.NoError(t, err)
	var known map[string][][4]int64
	require.NoError(t, json.Unmarshal(b, &known))
	require.Len(t, known, 7)
	for name, want := range known {
		r, err := Read(filepath.Join("testdata", name))
		require.NoError(t, err, name)
		got := make([][4]int64, len(r.Events))
		for i, e := range r.Events {
			p := int64(0)
			if e.On {
				p = 1
			}
			got[i] = [4]int64{e.T, int64(e.X), int64(e.Y), p}
		}
		require.Equal(t, want, got, name)
	}
}

// Recordings of real sensors.
func TestRealRecordings(t *testing.T) {
	r, err := Read(oracle.Path(t, "data", "event-samples-tonic", "sample.aedat4"))
	require.NoError(t, err)
	require.Equal(t, []int{320, 240}, []int{r.Width, r.Height})
	require.Equal(t, Event{1605537493718345, 154, 204, false}, r.Events[0]) // as the aedat package reads it
	require.Equal(t, Event{1605537493718349, 148, 199, true}, r.Events[2])
	r, err = Read(oracle.Path(t, "data", "event-samples-tonic", "sample_nmnist.bin"))
	require.NoError(t, err)
	require.Len(t, r.Events, 21625/5)
}

// Frames of equal numbers of events, and how CIFAR10-DVS lies, are SpikingJelly's
// (testdata/frames.py).
func TestAgreesWithSpikingJelly(t *testing.T) {
	r, err := Read("testdata/events.npy")
	require.NoError(t, err)
	f, err := os.Open("testdata/frames.npz")
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	z, err := array.OpenNPZ(f, info.Size())
	require.NoError(t, err)
	for name, bins := range map[string]int{"number7": 7, "number61": 61} {
		want, err := z.Read(name)
		require.NoError(t, err)
		require.Equal(t, []int{bins, 2, 34, 34}, want.Shape)
		b := Binning{Bins: bins, Even: true}
		require.NoError(t, b.Validate())
		got := make([]byte, len(want.Raw))
		require.Zero(t, b.Frames(r.Events, bins, 34, 34, got))
		require.Equal(t, want.Raw, got, name)
	}
	want, err := z.Read("cifar10dvs")
	require.NoError(t, err)
	require.Error(t, r.Upright())
	dvs, err := Read("testdata/dvs128.aedat")
	require.NoError(t, err)
	require.NoError(t, dvs.Upright())
	require.Equal(t, want.Shape[0], len(dvs.Events))
	for i, e := range dvs.Events {
		on := 0.0
		if e.On {
			on = 1
		}
		for k, v := range []float64{float64(e.T), float64(e.X), float64(e.Y), on} {
			require.Equal(t, want.Real(4*i+k), v)
		}
	}
	require.ErrorContains(t, Binning{Even: true, Time: 5}.Validate(), "give how many bins")
}

// Text: the RPG's order and seconds, named columns, and Metavision's.
func TestText(t *testing.T) {
	want := []Event{{3811, 96, 133, false}, {3820, 12, 9, true}}
	for name, text := range map[string]string{
		"rpg":        "0.003811000 96 133 0\n0.00382 12 9 1\n",
		"us":         "# t x y p\n3811 96 133 -1\r\n3820\t12 9 1",
		"named":      "polarity,x,frame,y,timestamp\n0,96,7,133,3811\n1,12,8,9,3820\n",
		"metavision": "%geometry:1280,720\n96,133,0,3811\n12,9,1,3820\n",
	} {
		for _, ext := range []string{".txt", ".csv"} {
			require.True(t, Recognises("a"+ext, []byte(text)), name)
			r, err := decode([]byte(text), ext)
			require.NoError(t, err, name)
			require.Equal(t, want, r.Events, name)
		}
	}
	r, err := decode([]byte("%geometry:1280,720\n1,2,0,5\n"), ".csv")
	require.NoError(t, err)
	require.Equal(t, []int{1280, 720}, []int{r.Width, r.Height})
	require.False(t, Recognises("labels.txt", []byte("60001 7\n60002 1\n")))
	require.False(t, Recognises("a.csv", []byte("1,2,3\n4,5,6\n")))
	require.False(t, Recognises("a.txt", nil))
	for text, message := range map[string]string{
		"1 2 3 1\n1 2 3\n":         "line 2 has 3 columns; want 4",
		"1 2 3 1\nx 2 3 1\n":       "line 2: time",
		"1 2 70000 1\n":            "line 1: pixel (2, 70000)",
		"1 2 3 2\n":                "line 1: polarity",
		"%geometry:0,5\n1 2 3 1\n": "want %geometry:WIDTH,HEIGHT",
		"2 0 0 1\n1 0 0 1\n":       "event 1 is at 1",
		"1e300 2 3 1\n":            "line 1: time",
	} {
		_, err := decode([]byte(text), ".txt")
		require.ErrorContains(t, err, message)
	}
}

// A file cut anywhere, or with a byte changed, is read or refused; nothing else.
func TestDamagedFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	for _, path := range files {
		if ext := filepath.Ext(path); ext == ".py" || ext == ".json" {
			continue
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		for cut := range b {
			_, _ = decode(b[:cut], filepath.Ext(path))
			c := append([]byte(nil), b...)
			c[cut] ^= 0xFF
			_, _ = decode(c, filepath.Ext(path))
		}
	}
	for text, want := range map[string]string{
		"":                     "the file is empty",
		"#!AER-DAT5.0\r\n":     `AEDAT version "5.0" is not read`,
		"hello":                "no known event format",
		"#!AER-DAT3.1\r\n#x\n": "END-HEADER",
	} {
		_, err := decode([]byte(text), ".txt")
		require.ErrorContains(t, err, want)
	}
	_, err = decode([]byte{1, 2, 3}, ".bin")
	require.ErrorContains(t, err, "records of 5")
	_, err = decode([]byte{1, 2, 0, 0, 9, 1, 2, 0, 0, 8}, ".bin")
	require.ErrorContains(t, err, "event 1 is at 8 µs, before the one ahead of it at 9 µs")
	_, err = decode([]byte{34, 2, 0, 0, 9}, ".bin")
	require.ErrorContains(t, err, "pixel (34, 2); the sensor has 34 × 34")
}

func TestBinning(t *testing.T) {
	e := []Event{{100, 0, 0, true}, {150, 1, 0, false}, {199, 0, 0, true}, {200, 0, 0, true}, {450, 1, 0, true}}
	for _, c := range []struct {
		b    Binning
		need int
		want [][4]uint8 // darker at 0, 1, brighter at 0, 1
	}{
		{Binning{Time: 100}, 4, [][4]uint8{{0, 1, 2, 0}, {0, 0, 1, 0}, {}, {0, 0, 0, 1}}},
		{Binning{Time: 100, Binary: true}, 4, [][4]uint8{{0, 1, 1, 0}, {0, 0, 1, 0}, {}, {0, 0, 0, 1}}},
		{Binning{Count: 2}, 3, [][4]uint8{{0, 1, 1, 0}, {0, 0, 2, 0}, {0, 0, 0, 1}}},
		{Binning{Bins: 2}, 2, [][4]uint8{{0, 1, 3, 0}, {0, 0, 0, 1}}},
	} {
		require.NoError(t, c.b.Validate())
		require.Equal(t, c.need, c.b.Needs(e))
		out := make([]uint8, c.need*4)
		require.Zero(t, c.b.Frames(e, c.need, 2, 1, out))
		for k, want := range c.want {
			require.Equal(t, want[:], out[4*k:4*k+4], "%+v, bin %d", c.b, k)
		}
		require.Equal(t, 1, c.b.Frames(e, c.need-1, 2, 1, out[:len(out)-4]))
	}
	require.Error(t, Binning{}.Validate())
	require.Error(t, Binning{Time: 1, Count: 1}.Validate())
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"nmnist.bin", "events.npy", "dvs128.aedat", "v31.aedat", "lz4.aedat4", "zstd.aedat4"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(b, filepath.Ext(name))
	}
	f.Fuzz(func(t *testing.T, b []byte, ext string) {
		r, err := decode(b, ext)
		if err == nil {
			require.NoError(t, r.check())
		}
	})
}

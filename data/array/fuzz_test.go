package array

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkInvariants states the package's promises for any array that was read.
func checkInvariants(t *testing.T, a *Array) {
	t.Helper()
	n := a.Kind.Size()
	for _, d := range a.Shape {
		n *= d
	}
	require.Len(t, a.Raw, n)
	require.NotEmpty(t, a.String())
	for i := range min(a.Len(), 1000) {
		a.Real(i)
		if a.Kind == Bool {
			require.LessOrEqual(t, a.Raw[i], byte(1))
		}
	}
}

func FuzzReadIDX(f *testing.F) {
	f.Add([]byte("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02abcd"))
	f.Add([]byte("\x00\x00\x0e\x01\x00\x00\x00\x01\x3f\xf0\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if a, err := ReadIDX(bytes.NewReader(raw)); err == nil {
			checkInvariants(t, a)
			require.Equal(t, len(raw), 4+4*len(a.Shape)+len(a.Raw))
		}
	})
}

func FuzzReadNPY(f *testing.F) {
	files, err := filepath.Glob("testdata/*.npy")
	require.NoError(f, err)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Add(npy("{'descr': '>f2', 'fortran_order': True, 'shape': (2L, 1), }", 1, 2, 3, 4))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if a, err := ReadNPY(bytes.NewReader(raw)); err == nil {
			checkInvariants(t, a)
		}
	})
}

func FuzzReadNPZ(f *testing.F) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.CreateHeader(&zip.FileHeader{Name: "x.npy", Method: method})
		require.NoError(f, err)
		_, err = w.Write(npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }", 1, 2, 3, 4, 5, 6, 7, 8))
		require.NoError(f, err)
		require.NoError(f, z.Close())
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		z, err := OpenNPZ(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return
		}
		for _, name := range z.Names() {
			if a, err := z.Read(name); err == nil {
				checkInvariants(t, a)
			}
		}
	})
}

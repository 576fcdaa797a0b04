package images

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data/array"
)

// Pictures are as Pillow (libjpeg-turbo) reads them: PNG to the byte, JPEG to 4 of
// 255 in any byte and half a level on average, which are the roundings of two
// decoders. Of CIFAR-10 (JPEG)'s 10,000 test pictures the worst byte is off by 4 and
// the average by 0.21; with the halved colour planes repeated, by 85 and 1.31.
func TestDecodeAgreesWithPillow(t *testing.T) {
	f, err := os.Open("testdata/pictures.npz")
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	z, err := array.OpenNPZ(f, info.Size())
	require.NoError(t, err)
	require.Len(t, z.Names(), 7)
	for _, name := range z.Names() {
		want, err := z.Read(name)
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		got, h, w, err := Decode(bytes.NewReader(b))
		require.NoError(t, err, name)
		require.Equal(t, want.Shape, []int{Channels, h, w}, name)
		worst, sum := 0, 0
		for i := range got {
			d := int(got[i]) - int(want.Raw[i])
			worst, sum = max(worst, d, -d), sum+max(d, -d)
		}
		t.Logf("%s: at most %d, on average %.3f", name, worst, float64(sum)/float64(len(got)))
		if filepath.Ext(name) == ".png" {
			require.Zero(t, worst, name)
		}
		require.LessOrEqual(t, worst, 4, name)
		require.Less(t, float64(sum)/float64(len(got)), 0.5, name)
	}
}

// What is cut short or no picture is refused.
func TestDecodeRefuses(t *testing.T) {
	b, err := os.ReadFile("testdata/half.jpg")
	require.NoError(t, err)
	for _, damaged := range [][]byte{nil, []byte("GIF89a"), b[:20], b[:len(b)/2]} {
		_, _, _, err := Decode(bytes.NewReader(damaged))
		require.Error(t, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"odd.jpeg", "grey.jpg", "exact.png"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, h, w, err := Decode(bytes.NewReader(b))
		if err == nil {
			require.Len(t, p, Channels*h*w)
		}
	})
}

// Fit keeps what has the size, keeps a flat picture flat, and cuts the middle.
func TestFit(t *testing.T) {
	p := make([]byte, Channels*4*4)
	require.Equal(t, p, Fit(p, 4, 4, 4))
	for _, size := range [][2]int{{10, 30}, {30, 10}, {7, 7}, {100, 61}} {
		h, w := size[0], size[1]
		flat := bytes.Repeat([]byte{77}, Channels*h*w)
		require.Equal(t, bytes.Repeat([]byte{77}, Channels*14*14), Fit(flat, h, w, 14), size)
	}
	// Twice the size on the way in: 16 → 8 averages, and 8·7/8 = 7 are kept of it.
	wide := make([]byte, Channels*16*32)
	for i := range wide {
		if i%32 >= 16 {
			wide[i] = 200
		}
	}
	got := Fit(wide, 16, 32, 7)
	for y := range 7 {
		row := got[7*y : 7*y+7]
		require.Equal(t, []byte{0, 0}, row[:2])
		require.Equal(t, []byte{200, 200}, row[5:])
	}
}

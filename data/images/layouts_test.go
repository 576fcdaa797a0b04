package images

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// painted is a PNG picture of one colour.
func painted(t *testing.T, w, h int, r, g, b byte) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.Set(i%w, i/w, color.RGBA{r, g, b, 255})
	}
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, m))
	return out.Bytes()
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, b, 0o644))
}

// records are CIFAR records: the label bytes of each, then a picture whose bytes
// count up from the record's number.
func records(labels ...[]byte) []byte {
	var out []byte
	for i, l := range labels {
		out = append(out, l...)
		for k := range cifarPicture {
			out = append(out, byte(i+k))
		}
	}
	return out
}

func TestCIFARBatches(t *testing.T) {
	dir := t.TempDir()
	require.False(t, CIFAR10.In(dir, true))
	for i, name := range CIFAR10.Train {
		write(t, filepath.Join(dir, name), records([]byte{byte(i)}, []byte{9}))
	}
	require.True(t, CIFAR10.In(dir, true))
	require.False(t, CIFAR10.In(dir, false))
	pixels, labels, err := CIFAR10.Read(dir, true)
	require.NoError(t, err)
	require.Equal(t, []int32{0, 9, 1, 9, 2, 9, 3, 9, 4, 9}, labels)
	require.Len(t, pixels, 10*cifarPicture)
	require.Equal(t, []byte{1, 2, 3}, pixels[cifarPicture:cifarPicture+3])

	write(t, filepath.Join(dir, "test.bin"), records([]byte{19, 99}, []byte{0, 3}))
	_, labels, err = CIFAR100.Read(dir, false)
	require.NoError(t, err)
	require.Equal(t, []int32{99, 3}, labels, "the fine label counts")

	write(t, filepath.Join(dir, "test_batch.bin"), records([]byte{1})[:100])
	_, _, err = CIFAR10.Read(dir, false)
	require.ErrorContains(t, err, "test_batch.bin: 100 bytes are no whole number of records of 3073")
	write(t, filepath.Join(dir, "test_batch.bin"), records([]byte{1}, []byte{10}))
	_, _, err = CIFAR10.Read(dir, false)
	require.ErrorContains(t, err, "test_batch.bin: record 1 has the label 10; the classes are 0 to 9")
	require.NoError(t, os.Remove(filepath.Join(dir, "data_batch_4.bin")))
	_, _, err = CIFAR10.Read(dir, true)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// archive packs files in the order given.
func archive(t *testing.T, files ...any) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i := 0; i < len(files); i += 2 {
		content := files[i+1].([]byte)
		require.NoError(t, w.WriteHeader(&tar.Header{Name: files[i].(string), Size: int64(len(content)), Mode: 0o644, Typeflag: tar.TypeReg}))
		_, err := w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	path := filepath.Join(t.TempDir(), "train.tar.gz")
	write(t, path, b.Bytes())
	return path
}

func TestArchive(t *testing.T) {
	ctx := context.Background()
	red, green, blue := painted(t, 3, 2, 255, 0, 0), painted(t, 3, 2, 0, 255, 0), painted(t, 3, 2, 0, 0, 255)
	path := archive(t, "train/cat/2.png", green, "train/cat/1.png", red, "train/ant/7.png", blue, "train/README", []byte("x"))
	pixels, labels, classes, h, w, err := ReadArchive(ctx, path)
	require.NoError(t, err)
	require.Equal(t, []string{"ant", "cat"}, classes)
	require.Equal(t, []int32{0, 1, 1}, labels, "the classes in turn")
	require.Equal(t, []int{2, 3}, []int{h, w})
	full, none := bytes.Repeat([]byte{255}, 6), make([]byte, 6)
	require.Equal(t, bytes.Join([][]byte{none, none, full, full, none, none, none, full, none}, nil), pixels)

	_, _, _, _, _, err = ReadArchive(ctx, archive(t, "a/b.txt", []byte("x")))
	require.ErrorContains(t, err, "no class folders")
	_, _, _, _, _, err = ReadArchive(ctx, archive(t, "a/1.png", red, "a/2.png", painted(t, 4, 2, 0, 0, 0)))
	require.ErrorContains(t, err, "a/2.png has 4 × 2 pixels and the pictures before it 3 × 2")
	_, _, _, _, _, err = ReadArchive(ctx, archive(t, "a/1.png", red[:30]))
	require.ErrorContains(t, err, "a/1.png")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	write(t, path, b[:len(b)/2])
	_, _, _, _, _, err = ReadArchive(ctx, path)
	require.Error(t, err)
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	_, _, _, _, _, err = ReadArchive(stopped, path)
	require.ErrorIs(t, err, context.Canceled)
}

// ImageNet's layout, and its parts.
func TestFolder(t *testing.T) {
	root := t.TempDir()
	_, err := OpenFolder(root, true)
	require.ErrorIs(t, err, ErrNoFolder)
	write(t, filepath.Join(root, "train", "n02", "n02_1.JPEG"), mustRead(t, "testdata/odd.jpeg"))
	write(t, filepath.Join(root, "train", "n02", "n02_2.JPEG"), mustRead(t, "testdata/half.jpg"))
	write(t, filepath.Join(root, "train", "n01", "n01_9.JPEG"), mustRead(t, "testdata/grey.jpg"))
	write(t, filepath.Join(root, "train", "empty", "notes.txt"), nil)
	write(t, filepath.Join(root, "val", "n02", "v.JPEG"), []byte("no picture"))
	f, err := OpenFolder(root, true)
	require.NoError(t, err)
	require.Equal(t, []string{"empty", "n01", "n02"}, f.Classes)
	require.Equal(t, 3, f.Len())
	require.Equal(t, []int{1, 2, 2}, []int{f.Label(0), f.Label(1), f.Label(2)})
	h, w, err := f.Size(1)
	require.NoError(t, err)
	require.Equal(t, []int{19, 27}, []int{h, w})
	p, err := f.Read(1, 16)
	require.NoError(t, err)
	require.Len(t, p, 3*16*16)
	elsewhere := t.TempDir()
	require.NoError(t, os.Rename(filepath.Join(root, "train", "n02"), filepath.Join(elsewhere, "x")))
	require.NoError(t, os.Symlink(filepath.Join(elsewhere, "x"), filepath.Join(root, "train", "n02")))
	f, err = OpenFolder(root, true)
	require.NoError(t, err)
	require.Equal(t, 3, f.Len(), "class folders may be links")
	f, err = OpenFolder(root, false)
	require.NoError(t, err)
	require.Equal(t, 2, f.Label(0), "the training split numbers the classes")
	_, err = f.Read(0, 16)
	require.ErrorContains(t, err, filepath.Join("n02", "v.JPEG")+": neither a JPEG nor a PNG")
	write(t, filepath.Join(root, "val", "n03", "v.JPEG"), nil)
	_, err = OpenFolder(root, false)
	require.ErrorContains(t, err, `no class "n03" among the folders of `+filepath.Join(root, "train"))
	require.NoError(t, os.RemoveAll(filepath.Join(root, "val")))
	_, err = OpenFolder(root, false)
	require.ErrorIs(t, err, ErrNoFolder)
	require.ErrorContains(t, err, "none of the folders val, validation, test")
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func TestInTurn(t *testing.T) {
	require.Equal(t, []int{3, 0, 1, 2, 5, 4}, InTurn([]int32{1, 2, 1, 0, 1, 2}))
}

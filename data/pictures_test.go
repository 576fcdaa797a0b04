package data

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// CIFAR-10 (JPEG): counts, labels and shape are exact; the mean of each colour over
// the test set is Pillow's to a twentieth of a level (data/images has the
// decoders' difference picture by picture).
func TestCIFAR10JPEG(t *testing.T) {
	t.Setenv(EnvData, sharedData(t))
	s, err := open("cifar10-jpeg", Options{})
	require.NoError(t, err)
	require.Equal(t, "CIFAR-10 (JPEG)/test", s.Name())
	require.Empty(t, s.Notes())
	require.Equal(t, 10000, s.Len())
	require.Equal(t, []int{3, 32, 32}, s.Shape())
	require.Equal(t, 1.0/255, s.Scale())
	require.Equal(t, 10, s.NumClasses())
	var sum [3]float64
	each := map[int]int{}
	for i := range s.Len() {
		require.Equal(t, i%10, s.Label(i), "the classes in turn")
		each[s.Label(i)]++
		for j, b := range s.Sample(i).Bytes() {
			sum[j/1024] += float64(b)
		}
	}
	for class := range 10 {
		require.Equal(t, 1000, each[class])
	}
	for c, want := range []float64{125.98676162, 123.69121729, 114.8474124} { // Pillow 13.0.0
		require.InDelta(t, want, sum[c]/10000/1024, 0.05)
	}
	few, err := open("cifar10-jpeg", Options{Samples: 20})
	require.NoError(t, err)
	require.Equal(t, s.Sample(19).Bytes(), few.Sample(19).Bytes())
	values := make([]float32, 3*32*32)
	require.NoError(t, s.Read(19, values))
	require.Equal(t, float32(s.Sample(19).Bytes()[5])*float32(1.0/255), values[5])
}

// Each published layout is opened by its name and by its folder's path.
func TestPublishedLayouts(t *testing.T) {
	record := func(labels ...byte) []byte { return append(labels, make([]byte, 3*32*32)...) }
	files := map[string][]byte{
		"cifar-10-batches-bin/test_batch.bin": append(record(7), record(2)...),
		"cifar100/cifar-100-binary/train.bin": record(3, 42),
		"imagenet/train/n01/a.JPEG":           picture(t, "odd.jpeg"),
		"imagenet/train/n02/b.JPEG":           picture(t, "half.jpg"),
		"imagenet/val/n02/c.JPEG":             picture(t, "full.JPEG"),
		"cifar10-jpeg/train/cat/1.jpg":        picture(t, "half.jpg"),
		"cifar10-jpeg/train/ant/0.jpg":        picture(t, "half.jpg"),
	}
	for i := 1; i <= 5; i++ {
		files[fmt.Sprintf("cifar-10-batches-bin/data_batch_%d.bin", i)] = record(byte(i))
	}
	root := folderWith(t, files)
	t.Setenv(EnvData, root)
	for _, test := range []struct {
		name, folder string
		opt          Options
		label        string
		n            int
		shape        []int
		labels       []int
		classes      int
	}{
		{"cifar10", "cifar-10-batches-bin", Options{}, "CIFAR-10/test", 2, []int{3, 32, 32}, []int{7, 2}, 10},
		{"cifar10", "cifar-10-batches-bin", Options{Split: Train}, "CIFAR-10/train", 5, []int{3, 32, 32}, []int{1, 2, 3, 4, 5}, 10},
		{"cifar100", "cifar100", Options{Split: Train}, "CIFAR-100/train", 1, []int{3, 32, 32}, []int{42}, 100},
		{"imagenet", "imagenet", Options{Split: Train}, "ImageNet/train", 2, []int{3, 224, 224}, []int{0, 1}, 2},
		{"imagenet", "imagenet", Options{Side: 48}, "ImageNet/test", 1, []int{3, 48, 48}, []int{1}, 2},
		{"cifar10-jpeg", "cifar10-jpeg", Options{Split: Train}, "CIFAR-10 (JPEG)/train", 2, []int{3, 32, 32}, []int{0, 1}, 2},
	} {
		s, err := open(test.name, test.opt)
		require.NoError(t, err, test.name)
		require.Equal(t, test.label, s.Name())
		require.Equal(t, test.n, s.Len())
		require.Equal(t, test.shape, s.Shape())
		require.Equal(t, test.classes, s.NumClasses())
		for i, l := range test.labels {
			require.Equal(t, l, s.Label(i))
		}
		byPath, err := open(filepath.Join(root, test.folder), test.opt)
		require.NoError(t, err, test.folder)
		require.Equal(t, s.Digest(), byPath.Digest())
	}
	_, err := open("cifar100", Options{})
	require.ErrorContains(t, err, "the test files were not found (looked in "+filepath.Join(root, "cifar100"))
	require.ErrorContains(t, err, "cifar-100-binary.tar.gz")
	require.NoError(t, os.Remove(filepath.Join(root, "cifar-10-batches-bin", "data_batch_3.bin")))
	_, err = open("cifar10", Options{Split: Train})
	require.ErrorContains(t, err, "data_batch_3.bin", "a damaged folder is not passed over")
}

func picture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("images", "testdata", name))
	require.NoError(t, err)
	return b
}

// A folder that is too large to hold is read picture by picture, with the same
// values; a picture that cannot be read is told.
func TestPicturesLeftInTheirFiles(t *testing.T) {
	root := folderWith(t, map[string][]byte{
		"val/a/1.jpg": picture(t, "half.jpg"), "val/a/2.jpg": picture(t, "progressive.jpg"), "val/b/3.jpg": picture(t, "odd.jpeg"),
	})
	held, err := open(root, Options{Side: 20})
	require.NoError(t, err)
	require.False(t, held.Lazy())
	limitHeld(t, 3000)
	s, err := open(root, Options{Side: 20})
	require.NoError(t, err)
	require.True(t, s.Lazy())
	same(t, held, s)
	require.Len(t, s.Digest(), 64)
	other, err := open(root, Options{Side: 21})
	require.NoError(t, err)
	require.NotEqual(t, s.Digest(), other.Digest())
	fewer, err := open(root, Options{Side: 20, Samples: 2})
	require.NoError(t, err)
	require.False(t, fewer.Lazy(), "two fit")
	require.NoError(t, os.WriteFile(filepath.Join(root, "val", "b", "3.jpg"), []byte("gone"), 0o644))
	require.NoError(t, s.Err())
	require.Equal(t, make([]byte, 1200), s.Sample(1).Bytes())
	require.ErrorContains(t, s.Err(), "3.jpg: neither")
	require.ErrorContains(t, s.Read(0, make([]float32, 1200)), "3.jpg: neither", "it stays")
}

func limitHeld(t *testing.T, n int) {
	old := maxHeld
	maxHeld = n
	t.Cleanup(func() { maxHeld = old })
}

// same wants a set that stays in its files to give what one in memory gives.
func same(t *testing.T, want, got *Set) {
	t.Helper()
	require.Equal(t, want.Name(), got.Name())
	require.Equal(t, want.Len(), got.Len())
	require.Equal(t, want.Shape(), got.Shape())
	require.Equal(t, want.SampleSize(), got.SampleSize())
	require.Equal(t, want.NumClasses(), got.NumClasses())
	require.Equal(t, want.HasLabels(), got.HasLabels())
	require.Equal(t, want.Scale(), got.Scale())
	require.Equal(t, want.Sequence(), got.Sequence())
	require.Equal(t, want.Notes(), got.Notes())
	a, b := make([]float32, want.SampleSize()), make([]float32, want.SampleSize())
	for i := range want.Len() {
		require.Equal(t, want.Label(i), got.Label(i))
		require.NoError(t, want.Read(i, a))
		require.NoError(t, got.Read(i, b))
		require.Equal(t, a, b)
	}
}

// CIFAR10-DVS: class folders of AEDAT 2.0, the last tenth of each class for
// testing, by number.
func TestCIFAR10DVS(t *testing.T) {
	files := map[string][]byte{}
	for c, class := range cifarClasses {
		for n := range 20 {
			var b bytes.Buffer
			b.WriteString("#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n")
			for k := range 8 { // eight events at one pixel; the number of the recording in x and the class in y
				address := uint32(c)<<8 | uint32(127-n)<<1
				b.Write([]byte{0, 0, byte(address >> 8), byte(address), 0, 0, 0, byte(10 * k)})
			}
			files[fmt.Sprintf("cifar10-dvs/%s/cifar10_%s_%d.aedat", class, class, n)] = b.Bytes()
		}
	}
	root := folderWith(t, files)
	t.Setenv(EnvData, root)
	opt := Options{}
	opt.Events.Bins, opt.Events.Pool, opt.Events.Most = 4, 3, 7
	s, err := open("cifar10-dvs", opt)
	require.NoError(t, err)
	require.Equal(t, "CIFAR10-DVS/test", s.Name())
	require.Equal(t, 20, s.Len())
	require.Equal(t, []int{4, 2, 43, 43}, s.Shape())
	require.Len(t, s.Notes(), 1)
	require.Equal(t, []int{0, 1, 9, 0}, []int{s.Label(0), s.Label(1), s.Label(9), s.Label(10)})
	first := s.Sample(11).Bytes() // number 19 of class 1: column 127 - 1, row 19 once upright
	for bin := range 4 {
		require.EqualValues(t, 2, first[((bin*2+1)*43+19/3)*43+126/3])
	}
	opt.Split = Train
	train, err := open("cifar10-dvs", opt)
	require.NoError(t, err)
	require.Equal(t, 180, train.Len())
	limitHeld(t, 100*4*2*43*43)
	left, err := open("cifar10-dvs", opt)
	require.NoError(t, err)
	require.True(t, left.Lazy())
	same(t, train, left)
	for _, s := range []*Set{s, train, left} { // the form is fixed by --bin-max, so that both splits have one
		e, err := NewEncoder(s, EncodeOptions{Coding: Frames})
		require.NoError(t, err)
		require.Equal(t, ir.Encoding{Bits: 3, Scale: 1}, e.Encoding())
	}
	opt.Samples = 15
	few, err := open(filepath.Join(root, "cifar10-dvs"), opt)
	require.NoError(t, err)
	require.Equal(t, 15, few.Len())
	require.False(t, few.Lazy())
}

package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// sharedData returns the folder of the published sets, or skips.
func sharedData(tb testing.TB) string {
	tb.Helper()
	root := os.Getenv("SNNC_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	folder := filepath.Join(root, "data")
	if _, err := os.Stat(filepath.Join(folder, "mnist")); err != nil {
		tb.Skipf("no %s/mnist: set SNNC_SHARED to the folder of shared test data", folder)
	}
	return folder
}

// hideDebian makes the package's folder one that does not exist.
func hideDebian(t *testing.T) {
	t.Helper()
	old := debianFashion
	debianFashion = filepath.Join(t.TempDir(), "usr-share")
	t.Cleanup(func() { debianFashion = old })
}

func idx(shape []int, elements ...byte) []byte {
	b := []byte{0, 0, 8, byte(len(shape))}
	for _, d := range shape {
		b = append(b, byte(d>>24), byte(d>>16), byte(d>>8), byte(d))
	}
	return append(b, elements...)
}

func zipped(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(raw)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// folderWith writes files into a new folder.
func folderWith(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o644))
	}
	return folder
}

func open(name string, opt Options) (*Set, error) { return Open(context.Background(), name, opt) }

// The digests in named.go were computed by a Python program from the published
// files, so a set without a note was read byte for byte.
func TestPublishedSets(t *testing.T) {
	t.Setenv(EnvData, sharedData(t))
	hideDebian(t)
	for _, test := range []struct {
		name   string
		split  Split
		n      int
		labels []int // of the first samples
	}{
		{"mnist", Test, 10000, []int{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}},
		{"mnist", Train, 60000, []int{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}},
		{"fashion-mnist", Test, 10000, []int{9, 2, 1, 1, 6, 1, 4, 6, 5, 7}},
		{"fashion-mnist", Train, 60000, []int{9, 0, 0, 3, 0, 2, 7, 2, 5, 5}},
	} {
		t.Run(test.name+"/"+string(test.split), func(t *testing.T) {
			s, err := open(test.name, Options{Split: test.split})
			require.NoError(t, err)
			require.Empty(t, s.Notes())
			require.Equal(t, publishedSets[test.name].digests[test.split], s.Digest())
			require.Equal(t, test.name+"/"+string(test.split), s.Name())
			require.Equal(t, test.n, s.Len())
			require.Equal(t, []int{28, 28}, s.Shape())
			require.Equal(t, 10, s.NumClasses())
			require.Equal(t, 1.0/255, s.Scale())
			for i, want := range test.labels {
				require.Equal(t, want, s.Label(i))
			}
		})
	}
}

func BenchmarkOpenMNIST(b *testing.B) {
	b.Setenv(EnvData, sharedData(b))
	for b.Loop() {
		_, err := open("mnist", Options{})
		require.NoError(b, err)
	}
}

func TestDemo(t *testing.T) {
	s, err := open("demo", Options{})
	require.NoError(t, err)
	require.Equal(t, 500, s.Len())
	require.Equal(t, []int{28, 28}, s.Shape())
	require.Equal(t, 10, s.NumClasses())
	require.Empty(t, s.Notes())

	t.Setenv(EnvData, sharedData(t))
	whole, err := open("fashion-mnist", Options{Samples: 500})
	require.NoError(t, err)
	require.Equal(t, whole.Digest(), s.Digest(), "the demo is the beginning of the test set")

	_, err = open("demo", Options{Split: Train})
	require.ErrorContains(t, err, "test images only")
}

func TestFashionFallsBackToTheDemo(t *testing.T) {
	t.Setenv(EnvData, t.TempDir())
	hideDebian(t)
	s, err := open("fashion-mnist", Options{})
	require.NoError(t, err)
	require.Equal(t, 500, s.Len())
	require.Len(t, s.Notes(), 1)
	require.Contains(t, s.Notes()[0], "only the first 500 of 10000 test images are present")
	require.Contains(t, s.Notes()[0], "apt-get install dataset-fashion-mnist")
	demo, err := open("demo", Options{})
	require.NoError(t, err)
	require.Empty(t, demo.Notes(), "the note is the substitute's alone")

	_, err = open("fashion-mnist", Options{Split: Train})
	require.ErrorContains(t, err, debianFashion)
	require.ErrorContains(t, err, "the embedded sample (test images only)")
	require.ErrorContains(t, err, "apt-get install dataset-fashion-mnist")
}

func TestNamedSetNotFound(t *testing.T) {
	t.Setenv(EnvData, "")
	_, err := open("mnist", Options{})
	require.EqualError(t, err, `data set "mnist": the test files were not found (looked nowhere, because SNNC_DATA is not set). To get them: `+mnistFetch)

	root := t.TempDir()
	t.Setenv(EnvData, root)
	_, err = open("mnist", Options{Split: Train})
	require.ErrorContains(t, err, filepath.Join(root, "mnist"))
	require.ErrorContains(t, err, filepath.Join(root, "MNIST", "raw"))
}

// pair is a tiny MNIST-named set: two images of 1×2.
func pair() map[string][]byte {
	return map[string][]byte{
		"t10k-images-idx3-ubyte": idx([]int{2, 1, 2}, 0, 255, 7, 8),
		"t10k-labels-idx1-ubyte": idx([]int{2}, 3, 1),
	}
}

func TestMNISTFolder(t *testing.T) {
	plain := folderWith(t, pair())
	s, err := open(plain, Options{})
	require.NoError(t, err)
	require.Equal(t, 2, s.Len())
	require.Equal(t, []byte{7, 8}, s.Sample(1).Bytes())
	require.Equal(t, []float64{0, 1}, s.Sample(0).Reals(nil))
	require.Equal(t, []int{3, 1}, []int{s.Label(0), s.Label(1)})
	require.Equal(t, 4, s.NumClasses())
	require.Equal(t, filepath.Base(plain)+"/test", s.Name())

	files := pair()
	dotted := folderWith(t, map[string][]byte{
		"t10k-images.idx3-ubyte.gz": zipped(t, files["t10k-images-idx3-ubyte"]),
		"t10k-labels-idx1-ubyte.gz": zipped(t, files["t10k-labels-idx1-ubyte"]),
	})
	z, err := open(dotted, Options{})
	require.NoError(t, err)
	require.Equal(t, s.Digest(), z.Digest(), "the digest is of the content, not of the files")

	image, err := open(filepath.Join(plain, "t10k-images-idx3-ubyte"), Options{})
	require.NoError(t, err)
	require.Equal(t, s.Digest(), image.Digest(), "the labels beside the images are found")

	_, err = open(plain, Options{Split: Train})
	require.ErrorContains(t, err, "expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz")
	_, err = open(filepath.Join(plain, "t10k-labels-idx1-ubyte"), Options{})
	require.ErrorContains(t, err, "these are labels; give the images file or the folder")
	require.NoError(t, os.Remove(filepath.Join(plain, "t10k-labels-idx1-ubyte")))
	_, err = open(plain, Options{})
	require.ErrorContains(t, err, "images are there, but t10k-labels-idx1-ubyte(.gz) is not")
	image, err = open(filepath.Join(plain, "t10k-images-idx3-ubyte"), Options{})
	require.NoError(t, err)
	require.False(t, image.HasLabels())
	require.Equal(t, NoLabel, image.Label(0))
	require.Zero(t, image.NumClasses())
}

// Every set of this family has the same file names, so lying flat in SNNC_DATA
// they count only if their content is the set that was asked for.
func TestFlatFolder(t *testing.T) {
	shared := sharedData(t)
	hideDebian(t)
	t.Setenv(EnvData, filepath.Join(shared, "mnist"))
	s, err := open("mnist", Options{})
	require.NoError(t, err)
	require.Empty(t, s.Notes())
	s, err = open("fashion-mnist", Options{})
	require.NoError(t, err)
	require.Equal(t, 500, s.Len(), "MNIST is not taken for Fashion-MNIST")
	_, err = open("fashion-mnist", Options{Split: Train})
	require.ErrorContains(t, err, "its files are another data set")
}

func TestNamedFolderWithOtherContent(t *testing.T) {
	files := map[string][]byte{}
	for name, content := range pair() {
		files["mnist/"+name] = content
	}
	root := folderWith(t, files)
	t.Setenv(EnvData, t.TempDir()+string(os.PathListSeparator)+root)
	s, err := open("mnist", Options{})
	require.NoError(t, err)
	require.Len(t, s.Notes(), 1)
	require.Contains(t, s.Notes()[0], "differ from the published set")

	cut := files["mnist/t10k-images-idx3-ubyte"]
	require.NoError(t, os.WriteFile(filepath.Join(root, "mnist", "t10k-images-idx3-ubyte"), cut[:len(cut)-1], 0o644))
	_, err = open("mnist", Options{})
	require.ErrorContains(t, err, "t10k-images-idx3-ubyte: idx elements: the header declares 4 bytes of elements, the file ends after 3")
}

func TestOpenRefuses(t *testing.T) {
	gz := zipped(t, idx([]int{2, 1, 2}, 1, 2, 3, 4))
	folder := folderWith(t, map[string][]byte{
		"empty":                    nil,
		"text.csv":                 []byte("1,2,3\n4,5,6\n"),
		"cut.gz":                   gz[:len(gz)-9],
		"gz-of-text":               zipped(t, []byte("hello")),
		"none.idx":                 idx([]int{0, 2, 2}),
		"cut.npy":                  []byte("\x93NUMPY\x01"),
		"notreal.npz":              []byte("PK\x03\x04 and no more"),
		"m/t10k-images-idx3-ubyte": idx([]int{2, 1, 2}, 0, 255, 7, 8),
		"m/t10k-labels-idx1-ubyte": idx([]int{3}, 3, 1, 1),
	})
	tests := []struct {
		name string
		opt  Options
		want string
	}{
		{"svhn", Options{}, "not one of cifar10, cifar10-dvs, cifar10-jpeg, cifar100, fashion-mnist, imagenet, mnist, shd, ssc and demo, and no such file or folder"},
		{"demo", Options{Split: "validation"}, `split "validation"; allowed are test and train`},
		{"demo", Options{Samples: -1}, "-1 samples asked for"},
		{"demo", Options{Scale: -2}, "scale -2; expected a positive number"},
		{"@empty", Options{}, "the file is empty"},
		{"@text.csv", Options{}, "not an idx (or idx.gz), .npy or .npz file"},
		{"@cut.gz", Options{}, "unexpected EOF"},
		{"@gz-of-text", Options{}, "not an idx file"},
		{"@none.idx", Options{}, "the array of samples is empty (uint8 0×2×2)"},
		{"@cut.npy", Options{}, "ends inside its npy header"},
		{"@notreal.npz", Options{}, "not an npz file, or a truncated one"},
		{"@m", Options{}, "3 labels for 2 samples"},
		{"@", Options{}, "no MNIST-named files"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			name := test.name
			if name[0] == '@' {
				name = filepath.Join(folder, name[1:])
			}
			_, err := open(name, test.opt)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Open(ctx, folderWith(t, pair()), Options{})
	require.ErrorIs(t, err, context.Canceled)
}

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data"
)

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, b, 0o644))
}

func zipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, err := w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return z.Bytes()
}

// layouts lays a small set out as each published one.
func layouts(t *testing.T, root string) {
	record := func(labels ...byte) []byte {
		b := append([]byte(nil), labels...)
		for i := range 3 * 32 * 32 {
			b = append(b, byte(i*7)+labels[0]*40)
		}
		return b
	}
	for i := 1; i <= 5; i++ {
		put(t, filepath.Join(root, "cifar-10-batches-bin", fmt.Sprintf("data_batch_%d.bin", i)), record(byte(i)))
	}
	put(t, filepath.Join(root, "cifar-10-batches-bin", "test_batch.bin"), record(3))
	put(t, filepath.Join(root, "cifar-100-binary", "train.bin"), append(record(1, 99), record(2, 17)...))
	put(t, filepath.Join(root, "cifar-100-binary", "test.bin"), record(1, 98))
	for _, name := range []string{"train", "t10k"} {
		put(t, filepath.Join(root, "fashion-mnist", name+"-images-idx3-ubyte.gz"), zipped(t, append([]byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28}, record(5)[:2*28*28]...)))
		put(t, filepath.Join(root, "fashion-mnist", name+"-labels-idx1-ubyte.gz"), zipped(t, []byte{0, 0, 8, 1, 0, 0, 0, 2, 4, 9}))
	}
	var picture bytes.Buffer
	m := image.NewRGBA(image.Rect(0, 0, 300, 260))
	for i := range 300 * 260 {
		m.Set(i%300, i/300, color.RGBA{byte(i), byte(i / 300), byte(i / 7), 255})
	}
	require.NoError(t, jpeg.Encode(&picture, m, nil))
	for _, name := range []string{"train/n01440764/a", "train/n01443537/b", "val/n01440764/c", "val/n01443537/d"} {
		put(t, filepath.Join(root, "imagenet", name+".JPEG"), picture.Bytes())
	}
	for _, class := range []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"} {
		for n := range 10 {
			var b bytes.Buffer
			b.WriteString("#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n")
			for k := range 200 {
				b.Write([]byte{0, 0, byte(37 * k & 127), byte(11 * (k + n)), 0, 0, byte(k), 0})
			}
			put(t, filepath.Join(root, "cifar10-dvs", class, fmt.Sprintf("cifar10_%s_%d.aedat", class, n)), b.Bytes())
		}
	}
}

// The configurations of examples/train start on data in the published layouts:
// they make an update, test, and write the network. The large ones with
// SNNC_TRAIN_STARTS only: they take minutes and gigabytes.
func TestTrainingConfigurationsStart(t *testing.T) {
	root := t.TempDir()
	layouts(t, root)
	t.Setenv(data.EnvData, root)
	for _, name := range []string{"fashion-conv", "cifar10", "cifar100", "cifar10-dvs", "imagenet"} {
		t.Run(name, func(t *testing.T) {
			if name != "cifar10" && name != "fashion-conv" && os.Getenv("SNNC_TRAIN_STARTS") == "" {
				t.Skip("set SNNC_TRAIN_STARTS=1")
			}
			out := filepath.Join(t.TempDir(), "net.json")
			config := filepath.Join("..", "..", "examples", "train", name+".toml")
			require.NoError(t, snnc("train", "--config", config, "-o", out, "--samples", "2", "--validation", "1", "--batch", "1", "--epochs", "1", "--json"))
			require.FileExists(t, out)
		})
	}
}

func TestConfigRefuses(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		"epochs = 3\nepochs = 4\n":         "x.toml: line 2: Key 'epochs' has already been defined.",
		"epoch = 3\n":                      "x.toml: epoch is no option that a file may set; those are a-base, a-plus, ",
		"config = \"y.toml\"\n":            "x.toml: config is no option",
		"model = \"m\"\nepochs = \"many\"": `x.toml: epochs: "many" is not what --epochs takes (int)`,
		"model = \"m\"\n[data]\nname = 1":  "x.toml: data: map[name:1]; want a text, a number",
		"rule-layers = [1]\n":              "a list is of texts",
		"epochs = 2\n":                     "x.toml: model is missing, and no MODEL was given",
	} {
		path := filepath.Join(dir, "x.toml")
		put(t, path, []byte(text))
		require.ErrorContains(t, snnc("train", "--config", path, "-o", filepath.Join(dir, "o.json")), want, text)
	}
	require.ErrorContains(t, snnc("train", "--config", filepath.Join(dir, "none.toml"), "-o", "o.json"), "none.toml")
	// The model lies beside the file, and the command line stands: -o is refused by its own value and not the file's.
	put(t, filepath.Join(dir, "x.toml"), []byte("model = \"net.json\"\noutput = [\"a.json\"]\ndata = \"mnist\"\n"))
	require.ErrorContains(t, snnc("train", "--config", filepath.Join(dir, "x.toml"), "-o", filepath.Join(dir, "o.xyz")), "o.xyz")
	require.ErrorContains(t, snnc("train", "--config", filepath.Join(dir, "x.toml")), filepath.Join(dir, "net.json"))
}

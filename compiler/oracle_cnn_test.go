package compiler_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sbinet/npyio"
	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/sim"
)

// A convolutional network trained in snnTorch: its ten spike counts on the
// Fashion-MNIST test images, and fixed = simulator on some of them.
func TestFashionCNN(t *testing.T) {
	g, err := nir.ReadFile(oracle.Path(t, "models", "snntorch", "fashion_cnn_16_32.nir"))
	require.NoError(t, err)
	c, err := compiler.Compile(context.Background(), g, "fashion_cnn", compiler.Options{Steps: 6, From: "snntorch"}, compiler.Hooks{})
	require.NoError(t, err)
	t.Logf("%d cores, at most %d cycles", len(c.Program.Cores), c.Bound.Inference)
	s := images(t, "fashion-mnist", 6)
	if s.Samples = 500; os.Getenv("SNNC_SOAK") != "" {
		s.Samples = 10000
	}
	f, err := os.Open(oracle.Path(t, "models", "snntorch", "fashion_cnn_16_32.counts.npy"))
	require.NoError(t, err)
	defer f.Close()
	var want []uint8
	require.NoError(t, npyio.Read(f, &want))
	same := 0
	err = backend.Batch(context.Background(), s.Samples, 0, func() (backend.Runner, error) { return reference.NewFloat(c.Network) }, s.Input,
		func(i int, r *ir.Result) error {
			equal := true
			for k, n := range r.Outputs[0].Counts() {
				equal = equal && int(want[10*i+k]) == n
			}
			if equal {
				same++
			}
			return nil
		})
	require.NoError(t, err)
	t.Logf("same counts %d of %d", same, s.Samples)
	require.GreaterOrEqual(t, same, s.Samples*999/1000)
	s.Samples = 20
	rows, err := backend.Compare(context.Background(), []backend.Execution{
		{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(c.Network) }},
		{Name: "fixed", New: func() (backend.Runner, error) { return reference.NewFixed(c.Network) }},
		{Name: "sim", New: func() (backend.Runner, error) { return sim.New(c.Program, sim.Options{}) }},
	}, s, nil)
	require.NoError(t, err)
	require.Zero(t, rows[2].Mismatches)
	t.Logf("float %v fixed %v cycles %v", *rows[0].Accuracy, *rows[1].Accuracy, rows[2])
}

// Every NIR file of the shared models compiles, or is refused in words.
func TestSharedModels(t *testing.T) {
	root := oracle.Path(t, "models", "nir")
	require.NoError(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".nir") {
			return err
		}
		name, _ := filepath.Rel(root, path)
		g, err := nir.ReadFile(path)
		if err != nil {
			t.Logf("%-50s read: %v", name, err)
			return nil
		}
		c, err := compiler.Compile(context.Background(), g, name, compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 1, Scale: 1}}, compiler.Hooks{})
		if err != nil {
			t.Logf("%-50s %v", name, err)
			return nil
		}
		t.Logf("%-50s %d populations %d cores II %d", name, len(c.Network.Populations), len(c.Program.Cores), c.Network.Interval)
		return nil
	}))
}

package compiler_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/sbinet/npyio"
	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

func mnist(t testing.TB) backend.Stimuli { t.Helper(); return images(t, "mnist", 8) }

func images(t testing.TB, name string, steps int) backend.Stimuli {
	t.Helper()
	t.Setenv(data.EnvData, oracle.Path(t, "data"))
	set, err := data.Open(context.Background(), name, data.Options{})
	require.NoError(t, err)
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: steps})
	require.NoError(t, err)
	return backend.Stimuli{Samples: set.Len(), Label: set.Label, Input: func(i int) ([]*ir.Frames, error) {
		f := new(ir.Frames)
		enc.Encode(i, f)
		return []*ir.Frames{f}, nil
	}}
}

func compileMLP(t testing.TB, o compiler.Options) *compiler.Compiled {
	t.Helper()
	g, err := nir.ReadFile(oracle.Path(t, "models", "snntorch", "mnist_mlp_128.nir"))
	require.NoError(t, err)
	c, err := compiler.Compile(context.Background(), g, "mnist_mlp_128", o, compiler.Hooks{})
	require.NoError(t, err)
	return c
}

// The float reference gives the spike counts that snnTorch recorded.
func TestFloatGivesSnnTorchsCounts(t *testing.T) {
	c, s := compileMLP(t, compiler.Options{Steps: 8}), mnist(t)
	f, err := os.Open(oracle.Path(t, "models", "snntorch", "mnist_mlp_128.counts.npy"))
	require.NoError(t, err)
	defer f.Close()
	var want []uint8
	require.NoError(t, npyio.Read(f, &want))
	same, class := 0, 0
	err = backend.Batch(context.Background(), s.Samples, 0, func() (backend.Runner, error) { return reference.NewFloat(c.Network) }, s.Input,
		func(i int, r *ir.Result) error {
			counts, equal, best := r.Outputs[0].Counts(), true, 0
			for k, n := range counts {
				equal = equal && int(want[10*i+k]) == n
				if want[10*i+k] > want[10*i+best] {
					best = k
				}
			}
			if equal {
				same++
			}
			if backend.Class(r) == best {
				class++
			}
			return nil
		})
	require.NoError(t, err)
	require.GreaterOrEqual(t, same, s.Samples*999/1000, "images with snnTorch's ten counts")
	require.GreaterOrEqual(t, class, s.Samples*999/1000, "images with snnTorch's class")
	t.Logf("same counts %d, same class %d of %d", same, class, s.Samples)
}

// Quantisation to 8 bits costs at most 0.2 points of accuracy.
func TestEightBitsKeepAccuracy(t *testing.T) {
	s := mnist(t)
	for _, bits := range []int{8, 4} {
		c := compileMLP(t, compiler.Options{Steps: 8, WeightBits: bits, Clip: compiler.ClipSearch})
		rows, err := backend.Compare(context.Background(), []backend.Execution{
			{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(c.Network) }},
			{Name: "fixed", New: func() (backend.Runner, error) { return reference.NewFixed(c.Network) }},
		}, s, nil)
		require.NoError(t, err)
		t.Logf("%d bits: float %.4f fixed %.4f", bits, *rows[0].Accuracy, *rows[1].Accuracy)
		require.InDelta(t, 0.9704, *rows[0].Accuracy, 1e-4)
		if bits == 8 {
			require.GreaterOrEqual(t, *rows[1].Accuracy, *rows[0].Accuracy-0.002)
		}
	}
}

// The eleven platforms of the NIR paper (01_lif): every platform's spikes
// under the preset that means the same. Lava and Spyx record a spike one step
// later than its membrane crosses.
func TestElevenPlatforms(t *testing.T) {
	model, err := nir.ReadFile(oracle.Path(t, "models", "nir", "01_lif", "lif_norse.nir"))
	require.NoError(t, err)
	for _, tc := range []struct {
		platform, from string
		shift          int
	}{
		{"exact", "exact", 0}, {"norse", "norse", 0}, {"snntorch", "snntorch", 0}, {"nengo", "exact", 0}, {"spinnaker2", "nir", 0},
		{"rockpool", "rockpool", 0}, {"sinabs", "sinabs", 0},
		{"lava_cpu_float", "lava", 1}, {"lava_cpu_fixed", "lava", 1}, {"lava_loihi_fixed", "lava", 1}, {"spyx", "nir", 1},
	} {
		t.Run(tc.platform, func(t *testing.T) {
			rec := readCSV(t, oracle.Path(t, "models", "nir", "01_lif", "lif_"+tc.platform+".csv"))
			input := readCSV(t, oracle.Path(t, "models", "nir", "01_lif", "lif_norse.csv"))
			steps := len(rec)
			c, err := compiler.Compile(context.Background(), model, "lif", compiler.Options{From: tc.from, DT: 1e-4, Steps: steps,
				Input: ir.Encoding{Bits: 1, Scale: 1}}, compiler.Hooks{})
			require.NoError(t, err)
			f, err := reference.NewFloat(c.Network)
			require.NoError(t, err)
			var v []float64
			f.Observe(func(s *reference.Step[float64]) { v = append(v, s.Membrane[0]) })
			frames := &ir.Frames{Steps: steps, N: 1, Bits: 1, Scale: 1, Values: make([]int32, steps)}
			for i, row := range input {
				frames.Values[i] = int32(row[0])
			}
			r, err := f.Run(context.Background(), []*ir.Frames{frames})
			require.NoError(t, err)
			var got, want []int
			for i, row := range rec {
				if r.Outputs[0].Spikes[i] != 0 {
					got = append(got, i+tc.shift)
				}
				if row[2] != 0 {
					want = append(want, i)
				}
			}
			require.Equal(t, want, got, "steps with a spike")
			if tc.platform == "norse" {
				for i, row := range rec {
					require.LessOrEqual(t, math.Abs(v[i]-row[1]), 1e-6, "membrane at step %d", i)
				}
			}
		})
	}
}

func readCSV(t *testing.T, path string) [][3]float64 {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	require.NoError(t, err)
	out := make([][3]float64, len(rows))
	for i, r := range rows {
		for j := range out[i] {
			out[i][j], err = strconv.ParseFloat(r[j], 64)
			require.NoError(t, err)
		}
	}
	return out
}

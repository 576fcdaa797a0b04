package exporters_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/dassdp/trainer"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

const trainedModel = `{"format": "snnc-model", "format_version": 1, "nodes": {
	"input": {"type": "Input", "shape": [2, 6, 6]},
	"conv": {"type": "Conv2d", "weight": {"init": "torch", "gain": 3, "shape": [4, 2, 3, 3]}, "stride": 1, "padding": 1, "dilation": 1, "groups": 1, "bias": {"init": "zeros", "shape": [4]}},
	"norm": {"type": "BatchNorm2d", "weight": {"init": "ones", "shape": [4]}, "bias": {"init": "zeros", "shape": [4]}, "running_mean": {"init": "zeros", "shape": [4]}, "running_var": {"init": "ones", "shape": [4]}},
	"lif": {"type": "LIF", "tau": {"init": "constant", "value": 0.0005, "shape": []}, "r": {"init": "tau/dt", "shape": []}, "v_leak": 0, "v_threshold": 1},
	"pool": {"type": "AvgPool2d", "kernel_size": 2, "stride": 2, "padding": 0},
	"flat": {"type": "Flatten", "start_dim": 0, "end_dim": -1},
	"fc": {"type": "Affine", "weight": {"init": "torch", "gain": 3, "shape": [3, 36]}, "bias": {"init": "torch", "shape": [3]}},
	"out": {"type": "LIF", "tau": 0.001, "r": 10, "v_leak": 0, "v_threshold": 1},
	"output": {"type": "Output", "shape": [3]}},
	"edges": [["input", "conv"], ["conv", "norm"], ["norm", "lif"], ["lif", "pool"], ["pool", "flat"], ["flat", "fc"], ["fc", "out"], ["out", "output"]]}`

// What training writes as NIR, snnTorch's own importer reads, and its spikes
// are those of the float reference. SNNC_PYTHON names an interpreter with
// torch, snntorch, nir and nirtorch.
func TestSnnTorchImportsWhatWasTrained(t *testing.T) {
	python := os.Getenv("SNNC_PYTHON")
	if python == "" {
		t.Skip("set SNNC_PYTHON to an interpreter that has torch, snntorch, nir and nirtorch")
	}
	const steps, samples = 6, 40
	g, h, inits, err := modeljson.DecodeUntrained([]byte(trainedModel), fstest.MapFS{})
	require.NoError(t, err)
	opt := compiler.Options{From: "snntorch", Steps: steps, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}}
	n, err := trainer.NewNetwork(&trainer.Model{Name: "trained", Graph: g, Hints: h, Inits: inits}, trainer.Options{Batch: 20, Epochs: 5, Rate: 0.01, Compile: opt})
	require.NoError(t, err)
	defer n.Close()
	r := rand.New(rand.NewPCG(1, 2))
	x := make([][]int32, samples)
	for i := range x {
		for k := range 72 {
			v := r.IntN(120)
			if k%3 == i%3 {
				v += 120
			}
			x[i] = append(x[i], int32(v))
		}
	}
	tr, err := trainer.New(n, &trainer.Data{N: samples, Label: func(i int) int { return i % 3 }, Load: func(i, _ int, dst []float32) error {
		for k, v := range x[i] {
			dst[k] = float32(float64(v) / 255)
		}
		return nil
	}}, nil)
	require.NoError(t, err)
	require.NoError(t, tr.Run(context.Background()))
	path := filepath.Join(t.TempDir(), "trained.nir")
	require.NoError(t, modelfile.Write(path, n.Expanded(), ir.Hints{}))

	var in, out, stderr bytes.Buffer
	for i := range x {
		for _, v := range x[i] {
			in.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(float64(v)/255))))
		}
	}
	c := exec.Command(python, "import_trained.py", path, "6")
	c.Stdin, c.Stdout, c.Stderr = &in, &out, &stderr
	require.NoError(t, c.Run(), stderr.String())
	require.Equal(t, samples*steps*3, out.Len())

	back, _, err := modelfile.Read(path)
	require.NoError(t, err)
	net, err := compiler.Normalised(back, "trained", opt)
	require.NoError(t, err)
	ref, err := reference.NewFloat(net)
	require.NoError(t, err)
	spikes := 0
	for i := range x {
		result, err := ref.Run(context.Background(), []*ir.Frames{{Steps: steps, N: 72, Bits: 8, Held: true, Scale: 1.0 / 255, Values: x[i]}})
		require.NoError(t, err)
		want := out.Bytes()[i*steps*3 : (i+1)*steps*3]
		require.Equal(t, want, []byte(result.Outputs[0].Spikes), "sample %d", i)
		for _, s := range want {
			spikes += int(s)
		}
	}
	require.Greater(t, spikes, samples)
}

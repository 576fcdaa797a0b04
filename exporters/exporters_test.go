package exporters_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/sbinet/npyio/npz"
	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// oracle is a case of testdata/cases.json: what the file does not say.
type oracle struct {
	Kind       string  `json:"kind"` // spikes or membranes
	From       string  `json:"from"`
	DT         float64 `json:"dt"`
	Reset      string  `json:"reset"`
	ResetDelay *bool   `json:"reset_delay"`
	Compare    string  `json:"compare"`
}

// Every file gives in float, step by step, the spikes that its framework gave.
func TestFloatGivesTheFrameworksSpikes(t *testing.T) {
	text, err := os.ReadFile("testdata/cases.json")
	require.NoError(t, err)
	var cases map[string]oracle
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&cases))
	files, err := filepath.Glob("testdata/*.nir")
	require.NoError(t, err)
	require.Len(t, cases, len(files))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { c.check(t, name) })
	}
}

func (o *oracle) check(t *testing.T, name string) {
	g, err := nir.ReadFile(filepath.Join("testdata", name+".nir"))
	require.NoError(t, err)
	archive, err := npz.Open(filepath.Join("testdata", name+".npz"))
	require.NoError(t, err)
	defer archive.Close()
	var input []uint8
	var scale float64
	require.NoError(t, archive.Read("input.npy", &input))
	require.NoError(t, archive.Read("scale.npy", &scale))
	shape := archive.Header("input.npy").Descr.Shape
	samples, steps := shape[0], shape[1]
	in := ir.Encoding{Bits: 4, Scale: scale}
	if scale == 1 {
		in = ir.Encoding{Bits: 1, Scale: 1}
	}
	out, err := compiler.Compile(context.Background(), g, name, compiler.Options{From: o.From, DT: o.DT, Reset: o.Reset, ResetDelay: o.ResetDelay,
		Compare: o.Compare, Steps: steps, Input: in}, compiler.Hooks{})
	require.NoError(t, err)
	f, err := reference.NewFloat(out.Network)
	require.NoError(t, err)
	var spikes []uint8
	var membranes []float64
	if o.Kind == "spikes" {
		require.NoError(t, archive.Read("spikes.npy", &spikes))
	} else {
		require.NoError(t, archive.Read("membranes.npy", &membranes))
	}
	n := len(input) / samples / steps
	require.Equal(t, out.Network.Inputs[0].N, n)
	for s := range samples {
		frames := &ir.Frames{Steps: steps, N: n, Bits: in.Bits, Scale: scale, Values: make([]int32, steps*n)}
		for i, v := range input[s*steps*n : (s+1)*steps*n] {
			frames.Values[i] = int32(v)
		}
		r, err := f.Run(context.Background(), []*ir.Frames{frames})
		require.NoError(t, err)
		got := &r.Outputs[0]
		size := got.Steps * got.N
		if spikes != nil {
			require.Equal(t, spikes[s*size:(s+1)*size], got.Spikes, "sample %d", s)
			continue
		}
		for i, want := range membranes[s*size : (s+1)*size] {
			require.LessOrEqual(t, math.Abs(want-got.Value[i]), 1e-12*math.Max(1, math.Abs(want)), "sample %d, step %d, neuron %d", s, i/got.N, i%got.N)
		}
	}
}

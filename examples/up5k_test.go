package examples_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/data"
	oracles "github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// The network for the UP5K has 4-bit weights that fit its SPRAMs, is written
// as what these integers stand for, and has the accuracy that its page says.
func TestUP5KNetwork(t *testing.T) {
	g, hints, err := modelfile.Read("up5k_mnist/up5k_mnist.json")
	require.NoError(t, err)
	opt := compiler.Options{From: *hints.From, Steps: *hints.Steps, Reset: *hints.Reset, WeightBits: 4}
	net, err := compiler.Quantised(g, "up5k_mnist", opt)
	require.NoError(t, err)
	bits := 0
	for _, pr := range net.Projections {
		bits += 4 * len(pr.Q)
		unit := 1.0 // of inputs
		if pr.FromInput {
			unit = 1.0 / 255
		}
		p := &net.Populations[pr.Target]
		for i, q := range pr.Q {
			scale := p.Q.Unit[i/pr.Fan()] * float64(int(1)<<p.Q.Frac)
			require.InDelta(t, float64(q), pr.Weight[i]*unit/scale, 1e-4)
		}
	}
	require.LessOrEqual(t, bits, 4*256*1024)
	if testing.Short() {
		return
	}
	set, err := data.Open(context.Background(), oracles.Path(t, "data", "mnist"), data.Options{})
	require.NoError(t, err)
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: opt.Steps})
	require.NoError(t, err)
	rows, err := backend.Compare(context.Background(), []backend.Execution{
		{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(net) }},
		{Name: "fixed", New: func() (backend.Runner, error) { return reference.NewFixed(net) }},
	}, backend.Stimuli{Samples: set.Len(), Label: set.Label, Input: func(i int) ([]*ir.Frames, error) {
		f := new(ir.Frames)
		enc.Encode(i, f)
		return []*ir.Frames{f}, nil
	}}, nil)
	require.NoError(t, err)
	require.Equal(t, 0.9832, *rows[0].Accuracy)
	require.Equal(t, 0.9832, *rows[1].Accuracy)
}

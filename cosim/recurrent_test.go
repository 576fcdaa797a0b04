package cosim_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
)

// The recurrent networks of the NIR paper on random spikes: a layer whose
// spikes return to it one step later gives the same in every execution.
func TestBraille(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ file, reset string }{
		{"braille_noDelay_bias_zero.nir", "zero"},
		{"braille_noDelay_noBias_subtract.nir", "subtract"},
	} {
		t.Run(x.reset, func(t *testing.T) {
			g, err := nir.ReadFile(oracle.Path(t, "models", "nir", "03_rnn", x.file))
			require.NoError(t, err)
			c, err := compiler.Compile(context.Background(), g, "braille", compiler.Options{From: "snntorch", Reset: x.reset, Steps: 128,
				Input: ir.Encoding{Bits: 1, Scale: 1}}, compiler.Hooks{})
			require.NoError(t, err)
			s := backend.Stimuli{Samples: 100, Label: func(int) int { return -1 }, Input: func(i int) ([]*ir.Frames, error) {
				return cosim.RandomFrames(c.Program, uint64(i)), nil
			}}
			row := ladder(t, c, s, false)[1]
			require.Greater(t, row.Spikes, 50.0, "too few spikes to show anything")
			t.Logf("%.0f spikes, %.0f cycles a sample on average, %d at most, %d proven", row.Spikes, row.CyclesMean, row.CyclesMax, c.Bound.Inference)
			n := 10
			if soak() {
				n = 100
			}
			lockStep(t, c, s, n)
		})
	}
}

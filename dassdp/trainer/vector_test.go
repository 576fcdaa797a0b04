package trainer

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// A training has the same bits with the vector unit as without: dense, with both
// comparisons and a layer of ten neurons, and convolutional.
func TestVectorsGiveTheSameBits(t *testing.T) {
	if !hasVectors {
		t.Skip("no AVX2 here")
	}
	for name, make := range map[string]func() *Trainer{
		"dense": func() *Trainer { return mlp(t, nil) },
		"at least": func() *Trainer {
			return mlp(t, func(o *Options) { o.Compile.Compare = "ge" })
		},
		"convolutional": func() *Trainer { return convolutional(t, "fashion_conv", 9) },
	} {
		t.Run(name, func(t *testing.T) {
			var trained [2][][]float32
			for side, vectors := range []bool{false, true} {
				hasVectors = vectors
				tr := make()
				for range 3 {
					tr.State.Step = 0
					require.NoError(t, tr.step(context.Background()))
				}
				for _, p := range tr.Net.params {
					trained[side] = append(trained[side], p.v)
				}
			}
			require.Equal(t, trained[0], trained[1])
		})
	}
}

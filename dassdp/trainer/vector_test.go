package trainer

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/dassdp"
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

// The classes that the vector unit reads off spike records are the rule's own
// captures, for the first and the last spike.
func TestClassesAreCaptures(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	for range 60 {
		T, batch, n := 1+r.IntN(20), 1+r.IntN(4), 1+r.IntN(40)
		latency := dassdp.Latency(r.IntN(2))
		p, err := NewPlasticity("ssdp", T, dassdp.PaperDefaults(), latency)
		require.NoError(t, err)
		s := Spikes{Batch: batch, N: n, V: make([]float32, T*batch*n)}
		for i := range s.V {
			s.V[i] = float32(r.IntN(5) / 4)
		}
		for b := range batch {
			own := make([]bool, 0, T*n)
			for step := range T {
				for i := range n {
					own = append(own, s.V[(step*batch+b)*n+i] != 0)
				}
			}
			want, err := p.rule.CaptureSpikes(own, n)
			require.NoError(t, err)
			require.Equal(t, want, p.classes(dassdp.Capture{}, s, b), "T %d, %d neurons, latency %d", T, n, latency)
		}
	}
}

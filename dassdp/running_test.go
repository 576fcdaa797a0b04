package dassdp

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The running fit is the recorded one.
func TestRunningFitsAsWarmup(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var all Warmup
	var running Running
	require.Equal(t, NoGate(), running.Fit())
	for range 300 {
		loss := 5 + r.NormFloat64()
		batch := make([]Sample, 4)
		for i := range batch {
			batch[i] = Sample{Pre: Capture{Class: make([]uint8, 30), Fired: r.IntN(31)}, Post: Capture{Class: make([]uint8, 10), Fired: r.IntN(11)}}
		}
		all.Record(batch, loss)
		running.Record(batch, loss)
	}
	want, got := all.Fit(), running.Fit()
	require.InEpsilon(t, want.K, got.K, 1e-9)
	require.InEpsilon(t, want.Mean, got.Mean, 1e-12)
	require.InEpsilon(t, want.Std, got.Std, 1e-12)
}

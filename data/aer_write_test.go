package data

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is written is read back: sizes, labels and every spike, silent samples too.
func TestAERWrittenIsRead(t *testing.T) {
	const n, steps, samples = 7, 5, 20
	r := rand.New(rand.NewPCG(1, 2))
	w := NewAERWriter(n, steps)
	var want [][]uint8
	for i := range samples {
		spikes := make([]uint8, n*steps)
		for k := range spikes {
			if i%4 > 0 && r.IntN(4) == 0 {
				spikes[k] = 1
			}
		}
		want = append(want, spikes)
		w.Sample(i%n, spikes)
	}
	path := filepath.Join(t.TempDir(), "out.aer")
	require.NoError(t, w.Save(path))
	set, err := Open(context.Background(), path, Options{})
	require.NoError(t, err)
	require.Equal(t, samples, set.Len())
	require.Equal(t, []int{steps, n}, set.Shape())
	for i := range samples {
		require.Equal(t, i%n, set.Label(i))
		require.Equal(t, want[i], set.Sample(i).Bytes(), "sample %d", i)
	}
}

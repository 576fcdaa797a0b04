package examples

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/data"
)

// class is the first of the highest counts.
func class(counts [10]uint8) int { return slices.Index(counts[:], slices.Max(counts[:])) }

func TestFashionMLPFiles(t *testing.T) {
	require.Equal(t, "\x89HDF\r\n\x1a\n", string(FashionMLP()[:8]))
	info, err := FashionMLPInfo()
	require.NoError(t, err)
	require.Equal(t, "784-128-10", info.Arch)
	require.LessOrEqual(t, info.Timesteps, 8)
	require.GreaterOrEqual(t, info.FloatAccuracy, 0.87)
	counts, err := FashionMLPCounts()
	require.NoError(t, err)
	require.Len(t, counts, 10000)
	for i, c := range counts {
		require.LessOrEqual(t, int(slices.Max(c[:])), info.Timesteps, "image %d", i)
	}
}

// The recorded accuracy is that of the recorded counts, on the labels of the
// published test set; on the embedded sample it is near.
func TestFashionMLPAccuracy(t *testing.T) {
	counts, err := FashionMLPCounts()
	require.NoError(t, err)
	info, err := FashionMLPInfo()
	require.NoError(t, err)
	accuracy := func(s *data.Set) float64 {
		right := 0
		for i := range s.Len() {
			if class(counts[i]) == s.Label(i) {
				right++
			}
		}
		return float64(right) / float64(s.Len())
	}
	demo, err := data.Open(context.Background(), "demo", data.Options{})
	require.NoError(t, err)
	require.InDelta(t, info.FloatAccuracy, accuracy(demo), 0.05)

	shared := os.Getenv("SNNC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	folder := filepath.Join(shared, "data", "fashion-mnist")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no %s: set SNNC_SHARED to the folder of shared test data", folder)
	}
	whole, err := data.Open(context.Background(), folder, data.Options{})
	require.NoError(t, err)
	require.Equal(t, 10000, whole.Len())
	require.InDelta(t, info.FloatAccuracy, accuracy(whole), 1e-9)
}

package trainer

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The curve's axes have numbers, within a decade too.
func TestPlot(t *testing.T) {
	var epochs []EpochRecord
	for i := range 23 {
		test := 0.93 + 0.002*float64(i)
		epochs = append(epochs, EpochRecord{Epoch: i + 1, Accuracy: 0.9 + 0.004*float64(i), Test: &test})
	}
	path := filepath.Join(t.TempDir(), "curve.svg")
	require.NoError(t, Plot(path, "net on set", epochs))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, label := range []string{">epoch<", ">error of samples, %<", ">3<", ">5<", ">7<", ">21<", ">training<", ">test<"} {
		require.True(t, bytes.Contains(b, []byte(label)), label)
	}
	if out := os.Getenv("SNNC_PLOT"); out != "" {
		require.NoError(t, Plot(out, "net on set", epochs))
	}
	require.ErrorContains(t, Plot(path, "", nil), "no epoch is complete")
}

package bench

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTraining measures the training steps alone; they are in TestBench too.
func TestTraining(t *testing.T) {
	if os.Getenv("SNNC_BENCH_TRAINING") == "" {
		t.Skip("measures: SNNC_BENCH_TRAINING=1 runs it, and so does `make bench`")
	}
	shared, err := filepath.Abs(sharedFolder())
	require.NoError(t, err)
	all, err := benchTraining(context.Background(), Options{Dir: t.TempDir(), Shared: shared, Python: os.Getenv("SNNC_PYTHON"), Rounds: 7, Log: t.Logf})
	require.NoError(t, err)
	require.NoError(t, WriteTable(os.Stdout, all))
}

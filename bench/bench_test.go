package bench

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBench measures for minutes and asserts nothing but that what it
// compares is equal; SNNC_BENCH names the file to write,
// SNNC_BENCH_ONLY the parts and designs that are measured (Options.Only),
// SNNC_BENCH_DIGESTS how many digests areas are medians of.
func TestBench(t *testing.T) {
	out := os.Getenv("SNNC_BENCH")
	if out == "" {
		t.Skip("measures for minutes: run it by `make bench`")
	}
	shared, err := filepath.Abs(sharedFolder())
	require.NoError(t, err)
	o := Options{Dir: t.TempDir(), Shared: shared, Python: os.Getenv("SNNC_PYTHON"), Log: t.Logf}
	o.Digests, _ = strconv.Atoi(os.Getenv("SNNC_BENCH_DIGESTS"))
	if only := os.Getenv("SNNC_BENCH_ONLY"); only != "" {
		o.Only = regexp.MustCompile(only)
	}
	all, err := Run(context.Background(), o)
	require.NoError(t, err)
	require.NoError(t, WriteTable(os.Stdout, all))
	require.NoError(t, WriteFile(out, all))
}

// sharedFolder is SNNC_SHARED, or the folder beside the checkout.
func sharedFolder() string {
	if shared := os.Getenv("SNNC_SHARED"); shared != "" {
		return shared
	}
	return filepath.Join("..", "..", "shared")
}

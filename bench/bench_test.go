package bench

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBench measures for minutes and asserts nothing but that what it
// compares is equal; SNNC_BENCH names the file to write.
func TestBench(t *testing.T) {
	out := os.Getenv("SNNC_BENCH")
	if out == "" {
		t.Skip("measures for minutes: run it by `make bench`")
	}
	shared := os.Getenv("SNNC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	shared, err := filepath.Abs(shared)
	require.NoError(t, err)
	all, err := Run(context.Background(), Options{Dir: t.TempDir(), Shared: shared, Python: os.Getenv("SNNC_PYTHON"), Log: t.Logf})
	require.NoError(t, err)
	require.NoError(t, WriteTable(os.Stdout, all))
	require.NoError(t, WriteFile(out, all))
}

// TestSynthesis maps designs to three families for many minutes; SNNC_SYNTH
// names the file to write, SNNC_SYNTH_LANES the sizes (8,32,128).
func TestSynthesis(t *testing.T) {
	out := os.Getenv("SNNC_SYNTH")
	if out == "" {
		t.Skip("synthesises for many minutes: run it by `make synth`")
	}
	lanes := []int{8, 32, 128}
	if s := os.Getenv("SNNC_SYNTH_LANES"); s != "" {
		lanes = nil
		for _, f := range strings.Split(s, ",") {
			n, err := strconv.Atoi(f)
			require.NoError(t, err)
			lanes = append(lanes, n)
		}
	}
	all, err := Synthesise(context.Background(), Options{Dir: t.TempDir()}, lanes, t.Logf)
	require.NoError(t, err)
	require.NoError(t, WriteAreas(os.Stdout, all))
	require.NoError(t, WriteAreasFile(out, all))
}

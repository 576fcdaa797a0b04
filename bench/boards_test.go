package bench

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBoards builds the trials and prints the estimate beside what was used. SNNC_BOARD_TABLE
// names the file to write, SNNC_TRIALS the trials, all if empty; with SNNC_TRIALS_PACK they end with packing. What has been
// built before is taken from the cache of builds, so that a run that was
// interrupted goes on where it was.
func TestBoards(t *testing.T) {
	out := os.Getenv("SNNC_BOARD_TABLE")
	if out == "" {
		t.Skip("builds for hours: run it by `make calibrate`")
	}
	shared := os.Getenv("SNNC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	chosen := strings.FieldsFunc(os.Getenv("SNNC_TRIALS"), func(r rune) bool { return r == ',' })
	var all []*Built
	for _, trial := range Trials {
		if len(chosen) > 0 && !slices.Contains(chosen, trial.Name()) {
			continue
		}
		if m, ok := models[trial.Network]; ok {
			if _, err := os.Stat(filepath.Join(shared, filepath.FromSlash(m.file))); err != nil {
				t.Logf("%s is left out: SNNC_SHARED names no folder with %s", trial.Name(), m.file)
				continue
			}
		}
		t.Logf("%s", trial.Name())
		b, err := trial.Build(t.Context(), Options{Dir: t.TempDir(), Shared: shared, Packed: os.Getenv("SNNC_TRIALS_PACK") != ""})
		require.NoError(t, err)
		all = append(all, b)
		require.NoError(t, WriteBuiltFile(out, all))
	}
	require.NotEmpty(t, all, "SNNC_TRIALS names no trial")
	require.NoError(t, WriteBuilt(os.Stdout, all))
}

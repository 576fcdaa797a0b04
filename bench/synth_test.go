package bench

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
)

// TestSynthesis maps designs to three families for many minutes; SNNC_SYNTH
// names the file to write, SNNC_SYNTH_DESIGNS the designs, all if empty.
func TestSynthesis(t *testing.T) {
	out := os.Getenv("SNNC_SYNTH")
	if out == "" {
		t.Skip("synthesises for many minutes: run it by `make synth`")
	}
	shared := os.Getenv("SNNC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	designs := strings.Split(os.Getenv("SNNC_SYNTH_DESIGNS"), ",")
	var all []Area
	for _, s := range Subjects {
		if designs[0] != "" && !contains(designs, s.Name) {
			continue
		}
		if s.Shared != "" {
			if _, err := os.Stat(filepath.Join(shared, filepath.FromSlash(s.Shared))); err != nil {
				t.Logf("%s is left out: SNNC_SHARED names no folder with %s", s.Name, s.Shared)
				continue
			}
		}
		a, err := s.Synthesise(context.Background(), Options{Dir: t.TempDir(), Shared: shared}, t.Logf)
		require.NoError(t, err)
		all = append(all, a...)
	}
	require.NotEmpty(t, all, "SNNC_SYNTH_DESIGNS=%s names no design", os.Getenv("SNNC_SYNTH_DESIGNS"))
	require.NoError(t, WriteAreas(os.Stdout, all))
	require.NoError(t, WriteAreasFile(out, all))
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func TestCellsAreCounted(t *testing.T) {
	stat := []byte("=== snnc_top ===\n\n   Number of cells:                 20\n     CCU2C                           3\n     DP16KD                          2\n     LUT4                           11\n     TRELLIS_DPR16X4                 1\n     TRELLIS_FF                      7\n     MULT18X18D                      1\n")
	for _, target := range targets {
		got := target.count(stat)
		if target.family != compiler.ECP5 {
			require.Zero(t, got.BRAM+got.FF, target.command)
			continue
		}
		require.Equal(t, Area{Target: "synth_ecp5", LUT: 11, Carry: 6, LUTRAM: 4, FF: 7, BRAM: 2, Kbit: 36, DSP: 1}, got)
	}
}

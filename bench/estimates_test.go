package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
)

// TestEstimatesAgainstBuilds compiles the trials anew and holds the estimate against what their builds took, which
// testdata/boards.json keeps: block RAMs, single-port RAMs and DSPs are exact, LUTs, flip-flops and Fmax within 15 %, whether a
// board holds it is told right. The file is what make calibrate wrote: an RTL or a compiler that
// changes what designs take asks for a new one, and for a new fit (bench/fit.py).
func TestEstimatesAgainstBuilds(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "boards.json"))
	require.NoError(t, err)
	var all []*Built
	require.NoError(t, json.Unmarshal(text, &all))
	built := map[string]*Built{}
	for _, b := range all {
		built[b.Name] = b
	}
	shared := os.Getenv("SNNC_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	for _, trial := range Trials {
		t.Run(trial.Name(), func(t *testing.T) {
			b := built[trial.Name()]
			require.NotNil(t, b, "testdata/boards.json has no such build")
			if m, ok := models[trial.Network]; ok {
				if _, err := os.Stat(filepath.Join(shared, filepath.FromSlash(m.file))); err != nil {
					t.Skipf("SNNC_SHARED names no folder with %s", m.file)
				}
			}
			p, err := trial.Compile(t.Context(), shared)
			require.NoError(t, err)
			e := compiler.EstimateOn(p, trial.Board, trial.Hardware)
			require.Equal(t, b.of("block RAM"), e.Cost.Blocks, "block RAM")
			require.Equal(t, b.of("SPRAM"), e.Cost.SinglePort, "SPRAM")
			require.Equal(t, b.of("DSP"), e.Cost.DSP, "DSP")
			require.InEpsilon(t, b.of("LUT"), e.Cost.LUT, 0.15, "LUT")
			require.InEpsilon(t, b.of("FF"), e.Cost.FF, 0.15, "FF")
			if b.Fmax > 0 {
				require.InEpsilon(t, b.Fmax, e.Fmax(), 0.15, "Fmax")
			}
			fits, _, _ := e.Board.Fits(e.Cost)
			require.Equal(t, b.Fits, fits, "fits")
		})
	}
}

package dassdp

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/internal/oracle"
)

type officialCase struct {
	Name      string
	Inputs    int
	Outputs   int
	Timesteps int
	Warmup    int     `json:"warmup_epochs"`
	APlus     float64 `json:"A_plus"`
	ABase     float64 `json:"A_baseline"`
	Sigma     float64
	Steps     []struct {
		Epoch     int
		Loss      float64
		Pre       [][][]float64 `json:"pre_spikes"`
		Post      [][][]float64 `json:"post_spikes"`
		Synchrony []float64
		DeltaW    [][]float64 `json:"delta_w"`
		K         *float64    `json:"gate_k"`
		Mean      *float64    `json:"S_mean"`
		Std       *float64    `json:"S_std"`
	}
}

// Every synchrony, k, µ, σ and Δw of the authors' module, to 1e-12 relative.
func TestOfficial(t *testing.T) {
	raw, err := os.ReadFile(oracle.Path(t, "golden", "dassdp", "official.json"))
	require.NoError(t, err)
	var file struct{ Cases []officialCase }
	require.NoError(t, json.Unmarshal(raw, &file))
	require.NotEmpty(t, file.Cases)
	worst, values := 0.0, 0
	same := func(want, got float64, what string) {
		t.Helper()
		e := math.Abs(want - got)
		if e > 0 {
			e /= math.Abs(want)
		}
		worst, values = max(worst, e), values+1
		require.LessOrEqual(t, e, 1e-12, "%s: want %v, got %v", what, want, got)
	}
	for _, c := range file.Cases {
		r := DASSDP(c.Timesteps, Amplitudes{Plus: c.APlus, Base: c.ABase, Sigma: c.Sigma})
		var warm Warmup
		var gate *Gate
		for _, st := range c.Steps {
			batch := make([]Sample, len(st.Synchrony))
			for b := range batch {
				batch[b] = Sample{Pre: captureOf(t, r, st.Pre, b), Post: captureOf(t, r, st.Post, b)}
				same(st.Synchrony[b], batch[b].Synchrony(), c.Name+" S")
			}
			dw := make([]float64, c.Outputs*c.Inputs)
			if st.Epoch < c.Warmup {
				warm.Record(batch, st.Loss)
				require.Nil(t, st.K)
			} else {
				if gate == nil {
					g := warm.Fit()
					gate = &g
				}
				same(*st.K, gate.K, c.Name+" k")
				same(*st.Mean, gate.Mean, c.Name+" µ")
				same(*st.Std, gate.Std, c.Name+" σ")
				require.NoError(t, r.Delta(dw, batch, c.Outputs, c.Inputs, *gate))
			}
			for o, row := range st.DeltaW {
				for i, want := range row {
					same(want, dw[o*c.Inputs+i], c.Name+" Δw")
				}
			}
		}
	}
	t.Logf("%d values, worst relative error %.2g", values, worst)
}

func captureOf(t *testing.T, r Rule, spikes [][][]float64, b int) Capture {
	var flat []bool
	for _, step := range spikes {
		for _, s := range step[b] {
			flat = append(flat, s != 0)
		}
	}
	c, err := r.CaptureSpikes(flat, len(spikes[0][b]))
	require.NoError(t, err)
	return c
}

package backend

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

func TestTableReads(t *testing.T) {
	a, b := 0.9704, 0.97
	table := Table{Model: "net.nir", Data: "mnist/test", Samples: 10000, Backends: []Score{
		{Name: "float", Samples: 10000, Accuracy: &a, Spikes: 485.04, SamplesPerSecond: 23126.4},
		{Name: "fixed", Samples: 10000, Accuracy: &b, Mismatches: 29, Spikes: 485.1, SamplesPerSecond: 19137},
		{Name: "sim", Samples: 10000, Accuracy: &b, Spikes: 485.1, CyclesMean: 1260.2, CyclesMax: 2394, SamplesPerSecond: 11896},
		{Name: "rtl", Samples: 57, Spikes: 485.1, CyclesMean: 1260.2, CyclesMax: 2394, SamplesPerSecond: 300, CycleMismatches: 1},
	}, Interrupted: true, Skipped: []Skipped{{"board", "no cable"}}}
	var out bytes.Buffer
	require.NoError(t, table.Text(&out))
	require.Equal(t, `net.nir on 10000 samples of mnist/test

backend  accuracy  mismatches  cycles differ    spikes  cycles  cycles  samples
                %     samples        samples  / sample    mean     max      / s
─────────────────────────────────────────────────────────────────────────────────
float       97.04           –              –     485.0       –       –    23126
fixed       97.00         29*              –     485.1       –       –    19137
sim         97.00           0              –     485.1    1260    2394    11896
rtl             –           0              1     485.1    1260    2394      300

* of another class than in float; below it, any output spike that differs from the row above

board was left out: no cable

interrupted: rtl had done 57 of 10000 samples
`, out.String())
	require.True(t, table.Differs())
	table.Backends[3].CycleMismatches = 0
	require.False(t, table.Differs(), "float to fixed may differ")
}

// An interrupted comparison returns what it has, with means over what was done.
func TestCompareKeepsWhatIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	execs := []Execution{{Name: "float", New: newEcho}, {Name: "fixed", New: newEcho, Workers: 1}, {Name: "sim", New: newEcho}}
	rows, err := Compare(ctx, execs, Stimuli{Samples: 5000, Label: func(int) int { return -1 },
		Input: func(int) ([]*ir.Frames, error) { return number(7) }}, func(name string, done int) {
		if name == "fixed" && done == 100 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, rows, 2)
	require.Equal(t, 5000, rows[0].Samples)
	require.GreaterOrEqual(t, rows[1].Samples, 100)
	require.Less(t, rows[1].Samples, 5000)
	require.Equal(t, 7.0, rows[1].CyclesMean)
}

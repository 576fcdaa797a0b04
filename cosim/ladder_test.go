package cosim_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// soak tells whether whole test sets are wanted (make soak) and not slices.
func soak() bool { return os.Getenv("SNNC_SOAK") != "" }

// openSet opens a data set of the shared folder.
func openSet(t *testing.T, name string) *data.Set {
	t.Helper()
	set, err := data.Open(context.Background(), oracle.Path(t, "data", name), data.Options{})
	require.NoError(t, err)
	return set
}

// ladder runs the float reference where wanted, the fixed reference and the
// simulator, and requires that the last two give the same outputs and spikes.
// It returns a row for each.
func ladder(t *testing.T, c *compiler.Compiled, s backend.Stimuli, float bool) []backend.Score {
	t.Helper()
	execs := []backend.Execution{
		{Name: "fixed", New: func() (backend.Runner, error) { return reference.NewFixed(c.Network) }},
		{Name: "sim", Clocked: true, New: func() (backend.Runner, error) { return sim.New(c.Program, sim.Options{}) }},
	}
	if float {
		execs = append([]backend.Execution{{Name: "float", New: func() (backend.Runner, error) { return reference.NewFloat(c.Network) }}}, execs...)
	}
	rows, err := backend.Compare(context.Background(), execs, s, nil)
	require.NoError(t, err)
	last := rows[len(rows)-1]
	require.Zero(t, last.Mismatches, "samples whose outputs differ between fixed and sim")
	require.InDelta(t, rows[len(rows)-2].Spikes, last.Spikes, 0, "spikes of all layers, fixed and sim")
	require.LessOrEqual(t, last.CyclesMax, c.Bound.Inference, "proven worst case")
	return rows
}

// lockStep compares everything that the simulator and the Verilated RTL do in
// the first n samples: words, deliveries, ticks, membranes, memories.
func lockStep(t *testing.T, c *compiler.Compiled, s backend.Stimuli, n int) {
	t.Helper()
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	sum := c.Program.Digest()
	digest := [16]byte(sum[:16])
	d, err := rtl.Emit(c.Program, rtl.Options{Digest: digest, Tool: compiler.Version})
	require.NoError(t, err)
	require.NoError(t, d.Write(dir))
	ref, err := cosim.New(c.Program)
	require.NoError(t, err)
	o := verilator.VerifyOptions{Digest: &digest, NoWaves: true}
	if soak() {
		o.Profile = &verilator.FastWatch
	}
	report, err := verilator.Verify(context.Background(), c.Program, dir, ref, verilator.Samples{N: n, At: s.Input}, o)
	require.NoError(t, err)
	if report.Difference != nil {
		t.Fatal(report.Difference)
	}
	require.Equal(t, n, report.Samples)
	t.Logf("RTL: %d samples agree in %d words, deliveries and ticks over %d cycles, and %d memories", n, report.Events, report.Cycles, report.Memories)
}

// held is direct coding of a set over the network's steps.
func held(t *testing.T, set *data.Set, steps int) backend.Stimuli {
	t.Helper()
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: steps})
	require.NoError(t, err)
	return backend.Stimuli{Samples: set.Len(), Label: set.Label, Input: func(i int) ([]*ir.Frames, error) {
		f := new(ir.Frames)
		enc.Encode(i, f)
		return []*ir.Frames{f}, nil
	}}
}

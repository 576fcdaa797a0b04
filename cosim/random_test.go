package cosim_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// What a test run takes; soak_test.go runs more.
const simNetworks, rtlNetworks, samples = 600, 60, 6

// compileCase compiles a drawn network, or returns nil where the machine
// refuses it for a reason that a user can mend (sums or membranes too wide).
func compileCase(t *testing.T, seed uint64, c randnet.Drawn) *compiler.Compiled {
	t.Helper()
	out, err := c.Compile(context.Background())
	if err != nil && (strings.Contains(err.Error(), "the machine has 32") || strings.Contains(err.Error(), "read out in words")) {
		return nil
	}
	require.NoError(t, err, "seed %d", seed)
	return out
}

// Whatever the network, the fixed-point reference and the simulator give the
// same spikes and membranes, and no tick exceeds its proven worst case.
func TestFixedIsSim(t *testing.T) {
	n := simNetworks
	ran := 0
	for seed := 0; seed < n; seed++ {
		c := randnet.Draw(uint64(seed))
		out := compileCase(t, uint64(seed), c)
		if out == nil {
			continue
		}
		ran++
		fixed, err := reference.NewFixed(out.Network)
		require.NoError(t, err, "seed %d", seed)
		m, err := sim.New(out.Program, sim.Options{})
		require.NoError(t, err, "seed %d", seed)
		for i := 0; i < samples; i++ {
			in := c.Stimuli(out, i)
			a, err := fixed.Run(context.Background(), in)
			require.NoError(t, err, "seed %d sample %d", seed, i)
			b, err := m.Run(context.Background(), in)
			require.NoError(t, err, "seed %d sample %d", seed, i)
			require.True(t, backend.SameOutputs(a, b), "seed %d sample %d: outputs differ", seed, i)
			require.Equal(t, a.Spikes, b.Spikes, "seed %d sample %d: spikes of the layers", seed, i)
			require.LessOrEqual(t, b.Cycles, out.Bound.Inference, "seed %d sample %d: proven worst case", seed, i)
		}
	}
	require.Greater(t, ran, n/2, "most drawn networks must compile")
}

// Whatever the network, the simulator and the Verilated RTL agree on every
// spike word, delivery, tick end, membrane and memory.
func TestSimIsRTL(t *testing.T) {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	n := rtlNetworks
	for seed, ran := 0, 0; ran < n; seed++ {
		c := randnet.Draw(uint64(seed))
		out := compileCase(t, uint64(seed), c)
		if out == nil {
			continue
		}
		ran++
		t.Run(fmt.Sprintf("seed_%d", seed), func(t *testing.T) {
			t.Parallel()
			report := verify(t, c, out, randnet.EmitOptions(uint64(seed)))
			if report.Difference != nil {
				t.Fatalf("seed %d: %v", seed, report.Difference)
			}
			require.Equal(t, samples, report.Samples)
		})
	}
}

func verify(t *testing.T, c randnet.Drawn, out *compiler.Compiled, o rtl.Options) *verilator.Report {
	t.Helper()
	dir := t.TempDir()
	sum := out.Program.Digest()
	digest := [16]byte(sum[:16])
	o.Digest, o.Tool = digest, compiler.Version
	d, err := rtl.Emit(out.Program, o)
	require.NoError(t, err)
	require.NoError(t, d.Write(dir))
	ref, err := cosim.New(out.Program)
	require.NoError(t, err)
	report, err := verilator.Verify(context.Background(), out.Program, dir, ref, verilator.Samples{N: samples, At: func(i int) ([]*ir.Frames, error) {
		return c.Stimuli(out, i), nil
	}}, verilator.VerifyOptions{Digest: &digest, NoWaves: true})
	if err != nil && errors.Is(err, context.Canceled) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return report
}

package verilator_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// design compiles a drawn network and writes its files.
func design(t *testing.T, seed uint64, options func(o *compiler.Options)) (*ir.Program, string, verilator.Samples) {
	t.Helper()
	if _, err := verilator.FindTools(); err != nil {
		t.Skipf("not run: %v", err)
	}
	c := randnet.New(seed)
	if options != nil {
		options(&c.Options)
	}
	out, err := compiler.Compile(t.Context(), c.Graph, "random", c.Options, compiler.Hooks{})
	require.NoError(t, err)
	d, err := rtl.Emit(out.Program, rtl.Options{})
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, d.Write(dir))
	return out.Program, dir, verilator.Samples{N: 6, At: func(i int) ([]*ir.Frames, error) {
		return []*ir.Frames{c.Sample(out.Program.Inputs[0].N, i)}, nil
	}}
}

// drawing is a reference that can write waves.
type drawing struct {
	*cosim.Reference
	p *ir.Program
}

func (d drawing) WriteVCD(ctx context.Context, w io.Writer, frames []*ir.Frames) error {
	v := sim.NewVCD(w, d.p)
	m, err := sim.New(d.p, sim.Options{Observer: v})
	if err != nil {
		return err
	}
	if _, err := m.Run(ctx, frames); err != nil {
		return err
	}
	return v.Close()
}

// corrupt changes one byte pattern of a memory image.
func corrupt(t *testing.T, path string, line int) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	last := lines[line][len(lines[line])-1]
	lines[line] = lines[line][:len(lines[line])-1] + map[bool]string{true: "0", false: "1"}[last != '0']
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644))
}

func TestVerifyWritesWavesOfADifference(t *testing.T) {
	p, dir, samples := design(t, 30, nil)
	corrupt(t, filepath.Join(dir, "mem", "core1_params.hex"), 0)
	ref, err := cosim.New(p)
	require.NoError(t, err)
	r, err := verilator.Verify(t.Context(), p, dir, drawing{ref, p}, samples, verilator.VerifyOptions{WaveReach: 20})
	require.NoError(t, err)
	require.NotNil(t, r.Difference)
	require.Equal(t, 1, r.Difference.Core, "%s", r.Difference)
	require.NotContains(t, r.Difference.Note, "did not show again")
	for _, path := range []string{r.Waves, r.RefWaves} {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(text), "$enddefinitions")
	}
	t.Logf("%s", r.Difference)
}

// A memory that differs without an effect on spikes is found at the end, with
// the synapse's place.
func TestVerifyComparesMemories(t *testing.T) {
	p, dir, samples := design(t, 30, nil)
	rows := p.Cores[2].Groups * p.Cores[2].Rows
	corrupt(t, filepath.Join(dir, "mem", "core2_weights.hex"), rows-1)
	ref, err := cosim.New(p)
	require.NoError(t, err)
	silent := samples
	silent.At = func(i int) ([]*ir.Frames, error) { // no input: the weights are not read
		f, err := samples.At(i)
		clear(f[0].Values)
		return f, err
	}
	r, err := verilator.Verify(t.Context(), p, dir, ref, silent, verilator.VerifyOptions{NoWaves: true})
	require.NoError(t, err)
	require.Equal(t, 6, r.Samples)
	require.Equal(t, "weights", r.Difference.Kind)
	require.Equal(t, 2, r.Difference.Core)
	require.Equal(t, rows-1, r.Difference.Word)
}

func TestVerifyKeepsWhatIsDoneWhenCancelled(t *testing.T) {
	p, dir, samples := design(t, 30, nil)
	ref, err := cosim.New(p)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	samples.N = 1000
	r, err := verilator.Verify(ctx, p, dir, ref, samples, verilator.VerifyOptions{
		Profile: &verilator.FastBuild, Progress: func(done, _ int) {
			if done == 3 {
				cancel()
			}
		}})
	require.ErrorIs(t, err, context.Canceled)
	require.GreaterOrEqual(t, r.Samples, 3)
	require.Nil(t, r.Difference)
}

// Every profile gives what the simulator gives, and weights written over the
// host bus count as those of the images.
func TestRunnerInEveryProfile(t *testing.T) {
	p, dir, samples := design(t, 5, nil)
	m, err := sim.New(p, sim.Options{})
	require.NoError(t, err)
	for _, profile := range []verilator.Profile{verilator.FastBuild, verilator.FastRun, verilator.FastWatch} {
		t.Run(profile.String(), func(t *testing.T) {
			r, err := verilator.Open(t.Context(), p, dir, profile, verilator.Options{})
			require.NoError(t, err)
			defer r.Close()
			// Spoil the weights, then load them over the bus.
			w, err := r.Device().ReadMemory(t.Context(), 0, regmap.Weights)
			require.NoError(t, err)
			clear(w[0])
			require.NoError(t, r.Device().WriteMemory(t.Context(), 0, regmap.Weights, w))
			require.NoError(t, r.Device().LoadProgram(t.Context()))
			for i := range samples.N {
				in, err := samples.At(i)
				require.NoError(t, err)
				want, err := m.Run(t.Context(), in)
				require.NoError(t, err)
				got, err := r.Run(t.Context(), in)
				require.NoError(t, err)
				require.Equal(t, want.Outputs, got.Outputs)
				require.Equal(t, want.Cycles, got.Cycles)
				if profile.Events {
					require.Equal(t, want.Spikes, got.Spikes)
					require.Equal(t, want.TickEnds, got.TickEnds)
				}
			}
		})
	}
}

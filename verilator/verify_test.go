package verilator_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	for _, format := range []verilator.WaveFormat{verilator.WavesVCD, verilator.WavesFST} {
		t.Run(string(format), func(t *testing.T) {
			if _, err := verilator.ParseWaveFormat(string(format)); err != nil {
				t.Skipf("not run: %v", err)
			}
			out := t.TempDir()
			r, err := verilator.Verify(t.Context(), p, dir, ref, samples, verilator.VerifyOptions{WaveReach: 20, Waves: format, WaveDir: out, FirstSample: 100})
			require.NoError(t, err)
			require.NotNil(t, r.Difference)
			require.Equal(t, 1, r.Difference.Core, "%s", r.Difference)
			require.GreaterOrEqual(t, r.Difference.Sample, 100)
			require.NotContains(t, r.Difference.Note, "did not show again")
			require.Equal(t, "."+string(format), filepath.Ext(r.Waves))
			files, err := os.ReadDir(out)
			require.NoError(t, err)
			require.Len(t, files, 2, "the RTL's and the simulator's waves, and nothing else")
			// Both files show the cycle of the difference, at the same time: 1 ns a cycle.
			from, to := span(t, asVCD(t, r.Waves))
			require.LessOrEqual(t, from, max(0, r.Difference.Cycle-20))
			require.GreaterOrEqual(t, to, r.Difference.Cycle)
			from, to = span(t, r.RefWaves)
			require.LessOrEqual(t, from, max(0, r.Difference.Cycle-20))
			require.GreaterOrEqual(t, to, r.Difference.Cycle)
		})
	}
}

// asVCD turns an FST back into a VCD with GTKWave's own reader.
func asVCD(t *testing.T, path string) string {
	if filepath.Ext(path) == ".vcd" {
		return path
	}
	out := filepath.Join(t.TempDir(), "back.vcd")
	text, err := exec.Command("fst2vcd", "-f", path, "-o", out).CombinedOutput()
	require.NoError(t, err, "%s", text)
	return out
}

// span returns the first and last time of a VCD after its declarations, in ns.
func span(t *testing.T, path string) (from, to int64) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	head, body, ok := strings.Cut(string(text), "$enddefinitions")
	require.True(t, ok, "%s", path)
	units := int64(1)
	if strings.Contains(strings.Join(strings.Fields(head), " "), "100ps") {
		units = 10
	}
	from = -1
	for _, line := range strings.Split(body, "\n") {
		if at, isTime := strings.CutPrefix(line, "#"); isTime {
			n, err := strconv.ParseInt(strings.TrimSpace(at), 10, 64)
			require.NoError(t, err)
			if to = n / units; from < 0 {
				from = to
			}
		}
	}
	return from, to
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
	r, err := verilator.Verify(t.Context(), p, dir, ref, silent, verilator.VerifyOptions{Waves: verilator.WavesVCD})
	require.NoError(t, err)
	require.True(t, r.Difference.After)
	require.NotContains(t, r.Difference.Note, "did not show again")
	require.FileExists(t, r.Waves)
	require.FileExists(t, r.RefWaves)
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

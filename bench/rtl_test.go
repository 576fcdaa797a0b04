package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/verilator"
)

// The Verilated side answers as the simulator does, counts its cycles, and
// refuses a pass in which a cycle or an event's word differs.
func TestVerilatedSide(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a Verilated model")
	}
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	ctx := context.Background()
	c, err := compiler.Compile(ctx, largeNetwork([]int{8, 6}), "small", compiler.Options{Lanes: 2, Update: 2, Steps: 4}, compiler.Hooks{})
	require.NoError(t, err)
	var frames [][]*ir.Frames
	for i := range 3 {
		f := &ir.Frames{Steps: 4, N: 8, Bits: 8, Held: true, Scale: 1. / 255, Values: make([]int32, 8)}
		for k := range f.Values {
			f.Values[k] = int32((i*97 + k*61) % 256)
		}
		frames = append(frames, []*ir.Frames{f})
	}
	dir := t.TempDir()
	require.NoError(t, buildRTL(ctx, dir, c.Program, frames))
	v := startAndCompare(t, dir, c.Program, frames)
	require.Equal(t, v.cycles, v.rtl.tickCycles)
	require.Greater(t, v.rtl.allCycles, v.rtl.tickCycles)
	require.Greater(t, v.rtl.allSeconds, v.rtl.tickSeconds)
	require.Len(t, v.passes, 2)

	good, err := os.ReadFile(filepath.Join(dir, stimuliFile))
	require.NoError(t, err)
	writes := int(binary.LittleEndian.Uint32(good[4:]))
	atCycles := 4 * (2 + 2*writes + 1) // after samples, writes, the writes and the ticks
	events := binary.LittleEndian.Uint32(good[atCycles+4:])
	require.NotZero(t, events, "the sample must have an event to falsify")
	for what, at := range map[string]int{"cycles is": atCycles, "number of events is": atCycles + 4, "event is": atCycles + 8, "event's word is": atCycles + 12} {
		bad := bytes.Clone(good)
		bad[at]++
		require.NoError(t, os.WriteFile(filepath.Join(dir, stimuliFile), bad, 0o644))
		var complaint bytes.Buffer
		m, err := startRTL(ctx, dir, &complaint)
		require.NoError(t, err)
		_, err = m.pass()
		require.Error(t, err)
		require.Contains(t, complaint.String(), what)
	}
}

func startAndCompare(t *testing.T, dir string, p *ir.Program, frames [][]*ir.Frames) comparison {
	m, err := startRTL(context.Background(), dir, os.Stderr)
	require.NoError(t, err)
	v, err := compareSpeed(context.Background(), p, m, frames, 2)
	require.NoError(t, err)
	require.NoError(t, m.close())
	return v
}

func TestLargeNetworkHasTenMillionSynapses(t *testing.T) {
	n := 0
	for i, x := range largeSizes[1:] {
		n += x * largeSizes[i]
	}
	require.Equal(t, 10_000_000, n)
	require.Empty(t, largeNetwork([]int{5, 4, 3}).Validate())
}

func TestMeasurementsAreWritten(t *testing.T) {
	all := []Measurement{against("sim", 300, "Mcycle/s", "RTL, fast", 2), alone("memory", 12.345678, "MiB")}
	var text bytes.Buffer
	require.NoError(t, WriteTable(&text, all))
	require.Regexp(t, `sim +300 +Mcycle/s +RTL +2 +150\b`, text.String())
	require.Regexp(t, `memory +12.35 +MiB`, text.String())
	path := filepath.Join(t.TempDir(), "build", "bench.json")
	require.NoError(t, WriteFile(path, all))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	var got []map[string]any
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, []map[string]any{
		{"name": "sim", "value": 300., "unit": "Mcycle/s", "peer": "RTL, fast", "peer_value": 2., "ratio": 150.},
		{"name": "memory", "value": 12.345678, "unit": "MiB", "peer": "", "peer_value": 0., "ratio": 0.},
	}, got)
}

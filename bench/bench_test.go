package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// measurement is an entry of build/bench.json.
type measurement struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Peer      string  `json:"peer"`
	PeerValue float64 `json:"peer_value"`
	Ratio     float64 `json:"ratio"`
}

// TestBench compares the simulator with the Verilated RTL: one thread each,
// Verilator -O3 without tracing, the same designs and stimuli, in turn.
func TestBench(t *testing.T) {
	out := os.Getenv("SNNC_BENCH")
	if out == "" {
		t.Skip("measures for minutes: run it by `make bench`")
	}
	ctx := context.Background()
	file := examples.FashionMLP()
	g, err := nir.Read(bytes.NewReader(file), int64(len(file)), "fashion_mlp.nir")
	require.NoError(t, err)
	set, err := data.Open(ctx, "demo", data.Options{Samples: 200})
	require.NoError(t, err)
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: 8})
	require.NoError(t, err)
	frames := make([][]*ir.Frames, set.Len())
	for i := range frames {
		f := new(ir.Frames)
		enc.Encode(i, f)
		frames[i] = []*ir.Frames{f}
	}
	var all []measurement
	for _, d := range []struct {
		name string
		opt  compiler.Options
	}{
		{"8 lanes, bus", compiler.Options{Lanes: 8}},
		{"32 lanes, bus", compiler.Options{Lanes: 32}},
		{"128 lanes, bus", compiler.Options{Lanes: 128}},
		{"32 lanes, 5 cores, mesh", compiler.Options{Lanes: 32, CoreNeurons: 32}},
	} {
		c, err := compiler.Compile(ctx, g, "fashion_mlp", d.opt, compiler.Hooks{})
		require.NoError(t, err)
		m, err := sim.New(c.Program, sim.Options{})
		require.NoError(t, err)
		design, err := rtl.Emit(c.Program, rtl.Options{})
		require.NoError(t, err)
		dir := t.TempDir()
		require.NoError(t, design.Write(dir))
		r, err := verilator.Open(ctx, c.Program, dir, verilator.FastRun, verilator.Options{})
		require.NoError(t, err)
		var cycles int64
		run := func(n int, f func(in []*ir.Frames) (*ir.Result, error)) float64 {
			start := time.Now()
			cycles = 0
			for i := 0; i < n; i++ {
				res, err := f(frames[i%len(frames)])
				require.NoError(t, err)
				cycles += res.Cycles
			}
			return float64(cycles) / time.Since(start).Seconds()
		}
		simRate := run(2000, func(in []*ir.Frames) (*ir.Result, error) { return m.Run(ctx, in) })
		rtlRate := run(100, func(in []*ir.Frames) (*ir.Result, error) { return r.Run(ctx, in) })
		require.NoError(t, r.Close())
		t.Logf("%-24s sim %.0f Mcycle/s, RTL %.3f Mcycle/s, ratio %.0f", d.name, simRate/1e6, rtlRate/1e6, simRate/rtlRate)
		all = append(all, measurement{"simulator, " + d.name, simRate, "cycles/s", "Verilated RTL, -O3, one thread, no tracing", rtlRate, simRate / rtlRate})
	}
	b, err := json.MarshalIndent(all, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(out, append(b, '\n'), 0o644))
}

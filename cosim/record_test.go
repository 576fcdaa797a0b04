package cosim_test

import (
	"context"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

// testbenchPasses runs a recorded sample on a design under Icarus.
func testbenchPasses(t *testing.T, p *ir.Program, v rtl.Vectors) string {
	dir := t.TempDir()
	d, err := rtl.Emit(p, rtl.Options{})
	require.NoError(t, err)
	files, err := rtl.Testbench(p, v)
	require.NoError(t, err)
	require.NoError(t, d.Write(dir))
	require.NoError(t, (&rtl.Design{Files: files}).Write(dir))
	run := func(name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	run("iverilog", "-g2005", "-Wall", "-o", "tb.vvp", "-s", "tb_top", "-c", "files.f", "tb/tb_top.v")
	out := run("vvp", "-n", "tb.vvp")
	require.Contains(t, out, "PASS: ")
	return out
}

// A recorded sample of any program passes on its design, in the recorded cycles.
func TestRecordedSamplesPass(t *testing.T) {
	if _, err := exec.LookPath("iverilog"); err != nil {
		t.Skip("iverilog is not installed: recorded samples do not run")
	}
	ran, events := 0, 0
	for seed := uint64(0); ran < 8; seed++ {
		c := compileCase(t, seed, randnet.Draw(seed))
		if c == nil {
			continue
		}
		ran++
		v, err := cosim.Record(context.Background(), c.Program, cosim.RandomFrames(c.Program, seed))
		require.NoError(t, err, "seed %d", seed)
		again, err := cosim.Record(context.Background(), c.Program, cosim.RandomFrames(c.Program, seed))
		require.NoError(t, err)
		require.Equal(t, v, again, "the same seed gives the same sample")
		testbenchPasses(t, c.Program, v)
		events += len(v.Events)
	}
	require.NotZero(t, events)
}

// Steps beyond what the input memory holds are written between ticks, and runs
// of ticks end before the event FIFO is full.
func TestRecordedSampleInParts(t *testing.T) {
	if _, err := exec.LookPath("iverilog"); err != nil {
		t.Skip("iverilog is not installed: recorded samples do not run")
	}
	p := &ir.Program{Name: "ring", WordBits: 8, Steps: 9, Interval: 1, Ticks: 9, Net: ir.Net{Kind: ir.NetBus, Cols: 1, Rows: 2, AddrBits: 1, FIFODepth: 2, HostDepth: 2},
		Inputs:  []ir.InputPort{{Name: "in", Shape: []int{8}, N: 8, Input: ir.Encoding{Bits: 1, Scale: 1}, PlaneWords: 1, Slots: 2}},
		Outputs: []ir.OutputPort{{Name: "out", N: 8, Words: 1}},
		Layers:  []ir.Layer{{Name: "out", N: 8, Grid: ir.Grid{C: 8, H: 1, W: 1}}},
		Cores: []ir.Core{{Node: 1, Part: ir.Part{Channels: 8, Rows: 1}, N: 8, Lanes: 8, Update: 8, Blocks: 1, Groups: 1, Rows: 8, WeightBits: 2, AccBits: 8, StateBits: 8, DecayBits: 4, DecayMode: ir.DecayZero,
			Neuron: ir.Neuron{AtLeast: true}, InputDepth: 2, Segments: []ir.Segment{{External: true, Mask: 1}}, Across: [][]ir.Span{{{Bits: 8}}}, Down: [][]ir.Span{{{Bits: 1}}},
			Routes: []ir.Route{{}}, Weights: make([]int16, 64), Threshold: make([]int32, 8), Bias: make([]int32, 8)}}}
	for i := range 8 {
		p.Cores[0].Weights[9*i], p.Cores[0].Threshold[i] = 1, 1 // each neuron copies an input
	}
	f := &ir.Frames{Steps: 9, N: 8, Bits: 1, Scale: 1, Values: make([]int32, 72)}
	for step := range 9 {
		f.Values[8*step+step%8] = 1
	}
	v, err := cosim.Record(context.Background(), p, []*ir.Frames{f})
	require.NoError(t, err)
	require.Len(t, v.Events, 9)
	require.Equal(t, rtl.InputWord{Tick: 1, Addr: 0, Data: 4}, v.Inputs[2])
	require.Contains(t, testbenchPasses(t, p, v), "9 events")
}

package sim

import (
	"context"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
)

// pair is 9 spike inputs -> 9 neurons (core 0) -> 2 neurons (core 1) on a mesh.
func pair() *ir.Program {
	fill := func(v int32, used, padded int) []int32 {
		out := make([]int32, padded)
		for i := range out {
			if out[i] = 127; i < used {
				out[i] = v
			}
		}
		return out
	}
	weights := make([]int16, 9*12)
	for i := range weights {
		if i/4/9*4+i%4 < 9 {
			weights[i] = 1
		}
	}
	weights2 := make([]int16, 9*2)
	for i := range weights2 {
		weights2[i] = 2
	}
	return &ir.Program{Name: "pair", WordBits: 8, Steps: 2, Ticks: 3,
		Net:     ir.Net{Kind: ir.NetMesh, Cols: 2, Rows: 2, AddrBits: 4, FIFODepth: 2, HostDepth: 4},
		Inputs:  []ir.InputPort{{Name: "x", N: 9, Input: ir.Encoding{Bits: 1, Scale: 1}, PlaneWords: 2, SlotShift: 1, Slots: 2}},
		Outputs: []ir.OutputPort{{Name: "out", Layer: 1, N: 2}},
		Layers:  []ir.Layer{{Name: "a", N: 9}, {Name: "b", N: 2, Level: 1}},
		Cores: []ir.Core{
			{Node: 1, Layer: 0, N: 9, Lanes: 4, Update: 2, Groups: 3, Rows: 9, Neuron: ir.Neuron{Reset: ir.ResetSubtract},
				WeightBits: 4, AccBits: 5, StateBits: 8, DecayBits: 4, DecayMode: ir.DecayOne, InputDepth: 4,
				Segments: []ir.Segment{{External: true, Words: 2, Bits: 9, Mask: 1, Shift: 1}},
				Routes:   []ir.Route{{Node: 2, Mask: 1, Shift: 1}},
				Weights:  weights, Threshold: fill(3, 9, 12), Bias: make([]int32, 12)},
			{Node: 2, Layer: 1, N: 2, Level: 1, Lanes: 2, Update: 1, Groups: 1, Rows: 9, Neuron: ir.Neuron{Reset: ir.ResetValue},
				WeightBits: 4, AccBits: 6, StateBits: 8, DecayBits: 4, DecayMode: ir.DecayUniform, DecayConst: 8, SpikeDepth: 4,
				Segments: []ir.Segment{{Words: 2, Bits: 9, Mask: 1, Shift: 1, Delay: 1, Last: true}},
				Routes:   []ir.Route{{}},
				Weights:  weights2, Threshold: fill(3, 2, 2), Bias: make([]int32, 2)},
		}}
}

func spikes(values ...int32) []*ir.Frames {
	return []*ir.Frames{{Steps: 2, N: 9, Bits: 1, Scale: 1, Values: values}}
}

// The cycles of a sample worked out by hand from docs/machine.md.
func TestCyclesWorkedByHand(t *testing.T) {
	m, err := New(pair(), Options{})
	require.NoError(t, err)
	seen := newEvents()
	m.options.Observer = seen
	r, err := m.Run(context.Background(), spikes(
		1, 1, 1, 1, 0, 0, 0, 0, 0, // sum 4 > 3: all nine fire at step 0
		0, 0, 0, 0, 0, 0, 0, 0, 0))
	require.NoError(t, err)
	// Tick 0, core 0: C = GROUP 1 + SEG 1 + WALK (4 + 1) + DRAIN 1 + UPDATE 2 = 10.
	// Neuron 7 is lane 3 of group 1, the second UPDATE: cycle 20, push in 23.
	// Neuron 11, the last of the padding, completes word 1: cycle 30, push in 33.
	require.Equal(t, []Push{{0, 0, 23, 0, 0xff}, {0, 0, 33, 1, 1}}, seen.pushes[:2])
	// From node 1 (1, 0) to node 2 (0, 1): offered in 24 and into the local FIFO,
	// west in 25, south in 26, delivered at node 2 in 27.
	require.Equal(t, []Delivery{{2, 0, 27, 0, 0xff}, {2, 0, 37, 1, 1}}, seen.delivers[:2])
	// e = max(30 + 4, 37 + 1) = 38; tick_end in 39.
	// Tick 1 starts in 40. Core 0: no bit, C = 1+1+2+1+2 = 7, last UPDATE 21.
	// Core 1: C = 1 + 1 + (8 + 1) + 1 + 2 = 14; both fire, last UPDATE 14, push in 17.
	require.Equal(t, Push{1, 1, 40 + 17, 0, 3}, seen.pushes[2])
	// Local FIFO in 18, north in 19, delivered to the host in 20; core 0 is busy
	// until 24: e = 25, tick_end in 26 of the tick.
	require.Equal(t, Delivery{0, 1, 40 + 20, 0, 3}, seen.delivers[2])
	// Tick 2: core 1 alone, C = 1 + 1 + 2 + 1 + 2 = 7, e = 11, tick_end in 12.
	require.Equal(t, []int64{39, 66, 79}, r.TickEnds)
	require.EqualValues(t, 80, r.Cycles)
	require.Equal(t, []uint8{1, 1, 0, 0}, r.Outputs[0].Spikes)
	require.Equal(t, []int64{9, 2}, r.Spikes)
	require.Equal(t, []int32{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, m.State(0), "4 − 3, without leak")
}

// What New refuses is what ir.Program.Validate does, in its words.
func TestNewRefusesInvalidPrograms(t *testing.T) {
	p := pair()
	p.Cores[1].Segments[0].Delay = 2
	_, err := New(p, Options{})
	require.EqualError(t, err, `program "pair": core 1 (layer "b"): segment 0: Delay is 2; `+
		`spikes are read at least 1 tick late, and at most Mask (1), or the slot is written while it is read`)
}

func TestRunRefusesStimuliThatDoNotFit(t *testing.T) {
	m, err := New(pair(), Options{})
	require.NoError(t, err)
	_, err = m.Run(context.Background(), nil)
	require.EqualError(t, err, `program "pair": 0 stimuli; it has 1 inputs`)
	_, err = m.Run(context.Background(), spikes(1, 2))
	require.EqualError(t, err, `input "x": the stimulus has 2 values in all; want 18`)
}

// A tick that sends more than the event FIFO holds has no cycle count of its
// own; the machine can be used again afterwards.
func TestHostFIFOTooSmall(t *testing.T) {
	p := pair()
	p.Cores[0].Routes = append(p.Cores[0].Routes, ir.Route{Base: 1})
	p.Outputs = append(p.Outputs, ir.OutputPort{Name: "a", Layer: 0, N: 9, Base: 1})
	for _, kind := range []ir.NetKind{ir.NetBus, ir.NetMesh} {
		p.Net.Kind, p.Net.Cols, p.Net.Rows, p.Net.HostDepth = kind, 1, 3, 1
		all := spikes(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		m, err := New(p, Options{})
		require.NoError(t, err)
		_, err = m.Run(context.Background(), all)
		require.Equal(t, &HostFullError{Tick: 0, Depth: 1}, err)
		require.ErrorContains(t, err, "compile with a deeper event FIFO")
		r, err := m.Run(context.Background(), spikes(make([]int32, 18)...))
		require.NoError(t, err)
		require.Zero(t, r.Spikes[0])
		_, err = m.Fork(Options{Functional: true}).Run(context.Background(), all)
		require.NoError(t, err, "without time nothing waits")
	}
}

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

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ir.Program)
		want   string
	}{
		"word":      {func(p *ir.Program) { p.WordBits = 12 }, `program "pair": spike words of 12 bits; allowed are 8, 16 and 32`},
		"network":   {func(p *ir.Program) { p.Net.Kind = "ring" }, `program "pair": network "ring"; allowed are bus and mesh`},
		"mesh":      {func(p *ir.Program) { p.Net.FIFODepth = 0 }, `program "pair": a mesh of 2 by 2 routers with FIFOs of 0 flits; all must be at least 1`},
		"host":      {func(p *ir.Program) { p.Net.HostDepth = 0 }, `program "pair": a host FIFO of 0 words; want at least 1`},
		"host node": {func(p *ir.Program) { p.Cores[0].Node = 0 }, `program "pair": core 0 is at node 0, as core -1 is (-1: the host); every node has one place`},
		"node":      {func(p *ir.Program) { p.Cores[0].Node = 4 }, `program "pair": core 0 is at node 4; the mesh has nodes 0..3`},
		"ticks":     {func(p *ir.Program) { p.Ticks = 2 }, `program "pair": 2 steps in 2 ticks, with cores up to level 1; want at least 1 step, and steps + level ticks`},
		"planes":    {func(p *ir.Program) { p.Inputs[0].PlaneWords = 1 }, `input "x": 9 values of 1 bits in planes of 1 words; want at least 1 value of 1..16 bits in words of 8`},
		"slot": {func(p *ir.Program) { p.Inputs[0].SlotShift = 0 },
			`input "x": 2 words a step from word 0 in 2 slots of 2^0 words; a step must fit its slot and slots must be a power of two`},
		"output": {func(p *ir.Program) { p.Outputs[0].N = 3 }, `output "out": 3 neurons of layer 1; want a layer of the program and all its neurons`},
		"overlap": {func(p *ir.Program) { p.Outputs = append(p.Outputs, p.Outputs[0]) },
			`output "out": its words from 0 on overlap those of "out"`},
		"layer": {func(p *ir.Program) { p.Cores[1].Layer = 0 }, `core 1 (layer "a"): layer 0 on level 1; want a layer of the program and its level`},
		"neurons": {func(p *ir.Program) { p.Cores[0].First = 1 },
			`core 0 (layer "a"): neurons 1..9 of a layer of 9; want at least one, starting at a word's first`},
		"lanes":  {func(p *ir.Program) { p.Cores[0].Update = 8 }, `core 0 (layer "a"): 4 lanes updated 8 a cycle; both must be powers of two, the second at most the first and the word (1 for a graded core)`},
		"groups": {func(p *ir.Program) { p.Cores[0].Groups = 2 }, `core 0 (layer "a"): 2 groups of 4 lanes for 9 neurons`},
		"width":  {func(p *ir.Program) { p.Cores[0].StateBits = 40 }, `core 0 (layer "a"): 40 state bits; allowed are 2..32`},
		"rows":   {func(p *ir.Program) { p.Cores[0].Segments[0].Row = 1 }, `core 0 (layer "a"): segment 0: 9 bits in 2 words for weight rows 1.. of 9`},
		"depth":  {func(p *ir.Program) { p.Cores[0].InputDepth = 3 }, `core 0 (layer "a"): segment 0: it reads up to word 3 of a memory of 3 words`},
		"input delay": {func(p *ir.Program) { p.Cores[0].Segments[0].Delay = 1 },
			`core 0 (layer "a"): segment 0: it reads inputs 1 ticks late on level 0; these must be equal`},
		"input ring": {func(p *ir.Program) { p.Cores[0].Segments[0].Mask = 0 },
			`core 0 (layer "a"): segment 0: it reads 1 slots of 2^1 words, input "x" has 2 of 2^1; they must agree and outlast level 0`},
		"ring": {func(p *ir.Program) { p.Cores[1].Segments[0].Delay = 2 },
			`core 1 (layer "b"): segment 0: it reads spikes 2 ticks late from a ring of 2 slots; want at least 1 tick, and a slot more than ticks`},
		"held": {func(p *ir.Program) { p.Cores[1].Held = 1 },
			`core 1 (layer "b"): segment 0: it reads spikes, but is integrated at step 0 only; held segments read held inputs`},
		"last": {func(p *ir.Program) { c := &p.Cores[1]; c.Segments = append(c.Segments, c.Segments[0]) },
			`core 1 (layer "b"): segment 1: it reads words that segment 0 is the last reader of`},
		"padding weight":    {func(p *ir.Program) { p.Cores[0].Weights[2*9*4+1] = 1 }, `core 0 (layer "a"): weight 73 is 1; it belongs to no neuron and must be 0`},
		"weight width":      {func(p *ir.Program) { p.Cores[0].Weights[0] = 8 }, `core 0 (layer "a"): weight 0 is 8; 4 bits hold -7..7`},
		"padding threshold": {func(p *ir.Program) { p.Cores[0].Threshold[9] = 5 }, `core 0 (layer "a"): neuron 9 is padding with threshold 5 and bias 0; want 127 and 0`},
		"threshold":         {func(p *ir.Program) { p.Cores[0].Threshold[1] = 0 }, `core 0 (layer "a"): neuron 1: threshold is 0; allowed are 1..127`},
		"decay":             {func(p *ir.Program) { p.Cores[1].DecayConst = 16 }, `core 1 (layer "b"): decay 16; 4 bits hold 0..15`},
		"sums": {func(p *ir.Program) { p.Cores[0].AccBits = 4 },
			`core 0 (layer "a"): neuron 0: its synapses can sum to 0..9, which needs 5 bits; the accumulator has 4`},
		"no route":  {func(p *ir.Program) { p.Cores[1].Routes = nil }, `core 1 (layer "b"): it has no route; a core that nobody listens to must not exist`},
		"no core":   {func(p *ir.Program) { p.Cores[0].Routes[0].Node = 3 }, `core 0 (layer "a"): route 0: node 3 has no core`},
		"far":       {func(p *ir.Program) { p.Cores[0].Routes[0].Base = 1 }, `core 0 (layer "a"): route 0: it reaches word 4 of core 1, which has 4`},
		"host word": {func(p *ir.Program) { p.Cores[1].Routes[0].Base = 1 }, `core 1 (layer "b"): route 0: its words go to the host's word 1 on, where no output of the layer has the core's neurons`},
		"wrong slot": {func(p *ir.Program) { p.Cores[0].Routes[0].Mask = 0 },
			`core 0 (layer "a"): route 0 to core 1: it writes slot 0 of 1 into slot 0 of 2 of the ring of segment 0`},
		"address": {func(p *ir.Program) { p.Net.AddrBits = 1 }, `core 0 (layer "a"): route 0: it reaches word 3; packets have 1 address bits`},
	} {
		t.Run(name, func(t *testing.T) {
			p := pair()
			c.change(p)
			_, err := New(p, Options{})
			require.EqualError(t, err, c.want)
		})
	}
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
		p.Net.Kind, p.Net.HostDepth = kind, 1
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

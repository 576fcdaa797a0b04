package ir_test

import (
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// pair is 9 spike inputs -> 9 neurons (core 0) -> 2 neurons (core 1) on a mesh.
func pair() *ir.Program {
	fill := func(v int32, used, padded int) []int32 {
		out := slices.Repeat([]int32{127}, padded)
		for i := range used {
			out[i] = v
		}
		return out
	}
	weights := make([]int16, 9*12)
	for i := range weights {
		if i/4/9*4+i%4 < 9 {
			weights[i] = 1
		}
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
				Weights:  slices.Repeat([]int16{2}, 18), Threshold: fill(3, 2, 2), Bias: make([]int32, 2)},
		}}
}

// Every rule of a program, broken once, and what a person then reads.
func TestProgramRules(t *testing.T) {
	require.Empty(t, pair().Validate())
	const c0, c1 = `program "pair": core 0 (layer "a")`, `program "pair": core 1 (layer "b")`
	broken := map[string]bool{}
	for _, c := range []struct {
		rule   string
		change func(*ir.Program)
		want   string
	}{
		{"program.text", func(p *ir.Program) { p.Tool = "a\nb" }, `program "pair": Tool is "a\nb"; text is UTF-8 without control characters`},
		{"program.word", func(p *ir.Program) { p.WordBits = 12 }, `program "pair": WordBits is 12; allowed are 8, 16 and 32`},
		{"program.parts", func(p *ir.Program) { p.Inputs = nil }, `program "pair": Inputs is empty; a program needs at least one`},
		{"program.ticks", func(p *ir.Program) { p.Ticks = 2 }, `program "pair": Ticks is 2; want 3: 2 steps and the highest level, 1`},
		{"net.kind", func(p *ir.Program) { p.Net.Kind = "ring" }, `program "pair": Net.Kind is "ring"; allowed are "bus" and "mesh"`},
		{"net.sizes", func(p *ir.Program) { p.Net.FIFODepth = 0 }, `program "pair": Net.FIFODepth is 0; allowed are 1..256`},
		{"layer.fields", func(p *ir.Program) { p.Layers[1].Name = "a" }, `program "pair": layer 1 ("a"): Name is "a"; names must be unique among their kind`},
		{"note.text", func(p *ir.Program) { p.Notes = []ir.Decision{{Subject: "\xff"}} }, `program "pair": note 0: Subject is "\xff"; text is UTF-8 without control characters`},
		{"input.encoding", func(p *ir.Program) { p.Inputs[0].Input.Scale = math.NaN() }, `program "pair": input 0 ("x"): Input.Scale is NaN; it must be finite and greater than zero`},
		{"input.layout", func(p *ir.Program) { p.Inputs[0].SlotShift = 0 }, `program "pair": input 0 ("x"): SlotShift is 0; a slot of 2^SlotShift words must hold the 2 of a step, and at most 2^22`},
		{"input.apart", func(p *ir.Program) {
			p.Inputs = append(p.Inputs, p.Inputs[0])
			p.Inputs[1].Name, p.Inputs[1].Base = "y", 2
		},
			`program "pair": input 1 ("y"): Base is 2; words 0..3 are input "x"'s`},
		{"output.layer", func(p *ir.Program) { p.Outputs[0].N = 3 }, `program "pair": output 0 ("out"): N is 3; layer "b" has 2 neurons, and all leave`},
		{"output.words", func(p *ir.Program) { p.Outputs[0].Base = 16 }, `program "pair": output 0 ("out"): Base is 16; its 1 words must lie in the host's space of 16 (AddrBits is 4)`},
		{"output.unit", func(p *ir.Program) { p.Outputs[0].Graded = true }, `program "pair": output 0 ("out"): Unit is a list of 0; want 1, or one for each of 2 neurons`},
		{"output.apart", func(p *ir.Program) { p.Outputs = append(p.Outputs, p.Outputs[0]); p.Outputs[1].Name = "o" }, `program "pair": output 1 ("o"): Base is 0; words 0..0 are output "out"'s`},
		{"core.node", func(p *ir.Program) { p.Cores[0].Node = 0 }, c0 + `: Node is 0; node 0 is the host's`},
		{"core.node", func(p *ir.Program) { p.Cores[0].Node = 4 }, c0 + `: Node is 4; the network has nodes 0..3`},
		{"core.node", func(p *ir.Program) { p.Cores[1].Node = 1 }, c1 + `: Node is 1; core 0 is there`},
		{"core.layer", func(p *ir.Program) { p.Cores[1].Layer = 2 }, `program "pair": core 1 (layer "?"): Layer is 2; the program has layers 0..1`},
		{"core.slice", func(p *ir.Program) { p.Cores[0].First = 1 }, c0 + `: First is 1; neurons 1..9 do not exist; layer "a" has 9`},
		{"core.lanes", func(p *ir.Program) { p.Cores[0].Update = 8 }, c0 + `: Update is 8; it must be a power of two, at most Lanes (4) and WordBits (8)`},
		{"core.lanes", func(p *ir.Program) { p.Cores[0].Groups = 2 }, c0 + `: Groups is 2; 9 neurons on 4 lanes make 3`},
		{"core.widths", func(p *ir.Program) { p.Cores[0].StateBits = 40 }, c0 + `: StateBits is 40; allowed are 2..32`},
		{"core.model", func(p *ir.Program) { p.Cores[0].Neuron.Reset = 4 }, c0 + `: Neuron.Reset is 4; allowed are 0..3`},
		{"core.unused", func(p *ir.Program) { p.Cores[0].DecayConst = 1 }, c0 + `: DecayConst is 1; DecayMode 1 does not use it; it must be 0`},
		{"core.memories", func(p *ir.Program) { p.Cores[1].SpikeDepth = 6 }, c1 + `: SpikeDepth is 6; allowed are 0 and powers of two up to 65536`},
		{"core.lists", func(p *ir.Program) { p.Cores[1].Routes = nil }, c1 + `: Routes is empty; a core that nobody listens to must not exist`},
		{"segment.window", func(p *ir.Program) { p.Cores[0].InputDepth = 3 }, c0 + `: segment 0: Base is 0; 2 slots of 2^1 words, the last with 2, end past InputDepth, 3`},
		{"segment.rows", func(p *ir.Program) { p.Cores[0].Segments[0].Row = 1 }, c0 + `: segment 0: Row is 1; rows 1..9 do not all exist; Rows is 9`},
		{"segment.delay", func(p *ir.Program) { p.Cores[0].Segments[0].Delay = 1 }, c0 + `: segment 0: Delay is 1; inputs are read at the core's level, 0`},
		{"segment.delay", func(p *ir.Program) { p.Cores[1].Segments[0].Delay = 2 },
			c1 + `: segment 0: Delay is 2; spikes are read at least 1 tick late, and at most Mask (1), or the slot is written while it is read`},
		{"segment.flags", func(p *ir.Program) { p.Cores[1].Held = 1 }, c1 + `: segment 0: External is false; it is one of the 1 held segments, integrated at step 0 only; these read held inputs`},
		{"segment.flags", func(p *ir.Program) { p.Cores[1].Segments[0].Double = true }, c1 + `: segment 0: Double is true; spikes have one plane, which counts 1`},
		{"route.target", func(p *ir.Program) { p.Cores[0].Routes[0].Node = 3 }, c0 + `: route 0: Node is 3; no core is there, and node 0 is the host's`},
		{"route.window", func(p *ir.Program) { p.Cores[0].Routes[0].Base = 1 }, c0 + `: route 0: Base is 1; its last word, 4, lies past core 1's spike memory, 4 words`},
		{"route.window", func(p *ir.Program) { p.Net.AddrBits = 1 }, c0 + `: route 0: Base is 0; its last word, 3, lies past what 1 address bits reach, 2 words`},
		{"image.length", func(p *ir.Program) { p.Cores[1].Bias = nil },
			c1 + `: Bias is an image of 0 values; want 2 (1 groups of 2 lanes, 9 rows, DecayMode 2, ResetPerNeuron false)`},
		{"image.weights", func(p *ir.Program) { p.Cores[0].Weights[0] = -8 }, c0 + `: Weights[0] (group 0, row 0, lane 0) is -8; 4 bits hold -7..7`},
		{"image.weights", func(p *ir.Program) { p.Cores[0].Weights[73] = 1 }, c0 + `: Weights[73] (group 2, row 0, lane 1) is 1; it belongs to no neuron and must be 0`},
		{"image.params", func(p *ir.Program) { p.Cores[0].Threshold[1] = 0 }, c0 + `: Threshold[1] is 0; allowed are 1..127`},
		{"image.params", func(p *ir.Program) { p.Cores[1].DecayConst = 16 }, c1 + `: DecayConst is 16; allowed are 0..15`},
		{"image.padding", func(p *ir.Program) { p.Cores[0].Threshold[9] = 5 }, c0 + `: Threshold[9] is 5; neurons from 9 on are padding and must not fire; want 127`},
		{"image.sums", func(p *ir.Program) { p.Cores[0].AccBits = 4 }, c0 + `: AccBits is 4; the synapses of neuron 0 can sum to 0..9, which needs 5`},
		{"image.rows", func(p *ir.Program) { p.Cores[1].Rows = 10; p.Cores[1].Weights = make([]int16, 20) }, c1 + `: Rows is 10; no segment reads row 9; leave it out`},
		{"layer.tiled", func(p *ir.Program) { p.Layers[0].N = 17 }, `program "pair": Layers[0].N is 17; cores hold 9 neurons of layer "a"`},
		{"host.words", func(p *ir.Program) { p.Cores[1].Routes[0].Base = 1 }, c1 + `: route 0: Base is 1; word 1 of the host's space belongs to no output`},
		{"host.words", func(p *ir.Program) { p.Cores[1].Routes = append(p.Cores[1].Routes, ir.Route{}) },
			c1 + `: route 1: Base is 0; it writes word 0 of the host's space, as route 0 of core 1 does; a word has one writer`},
		{"ring.writer", func(p *ir.Program) { p.Cores[0].Routes = append(p.Cores[0].Routes, p.Cores[0].Routes[0]) },
			c0 + `: route 1: Base is 0; it writes word 0 of core 1's spike memory, as route 0 of core 0 does; a word has one writer`},
		{"ring.slots", func(p *ir.Program) { p.Cores[0].Routes[0].Mask = 0 }, c1 + `: segment 0: Mask is 1; route 0 of core 0, which writes the ring, has Mask 0; they must agree`},
		{"ring.slots", func(p *ir.Program) { p.Cores[1].SpikeDepth, p.Cores[0].Routes[0].Base = 8, 1 }, c1 + `: segment 0: Base is 0; nobody writes word 0 of slot 0, address 0`},
		{"ring.schedule", func(p *ir.Program) {
			p.Cores[1].SpikeDepth, p.Cores[1].Segments[0].Mask, p.Cores[1].Segments[0].Delay, p.Cores[0].Routes[0].Mask = 8, 3, 2, 3
		}, c1 + `: segment 0: Delay is 2; it reads core 0 of level 0 from level 1: want 1`},
		{"ring.bits", func(p *ir.Program) {
			c := &p.Cores[1]
			c.Rows, c.Segments[0].Bits, c.Weights = 8, 8, c.Weights[:16]
		}, c1 + `: segment 0: Bits is 8; word 1 of its window brings 1 neurons of core 0 and has rows for 0`},
		{"ring.last", func(p *ir.Program) { p.Cores[1].Segments[0].Last = false },
			c1 + `: segment 0: Last is false; no segment clears word 0 of its window, so old spikes would come round again`},
		{"ring.last", func(p *ir.Program) {
			p.Cores[1].AccBits, p.Cores[1].Segments = 7, append(p.Cores[1].Segments, p.Cores[1].Segments[0])
		}, c1 + `: segment 1: Last is true; it reads word 0 of its window after segment 0, which is its last reader`},
		{"route.read", func(p *ir.Program) {
			c := &p.Cores[1]
			c.Rows, c.Segments[0].Bits, c.Segments[0].Words, c.Weights = 8, 8, 1, c.Weights[:16]
		}, c0 + `: route 0: Base is 0; its word 1 goes to address 1 of core 1, which no segment reads`},
		{"external.plane", func(p *ir.Program) { p.Inputs[0].Base = 4 }, c0 + `: segment 0: Base is 0; word 0 of the input space is in the first slot of no input`},
		{"external.slots", func(p *ir.Program) { p.Inputs[0].Slots = 4 }, c0 + `: segment 0: Mask is 1; input "x" has 4 slots; want 3`},
		{"external.held", func(p *ir.Program) { p.Cores[0].Held = 1 }, c0 + `: segment 0: External is true; it is one of the 1 held segments, integrated at step 0 only, and input "x" changes every step`},
		{"external.value", func(p *ir.Program) { p.Cores[0].Segments[0].Negate = true }, c0 + `: segment 0: Negate is true; plane 0 of input "x" (signed: false): want false`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := pair()
			c.change(p)
			errs := p.Validate()
			require.NotEmpty(t, errs)
			var f *ir.Fault
			require.True(t, errors.As(errs[0], &f))
			require.Equal(t, c.want, f.Error())
			require.Equal(t, c.rule, f.Rule)
			broken[f.Rule] = true
		})
	}
	for _, r := range ir.Rules() {
		require.True(t, broken[r.Name], "no case breaks rule %s", r.Name)
	}
}

// docs/program.md has a line for each rule, in the words of the code.
func TestRulesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/program.md")
	require.NoError(t, err)
	var want strings.Builder
	for _, r := range ir.Rules() {
		want.WriteString("| " + r.Stage + " | " + r.Name + " | " + r.Says + " |\n")
	}
	require.Contains(t, string(text), want.String())
}

// A broken file could break a rule without end; a person reads fifty.
func TestFaultsAreBounded(t *testing.T) {
	p := pair()
	for range 200 {
		p.Notes = append(p.Notes, ir.Decision{Subject: "\x00"})
	}
	errs := p.Validate()
	require.Len(t, errs, 51)
	require.EqualError(t, errs[50], "and 150 more faults")
}

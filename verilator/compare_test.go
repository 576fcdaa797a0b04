package verilator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// twoCores: core 0 (node 1) has neurons 0..15 of layer "hidden" and sends to
// core 1 (node 2), which has neurons 8..15 of layer "out" and sends to the host.
func twoCores() *ir.Program {
	return &ir.Program{
		WordBits: 8, Steps: 3, Interval: 1, Ticks: 4,
		Net:     ir.Net{Kind: ir.NetBus},
		Layers:  []ir.Layer{{Name: "hidden", N: 16, Grid: ir.Grid{C: 16, H: 1, W: 1}}, {Name: "out", N: 16, Grid: ir.Grid{C: 16, H: 1, W: 1}, Level: 1}},
		Outputs: []ir.OutputPort{{Name: "y", Layer: 1, N: 16, Base: 4, Words: 2}},
		Cores: []ir.Core{
			{Node: 1, Layer: 0, Part: ir.Part{Channels: 16, Rows: 1}, N: 16, Lanes: 8, Blocks: 2, Groups: 2, Update: 8, Rows: 3, WeightBits: 4, StateBits: 12,
				Routes: []ir.Route{{Node: 2, Base: 8, Mask: 1, Shift: 1}}},
			{Node: 2, Layer: 1, Part: ir.Part{Channel: 8, Channels: 8, Rows: 1}, N: 8, Lanes: 8, Blocks: 1, Groups: 1, Update: 4, Rows: 16, WeightBits: 4, StateBits: 12,
				Routes: []ir.Route{{Node: 0, Base: 5}}},
		},
	}
}

func sampleEvents() []Event {
	return []Event{
		{Cycle: 0, Kind: TickStart},
		{Cycle: 9, Kind: Push, Index: 0, Addr: 0, Bits: 0x81},
		{Cycle: 9, Kind: Push, Index: 1, Addr: 0, Bits: 0x10},
		{Cycle: 11, Kind: Delivery, Index: 2, Addr: 8, Bits: 0x81},
		{Cycle: 12, Kind: Delivery, Index: 0, Addr: 5, Bits: 0x10},
		{Cycle: 14, Kind: TickEnd},
		{Cycle: 15, Kind: TickStart, Tick: 1},
		{Cycle: 20, Kind: Delivery, Index: 2, Addr: 11, Bits: 2, Tick: 1},
		{Cycle: 30, Kind: TickEnd, Tick: 1},
	}
}

func TestComparisonFindsTheFirstDifference(t *testing.T) {
	edit := func(f func(e []Event) []Event) []Event { return f(append([]Event(nil), sampleEvents()...)) }
	for _, c := range []struct {
		name string
		got  []Event
		want Difference // of it: kind, core, node, cycle, tick, neuron, layer, note
	}{
		{"a spike too many", edit(func(e []Event) []Event { e[1].Bits |= 0x20; e[3].Bits |= 0x20; return e }),
			Difference{Kind: "push", Core: 0, Node: 1, Cycle: 9, Neuron: 5, Layer: "hidden"}},
		{"a neuron of a core that begins inside its layer", edit(func(e []Event) []Event { e[2].Bits = 0x18; return e }),
			Difference{Kind: "push", Core: 1, Node: 2, Cycle: 9, Neuron: 11, Layer: "out"}},
		{"a word lost", edit(func(e []Event) []Event { return append(e[:3], e[4:]...) }),
			Difference{Kind: "delivery", Core: 1, Node: 2, Cycle: 11, Neuron: 0, Layer: "hidden"}},
		{"a word late", edit(func(e []Event) []Event { e[3].Cycle = 13; e[3], e[4] = e[4], e[3]; return e }),
			Difference{Kind: "delivery", Core: 1, Node: 2, Cycle: 11, Layer: "hidden",
				Note: "the same delivery comes 2 cycles later, in cycle 13"}},
		{"a word early", edit(func(e []Event) []Event { e[4].Cycle = 10; e[3], e[4] = e[4], e[3]; return e }),
			Difference{Kind: "delivery", Core: -1, Node: 0, Cycle: 10, Layer: "out", Neuron: 12,
				Note: "the simulator has the same delivery 2 cycles later, in cycle 12"}},
		{"a word at another address", edit(func(e []Event) []Event { e[7].Addr = 10; return e }),
			Difference{Kind: "delivery", Core: 1, Node: 2, Tick: 1, Cycle: 20, Layer: "hidden", Neuron: 8}},
		{"a tick one cycle long", edit(func(e []Event) []Event { e[8].Cycle++; return e }),
			Difference{Kind: "tick end", Core: -1, Node: -1, Tick: 1, Cycle: 30, Neuron: -1,
				Note: "the same tick end comes 1 cycles later, in cycle 31"}},
		{"the end of the sample lost", edit(func(e []Event) []Event { return e[:8] }),
			Difference{Kind: "tick end", Core: -1, Node: -1, Tick: 1, Cycle: 30, Neuron: -1}},
		{"a delivery after the last tick", edit(func(e []Event) []Event {
			return append(e, Event{Cycle: 31, Kind: Delivery, Index: 0, Tick: 2, Addr: 5, Bits: 1, Idle: true})
		}), Difference{Kind: "delivery", Core: -1, Node: 0, Tick: 2, Cycle: 31, Layer: "out", Neuron: 8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cm := newComparison(twoCores(), sampleEvents())
			require.NoError(t, cm.take(c.got))
			d := cm.finish()
			require.NotNil(t, d)
			require.Equal(t, c.want, Difference{Kind: d.Kind, Core: d.Core, Node: d.Node, Cycle: d.Cycle, Tick: d.Tick,
				Neuron: d.Neuron, Layer: d.Layer, Note: d.Note}, "%s", d)
		})
	}
	cm := newComparison(twoCores(), sampleEvents())
	for _, e := range sampleEvents() { // batches of any size
		require.NoError(t, cm.take([]Event{e}))
	}
	require.Nil(t, cm.finish())
}

func TestDifferenceReads(t *testing.T) {
	cm := newComparison(twoCores(), sampleEvents())
	got := sampleEvents()
	got[3].Bits = 0x80
	require.NoError(t, cm.take(got))
	d := cm.finish()
	d.Sample = 12
	require.Equal(t, `first difference: delivery, sample 12, tick 0, cycle 11
  core       1 (node 2)
  word       8, sent by core 0
  neuron     0 of layer "hidden" spikes in the simulator alone
  simulator  node 2 gets address 8, bits 0x81, in cycle 11, tick 0
  RTL        node 2 gets address 8, bits 0x80, in cycle 11, tick 0
`, d.String())
}

func TestMemoryDifferenceNamesItsNeuron(t *testing.T) {
	p := twoCores()
	w := make([]int32, 2*3*8)
	g := append([]int32(nil), w...)
	g[(1*3+2)*8+5] = 7 // group 1, row 2, lane 5
	d := diffMemory(p, 0, regmap.Weights, [][]int32{w}, [][]int32{g})
	require.Equal(t, "weights", d.Kind)
	require.Equal(t, 13, d.Neuron)
	require.Equal(t, "hidden", d.Layer)
	require.Contains(t, d.Note, "synapse row 2 of block 1, lane 5")
	require.Nil(t, diffMemory(p, 0, regmap.Weights, [][]int32{w}, [][]int32{w}))
	d = diffMemory(p, 1, regmap.State, [][]int32{{0, 0, 0, 9, 0, 0, 0, 0}}, [][]int32{make([]int32, 8)})
	require.Equal(t, 11, d.Neuron)
}

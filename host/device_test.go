package host

import (
	"context"
	"errors"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// program has one core of 10 neurons on level 1, fed by 12 spikes a step.
func program() *ir.Program {
	return &ir.Program{
		Name: "p", WordBits: 8, Steps: 5, Interval: 1, Ticks: 6,
		Net:     ir.Net{Kind: ir.NetBus, Cols: 1, Rows: 2, HostDepth: 16},
		Inputs:  []ir.InputPort{{Name: "in", Shape: []int{12}, N: 12, Input: ir.Encoding{Bits: 1, Scale: 1}, PlaneWords: 2, SlotShift: 1, Slots: 8}},
		Outputs: []ir.OutputPort{{Name: "out", Layer: 0, N: 10, Base: 4, Words: 2}},
		Layers:  []ir.Layer{{Name: "lif", N: 10, Grid: ir.Grid{C: 10, H: 1, W: 1}, Level: 1}},
		Cores: []ir.Core{{
			Node: 1, Part: ir.Part{Channels: 10, Rows: 1}, N: 10, Level: 1, Lanes: 4, Update: 2, Blocks: 3, Groups: 3, Rows: 12, WeightBits: 5, AccBits: 11, StateBits: 17,
			DecayBits: 7, DecayMode: ir.DecayPerNeuron, ResetPerNeuron: true, InputDepth: 16, SpikeDepth: 4, RingMask: 1, RingShift: 1, Held: 1,
			Segments: []ir.Segment{{External: true, Mask: 7, Shift: 1}}, Across: [][]ir.Span{{{Bits: 12}}}, Down: [][]ir.Span{{{Bits: 1}}},
			Routes: []ir.Route{{Node: 0, Base: 4}},
		}},
	}
}

func frames(p *ir.Program, seed int64) []*ir.Frames {
	rng := rand.New(rand.NewSource(seed))
	f := &ir.Frames{Steps: p.Steps, N: p.Inputs[0].N, Bits: 1, Scale: 1, Values: make([]int32, p.Steps*p.Inputs[0].N)}
	for i := range f.Values {
		f.Values[i] = int32(rng.Intn(2))
	}
	return []*ir.Frames{f}
}

func TestOpenRefusesAnotherDesign(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f *fakeMachine)
		want   string
	}{
		{"nothing on the bus", func(f *fakeMachine) { f.regs = map[uint32]uint32{} }, "ID"},
		{"another register map", func(f *fakeMachine) { f.regs[regmap.Version]++ }, "VERSION"},
		{"another number of cores", func(f *fakeMachine) { f.regs[regmap.Cores]++ }, "CORES"},
		{"another number of steps", func(f *fakeMachine) { f.regs[regmap.Steps]++ }, "STEPS"},
		{"other weights", func(f *fakeMachine) { f.digest[13]++ }, "DIGEST3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program()
			f := newFake(p)
			digest := [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
			f.digest = digest
			_, err := Open(t.Context(), f, p, Options{Digest: &digest})
			require.NoError(t, err)
			c.change(f)
			_, err = Open(t.Context(), f, p, Options{Digest: &digest})
			var id *IdentityError
			require.ErrorAs(t, err, &id)
			require.Equal(t, c.want, id.Register)
		})
	}
}

// Every memory reads back what was written, through windows whose rows do not
// fill their columns.
func TestMemoriesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := program()
		c := &p.Cores[0]
		c.Lanes = 1 << rapid.IntRange(0, 5).Draw(t, "log2 P")
		c.Update = min(c.Lanes, 1<<rapid.IntRange(0, 2).Draw(t, "log2 U"))
		c.WeightBits = rapid.IntRange(2, 16).Draw(t, "WB")
		c.StateBits = rapid.IntRange(2, 32).Draw(t, "SB")
		c.AccBits = rapid.IntRange(2, 32).Draw(t, "AB")
		c.DecayBits = rapid.IntRange(4, 16).Draw(t, "DB")
		c.ResetPerNeuron = rapid.Bool().Draw(t, "reset per neuron")
		d, err := Open(context.Background(), newFake(p), p, Options{})
		require.NoError(t, err)
		for m := regmap.Weights; m <= regmap.Input; m++ {
			l := LayoutOf(c, p.WordBits, m)
			values := make([][]int32, len(l.Fields))
			for i, f := range l.Fields {
				lo, hi := int64(0), int64(1)<<f.Bits-1
				if f.Signed {
					lo, hi = -1<<(f.Bits-1), 1<<(f.Bits-1)-1
				}
				values[i] = make([]int32, l.Size())
				for n := range values[i] {
					values[i][n] = int32(rapid.Int64Range(lo, hi).Draw(t, f.Name))
				}
			}
			require.NoError(t, d.WriteMemory(context.Background(), 0, m, values))
			got, err := d.ReadMemory(context.Background(), 0, m)
			require.NoError(t, err)
			require.Equal(t, values, got, MemoryName(m))
		}
	})
}

func TestLayoutPutsLaneZeroLow(t *testing.T) {
	l := LayoutOf(&program().Cores[0], 8, regmap.Params)
	require.Equal(t, 2*(17+17+7+17), l.RowBits())
	require.Equal(t, 4, l.Columns())
	v := [][]int32{make([]int32, 12), make([]int32, 12), make([]int32, 12), make([]int32, 12)}
	v[0][0], v[1][0], v[2][0], v[3][0] = -1, 0, 0x55, 0 // threshold from bit 0, decay from bit 34
	v[0][1] = 1                                         // lane 1 from bit 58
	words, err := l.Pack(v)
	require.NoError(t, err)
	require.Equal(t, []uint32{0x1ffff, 0x55<<2 | 1<<26, 0, 0}, words[:4])
	v[2][0] = 128
	_, err = l.Pack(v)
	require.ErrorContains(t, err, `field "decay": element 0 is 128`)
}

func TestWriteMemoryRefusesWhatIsNotThere(t *testing.T) {
	p := program()
	d, err := Open(t.Context(), newFake(p), p, Options{})
	require.NoError(t, err)
	_, err = d.ReadMemory(t.Context(), 1, regmap.State)
	require.ErrorContains(t, err, "core 1")
	require.ErrorContains(t, d.WriteMemory(t.Context(), 0, regmap.State, [][]int32{{1}}), "12")
}

// echo answers the input's spikes of step t in tick t + 1: word 1 is what the
// second input word of the step holds, masked to two neurons. It reads the
// input memory as a core does, so a step that was overwritten shows.
func echo(f *fakeMachine) {
	in := &f.p.Inputs[0]
	f.script = func(tick int) [][2]uint32 {
		step := tick - 1
		if step < 0 || step >= f.p.Steps {
			return nil
		}
		return [][2]uint32{{4, f.input[uint32(in.StepBase(step))]}, {5, f.input[uint32(in.StepBase(step)+1)] & 3}}
	}
}

func TestRunInChunks(t *testing.T) {
	for _, c := range []struct {
		name  string
		slots int
		depth int
		runs  []int
	}{
		{"everything fits", 8, 16, []int{6}},
		{"the FIFO takes two ticks", 8, 4, []int{2, 2, 2}},
		{"the FIFO takes two and a half", 8, 5, []int{2, 2, 2}},
		{"four slots of input", 4, 16, []int{5, 1}},
		{"two slots of input", 2, 16, []int{3, 2, 1}},
		{"one slot", 1, 16, []int{2, 1, 1, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program()
			p.Inputs[0].Slots, p.Net.HostDepth, p.Cores[0].Segments[0].Mask = c.slots, c.depth, c.slots-1
			f := newFake(p)
			echo(f)
			d, err := Open(t.Context(), f, p, Options{})
			require.NoError(t, err)
			for seed := range int64(3) {
				f.runs = nil
				in := frames(p, seed)
				res, err := d.Run(t.Context(), in)
				require.NoError(t, err)
				require.Equal(t, c.runs, f.runs)
				var want []uint8
				for s := range p.Steps {
					for n := range 10 {
						want = append(want, uint8(in[0].At(s)[n]))
					}
				}
				require.Equal(t, want, res.Outputs[0].Spikes)
				require.EqualValues(t, 60, res.Cycles)
			}
			require.LessOrEqual(t, f.worst, c.depth)
		})
	}
}

func TestRunDrainsWhatDoesNotFit(t *testing.T) {
	p := program()
	p.Net.HostDepth = 1
	f := newFake(p)
	f.slow = 3
	echo(f)
	d, err := Open(t.Context(), f, p, Options{})
	require.NoError(t, err)
	in := frames(p, 7)
	res, err := d.Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, uint8(in[0].At(4)[9]), res.Outputs[0].Spikes[49])
	require.Equal(t, []int{1, 1, 1, 1, 1, 1}, f.runs)
}

func TestRunGradedOutput(t *testing.T) {
	p := program()
	p.Outputs[0] = ir.OutputPort{Name: "v", N: 2, Graded: true, Base: 4, Words: 2, Unit: []float64{0.5, 2}}
	p.Layers[0].N, p.Layers[0].Grid.C = 2, 2
	p.Cores[0].N, p.Cores[0].Part.Channels, p.Cores[0].Graded, p.Cores[0].Update = 2, 2, true, 1
	f := newFake(p)
	f.script = func(tick int) [][2]uint32 {
		if tick == 0 {
			return nil
		}
		return [][2]uint32{{4, uint32(tick)}, {5, uint32(256 - tick)}}
	}
	d, err := Open(t.Context(), f, p, Options{})
	require.NoError(t, err)
	res, err := d.Run(t.Context(), frames(p, 1))
	require.NoError(t, err)
	require.Equal(t, []int32{1, -1, 2, -2, 3, -3, 4, -4, 5, -5}, res.Outputs[0].State)
	require.Equal(t, []float64{0.5, -2, 1, -4}, res.Outputs[0].Value[:4])
}

func TestRunReportsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *ir.Program, f *fakeMachine, in []*ir.Frames)
		want   string
	}{
		{"a tick that never ends", func(_ *ir.Program, f *fakeMachine, _ []*ir.Frames) { f.stuck = true }, "tick 6 does not end"},
		{"an address that no output has", func(_ *ir.Program, f *fakeMachine, _ []*ir.Frames) {
			f.script = func(int) [][2]uint32 { return [][2]uint32{{9, 1}} }
		}, "event at address 9 in tick 0: no output is there"},
		{"a word before the output's first tick", func(_ *ir.Program, f *fakeMachine, _ []*ir.Frames) {
			f.script = func(int) [][2]uint32 { return [][2]uint32{{4, 1}} }
		}, "core 0 has no step then"},
		{"a neuron past the last", func(_ *ir.Program, f *fakeMachine, _ []*ir.Frames) {
			f.script = func(k int) [][2]uint32 { return [][2]uint32{{5, 4}}[:min(k, 1)] }
		}, "slot 10 of core 0 is silent"},
		{"a stimulus of another size", func(_ *ir.Program, _ *fakeMachine, in []*ir.Frames) { in[0].N = 11 }, "11 values a step"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program()
			f, in := newFake(p), frames(p, 1)
			d, err := Open(t.Context(), f, p, Options{PollLimit: 100})
			require.NoError(t, err)
			c.change(p, f, in)
			_, err = d.Run(t.Context(), in)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// A program whose input memory cannot hold what its readers need is refused.
func TestOpenRefusesTooFewSlots(t *testing.T) {
	p := program()
	late := p.Cores[0]
	late.Level, late.Node = 3, 2
	p.Cores = append(p.Cores, late)
	p.Inputs[0].Slots = 2
	_, err := Open(t.Context(), newFake(p), p, Options{})
	require.ErrorContains(t, err, "1 to 3 ticks after they begin")
}

type brokenBus struct{}

func (brokenBus) Do(context.Context, *Batch) error { return errors.New("cable unplugged") }

func TestBusErrorsComeThrough(t *testing.T) {
	_, err := Open(t.Context(), brokenBus{}, program(), Options{})
	require.EqualError(t, err, "identify: cable unplugged")
}

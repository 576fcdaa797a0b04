package sim

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

var update = flag.Bool("update", false, "write the timing diagram into docs/machine.md")

// tiny is a core of two groups of two lanes that reads one word of eight
// inputs and sends its spikes to the host.
func tiny() *ir.Program {
	return &ir.Program{
		Name: "tiny", WordBits: 8, Steps: 1, Interval: 1, Ticks: 1,
		Net:     ir.Net{Kind: ir.NetBus, Cols: 1, Rows: 2, AddrBits: 1, FIFODepth: 1, HostDepth: 1},
		Inputs:  []ir.InputPort{{Name: "in", Shape: []int{8}, N: 8, Input: ir.Encoding{Bits: 1}, PlaneWords: 1, Slots: 1}},
		Outputs: []ir.OutputPort{{Name: "out", N: 4, Words: 1}},
		Layers:  []ir.Layer{{Name: "out", N: 4, Grid: ir.Grid{C: 4, H: 1, W: 1}}},
		Cores: []ir.Core{{
			Node: 1, Part: ir.Part{Channels: 4, Rows: 1}, N: 4,
			Lanes: 2, Update: 2, Blocks: 2, Groups: 2, Rows: 8,
			WeightBits: 4, AccBits: 8, StateBits: 8, DecayBits: 8, DecayMode: ir.DecayOne,
			InputDepth: 1,
			Segments:   []ir.Segment{{External: true}},
			Across:     [][]ir.Span{{{Bits: 8}}},
			Down:       [][]ir.Span{{{Bits: 8}}},
			Routes:     []ir.Route{{}},
			Weights:    []int16{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
			Threshold:  []int32{1, 1, 1, 1}, Bias: []int32{0, 0, 0, 0},
		}},
	}
}

// diagram runs the tick of tiny in which inputs 1 and 6 fire.
func diagram(t *testing.T, p *ir.Program) string {
	m := newStepped(p)
	m.writeInput(&p.Inputs[0], []int32{0, 1, 0, 0, 0, 0, 1, 0}, 0)
	core := m.cores[0]
	names := []string{"cycle", "controller", "core", "group", "accumulate", "params, state", "leak", "sum, reset", "write, push", "FIFO", "bus", "busy_q"}
	rows := make(map[string][]string)
	set := func(row, cell string) { rows[row] = append(rows[row], cell) }
	for c, busyQ, end := int64(0), false, false; !end; c++ {
		require.Less(t, c, int64(100), "the tick ends")
		end = c >= 2 && !busyQ
		set("cycle", fmt.Sprint(c))
		set("controller", []string{"START", "SETTLE", "WAIT"}[min(c, 2)])
		if end {
			rows["controller"][c] = "end"
		}
		set("busy_q", map[bool]string{true: "1", false: "0"}[busyQ])
		set("FIFO", map[bool]string{true: "w0"}[len(core.fifo) > 0])
		set("bus", map[bool]string{true: "w0"}[m.granted != nil])
		state, group := core.state, fmt.Sprint(core.g)
		switch state {
		case "IDLE":
			state, group = "", ""
		case "LEAD":
			state, group = "lead", ""
		}
		set("core", state)
		set("group", group)
		executing := ""
		if len(core.ops) > 0 && core.ops[0].issued == c-2 {
			executing = core.ops[0].kind
		}
		set("accumulate", executing)
		for stage, row := range []string{"params, state", "leak", "sum, reset", "write, push"} {
			cell := ""
			for _, x := range core.pipe {
				if x.addressed == c-int64(stage) {
					cell = fmt.Sprintf("g%d", x.g)
				}
			}
			if stage == 0 && core.state == "UPDATE" {
				cell = fmt.Sprintf("g%d", core.g)
			}
			set(row, cell)
		}
		busyQ = m.cycle(c)
	}
	var b strings.Builder
	for _, n := range names {
		line := fmt.Sprintf("%-14s", n)
		for _, cell := range rows[n] {
			line += fmt.Sprintf("%-7s", cell)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// The diagram in docs/machine.md is what the stepped machine does, and the
// simulator agrees with it on the length of the tick.
func TestTimingDiagram(t *testing.T) {
	const file, open = "../docs/machine.md", "<!-- timing: sim/timing_test.go -->\n```text\n"
	p := tiny()
	require.Empty(t, p.Validate())
	agree(t, 0, p, func(int) []*ir.Frames {
		return []*ir.Frames{{N: 8, Steps: 1, Values: []int32{0, 1, 0, 0, 0, 0, 1, 0}}}
	}, 1)
	want := diagram(t, p)
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(page), open)
	require.True(t, found, "%s has no %q", file, open)
	got, after, _ := strings.Cut(rest, "```")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(before+open+want+"```"+after), 0o644))
		return
	}
	require.Equal(t, want, got, "go test ./sim -run TestTimingDiagram -update writes it")
}

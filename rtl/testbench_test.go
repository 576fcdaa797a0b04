package rtl_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/rtl/internal/tiny"
)

// The emitted testbench passes on the right events, and fails when one bit of
// one of them, their number, or the number of cycles is wrong.
func TestTestbenchPassesAndFails(t *testing.T) {
	tool(t, "iverilog")
	spec := tiny.Cases()[0].Spec
	dir := emitted(t, spec)
	p := tiny.Build(spec)
	r := tiny.Run(p, tiny.Stimulus(p, 1))
	var good rtl.Vectors
	for _, w := range r.Input {
		good.Inputs = append(good.Inputs, rtl.InputWord{Addr: w.Addr, Data: w.Data})
	}
	for _, q := range r.Pushes {
		good.Events = append(good.Events, rtl.Event{Tick: q.Tick, Addr: q.Index, Data: q.Bits})
	}
	require.NotEmpty(t, good.Events)
	last := map[int]int{}
	for _, q := range r.Pushes { // granted a cycle after the push, delivered in the next
		last[q.Tick] = q.Cycle + 2
	}
	for k := range r.Busy {
		good.Cycles += uint64(max(2, max(last[k]+1, r.Busy[k][0]+4)+1) + 1)
	}
	wrongBit, wrongCount, wrongCycles := good, good, good
	wrongBit.Events = append([]rtl.Event(nil), good.Events...)
	wrongBit.Events[len(wrongBit.Events)-1].Data ^= 1
	wrongCount.Events = good.Events[:len(good.Events)-1]
	wrongCycles.Cycles++
	for _, c := range []struct {
		name string
		v    rtl.Vectors
		want string
	}{{"good", good, "PASS"}, {"bit", wrongBit, "FAIL: 1 "}, {"count", wrongCount, "FAIL: 2 "}, {"cycles", wrongCycles, "FAIL: 1 "}} {
		t.Run(c.name, func(t *testing.T) {
			files, err := rtl.Testbench(p, c.v)
			require.NoError(t, err)
			require.NoError(t, (&rtl.Design{Files: files}).Write(dir))
			in(t, dir, "iverilog", "-g2005", "-Wall", "-Wno-timescale", "-o", "tb.vvp", "-s", "tb_top", "-c", "files.f", "tb/tb_top.v")
			require.Contains(t, in(t, dir, "vvp", "-n", "tb.vvp"), c.want)
			if c.name == "good" {
				tool(t, "verilator")
				in(t, dir, "verilator", "--binary", "--timing", "-j", "2", "--top-module", "tb_top", "-MAKEFLAGS", "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0", "-f", "files.f", "tb/tb_top.v")
				require.Contains(t, in(t, dir, filepath.Join(dir, "obj_dir", "Vtb_top")), c.want)
			}
		})
	}
}

// What cannot be a sample of the program is refused.
func TestTestbenchRefusals(t *testing.T) {
	p := tiny.Build(tiny.Cases()[0].Spec)
	for _, c := range []struct {
		name string
		v    rtl.Vectors
		want string
	}{
		{"address", rtl.Vectors{Inputs: []rtl.InputWord{{Addr: 1 << 22}}}, "input word 0 is at 4194304; the input space has 4194304 words"},
		{"write after the sample", rtl.Vectors{Inputs: []rtl.InputWord{{Tick: p.Ticks}}}, "input word 0 is to be written before tick"},
		{"tick of an event", rtl.Vectors{Events: []rtl.Event{{Tick: p.Ticks}}}, "event 0 has tick"},
		{"address of an event", rtl.Vectors{Events: []rtl.Event{{Addr: 1 << 16}}}, "addresses 0 to 65535"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rtl.Testbench(p, c.v)
			require.ErrorContains(t, err, c.want)
		})
	}
}

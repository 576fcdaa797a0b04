package rtl_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/rtl"
)

// The emitted testbench passes on the right events, and fails when one bit of
// one of them, their number, or the number of cycles is wrong.
func TestTestbenchPassesAndFails(t *testing.T) {
	tool(t, "iverilog")
	const seed = 1
	dir, p := emitted(t, seed), program(t, seed)
	good, err := cosim.Record(context.Background(), p, cosim.RandomFrames(p, seed))
	require.NoError(t, err)
	require.NotEmpty(t, good.Events)
	loaded, err := rtl.Emit(p, rtl.Options{SinglePort: 1 << 20})
	require.NoError(t, err)
	require.NotEmpty(t, loaded.Load)
	wrongBit, wrongCount, wrongCycles := good, good, good
	wrongBit.Events = append([]rtl.Event(nil), good.Events...)
	wrongBit.Events[len(wrongBit.Events)-1].Data ^= 1
	wrongCount.Events = good.Events[:len(good.Events)-1]
	wrongCycles.Cycles++
	withLoad, notLoaded := good, good
	withLoad.Load, notLoaded.Load = loaded.Load, []int{}
	for _, c := range []struct {
		name string
		v    rtl.Vectors
		want string
	}{{"good", good, "PASS"}, {"bit", wrongBit, "FAIL"}, {"count", wrongCount, "FAIL"}, {"cycles", wrongCycles, "FAIL"},
		{"loaded", withLoad, "PASS"}, {"not loaded", notLoaded, "FAIL"}} {
		t.Run(c.name, func(t *testing.T) {
			if c.v.Load != nil {
				require.NoError(t, loaded.Write(dir))
			}
			files, err := rtl.Testbench(p, c.v)
			require.NoError(t, err)
			require.NoError(t, (&rtl.Design{Files: files}).Write(dir))
			in(t, dir, "iverilog", "-g2005", "-Wall", "-Wno-timescale", "-o", "tb.vvp", "-s", "tb_top", "-c", "files.f", "tb/tb_top.v")
			require.Contains(t, lastLine(in(t, dir, "vvp", "-n", "tb.vvp")), c.want)
			if c.name != "good" {
				return
			}
			tool(t, "verilator")
			in(t, dir, "verilator", "--binary", "--timing", "--top-module", "tb_top", "-f", "files.f", "tb/tb_top.v")
			require.Contains(t, lastLine(in(t, dir, filepath.Join(dir, "obj_dir", "Vtb_top"))), c.want)
		})
	}
}

// lastLine with a verdict; Verilator adds one of its own after it.
func lastLine(out string) string {
	verdict := ""
	for _, l := range strings.Split(strings.TrimSpace(out), "\n") {
		if strings.HasPrefix(l, "PASS") || strings.HasPrefix(l, "FAIL") {
			verdict = l
		}
	}
	return verdict
}

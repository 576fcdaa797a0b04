package formal_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/rtl"
)

// change breaks a file of the library: the first text becomes the second.
type change struct{ file, old, new string }

// prepare copies the library and the statements, with a change.
func prepare(t *testing.T, c change) string {
	dir := t.TempDir()
	for _, name := range rtl.LibraryFiles() {
		text, err := rtl.Library(name)
		require.NoError(t, err)
		if name == c.file {
			require.Contains(t, string(text), c.old, "the module has changed: choose another place to break")
			text = []byte(strings.Replace(string(text), c.old, c.new, 1))
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o644))
	}
	statements, err := filepath.Glob("*.v")
	require.NoError(t, err)
	for _, name := range statements {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o644))
	}
	return dir
}

// in runs a tool for at most two minutes.
func in(t *testing.T, dir, name string, args ...string) string {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, ctx.Err(), "%s took too long:\n%s", name, out)
	if err != nil && name == "yosys" {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func tools(t *testing.T, names ...string) {
	for _, n := range names {
		if _, err := exec.LookPath(n); err != nil {
			t.Skipf("%s is not installed: nothing is proven", n)
		}
	}
}

// The lane's statements hold from any state: by induction over 6 cycles.
func TestLane(t *testing.T) {
	tools(t, "yosys", "yosys-smtbmc", "cvc4")
	prove := func(t *testing.T, log int, c change) bool {
		dir := prepare(t, c)
		in(t, dir, "yosys", "-q", "-p", fmt.Sprintf("read_verilog -formal -sv snnc_plastic_lane.v plastic_lane_formal.v; chparam -set BATCH_LOG %d plastic_lane_formal; "+
			"prep -flatten -top plastic_lane_formal; memory_map; opt; async2sync; dffunmap; write_smt2 -wires lane.smt2", log))
		base := in(t, dir, "yosys-smtbmc", "--noprogress", "-s", "cvc4", "-t", "7", "lane.smt2")
		if strings.Contains(base, "Status: FAILED") {
			return false
		}
		require.Contains(t, base, "Status: PASSED")
		step := in(t, dir, "yosys-smtbmc", "--noprogress", "-s", "cvc4", "-i", "-t", "6", "lane.smt2")
		require.Contains(t, step, "Temporal induction successful", step)
		return true
	}
	for _, log := range []int{0, 1} {
		require.True(t, prove(t, log, change{}), "updates of up to %d samples", 1<<log)
	}
	for _, c := range []change{
		{"snnc_plastic_lane.v", "under ? LEAST", "1'b0 ? LEAST"},
		{"snnc_plastic_lane.v", "entry_q * gate;", "entry_q * gate + 31'sd1048576;"},
		{"snnc_plastic_lane.v", "if (!i_use) product_q", "if (1'b0) product_q"},
		{"snnc_plastic_lane.v", "|sum[WIDE-2:STORED-1]", "|sum[WIDE-2:STORED]"},
	} {
		require.False(t, prove(t, 1, c), "%v", c)
	}
}

// The unit's statements hold in every state that it can reach.
func TestUnit(t *testing.T) {
	tools(t, "yosys", "yosys-abc")
	prove := func(t *testing.T, batch int, c change) bool {
		dir := prepare(t, c)
		in(t, dir, "yosys", "-q", "-p", fmt.Sprintf("read_verilog -formal -sv snnc_ram.v plastic_stubs.v snnc_plastic.v plastic_formal.v; "+
			"chparam -set BATCH %d plastic_formal; prep -flatten -top plastic_formal; memory_map; opt -full; async2sync; dffunmap; techmap; opt -full -fast; "+
			"setundef -undriven -anyseq; opt_clean -purge; dfflegalize -cell $_DFF_P_ 01; techmap; aigmap; opt_clean -purge; write_aiger -zinit -B unit.aig", batch))
		out := in(t, dir, "yosys-abc", "-c", "read_aiger unit.aig; fold; strash; scorr; pdr")
		proved := strings.Contains(out, "Property proved")
		require.True(t, proved || strings.Contains(out, "was asserted"), out)
		return proved
	}
	for _, batch := range []int{1, 2, 3} {
		require.True(t, prove(t, batch, change{}), "updates of up to %d samples", batch)
	}
	for _, c := range []change{
		{"snnc_plastic.v", "write_q <= add_q;", "write_q <= add_q || clears;"},
		{"snnc_plastic.v", "(pair_q[3] && last_product)", "pair_q[3]"},
		{"snnc_plastic.v", "last_row && (last_group || clears);", "last_row;"},
		{"snnc_plastic.v", "default: if (passed) state_q <= IDLE;", "default: state_q <= SWEEP;"},
		{"snnc_plastic.v", "if (start)     read_row_q <= {WEIGHT_ADDR{1'b0}};", "if (i_start)   read_row_q <= {WEIGHT_ADDR{1'b0}};"},
	} {
		require.False(t, prove(t, 2, c), "%v", c)
	}
}

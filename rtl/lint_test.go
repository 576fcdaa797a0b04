package rtl_test

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

// tool skips a test whose program is not installed.
func tool(t *testing.T, name string) {
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
}

// in runs a command in a directory and returns what it printed.
func in(t *testing.T, dir, name string, args ...string) string {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %s\n%s", name, strings.Join(args, " "), out)
	return string(out)
}

// lintSeeds are mapped random networks with, between them, every option of the modules.
const lintSeeds = 12

func program(t *testing.T, seed uint64) *ir.Program {
	t.Helper()
	m := randnet.NewMapped(seed)
	c, err := compiler.Map(context.Background(), m.Network, m.Options, compiler.Hooks{})
	require.NoError(t, err)
	return c.Program
}

// emitted writes a case's design to a directory of its own.
func emitted(t *testing.T, seed uint64) string {
	return emittedWith(t, seed, rtl.Options{Digest: [16]byte{0xab, 15: 0xcd}})
}

func emittedWith(t *testing.T, seed uint64, o rtl.Options) string {
	d, err := rtl.Emit(program(t, seed), o)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, d.Write(dir))
	return dir
}

func TestVerilatorFindsNothing(t *testing.T) {
	tool(t, "verilator")
	for seed := range uint64(lintSeeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir := emitted(t, seed)
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-f", "files.f"))
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-DSNNC_TRACE", "-f", "files.f"))
			dir = emittedWith(t, seed, rtl.Options{NoReadback: true, SinglePort: 1 << 20})
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-f", "files.f"))
		})
	}
}

// An overlay, whatever runs on it: with and without currents, bus and mesh.
func TestVerilatorFindsNothingInOverlays(t *testing.T) {
	tool(t, "verilator")
	for _, name := range compiler.Overlays() {
		t.Run(name, func(t *testing.T) {
			dir := overlay(t, name)
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-f", "files.f"))
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-DSNNC_TRACE", "-f", "files.f"))
			if _, err := exec.LookPath("iverilog"); err == nil {
				require.Empty(t, in(t, dir, "iverilog", "-g2005", "-Wall", "-Wno-timescale", "-DSNNC_TRACE", "-t", "null", "-s", "snnc_top", "-c", "files.f"))
			}
		})
	}
}

func overlay(t *testing.T, name string) string {
	o, err := compiler.ReadOverlay(name)
	require.NoError(t, err)
	d, err := rtl.EmitOverlay(o, rtl.Options{Tool: "test"})
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, d.Write(dir))
	return dir
}

func TestIcarusElaborates(t *testing.T) {
	tool(t, "iverilog")
	for seed := range uint64(lintSeeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir := emitted(t, seed)
			require.Empty(t, in(t, dir, "iverilog", "-g2005", "-Wall", "-Wno-timescale", "-DSNNC_TRACE", "-t", "null", "-s", "snnc_top", "-c", "files.f"))
		})
	}
}

package rtl_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/rtl/internal/tiny"
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

// emitted writes a case's design to a directory of its own.
func emitted(t *testing.T, s tiny.Spec) string {
	return emittedWith(t, s, rtl.Options{Digest: [16]byte{0xab, 15: 0xcd}})
}

func emittedWith(t *testing.T, s tiny.Spec, o rtl.Options) string {
	p := tiny.Build(s)
	require.Empty(t, p.Validate())
	d, err := rtl.Emit(p, o)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, d.Write(dir))
	return dir
}

func TestVerilatorFindsNothing(t *testing.T) {
	tool(t, "verilator")
	for _, c := range tiny.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			dir := emitted(t, c.Spec)
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-f", "files.f"))
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-DSNNC_TRACE", "-f", "files.f"))
			dir = emittedWith(t, c.Spec, rtl.Options{NoReadback: true})
			require.Empty(t, in(t, dir, "verilator", "-Wall", "--lint-only", "--top-module", "snnc_top", "-f", "files.f"))
		})
	}
}

func TestIcarusElaborates(t *testing.T) {
	tool(t, "iverilog")
	for _, c := range tiny.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			dir := emitted(t, c.Spec)
			require.Empty(t, in(t, dir, "iverilog", "-g2005", "-Wall", "-Wno-timescale", "-DSNNC_TRACE", "-t", "null", "-s", "snnc_top", "-c", "files.f"))
		})
	}
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A compiled directory carries a testbench with a recorded sample, and the
// command in its report runs it.
func TestCompileWritesATestbench(t *testing.T) {
	if _, err := exec.LookPath("iverilog"); err != nil {
		t.Skip("iverilog is not installed: the testbench does not run")
	}
	for _, c := range []struct {
		name, sample string
		args         []string
	}{
		{"data", "runs sample 0 of demo and compares", []string{"--data", "demo", "--samples", "3"}},
		{"no data", "runs a random stimulus (seed 1) and compares", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "net")
			require.NoError(t, snnc(append([]string{"compile", "demo", "-o", dir, "--json"}, c.args...)...))
			report, err := os.ReadFile(filepath.Join(dir, "report.txt"))
			require.NoError(t, err)
			require.Contains(t, string(report), c.sample)
			const run = "iverilog -g2005 -o tb.vvp -s tb_top -c files.f tb/tb_top.v && vvp -n tb.vvp"
			require.Contains(t, string(report), run)
			sh := exec.Command("sh", "-c", run)
			sh.Dir = dir
			out, err := sh.CombinedOutput()
			require.NoError(t, err, string(out))
			require.Contains(t, string(out), "PASS: ")
		})
	}
}

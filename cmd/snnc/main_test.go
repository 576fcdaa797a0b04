package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/verilator"
)

// snnc runs a command line without its output.
func snnc(args ...string) error {
	c := command()
	c.SetOut(io.Discard)
	c.SetErr(io.Discard)
	c.SetArgs(args)
	return c.ExecuteContext(context.Background())
}

func TestConvertLosesNothing(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "net.json"), filepath.Join(dir, "net.nir")
	require.NoError(t, snnc("convert", "demo", a, "--json"))
	require.NoError(t, snnc("convert", a, b, "--json"))
	nirFile := examples.FashionMLP()
	want, err := nir.Read(bytes.NewReader(nirFile), int64(len(nirFile)), "embedded")
	require.NoError(t, err)
	got, err := nir.ReadFile(b)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// A fault of snnc itself ends with a line that asks for a report, the place of
// the fault in a file, and an exit code of its own.
func TestFaultAsksForAReport(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var line bytes.Buffer
	code := guard(&line, func() int { panic(errors.New("index out of range")) })
	require.Equal(t, 3, code)
	require.Equal(t, 1, strings.Count(line.String(), "\n"))
	require.Contains(t, line.String(), "snnc: internal error: index out of range; this is a bug in snnc, please report it")
	_, file, ok := strings.Cut(strings.TrimSpace(line.String()), "the model and ")
	require.True(t, ok)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "TestFaultAsksForAReport")
	require.Equal(t, 2, guard(&line, func() int { return 2 }))
}

// Ctrl-C ends each long verb, long before its work is done, with exit code
// 130; what is done is printed, and nothing is left half-written.
func TestInterrupt(t *testing.T) {
	binary, err := exec.LookPath("snnc") // the test binary, see TestMain
	require.NoError(t, err)
	dir := t.TempDir()
	const samples = 20000 // of 1,000 steps: minutes of work
	head := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 784), }", samples)
	data := fmt.Appendf([]byte("\x93NUMPY\x01\x00\x76\x00"), "%-117s\n", head)
	data = append(data, bytes.Repeat([]byte{90, 0, 200, 7, 31}, samples*784/5)...)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.npy"), data, 0o644))
	require.NoError(t, snnc("compile", "demo", "-o", filepath.Join(dir, "net"), "--steps", "1000", "--data", filepath.Join(dir, "x.npy"), "--samples", "1", "--json"))

	for _, c := range []struct {
		name, args string
		check      func(t *testing.T, stdout string)
	}{
		{"compare prints the table of the samples done", "compare demo --data x.npy --samples 0 --steps 1000 --json", func(t *testing.T, stdout string) {
			var table backend.Table
			require.NoError(t, json.Unmarshal([]byte(stdout), &table))
			require.True(t, table.Interrupted)
			require.NotEmpty(t, table.Backends)
			last := table.Backends[len(table.Backends)-1]
			require.Positive(t, last.Samples)
			require.Less(t, last.Samples, samples)
		}},
		{"sim prints the samples done", "sim net --data x.npy --samples 0 --json", func(t *testing.T, stdout string) {
			var r simReport
			require.NoError(t, json.Unmarshal([]byte(stdout), &r))
			require.True(t, r.Interrupted)
			require.NotEmpty(t, r.Samples)
			require.Less(t, len(r.Samples), samples)
		}},
		{"compile leaves no directory", "compile demo -o out --data x.npy --samples 0 --steps 1000", func(t *testing.T, stdout string) {
			require.Empty(t, stdout)
			require.NoDirExists(t, filepath.Join(dir, "out"))
		}},
		{"verify says how far it came", "verify net --data x.npy --samples 0", func(t *testing.T, stdout string) {
			require.Regexp(t, `^interrupted: the first \d+ of 20000 samples agree: `, stdout)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := verilator.FindTools(); err != nil && strings.HasPrefix(c.args, "verify") {
				t.Skip(err)
			}
			cmd := exec.Command(binary, strings.Fields(c.args)...)
			cmd.Dir = dir
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			require.NoError(t, cmd.Start())
			time.Sleep(2 * time.Second)
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
			err := cmd.Wait()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "stdout %s", out.String())
			require.Equal(t, 130, exit.ExitCode(), "%s", errs.String())
			require.Equal(t, "snnc: interrupted\n", errs.String())
			c.check(t, out.String())
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			for _, e := range entries {
				require.False(t, strings.HasPrefix(e.Name(), ".snnc-"), "%s is left", e.Name())
			}
		})
	}
}

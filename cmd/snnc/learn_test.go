package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Ctrl-C while snnc learn learns: exit code 130, the figures so far, and a
// checkpoint from which --resume ends where an uninterrupted run ends.
func TestLearnInterruptedAndResumed(t *testing.T) {
	binary, err := exec.LookPath("snnc") // the test binary, see TestMain
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, snnc("compile", "demo", "-o", filepath.Join(dir, "net"), "--plastic", "last", "--weight-bits", "4", "--lanes", "16", "--json"))
	args := strings.Fields("learn net --samples 100 --warmup 20 --test-samples 10 --epochs 40 --json")
	start := func(more ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
		cmd := exec.Command(binary, append(args, more...)...)
		cmd.Dir = dir
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		require.NoError(t, cmd.Start())
		return cmd, &out, &errs
	}
	report := func(out *bytes.Buffer) (r learnReport) {
		require.NoError(t, json.Unmarshal(out.Bytes(), &r), out.String())
		return r
	}

	whole, out, errs := start("--state", "whole.json")
	require.NoError(t, whole.Wait(), errs.String())
	want := report(out)

	cmd, out, errs := start()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(filepath.Join(dir, "net", "learn.json")); err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) || time.Now().After(deadline) {
			t.Fatal("no checkpoint", err, errs.String())
		}
	}
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	err = cmd.Wait()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, out.String())
	require.Equal(t, 130, exit.ExitCode())
	require.Equal(t, "snnc: interrupted\n", errs.String())
	stopped := report(out)
	require.True(t, stopped.Stopped)
	require.Nil(t, stopped.After)
	require.GreaterOrEqual(t, stopped.Updates, 100)
	require.Less(t, stopped.Updates, want.Updates)

	resumed, out, errs := start("--resume")
	require.NoError(t, resumed.Wait(), errs.String())
	require.Equal(t, want, report(out))
	entries, err := os.ReadDir(filepath.Join(dir, "net"))
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, e.Name(), "learn.json.", "a half-written checkpoint is left")
	}
}

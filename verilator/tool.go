package verilator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/snnc/snnc/internal/group"
)

// MissingToolError says that a program is not installed, what needs it, and
// how to get it.
type MissingToolError struct{ Tool string }

func (e *MissingToolError) Error() string {
	if e.Tool == fstTool {
		return fmt.Sprintf("%s is not installed (or not in PATH); waves in FST need it: "+
			"install it (Debian, Ubuntu: apt-get install gtkwave), or write VCD", e.Tool)
	}
	return fmt.Sprintf("%s is not installed (or not in PATH); the Verilated RTL needs it: "+
		"install it (Debian, Ubuntu: apt-get install verilator g++; others: verilator.org/guide/latest/install.html)", e.Tool)
}

// Tools are the programs that builds use, with the versions that go into the
// keys of the cache.
type Tools struct {
	Verilator, CXX               string // paths
	VerilatorVersion, CXXVersion string
	Root                         string // VERILATOR_ROOT
}

var findTools = sync.OnceValues(func() (*Tools, error) {
	t := &Tools{}
	var err error
	if t.Verilator, err = exec.LookPath("verilator"); err != nil {
		return nil, &MissingToolError{"verilator"}
	}
	if t.CXX, err = exec.LookPath("g++"); err != nil {
		return nil, &MissingToolError{"g++"}
	}
	if t.VerilatorVersion, err = firstLine(t.Verilator, "--version"); err != nil {
		return nil, err
	}
	if t.CXXVersion, err = firstLine(t.CXX, "--version"); err != nil {
		return nil, err
	}
	if t.Root, err = firstLine(t.Verilator, "--getenv", "VERILATOR_ROOT"); err != nil {
		return nil, err
	}
	return t, nil
})

// FindTools looks for verilator and g++ once in a process. The error is a
// *MissingToolError when one of them is not there.
func FindTools() (*Tools, error) { return findTools() }

func firstLine(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line), nil
}

// runTool runs a program in a directory and puts the end of what it printed
// into the error. When ctx ends, what the program itself has started (the
// passes of a compiler) ends with it.
func runTool(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.WaitDelay = 200 * time.Millisecond
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := group.Run(cmd)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s: %w\n%s", name, err, lastLines(out.String(), 30))
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}

package flow

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/snnc/snnc/internal/group"
)

// runLogged runs a program in a directory, writes all that it prints to a file
// there, and shows each line to see, which may end it by an error. When ctx ends,
// what the program has started ends with it.
func runLogged(ctx context.Context, dir, log, path string, args []string, see func(line string) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	f, err := os.Create(filepath.Join(dir, log))
	if err != nil {
		return err
	}
	defer f.Close()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	done := make(chan struct{})
	last := newTail(12)
	go func() {
		defer close(done)
		s := bufio.NewScanner(io.TeeReader(r, f))
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			line := s.Text()
			last.add(line)
			if see != nil {
				if err := see(line); err != nil {
					cancel(err)
					see = nil
				}
			}
		}
		io.Copy(f, r) // a line longer than the buffer: the file has it all the same
	}()
	err = group.Run(cmd)
	w.Close()
	<-done
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err == nil {
		return nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return &ToolError{Tool: filepath.Base(path), Err: err}
	}
	return &ToolError{Tool: filepath.Base(path), Err: err, Last: last.String()}
}

// tail keeps the last lines.
type tail struct {
	n     int
	lines []string
}

func newTail(n int) *tail { return &tail{n: n} }

func (t *tail) add(line string) {
	if strings.TrimSpace(line) == "" {
		return
	}
	t.lines = append(t.lines, line)
	if len(t.lines) > t.n {
		t.lines = t.lines[1:]
	}
}

func (t *tail) String() string { return strings.Join(t.lines, "\n") }

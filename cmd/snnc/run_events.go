package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/data/aer"
	"github.com/snnc/snnc/ir"
)

// aerFlags choose a stream of events.
type aerFlags struct{ source string }

func (f *aerFlags) group() *flagGroup {
	g := group("Events")
	g.StringVar(&f.source, "events", "", "`SOURCE` of a stream of events instead of a data set: a file, - (standard input) or tcp:HOST:PORT; --bin-time is a step's microseconds")
	return g
}

// open opens the stream; it ends with ctx.
func (f *aerFlags) open(ctx context.Context, stdin io.Reader) (io.ReadCloser, error) {
	if at, ok := strings.CutPrefix(f.source, "tcp:"); ok {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", at)
		if err != nil {
			return nil, fmt.Errorf("option events: %w", err)
		}
		context.AfterFunc(ctx, func() { c.Close() })
		return c, nil
	}
	if f.source == "-" {
		return io.NopCloser(stdin), nil
	}
	file, err := os.Open(f.source)
	if err != nil {
		return nil, fmt.Errorf("option events: %w", err)
	}
	return file, nil
}

// eventResult is a line of snnc run --events --json.
type eventResult struct {
	Start  int64 `json:"start_us"`
	Events int   `json:"events"`
	Lost   int   `json:"events_lost,omitempty"`
	Class  int   `json:"class"`
	Spikes []int `json:"spikes"`
	Cycles int64 `json:"cycles"`
}

// runEvents classifies windows of a stream as they come.
func runEvents(cmd *cobra.Command, dir string, f *portFlags, a *aerFlags, step int64, asJSON bool) error {
	ctx := cmd.Context()
	p, err := openProgram(dir)
	if err != nil {
		return err
	}
	if len(p.Inputs) != 1 {
		return fmt.Errorf("%s has %d inputs; a stream of events feeds one", dir, len(p.Inputs))
	}
	if step == 0 {
		step = 1000
	}
	stream, err := a.open(ctx, cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer stream.Close()
	name := a.source
	if name == "-" {
		name = "standard input"
	}
	r, err := aer.NewReader(stream, name, p.Inputs[0].N, p.Steps, step, p.Inputs[0].Input)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	b, err := f.open(ctx, dir, p)
	if err != nil {
		return err
	}
	defer b.Close()
	out := cmd.OutOrStdout()
	type next struct {
		w   *aer.Window
		err error
	}
	windows := make(chan next) // reading may block for long; Ctrl-C must not
	go func() {
		for {
			w, err := r.Next()
			select {
			case windows <- next{w, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		var n next
		select {
		case n = <-windows:
		case <-ctx.Done():
			return ctx.Err()
		}
		if errors.Is(n.err, io.EOF) {
			return nil
		}
		if n.err != nil {
			return n.err
		}
		got, err := b.Run(ctx, []*ir.Frames{n.w.Frames})
		if err != nil {
			return err
		}
		e := eventResult{Start: n.w.Start, Events: n.w.Events, Lost: n.w.Lost, Class: backend.Class(got), Cycles: got.Cycles}
		if o := &got.Outputs[0]; !o.Graded {
			e.Spikes = o.Counts()
		}
		if asJSON {
			err = json.NewEncoder(out).Encode(e)
		} else {
			_, err = fmt.Fprintf(out, "%10d µs  %5d events  class %d  %d cycles\n", e.Start, e.Events, e.Class, e.Cycles)
		}
		if err != nil {
			return err
		}
	}
}

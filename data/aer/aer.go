// Package aer reads a stream of address events as it comes and cuts it into
// samples: windows of a program's steps, each of some microseconds.
//
// An event is a line "TIME ADDRESS": microseconds since the stream's begin and
// the number of an input neuron. Empty lines and lines that begin with # are
// skipped. Times never go back. A window in which nothing happened is no sample.
package aer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/snnc/snnc/ir"
)

// Window is a sample: all events of Steps · Step microseconds.
type Window struct {
	Start  int64 // microseconds
	Events int
	Lost   int // events beyond what an input value holds
	Frames *ir.Frames
}

// Reader cuts a stream into windows.
type Reader struct {
	Name  string // of the stream, for messages
	lines *bufio.Scanner
	line  int
	step  int64
	steps int
	n     int
	form  ir.Encoding
	ahead bool // time and at are an event of the next window
	time  int64
	at    int
	last  int64
	ended bool
}

// NewReader reads events of n neurons in an input's form, in steps of step
// microseconds.
func NewReader(r io.Reader, name string, n, steps int, step int64, form ir.Encoding) (*Reader, error) {
	if form.Held {
		return nil, fmt.Errorf("the program takes one value of each input, held over its steps; events need an input of its own in each step (compile with data of events)")
	}
	if step < 1 {
		return nil, fmt.Errorf("a step of %d µs; at least 1", step)
	}
	return &Reader{Name: name, lines: bufio.NewScanner(r), step: step, steps: steps, n: n, form: form}, nil
}

// event reads the next one; io.EOF at the end.
func (r *Reader) event() error {
	for r.lines.Scan() {
		r.line++
		text := strings.TrimSpace(r.lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		f := strings.Fields(text)
		if len(f) != 2 {
			return r.wrong("%q; an event is TIME ADDRESS", text)
		}
		t, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil || t < 0 || t > 1<<52 {
			return r.wrong("time %q; allowed are whole microseconds from 0", f[0])
		}
		at, err := strconv.Atoi(f[1])
		if err != nil || at < 0 || at >= r.n {
			return r.wrong("address %q; the program's input has neurons 0 to %d", f[1], r.n-1)
		}
		if t < r.last {
			return r.wrong("time %d after %d; times must not go back", t, r.last)
		}
		r.time, r.at, r.last = t, at, t
		return nil
	}
	if err := r.lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", r.Name, err)
	}
	return io.EOF
}

func (r *Reader) wrong(format string, args ...any) error {
	return fmt.Errorf("%s: line %d: %s", r.Name, r.line, fmt.Sprintf(format, args...))
}

// Next returns the next window in which something happened, as soon as an
// event after it, or the end, has come; io.EOF when there is none.
func (r *Reader) Next() (*Window, error) {
	if r.ended {
		return nil, io.EOF
	}
	if !r.ahead {
		if err := r.event(); err != nil {
			r.ended = true
			return nil, err
		}
	}
	length := int64(r.steps) * r.step
	w := &Window{Start: r.time / length * length, Frames: &ir.Frames{Steps: r.steps, N: r.n, Bits: r.form.Bits, Signed: r.form.Signed, Scale: r.form.Scale,
		Values: make([]int32, r.steps*r.n)}}
	most := int32(1)<<r.form.Bits - 1
	if r.form.Signed {
		most >>= 1
	}
	for {
		w.Events++
		v := &w.Frames.Values[int((r.time-w.Start)/r.step)*r.n+r.at]
		if *v < most {
			*v++
		} else {
			w.Lost++
		}
		err := r.event()
		if errors.Is(err, io.EOF) {
			r.ended = true
			return w, nil
		}
		if err != nil {
			return nil, err
		}
		if r.time >= w.Start+length {
			r.ahead = true
			return w, nil
		}
	}
}

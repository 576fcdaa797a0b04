package verilator

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/internal/group"
)

// protocolVersion of harness.cpp.
const protocolVersion = 1

// Process is a running model: a host.Bus, and a source of events where it was
// built with them. Its methods may be called from one goroutine at a time.
type Process struct {
	model *Model
	cmd   *exec.Cmd
	in    io.WriteCloser
	tail  *tailBuffer
	// OnEvents is called, in order, with the events of each batch as they
	// arrive, before the Do that caused them returns. The slice is reused. An
	// error ends the process and is what Do returns.
	OnEvents func([]Event) error

	frames chan frame
	buf    []byte
	events []Event
	broken error // what ended the process
	closed sync.Once
	exit   error
}

type frame struct {
	kind byte
	body []byte
	err  error
}

// Start runs a model in its design directory, where it reads the memory
// images. The process is killed when ctx ends.
func Start(ctx context.Context, m *Model) (*Process, error) {
	cmd := exec.CommandContext(ctx, m.Exe)
	cmd.Dir = m.DesignDir
	cmd.WaitDelay = 5 * time.Second
	// A terminal's Ctrl-C goes to the whole foreground group: the model must not
	// die of it before this process has decided to stop.
	group.Kill(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &Process{model: m, cmd: cmd, in: in, tail: &tailBuffer{}, frames: make(chan frame, 16)}
	cmd.Stderr = p.tail
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the Verilated model: %w", err)
	}
	go readFrames(out, p.frames)
	hello, err := p.next(ctx)
	if err == nil {
		err = checkHello(hello, m)
	}
	if err != nil {
		p.fail(err)
		return nil, err
	}
	return p, nil
}

// readFrames reads all the time, so that neither side of the pipes waits for
// the other to listen.
func readFrames(out io.Reader, to chan<- frame) {
	defer close(to)
	r := bufio.NewReaderSize(out, 1<<16)
	for {
		var n [4]byte
		if _, err := io.ReadFull(r, n[:]); err != nil {
			to <- frame{err: err}
			return
		}
		body := make([]byte, binary.LittleEndian.Uint32(n[:]))
		if _, err := io.ReadFull(r, body); err != nil || len(body) == 0 {
			to <- frame{err: io.ErrUnexpectedEOF}
			return
		}
		to <- frame{kind: body[0], body: body[1:]}
	}
}

func checkHello(f frame, m *Model) error {
	want := []uint32{protocolVersion, uint32(m.Shape.Cores), uint32(m.Shape.Nodes), uint32(m.Shape.WordBits),
		uint32(b2i(m.Profile.Events)), uint32(b2i(m.Profile.Waves))}
	if f.kind != 'H' || len(f.body) != 4*len(want) {
		return fmt.Errorf("the Verilated model does not begin with a greeting; remove %s and build again", m.Exe)
	}
	for i, w := range want {
		if got := binary.LittleEndian.Uint32(f.body[4*i:]); got != w {
			return fmt.Errorf("the Verilated model was built for another design (greeting word %d is %d, want %d); remove %s and build again", i, got, w, m.Exe)
		}
	}
	return nil
}

// next waits for a frame. The end of the stream is an error with the
// process's last words.
func (p *Process) next(ctx context.Context) (frame, error) {
	select {
	case f, ok := <-p.frames:
		if ok && f.err == nil {
			return f, nil
		}
	case <-ctx.Done():
		return frame{}, ctx.Err()
	}
	err := p.wait()
	if ctx.Err() != nil {
		return frame{}, ctx.Err()
	}
	how := "ended"
	if err != nil {
		how = err.Error()
	}
	return frame{}, fmt.Errorf("the Verilated model stopped (%s)%s", how, p.lastWords())
}

func (p *Process) lastWords() string {
	if t := p.tail.String(); t != "" {
		return "; its last lines:\n" + lastLines(t, 12)
	}
	return ""
}

// Do executes a batch in the model, each transfer through valid and ready on
// clock edges. Polls are executed in the model too.
func (p *Process) Do(ctx context.Context, b *host.Batch) error {
	p.buf = p.buf[:0]
	for i := range b.Ops {
		op := &b.Ops[i]
		p.buf = append(p.buf, byte(op.Kind))
		switch op.Kind {
		case host.OpWrite, host.OpRead:
			p.put(op.Addr, op.Span, uint32(len(op.Data)))
			if op.Kind == host.OpWrite {
				p.put(op.Data...)
			}
		case host.OpPoll:
			p.put(op.Addr, op.Mask, op.Want, op.Limit)
		default:
			return fmt.Errorf("operation %d: unknown kind %d", i, op.Kind)
		}
	}
	answer, failed, err := p.request(ctx)
	if err != nil {
		return err
	}
	if failed != nil {
		i := int(binary.LittleEndian.Uint32(failed))
		if i >= len(b.Ops) {
			return p.fail(fmt.Errorf("the Verilated model failed operation %d of %d", i, len(b.Ops)))
		}
		op := &b.Ops[i]
		got := binary.LittleEndian.Uint32(failed[4:])
		op.Data[0] = got
		return &host.PollError{Addr: op.Addr, Mask: op.Mask, Want: op.Want, Got: got, Limit: op.Limit}
	}
	for i := range b.Ops {
		op := &b.Ops[i]
		if op.Kind == host.OpWrite {
			continue
		}
		if len(answer) < 4*len(op.Data) {
			return p.fail(errors.New("the Verilated model answered with too few words"))
		}
		for k := range op.Data {
			op.Data[k] = binary.LittleEndian.Uint32(answer[4*k:])
		}
		answer = answer[4*len(op.Data):]
	}
	return nil
}

// Waves makes the model write a VCD of all signals in cycles from to to of a
// sample, counted from 0 since the start of the process. The file is complete
// after Close.
func (p *Process) Waves(ctx context.Context, path string, sample int, from, to int64) error {
	p.buf = append(p.buf[:0], 5)
	p.put(uint32(sample))
	p.buf = binary.LittleEndian.AppendUint64(p.buf, uint64(max(from, 0)))
	p.buf = binary.LittleEndian.AppendUint64(p.buf, uint64(to))
	p.put(uint32(len(path)))
	p.buf = append(p.buf, path...)
	_, _, err := p.request(ctx)
	return err
}

// Stream turns the streaming of events on or off; it is on at the start.
func (p *Process) Stream(ctx context.Context, on bool) error {
	p.buf = append(p.buf[:0], 4)
	p.put(uint32(b2i(on)))
	_, _, err := p.request(ctx)
	return err
}

func (p *Process) put(words ...uint32) {
	for _, w := range words {
		p.buf = binary.LittleEndian.AppendUint32(p.buf, w)
	}
}

// request sends p.buf and handles frames up to the answer: the words read, or
// the body of a failed poll.
func (p *Process) request(ctx context.Context) (answer, failed []byte, err error) {
	if p.broken != nil {
		return nil, nil, p.broken
	}
	var head [4]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(p.buf)))
	// A write that fails means a dead process: its last frames say why.
	_, _ = p.in.Write(append(head[:], p.buf...))
	for {
		f, e := p.next(ctx)
		if e != nil {
			return nil, nil, p.fail(e)
		}
		switch f.kind {
		case 'R':
			return f.body, nil, nil
		case 'P':
			if len(f.body) != 8 {
				return nil, nil, p.fail(errors.New("malformed answer to a poll"))
			}
			return nil, f.body, nil
		case 'E':
			if p.events, e = decodeEvents(p.events[:0], f.body); e != nil {
				return nil, nil, p.fail(e)
			}
			if p.OnEvents == nil {
				continue
			}
			if e = p.OnEvents(p.events); e != nil {
				return nil, nil, p.fail(e)
			}
		case 'X':
			return nil, nil, p.fail(fmt.Errorf("the Verilated model: %s%s", f.body, p.lastWords()))
		default:
			return nil, nil, p.fail(fmt.Errorf("the Verilated model sent a frame of type %q", f.kind))
		}
	}
}

// fail ends the process and keeps the reason for later calls.
func (p *Process) fail(err error) error {
	if p.broken == nil {
		p.broken = err
	}
	p.cmd.Process.Kill()
	p.wait()
	return err
}

// wait reaps the process once.
func (p *Process) wait() error {
	p.closed.Do(func() {
		p.in.Close()
		for range p.frames { // readFrames ends with the pipe
		}
		p.exit = p.cmd.Wait()
	})
	return p.exit
}

// Close ends the process and waits for it. Waves are complete then.
func (p *Process) Close() error {
	if p.broken != nil {
		p.wait()
		return nil // its reason has been reported
	}
	p.broken = errors.New("the Verilated model is closed")
	if err := p.wait(); err != nil {
		return fmt.Errorf("the Verilated model: %w%s", err, p.lastWords())
	}
	return nil
}

// tailBuffer keeps the end of what is written to it.
type tailBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tailBuffer) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(b)
	if over := t.buf.Len() - 1<<14; over > 0 {
		t.buf.Next(over)
	}
	return len(b), nil
}

func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

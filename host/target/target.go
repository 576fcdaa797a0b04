// Package target is a board that runs a compiled program, seen from its port:
// it finds the board, checks that what runs there is the program, loads what has
// to be loaded, and is then an execution like any other. A virtual board
// (host/virtual) is a board.
//
// It flashes nothing by itself: Flash runs the tool that the board's data names.
package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// Options of Open.
type Options struct {
	Baud int // of a serial port; 0: link.DefaultBaud
	// Load writes all weights and parameters, not only those that the design's
	// memories do not begin with.
	Load bool
	// KeepInput leaves the input memory as it is instead of clearing it.
	KeepInput bool
}

// Target is a board that answered. Its methods may be called from one
// goroutine at a time.
type Target struct {
	port   string
	conn   *link.Conn
	dev    *host.Device
	loaded time.Duration

	recorded map[int]bool // plastic cores whose sums are of this session
}

// ProgramError says that the board runs the design of another program.
type ProgramError struct {
	Port      string
	Got, Want [16]byte
}

func (e *ProgramError) Error() string {
	return fmt.Sprintf("%s: the board runs program %.8x…, and this is %.8x…: build and deploy this one (snnc build, snnc deploy), or name the directory of that one",
		e.Port, e.Got, e.Want)
}

// VersionError says that the design's register map is not this snnc's.
type VersionError struct {
	Port      string
	Got, Want uint32
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("%s: the board's register map is version %d, and this snnc speaks %d: compile, build and deploy again with this snnc",
		e.Port, e.Got, e.Want)
}

// StrangerError says that something answered that is no machine of snnc.
type StrangerError struct {
	Port string
	Got  uint32
}

func (e *StrangerError) Error() string {
	return fmt.Sprintf("%s: what answers is no machine of snnc (register ID reads %#x): another board's port?", e.Port, e.Got)
}

// Open opens an address (link.Dial), checks the identity of what answers and
// the digest of its program, and loads the memories that the design has no
// image for.
func Open(ctx context.Context, address string, p *ir.Program, opt Options) (*Target, error) {
	line, err := link.Dial(ctx, address, opt.Baud)
	if err != nil {
		return nil, err
	}
	return Attach(ctx, line, address, p, opt)
}

// Attach is Open on a line that is open already; port is what messages call
// it. The Target owns the line.
func Attach(ctx context.Context, line io.ReadWriteCloser, port string, p *ir.Program, opt Options) (*Target, error) {
	baud := opt.Baud
	if baud == 0 {
		baud = link.DefaultBaud
	}
	// A full buffer's time there and back comes on top of the usual time.
	wait := 300*time.Millisecond + time.Duration(2*10*(1<<regmap.MaxBuffer))*time.Second/time.Duration(baud)
	t := &Target{port: port, conn: link.New(line, link.Options{Port: port, Timeout: wait})}
	if err := t.identify(ctx, p, opt); err != nil {
		t.conn.Close()
		return nil, err
	}
	return t, nil
}

func (t *Target) identify(ctx context.Context, p *ir.Program, opt Options) error {
	digest := p.DesignDigest()
	var err error
	t.dev, err = host.Open(ctx, t.conn, p, host.Options{Digest: &digest})
	var id *host.IdentityError
	if errors.As(err, &id) {
		switch id.Register {
		case "ID":
			return &StrangerError{t.port, id.Got}
		case "VERSION":
			return &VersionError{t.port, id.Got, id.Want}
		}
		var words [4]uint32
		if err := t.conn.Do(ctx, (&host.Batch{}).Read(regmap.Digest0, words[:])); err != nil {
			return err
		}
		e := &ProgramError{Port: t.port, Want: digest}
		for i, w := range words {
			e.Got[4*i], e.Got[4*i+1], e.Got[4*i+2], e.Got[4*i+3] = byte(w>>24), byte(w>>16), byte(w>>8), byte(w)
		}
		return e
	}
	if inner := errors.Unwrap(err); inner != nil { // the line's errors name the port and what to do
		return inner
	}
	if err != nil {
		return err
	}
	if opt.Load || t.dev.NeedsLoad() {
		if err := t.Load(ctx); err != nil {
			return err
		}
	}
	if !opt.KeepInput {
		return t.dev.ClearInput(ctx)
	}
	return nil
}

// Load writes weights and parameters of every core.
func (t *Target) Load(ctx context.Context) error {
	start := time.Now()
	if err := t.dev.LoadProgram(ctx); err != nil {
		return fmt.Errorf("%s: load the program: %w", t.port, err)
	}
	t.loaded = time.Since(start)
	return nil
}

// Update makes the board run another program for its design, by writing what
// differs (host.Device.Update).
func (t *Target) Update(ctx context.Context, p *ir.Program) error {
	_, err := t.dev.Update(ctx, p)
	return err
}

// LoadTime is how long Load took; 0 where nothing was loaded.
func (t *Target) LoadTime() time.Duration { return t.loaded }

// Port is the address.
func (t *Target) Port() string { return t.port }

// Stats of the link.
func (t *Target) Stats() link.Stats { return t.conn.Stats() }

// Device is the driver.
func (t *Target) Device() *host.Device { return t.dev }

// Run runs one sample.
func (t *Target) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	return t.dev.Run(ctx, frames)
}

// Configure loads a rule into the plasticity unit of a core.
func (t *Target) Configure(ctx context.Context, core int, cfg *ir.LearnConfig) error {
	return t.dev.Configure(ctx, core, cfg)
}

// End ends the sample of the last Run for the plasticity unit of a core. A
// board keeps the sums of whoever recorded last: those of others are not shown,
// and the first sample recorded here begins new ones.
func (t *Target) End(ctx context.Context, core int, cmd ir.LearnCommand) (ir.LearnState, error) {
	if t.recorded == nil {
		t.recorded = map[int]bool{}
	}
	cmd.Forget = cmd.Forget || !t.recorded[core]
	s, err := t.dev.End(ctx, core, cmd)
	if err != nil {
		return s, err
	}
	if cmd.Record {
		t.recorded[core] = true
	}
	if !t.recorded[core] {
		s.Count, s.Sums = 0, ir.LearnState{}.Sums
	}
	return s, nil
}

// Stored reads the weight memory of a plastic core.
func (t *Target) Stored(ctx context.Context, core int) ([]int32, error) {
	return t.dev.Stored(ctx, core)
}

// Restore gives the plastic cores the program's weights, whatever a session
// before this one has left.
func (t *Target) Restore(ctx context.Context) error {
	p := t.dev.Program()
	for i := range p.Cores {
		if p.Cores[i].Plastic == nil {
			continue
		}
		if err := t.dev.WriteMemory(ctx, i, regmap.Weights, host.Image(&p.Cores[i], regmap.Weights)); err != nil {
			return err
		}
	}
	return nil
}

// SetStored writes the weight memory of a plastic core.
func (t *Target) SetStored(ctx context.Context, core int, w []int32) error {
	return t.dev.SetStored(ctx, core, w)
}

// Close closes the port. The board goes on.
func (t *Target) Close() error { return t.conn.Close() }

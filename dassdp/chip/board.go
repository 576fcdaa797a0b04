package chip

import (
	"context"
	"errors"
	"time"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/ir"
)

// restoreTime is the most that a board may take to get its program back.
const restoreTime = time.Minute

// board is a board that runs the design, real or virtual.
type board struct {
	target *target.Target
	base   *ir.Program // that it was deployed with
	dir    string      // of the design; "": it is an overlay
	lost   bool
}

func (b *board) load(ctx context.Context, c *compiler.Compiled) error {
	return b.keep(b.target.Update(ctx, c.Program))
}

func (b *board) runner(context.Context, int) (backend.Runner, error) { return b, nil }

// Run implements backend.Runner.
func (b *board) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	r, err := b.target.Run(ctx, frames)
	return r, b.keep(err)
}

// keep remembers that the board cannot be talked to any more.
func (b *board) keep(err error) error {
	b.lost = b.lost || err != nil && !errors.Is(err, context.Canceled)
	return err
}

func (b *board) workers() int { return 1 }

// close gives the board back what it was deployed with, interrupted or not: what
// its digest names is what it then runs. An overlay has no program of its own.
func (b *board) close(ctx context.Context) (err error) {
	if !b.lost && b.dir != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreTime)
		defer cancel()
		err = b.target.Update(ctx, b.base)
	}
	return errors.Join(err, b.target.Close())
}

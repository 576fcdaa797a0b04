package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/host/virtual"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/verilator"
)

// hardwareFlags are where compare's last rungs run.
type hardwareFlags struct {
	portFlags
	dir string // built design, made once
	b   *board.Board
	set *virtual.Model
}

// noTool tells a program that is not installed from other errors.
func noTool(err error) bool {
	var a *verilator.MissingToolError
	var b *flow.MissingToolError
	return errors.As(err, &a) || errors.As(err, &b)
}

// execution makes a rung; release gives back what it holds, also on an error.
func (h *hardwareFlags) execution(ctx context.Context, name string, r *built, bar *progress) (x backend.Execution, release func(), err error) {
	p := r.compiled.Program
	x, release = backend.Execution{Name: name, Clocked: true}, func() {}
	if name == "board" {
		b, err := h.open(ctx, "", p)
		if err != nil {
			return x, release, err
		}
		x.Workers, x.Wall = 1, true
		x.New = func() (backend.Runner, error) { return b, nil }
		return x, func() { b.Close() }, nil
	}
	if h.board == "" {
		return x, release, fmt.Errorf("execution %s needs --board NAME: it is what snnc build makes for a board", name)
	}
	if h.b, err = wantedBoard(h.board); err != nil {
		return x, release, err
	}
	if h.dir == "" {
		tmp, err := os.MkdirTemp("", "snnc-build-")
		if err != nil {
			return x, release, err
		}
		release = func() { os.RemoveAll(tmp) }
		h.dir = filepath.Join(tmp, "design")
		if err := os.Mkdir(h.dir, 0o755); err != nil {
			return x, release, err
		}
		if _, err := fillDesign(h.dir, r, compiler.NewReport(r.compiled, r.digest, compiler.Hardware{}), rtl.Options{}); err != nil {
			return x, release, err
		}
		bar.note("building for " + h.b.Name)
		if err := buildAsUsual(ctx, h.dir, p, h.b); err != nil {
			return x, release, err
		}
	}
	bar.note("building the Verilated " + name)
	m, err := virtual.Build(ctx, h.dir, name, h.b, virtual.Options{})
	if err != nil {
		return x, release, err
	}
	var mu sync.Mutex
	var open []*target.Target
	folder := release
	release = func() {
		for _, t := range open {
			t.Close()
		}
		folder()
	}
	x.New = func() (backend.Runner, error) {
		process, err := m.Start(ctx)
		if err != nil {
			return nil, err
		}
		t, err := target.Attach(ctx, ended{process}, "the "+name, p, target.Options{})
		if err != nil {
			return nil, err
		}
		mu.Lock()
		open = append(open, t)
		mu.Unlock()
		return t, nil
	}
	return x, release, nil
}

// ended is a model that ends when its line is closed.
type ended struct{ *verilator.SerialProcess }

func (e ended) Close() error { return e.Kill() }

// buildAsUsual is snnc build without options: from the cache where it was
// built before.
func buildAsUsual(ctx context.Context, dir string, p *ir.Program, b *board.Board) error {
	o := flow.Options{Seed: 1, Seeds: 1}
	design, err := flow.ReadDesign(dir)
	if err != nil {
		return err
	}
	e := compiler.EstimateOn(p, b.Name, hardwareOf(design, false))
	if err := e.Hopeless(); err != nil {
		return fmt.Errorf("%w; %s", err, e.Remedy())
	}
	if e.SinglePort > 0 {
		if o.Design, err = forSinglePort(design, p, e.SinglePort); err != nil {
			return err
		}
	}
	o.NoDSP = e.WithoutDSP
	_, err = flow.Build(ctx, dir, b, o)
	return err
}

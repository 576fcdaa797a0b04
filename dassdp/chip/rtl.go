package chip

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/verilator"
)

// models are Verilated models of the design, one a worker. They are built once;
// every update then writes what has changed, as a host does on a board.
type models struct {
	design         *Design
	note, progress func(string)

	base    *ir.Program // of the models' design; nil: none is built
	digest  [16]byte
	dir     string // of the Verilog
	own     bool   // dir is ours
	running []*verilator.Runner
	p       *ir.Program
}

func (m *models) load(ctx context.Context, c *compiler.Compiled) error {
	m.p = c.Program
	if m.base != nil {
		err := m.p.SameDesign(m.base)
		if err == nil || m.p.Overlay != nil {
			return nil
		}
		if m.design.Dir != "" {
			return m.design.another(err)
		}
		m.note(fmt.Sprintf("the design is no longer that of the last update (%v): building another model", err))
		if err := m.close(ctx); err != nil {
			return err
		}
	}
	if d := m.design; d.Dir != "" {
		m.base, m.digest, m.dir = d.Program, d.Program.DesignDigest(), d.Dir
		return nil
	}
	if _, err := verilator.FindTools(); err != nil {
		return err
	}
	// Its digest is that of what all updates share: a later training finds the
	// model in the cache, whatever its weights are.
	digest := m.p.Structure().DesignDigest()
	design, err := rtl.Emit(m.p, rtl.Options{Digest: digest, Tool: compiler.Version})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "snnc-rtl-")
	if err != nil {
		return err
	}
	m.dir, m.own = dir, true
	m.base, m.digest = m.p, digest
	return design.Write(dir)
}

func (m *models) runner(ctx context.Context, i int) (backend.Runner, error) {
	for len(m.running) <= i {
		if i == 0 {
			m.progress("building the Verilated model")
		}
		r, err := verilator.Open(ctx, m.base, m.dir, verilator.FastRun, verilator.Options{Digest: &m.digest})
		if err != nil {
			return nil, err
		}
		m.running = append(m.running, r)
	}
	if _, err := m.running[i].Update(ctx, m.p); err != nil {
		return nil, err
	}
	return m.running[i], nil
}

func (m *models) workers() int { return 0 }

func (m *models) close(context.Context) error {
	var errs []error
	for _, r := range m.running {
		errs = append(errs, r.Close())
	}
	if m.own {
		errs = append(errs, os.RemoveAll(m.dir))
	}
	m.running, m.base, m.own = nil, nil, false
	return errors.Join(errs...)
}

package chip

import (
	"context"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/sim"
)

// simulated runs in Go: nothing stays from one program to the next.
type simulated struct {
	fixed    bool
	compiled *compiler.Compiled
}

func (m *simulated) load(_ context.Context, c *compiler.Compiled) error {
	m.compiled = c
	return nil
}

func (m *simulated) runner(context.Context, int) (backend.Runner, error) {
	if m.fixed {
		return reference.NewFixed(m.compiled.Network)
	}
	return sim.New(m.compiled.Program, sim.Options{})
}

func (m *simulated) workers() int                { return 0 }
func (m *simulated) close(context.Context) error { return nil }

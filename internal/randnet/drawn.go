package randnet

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// Drawn is a random network that can be compiled and driven.
type Drawn interface {
	Compile(ctx context.Context) (*compiler.Compiled, error)
	// Stimuli draws sample i, one stimulus for each input of the compiled network.
	Stimuli(c *compiler.Compiled, i int) []*ir.Frames
}

// Draw draws case seed: graphs and mapped networks in turn.
func Draw(seed uint64) Drawn {
	if seed%2 == 0 {
		return New(seed / 2)
	}
	return NewMapped(seed / 2)
}

// Compile compiles the graph.
func (c *Case) Compile(ctx context.Context) (*compiler.Compiled, error) {
	return compiler.Compile(ctx, c.Graph, fmt.Sprintf("random_%d", c.Seed), c.Options, compiler.Hooks{})
}

// Stimuli implements Drawn.
func (c *Case) Stimuli(out *compiler.Compiled, i int) []*ir.Frames {
	return []*ir.Frames{c.Sample(out.Network.Inputs[0].N, i)}
}

// Compile maps the network.
func (m *Mapped) Compile(ctx context.Context) (*compiler.Compiled, error) {
	return compiler.Map(ctx, m.Network, m.Options, compiler.Hooks{})
}

// Stimuli implements Drawn.
func (m *Mapped) Stimuli(_ *compiler.Compiled, i int) []*ir.Frames { return m.Samples(i) }

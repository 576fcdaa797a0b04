package main

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// compiledChip is chip-in-the-loop training's forward pass: before every batch
// the network is compiled as it then is, with every population an output, and
// runs on one rung of the ladder.
type compiledChip struct {
	name    string // fixed, sim or rtl
	model   string
	opt     compiler.Options
	outputs map[string]string // population → the output that shows it

	exec     backend.Execution
	compiled *compiler.Compiled
	done     func()
}

// Load implements trainer.Chip.
func (c *compiledChip) Load(ctx context.Context, g *ir.Graph) error {
	c.close()
	c.show(g)
	var err error
	if c.compiled, err = compiler.Compile(ctx, g, c.model, c.opt, compiler.Hooks{}); err != nil {
		return fmt.Errorf("option forward: %w", err)
	}
	r := &built{compiled: c.compiled, digest: fmt.Sprintf("%x", c.compiled.Program.Digest())}
	bar := newProgress(0)
	execs, _, done, err := executions(ctx, []string{c.name}, r, &hardwareFlags{}, bar)
	bar.finish()
	if err != nil {
		done()
		return fmt.Errorf("option forward: %w", err)
	}
	c.exec, c.done = execs[0], done
	return nil
}

// show gives every population an output.
func (c *compiledChip) show(g *ir.Graph) {
	c.outputs = map[string]string{}
	for _, e := range g.Edges {
		if at := g.Find(e.To); at >= 0 && g.Nodes[at].Op.Kind() == "Output" {
			c.outputs[e.From] = e.To
		}
	}
	for _, n := range append([]ir.Node(nil), g.Nodes...) {
		if _, shown := c.outputs[n.Name]; shown || !spikes(n.Op) {
			continue
		}
		name := n.Name + " (shown)"
		for g.Find(name) >= 0 {
			name += "'"
		}
		c.outputs[n.Name] = name
		shape := ir.NewTensor(ir.Int64, []int{1}, []float64{1}) // the compiler takes the population's
		g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: &ir.Output{Shape: shape}})
		g.Edges = append(g.Edges, ir.Edge{From: n.Name, To: name})
		g.Normalise()
	}
}

func spikes(op ir.Op) bool {
	switch op.(type) {
	case *ir.LIF, *ir.IF, *ir.CubaLIF, *ir.Threshold:
		return true
	}
	return false
}

// Run implements trainer.Chip.
func (c *compiledChip) Run(ctx context.Context, stimuli []*ir.Frames, populations []string) ([][][]uint8, error) {
	out := make([][][]uint8, len(stimuli))
	err := backend.Batch(ctx, len(stimuli), c.exec.Workers, c.exec.New,
		func(i int) ([]*ir.Frames, error) { return []*ir.Frames{stimuli[i]}, nil },
		func(i int, r *ir.Result) error {
			for _, p := range populations {
				found := false
				for k := range r.Outputs {
					if r.Outputs[k].Name == c.outputs[p] {
						out[i], found = append(out[i], r.Outputs[k].Spikes), true
					}
				}
				if !found {
					return fmt.Errorf("option forward: no output shows %q", p)
				}
			}
			return nil
		})
	return out, err
}

func (c *compiledChip) close() {
	if c.done != nil {
		c.done()
		c.done = nil
	}
}

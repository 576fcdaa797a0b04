// Package chip runs the forward pass of a training on an execution of the
// compiled network: the references, the simulator, the Verilated RTL or a board.
//
// chip.go       the trainer.Chip: every update is compiled for one machine
// design.go     that machine: formats and sizes that stay, in memory or in a directory
// simulated.go  executions in Go
// rtl.go        Verilated models, which take new weights over their host bus
// board.go      a board, the same over its link
// limits.go     what of a network its machine holds no longer
//
// Invariants: the formats follow from the network as it is before its first
// update and never change in a run, so that all executions give the same spikes,
// and a training that is resumed the same bits; every population is an output of
// the program, so that a board's spikes are all there are.
package chip

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/ir"
)

// Executions are where a forward pass can run.
func Executions() []string { return []string{"fixed", "sim", "rtl", "board"} }

// Options of New.
type Options struct {
	On      string // one of Executions
	Model   string // name of the program
	Compile compiler.Options
	// Changing tells whose decays are trained; nil: nobody's.
	Changing func(population string) bool
	// Design is the machine; nil: one is made for the network, or it is the overlay.
	Design *Design
	// Open opens the board that runs the program's design and loads all of it.
	Open func(ctx context.Context, p *ir.Program) (*target.Target, error)
	// Note tells what the user should know, Progress what takes a while; nil: nobody.
	Note, Progress func(text string)
}

// Chip implements trainer.Chip.
type Chip struct {
	opt     Options
	design  *Design
	machine machine
	noted   map[string]bool

	compiled *compiler.Compiled
	index    map[string]int // population → output that shows it
}

// machine runs programs of a design.
type machine interface {
	// load takes over a program before samples run.
	load(ctx context.Context, c *compiler.Compiled) error
	// runner gives worker i, which runs the program.
	runner(ctx context.Context, i int) (backend.Runner, error)
	// workers is how many there can be; 0: one a processor.
	workers() int
	close(ctx context.Context) error
}

// New prepares the execution for the network as it is before its first update.
// A board is opened and identified; models are built when the first batch runs.
func New(ctx context.Context, g *ir.Graph, o Options) (*Chip, error) {
	for _, f := range []*func(string){&o.Note, &o.Progress} {
		if *f == nil {
			*f = func(string) {}
		}
	}
	c := &Chip{opt: o, design: o.Design, noted: map[string]bool{}}
	compiled, err := c.prepare(ctx, g)
	if err != nil {
		return nil, err
	}
	switch o.On {
	case "fixed", "sim":
		c.machine = &simulated{fixed: o.On == "fixed"}
	case "rtl":
		c.machine = &models{design: c.design, note: o.Note, progress: o.Progress}
	case "board":
		if o.Design == nil && o.Compile.Overlay == nil {
			return nil, fmt.Errorf("a board runs one design: give that of the training, or an overlay")
		}
		base := compiled.Program
		if o.Design != nil {
			base = o.Design.Program
		}
		o.Progress("opening the board")
		t, err := o.Open(ctx, base)
		if err != nil {
			return nil, err
		}
		c.machine = &board{target: t, base: base, dir: c.design.Dir}
	default:
		return nil, fmt.Errorf("execution %q; allowed are %v", o.On, Executions())
	}
	return c, nil
}

// prepare fixes the design and compiles for it.
func (c *Chip) prepare(ctx context.Context, g *ir.Graph) (*compiler.Compiled, error) {
	if c.design == nil {
		compiled, d, err := Choose(ctx, g, c.opt)
		c.design = d
		return compiled, err
	}
	c.design.Hardware.into(&c.opt.Compile)
	compiled, _, err := c.compile(ctx, g)
	if err != nil {
		return nil, err
	}
	if err := compiled.Program.SameDesign(c.design.Program); err != nil {
		return nil, c.design.another(err)
	}
	return compiled, nil
}

// Choose makes a design for a network that is to be trained, and the program of
// the network as it is now.
func Choose(ctx context.Context, g *ir.Graph, o Options) (*compiler.Compiled, *Design, error) {
	d := &Design{Hardware: hardwareOf(&o.Compile)}
	changing := o.Changing
	if changing == nil {
		changing = func(string) bool { return false }
	}
	shown, _ := show(g)
	var err error
	if d.Formats, err = compiler.FormatsFor(shown, o.Model, o.Compile, changing); err != nil {
		return nil, nil, fmt.Errorf("the forward pass on a chip: %w", err)
	}
	c := &Chip{opt: o, design: d}
	compiled, _, err := c.compile(ctx, g)
	if err != nil {
		return nil, nil, err
	}
	d.Program = compiled.Program
	return compiled, d, nil
}

func (c *Chip) compile(ctx context.Context, g *ir.Graph) (*compiler.Compiled, map[string]int, error) {
	shown, outputs := show(g)
	compiled, err := compiler.CompileFor(ctx, shown, c.opt.Model, c.opt.Compile, c.design.Formats, compiler.Hooks{})
	if err != nil {
		return nil, nil, fmt.Errorf("the forward pass on a chip: %w", err)
	}
	index := map[string]int{}
	for population, output := range outputs {
		for k := range compiled.Program.Outputs {
			if compiled.Program.Outputs[k].Name == output {
				index[population] = k
			}
		}
	}
	return compiled, index, nil
}

// Load implements trainer.Chip.
func (c *Chip) Load(ctx context.Context, g *ir.Graph) error {
	var err error
	if c.compiled, c.index, err = c.compile(ctx, g); err != nil {
		return err
	}
	for _, l := range limits(c.compiled.Network) {
		if !c.noted[l.population] {
			c.noted[l.population] = true
			c.opt.Note(l.text)
		}
	}
	return c.machine.load(ctx, c.compiled)
}

// Run implements trainer.Chip.
func (c *Chip) Run(ctx context.Context, stimuli []*ir.Frames, populations []string) ([][][]uint8, error) {
	out := make([][][]uint8, len(stimuli))
	worker := 0
	err := backend.Batch(ctx, len(stimuli), c.machine.workers(),
		func() (backend.Runner, error) {
			worker++
			return c.machine.runner(ctx, worker-1)
		},
		func(i int) ([]*ir.Frames, error) { return []*ir.Frames{stimuli[i]}, nil },
		func(i int, r *ir.Result) error {
			for _, p := range populations {
				k, ok := c.index[p]
				if !ok {
					return fmt.Errorf("no output shows population %q", p)
				}
				out[i] = append(out[i], r.Outputs[k].Spikes)
			}
			return nil
		})
	return out, err
}

// Identity tells apart the machines whose spikes differ.
func (c *Chip) Identity() string {
	o := &c.opt.Compile
	b, err := json.Marshal(struct {
		F compiler.Formats
		O *ir.Overlay
		T int
	}{c.design.Formats, o.Overlay, o.ThresholdBits})
	if err != nil {
		panic(err) // integers and names
	}
	sum := sha256.Sum256(b)
	return fmt.Sprintf("%x", sum[:4])
}

// Close gives back what the execution holds. A board gets the program back that
// it was deployed with.
func (c *Chip) Close(ctx context.Context) error { return c.machine.close(ctx) }

// show gives every spiking population an output, and returns each one's.
func show(g *ir.Graph) (*ir.Graph, map[string]string) {
	g = &ir.Graph{Name: g.Name, Version: g.Version, Metadata: g.Metadata, Nodes: append([]ir.Node(nil), g.Nodes...), Edges: append([]ir.Edge(nil), g.Edges...)}
	outputs := map[string]string{}
	for _, e := range g.Edges {
		if at := g.Find(e.To); at >= 0 && g.Nodes[at].Op.Kind() == "Output" {
			outputs[e.From] = e.To
		}
	}
	for _, n := range append([]ir.Node(nil), g.Nodes...) {
		if _, shown := outputs[n.Name]; shown || !spikes(n.Op) {
			continue
		}
		name := n.Name + " (shown)"
		for g.Find(name) >= 0 {
			name += "'"
		}
		outputs[n.Name] = name
		shape := ir.NewTensor(ir.Int64, []int{1}, []float64{1}) // the compiler takes the population's
		g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: &ir.Output{Shape: shape}})
		g.Edges = append(g.Edges, ir.Edge{From: n.Name, To: name})
		g.Normalise()
	}
	return g, outputs
}

func spikes(op ir.Op) bool {
	switch op.(type) {
	case *ir.LIF, *ir.IF, *ir.CubaLIF, *ir.Threshold:
		return true
	}
	return false
}

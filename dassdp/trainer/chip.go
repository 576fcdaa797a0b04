package trainer

import (
	"context"
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
)

// Chip is an execution whose spikes drive the update: the forward pass runs
// there, and the backward pass goes through the spikes that it gave, with the
// surrogate at the membranes that real numbers reach under these spikes.
type Chip interface {
	// Load takes over the weights, before every batch.
	Load(ctx context.Context, g *ir.Graph) error
	// Run gives the spikes of every named population for each stimulus:
	// [stimulus][population], [step·n + neuron] in the order of files.
	Run(ctx context.Context, stimuli []*ir.Frames, populations []string) ([][][]uint8, error)
}

// ChipError says that a forward pass did not come back from the chip. The
// training is as it was after the last update.
type ChipError struct{ Err error }

func (e *ChipError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *ChipError) Unwrap() error { return e.Err }

// UseChip makes the training's forward passes run on c.
func (t *Trainer) UseChip(c Chip) { t.chip = c }

// Populations lists the spiking populations in the order of the graph.
func (n *Network) Populations() []string {
	var out []string
	for _, node := range n.graph.Nodes {
		if l := n.neurons[node.Name]; l != nil && !l.Graded {
			out = append(out, node.Name)
		}
	}
	return out
}

// onChip runs the loaded batch on the chip and puts its spikes where the
// forward pass then leaves them.
func (t *Trainer) onChip(ctx context.Context, r *run, index []int) error {
	n := t.Net
	if err := t.chip.Load(ctx, n.Graph()); err != nil {
		return &ChipError{err}
	}
	x, in := n.inputs[0], t.opt.Compile.Input
	size := x.steps(r.T) * x.n
	stimuli := make([]*ir.Frames, len(index))
	for k := range stimuli {
		f := &ir.Frames{Steps: r.T, N: x.n, Bits: in.Bits, Signed: in.Signed, Held: in.Held, Scale: in.Scale, Values: make([]int32, size)}
		for i, v := range t.files[k*size : (k+1)*size] {
			f.Values[i] = int32(math.Round(float64(v) / in.Scale))
		}
		stimuli[k] = f
	}
	names := n.Populations()
	spikes, err := t.chip.Run(ctx, stimuli, names)
	if err != nil {
		return &ChipError{err}
	}
	for p, name := range names {
		l := n.neurons[name]
		inner := toInner(l.y.grid)
		for k := range index {
			from := spikes[k][p]
			if len(from) != r.T*l.n {
				return fmt.Errorf("the forward pass gave %d spikes of %q; want %d", len(from), name, r.T*l.n)
			}
			for step := range r.T {
				to, s := l.y.v[(step*r.batch+k)*l.n:][:l.n], from[step*l.n:]
				for i := range to {
					f := i
					if inner != nil {
						f = inner[i]
					}
					to[i] = float32(s[f])
				}
			}
		}
	}
	r.forced = true
	return nil
}

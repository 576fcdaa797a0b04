package trainer

import (
	"context"

	"github.com/snnc/snnc/ir"
)

// Chip is an execution whose spikes drive the update: the forward pass runs
// there, the backward pass here.
type Chip interface {
	// Load takes over the weights.
	Load(ctx context.Context, g *ir.Graph) error
	// Run gives the spikes of the named populations for a sample of the data:
	// spikes[population][step·n + neuron], in the order of files.
	Run(ctx context.Context, sample int, populations []string) ([][]uint8, error)
}

// onChip is filled in chip-in-the-loop training.
func (t *Trainer) onChip(ctx context.Context, r *run, d *Data, index []int, number uint64) error {
	r.forced = true
	return nil
}

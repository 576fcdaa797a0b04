package sim

import "github.com/snnc/snnc/numerics"

// The memories of a core as a host window shows them after a run. The slices
// are the machine's own: they change with the next run and must not be written.

// State returns the membranes of a core, padding neurons included: [G·P].
func (m *Machine) State(core int) []int32 { return m.cores[core].memory.V }

// Current returns the kept sums of the held segments, padding neurons
// included: [G·P], or nil if the core holds none.
func (m *Machine) Current(core int) []int32 { return m.cores[core].current }

// Spikes returns the spike memory of a core: [SpikeDepth]. A word whose valid
// bit is 0 reads as 0; no zero word is ever sent, so the others are not 0.
func (m *Machine) Spikes(core int) []uint32 { return m.cores[core].spikes }

// Valid returns the valid bits of the spike memory.
func (m *Machine) Valid(core int) []bool {
	out := make([]bool, len(m.cores[core].spikes))
	for i, w := range m.cores[core].spikes {
		out[i] = w != 0
	}
	return out
}

// Input returns the input memory of a core: [InputDepth], 0 where no input
// has words.
func (m *Machine) Input(core int) []uint32 { return m.cores[core].input }

// Memories returns all that the neurons of a core keep.
func (m *Machine) Memories(core int) numerics.Memories { return m.cores[core].memory }

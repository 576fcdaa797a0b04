package numerics

import "math/bits"

// Columns are the parameters of many neurons of one model, one value for each.
type Columns struct {
	Decay     []int32
	SynDecay  []int32 // of Current models; may be nil otherwise
	Threshold []int32
	Bias      []int32
	VBias     []int32 // of Current models; may be nil otherwise
	Reset     []int32 // used by ResetValue only; may be nil otherwise
}

// Memories is the memory of many neurons of one model.
type Memories struct {
	V    []int32
	I    []int32 // nil unless Current
	Wait []uint8 // nil unless Refractory
}

// NewMemories returns the memory of n neurons, all 0.
func (m *Model) NewMemories(n int) Memories {
	s := Memories{V: make([]int32, n)}
	if m.Current {
		s.I = make([]int32, n)
	}
	if m.Refractory > 0 {
		s.Wait = make([]uint8, n)
	}
	return s
}

// UpdateAll computes one step of len(s.V) neurons: the same as Update on each.
// acc holds the synapse sums; the states are replaced. Bit n of spikes (word
// n/64, bit n%64) becomes neuron n's spike; spikes must have ceil(n/64) words,
// all of which are written. before, if not nil, receives the membranes before
// the reset. It returns the number of spikes.
func (m *Model) UpdateAll(c *Columns, first bool, acc []int32, s *Memories, before []int32, spikes []uint64) int {
	frac, bias := m.Frac, c.Bias
	if m.Current {
		m.integrate(c, first, acc, s.I)
		acc, frac, bias = s.I, 0, c.VBias
	}
	if m.Refractory == 0 {
		return m.membranes(c, bias, frac, first, acc, s.V, before, spikes)
	}
	if first {
		clear(s.Wait)
	}
	stay := append([]int32(nil), s.V...)
	if before == nil {
		before = make([]int32, len(s.V))
	}
	m.membranes(c, bias, frac, first, acc, s.V, before, spikes)
	count := 0
	for i, w := range s.Wait {
		bit := uint64(1) << (i & 63)
		switch {
		case w > 0:
			s.V[i], before[i], s.Wait[i] = stay[i], stay[i], w-1
			spikes[i>>6] &^= bit
		case spikes[i>>6]&bit != 0:
			s.Wait[i] = uint8(m.Refractory)
			count++
		}
	}
	return count
}

// integrate takes the currents a step on: Leak and Saturate of every neuron.
func (m *Model) integrate(c *Columns, first bool, acc, current []int32) {
	if first {
		clear(current)
	}
	var k kernel
	k.set(m, m.Frac, false)
	for base := 0; base < len(current); base += 64 {
		end := min(base+64, len(current))
		// A current has no threshold; what it would exceed is not looked at.
		k.update(current[base:end], acc[base:end], c.SynDecay[base:end], c.Bias[base:end], c.Bias[base:end])
	}
}

// membranes takes the membranes a step on under the drive acc·2^frac + bias.
func (m *Model) membranes(c *Columns, bias []int32, frac int, first bool, acc, v, before []int32, spikes []uint64) int {
	if first {
		clear(v)
	}
	var k kernel
	k.set(m, frac, m.Reset == ResetDelayed && !first && !m.Graded)
	count := 0
	for base := 0; base < len(v); base += 64 {
		end := min(base+64, len(v))
		word := k.update(v[base:end], acc[base:end], c.Decay[base:end], bias[base:end], c.Threshold[base:end])
		if m.Graded {
			word = 0
		}
		spikes[base>>6] = word
		count += bits.OnesCount64(word)
	}
	if before != nil {
		copy(before, v)
	}
	if count > 0 && (m.Reset == ResetValue || m.Reset == ResetSubtract) {
		m.resetAll(c, v, spikes)
	}
	return count
}

// resetAll resets the membranes of the neurons that fired.
func (m *Model) resetAll(c *Columns, v []int32, spikes []uint64) {
	for w, word := range spikes[:(len(v)+63)/64] {
		for ; word != 0; word &= word - 1 {
			i := w<<6 | bits.TrailingZeros64(word)
			if m.Reset == ResetValue {
				v[i] = c.Reset[i]
			} else {
				v[i] -= c.Threshold[i]
			}
		}
	}
}

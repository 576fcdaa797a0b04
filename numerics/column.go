package numerics

import "math/bits"

// Columns are the parameters of many neurons of one model, one value for each.
type Columns struct {
	Decay     []int32
	Threshold []int32
	Bias      []int32
	Reset     []int32 // used by ResetValue only; may be nil otherwise
}

// UpdateAll computes one step of len(v) neurons: the same as Update on each.
// acc holds the synapse sums and v the membranes, which are replaced. Bit n of
// spikes (word n/64, bit n%64) becomes neuron n's spike; spikes must have
// ceil(len(v)/64) words, all of which are written. before, if not nil,
// receives the membranes before the reset. It returns the number of spikes.
//
// The neurons are independent, so the loop keeps everything in registers and
// makes the comparison without a branch; only a spike, which is rare, branches.
func (m *Model) UpdateAll(c *Columns, first bool, acc, v, before []int32, spikes []uint64) int {
	n := len(v)
	acc, decay, threshold, bias := acc[:n], c.Decay[:n], c.Threshold[:n], c.Bias[:n]
	if first {
		clear(v)
	}
	half := uint64(1) << m.DecayBits >> 1
	if m.TowardZero {
		half = 0
	}
	frac, decayBits := uint(m.Frac)&63, uint(m.DecayBits)&63
	lo, hi := Min(m.StateBits), Max(m.StateBits)
	// v >= θ is v > θ−1 on integers.
	var strict int64
	if m.AtLeast {
		strict = 1
	}
	delayed := m.Reset == ResetDelayed && !first && !m.Graded
	count := 0
	for base := 0; base < n; base += 64 {
		var word uint64
		for i := base; i < min(base+64, n); i++ {
			x := int64(v[i])
			sign := x >> 63
			leaked := int64((uint64((x^sign)-sign)*uint64(uint32(decay[i])) + half) >> decayBits)
			sum := (leaked ^ sign) - sign + int64(acc[i])<<frac + int64(bias[i])
			level := int64(threshold[i]) - strict
			if delayed && x > level {
				sum -= int64(threshold[i])
			}
			sum = min(max(sum, lo), hi)
			v[i] = int32(sum)
			word |= uint64(level-sum) >> 63 << (uint(i) & 63)
		}
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

package numerics

// Reset says what a spike does to the membrane (section 4).
type Reset uint8

// The resets of the machine, in the order of ir.Reset.
const (
	ResetNone     Reset = iota
	ResetValue          // the membrane becomes the reset value
	ResetSubtract       // the threshold comes off at once
	ResetDelayed        // the threshold comes off one step later, after the leak
)

// Model is what all neurons of a population or core share.
type Model struct {
	StateBits  int  // SB, 2..32
	Frac       int  // F, 0..15
	DecayBits  int  // DB, 0..16
	TowardZero bool // rounding of the leak; else to nearest
	AtLeast    bool // fires where v' >= threshold; else strictly greater
	Graded     bool // never fires; the output is v'
	Reset      Reset
}

// Params are the integers of one neuron. Threshold, Bias and Reset are in
// state units and fit Model.StateBits.
type Params struct {
	Decay     int32 // 0..2^DecayBits
	Threshold int32
	Bias      int32
	Reset     int32
}

// Update computes one step of one neuron with stored membrane v and synapse
// sum acc. first marks the first step of a sample, in which the membrane is 0
// and has not fired, whatever v says. It returns the membrane before the
// reset (v'), whether the neuron fires, and the membrane to store.
//
// This is the page written out, and the oracle for UpdateAll.
func (m *Model) Update(p Params, first bool, v, acc int32) (before int32, spike bool, after int32) {
	if first {
		v = 0
	}
	sum := int64(Leak(v, p.Decay, m.DecayBits, m.TowardZero)) + int64(acc)<<m.Frac + int64(p.Bias)
	if m.Reset == ResetDelayed && !first && m.fires(p, v) {
		sum -= int64(p.Threshold)
	}
	before = int32(Saturate(m.StateBits, sum))
	spike = m.fires(p, before)
	after = before
	if spike {
		switch m.Reset {
		case ResetValue:
			after = p.Reset
		case ResetSubtract:
			after = before - p.Threshold
		}
	}
	return before, spike, after
}

func (m *Model) fires(p Params, v int32) bool {
	switch {
	case m.Graded:
		return false
	case m.AtLeast:
		return v >= p.Threshold
	default:
		return v > p.Threshold
	}
}

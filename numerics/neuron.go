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
	Current    bool // the synapses drive a current with a leak of its own
	Refractory int  // steps after a spike in which the membrane stays, 0..255; not with ResetDelayed
}

// Params are the integers of one neuron. All but the decays are in state
// units and fit Model.StateBits.
type Params struct {
	Decay     int32 // 0..2^DecayBits
	SynDecay  int32 // of the current, likewise
	Threshold int32
	Bias      int32 // beside the synapse sum
	VBias     int32 // beside the current; used by Current models only
	Reset     int32
}

// Memory is what one neuron keeps.
type Memory struct {
	V    int32
	I    int32 // of Current models
	Wait uint8 // steps for which the membrane still stays
}

// Update computes one step of one neuron with stored state s and synapse sum
// acc. first marks the first step of a sample, in which the state is 0 and
// the neuron has not fired, whatever s says. It returns the membrane before
// the reset (v'), whether the neuron fires, and the state to store.
//
// This is the page written out, and the oracle for UpdateAll.
func (m *Model) Update(p Params, first bool, s Memory, acc int32) (before int32, spike bool, after Memory) {
	if first {
		s = Memory{}
	}
	drive := int64(acc)<<m.Frac + int64(p.Bias)
	if m.Current {
		after.I = int32(Saturate(m.StateBits, int64(Leak(s.I, p.SynDecay, m.DecayBits, m.TowardZero))+drive))
		drive = int64(after.I) + int64(p.VBias)
	}
	if s.Wait > 0 {
		after.V, after.Wait = s.V, s.Wait-1
		return s.V, false, after
	}
	sum := int64(Leak(s.V, p.Decay, m.DecayBits, m.TowardZero)) + drive
	if m.Reset == ResetDelayed && !first && m.fires(p, s.V) {
		sum -= int64(p.Threshold)
	}
	before = int32(Saturate(m.StateBits, sum))
	spike = m.fires(p, before)
	after.V = before
	if spike {
		after.Wait = uint8(m.Refractory)
		switch m.Reset {
		case ResetValue:
			after.V = p.Reset
		case ResetSubtract:
			after.V = before - p.Threshold
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

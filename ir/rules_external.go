package ir

import "fmt"

// source finds the input whose words a segment reads, nil if none holds its
// first word, and the word of the input's step at which it begins.
func (at segmentAt) source() (*InputPort, int) {
	base := at.c.InputBase + at.s.Base
	for i := range at.p.Inputs {
		in := &at.p.Inputs[i]
		if base >= in.Base && base < in.Base+in.Words() {
			return in, base - in.Base
		}
	}
	return nil, 0
}

func checkExternalPlane(at segmentAt, r *report) {
	s := at.s
	if !s.External {
		return
	}
	in, word := at.source()
	if in == nil {
		r.fault("Base", s.Base, "word %d of the input space is in the first slot of no input", at.c.InputBase+s.Base)
		return
	}
	first := word % in.PlaneWords
	if first+s.Words > in.PlaneWords {
		r.fault("Words", s.Words, "it begins at word %d of a plane of input %q, which has %d", first, in.Name, in.PlaneWords)
		return
	}
	if bits := min(in.N-first*at.p.WordBits, s.Words*at.p.WordBits); s.Bits < bits {
		r.fault("Bits", s.Bits, "its window holds %d values of input %q; every one needs a row", bits, in.Name)
	}
}

func checkExternalSlots(at segmentAt, r *report) {
	s := at.s
	if !s.External {
		return
	}
	in, _ := at.source()
	switch {
	case s.Mask != in.Slots-1:
		r.fault("Mask", s.Mask, "input %q has %d slots; want %d", in.Name, in.Slots, in.Slots-1)
	case in.Slots > 1 && s.Shift != in.SlotShift:
		r.fault("Shift", s.Shift, "slots of input %q have 2^%d words", in.Name, in.SlotShift)
	case !in.Input.Held && in.Slots < min(at.p.Steps, at.c.Level+1):
		// The host may write step k before tick k, and level l reads it in tick k + l.
		r.fault("Mask", s.Mask, "level %d reads a step of input %q %d ticks after it may be written: that needs %d slots", at.c.Level, in.Name, at.c.Level, at.c.Level+1)
	}
}

func checkExternalHeld(at segmentAt, r *report) {
	if !at.s.External || at.j >= at.c.Held {
		return
	}
	if in, _ := at.source(); !in.Input.Held {
		r.fault("External", true, "it is one of the %d held segments, integrated at step 0 only, and input %q changes every step", at.c.Held, in.Name)
	}
}

// checkExternalValue proves that planes add up to the input's integers
// (docs/numerics.md, section 2).
func checkExternalValue(at segmentAt, r *report) {
	after := 0 // doublings of what this segment added
	for k := at.j + 1; k < len(at.c.Segments); k++ {
		if at.c.Segments[k].Double {
			after++
		}
	}
	want, what := 0, "spikes count 1"
	if at.s.External {
		in, word := at.source()
		plane := word / in.PlaneWords
		want = in.Input.Bits - 1 - plane
		what = fmt.Sprintf("plane %d of the %d of input %q counts 2^%d", plane, in.Input.Bits, in.Name, want)
		if sign := in.Input.Signed && plane == 0; at.s.Negate != sign {
			r.fault("Negate", at.s.Negate, "plane %d of input %q (signed: %v): want %v", plane, in.Name, in.Input.Signed, sign)
		}
	}
	if after != want {
		r.fault("Double", fmt.Sprintf("set in %d later segments", after), "%s: want %d", what, want)
	}
}

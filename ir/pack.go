package ir

import (
	"fmt"
	"math/bits"
)

// CheckFrames tells whether a stimulus fits an input of n values a step that
// is declared as e, over steps steps. name is the input's, for the message.
// Every execution calls it, so that all refuse the same stimuli.
func CheckFrames(name string, n, steps int, e Encoding, f *Frames) error {
	if f == nil {
		return fmt.Errorf("input %q: no stimulus; it takes %d values a step", name, n)
	}
	if f.N != n {
		return fmt.Errorf("input %q: the stimulus has %d values a step; the network takes %d", name, f.N, n)
	}
	if e.Held && !f.Held {
		return fmt.Errorf("input %q: the stimulus changes from step to step; the network was compiled for one vector held over the steps", name)
	}
	want := n
	if !f.Held {
		if f.Steps != steps {
			return fmt.Errorf("input %q: the stimulus has %d steps; the network takes %d", name, f.Steps, steps)
		}
		want *= steps
	}
	if len(f.Values) != want {
		return fmt.Errorf("input %q: the stimulus has %d values in all; want %d", name, len(f.Values), want)
	}
	if f.Scale != e.Scale {
		return fmt.Errorf("input %q: the stimulus counts in units of %v; the network was compiled for %v", name, f.Scale, e.Scale)
	}
	lo, hi := e.Range()
	// One comparison a value: values are checked for every sample.
	span := uint32(hi - lo)
	for i, v := range f.Values {
		if uint32(v-lo) > span {
			return fmt.Errorf("input %q: step %d, value %d is %d; %s take %d..%d", name, i/n, i%n, v, e.plural(), lo, hi)
		}
	}
	return nil
}

// Range returns the smallest and largest integer of an input.
func (e Encoding) Range() (lo, hi int32) {
	if e.Signed {
		return -1 << (e.Bits - 1), 1<<(e.Bits-1) - 1
	}
	return 0, 1<<e.Bits - 1
}

// plural names such inputs as messages do: "8-bit unsigned inputs".
func (e Encoding) plural() string {
	switch {
	case e.Signed:
		return fmt.Sprintf("%d-bit signed inputs", e.Bits)
	case e.Bits == 1:
		return "spike inputs"
	default:
		return fmt.Sprintf("%d-bit unsigned inputs", e.Bits)
	}
}

// Words returns how many words one step of the input fills: its planes, one
// after the other.
func (p *InputPort) Words() int { return p.Input.Bits * p.PlaneWords }

// StepBase returns the input-space address of the first word of a step.
func (p *InputPort) StepBase(step int) int {
	return p.Base + (step&(p.Slots-1))<<p.SlotShift
}

// PackInput lays out one step of a stimulus as the input memories hold it and
// returns it in dst, which is grown where it is too small. The channels of a
// pixel lie together: value (c, y, x) is bit (y·W + x)·C + c of each plane,
// the layout of spike words; plane 0 has the most significant bit of the values
// (the sign, where they are signed, in two's complement) and comes first. Word w
// of the answer belongs at port.StepBase(step) + w. Bits past the last value
// are 0. The stimulus must have passed CheckFrames.
func PackInput(dst []uint32, port *InputPort, wordBits int, f *Frames, step int) []uint32 {
	n := port.Words()
	if cap(dst) < n {
		dst = make([]uint32, n)
	}
	dst = dst[:n]
	clear(dst)
	shift, mask := bits.TrailingZeros(uint(wordBits)), wordBits-1
	planes := port.Input.Bits
	keep := uint32(1)<<planes - 1
	grid := GridOf(port.Shape)
	pixels := grid.H * grid.W
	// Most values of real stimuli are zero, so only set bits are visited.
	for i, v := range f.At(step) {
		if v == 0 {
			continue
		}
		if pixels > 1 {
			i = i%pixels*grid.C + i/pixels
		}
		word, bit := dst[i>>shift:], uint32(1)<<(i&mask)
		at := 0
		for rest := uint32(v) & keep << (32 - planes); rest != 0; rest <<= 1 {
			if rest>>31 != 0 {
				word[at] |= bit
			}
			at += port.PlaneWords
		}
	}
	return dst
}

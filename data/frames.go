package data

import (
	"fmt"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// sequence feeds the sample's elements in order, a step at a time. It serves two
// codings, Frames and Rows (see newRows).
//
// Frames: the samples are already sequences, T×…, for instance spikes or counts
// of an event camera in time bins. Integers are numbers: they keep their value
// (scale 1 for uint8 too, unless the caller gave the set a scale), with the bits
// that the set's largest needs. Floats are quantised as in Direct.
type sequence struct {
	base
	quantiser
}

func newFrames(b base, limit int) (Encoder, error) {
	if err := b.splitSteps(b.set.shape[0]); err != nil {
		return nil, err
	}
	return newSequence(b, limit, true)
}

func newSequence(b base, limit int, counts bool) (Encoder, error) {
	q, err := newQuantiser(b.set, limit, counts)
	if err != nil {
		return nil, err
	}
	return &sequence{base: b, quantiser: q}, nil
}

// splitSteps divides the sample into that many steps.
func (b *base) splitSteps(steps int) error {
	if b.steps != 0 && b.steps != steps {
		return fmt.Errorf("%d steps asked for, but samples are %s, which is %d steps; leave the steps out or give %[3]d",
			b.steps, array.FormatShape(b.set.shape), steps)
	}
	b.steps, b.inputs = steps, b.set.size/steps
	return nil
}

func (e *sequence) Encoding() ir.Encoding {
	return ir.Encoding{Bits: e.bits, Signed: e.signed, Scale: e.scale}
}

func (e *sequence) Encode(sample int, f *ir.Frames) {
	e.prepare(f, e.Encoding())
	e.values(sample, f.Values)
}

func (e *sequence) String() string {
	return fmt.Sprintf("%s, %d steps of %d values, %s", e.coding, e.steps, e.inputs, e.quantiser.String())
}

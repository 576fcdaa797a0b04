package data

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// direct is direct coding: the sample's values, as graded input, are held over
// all the steps, and the first layer turns them into spikes (Rueckauer et al.,
// Front. Neurosci. 2017, "constant input"). A uint8 image keeps its bytes: 8
// bits, scale 1/255, no quantisation error.
type direct struct {
	base
	quantiser
}

func newDirect(b base, limit int) (Encoder, error) {
	q, err := newQuantiser(b.set, limit, false)
	if err != nil {
		return nil, err
	}
	return &direct{base: b, quantiser: q}, nil
}

func (e *direct) Encoding() ir.Encoding {
	return ir.Encoding{Bits: e.bits, Signed: e.signed, Held: true, Scale: e.scale}
}

func (e *direct) Encode(sample int, f *ir.Frames) {
	e.prepare(f, e.Encoding())
	e.values(sample, f.Values)
}

func (e *direct) String() string {
	return fmt.Sprintf("direct, held over %d steps, %s", e.steps, e.quantiser.String())
}

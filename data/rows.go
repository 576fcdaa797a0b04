package data

import (
	"fmt"

	"github.com/snnc/snnc/data/array"
)

// newRows reads an image as the sequence of its rows, H steps of W values, as in
// the sequential image tasks for recurrent networks (Le, Jaitly, Hinton,
// arXiv:1504.00941, by row instead of by pixel). Its values are those of Direct.
func newRows(b base, limit int) (Encoder, error) {
	shape := b.set.shape
	if len(shape) == 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) != 2 {
		return nil, fmt.Errorf("samples are %s; expected images of H×W or 1×H×W", array.FormatShape(b.set.shape))
	}
	if err := b.splitSteps(shape[0]); err != nil {
		return nil, err
	}
	return newSequence(b, limit, false)
}

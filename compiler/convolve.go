package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// slide says how a kernel moves over one axis of its source.
type slide struct {
	size, stride, before, after, dilation int
}

func (s slide) taps(axis string, n int) ([][]ir.Tap, error) {
	taps := ir.WindowTaps(n, s.size, s.stride, s.before, s.after, s.dilation)
	if taps == nil {
		return nil, fmt.Errorf("a kernel of %d (dilation %d) does not fit %d values and padding of %d and %d along its %s", s.size, s.dilation, n, s.before, s.after, axis)
	}
	return taps, nil
}

// convolution is the map of a convolution with weights [out, in/groups, h, w].
func convolution(in ir.Grid, weight []float64, out, groups int, y, x slide) (kernel, error) {
	if groups < 1 || in.C%groups != 0 || out%groups != 0 {
		return kernel{}, fmt.Errorf("%d groups of %d input and %d output channels; groups must divide both", groups, in.C, out)
	}
	if want := out * in.C / groups * y.size * x.size; len(weight) != want {
		return kernel{}, fmt.Errorf("field \"weight\" has %d values, but %d input channels in %d groups make %d", len(weight), in.C, groups, want)
	}
	rows, err := y.taps("rows", in.H)
	if err != nil {
		return kernel{}, err
	}
	cols, err := x.taps("columns", in.W)
	if err != nil {
		return kernel{}, err
	}
	return kernel{pre: in, post: ir.Grid{C: out, H: len(rows), W: len(cols)}, groups: groups, kh: y.size, kw: x.size, rows: rows, cols: cols, weight: weight}, nil
}

// pooling is the sum over windows, times factor. Padding counts as zeros.
func pooling(in ir.Grid, factor float64, y, x slide) (kernel, error) {
	rows, err := y.taps("rows", in.H)
	if err != nil {
		return kernel{}, err
	}
	cols, err := x.taps("columns", in.W)
	if err != nil {
		return kernel{}, err
	}
	for _, taps := range [][][]ir.Tap{rows, cols} {
		for i := range taps {
			for j := range taps[i] {
				taps[i][j].Kernel = 0
			}
		}
	}
	k := kernel{pre: in, post: ir.Grid{C: in.C, H: len(rows), W: len(cols)}, groups: in.C, kh: 1, kw: 1, rows: rows, cols: cols}
	if factor != 1 {
		k.weight = k.weights()
		for i := range k.weight {
			k.weight[i] = factor
		}
	}
	return k, nil
}

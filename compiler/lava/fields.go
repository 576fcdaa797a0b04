package lava

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/snnc/snnc/internal/hdf5"
)

// fields reads datasets of a group. The first thing that is wrong is kept in
// err, and all later reads give zeros.
type fields struct {
	group *hdf5.Group
	where string
	err   error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("%s%w", f.where, fmt.Errorf(format, args...))
	}
}

// only refuses names that the layer is not known to have: a field that is not
// understood could change what the layer computes.
func (f *fields) only(known ...string) {
	for _, n := range f.group.Names() {
		if f.err == nil && !slices.Contains(known, n) {
			f.fail("it has a field %q, whose meaning is not supported; known are %s", n, strings.Join(known, ", "))
		}
	}
}

// integers reads a field of whole numbers within lo..hi and its shape; nil
// where it is absent.
func (f *fields) integers(name string, lo, hi int) ([]int, []int) {
	first, _, _ := strings.Cut(name, "/")
	if f.err != nil || !f.group.Has(first) {
		return nil, nil
	}
	d, err := f.group.Dataset(name)
	if err != nil {
		f.fail("field %q: %w", name, err)
		return nil, nil
	}
	var v []float64
	if d.Kind() == hdf5.KindBool {
		var truth []bool
		truth, err = d.Bools()
		v = make([]float64, len(truth))
		for i, b := range truth {
			if b {
				v[i] = 1
			}
		}
	} else {
		v, err = d.Float64s()
	}
	if err != nil {
		f.fail("field %q: %w", name, err)
		return nil, nil
	}
	out := make([]int, len(v))
	for i, x := range v {
		if x != math.Trunc(x) || x < float64(lo) || x > float64(hi) {
			f.fail("field %q is %v at element %d; whole numbers from %d to %d are allowed", name, x, i, lo, hi)
			return nil, nil
		}
		out[i] = int(x)
	}
	return out, d.Shape()
}

// integer reads a field of one number; otherwise where it is absent.
func (f *fields) integer(name string, otherwise, lo, hi int) int {
	v, shape := f.integers(name, lo, hi)
	if f.err == nil && v != nil && len(v) != 1 {
		f.fail("field %q has shape %v; one number is allowed", name, shape)
	}
	if f.err != nil || v == nil {
		return otherwise
	}
	return v[0]
}

// require is integer of a field that must be there.
func (f *fields) require(name string, lo, hi int) int {
	if !f.group.Has(name) {
		f.fail("it has no field %q; a number from %d to %d is needed", name, lo, hi)
	}
	return f.integer(name, 0, lo, hi)
}

// pair reads one number for each of an image's rows and columns.
func (f *fields) pair(name string, otherwise [2]int, lo, hi int) [2]int {
	v, shape := f.integers(name, lo, hi)
	switch {
	case f.err != nil || v == nil:
		return otherwise
	case len(v) == 1:
		return [2]int{v[0], v[0]}
	case len(v) != 2:
		f.fail("field %q has shape %v; a number for the rows and one for the columns are allowed", name, shape)
		return otherwise
	}
	return [2]int{v[0], v[1]}
}

// word reads a field of one string.
func (f *fields) word(name string) string {
	if f.err != nil {
		return ""
	}
	if !f.group.Has(name) {
		f.fail("it has no field %q", name)
		return ""
	}
	d, err := f.group.Dataset(name)
	if err != nil {
		f.fail("field %q: %w", name, err)
		return ""
	}
	s, err := d.Strings()
	if err == nil && len(s) != 1 {
		err = fmt.Errorf("it has shape %v; one word is allowed", d.Shape())
	}
	if err != nil {
		f.fail("field %q: %w", name, err)
		return ""
	}
	return s[0]
}

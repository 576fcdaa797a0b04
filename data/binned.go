package data

import (
	"fmt"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/data/events"
)

// frames is a set of binned events while it is made.
type frames struct {
	name    string
	notes   []string
	shape   []int // of a sample
	labels  []int32
	classes int // 0: there are no labels
	binning events.Binning
}

// binner writes the counts of sample i and tells how many events are past them.
type binner func(i int, out []byte) (lost int, err error)

func (f *frames) size() int {
	n := 1
	for _, d := range f.shape {
		n *= d
	}
	return n
}

// fits tells whether the set can be held.
func (f *frames) fits() bool { return len(f.labels) <= maxHeld/f.size() }

// hold makes a set in memory.
func (f *frames) hold(bin binner) (*Set, error) {
	size, lost := f.size(), 0
	raw := make([]byte, len(f.labels)*size)
	for i := range f.labels {
		n, err := bin(i, raw[i*size:(i+1)*size])
		if err != nil {
			return nil, err
		}
		lost += n
	}
	s, err := NewSet(f.name, &array.Array{Kind: array.Uint8, Shape: append([]int{len(f.labels)}, f.shape...), Raw: raw}, nil)
	if err != nil {
		return nil, err
	}
	s.scale, s.scaleSet, s.sequence, s.notes = 1, true, true, f.notes
	if f.classes > 0 {
		s.labels, s.classes = f.labels, f.classes
	}
	if most := f.binning.Limit(); most < 255 {
		s.derived.bounds = func() (float64, float64) { return 0, float64(most) }
	}
	if lost > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s: %d events past bin %d are left out", s.name, lost, f.shape[0]-1))
	}
	return s, nil
}

// leave makes a set whose samples stay in their files.
func (f *frames) leave(bin binner, how string, path func(i int) string) *Set {
	size := f.size()
	s := newLazySet(f.name, f.shape, f.labels, f.classes, 1, float64(f.binning.Limit()), &lazy{
		read: func(i int) ([]byte, error) {
			out := make([]byte, size)
			_, err := bin(i, out)
			return out, err
		},
		digest: listDigest(how, len(f.labels), path),
	})
	s.scaleSet, s.sequence, s.notes = true, true, f.notes
	return s
}

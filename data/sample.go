package data

import "github.com/snnc/snnc/data/array"

// Sample is one sample of a set, a view without a copy where the set is held.
type Sample struct {
	Index int // in the set
	Kind  array.Kind
	Scale float64 // real value of the element 1
	raw   []byte
}

// Sample returns sample i, 0 ≤ i < Len.
func (s *Set) Sample(i int) Sample {
	if s.lazy != nil {
		return Sample{Index: i, Kind: s.kind, Scale: s.scale, raw: s.bytesOf(i)}
	}
	bytes := s.size * s.kind.Size()
	return Sample{Index: i, Kind: s.kind, Scale: s.scale, raw: s.raw[i*bytes : (i+1)*bytes : (i+1)*bytes]}
}

// Len returns the number of elements.
func (s Sample) Len() int { return len(s.raw) / s.Kind.Size() }

// Int returns element j of an integer or bool set, unscaled.
func (s Sample) Int(j int) int64 { return s.Kind.Int(s.raw[j*s.Kind.Size():]) }

// Real returns the real value of element j: the element times the scale.
func (s Sample) Real(j int) float64 { return s.Kind.Real(s.raw[j*s.Kind.Size():]) * s.Scale }

// Bytes returns the elements of a uint8 sample, unscaled, and nil for another
// kind. The caller must not write to it.
func (s Sample) Bytes() []byte {
	if s.Kind != array.Uint8 {
		return nil
	}
	return s.raw
}

// Reals appends the real values of all elements to dst.
func (s Sample) Reals(dst []float64) []float64 {
	for j := range s.Len() {
		dst = append(dst, s.Real(j))
	}
	return dst
}

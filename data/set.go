package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/snnc/snnc/data/array"
)

// NoLabel is the label of a sample that has none.
const NoLabel = -1

// Set is a set of samples of one shape, with or without labels. It does not
// change after it is made and may be used from several goroutines.
type Set struct {
	name     string
	notes    []string
	kind     array.Kind
	shape    []int // of one sample
	size     int   // elements of one sample
	n        int
	raw      []byte  // n samples, little-endian, row-major
	labels   []int32 // nil if there are none
	classes  int
	scale    float64
	scaleSet bool  // the caller chose the scale
	sequence bool  // the samples are sequences of frames by nature
	lazy     *lazy // in the place of raw
	derived  *derived
}

// derived is what takes a pass over the set, computed on first use.
type derived struct {
	digest func() string
	bounds func() (float64, float64)
}

// NewSet makes a set of the first axis of samples. labels is nil, or integers
// (of any kind, floats with integer values included), one for each sample; -1
// marks a sample without one. Samples of rank 1 are scalars, with shape [1].
//
// The scale, the real value of the integer 1, is 1/255 for uint8 (an image) and
// 1 for all else; [Set.WithScale] changes it.
func NewSet(name string, samples, labels *array.Array) (*Set, error) {
	if len(samples.Shape) == 0 {
		return nil, fmt.Errorf("the samples are a scalar; expected an array whose first axis counts the samples")
	}
	s := &Set{name: name, kind: samples.Kind, n: samples.Shape[0], shape: samples.Shape[1:], raw: samples.Raw, scale: 1}
	if len(s.shape) == 0 {
		s.shape = []int{1}
	}
	if len(s.raw) == 0 {
		return nil, fmt.Errorf("the array of samples is empty (%s)", samples)
	}
	s.size = len(s.raw) / s.kind.Size() / s.n
	if s.kind == array.Uint8 {
		s.scale = 1.0 / 255
	}
	if s.kind.Float() {
		if err := s.checkFinite(); err != nil {
			return nil, err
		}
	}
	if labels != nil {
		if err := s.setLabels(labels); err != nil {
			return nil, err
		}
	}
	s.derived = &derived{digest: sync.OnceValue(s.computeDigest), bounds: sync.OnceValues(s.computeBounds)}
	return s, nil
}

func (s *Set) checkFinite() error {
	width := s.kind.Size()
	for i := 0; i < len(s.raw); i += width {
		if v := s.kind.Real(s.raw[i:]); math.IsNaN(v) || math.IsInf(v, 0) {
			e := i / width
			return fmt.Errorf("sample %d, element %d is %v; all values must be finite", e/s.size, e%s.size, v)
		}
	}
	return nil
}

func (s *Set) setLabels(labels *array.Array) error {
	if len(labels.Shape) == 0 || labels.Len() != labels.Shape[0] {
		return fmt.Errorf("the labels have shape %s; expected one integer for each sample", array.FormatShape(labels.Shape))
	}
	if labels.Len() != s.n {
		return fmt.Errorf("%d labels for %d samples", labels.Len(), s.n)
	}
	s.labels = make([]int32, s.n)
	for i := range s.labels {
		v := labels.Real(i)
		if v != math.Trunc(v) || v < NoLabel || v > math.MaxInt32-1 {
			return fmt.Errorf("label %d is %v; expected a class from 0, or -1 for none", i, v)
		}
		s.labels[i] = int32(v)
		s.classes = max(s.classes, int(v)+1)
	}
	return nil
}

// WithScale returns the set with another real value of the integer 1, for
// instance 1 where uint8 elements are counts and not an image.
func (s *Set) WithScale(scale float64) (*Set, error) {
	if !(scale > 0) || math.IsInf(scale, 0) {
		return nil, fmt.Errorf("scale %v; expected a positive number", scale)
	}
	c := *s
	c.scale, c.scaleSet = scale, true
	return &c, nil
}

// First returns the set of the first n samples, or the set itself where it has
// no more. Bounds and NumClasses stay those of the whole set, so that a sample's
// encoded form and the class it may get do not depend on how many are looked at.
func (s *Set) First(n int) (*Set, error) {
	if n < 1 {
		return nil, fmt.Errorf("%d samples asked for; expected at least 1", n)
	}
	if n >= s.n {
		return s, nil
	}
	c := *s
	c.n = n
	if s.lazy == nil {
		c.raw = s.raw[:n*s.size*s.kind.Size()]
	}
	if s.labels != nil {
		c.labels = s.labels[:n]
	}
	c.derived = &derived{digest: sync.OnceValue(c.computeDigest), bounds: s.derived.bounds}
	return &c, nil
}

// Name returns the set's name, without any path: "fashion-mnist/test", "demo".
func (s *Set) Name() string { return s.name }

// Notes returns what the user should be told about the set, one line each.
func (s *Set) Notes() []string { return slices.Clone(s.notes) }

// Len returns the number of samples.
func (s *Set) Len() int { return s.n }

// Shape returns the shape of one sample, such as [28 28].
func (s *Set) Shape() []int { return slices.Clone(s.shape) }

// SampleSize returns the elements of one sample, the product of its shape.
func (s *Set) SampleSize() int { return s.size }

// Kind returns the element kind.
func (s *Set) Kind() array.Kind { return s.kind }

// Scale returns the real value of the element 1.
func (s *Set) Scale() float64 { return s.scale }

// HasLabels reports whether the set has labels.
func (s *Set) HasLabels() bool { return s.labels != nil }

// Label returns the class of sample i, or [NoLabel].
func (s *Set) Label(i int) int {
	if s.labels == nil {
		return NoLabel
	}
	return int(s.labels[i])
}

// NumClasses returns the highest label plus one; 0 without labels.
func (s *Set) NumClasses() int { return s.classes }

// CheckClasses tells whether a network with that many outputs can give every
// label of the set.
func (s *Set) CheckClasses(outputs int) error {
	if c := s.NumClasses(); c > outputs {
		return fmt.Errorf("data set %q has labels up to %d, but the network has %d outputs", s.name, c-1, outputs)
	}
	return nil
}

// Sequence tells whether the samples are sequences by nature, as recordings of
// an event camera: Frames is their coding.
func (s *Set) Sequence() bool { return s.sequence }

// Bounds returns the smallest and the largest element of the set, unscaled; of
// the whole set, where this one came from [Set.First].
func (s *Set) Bounds() (lowest, highest float64) { return s.derived.bounds() }

func (s *Set) computeBounds() (lowest, highest float64) {
	if s.kind == array.Uint8 {
		return float64(slices.Min(s.raw)), float64(slices.Max(s.raw))
	}
	width := s.kind.Size()
	lowest, highest = math.Inf(1), math.Inf(-1)
	for i := 0; i < len(s.raw); i += width {
		v := s.kind.Real(s.raw[i:])
		lowest, highest = min(lowest, v), max(highest, v)
	}
	return lowest, highest
}

// Digest returns the SHA-256, in hexadecimal, of the set's content: a line
// "snnc-set 1 KIND SHAPE LABELLED\n" (the shape with the number of samples, as
// 10000×28×28; LABELLED true or false), the elements (little-endian, row-major),
// and the labels as little-endian int32. Name and scale are not part of it. Of a
// set whose samples stay in their files it is of the files' names and sizes.
func (s *Set) Digest() string { return s.derived.digest() }

func (s *Set) computeDigest() string {
	h := sha256.New()
	fmt.Fprintf(h, "snnc-set 1 %s %s %t\n", s.kind, array.FormatShape(append([]int{s.n}, s.shape...)), s.labels != nil)
	if s.lazy != nil {
		list, err := s.lazy.digest()
		if err != nil {
			s.lazy.fail(err)
		}
		fmt.Fprintln(h, list)
	}
	h.Write(s.raw)
	buf := make([]byte, 0, 4*len(s.labels))
	for _, l := range s.labels {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(l))
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}

package data

import (
	"context"
	"fmt"
	"slices"
)

// Source is a set whose samples are read one by one, which may be too many to
// hold: what training draws from. A [Set] is one; [OpenSource] gives others for
// large folders. A source may be used from several goroutines.
type Source interface {
	Name() string
	Notes() []string
	Len() int
	Shape() []int
	SampleSize() int
	HasLabels() bool
	Label(i int) int
	NumClasses() int
	Scale() float64
	Sequence() bool
	// Read writes the real values of sample i into dst, which has SampleSize
	// elements. It fails where a file that the source listed cannot be read.
	Read(i int, dst []float32) error
}

// Read writes the real values of sample i into dst. It never fails.
func (s *Set) Read(i int, dst []float32) error {
	sample := s.Sample(i)
	if bytes := sample.Bytes(); bytes != nil {
		scale := float32(s.scale)
		for j, b := range bytes {
			dst[j] = float32(b) * scale
		}
		return nil
	}
	for j := range dst {
		dst[j] = float32(sample.Real(j))
	}
	return nil
}

// files is a set of bytes whose samples stay in their files until they are read.
type files struct {
	name     string
	notes    []string
	shape    []int
	size     int
	labels   []int32 // nil if there are none
	classes  int
	scale    float64
	sequence bool
	read     func(i int) ([]byte, error)
}

func (f *files) Name() string    { return f.name }
func (f *files) Notes() []string { return slices.Clone(f.notes) }
func (f *files) Len() int        { return len(f.labels) }
func (f *files) Shape() []int    { return slices.Clone(f.shape) }
func (f *files) SampleSize() int { return f.size }
func (f *files) HasLabels() bool { return f.classes > 0 }
func (f *files) Label(i int) int { return int(f.labels[i]) }
func (f *files) NumClasses() int { return f.classes }
func (f *files) Scale() float64  { return f.scale }
func (f *files) Sequence() bool  { return f.sequence }

func (f *files) Read(i int, dst []float32) error {
	b, err := f.read(i)
	if err != nil {
		return err
	}
	scale := float32(f.scale)
	for j, v := range b {
		dst[j] = float32(v) * scale
	}
	return nil
}

// first keeps the first n samples.
func (f *files) first(n int) *files {
	c := *f
	c.labels = f.labels[:min(n, len(f.labels))]
	return &c
}

// OpenSource opens what [Open] opens, and also sets that are too large to hold,
// whose samples it leaves in their files: class folders of pictures and folders of
// recordings.
func OpenSource(ctx context.Context, name string, opt Options) (Source, error) {
	return openSource(ctx, name, opt, true)
}

// openSource opens a set; streaming allows one that stays in its files.
func openSource(ctx context.Context, name string, opt Options, streaming bool) (Source, error) {
	switch opt.Split {
	case "":
		opt.Split = Test
	case Test, Train:
	default:
		return nil, fmt.Errorf("data set %q: split %q; allowed are test and train", name, opt.Split)
	}
	if opt.Samples < 0 {
		return nil, fmt.Errorf("data set %q: %d samples asked for; expected at least 1, or 0 for all", name, opt.Samples)
	}
	opt.streaming = streaming
	found, err := locate(ctx, name, opt)
	if err != nil {
		return nil, fmt.Errorf("data set %q: %w", name, err)
	}
	switch s := found.(type) {
	case *Set:
		if opt.Scale != 0 {
			if s, err = s.WithScale(opt.Scale); err != nil {
				return nil, fmt.Errorf("data set %q: %w", name, err)
			}
		}
		if opt.Samples > 0 {
			return s.First(opt.Samples)
		}
		return s, nil
	case *files:
		if opt.Scale != 0 {
			s.scale = opt.Scale
		}
		if opt.Samples > 0 {
			return s.first(opt.Samples), nil
		}
		return s, nil
	}
	return found, nil
}

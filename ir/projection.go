package ir

import "fmt"

// Grid is the shape of a source or population as channels of an image. A
// vector of n values is n channels of one pixel; a sequence of length l is an
// image of one row.
type Grid struct{ C, H, W int }

// Size is the number of values.
func (g Grid) Size() int { return g.C * g.H * g.W }

// Index returns the number of channel c at row y and column x: row-major as in NIR.
func (g Grid) Index(c, y, x int) int { return (c*g.H+y)*g.W + x }

// GridOf gives a shape its grid: [c h w], [c l] and [n] as above, anything
// else as a vector.
func GridOf(shape []int) Grid {
	switch len(shape) {
	case 2:
		return Grid{shape[0], 1, shape[1]}
	case 3:
		return Grid{shape[0], shape[1], shape[2]}
	}
	return Grid{Size(shape), 1, 1}
}

// Projection is a set of synapses from an input or a population: one kernel
// that is laid over the source at every pixel of the target. Which source row
// meets which kernel row is a list for every target row, and so for columns;
// stride, padding, dilation and pooling are all in these lists:
//
//	sum[c,y,x] = Σ_{i in the group of c} Σ_{r in Rows[y]} Σ_{s in Cols[x]}
//	             Weight[c, i, r.Kernel, s.Kernel] · source[i, r.Source, s.Source]
//
// A dense matrix is the case of a target of one pixel and a kernel as large as
// the source; its weights are then the matrix, row-major.
type Projection struct {
	Name      string // the weighted node(s) it came from
	FromInput bool
	Source    int // index in Inputs or Populations
	Target    int
	Delay     int // steps that the source's values are old when they are summed

	Pre, Post Grid
	Groups    int // channels are connected within groups, in order
	KH, KW    int
	Rows      [][]Tap // [Post.H]
	Cols      [][]Tap // [Post.W]

	Weight []float64 // [Post.C, Pre.C/Groups, KH, KW], input scale not included
	Q      []int16   // the same, set by the quantise pass
}

// Tap joins a row (column) of the source to one of the kernel.
type Tap struct{ Source, Kernel int }

// Fan is the number of weights of one target channel.
func (p *Projection) Fan() int { return p.Pre.C / p.Groups * p.KH * p.KW }

// Dense tells whether every target neuron has its own weight for every source.
func (p *Projection) Dense() bool {
	return p.Post.H == 1 && p.Post.W == 1 && p.Groups == 1 && p.KH == p.Pre.H && p.KW == p.Pre.W &&
		straight(p.Rows[0], p.KH) && straight(p.Cols[0], p.KW)
}

func straight(taps []Tap, n int) bool {
	for i, t := range taps {
		if t.Source != i || t.Kernel != i {
			return false
		}
	}
	return len(taps) == n
}

// StraightTaps are those of a kernel that covers n source rows (columns) for
// one target row (column).
func StraightTaps(n int) [][]Tap {
	taps := make([]Tap, n)
	for i := range taps {
		taps[i] = Tap{i, i}
	}
	return [][]Tap{taps}
}

// Matrix returns a dense projection between vectors, without its weights.
func Matrix(post, pre int) Projection {
	return Projection{Pre: Grid{pre, 1, 1}, Post: Grid{post, 1, 1}, Groups: 1, KH: 1, KW: 1, Rows: StraightTaps(1), Cols: StraightTaps(1)}
}

func (p *Projection) shapeText() string {
	if p.Dense() {
		return fmt.Sprintf("dense [%d %d]", p.Post.C, p.Pre.Size())
	}
	return fmt.Sprintf("kernel [%d %d %d %d] groups %d over [%d %d %d] gives [%d %d %d]", p.Post.C, p.Pre.C/p.Groups, p.KH, p.KW, p.Groups,
		p.Pre.C, p.Pre.H, p.Pre.W, p.Post.C, p.Post.H, p.Post.W)
}

// Validate checks the projection's own invariants: sizes of the lists, the
// taps' ranges, the number of weights.
func (p *Projection) Validate() error {
	if p.Groups < 1 || p.Pre.C%p.Groups != 0 || p.Post.C%p.Groups != 0 {
		return fmt.Errorf("projection %q: %d groups of %d source and %d target channels; groups must divide both", p.Name, p.Groups, p.Pre.C, p.Post.C)
	}
	if p.Delay < 0 || p.KH < 1 || p.KW < 1 {
		return fmt.Errorf("projection %q: delay %d, kernel %d × %d; want a delay from 0 and a kernel from 1 × 1", p.Name, p.Delay, p.KH, p.KW)
	}
	for _, axis := range []struct {
		name                 string
		taps                 [][]Tap
		post, source, kernel int
	}{{"row", p.Rows, p.Post.H, p.Pre.H, p.KH}, {"column", p.Cols, p.Post.W, p.Pre.W, p.KW}} {
		if len(axis.taps) != axis.post {
			return fmt.Errorf("projection %q: taps for %d %ss of %d", p.Name, len(axis.taps), axis.name, axis.post)
		}
		for i, list := range axis.taps {
			for _, t := range list {
				if t.Source < 0 || t.Source >= axis.source || t.Kernel < 0 || t.Kernel >= axis.kernel {
					return fmt.Errorf("projection %q: %s %d joins source %d of %d to kernel %d of %d", p.Name, axis.name, i, t.Source, axis.source, t.Kernel, axis.kernel)
				}
			}
		}
	}
	if want := p.Post.C * p.Fan(); len(p.Weight) != want && p.Weight != nil || p.Q != nil && len(p.Q) != want || p.Weight == nil && p.Q == nil {
		return fmt.Errorf("projection %q: %d real and %d integer weights; want %d", p.Name, len(p.Weight), len(p.Q), want)
	}
	return nil
}

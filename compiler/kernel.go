package compiler

import (
	"fmt"
	"sort"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/snnc/snnc/ir"
)

// maxMatrix bounds the values of a matrix made by merging: 2^24 weights are
// 128 MiB while compiling.
const maxMatrix = 1 << 24

// kernel is a linear map from a source to a grid of values, in the form of
// ir.Projection. All maps of a graph have it: identity, scale and pooling are
// kernels of one weight a channel, a matrix is a kernel as large as its source.
type kernel struct {
	pre, post  ir.Grid
	groups     int
	kh, kw     int
	rows, cols [][]ir.Tap
	weight     []float64 // [post.C, pre.C/groups, kh, kw]; nil: all ones
	gain       []float64 // [post] on the sums; nil: ones
}

func identity(g ir.Grid) kernel {
	return kernel{pre: g, post: g, groups: g.C, kh: 1, kw: 1, rows: shared1(g.H), cols: shared1(g.W)}
}

// shared1 maps n rows to themselves through one kernel row.
func shared1(n int) [][]ir.Tap {
	taps := make([][]ir.Tap, n)
	for i := range taps {
		taps[i] = []ir.Tap{{Source: i}}
	}
	return taps
}

// matrixKernel is the map of a row-major matrix w over all values of a grid.
func matrixKernel(w []float64, out int, in ir.Grid) kernel {
	return kernel{pre: in, post: ir.Grid{C: out, H: 1, W: 1}, groups: 1, kh: in.H, kw: in.W,
		rows: ir.StraightTaps(in.H), cols: ir.StraightTaps(in.W), weight: w}
}

func (k *kernel) dense() bool {
	p := k.projection()
	return p.Dense()
}

// pointwise tells whether a value depends on its own channel alone, with one
// weight a channel wherever it comes from: identity, scale, pooling.
func (k *kernel) pointwise() bool {
	return k.groups == k.pre.C && k.post.C == k.pre.C && k.kh == 1 && k.kw == 1
}

func (k *kernel) isIdentity() bool {
	if !k.pointwise() || k.pre != k.post || k.weight != nil || k.gain != nil {
		return false
	}
	return selfTaps(k.rows) && selfTaps(k.cols)
}

func selfTaps(taps [][]ir.Tap) bool {
	for i, t := range taps {
		if len(t) != 1 || t[0].Source != i {
			return false
		}
	}
	return true
}

// projection gives the map as ir has it, sharing its slices.
func (k *kernel) projection() ir.Projection {
	return ir.Projection{Pre: k.pre, Post: k.post, Groups: k.groups, KH: k.kh, KW: k.kw, Rows: k.rows, Cols: k.cols, Weight: k.weight}
}

func (k *kernel) weights() []float64 {
	if k.weight != nil {
		return k.weight
	}
	w := make([]float64, k.post.C*k.pre.C/k.groups*k.kh*k.kw)
	for i := range w {
		w[i] = 1
	}
	return w
}

// withGain multiplies the values of the map by g, one factor a value. Factors
// that a channel shares go into the weights.
func (k kernel) withGain(g []float64) kernel {
	if g == nil {
		return k
	}
	if k.gain != nil {
		both := make([]float64, len(g))
		for i := range both {
			both[i] = g[i] * k.gain[i]
		}
		g, k.gain = both, nil
	}
	per := channelFactors(g, k.post)
	if per == nil {
		k.gain = g
		return k
	}
	fan := k.pre.C / k.groups * k.kh * k.kw
	w := append([]float64(nil), k.weights()...)
	for i := range w {
		if f := per[i/fan]; f != 1 {
			w[i] *= f
		}
	}
	k.weight = w
	return k
}

// channelFactors returns one factor a channel, or nil if pixels differ.
func channelFactors(g []float64, grid ir.Grid) []float64 {
	per := make([]float64, grid.C)
	for i, v := range g {
		c := i / (grid.H * grid.W)
		if i%(grid.H*grid.W) == 0 {
			per[c] = v
		} else if per[c] != v {
			return nil
		}
	}
	return per
}

// matrix returns the map as a matrix [post, pre] of its own.
func (k *kernel) matrix() ([]float64, error) {
	n, m := k.post.Size(), k.pre.Size()
	if n*m > maxMatrix {
		return nil, fmt.Errorf("merging it needs a matrix of %d × %d values; at most %d are merged, so put a neuron in between", n, m, maxMatrix)
	}
	w := k.weights()
	if k.dense() {
		w = append([]float64(nil), w...)
	} else {
		src := w
		w = make([]float64, n*m)
		k.each(func(post, pre, weight int) { w[post*m+pre] += src[weight] })
	}
	if k.gain != nil {
		for i := range w {
			w[i] *= k.gain[i/m]
		}
	}
	return w, nil
}

// each visits every synapse: value of the target, of the source, weight.
func (k *kernel) each(visit func(post, pre, weight int)) {
	in, out := k.pre.C/k.groups, k.post.C/k.groups
	for c := range k.post.C {
		first := c / out * in
		for y, rows := range k.rows {
			for x, cols := range k.cols {
				post := k.post.Index(c, y, x)
				for i := range in {
					for _, r := range rows {
						for _, s := range cols {
							visit(post, k.pre.Index(first+i, r.Source, s.Source), ((c*in+i)*k.kh+r.Kernel)*k.kw+s.Kernel)
						}
					}
				}
			}
		}
	}
}

// apply computes the map of one vector.
func (k *kernel) apply(v []float64) []float64 {
	out := make([]float64, k.post.Size())
	w := k.weights()
	k.each(func(post, pre, weight int) { out[post] += w[weight] * v[pre] })
	for i, g := range k.gain {
		out[i] *= g
	}
	return out
}

// over returns the map b·a. A merge is exact: it is done once, in float64,
// before quantisation. Where neither side is pointwise it gives a matrix.
func (b kernel) over(a kernel) (kernel, error) {
	if b.pre != a.post {
		if !b.dense() {
			return b, fmt.Errorf("it takes %d × %d × %d values, but %d × %d × %d arrive", b.pre.C, b.pre.H, b.pre.W, a.post.C, a.post.H, a.post.W)
		}
		b = matrixKernel(b.weight, b.post.C, a.post).withGain(b.gain)
	}
	if a.gain != nil {
		if !b.dense() {
			m, err := a.matrix()
			if err != nil {
				return b, err
			}
			w, err := b.matrix()
			if err != nil {
				return b, err
			}
			return product(w, m, b.post, a.pre)
		}
		w := append([]float64(nil), b.weight...)
		for i := range w {
			w[i] *= a.gain[i%len(a.gain)]
		}
		b.weight, a.gain = w, nil
	}
	switch {
	case a.pointwise():
		out := b
		out.pre = a.pre
		out.rows, out.cols = through(b.rows, a.rows, true), through(b.cols, a.cols, true)
		if a.weight != nil {
			out.weight = append([]float64(nil), b.weights()...)
			in, each := b.pre.C/b.groups, b.kh*b.kw
			perGroup := b.post.C / b.groups
			for i := range out.weight {
				c := i / (in * each)
				out.weight[i] *= a.weight[c/perGroup*in+i/each%in]
			}
		}
		return out, nil
	case b.pointwise():
		out := a
		out.post = b.post
		out.rows, out.cols = through(b.rows, a.rows, false), through(b.cols, a.cols, false)
		if b.weight != nil {
			fan := a.pre.C / a.groups * a.kh * a.kw
			out.weight = append([]float64(nil), a.weights()...)
			for i := range out.weight {
				out.weight[i] *= b.weight[i/fan]
			}
		}
		out.gain = b.gain
		return out, nil
	}
	m, err := a.matrix()
	if err != nil {
		return b, err
	}
	w, err := b.matrix()
	if err != nil {
		return b, err
	}
	return product(w, m, b.post, a.pre)
}

// product multiplies the matrices of two maps. The result has one pixel, its
// channels in the order of the grid's values.
func product(b, a []float64, post, pre ir.Grid) (kernel, error) {
	n, m := post.Size(), pre.Size()
	if n*m > maxMatrix {
		return kernel{}, fmt.Errorf("merging it needs a matrix of %d × %d values; at most %d are merged, so put a neuron in between", n, m, maxMatrix)
	}
	k := len(a) / m
	out := make([]float64, n*m)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, blas64.General{Rows: n, Cols: k, Stride: k, Data: b},
		blas64.General{Rows: k, Cols: m, Stride: m, Data: a}, 0, blas64.General{Rows: n, Cols: m, Stride: m, Data: out})
	return matrixKernel(out, n, pre), nil
}

// through composes the taps of a second map with those of a first. The kernel
// index kept is the second's or the first's.
func through(second, first [][]ir.Tap, keepSecond bool) [][]ir.Tap {
	out := make([][]ir.Tap, len(second))
	for i, taps := range second {
		for _, t := range taps {
			for _, s := range first[t.Source] {
				k := s.Kernel
				if keepSecond {
					k = t.Kernel
				}
				out[i] = append(out[i], ir.Tap{Source: s.Source, Kernel: k})
			}
		}
		sort.SliceStable(out[i], func(a, b int) bool { return out[i][a].Source < out[i][b].Source })
	}
	return out
}

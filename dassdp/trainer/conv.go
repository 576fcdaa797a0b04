package trainer

import (
	"fmt"
	"sync"

	"github.com/snnc/snnc/ir"
)

// conv is a convolution on channel-last images, one sample and step at a time:
// the windows become the rows of a matrix, which is multiplied.
type conv struct {
	node       string
	x, y       *signal
	groups     int
	kh, kw     int
	cin, cout  int // of a group
	rows, cols [][]ir.Tap
	whole      bool // see joined

	w   *param    // [groups][K][cout], K = kh·kw·cin in the order (row, column, channel)
	b   *param    // [channels] or nil
	eff []float32 // as w
	wT  []float32 // [groups][cout][K]; nil unless the input's gradient is needed

	scratch sync.Pool // *[]float32
	sums    [convShards][]float32
}

// convShards is into how many parts the images of a step's weight gradient are
// cut: a constant, so that the sum's order is.
const convShards = 4

// slides gives the taps of each axis of a convolution or pooling of an image.
func slides(grid ir.Grid, axes int, size []int, stride, padding, dilation *ir.Tensor) (rows, cols [][]ir.Tap, err error) {
	at := func(t *ir.Tensor, a, otherwise int) int {
		if t == nil {
			return otherwise
		}
		return int(t.At(a))
	}
	taps := [][][]ir.Tap{{{{Source: 0, Kernel: 0}}}, nil}
	for a := range axes {
		n := grid.W
		if axes == 2 && a == 0 {
			n = grid.H
		}
		s, d := at(stride, a, 1), at(dilation, a, 1)
		var before, after int
		switch {
		case padding.DType != ir.Text:
			before = int(padding.At(a))
			after = before
		case padding.Word == "same":
			if s != 1 {
				return nil, nil, fmt.Errorf("field \"padding\" is same with a stride of %d; same needs a stride of 1", s)
			}
			total := d * (size[a] - 1)
			before, after = total/2, total-total/2
		}
		t := ir.WindowTaps(n, size[a], s, before, after, d)
		if t == nil {
			return nil, nil, fmt.Errorf("a kernel of %d (dilation %d) does not fit %d values and padding of %d and %d", size[a], d, n, before, after)
		}
		taps[2-axes+a] = t
	}
	return taps[0], taps[1], nil
}

func newConv(node string, x *signal, in []int, axes int, weight, stride, padding, dilation, groups *ir.Tensor) (*conv, error) {
	if len(in) != axes+1 {
		return nil, fmt.Errorf("values of shape %v arrive; it needs %d dimensions, channels first", in, axes+1)
	}
	g := int(groups.At(0))
	if x.grid.C%g != 0 || weight.Shape[1] != x.grid.C/g {
		return nil, fmt.Errorf("field \"weight\" has shape %v in %d groups, but %d channels arrive", weight.Shape, g, x.grid.C)
	}
	size := weight.Shape[2:]
	rows, cols, err := slides(x.grid, axes, size, stride, padding, dilation)
	if err != nil {
		return nil, err
	}
	l := &conv{node: node, x: x, groups: g, cin: weight.Shape[1], cout: weight.Shape[0] / g, kh: 1, kw: size[len(size)-1], rows: rows, cols: cols}
	if axes == 2 {
		l.kh = size[0]
	}
	l.whole = l.joined()
	l.w = newParam(node+".weight", ir.Size(weight.Shape), true)
	l.eff = l.w.v
	if x.needs {
		l.wT = make([]float32, len(l.w.v))
	}
	for i := range l.sums {
		l.sums[i] = make([]float32, len(l.w.v))
	}
	l.scratch.New = func() any {
		s := make([]float32, l.pixels()*l.fan())
		return &s
	}
	return l, nil
}

func (l *conv) pixels() int { return len(l.rows) * len(l.cols) }
func (l *conv) fan() int    { return l.kh * l.kw * l.cin }

// toFile returns for each inner weight its number in [out, in/groups, kh, kw].
func (l *conv) toFile() []int {
	out := make([]int, 0, len(l.w.v))
	for g := range l.groups {
		for ky := range l.kh {
			for kx := range l.kw {
				for c := range l.cin {
					for o := range l.cout {
						out = append(out, (((g*l.cout+o)*l.cin+c)*l.kh+ky)*l.kw+kx)
					}
				}
			}
		}
	}
	return out
}

func (l *conv) prepare(*pool) {
	if l.wT == nil {
		return
	}
	size := l.fan() * l.cout
	for g := range l.groups {
		transpose(l.wT[g*size:], l.eff[g*size:], l.fan(), l.cout)
	}
}

// joined tells whether the taps of a window's row lie side by side, in the image
// and in the kernel: one copy then moves them all.
func (l *conv) joined() bool {
	if l.groups > 1 {
		return false
	}
	for _, cols := range l.cols {
		if n := len(cols) - 1; n > 0 && (cols[n].Source-cols[0].Source != n || cols[n].Kernel-cols[0].Kernel != n) {
			return false
		}
	}
	return true
}

// windows calls f for every run of values that a window takes of the image:
// where it begins in the windows' matrix and in the image. Of a window that
// reaches past the edge, padded is told first.
func (l *conv) windows(g int, padded func(window int), f func(at, from, n int)) {
	K, width, channels := l.fan(), l.x.grid.W, l.x.grid.C
	window := 0
	for _, rows := range l.rows {
		for _, cols := range l.cols {
			if len(rows)*len(cols) < l.kh*l.kw && padded != nil {
				padded(window)
			}
			for _, r := range rows {
				if l.whole && len(cols) > 0 {
					c := cols[0]
					f(window+(r.Kernel*l.kw+c.Kernel)*l.cin, (r.Source*width+c.Source)*channels, len(cols)*l.cin)
					continue
				}
				for _, c := range cols {
					f(window+(r.Kernel*l.kw+c.Kernel)*l.cin, (r.Source*width+c.Source)*channels+g*l.cin, l.cin)
				}
			}
			window += K
		}
	}
}

// unfold writes the windows of group g as rows of K values.
func (l *conv) unfold(m, x []float32, g int) {
	K := l.fan()
	l.windows(g, func(window int) { clear(m[window : window+K]) }, func(at, from, n int) { copy(m[at:at+n], x[from:from+n]) })
}

// fold adds the rows' values back to where unfold takes them from.
func (l *conv) fold(x, m []float32, g int) {
	l.windows(g, nil, func(at, from, n int) { addTo(x[from:from+n], m[at:at+n]) })
}

func (l *conv) forward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	pixels, K, channels := l.pixels(), l.fan(), l.y.grid.C
	r.pieces(to-from, 4, func(a, b int) {
		s := l.scratch.Get().(*[]float32)
		defer l.scratch.Put(s)
		for row := from + a; row < from+b; row++ {
			x, y := l.x.v[row*l.x.n:(row+1)*l.x.n], l.y.v[row*l.y.n:(row+1)*l.y.n]
			for g := range l.groups {
				l.unfold(*s, x, g)
				multiply(pixels, l.cout, K, *s, K, l.eff[g*K*l.cout:], l.cout, y[g*l.cout:], channels, false)
			}
			if l.b != nil {
				for i := 0; i < len(y); i += channels {
					addTo(y[i:i+channels], l.b.v)
				}
			}
		}
	})
}

func (l *conv) backward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	pixels, K, channels := l.pixels(), l.fan(), l.y.grid.C
	size := (to - from + convShards - 1) / convShards
	r.run(convShards, func(shard int) {
		s := l.scratch.Get().(*[]float32)
		defer l.scratch.Put(s)
		sum := l.sums[shard]
		clear(sum)
		for row := from + shard*size; row < min(from+(shard+1)*size, to); row++ {
			x, gy := l.x.v[row*l.x.n:(row+1)*l.x.n], l.y.g[row*l.y.n:(row+1)*l.y.n]
			var gx []float32
			if l.x.g != nil {
				if gx = l.x.g[row*l.x.n : (row+1)*l.x.n]; !l.x.add {
					clear(gx)
				}
			}
			for g := range l.groups {
				l.unfold(*s, x, g)
				multiplyT(K, l.cout, pixels, *s, K, gy[g*l.cout:], channels, sum[g*K*l.cout:], l.cout, true)
				if gx != nil {
					multiply(pixels, K, l.cout, gy[g*l.cout:], channels, l.wT[g*K*l.cout:], K, *s, K, false)
					l.fold(gx, *s, g)
				}
			}
		}
	})
	for _, sum := range l.sums {
		addTo(l.w.g, sum)
	}
	if l.b != nil {
		g := l.y.g[from*l.y.n : to*l.y.n]
		for i := 0; i < len(g); i += channels {
			addTo(l.b.g, g[i:i+channels])
		}
	}
}

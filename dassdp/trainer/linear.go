package trainer

// linear is y = W·x + b on vectors, for every row of x.
type linear struct {
	node    string
	x, y    *signal
	in, out int
	w       *param // [in][out]
	b       *param // [out] or nil
	// forward reads the transposed weight w.v, or what the quantiser makes of it.
	eff []float32 // [in][out]
	wT  []float32 // [out][in], for the input's gradient; nil unless needed
}

func newLinear(node string, x, y *signal, in, out int, bias bool) *linear {
	l := &linear{node: node, x: x, y: y, in: in, out: out, w: newParam(node+".weight", in*out, true)}
	if bias {
		l.b = newParam(node+".bias", out, false)
	}
	l.eff = l.w.v
	if x.needs {
		l.wT = make([]float32, in*out)
	}
	return l
}

// prepare is called after the weights have changed.
func (l *linear) prepare(p *pool) {
	if l.wT != nil {
		transpose(l.wT, l.eff, l.in, l.out)
	}
}

func (l *linear) forward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	r.pieces(to-from, block, func(a, b int) {
		a, b = a+from, b+from
		y := l.y.v[a*l.out : b*l.out]
		multiply(b-a, l.out, l.in, l.x.v[a*l.in:], l.in, l.eff, l.out, y, l.out, false)
		if l.b != nil {
			for ; len(y) > 0; y = y[l.out:] {
				addTo(y[:l.out], l.b.v)
			}
		}
	})
}

func (l *linear) backward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	g, rows := l.y.g[from*l.out:to*l.out], to-from
	r.pieces(l.in, block, func(a, b int) {
		multiplyT(b-a, l.out, rows, l.x.v[from*l.in+a:], l.in, g, l.out, l.w.g[a*l.out:], l.out, true)
	})
	if l.b != nil {
		for i := 0; i < len(g); i += l.out {
			addTo(l.b.g, g[i:i+l.out])
		}
	}
	if l.x.g != nil {
		add := l.x.add
		r.pieces(rows, block, func(a, b int) {
			a, b = a+from, b+from
			multiply(b-a, l.in, l.out, l.y.g[a*l.out:], l.out, l.wT, l.in, l.x.g[a*l.in:b*l.in], l.in, add)
		})
	}
}

func addTo(dst, src []float32) {
	src = src[:len(dst)]
	if n := len(dst) &^ (laneWidth - 1); hasVectors && n > 0 {
		addLanes(&dst[0], &src[0], n)
		dst, src = dst[n:], src[n:]
	}
	for i := range dst {
		dst[i] += src[i]
	}
}

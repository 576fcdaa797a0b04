package trainer

import "math"

// norm is batch normalisation by channel over the batch, the steps and the
// pixels, as PyTorch computes it on steps joined to the batch; or over the batch
// and the pixels of each step, as it does step by step.
type norm struct {
	node       string
	x, y       *signal
	eps        float64
	w, b       *param    // [channels]; nil where the node has none
	mean, vari []float64 // running
	momentum   float64
	repeats    int  // of a held input: it counts once a step
	single     bool // statistics of each step
	frozen     bool // the running statistics count in training too

	stats []normStats // of the batch: of each step, or one
	sums  [][]float64
}

type normStats struct{ mean, invStd []float64 }

// normRows is how many rows a part of the statistics has.
const normRows = 64

func (l *norm) channels() int { return l.y.grid.C }

// reduce sums f over the rows, in parts whose order is fixed: f adds a row's
// contribution to two sums a channel.
func (l *norm) reduce(r *run, from, to int, f func(row int, a, b []float64)) (a, b []float64) {
	c := l.channels()
	parts := (to - from + normRows - 1) / normRows
	for len(l.sums) < parts {
		l.sums = append(l.sums, make([]float64, 2*c))
	}
	r.run(parts, func(part int) {
		s := l.sums[part]
		clear(s)
		for row := from + part*normRows; row < min(from+(part+1)*normRows, to); row++ {
			f(row, s[:c], s[c:])
		}
	})
	total := make([]float64, 2*c)
	for _, s := range l.sums[:parts] {
		for i, v := range s {
			total[i] += v
		}
	}
	return total[:c], total[c:]
}

// pieces calls do for the rows that have statistics of their own.
func (l *norm) pieces(r *run, t0, t1 int, do func(at, from, to int)) {
	if !l.single || l.x.held {
		if !l.x.held || t0 == 0 {
			from, to := l.x.rows(t0, t1, r.batch)
			do(0, from, to)
		}
		return
	}
	for t := t0; t < t1; t++ {
		from, to := l.x.rows(t, t+1, r.batch)
		do(t, from, to)
	}
}

func (l *norm) forward(r *run, t0, t1 int) {
	for len(l.stats) < t1 {
		l.stats = append(l.stats, normStats{})
	}
	l.pieces(r, t0, t1, func(at, from, to int) { l.normalise(r, at, from, to) })
}

// normalise takes the rows from..to−1, whose statistics are number at.
func (l *norm) normalise(r *run, at, from, to int) {
	c, n := l.channels(), l.x.n
	mean, invStd := l.mean, make([]float64, c)
	if r.train && !l.frozen {
		count := float64((to - from) * n / c)
		sum, _ := l.reduce(r, from, to, func(row int, a, _ []float64) {
			x := l.x.v[row*n : (row+1)*n]
			for ; len(x) > 0; x = x[c:] {
				for i := range a {
					a[i] += float64(x[i])
				}
			}
		})
		mean = make([]float64, c)
		for i := range mean {
			mean[i] = sum[i] / count
		}
		sq, _ := l.reduce(r, from, to, func(row int, a, _ []float64) {
			x := l.x.v[row*n : (row+1)*n]
			for ; len(x) > 0; x = x[c:] {
				for i := range a {
					d := float64(x[i]) - mean[i]
					a[i] += d * d
				}
			}
		})
		all, times := count*float64(l.repeats), 1
		if l.single {
			all, times = count, l.repeats
		}
		for i := range sq {
			v := sq[i] / count
			invStd[i] = 1 / math.Sqrt(v+l.eps)
			for range times {
				l.mean[i] += l.momentum * (mean[i] - l.mean[i])
				l.vari[i] += l.momentum * (v*all/max(all-1, 1) - l.vari[i])
			}
		}
	} else {
		for i := range invStd {
			invStd[i] = 1 / math.Sqrt(l.vari[i]+l.eps)
		}
	}
	l.stats[at] = normStats{mean, invStd}
	scale, shift := make([]float32, c), make([]float32, c)
	for i := range scale {
		s, b := invStd[i], 0.0
		if l.w != nil {
			s *= float64(l.w.v[i])
		}
		if l.b != nil {
			b = float64(l.b.v[i])
		}
		scale[i], shift[i] = float32(s), float32(b-mean[i]*s)
	}
	r.pieces(to-from, normRows, func(a, b int) {
		x, y := l.x.v[(from+a)*n:(from+b)*n], l.y.v[(from+a)*n:(from+b)*n]
		for ; len(x) > 0; x, y = x[c:], y[c:] {
			for i, s := range scale {
				y[i] = x[i]*s + shift[i]
			}
		}
	})
}

func (l *norm) backward(r *run, t0, t1 int) {
	l.pieces(r, t0, t1, func(at, from, to int) { l.back(r, &l.stats[at], from, to) })
}

func (l *norm) back(r *run, st *normStats, from, to int) {
	c, n := l.channels(), l.x.n
	count := float64((to - from) * n / c)
	// sums of g and of g·x̂
	sg, sgx := l.reduce(r, from, to, func(row int, a, b []float64) {
		x, g := l.x.v[row*n:(row+1)*n], l.y.g[row*n:(row+1)*n]
		for ; len(x) > 0; x, g = x[c:], g[c:] {
			for i := range a {
				a[i] += float64(g[i])
				b[i] += float64(g[i]) * (float64(x[i]) - st.mean[i]) * st.invStd[i]
			}
		}
	})
	for i := range sg {
		if l.w != nil {
			l.w.g[i] += float32(sgx[i])
		}
		if l.b != nil {
			l.b.g[i] += float32(sg[i])
		}
	}
	if l.x.g == nil {
		return
	}
	// gx = w/σ·(g − mean(g) − x̂·mean(g·x̂)) = k0·g + k1·x + k2
	k0, k1, k2 := make([]float32, c), make([]float32, c), make([]float32, c)
	for i := range k0 {
		k := st.invStd[i]
		if l.w != nil {
			k *= float64(l.w.v[i])
		}
		if l.frozen {
			k0[i] = float32(k)
			continue
		}
		slope := k * sgx[i] / count * st.invStd[i]
		k0[i], k1[i], k2[i] = float32(k), float32(-slope), float32(slope*st.mean[i]-k*sg[i]/count)
	}
	r.pieces(to-from, normRows, func(a, b int) {
		x, gx, g := l.x.v[(from+a)*n:(from+b)*n], l.x.g[(from+a)*n:(from+b)*n], l.y.g[(from+a)*n:(from+b)*n]
		for ; len(x) > 0; x, gx, g = x[c:], gx[c:], g[c:] {
			for i := range k0 {
				d := k0[i]*g[i] + k1[i]*x[i] + k2[i]
				if l.x.add {
					d += gx[i]
				}
				gx[i] = d
			}
		}
	})
}

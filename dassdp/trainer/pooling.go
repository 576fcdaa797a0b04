package trainer

import "github.com/snnc/snnc/ir"

// pooling sums windows, channel by channel, times a factor.
type pooling struct {
	x, y       *signal
	rows, cols [][]ir.Tap
	factor     float32
}

func (l *pooling) forward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	width, channels := l.x.grid.W, l.x.grid.C
	r.pieces(to-from, samplesPart, func(a, b int) {
		for row := from + a; row < from+b; row++ {
			x, y := l.x.v[row*l.x.n:(row+1)*l.x.n], l.y.v[row*l.y.n:(row+1)*l.y.n]
			clear(y)
			for _, rows := range l.rows {
				for _, cols := range l.cols {
					for _, i := range rows {
						for _, j := range cols {
							addTo(y[:channels], x[(i.Source*width+j.Source)*channels:])
						}
					}
					if l.factor != 1 {
						for i := range y[:channels] {
							y[i] *= l.factor
						}
					}
					y = y[channels:]
				}
			}
		}
	})
}

func (l *pooling) backward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 || l.x.g == nil {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	width, channels := l.x.grid.W, l.x.grid.C
	r.pieces(to-from, samplesPart, func(a, b int) {
		scaled := make([]float32, channels)
		for row := from + a; row < from+b; row++ {
			x, y := l.x.g[row*l.x.n:(row+1)*l.x.n], l.y.g[row*l.y.n:(row+1)*l.y.n]
			if !l.x.add {
				clear(x)
			}
			for _, rows := range l.rows {
				for _, cols := range l.cols {
					for i := range scaled {
						scaled[i] = y[i] * l.factor
					}
					for _, i := range rows {
						for _, j := range cols {
							addTo(x[(i.Source*width+j.Source)*channels:][:channels], scaled)
						}
					}
					y = y[channels:]
				}
			}
		}
	})
}

// scaling is y = s ⊙ x with constants.
type scaling struct {
	x, y *signal
	s    []float32 // [n], channel-last
}

func (l *scaling) forward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	for i := from * l.x.n; i < to*l.x.n; i += l.x.n {
		for j, s := range l.s {
			l.y.v[i+j] = s * l.x.v[i+j]
		}
	}
}

func (l *scaling) backward(r *run, t0, t1 int) {
	if l.x.held && t0 > 0 || l.x.g == nil {
		return
	}
	from, to := l.x.rows(t0, t1, r.batch)
	for i := from * l.x.n; i < to*l.x.n; i += l.x.n {
		for j, s := range l.s {
			g := s * l.y.g[i+j]
			if l.x.add {
				g += l.x.g[i+j]
			}
			l.x.g[i+j] = g
		}
	}
}

package trainer

// join adds up what several edges bring; an edge that closes a loop brings the
// values of the step before.
type join struct {
	y     *signal
	edges []joinEdge
}

type joinEdge struct {
	x    *signal
	late bool
	// weight of a spike, one a value; nil: 1. Quantisation rounds the 1 of an
	// edge that brings spikes as they are beside weights of other layers.
	weight []float32
}

// from is the step whose values the edge brings in step t; negative: none.
func (e *joinEdge) from(t int) int {
	switch {
	case e.x.held:
		return 0
	case e.late:
		return t - 1
	}
	return t
}

// addWeighted adds rows of src times weight to dst.
func addWeighted(dst, src, weight []float32) {
	for ; len(dst) > 0; dst, src = dst[len(weight):], src[len(weight):] {
		for i, w := range weight {
			dst[i] += w * src[i]
		}
	}
}

func (l *join) forward(r *run, t0, t1 int) {
	n := l.y.n
	for t := t0; t < t1; t++ {
		if l.y.held && t > 0 {
			return
		}
		size := r.batch * n
		r.pieces(r.batch, samplesPart, func(a, b int) {
			y := l.y.v[t*size:][a*n : b*n]
			clear(y)
			for _, e := range l.edges {
				from := e.from(t)
				if from >= 0 {
					x := e.x.v[from*size:][a*n : b*n]
					if e.weight != nil {
						addWeighted(y, x, e.weight)
					} else {
						addTo(y, x)
					}
				}
			}
		})
	}
}

func (l *join) backward(r *run, t0, t1 int) {
	n := l.y.n
	for t := t1 - 1; t >= t0; t-- {
		if l.y.held && t > 0 {
			continue
		}
		size := r.batch * n
		r.pieces(r.batch, samplesPart, func(a, b int) {
			g := l.y.g[t*size:][a*n : b*n]
			for _, e := range l.edges {
				from := e.from(t)
				if from < 0 || e.x.g == nil {
					continue
				}
				x := e.x.g[from*size:][a*n : b*n]
				if e.weight != nil {
					if !e.x.add {
						clear(x)
					}
					addWeighted(x, g, e.weight)
				} else if e.x.add {
					addTo(x, g)
				} else {
					copy(x, g)
				}
			}
		})
	}
}

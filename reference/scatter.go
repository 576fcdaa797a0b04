package reference

import "github.com/snnc/snnc/ir"

// synapses is a projection's weights in the order in which sources use them:
// what one source value adds lies together. A dense projection is a matrix
// [pre, post]; any other keeps its kernel once, [group, source channel in the
// group, kernel row, kernel column, target channel in the group], and is laid
// over pixel-major sums.
type synapses[W float64 | int16] struct {
	*ir.Projection
	dense      bool
	weights    []W
	rows, cols [][]landing // by source row and column
}

// landing is a target row (column) that a source row (column) reaches, and the
// kernel row (column) it does so through.
type landing struct{ target, kernel int }

func newSynapses[W float64 | int16](p *ir.Projection, w []W) synapses[W] {
	s := synapses[W]{Projection: p, dense: p.Dense()}
	if s.dense {
		s.weights = transpose(w, p.Post.C, p.Pre.Size())
		return s
	}
	s.rows, s.cols = landings(p.Rows, p.Pre.H), landings(p.Cols, p.Pre.W)
	in, out := p.Pre.C/p.Groups, p.Post.C/p.Groups
	s.weights = make([]W, len(w))
	for c := range p.Post.C {
		for i := range in {
			for k := range p.KH * p.KW {
				s.weights[((c/out*in+i)*p.KH*p.KW+k)*out+c%out] = w[(c*in+i)*p.KH*p.KW+k]
			}
		}
	}
	return s
}

func landings(taps [][]ir.Tap, sources int) [][]landing {
	out := make([][]landing, sources)
	for target, list := range taps {
		for _, t := range list {
			out[t.Source] = append(out[t.Source], landing{target, t.Kernel})
		}
	}
	return out
}

// scatter adds to the pixel-major sums what the active sources give: their
// weights, times x where x is not nil.
func scatter[T float64 | int32, W float64 | int16](sums []T, s *synapses[W], active []int32, x []T) {
	in, out := s.Pre.C/s.Groups, s.Post.C/s.Groups
	pixels := s.Pre.H * s.Pre.W
	for j, m := range active {
		c, y, col := int(m)/pixels, int(m)/s.Pre.W%s.Pre.H, int(m)%s.Pre.W
		group := c / in
		kernel := s.weights[c*s.KH*s.KW*out:][:s.KH*s.KW*out]
		for _, r := range s.rows[y] {
			for _, q := range s.cols[col] {
				w := kernel[(r.kernel*s.KW+q.kernel)*out:][:out]
				to := sums[(r.target*s.Post.W+q.target)*s.Post.C+group*out:][:out]
				if x == nil {
					for i, v := range w {
						to[i] += T(v)
					}
					continue
				}
				for i, v := range w {
					to[i] += T(x[j] * T(v))
				}
			}
		}
	}
}

// fromPixels adds pixel-major sums to the sums of a population.
func fromPixels[T float64 | int32](acc, sums []T, g ir.Grid) {
	pixels := g.H * g.W
	for p := range pixels {
		for c, v := range sums[p*g.C : (p+1)*g.C] {
			acc[c*pixels+p] += v
		}
	}
}

// transpose turns a matrix [post, pre] into rows of the source.
func transpose[T any](w []T, post, pre int) []T {
	out := make([]T, len(w))
	for n := range post {
		for m, x := range w[n*pre : (n+1)*pre] {
			out[m*post+n] = x
		}
	}
	return out
}

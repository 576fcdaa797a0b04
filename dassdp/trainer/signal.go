package trainer

import "github.com/snnc/snnc/ir"

// signal is what one node gives at every step: values and, in training, the
// loss's gradient for them, [step][sample][value], or [sample][value] where it
// is held over the steps.
type signal struct {
	name   string
	grid   ir.Grid
	n      int
	held   bool
	spikes bool // zeros and ones
	v, g   []float32
	// needs tells that some parameter lies before it. Without, g is nil.
	needs bool
	// add tells that several readers add to g, which is then cleared first.
	add     bool
	readers int
}

func (s *signal) steps(T int) int {
	if s.held {
		return 1
	}
	return T
}

func (s *signal) alloc(T, batch int, training bool) {
	size := s.steps(T) * batch * s.n
	s.v = make([]float32, size)
	if s.needs && training {
		s.g = make([]float32, size)
	}
}

// rows gives the rows from..to−1 (row = step·batch + sample) of steps t0..t1−1.
func (s *signal) rows(t0, t1, batch int) (from, to int) {
	if s.held {
		return 0, batch
	}
	return t0 * batch, t1 * batch
}

// toInner returns for each inner (channel-last) position the number that the
// value has in files, or nil where both are alike.
func toInner(g ir.Grid) []int {
	if g.C == 1 || g.H*g.W == 1 {
		return nil
	}
	p := make([]int, g.Size())
	i := 0
	for y := range g.H {
		for x := range g.W {
			for c := range g.C {
				p[i] = g.Index(c, y, x)
				i++
			}
		}
	}
	return p
}

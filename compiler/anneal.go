package compiler

import (
	"math"
	"math/rand/v2"

	"github.com/snnc/snnc/ir"
)

// annealSweeps is how many moves are tried for each core. Twice as many changed the
// cost of the seven networks of the benchmark by +4 to −8 %.
const annealSweeps = 1200

// anneal improves a placement by simulated annealing (Kirkpatrick, Gelatt,
// Vecchi 1983) on Σ words·hops: a core moves to a node near it, swapping with
// what is there, always if that is cheaper and sometimes if not. The same
// input gives the same placement: the generator has a fixed seed.
func anneal(n ir.Net, at []int, links []link) {
	if len(at) < 2 || len(links) == 0 {
		return
	}
	s := newAnnealing(n, at, links)
	start := hopCost(n.Cols, at, links)
	before := append([]int(nil), at...)
	rng := rand.New(rand.NewPCG(1983, 4598))
	temperature := s.typicalMove(rng)
	moves := annealSweeps * len(at)
	if moves < 20000 {
		moves = 20000
	}
	cooling := math.Pow(1e-3, 1/float64(moves))
	reach := float64(max(n.Cols, n.Rows))
	for i := range moves {
		radius := 1 + int(reach*(1-float64(i)/float64(moves)))
		core := rng.IntN(len(at))
		to := s.near(rng, at[core], radius)
		if d := s.delta(core, to); d <= 0 || rng.Float64() < math.Exp(-d/temperature) {
			s.move(core, to)
		}
		temperature *= cooling
	}
	if hopCost(n.Cols, at, links) > start {
		copy(at, before)
	}
}

type annealing struct {
	cols, rows int
	at         []int // node of a core
	core       []int // of a node, -1: none
	of         [][]end
}

// end is one side of a core's demands: words to or from another core.
type end struct {
	other int // -1: the host
	words float64
}

func newAnnealing(n ir.Net, at []int, links []link) *annealing {
	s := &annealing{cols: n.Cols, rows: n.Rows, at: at, core: make([]int, n.Cols*n.Rows), of: make([][]end, len(at))}
	for i := range s.core {
		s.core[i] = -1
	}
	for i, node := range at {
		s.core[node] = i
	}
	for _, l := range links {
		if l.from == l.to {
			continue // its own words go through its router wherever it is
		}
		s.of[l.from] = append(s.of[l.from], end{l.to, l.words})
		if l.to >= 0 {
			s.of[l.to] = append(s.of[l.to], end{l.from, l.words})
		}
	}
	return s
}

// near draws a node within a radius of another, never the host's.
func (s *annealing) near(rng *rand.Rand, node, radius int) int {
	for {
		x, y := node%s.cols+rng.IntN(2*radius+1)-radius, node/s.cols+rng.IntN(2*radius+1)-radius
		if x >= 0 && x < s.cols && y >= 0 && y < s.rows && (x > 0 || y > 0) && y*s.cols+x != node {
			return y*s.cols + x
		}
	}
}

// delta is how much dearer the placement gets if a core moves to a node.
func (s *annealing) delta(core, to int) float64 {
	from, other := s.at[core], s.core[to]
	d := 0.0
	for _, e := range s.of[core] {
		switch e.other {
		case other:
			if other < 0 {
				d += e.words * float64(hops(s.cols, to, 0)-hops(s.cols, from, 0))
			} // else they change places: as far as before
		default:
			n := nodeOf(s.at, e.other)
			d += e.words * float64(hops(s.cols, to, n)-hops(s.cols, from, n))
		}
	}
	if other < 0 {
		return d
	}
	for _, e := range s.of[other] {
		if e.other != core {
			n := nodeOf(s.at, e.other)
			d += e.words * float64(hops(s.cols, from, n)-hops(s.cols, to, n))
		}
	}
	return d
}

func (s *annealing) move(core, to int) {
	from, other := s.at[core], s.core[to]
	s.at[core], s.core[to], s.core[from] = to, core, other
	if other >= 0 {
		s.at[other] = from
	}
}

// typicalMove is the mean rise of random moves: the temperature to start at,
// a little below, as the start is no random placement.
func (s *annealing) typicalMove(rng *rand.Rand) float64 {
	sum, count := 0.0, 1.0
	for range 1000 {
		core := rng.IntN(len(s.at))
		if d := s.delta(core, s.near(rng, s.at[core], max(s.cols, s.rows)/4+1)); d > 0 {
			sum, count = sum+d, count+1
		}
	}
	return max(sum/count/4, 1e-9)
}

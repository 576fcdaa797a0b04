package trainer

import (
	"math"

	"github.com/snnc/snnc/ir"
)

// lanes are the rows of one sample and step of a population, which the vector
// unit takes eight neurons at a time. Forwards it reads and writes the first
// group, backwards the second.
type lanes struct {
	decay, gain, bias, theta, reset *float32
	v, y                            *float32

	x, post       *float32
	gy, carry, gx *float32
}

// laneWidth is how many neurons the vector unit takes at a time.
const laneWidth = 8

// stepVector takes as many neurons of a row a step on as the vector unit can,
// and returns how many: none but for populations that are set to a value.
func (l *neuron) stepVector(r *run, v, x, y, post []float32) int {
	if !hasVectors || l.n < laneWidth || l.Current || l.Graded || l.Reset != ir.ResetValue || r.forced || l.surrogate.Smooth {
		return 0
	}
	n := l.n &^ (laneWidth - 1)
	_, _, _, _ = v[n-1], x[n-1], y[n-1], post[n-1]
	stepLanes(&lanes{decay: &l.decay[0], gain: &l.gain[0], bias: &l.bias[0], theta: &l.theta[0], reset: &l.reset[0],
		v: &v[0], y: &y[0], x: &x[0], post: &post[0]}, n, l.AtLeast)
	return n
}

// backVector is stepVector for a row of backRow: of the commonest surrogate,
// the reset detached.
func (l *neuron) backVector(v, y, gy, carry, gx []float32) int {
	if !hasVectors || l.n < laneWidth || l.Current || l.Graded || l.Reset != ir.ResetValue || !l.detach || l.tau != nil || l.surrogate.Kind != "atan" || gx == nil {
		return 0
	}
	n := l.n &^ (laneWidth - 1)
	_, _, _, _, _ = v[n-1], y[n-1], gy[n-1], carry[n-1], gx[n-1]
	half, k := l.surrogate.atan()
	backLanes(&lanes{decay: &l.decay[0], gain: &l.gain[0], theta: &l.theta[0], v: &v[0], y: &y[0],
		gy: &gy[0], carry: &carry[0], gx: &gx[0]}, n, half, k, l.x.add)
	return n
}

// atan gives the constants of half/(1 + (k·x)²).
func (s *Surrogate) atan() (half, k float32) {
	a := float32(s.Alpha)
	return a / 2, float32(math.Pi/2) * a
}

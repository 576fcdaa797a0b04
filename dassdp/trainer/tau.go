package trainer

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// trainedTau trains the time constant of a leaky population (PLIF, Fang et al.
// 2021): dt/tau = sigmoid(p), one p for the population or one a neuron.
type trainedTau struct {
	p     *param
	dt    float64
	r     []float64 // of the node; nil where r is tau/dt, so that the gain stays
	leak  []float64 // v_leak
	inner []int
	parts [][]float32 // sums of each part of the samples, [n]
}

// TrainsDecay tells whether the decay of a population is trained.
func (n *Network) TrainsDecay(population string) bool {
	l := n.neurons[population]
	return l != nil && l.tau != nil
}

// logit is the inverse of sigmoid.
func logit(x float64) float64 { return math.Log(x / (1 - x)) }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// trainTau makes tau of the node a parameter, fixedGain where r follows it.
func (l *neuron) trainTau(node ir.Node, d *compiler.Dynamics, grid ir.Grid, fixedGain bool) error {
	var tau, r *ir.Tensor
	switch op := node.Op.(type) {
	case *ir.LIF:
		tau, r = op.Tau, op.R
	case *ir.LI:
		tau, r = op.Tau, op.R
	default:
		return fmt.Errorf("node %q (%s): only tau of LIF and LI can be trained; give it a value", node.Name, node.Op.Kind())
	}
	if !d.Euler {
		return fmt.Errorf("node %q (%s): a tau is trained under 1 − dt/tau; the preset decays otherwise, so give tau a value", node.Name, node.Op.Kind())
	}
	t := &trainedTau{dt: d.StepTime, inner: toInner(grid), p: newParam(node.Name+".tau", len(tau.Data), false)}
	for i, v := range tau.Data {
		if !(v > t.dt) {
			return fmt.Errorf("node %q (%s): tau[%d] begins at %v; a trained tau begins above dt = %v", node.Name, node.Op.Kind(), i, v, t.dt)
		}
	}
	for i := range t.p.v {
		k := i
		if t.inner != nil && len(tau.Data) > 1 {
			k = t.inner[i]
		}
		t.p.v[i] = float32(logit(t.dt / tau.Data[k]))
	}
	at := func(src *ir.Tensor) []float64 {
		out := make([]float64, l.n)
		for i := range out {
			k := i
			if t.inner != nil {
				k = t.inner[i]
			}
			out[i] = src.At(k)
		}
		return out
	}
	if !fixedGain {
		t.r = at(r)
	}
	t.leak = make([]float64, l.n)
	for i := range t.leak { // from v_leak and, in some presets, from where the membrane begins
		k := i
		if t.inner != nil {
			k = t.inner[i]
		}
		t.leak[i] = ir.At(d.Bias, k) / (1 - ir.At(d.Decay, k))
	}
	l.tau = t
	return nil
}

// prepare sets decay, gain and leak after p has changed.
func (l *neuron) prepare() {
	t := l.tau
	if t == nil {
		return
	}
	for i := range l.decay {
		s := sigmoid(float64(at(t.p.v, i)))
		l.decay[i] = float32(1 - s)
		l.bias[i] = float32(s * t.leak[i])
		if t.r != nil {
			l.gain[i] = float32(s * t.r[i])
		} else {
			l.gain[i] = 1
		}
	}
}

func at(v []float32, i int) float32 {
	if len(v) == 1 {
		return v[0]
	}
	return v[i]
}

func (t *trainedTau) begin(parts int) {
	if t == nil {
		return
	}
	for len(t.parts) < parts {
		t.parts = append(t.parts, make([]float32, len(t.leak)))
	}
	for _, p := range t.parts[:parts] {
		clear(p)
	}
}

// collect adds dL/dp but for sigmoid's derivative: v = (1−σ)·post + σ·(r·x + leak).
func (t *trainedTau) collect(l *neuron, r *run, part, step, at, k int, d []float32) {
	sum := t.parts[part]
	x := l.x.v
	if l.x.held {
		x = x[k : k+l.n]
	} else {
		x = x[at : at+l.n]
	}
	for i, g := range d {
		q := float32(t.leak[i])
		if t.r != nil {
			q += float32(t.r[i]) * x[i]
		}
		if step > 0 {
			q -= l.postOf(r, at-r.batch*l.n+i, i)
		}
		sum[i] += g * q
	}
}

// postOf recomputes the membrane after the reset from the one before it.
func (l *neuron) postOf(r *run, at, i int) float32 {
	v, y := l.v[at], l.y.v[at]
	switch {
	case l.Graded:
		return v
	case l.Reset == ir.ResetValue:
		return v*(1-y) + l.reset[i]*y
	case l.Reset == ir.ResetSubtract:
		return v - l.theta[i]*y
	}
	return v
}

func (t *trainedTau) reduce(parts int) {
	if t == nil {
		return
	}
	for _, part := range t.parts[:parts] {
		for i, g := range part {
			k := i
			if len(t.p.v) == 1 {
				k = 0
			}
			s := float32(sigmoid(float64(t.p.v[k])))
			t.p.g[k] += g * s * (1 - s)
		}
	}
}

// values gives tau as files have it.
func (t *trainedTau) values() []float64 {
	out := make([]float64, len(t.p.v))
	for i, p := range t.p.v {
		k := i
		if t.inner != nil && len(out) > 1 {
			k = t.inner[i]
		}
		out[k] = t.dt / sigmoid(float64(p))
	}
	return out
}

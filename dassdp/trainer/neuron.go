package trainer

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// neuron is a population of any model: LIF, IF, CubaLIF and the graded LI, I
// and CubaLI, with the parameters that the compiler gives them.
type neuron struct {
	node string
	x, y *signal
	n    int
	ir.Neuron
	surrogate *Surrogate
	detach    bool // no gradient through the reset

	// One value a neuron, channel-last.
	decay, syn, gain, bias, vbias, theta, reset []float32

	tau *trainedTau // nil: fixed

	v     []float32 // [T][batch][n] membranes before the reset
	post  []float32 // [batch][n] membrane after the step
	cur   []float32 // [batch][n] current after the step, or nil
	carry []float32 // [batch][n] loss's gradient for post
	carIn []float32 // [batch][n] for the current
	slope []float32 // [batch][n] scratch
}

// samplesPart is how many samples a part of a neuron's work has.
const samplesPart = 16

func newNeuron(node ir.Node, x, y *signal, d *compiler.Dynamics, o *Options) (*neuron, error) {
	l := &neuron{node: node.Name, x: x, y: y, n: d.N, Neuron: d.Neuron, surrogate: &o.Surrogate, detach: !o.AttachReset}
	inner := toInner(x.grid)
	spread := func(v []float64) []float32 {
		out := make([]float32, d.N)
		for i := range out {
			k := i
			if inner != nil {
				k = inner[i]
			}
			if v != nil {
				out[i] = float32(ir.At(v, k))
			}
		}
		return out
	}
	l.decay, l.gain, l.bias = spread(d.Decay), spread(d.InputGain), spread(d.Bias)
	l.theta, l.reset = spread(d.Threshold), spread(d.VReset)
	if d.Current {
		l.syn, l.vbias = spread(d.SynDecay), spread(d.VBias)
	}
	for i, g := range l.gain {
		if g <= 0 || math.IsInf(float64(g), 0) {
			return nil, fmt.Errorf("node %q (%s): the gain of input %d (r·dt/tau) is %v; training needs it above zero", node.Name, node.Op.Kind(), i, g)
		}
	}
	return l, nil
}

func (l *neuron) alloc(T, batch int, training bool) {
	if training {
		l.v = make([]float32, T*batch*l.n)
	} else {
		l.v = make([]float32, batch*l.n)
	}
	l.post = make([]float32, batch*l.n)
	if l.Current {
		l.cur = make([]float32, batch*l.n)
	}
	if training {
		l.carry, l.slope = make([]float32, batch*l.n), make([]float32, batch*l.n)
		if l.Current {
			l.carIn = make([]float32, batch*l.n)
		}
	}
}

func (l *neuron) forward(r *run, t0, t1 int) {
	r.pieces(r.batch, samplesPart, func(a, b int) {
		a, b = a*l.n, b*l.n
		for t := t0; t < t1; t++ {
			v := l.v[a:b]
			if r.train {
				at := t * r.batch * l.n
				v = l.v[at+a : at+b]
			}
			x := l.x.v[a:b]
			if !l.x.held {
				at := t * r.batch * l.n
				x = l.x.v[at+a : at+b]
			}
			at := t * r.batch * l.n
			y, post := l.y.v[at+a:at+b], l.post[a:b]
			if t == 0 {
				clear(post)
				if l.Current {
					clear(l.cur[a:b])
				}
			}
			for ; len(v) > 0; v, x, y, post = v[l.n:], x[l.n:], y[l.n:], post[l.n:] {
				row := v[:l.n]
				done := l.stepVector(r, row, x, y, post)
				if done == l.n {
					continue
				}
				if l.Current {
					cur := l.cur[b-len(v):][:l.n]
					for i, s := range l.syn {
						cur[i] = s*cur[i] + l.gain[i]*x[i] + l.bias[i]
						row[i] = l.decay[i]*post[i] + cur[i] + l.vbias[i]
					}
				} else {
					integrate(row[done:], l.decay[done:], post[done:], l.gain[done:], x[done:], l.bias[done:])
				}
				var before []float32 // spikes of the step before
				if t > 0 && l.Reset == ir.ResetDelayed {
					before = l.y.v[at-r.batch*l.n+b-len(v):][:l.n]
				}
				l.fire(r, done, before, row, y[:l.n], post[:l.n])
			}
		}
	})
}

func integrate(v, decay, post, gain, x, bias []float32) {
	n := len(v)
	decay, post, gain, x, bias = decay[:n], post[:n], gain[:n], x[:n], bias[:n]
	for i := range v {
		v[i] = decay[i]*post[i] + gain[i]*x[i] + bias[i]
	}
}

// one has the bits of 1.
const one = 0x3f800000

// fire turns the membranes v of neurons first.. into the output y, and sets post to what the
// reset leaves. It has no branch on a spike: whether a neuron fires is no guess that
// a processor can make.
func (l *neuron) fire(r *run, first int, before, v, y, post []float32) {
	n := len(v)
	theta, reset := l.theta[first:n], l.reset[first:n]
	v, y, post = v[first:], y[first:n], post[first:n]
	if l.Graded {
		copy(y, v)
		copy(post, v)
		return
	}
	for i, s := range before { // of a delayed reset
		v[i] -= theta[i] * s
	}
	switch {
	case r.forced:
	case l.surrogate.Smooth:
		for i, u := range v {
			y[i] = float32(l.surrogate.primitive(float64(u - theta[i])))
		}
	case l.AtLeast:
		for i, u := range v {
			var mask uint32
			if u >= theta[i] {
				mask = math.MaxUint32
			}
			y[i] = math.Float32frombits(mask & one)
		}
	default:
		for i, u := range v {
			var mask uint32
			if u > theta[i] {
				mask = math.MaxUint32
			}
			y[i] = math.Float32frombits(mask & one)
		}
	}
	switch {
	case l.surrogate.Smooth && l.Reset == ir.ResetValue:
		for i, u := range v {
			post[i] = u*(1-y[i]) + reset[i]*y[i]
		}
	case l.Reset == ir.ResetValue:
		for i, u := range v {
			b := math.Float32bits(y[i])
			mask := uint32(int32(b|-b) >> 31)
			post[i] = math.Float32frombits(math.Float32bits(u)&^mask | math.Float32bits(reset[i])&mask)
		}
	case l.Reset == ir.ResetSubtract:
		for i, u := range v {
			post[i] = u - theta[i]*y[i]
		}
	default:
		copy(post, v)
	}
}

func (l *neuron) backward(r *run, t0, t1 int) {
	parts := (r.batch + samplesPart - 1) / samplesPart
	l.tau.begin(parts)
	r.run(parts, func(part int) {
		a, b := part*samplesPart*l.n, min((part+1)*samplesPart, r.batch)*l.n
		for t := t1 - 1; t >= t0; t-- {
			at := t * r.batch * l.n
			if t == r.T-1 {
				clear(l.carry[a:b])
				if l.Current {
					clear(l.carIn[a:b])
				}
			}
			for k := a; k < b; k += l.n {
				l.backRow(r, part, t, at+k, k)
			}
		}
	})
	l.tau.reduce(parts)
}

// backRow takes one sample back over step t: at is where its row is in
// step-wise slices, k in those of one step.
func (l *neuron) backRow(r *run, part, t, at, k int) {
	var gx []float32
	if l.x.g != nil && l.x.held {
		gx = l.x.g[k : k+l.n]
	} else if l.x.g != nil {
		gx = l.x.g[at : at+l.n]
	}
	first := l.backVector(l.v[at:at+l.n], l.y.v[at:at+l.n], l.y.g[at:at+l.n], l.carry[k:k+l.n], gx)
	if first == l.n {
		return
	}
	at, k = at+first, k+first
	n := l.n - first
	v, y, gy := l.v[at:at+n], l.y.v[at:at+n], l.y.g[at:at+n]
	carry, d := l.carry[k:k+n], l.slope[k:k+n]
	theta, decay := l.theta[first:][:n], l.decay[first:][:n]
	// d becomes the gradient for v.
	if l.Graded {
		for i := range d {
			d[i] = gy[i] + carry[i]
		}
	} else {
		for i := range d {
			d[i] = v[i] - theta[i]
		}
		l.surrogate.derivative(d)
		var attached float32
		if !l.detach {
			attached = 1
		}
		switch l.Reset {
		case ir.ResetValue:
			reset := l.reset[first:][:n]
			if l.detach {
				for i, s := range d {
					d[i] = gy[i]*s + carry[i]*(1-y[i])
				}
			} else {
				for i, s := range d {
					d[i] = gy[i]*s + carry[i]*((1-y[i])+(reset[i]-v[i])*s)
				}
			}
		case ir.ResetSubtract:
			for i, s := range d {
				d[i] = gy[i]*s + carry[i]*(1-attached*theta[i]*s)
			}
		case ir.ResetDelayed: // carry is the gradient for the next step's v
			for i, s := range d {
				d[i] = (gy[i]-attached*theta[i]*carry[i])*s + decay[i]*carry[i]
			}
		default:
			for i, s := range d {
				d[i] = gy[i]*s + carry[i]
			}
		}
	}
	if l.tau != nil {
		l.tau.collect(l, r, part, t, at, k, d)
	}
	if l.Reset == ir.ResetDelayed && !l.Graded {
		copy(carry, d)
	} else {
		for i, g := range d {
			carry[i] = decay[i] * g
		}
	}
	if l.Current {
		cur, syn := l.carIn[k:k+n], l.syn[:n]
		for i := range d {
			d[i] += cur[i]
			cur[i] = syn[i] * d[i]
		}
	}
	if gx == nil {
		return
	}
	gain := l.gain[first:][:n]
	gx = gx[first:][:n]
	if l.x.add {
		for i, g := range d {
			gx[i] += gain[i] * g
		}
	} else {
		for i, g := range d {
			gx[i] = gain[i] * g
		}
	}
}

package trainer

import "math"

// optimiser moves parameters along their gradients, as PyTorch's SGD, Adam and
// AdamW do.
type optimiser struct {
	kind         string
	beta1, beta2 float64
	epsilon      float64
	decay        float64
	steps        int
	m, v         [][]float32 // moments of each parameter; v of adam alone
}

func newOptimiser(o *Options, params []*param) *optimiser {
	opt := &optimiser{kind: o.Optimiser, beta1: o.Beta1, beta2: o.Beta2, epsilon: 1e-8, decay: o.WeightDecay}
	if opt.kind == "sgd" {
		opt.beta1 = o.Momentum
	}
	for _, p := range params {
		opt.m = append(opt.m, make([]float32, len(p.v)))
		if opt.kind != "sgd" {
			opt.v = append(opt.v, make([]float32, len(p.v)))
		}
	}
	return opt
}

// paramPart is how many values a part of an update has.
const paramPart = 1 << 14

func (o *optimiser) step(p *pool, params []*param, rate float64) {
	o.steps++
	for i, x := range params {
		decay := 0.0
		if x.decay {
			decay = o.decay
		}
		p.pieces(len(x.v), paramPart, func(a, b int) {
			if o.kind == "sgd" {
				o.sgd(x.v[a:b], x.g[a:b], o.m[i][a:b], float32(rate), float32(decay))
				return
			}
			o.adam(x.v[a:b], x.g[a:b], o.m[i][a:b], o.v[i][a:b], rate, decay)
		})
	}
}

func (o *optimiser) sgd(w, g, m []float32, rate, decay float32) {
	g, m = g[:len(w)], m[:len(w)]
	momentum := float32(o.beta1)
	if o.steps == 1 {
		momentum = 0 // PyTorch: the first gradient is the first momentum
	}
	for i := range w {
		d := g[i] + decay*w[i]
		m[i] = momentum*m[i] + d
		w[i] -= rate * m[i]
	}
}

func (o *optimiser) adam(w, g, m, v []float32, rate, decay float64) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	c1 := 1 - math.Pow(o.beta1, float64(o.steps))
	c2 := math.Sqrt(1 - math.Pow(o.beta2, float64(o.steps)))
	step, root := float32(rate/c1), float32(1/c2)
	b1, b2, eps := float32(o.beta1), float32(o.beta2), float32(o.epsilon)
	var l2, shrink float32 = float32(decay), 1
	if o.kind == "adamw" {
		l2, shrink = 0, float32(1-rate*decay)
	}
	for i := range w {
		x := w[i] * shrink
		d := g[i] + l2*x
		m[i] += (1 - b1) * (d - m[i])
		v[i] = b2*v[i] + (1-b2)*d*d
		w[i] = x - step*m[i]/(float32(math.Sqrt(float64(v[i])))*root+eps)
	}
}

// rate is the learning rate of an update, counted in epochs from 0.
func (o *Options) rate(epoch float64) float64 {
	if epoch < o.RateWarmup {
		return o.Rate * epoch / o.RateWarmup
	}
	if o.Schedule == "constant" {
		return o.Rate
	}
	total := float64(o.Epochs) - o.RateWarmup
	if total <= 0 {
		return o.Rate
	}
	return o.Rate * (1 + math.Cos(math.Pi*min((epoch-o.RateWarmup)/total, 1))) / 2
}

// clip scales all gradients so that their common norm is at most most, and
// returns the norm they had.
func clip(params []*param, most float64) float64 {
	sum := 0.0
	for _, p := range params {
		for _, g := range p.g {
			sum += float64(g) * float64(g)
		}
	}
	norm := math.Sqrt(sum)
	if norm > most {
		f := float32(most / (norm + 1e-6)) // as torch.nn.utils.clip_grad_norm_
		for _, p := range params {
			for i := range p.g {
				p.g[i] *= f
			}
		}
	}
	return norm
}

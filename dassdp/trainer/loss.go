package trainer

import "math"

// loss reads the first sink: its spikes or membranes summed over the steps are
// the score of a class.
type loss struct {
	kind      string
	gain      float64
	smoothing float64
	values    []float64 // of each sample
	right     []bool
	scores    []float64 // [batch][classes]
}

// run fills the sink's gradient and returns the mean loss and how many samples
// were right. Without train the gradient is left alone.
func (l *loss) run(r *run, s *signal, labels []int) (mean float64, right int) {
	n := s.n
	l.values, l.right = grown(l.values, r.batch), grown(l.right, r.batch)
	l.scores = grown(l.scores, r.batch*n)
	r.pieces(r.batch, samplesPart, func(a, b int) {
		scratch := make([]float64, 2*n)
		for i := a; i < b; i++ {
			l.sample(r, s, i, labels[i], scratch)
		}
	})
	for i := range r.batch {
		mean += l.values[i]
		if l.right[i] {
			right++
		}
	}
	return mean / float64(r.batch), right
}

func (l *loss) sample(r *run, s *signal, i, label int, scratch []float64) {
	n := s.n
	row := func(v []float32, t int) []float32 { return v[(t*r.batch+i)*n:][:n] }
	sum := l.scores[i*n : (i+1)*n]
	clear(sum)
	for t := range r.T {
		for c, v := range row(s.v, t) {
			sum[c] += float64(v)
		}
	}
	best := 0
	for c, v := range sum {
		if v > sum[best] {
			best = c
		}
	}
	l.right[i] = best == label
	l.values[i] = 0
	if label < 0 {
		return
	}
	per := 1 / float64(r.batch)
	z, g := scratch[:n], scratch[n:]
	give := func(t int, scale float64) {
		if r.train && s.g != nil {
			for c, v := range row(s.g, t) {
				row(s.g, t)[c] = v + float32(g[c]*scale)
			}
		}
	}
	switch l.kind {
	case "step":
		for t := range r.T {
			for c, v := range row(s.v, t) {
				z[c] = l.gain * float64(v)
			}
			l.values[i] += l.crossEntropy(z, g, label) / float64(r.T)
			give(t, per*l.gain/float64(r.T))
		}
		return
	case "square": // mean over classes of (rate − target)²
		for c := range z {
			target := 0.0
			if c == label {
				target = 1
			}
			d := l.gain*sum[c]/float64(r.T) - target
			l.values[i] += d * d / float64(n)
			g[c] = 2 * d / float64(n) * l.gain / float64(r.T)
		}
		for t := range r.T {
			give(t, per)
		}
		return
	}
	for c, v := range sum {
		z[c] = l.gain * v
	}
	l.values[i] = l.crossEntropy(z, g, label)
	for t := range r.T {
		give(t, per*l.gain)
	}
}

// crossEntropy returns the loss of logits z and fills g with its gradient.
func (l *loss) crossEntropy(z, g []float64, label int) float64 {
	most := math.Inf(-1)
	for _, v := range z {
		most = max(most, v)
	}
	total := 0.0
	for c, v := range z {
		g[c] = math.Exp(v - most)
		total += g[c]
	}
	log := most + math.Log(total)
	out := 0.0
	for c, v := range z {
		target := l.smoothing / float64(len(z))
		if c == label {
			target += 1 - l.smoothing
		}
		out += target * (log - v)
		g[c] = g[c]/total - target
	}
	return out
}

func grown[T any](v []T, n int) []T {
	if cap(v) < n {
		return make([]T, n)
	}
	return v[:n]
}

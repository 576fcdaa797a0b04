package dassdp

import (
	"math"
	"math/rand/v2"
)

// naiveDelta is the released code's form: whole [B][N_post][N_pre] arrays of
// Δt, flags, Gaussian and change. It is the yardstick of time and memory.
func naiveDelta(a Amplitudes, g Gate, lp, lq [][]float64, fp, fq [][]float64) []float64 {
	B, no, ni := len(lp), len(lq[0]), len(lp[0])
	size := B * no * ni
	sync, gauss, pd := make([]float64, size), make([]float64, size), make([]float64, size)
	s := make([]float64, B)
	for b := range B {
		for o := range no {
			for i := range ni {
				at := (b*no+o)*ni + i
				dt := math.Abs(lq[b][o] - lp[b][i])
				sync[at] = fq[b][o] * fp[b][i]
				gauss[at] = math.Exp(-dt * dt / (2 * a.Sigma * a.Sigma))
				s[b] += sync[at]
			}
		}
		s[b] /= float64(no * ni)
	}
	for at := range pd {
		pd[at] = a.Plus*sync[at]*gauss[at] - a.Base*(1-sync[at])*gauss[at]
	}
	dw := make([]float64, no*ni)
	for b := range B {
		gate := math.Min(math.Max(1+g.K*(s[b]-g.Mean)/g.Std, 0), 2)
		for at := range dw {
			dw[at] += pd[b*no*ni+at] * gate
		}
	}
	for at := range dw {
		dw[at] = math.Min(math.Max(dw[at]/float64(B), -1), 1)
	}
	return dw
}

// plainDelta visits each pair of each sample through the plain definition.
func plainDelta(r Rule, batch []Sample, g Gate, both, other func(dt float64) float64) []float64 {
	no, ni := len(batch[0].Post.Class), len(batch[0].Pre.Class)
	dw := make([]float64, no*ni)
	for _, s := range batch {
		gate := 1.0
		switch r.Gate {
		case GateSynchrony:
			gate = math.Min(math.Max(1+g.K*(s.Synchrony()-g.Mean)/g.Std, 0), 2)
		case GateReward:
			gate = s.Reward
		}
		for o, q := range s.Post.Class {
			for i, p := range s.Pre.Class {
				dt := float64(r.LatencyOf(s.Post, o) - r.LatencyOf(s.Pre, i))
				if int(q) < r.T && int(p) < r.T {
					dw[o*ni+i] += gate * both(dt) / float64(len(batch))
				} else {
					dw[o*ni+i] += gate * other(dt) / float64(len(batch))
				}
			}
		}
	}
	return dw
}

func randomBatch(r Rule, rng *rand.Rand, B, no, ni int) []Sample {
	batch := make([]Sample, B)
	for b := range batch {
		p := 0.05 + 0.5*rng.Float64()
		draw := func(n int) Capture {
			spikes := make([]bool, r.T*n)
			for i := range spikes {
				spikes[i] = rng.Float64() < p
			}
			c, err := r.CaptureSpikes(spikes, n)
			if err != nil {
				panic(err)
			}
			return c
		}
		batch[b] = Sample{Pre: draw(ni), Post: draw(no), Reward: 2*rng.Float64() - 1}
	}
	return batch
}

// floats returns latencies and flags as the naive form takes them.
func floats(r Rule, batch []Sample, of func(Sample) Capture) (lat, fired [][]float64) {
	for _, s := range batch {
		c := of(s)
		l, f := make([]float64, len(c.Class)), make([]float64, len(c.Class))
		for i, q := range c.Class {
			l[i] = float64(r.LatencyOf(c, i))
			if int(q) < r.T {
				f[i] = 1
			}
		}
		lat, fired = append(lat, l), append(fired, f)
	}
	return lat, fired
}

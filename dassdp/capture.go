package dassdp

import "fmt"

// Capture is what one sample leaves of one population: a class for each
// neuron, its latency 0..T−1 or T where it stayed silent, and the number that
// fired. The flag of a neuron is class < T, so it needs no bit of its own.
type Capture struct {
	Class []uint8
	Fired int
}

// CaptureSpikes reads spikes[t·n + i] of n neurons over T steps of the rule.
func (r Rule) CaptureSpikes(spikes []bool, n int) (Capture, error) {
	if n < 1 || len(spikes) != r.T*n {
		return Capture{}, fmt.Errorf("capture: %d spikes for %d neurons and %d steps; want %d", len(spikes), n, r.T, r.T*n)
	}
	c := Capture{Class: make([]uint8, n)}
	for i := range c.Class {
		c.Class[i] = uint8(r.T)
	}
	for t := 0; t < r.T; t++ {
		for i, s := range spikes[t*n : (t+1)*n] {
			if !s {
				continue
			}
			if int(c.Class[i]) == r.T {
				c.Fired++
				c.Class[i] = uint8(t)
			} else if r.Latency == Last {
				c.Class[i] = uint8(t)
			}
		}
	}
	return c, nil
}

// LatencyOf returns the latency of neuron i: T for a silent one, 0 for it where
// the rule takes the last spike.
func (r Rule) LatencyOf(c Capture, i int) int { return r.step(c.Class[i]) }

// Sample is one sample of a batch. Reward is read by GateReward alone.
type Sample struct {
	Pre, Post Capture
	Reward    float64
}

// Pairs returns the number of pairs that both fired: two population counts
// and one product, the numerator of the synchrony.
func (s Sample) Pairs() int { return s.Pre.Fired * s.Post.Fired }

// Synchrony returns S, the mean over all pairs of pre flag times post flag.
// It factors, so it costs O(N) and not O(N²).
func (s Sample) Synchrony() float64 {
	return float64(s.Pairs()) / (float64(len(s.Pre.Class)) * float64(len(s.Post.Class)))
}

// checkBatch refuses samples of unlike shape or classes past T.
func (r *Rule) checkBatch(batch []Sample, nPost, nPre int) error {
	if len(batch) == 0 {
		return fmt.Errorf("batch: no samples; give at least one")
	}
	for b, s := range batch {
		for _, p := range []struct {
			name string
			c    Capture
			n    int
		}{{"pre", s.Pre, nPre}, {"post", s.Post, nPost}} {
			if len(p.c.Class) != p.n {
				return fmt.Errorf("batch: sample %d: %s has %d neurons; want %d", b, p.name, len(p.c.Class), p.n)
			}
			fired := 0
			for i, c := range p.c.Class {
				if int(c) > r.T {
					return fmt.Errorf("batch: sample %d: %s neuron %d has class %d; the rule has T = %d", b, p.name, i, c, r.T)
				}
				if int(c) < r.T {
					fired++
				}
			}
			if fired != p.c.Fired {
				return fmt.Errorf("batch: sample %d: %s says %d neurons fired; its classes say %d", b, p.name, p.c.Fired, fired)
			}
		}
	}
	return nil
}

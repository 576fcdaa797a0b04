package data

import (
	"fmt"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// rate is Bernoulli rate coding: at each step an input spikes with the
// probability p of its real value, clipped to 0..1 (snnTorch's spikegen.rate).
//
// The random numbers are a function of (seed, sample, step, neuron), so a sample
// is encoded the same alone, in any order and in parallel. SplitMix64 (Steele,
// Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014) is
// nested: with out(s, k) the output number k ≥ 0 of the generator with seed s,
//
//	h = out(out(out(seed, sample), step), neuron)
//	spike if h >> 11 < p · 2^53
//
// so p = 0 never spikes, p = 1 always. A golden test pins the stream: changing
// it is a change of every recorded result.
type rate struct {
	base
	seed   uint64
	limits [256]float64 // p · 2^53 of each byte, for uint8 sets
}

func newRate(b base, seed uint64) (Encoder, error) {
	e := &rate{base: b, seed: seed}
	for v := range e.limits {
		e.limits[v] = spikeLimit(float64(v) * b.set.scale)
	}
	return e, nil
}

func spikeLimit(p float64) float64 { return min(max(p, 0), 1) * (1 << 53) }

// splitMix64 returns output number k of a SplitMix64 generator with that seed.
func splitMix64(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (e *rate) Encoding() ir.Encoding { return ir.Encoding{Bits: 1, Scale: 1} }

func (e *rate) Encode(sample int, f *ir.Frames) {
	e.prepare(f, e.Encoding())
	s := e.set.Sample(sample)
	limits := make([]float64, e.inputs)
	for j := range limits {
		if s.Kind == array.Uint8 {
			limits[j] = e.limits[s.raw[j]]
		} else {
			limits[j] = spikeLimit(s.Real(j))
		}
	}
	perSample := splitMix64(e.seed, uint64(sample))
	for t := range e.steps {
		perStep := splitMix64(perSample, uint64(t))
		row := f.At(t)
		for j, limit := range limits {
			row[j] = 0
			if float64(splitMix64(perStep, uint64(j))>>11) < limit {
				row[j] = 1
			}
		}
	}
}

func (e *rate) QuantError() QuantError { return QuantError{} }

func (e *rate) String() string {
	return fmt.Sprintf("rate, %d steps, Bernoulli, seed %d", e.steps, e.seed)
}

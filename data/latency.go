package data

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
)

// latency is time-to-first-spike coding, linear: an input of real value x spikes
// once, at step
//
//	t = round((1 − x) · (T − 1)), halves to even, in float32
//
// and never if x is below the threshold. That is snnTorch's
// spikegen.latency(x, num_steps=T, threshold=θ, linear=True, normalize=True,
// clip=True), float32 rounding included; a test compares with its output.
type latency struct {
	base
	threshold float32
}

// defaultLatencyThreshold is that of snnTorch's spikegen.latency.
const defaultLatencyThreshold = 0.01

func newLatency(b base, threshold float64) (Encoder, error) {
	if threshold == 0 {
		threshold = defaultLatencyThreshold
	}
	if !(threshold > 0 && threshold < 1) {
		return nil, fmt.Errorf("threshold %v; expected a number between 0 and 1", threshold)
	}
	low, high := b.set.Bounds()
	if low, high = low*b.set.scale, high*b.set.scale; low < 0 || high > 1 {
		return nil, fmt.Errorf("the real values go from %v to %v, and a spike time needs 0 to 1; rescale the data or give another scale", low, high)
	}
	return &latency{base: b, threshold: float32(threshold)}, nil
}

func (e *latency) Encoding() ir.Encoding { return ir.Encoding{Bits: 1, Scale: 1} }

func (e *latency) Encode(sample int, f *ir.Frames) {
	e.prepare(f, e.Encoding())
	clear(f.Values)
	s := e.set.Sample(sample)
	for j := range e.inputs {
		x := float32(s.Real(j))
		if x < e.threshold {
			continue
		}
		t := int(math.RoundToEven(float64(-float32(e.steps-1) * (x - 1))))
		f.Values[t*e.inputs+j] = 1
	}
}

func (e *latency) QuantError() QuantError { return QuantError{} }

func (e *latency) String() string {
	return fmt.Sprintf("latency, %d steps, linear, threshold %v", e.steps, e.threshold)
}

package reference

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/ir"
)

// Float executes a network in float64 (docs/numerics.md section 6). One value
// serves one goroutine; Fork makes more that share the weights.
type Float struct{ engine *engine[float64] }

// NewFloat prepares a network's real-valued part. It refuses what it cannot
// execute: among others, a projection whose source is not on a lower level
// than its target. The network must not change afterwards.
func NewFloat(net *ir.Network) (*Float, error) {
	if err := check(net); err != nil {
		return nil, err
	}
	m := &floatMaths{net: net}
	for i := range net.Populations {
		p := &net.Populations[i]
		var c floatColumns
		var err error
		for _, f := range []struct {
			name string
			from []float64
			to   *[]float64
			used bool
		}{
			{"decay", p.Decay, &c.decay, true},
			{"decay of the current", p.SynDecay, &c.synDecay, p.Current},
			{"bias", p.Bias, &c.bias, true},
			{"bias of the membrane", p.VBias, &c.vbias, p.Current},
			{"threshold", p.Threshold, &c.threshold, !p.Graded},
			{"reset value", p.VReset, &c.reset, !p.Graded && p.Reset == ir.ResetValue},
		} {
			if *f.to, err = column(p.Name, f.name, f.from, p.N, f.used); err != nil {
				return nil, err
			}
		}
		if p.Gain != nil {
			var err error
			if c.gain, err = column(p.Name, "gain", p.Gain, p.N, true); err != nil {
				return nil, err
			}
		}
		m.columns = append(m.columns, c)
	}
	for i := range net.Projections {
		j := &net.Projections[i]
		if len(j.Weight) != j.Post.C*j.Fan() {
			return nil, fmt.Errorf("projection %q: %d real weights; want %d", j.Name, len(j.Weight), j.Post.C*j.Fan())
		}
		m.synapses = append(m.synapses, newSynapses(j, j.Weight))
	}
	return &Float{newEngine[float64](net, m)}, nil
}

// Fork returns an execution for another goroutine, without the observer.
func (f *Float) Fork() *Float { return &Float{f.engine.fork()} }

// Observe has fn called for every population at every step of later runs;
// nil ends it.
func (f *Float) Observe(fn func(*Step[float64])) { f.engine.setObserver(fn) }

// Run executes one inference. frames has one stimulus for each input of the
// network. Graded outputs give Value alone.
func (f *Float) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	return f.engine.run(ctx, frames)
}

// floatMaths is arithmetic[float64].
type floatMaths struct {
	net      *ir.Network
	columns  []floatColumns // of each population
	synapses []synapses[float64]
}

type floatColumns struct {
	decay, synDecay, bias, vbias, threshold, reset []float64
	gain                                           []float64 // nil: ones
}

func (m *floatMaths) addSpikes(acc, sums []float64, j int, active []int32) {
	s := &m.synapses[j]
	if s.dense {
		addFloat(acc, s.weights, active)
		return
	}
	clear(sums)
	scatter(sums, s, active, nil)
	fromPixels(acc, sums, s.Post)
}

func (m *floatMaths) addInput(acc, sums []float64, j int, active, x []int32) {
	s := &m.synapses[j]
	scale := m.net.Inputs[s.Source].Input.Scale
	reals := make([]float64, len(x))
	for i, v := range x {
		reals[i] = float64(v) * scale
	}
	if s.dense {
		addScaledFloat(acc, s.weights, active, reals)
		return
	}
	clear(sums)
	scatter(sums, s, active, reals)
	fromPixels(acc, sums, s.Post)
}

func (m *floatMaths) update(p int, first bool, s *state[float64], spikes []int32) []int32 {
	pop, c := &m.net.Populations[p], &m.columns[p]
	if first {
		clear(s.v)
		clear(s.current)
		clear(s.wait)
	}
	fires := func(v, threshold float64) bool {
		return v > threshold || pop.AtLeast && v == threshold
	}
	for n := range s.v {
		x := s.acc[n]
		if c.gain != nil {
			x = float64(c.gain[n] * x)
		}
		bias := c.bias[n]
		if s.current != nil {
			s.current[n] = float64(c.synDecay[n]*s.current[n]) + x + bias
			x, bias = s.current[n], c.vbias[n]
		}
		if s.wait != nil && s.wait[n] > 0 {
			s.wait[n]--
			if s.before != nil {
				s.before[n] = s.v[n]
			}
			continue
		}
		theta := c.threshold[n]
		v := float64(c.decay[n]*s.v[n]) + x + bias
		if pop.Reset == ir.ResetDelayed && !pop.Graded && !first && fires(s.v[n], theta) {
			v -= theta
		}
		if s.before != nil {
			s.before[n] = v
		}
		if !pop.Graded && fires(v, theta) {
			spikes = append(spikes, int32(n))
			if s.wait != nil {
				s.wait[n] = uint8(pop.Refractory)
			}
			switch pop.Reset {
			case ir.ResetValue:
				v = c.reset[n]
			case ir.ResetSubtract:
				v -= theta
			}
		}
		s.v[n] = v
	}
	return spikes
}

func (m *floatMaths) graded(trace *ir.Trace, step, _ int, v []float64) {
	copy(trace.Value[step*trace.N:], v)
}

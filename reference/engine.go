package reference

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/ir"
)

// Step is what one population did at one step, in the arithmetic T: float64
// in the units of the file, or int32 (Current in weight units, membranes in
// state units). Slices have one element a neuron and are valid only during the call.
type Step[T float64 | int32] struct {
	Step       int
	Population int     // index in the network
	Current    []T     // sum of the synapses, without the bias
	Before     []T     // membrane before the reset
	Membrane   []T     // membrane after the reset
	Spikes     []uint8 // 0 or 1
}

// arithmetic is what Float and Fixed differ in. It is immutable.
type arithmetic[T float64 | int32] interface {
	// addSpikes adds what the spikes give through projection j, sums being
	// scratch for as many values.
	addSpikes(acc, sums []T, j int, active []int32)
	// addInput does so for an input with the integers x.
	addInput(acc, sums []T, j int, active, x []int32)
	// update takes population p a step on and appends the spiking neurons.
	update(p int, first bool, s *state[T], spikes []int32) []int32
	// graded writes the membranes v of population p into a trace at a step.
	graded(trace *ir.Trace, step, p int, v []T)
}

// state is the memory of one population during a run.
type state[T float64 | int32] struct {
	acc     []T
	v       []T
	current []T     // nil unless the population has one
	wait    []uint8 // nil unless the population is refractory
	before  []T     // nil unless observed
	bits    []uint64
}

// engine runs a network in either arithmetic. It is the scratch memory of one
// goroutine.
type engine[T float64 | int32] struct {
	net      *ir.Network
	into     [][]int // projections into each population, in order
	maths    arithmetic[T]
	observe  func(*Step[T])
	states   []state[T]
	spikes   []history // of each population
	inputs   []history // sources of each input that are not 0
	held     [][]T     // sums of each projection from a held stimulus
	row      []T       // sums of a projection that is not its target's first
	sums     []T
	observed []uint8
}

func newEngine[T float64 | int32](net *ir.Network, maths arithmetic[T]) *engine[T] {
	e := &engine[T]{net: net, maths: maths, into: make([][]int, len(net.Populations)),
		states: make([]state[T], len(net.Populations)), spikes: make([]history, len(net.Populations)),
		inputs: make([]history, len(net.Inputs)), held: make([][]T, len(net.Projections))}
	most := 0
	for i := range net.Populations {
		p := &net.Populations[i]
		n := p.N
		s := state[T]{acc: make([]T, n), v: make([]T, n), bits: make([]uint64, (n+63)/64)}
		if p.Current {
			s.current = make([]T, n)
		}
		if p.Refractory > 0 {
			s.wait = make([]uint8, n)
		}
		e.states[i] = s
		most = max(most, n)
	}
	for i := range net.Projections {
		j := &net.Projections[i]
		e.into[j.Target] = append(e.into[j.Target], i)
		if j.FromInput {
			e.inputs[j.Source].reach(j.Delay)
		} else {
			e.spikes[j.Source].reach(j.Delay)
		}
	}
	for i := range e.inputs {
		e.inputs[i].reach(0)
	}
	for i := range e.spikes {
		e.spikes[i].reach(0)
	}
	e.row, e.sums = make([]T, most), make([]T, most)
	e.observed = make([]uint8, most)
	return e
}

// fork returns an engine of its own memory and the same network, unobserved.
func (e *engine[T]) fork() *engine[T] { return newEngine(e.net, e.maths) }

func (e *engine[T]) setObserver(f func(*Step[T])) {
	e.observe = f
	for i := range e.states {
		e.states[i].before = nil
		if f != nil {
			e.states[i].before = make([]T, len(e.states[i].v))
		}
	}
}

func (e *engine[T]) run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	net := e.net
	if len(frames) != len(net.Inputs) {
		return nil, fmt.Errorf("network %q: %d stimuli; it has %d inputs", net.Name, len(frames), len(net.Inputs))
	}
	for i, f := range frames {
		in := &net.Inputs[i]
		if err := ir.CheckFrames(in.Name, in.N, net.Steps, in.Input, f); err != nil {
			return nil, err
		}
	}
	result := &ir.Result{Outputs: newTraces(net), Spikes: make([]int64, len(net.Populations))}
	for t := range net.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, f := range frames {
			if t == 0 || !f.Held {
				at := e.inputs[i].at(t)
				at.active, at.values = nonzero(f.At(t), at.active[:0], at.values[:0])
			}
		}
		for p := range net.Populations {
			s := &e.states[p]
			e.sum(p, t, frames)
			fired := e.spikes[p].at(t)
			fired.active = e.maths.update(p, t == 0, s, fired.active[:0])
			result.Spikes[p] += int64(len(fired.active))
			e.report(p, t)
		}
		for o := range net.Outputs {
			trace, p := &result.Outputs[o], net.Outputs[o].Population
			if trace.Graded {
				e.maths.graded(trace, t, p, e.states[p].v)
				continue
			}
			for _, n := range e.spikes[p].at(t).active {
				trace.Spikes[t*trace.N+int(n)] = 1
			}
		}
	}
	return result, nil
}

// sum makes the synapse sums of a population: the row sums of each projection,
// added in the projections' order. Those of a held stimulus are made once.
func (e *engine[T]) sum(p, t int, frames []*ir.Frames) {
	acc := e.states[p].acc
	clear(acc)
	for k, j := range e.into[p] {
		into := acc
		if k > 0 {
			into = e.row[:len(acc)]
			clear(into)
		}
		pr := &e.net.Projections[j]
		past := t - pr.Delay
		switch {
		case past < 0:
		case !pr.FromInput:
			e.maths.addSpikes(into, e.sums[:len(acc)], j, e.spikes[pr.Source].at(past).active)
		case !frames[pr.Source].Held:
			x := e.inputs[pr.Source].at(past)
			e.maths.addInput(into, e.sums[:len(acc)], j, x.active, x.values)
		case past == 0:
			x := e.inputs[pr.Source].at(0)
			e.maths.addInput(into, e.sums[:len(acc)], j, x.active, x.values)
			e.held[j] = append(e.held[j][:0], into...)
		default:
			copy(into, e.held[j])
		}
		if k > 0 {
			for i, x := range into {
				acc[i] += x
			}
		}
	}
}

func (e *engine[T]) report(p, t int) {
	if e.observe == nil {
		return
	}
	s := &e.states[p]
	spikes := e.observed[:len(s.v)]
	clear(spikes)
	for _, n := range e.spikes[p].at(t).active {
		spikes[n] = 1
	}
	e.observe(&Step[T]{Step: t, Population: p, Current: s.acc, Before: s.before, Membrane: s.v, Spikes: spikes})
}

// history keeps what a source sent in the last steps, as far back as its
// targets reach.
type history struct{ steps []sent }

// sent is what a source sent in one step: the values that are not 0.
type sent struct{ active, values []int32 }

func (h *history) reach(delay int) {
	for len(h.steps) <= delay {
		h.steps = append(h.steps, sent{})
	}
}

func (h *history) at(t int) *sent { return &h.steps[t%len(h.steps)] }

func nonzero(x, active, values []int32) ([]int32, []int32) {
	for i, v := range x {
		if v != 0 {
			active, values = append(active, int32(i)), append(values, v)
		}
	}
	return active, values
}

func newTraces(net *ir.Network) []ir.Trace {
	traces := make([]ir.Trace, len(net.Outputs))
	for i := range net.Outputs {
		p := &net.Populations[net.Outputs[i].Population]
		traces[i] = ir.Trace{Name: net.Outputs[i].Name, N: p.N, Steps: net.Steps, Graded: p.Graded}
		if p.Graded {
			traces[i].Value = make([]float64, net.Steps*p.N)
		} else {
			traces[i].Spikes = make([]uint8, net.Steps*p.N)
		}
	}
	return traces
}

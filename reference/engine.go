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
	// addSpikes adds the rows of projection j that the spikes select.
	addSpikes(acc []T, j int, active []int32)
	// addInput adds the rows of projection j times the integers x of its input.
	addInput(acc []T, j int, active, x []int32)
	// update takes population p a step on and appends the spiking neurons.
	update(p int, first bool, s *state[T], spikes []int32) []int32
	// graded writes the membranes v of population p into a trace at a step.
	graded(trace *ir.Trace, step, p int, v []T)
}

// state is the memory of one population during a run.
type state[T float64 | int32] struct {
	acc    []T
	v      []T
	before []T // nil unless observed
	bits   []uint64
}

// engine runs a network in either arithmetic. It is the scratch memory of one
// goroutine.
type engine[T float64 | int32] struct {
	net      *ir.Network
	into     [][]int // projections into each population, in order
	maths    arithmetic[T]
	observe  func(*Step[T])
	states   []state[T]
	spikes   [][]int32 // of each population in this step
	active   [][]int32 // sources of each input that are not 0 in this step
	values   [][]int32 // their integers
	held     [][]T     // row sums of each projection from a held stimulus
	row      []T       // row sums of a projection that is not its target's first
	observed []uint8
}

func newEngine[T float64 | int32](net *ir.Network, maths arithmetic[T]) *engine[T] {
	e := &engine[T]{net: net, maths: maths, into: make([][]int, len(net.Populations)),
		states: make([]state[T], len(net.Populations)), spikes: make([][]int32, len(net.Populations)),
		active: make([][]int32, len(net.Inputs)), values: make([][]int32, len(net.Inputs)),
		held: make([][]T, len(net.Projections))}
	most := 0
	for i := range net.Populations {
		n := net.Populations[i].N
		e.states[i] = state[T]{acc: make([]T, n), v: make([]T, n), bits: make([]uint64, (n+63)/64)}
		most = max(most, n)
	}
	for i := range net.Projections {
		e.into[net.Projections[i].Target] = append(e.into[net.Projections[i].Target], i)
	}
	e.row = make([]T, most)
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
				e.active[i], e.values[i] = nonzero(f.At(t), e.active[i][:0], e.values[i][:0])
			}
		}
		for p := range net.Populations {
			s := &e.states[p]
			e.sum(p, t, frames)
			e.spikes[p] = e.maths.update(p, t == 0, s, e.spikes[p][:0])
			result.Spikes[p] += int64(len(e.spikes[p]))
			e.report(p, t)
		}
		for o := range net.Outputs {
			trace, p := &result.Outputs[o], net.Outputs[o].Population
			if trace.Graded {
				e.maths.graded(trace, t, p, e.states[p].v)
				continue
			}
			for _, n := range e.spikes[p] {
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
		source := e.net.Projections[j].Source
		switch {
		case !e.net.Projections[j].FromInput:
			e.maths.addSpikes(into, j, e.spikes[source])
		case !frames[source].Held:
			e.maths.addInput(into, j, e.active[source], e.values[source])
		case t == 0:
			e.maths.addInput(into, j, e.active[source], e.values[source])
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
	for _, n := range e.spikes[p] {
		spikes[n] = 1
	}
	e.observe(&Step[T]{Step: t, Population: p, Current: s.acc, Before: s.before, Membrane: s.v, Spikes: spikes})
}

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

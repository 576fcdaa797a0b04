package reference

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// Fixed executes a quantised network in the machine's integers. One value
// serves one goroutine; Fork makes more that share the weights.
type Fixed struct{ engine *engine[int32] }

// NewFixed prepares a network that the quantise pass has run on. Besides what
// NewFloat refuses, it refuses integers outside their widths and synapse sums
// that could leave AccBits: on those the machine's behaviour is not defined.
// The network must not change afterwards.
func NewFixed(net *ir.Network) (*Fixed, error) {
	if err := check(net); err != nil {
		return nil, err
	}
	m := &fixedMaths{net: net}
	for i := range net.Populations {
		model, c, err := quantised(&net.Populations[i])
		if err != nil {
			return nil, err
		}
		m.models, m.columns = append(m.models, model), append(m.columns, c)
	}
	for i := range net.Projections {
		j := &net.Projections[i]
		if len(j.Q) != j.Post.C*j.Fan() {
			return nil, fmt.Errorf("projection %q: %d integer weights; want %d", j.Name, len(j.Q), j.Post.C*j.Fan())
		}
		m.synapses = append(m.synapses, newSynapses(j, j.Q))
	}
	if err := checkSums(net); err != nil {
		return nil, err
	}
	return &Fixed{newEngine[int32](net, m)}, nil
}

// Fork returns an execution for another goroutine, without the observer.
func (f *Fixed) Fork() *Fixed { return &Fixed{f.engine.fork()} }

// Observe has fn called for every population at every step of later runs;
// nil ends it.
func (f *Fixed) Observe(fn func(*Step[int32])) { f.engine.setObserver(fn) }

// Run executes one inference. frames has one stimulus for each input of the
// network. Graded outputs give State and Value = State·Unit.
func (f *Fixed) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	return f.engine.run(ctx, frames)
}

// fixedMaths is arithmetic[int32].
type fixedMaths struct {
	net      *ir.Network
	models   []numerics.Model
	columns  []numerics.Columns
	synapses []synapses[int16]
}

func (m *fixedMaths) addSpikes(acc, sums []int32, j int, active []int32) {
	s := &m.synapses[j]
	if s.dense {
		addFixed(acc, s.weights, active)
		return
	}
	clear(sums)
	scatter(sums, s, active, nil)
	fromPixels(acc, sums, s.Post)
}

func (m *fixedMaths) addInput(acc, sums []int32, j int, active, x []int32) {
	s := &m.synapses[j]
	if s.dense {
		addScaledFixed(acc, s.weights, active, x)
		return
	}
	clear(sums)
	scatter(sums, s, active, x)
	fromPixels(acc, sums, s.Post)
}

func (m *fixedMaths) update(p int, first bool, s *state[int32], spikes []int32) []int32 {
	m.models[p].UpdateAll(&m.columns[p], first, s.acc, &numerics.Memories{V: s.v, I: s.current, Wait: s.wait}, s.before, s.bits)
	for w, word := range s.bits {
		for ; word != 0; word &= word - 1 {
			spikes = append(spikes, int32(w<<6|bits.TrailingZeros64(word)))
		}
	}
	return spikes
}

func (m *fixedMaths) graded(trace *ir.Trace, step, p int, v []int32) {
	if trace.State == nil {
		trace.State = make([]int32, trace.Steps*trace.N)
	}
	copy(trace.State[step*trace.N:], v)
	unit := m.net.Populations[p].Q.Unit
	for n, x := range v {
		trace.Value[step*trace.N+n] = float64(x) * ir.At(unit, n)
	}
}

package trainer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/snnc/snnc/dassdp"
)

// Post says which plasticity rule follows each optimiser step.
type Post struct {
	Kind       string   // none, ssdp, da-ssdp, da-ssdp-sign; "": none
	Layers     []string // nodes of dense weights; none: the deepest
	Warmup     int      // epochs that are recorded before anything is changed
	Anneal     bool     // Δw is scaled as the learning rate is by its schedule
	Amplitudes dassdp.Amplitudes
	Latency    dassdp.Latency
}

// Rules lists the kinds.
func Rules() []string { return []string{"none", "ssdp", "da-ssdp", "da-ssdp-sign"} }

// Spikes is a record of a population over a batch: V[(t·Batch + sample)·N + i],
// 0 where neuron i was silent.
type Spikes struct {
	Batch, N int
	V        []float32
}

// Weights are a layer's as they lie in memory: that of post p and pre q is
// V[p·PostStride + q·PreStride].
type Weights struct {
	Post, Pre             int
	PostStride, PreStride int
	V                     []float32
}

// Plasticity is the rule on one layer, as a step after an optimiser's. It needs
// no more than spike records and weights, so any trainer can call it.
type Plasticity struct {
	rule dassdp.Rule
	sign bool
	// Scale multiplies Δw; 1 from NewPlasticity.
	Scale float64
	// State, for checkpoints: what the warm-up saw and the gate fitted to it.
	State PlasticityState

	kernel  *dassdp.Kernel
	batch   []dassdp.Sample
	gates   []float64 // of the batch's samples
	dw      []float64
	scratch []dassdp.Scratch // of each part
	changes []float64        // of each part
	pool    *pool            // nil: one after the other
}

// PlasticityState is what a Plasticity has learned.
type PlasticityState struct {
	Warm   dassdp.Running
	Fitted bool
	Gate   dassdp.Gate
	Raw    dassdp.Gate // before the sign is taken
}

// NewPlasticity makes the rule of a kind for samples of T steps.
func NewPlasticity(kind string, T int, a dassdp.Amplitudes, latency dassdp.Latency) (*Plasticity, error) {
	p := &Plasticity{Scale: 1, State: PlasticityState{Gate: dassdp.NoGate(), Raw: dassdp.NoGate()}}
	switch kind {
	case "ssdp":
		p.rule = dassdp.SSDP(T, a)
	case "da-ssdp":
		p.rule = dassdp.DASSDP(T, a)
	case "da-ssdp-sign":
		p.rule, p.sign = dassdp.DASSDP(T, a), true
	default:
		return nil, fmt.Errorf("rule %q; allowed are %s", kind, strings.Join(Rules(), ", "))
	}
	p.rule.Latency = latency
	if err := p.rule.Validate(); err != nil {
		return nil, err
	}
	p.kernel = dassdp.NewKernel(p.rule)
	return p, nil
}

// capture reads latencies off the records.
func (p *Plasticity) capture(pre, post Spikes) error {
	T := p.rule.T
	if pre.Batch != post.Batch || len(pre.V) < T*pre.Batch*pre.N || len(post.V) < T*post.Batch*post.N {
		return fmt.Errorf("plasticity: records of %d and %d samples with %d and %d values; want %d steps of %d and %d neurons of equal batches",
			pre.Batch, post.Batch, len(pre.V), len(post.V), T, pre.N, post.N)
	}
	for len(p.batch) < pre.Batch {
		p.batch = append(p.batch, dassdp.Sample{})
	}
	read := func(from, to int) {
		for i := from; i < to; i++ {
			s := &p.batch[i]
			s.Pre = p.classes(s.Pre, pre, i)
			s.Post = p.classes(s.Post, post, i)
		}
	}
	if p.pool != nil {
		p.pool.pieces(pre.Batch, samplesPart, read)
	} else {
		read(0, pre.Batch)
	}
	return nil
}

func (p *Plasticity) classes(c dassdp.Capture, s Spikes, sample int) dassdp.Capture {
	T := p.rule.T
	if len(c.Class) != s.N {
		c.Class = make([]uint8, s.N)
	}
	from := s.V[sample*s.N:]
	done := 0
	c.Fired = 0
	if hasVectors && s.N >= laneWidth {
		done = s.N &^ (laneWidth - 1)
		_ = from[(T-1)*s.Batch*s.N+done-1]
		c.Fired = classLanes(&c.Class[0], &from[0], done, T, 4*s.Batch*s.N, p.rule.Latency == dassdp.Last)
	}
	for i := done; i < s.N; i++ {
		class := T
		// The spike that is looked at last stays: so backwards for the first.
		for k := range T {
			t := T - 1 - k
			if p.rule.Latency == dassdp.Last {
				t = k
			}
			if math.Float32bits(from[t*s.Batch*s.N+i]) != 0 {
				class = t
			}
		}
		c.Class[i] = uint8(class)
		if class < T {
			c.Fired++
		}
	}
	return c
}

// Warm records a batch and its loss.
func (p *Plasticity) Warm(pre, post Spikes, loss float64) error {
	if err := p.capture(pre, post); err != nil {
		return err
	}
	p.State.Warm.Record(p.batch[:pre.Batch], loss)
	return nil
}

// Fit ends the warm-up.
func (p *Plasticity) Fit() {
	s := &p.State
	s.Fitted, s.Raw = true, s.Warm.Fit()
	s.Gate = s.Raw
	if p.sign {
		s.Gate = s.Raw.Sign(dassdp.SignThreshold)
	}
}

// Step adds the batch's Δw to the weights and returns the mean gate and the
// mean magnitude of a change.
func (p *Plasticity) Step(w Weights, pre, post Spikes) (gate, change float64, err error) {
	if w.Pre != pre.N || w.Post != post.N {
		return 0, 0, fmt.Errorf("plasticity: weights of %d × %d for records of %d and %d neurons", w.Post, w.Pre, post.N, pre.N)
	}
	if err := p.capture(pre, post); err != nil {
		return 0, 0, err
	}
	batch := p.batch[:pre.Batch]
	p.gates = grown(p.gates, len(batch))
	for i := range batch {
		p.gates[i] = 1
		if p.rule.Gate == dassdp.GateSynchrony {
			p.gates[i] = p.State.Gate.At(batch[i].Synchrony())
		}
		gate += p.gates[i]
	}
	p.dw = grown(p.dw, w.Post*w.Pre)
	parts := (w.Pre + prePart - 1) / prePart
	if len(p.scratch) < parts {
		p.scratch, p.changes = make([]dassdp.Scratch, parts), make([]float64, parts)
	}
	part := func(k int) { p.changes[k] = p.part(w, batch, k) }
	if p.pool != nil {
		p.pool.run(parts, part)
	} else {
		for k := range parts {
			part(k)
		}
	}
	for _, c := range p.changes[:parts] {
		change += c
	}
	return gate / float64(len(batch)), change / float64(len(p.dw)), nil
}

// part changes the weights of a part of the presynaptic neurons, and returns the
// sum of the changes' magnitudes.
func (p *Plasticity) part(w Weights, batch []dassdp.Sample, k int) (sum float64) {
	from, to := k*prePart, min((k+1)*prePart, w.Pre)
	dw := p.dw[from*w.Post : to*w.Post]
	p.kernel.Delta(dw, batch, p.gates, from, to, &p.scratch[k])
	for o := range w.Post {
		at := o*w.PostStride + from*w.PreStride
		for _, d := range dw[o*(to-from):][:to-from] {
			d *= p.Scale
			w.V[at] += float32(d)
			at += w.PreStride
			sum += math.Abs(d)
		}
	}
	return sum
}

// prePart is how many presynaptic neurons a part of a step has.
const prePart = 64

// plastic is a layer of the network under the rule.
type plastic struct {
	name      string
	l         *linear
	pre, post *signal
	*Plasticity
}

// plasticLayers finds the named layers: dense, from one spiking population
// straight to another.
func (n *Network) plasticLayers(o *Post) ([]*plastic, error) {
	if o.Kind == "" || o.Kind == "none" {
		if len(o.Layers) > 0 {
			return nil, fmt.Errorf("layers %v are named for a rule, and the rule is none", o.Layers)
		}
		return nil, nil
	}
	able := map[string]*plastic{}
	var names []string // in the order of layers
	for _, st := range n.stages {
		for _, x := range st.layers {
			l, ok := x.(*linear)
			if !ok || !l.x.spikes {
				continue
			}
			if post := n.readBy(l.y); post != nil && !post.Graded {
				able[l.node] = &plastic{name: l.node, l: l, pre: l.x, post: post.y}
				names = append(names, l.node)
			}
		}
	}
	want := o.Layers
	if len(want) == 0 {
		if len(names) == 0 {
			return nil, fmt.Errorf("rule %s: no dense layer lies between two spiking populations", o.Kind)
		}
		want = names[len(names)-1:]
	}
	var out []*plastic
	for _, name := range want {
		p := able[name]
		if p == nil {
			return nil, fmt.Errorf("rule %s: node %q is no dense layer between two spiking populations; those are %s", o.Kind, name, strings.Join(names, ", "))
		}
		if slices.Contains(out, p) {
			return nil, fmt.Errorf("rule %s: node %q is named twice", o.Kind, name)
		}
		var err error
		if p.Plasticity, err = NewPlasticity(o.Kind, n.opt.Compile.Steps, o.Amplitudes, o.Latency); err != nil {
			return nil, err
		}
		p.pool = n.pool
		out = append(out, p)
	}
	return out, nil
}

// readBy returns the one population that reads a signal, directly or through
// sums, or nil.
func (n *Network) readBy(s *signal) *neuron {
	var found *neuron
	for _, st := range n.stages {
		for _, x := range st.layers {
			switch l := x.(type) {
			case *neuron:
				if l.x == s {
					if found != nil {
						return nil
					}
					found = l
				}
			case *join:
				for _, e := range l.edges {
					if e.x == s && !e.late {
						if found != nil {
							return nil
						}
						found = n.readBy(l.y)
					}
				}
			}
		}
	}
	return found
}

func (p *plastic) records(batch int) (pre, post Spikes) {
	return Spikes{batch, p.pre.n, p.pre.v}, Spikes{batch, p.post.n, p.post.v}
}

func (p *plastic) weights() Weights {
	return Weights{Post: p.l.out, Pre: p.l.in, PostStride: 1, PreStride: p.l.out, V: p.l.w.v}
}

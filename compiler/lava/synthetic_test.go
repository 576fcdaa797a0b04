package lava_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler/lava"
	"github.com/snnc/snnc/internal/hdf5"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// spec describes a layer as the file does.
type spec struct {
	kind                               string
	shape                              []int // as written
	weight                             []int
	wshape                             []int
	bias, delay                        []int
	stride, padding, dilation          [2]int
	groups                             int
	noNeuron                           bool
	iDecay, vDecay, vThMant            int
	refDelay, wgtExp                   int
	extra                              map[string]int // further fields of the layer
	neuronType                         string
	gradedSpike                        bool
	neuronExtra                        map[string]int
	withoutNeuronFields, withoutStride bool
}

func ints(v []int) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = int64(x)
	}
	return out
}

func write(t testing.TB, steps int, layers ...spec) []byte {
	b := hdf5.NewBuilder()
	hdf5.PutScalar(b.Root().Group("simulation"), "tSample", int64(steps))
	all := b.Root().Group("layer")
	for i, s := range layers {
		g := all.Group(strconv.Itoa(i))
		hdf5.Put(g, "type", []int{1}, []string{s.kind})
		put := func(name string, v []int) {
			if v != nil {
				hdf5.Put(g, name, []int{len(v)}, ints(v))
			}
		}
		put("shape", s.shape)
		put("bias", s.bias)
		put("delay", s.delay)
		if s.weight != nil {
			w := make([]float32, len(s.weight))
			for k, x := range s.weight {
				w[k] = float32(x)
			}
			hdf5.Put(g, "weight", s.wshape, w)
		}
		if s.kind == "conv" || s.kind == "pool" {
			put("kernelSize", s.wshape[2:4])
			if !s.withoutStride {
				put("stride", s.stride[:])
			}
			put("padding", s.padding[:])
			put("dilation", s.dilation[:])
			if s.kind == "conv" {
				hdf5.PutScalar(g, "groups", int64(s.groups))
			}
		}
		for name, v := range s.extra {
			hdf5.PutScalar(g, name, int64(v))
		}
		if s.noNeuron || s.kind == "flatten" {
			continue
		}
		n := g.Group("neuron")
		kind := s.neuronType
		if kind == "" {
			kind = "CUBA"
		}
		hdf5.PutScalar(n, "type", kind)
		hdf5.PutScalar(n, "gradedSpike", s.gradedSpike)
		for name, v := range s.neuronExtra {
			hdf5.PutScalar(n, name, int64(v))
		}
		if s.withoutNeuronFields {
			continue
		}
		for name, v := range map[string]int{"iDecay": s.iDecay, "vDecay": s.vDecay, "vThMant": s.vThMant, "refDelay": s.refDelay, "wgtExp": s.wgtExp} {
			hdf5.PutScalar(n, name, int64(v))
		}
	}
	out, err := b.Bytes()
	require.NoError(t, err)
	return out
}

func read(b []byte, o lava.Options) (*ir.Network, error) {
	return lava.Read(bytes.NewReader(b), int64(len(b)), "test.net", o)
}

// sum is one neuron's synapse sum, written out from the definition of each
// layer over the source's values of one step, image in [c h w].
func (s *spec) sum(n int, image []int, src func(int) int) int {
	total := 0
	if s.kind == "dense" {
		fan := len(s.weight) / product(s.shape)
		for m := range fan {
			total += s.weight[n*fan+m] * src(m)
		}
		return total
	}
	h, w := image[1], image[2]
	kh, kw := s.wshape[2], s.wshape[3]
	x, y, c := n%s.shape[2], n/s.shape[2]%s.shape[1], n/(s.shape[1]*s.shape[2])
	in, first, weights := 1, c, s.weight
	if s.kind == "conv" {
		in = s.wshape[1]
		first = c / (s.shape[0] / s.groups) * in
		weights = s.weight[c*in*kh*kw:]
	}
	for i := range in {
		for ky := range kh {
			for kx := range kw {
				sy, sx := y*s.stride[0]-s.padding[0]+ky*s.dilation[0], x*s.stride[1]-s.padding[1]+kx*s.dilation[1]
				if sy >= 0 && sy < h && sx >= 0 && sx < w {
					total += weights[(i*kh+ky)*kw+kx] * src(((first+i)*h+sy)*w+sx)
				}
			}
		}
	}
	return total
}

func product(v []int) int {
	p := 1
	for _, x := range v {
		p *= x
	}
	return p
}

func spread(v []int, i, n int) int {
	if v == nil {
		return 0
	}
	return v[i*len(v)/n]
}

func decayed(v, by int) int {
	if v < 0 {
		return -((-v * (4096 - by)) >> 12)
	}
	return v * (4096 - by) >> 12
}

// simulate steps Loihi's clock: at t every layer sums what the one before it
// sent at t − 1 or, with a delay, earlier. starts gives each layer's first
// step. It returns, for each layer, step and neuron, membranes and spikes.
func simulate(layers []spec, image []int, stimulus func(step, i int) int, steps int, starts func(i int) int) (v, fired [][][]int) {
	v, fired = make([][][]int, len(layers)), make([][][]int, len(layers))
	for i, s := range layers {
		n := product(s.shape)
		u, m, hold := make([]int, n), make([]int, n), make([]int, n)
		at := image
		if i > 0 {
			at = layers[i-1].shape
		}
		for t := starts(i); t < starts(i)+steps; t++ {
			spikes, before := make([]int, n), make([]int, n)
			for k := range n {
				a := s.sum(k, at, func(j int) int {
					if i == 0 {
						return stimulus(t, j)
					}
					made := t - 1 - spread(layers[i-1].delay, j, product(layers[i-1].shape)) - starts(i-1)
					if made < 0 || made >= steps {
						return 0
					}
					return fired[i-1][made][j]
				})
				if s.noNeuron {
					before[k] = a + spread(s.bias, k, n)
					continue
				}
				u[k] = decayed(u[k], s.iDecay) + a*(1<<(6+s.wgtExp))
				if hold[k] > 0 {
					hold[k]--
					before[k] = m[k]
					continue
				}
				m[k] = decayed(m[k], s.vDecay) + u[k] + 64*spread(s.bias, k, n)
				if m[k] > 64*s.vThMant {
					m[k], spikes[k], hold[k] = 0, 1, s.refDelay-1
				}
				before[k] = m[k]
			}
			fired[i], v[i] = append(fired[i], spikes), append(v[i], before)
		}
	}
	return v, fired
}

// neurons gives a spec the neuron of most tests.
func (s spec) neurons() spec {
	for _, d := range []struct {
		at        *int
		otherwise int
	}{{&s.iDecay, 4096}, {&s.vDecay, 600}, {&s.vThMant, 30}, {&s.refDelay, 1}, {&s.groups, 1}, {&s.stride[0], 1}, {&s.stride[1], 1}, {&s.dilation[0], 1}, {&s.dilation[1], 1}} {
		if *d.at == 0 {
			*d.at = d.otherwise
		}
	}
	return s
}

func weights(r *rand.Rand, n int) []int {
	w := make([]int, n)
	for i := range w {
		w[i] = 2 * (r.IntN(40) - 16)
	}
	return w
}

// Every layer and field does what its definition says, stepped by hand.
func TestLayersFollowLoihisClock(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	front := spec{kind: "dense", shape: []int{12}, weight: weights(r, 12*9), wshape: []int{12, 9}}.neurons()
	back := spec{kind: "dense", shape: []int{4}, weight: weights(r, 48), wshape: []int{4, 12}, bias: []int{3}}.neurons()
	with := func(s spec, change func(*spec)) spec { change(&s); return s }
	conv := spec{kind: "conv", shape: []int{4, 3, 4}, weight: weights(r, 4*1*3*2), wshape: []int{4, 1, 3, 2}, groups: 2,
		stride: [2]int{2, 1}, padding: [2]int{1, 0}, dilation: [2]int{1, 2}, bias: []int{1, -2, 3, 0}}.neurons()
	pool := spec{kind: "pool", shape: []int{4, 2, 2}, weight: []int{20, 20, 20, 20}, wshape: []int{1, 1, 2, 2}, stride: [2]int{2, 2}, vThMant: 15}.neurons()
	for _, c := range []struct {
		name   string
		image  []int
		layers []spec
	}{
		{"two dense layers", []int{9, 1, 1}, []spec{front, back}},
		{"synaptic current", []int{9, 1, 1}, []spec{with(front, func(s *spec) { s.iDecay = 1000 }), with(back, func(s *spec) { s.iDecay = 300 })}},
		{"refractory", []int{9, 1, 1}, []spec{with(front, func(s *spec) { s.refDelay = 4 }), with(back, func(s *spec) { s.refDelay, s.iDecay = 2, 900 })}},
		{"weight exponents", []int{9, 1, 1}, []spec{with(front, func(s *spec) { s.wgtExp = -2; s.vThMant = 8 }), with(back, func(s *spec) { s.wgtExp = 3; s.vThMant = 200 })}},
		{"one delay", []int{9, 1, 1}, []spec{with(front, func(s *spec) { s.delay = []int{3} }), back}},
		{"delays of neurons", []int{9, 1, 1}, []spec{with(front, func(s *spec) { s.delay = []int{0, 5, 2, 2, 0, 7, 1, 0, 3, 5, 0, 0} }), back}},
		{"affine output", []int{9, 1, 1}, []spec{front, with(back, func(s *spec) { s.noNeuron = true })}},
		{"membrane output", []int{9, 1, 1}, []spec{front, with(back, func(s *spec) { s.vThMant, s.vDecay = 131071, 0 })}},
		{"groups, stride, padding, dilation", []int{2, 5, 6}, []spec{conv}},
		{"pool", []int{2, 5, 6}, []spec{conv, pool}},
		{"pool of uneven weights", []int{2, 5, 6}, []spec{conv, with(pool, func(s *spec) { s.weight = []int{30, -6, 12, 24} })}},
		{"delays of channels", []int{2, 5, 6}, []spec{with(conv, func(s *spec) { s.delay = []int{2, 0, 1, 2} }), pool}},
		{"delays of channels before a grouped convolution", []int{2, 5, 6}, []spec{with(conv, func(s *spec) { s.delay = []int{2, 0, 1, 4} }),
			spec{kind: "conv", shape: []int{2, 2, 3}, weight: weights(r, 16), wshape: []int{2, 2, 2, 2}, groups: 2}.neurons()}},
	} {
		for _, together := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, together %v", c.name, together), func(t *testing.T) {
				const steps = 30
				file := append([]spec{{kind: "input", shape: c.image, noNeuron: true}}, c.layers...)
				net, err := read(write(t, steps, file...), lava.Options{Together: together})
				require.NoError(t, err)
				require.Equal(t, ir.Encoding{Bits: 1, Scale: 1}, net.Inputs[0].Input)
				n := product(c.image)
				f := &ir.Frames{Steps: steps, N: n, Bits: 1, Scale: 1, Values: make([]int32, steps*n)}
				for i := range f.Values {
					f.Values[i] = int32(r.IntN(2))
				}
				starts := func(i int) int { return i }
				if together {
					starts = func(int) int { return 0 }
				}
				v, fired := simulate(c.layers, c.image, func(step, i int) int { return int(f.Values[step*n+i]) }, steps, starts)
				busy := 0
				check := func(p, step, k, spike, membrane int) {
					require.Equal(t, fired[p][step][k], spike, "layer %d step %d neuron %d", p, step, k)
					require.Equal(t, v[p][step][k], membrane, "layer %d step %d neuron %d", p, step, k)
					busy += spike
				}
				fixed, err := reference.NewFixed(net)
				require.NoError(t, err)
				fixed.Observe(func(s *reference.Step[int32]) {
					for k := range s.Spikes {
						check(s.Population, s.Step, k, int(s.Spikes[k]), int(s.Membrane[k]))
					}
				})
				_, err = fixed.Run(context.Background(), []*ir.Frames{f})
				require.NoError(t, err)
				require.Greater(t, busy, 10, "the test is to make spikes")

				// The real fields mean the integers: where no leak is to be rounded
				// and no state saturates, both executions are equal.
				for i := range net.Populations {
					p := &net.Populations[i]
					p.Q.StateBits, p.Q.Decay, p.Decay = 32, []int32{4096}, []float64{1}
					if p.Current {
						p.Q.SynDecay, p.SynDecay = []int32{0}, []float64{0}
					}
				}
				float, err := reference.NewFloat(net)
				require.NoError(t, err)
				a, err := float.Run(context.Background(), []*ir.Frames{f})
				require.NoError(t, err)
				fixed, err = reference.NewFixed(net)
				require.NoError(t, err)
				b, err := fixed.Run(context.Background(), []*ir.Frames{f})
				require.NoError(t, err)
				require.Equal(t, a.Spikes, b.Spikes)
				require.Equal(t, a.Outputs[0].Value, b.Outputs[0].Value)
			})
		}
	}
}

// The input layer's neurons are driven by round(weight·x) + bias.
func TestInputCurrents(t *testing.T) {
	for _, w := range []int{40, -300} {
		in := spec{kind: "input", shape: []int{3}, weight: []int{w}, wshape: []int{1}, bias: []int{5, -2, 9}, vThMant: 90}.neurons()
		out := spec{kind: "dense", shape: []int{2}, weight: []int{1, 2, 3, -1, 40, 7}, wshape: []int{2, 3}, noNeuron: true}.neurons()
		net, err := read(write(t, 20, in, out), lava.Options{})
		require.NoError(t, err)
		e := net.Inputs[0].Input
		require.Equal(t, map[int]int{40: 8, -300: 10}[w], e.Bits)
		x := []int32{38, 0, -25}
		fixed, err := reference.NewFixed(net)
		require.NoError(t, err)
		got := make([]int32, 20*3)
		fixed.Observe(func(s *reference.Step[int32]) {
			if s.Population == 0 {
				copy(got[3*s.Step:], s.Membrane)
			}
		})
		_, err = fixed.Run(context.Background(), []*ir.Frames{{Steps: 20, N: 3, Bits: e.Bits, Signed: true, Held: true, Scale: e.Scale, Values: x}})
		require.NoError(t, err)
		sign := 1
		if w < 0 {
			sign = -1
		}
		for n := range x {
			v := 0
			for step := range 20 {
				if v = decayed(v, 600) + 64*(sign*int(x[n])+in.bias[n]); v > 64*90 {
					v = 0
				}
				require.EqualValues(t, v, got[3*step+n], "weight %d neuron %d step %d", w, n, step)
			}
		}
	}
}

// Lava-dl pads what pooling windows do not divide.
func TestPoolingOfARest(t *testing.T) {
	pool := spec{kind: "pool", shape: []int{1, 2, 2}, weight: []int{20, 20, 20, 20}, wshape: []int{1, 1, 2, 2}, withoutStride: true}.neurons()
	net, err := read(write(t, 4, spec{kind: "input", shape: []int{1, 3, 4}, noNeuron: true}, pool), lava.Options{})
	require.NoError(t, err)
	require.Equal(t, [][]ir.Tap{{{Source: 0}, {Source: 1}}, {{Source: 2}}}, net.Projections[0].Rows)
	require.Len(t, net.Projections[0].Q, 1)
}

package trainer

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/ir"
)

// blobs is a set that can be learned: three classes around points of their own.
func blobs(n, size int, seed uint64) *Data {
	r := rand.New(rand.NewPCG(seed, 5))
	centre := rand.New(rand.NewPCG(1, 1))
	centres := make([][]float32, 3)
	for c := range centres {
		for range size {
			centres[c] = append(centres[c], centre.Float32())
		}
	}
	x, labels := make([][]float32, n), make([]int, n)
	for i := range x {
		labels[i] = r.IntN(3)
		for k := range size {
			v := centres[labels[i]][k] + 0.15*float32(r.NormFloat64())
			x[i] = append(x[i], float32(int(255*min(max(v, 0), 1)))/255)
		}
	}
	return &Data{N: n, Label: func(i int) int { return labels[i] }, Load: func(i, _ int, dst []float32) error {
		for at := 0; at < len(dst); at += size { // every step the same, where the input is not held
			copy(dst[at:], x[i])
		}
		return nil
	}}
}

// start makes a training on blobs.
func start(t testing.TB, name string, change func(*Options)) *Trainer {
	n, _, _ := build(t, name, func(o *Options) {
		o.Surrogate, o.AttachReset, o.Batch, o.Epochs, o.Rate, o.ClipNorm = Surrogate{}, false, 16, 3, 0.02, 5
		if change != nil {
			change(o)
		}
	})
	tr, err := New(n, blobs(150, n.Inputs(), 1), blobs(100, n.Inputs(), 2))
	require.NoError(t, err)
	return tr
}

func weightsOf(tr *Trainer) [][]float32 {
	var out [][]float32
	_, f, d := tr.vectors()
	for _, v := range f {
		out = append(out, append([]float32(nil), *v...))
	}
	for _, v := range d {
		row := make([]float32, len(*v))
		for i, x := range *v {
			row[i] = float32(x)
		}
		out = append(out, row)
	}
	return out
}

var paper = Post{Kind: "da-ssdp", Warmup: 1, Anneal: true, Amplitudes: dassdp.Amplitudes{Plus: 0.01, Base: 0.001, Sigma: 1}}

// Every kind of network learns, and a training that is interrupted at any
// update and resumed ends with the bits, the records and the moments of one
// that was not, with another number of workers too.
func TestResumedIsUninterrupted(t *testing.T) {
	dir := t.TempDir()
	for name := range networks {
		t.Run(name, func(t *testing.T) {
			change := func(o *Options) {}
			if name == "residual" || name == "dense" {
				change = func(o *Options) { o.Rule, o.Optimiser = paper, "sgd" }
			}
			whole := start(t, name, change)
			require.NoError(t, whole.Run(context.Background()))
			require.True(t, whole.Done())
			first, last := whole.State.Epochs[0], whole.State.Epochs[2]
			require.Less(t, last.Loss, first.Loss)
			path := filepath.Join(dir, "state")
			for _, stop := range []int{1, 10, 17} { // 10 updates an epoch
				half := start(t, name, func(o *Options) { change(o); o.Workers = 1 })
				ctx, cancel := context.WithCancel(context.Background())
				half.Step = func(done, _ int, _, _ float64) {
					if done == stop {
						cancel()
					}
				}
				require.ErrorIs(t, half.Run(ctx), context.Canceled)
				require.Equal(t, stop, half.State.Updates)
				require.NoError(t, half.Save(path, half.Identity("blobs"), 77))
				rest := start(t, name, func(o *Options) { change(o); o.Workers = 3 })
				log, err := rest.Resume(path, rest.Identity("blobs"))
				require.NoError(t, err)
				require.EqualValues(t, 77, log)
				require.NoError(t, rest.Run(context.Background()))
				require.Equal(t, weightsOf(whole), weightsOf(rest))
				for i := range whole.State.Epochs {
					a, b := whole.State.Epochs[i], rest.State.Epochs[i]
					a.Seconds, b.Seconds = 0, 0
					require.Equal(t, a, b)
				}
			}
		})
	}
}

// A checkpoint that is not this training's, or damaged, is refused with the state untouched.
func TestCheckpointsAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	tr := start(t, "dense", nil)
	require.NoError(t, tr.step(context.Background()))
	require.NoError(t, tr.Save(path, tr.Identity(""), 0))
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	before := weightsOf(tr)
	for want, b := range map[string][]byte{
		"no checkpoint": []byte("hello"), "damaged": append(append([]byte(nil), good[:len(good)-1]...), good[len(good)-1]^1),
	} {
		require.NoError(t, os.WriteFile(path, b, 0o644))
		_, err := tr.Resume(path, tr.Identity(""))
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, os.WriteFile(path, good, 0o644))
	other := start(t, "dense", func(o *Options) { o.Rate = 0.5 })
	_, err = other.Resume(path, other.Identity(""))
	require.ErrorContains(t, err, "of another training")
	_, err = tr.Resume(filepath.Join(t.TempDir(), "none"), "")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Equal(t, before, weightsOf(tr))
}

// The integers of quantisation-aware training are those that the compiler
// makes, of the real weights and of what is exported alike.
func TestQuantisedAsTheCompiler(t *testing.T) {
	for name, c := range networks {
		for _, bits := range []int{2, 4, 8} {
			t.Run(name, func(t *testing.T) {
				m := model(t, c.nodes, c.edges)
				o := Options{Batch: 16, Epochs: 1, WeightBits: bits, Rate: 0.02, Compile: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 8, Held: c.held, Scale: 1.0 / 255}}}
				if c.options != nil {
					c.options(&o)
				}
				n, err := NewNetwork(m, o)
				require.NoError(t, err)
				defer n.Close()
				tr, err := New(n, blobs(64, n.Inputs(), 1), nil)
				require.NoError(t, err)
				require.NoError(t, tr.Run(context.Background()))
				opt := o.Compile
				opt.WeightBits = bits
				exported, err := compiler.Quantised(n.Graph(), "test", opt)
				require.NoError(t, err)
				for _, l := range n.linears {
					l.eff = l.w.v
				}
				for _, l := range n.convs {
					l.eff = l.w.v
				}
				real, err := compiler.Quantised(n.Graph(), "test", opt)
				require.NoError(t, err)
				used := map[int16]bool{}
				for i := range real.Projections {
					require.Equal(t, real.Projections[i].Q, exported.Projections[i].Q, real.Projections[i].Name)
					for _, q := range real.Projections[i].Q {
						used[q] = true
					}
				}
				require.Greater(t, len(used), 1)
			})
		}
	}
}

// own is a chip that is the network itself.
type own struct {
	n    *Network
	data *Data
}

func (own) Load(context.Context, *ir.Graph) error { return nil }

func (c own) Run(_ context.Context, stimuli []*ir.Frames, populations []string) ([][][]uint8, error) {
	r := c.n.run(len(stimuli), false)
	x := c.n.inputs[0]
	steps := x.steps(r.T)
	for k, f := range stimuli {
		for s := range steps {
			for i := range x.n {
				from := i
				if inner := toInner(x.grid); inner != nil {
					from = inner[i]
				}
				x.v[(s*r.batch+k)*x.n+i] = float32(float64(f.Values[s*x.n+from]) * f.Scale)
			}
		}
	}
	c.n.forward(r)
	out := make([][][]uint8, len(stimuli))
	for k := range stimuli {
		for _, name := range populations {
			l := c.n.neurons[name]
			inner := toInner(l.y.grid)
			s := make([]uint8, r.T*l.n)
			for t := range r.T {
				for i := range l.n {
					to := i
					if inner != nil {
						to = inner[i]
					}
					s[t*l.n+to] = uint8(l.y.v[(t*r.batch+k)*l.n+i])
				}
			}
			out[k] = append(out[k], s)
		}
	}
	return out, nil
}

// With a chip that gives the network's own spikes, training is what it is
// without: nothing but the spikes is taken from the chip.
func TestChipInTheLoop(t *testing.T) {
	for name, c := range networks {
		if len(c.shape) == 3 && name != "convolution, pooling, norm" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if name == "convolution, pooling, norm" {
				t.Skip("the stand-in evaluates with running statistics; batch statistics differ")
			}
			plain, chip := start(t, name, nil), start(t, name, nil)
			other, _, _ := build(t, name, func(o *Options) { *o = chip.Net.opt })
			for i, p := range other.params {
				p.v, _ = chip.Net.params[i].v, p
			}
			for _, l := range other.linears {
				l.w, l.b = chip.Net.linears[l.node].w, chip.Net.linears[l.node].b
				l.eff = l.w.v
			}
			for name, l := range other.convs {
				l.w, l.b = chip.Net.convs[name].w, chip.Net.convs[name].b
				l.eff = l.w.v
			}
			for name, l := range other.norms {
				*l = *chip.Net.norms[name]
			}
			if len(other.norms) > 0 {
				t.Skip("the stand-in evaluates with running statistics; batch statistics differ")
			}
			for name, l := range other.neurons {
				l.decay, l.gain, l.bias = chip.Net.neurons[name].decay, chip.Net.neurons[name].gain, chip.Net.neurons[name].bias
			}
			chip.UseChip(own{n: other})
			require.NoError(t, plain.Run(context.Background()))
			require.NoError(t, chip.Run(context.Background()))
			require.Equal(t, weightsOf(plain), weightsOf(chip))
		})
	}
}

// The step after the optimiser's adds the rule's own Δw to the weights, and
// the gate is that of the recorded warm-up.
func TestPlasticityIsTheRule(t *testing.T) {
	const T, batch, pre, post = 5, 7, 6, 4
	r := rand.New(rand.NewPCG(4, 4))
	records := func(n int) (Spikes, []dassdp.Capture) {
		s := Spikes{Batch: batch, N: n, V: make([]float32, T*batch*n)}
		for i := range s.V {
			if r.IntN(6) == 0 {
				s.V[i] = 1
			}
		}
		var caps []dassdp.Capture
		rule := dassdp.SSDP(T, dassdp.PaperDefaults())
		for b := range batch {
			var own []bool
			for t := range T {
				for i := range n {
					own = append(own, s.V[(t*batch+b)*n+i] != 0)
				}
			}
			c, err := rule.CaptureSpikes(own, n)
			require.NoError(t, err)
			caps = append(caps, c)
		}
		return s, caps
	}
	for _, kind := range []string{"ssdp", "da-ssdp", "da-ssdp-sign"} {
		p, err := NewPlasticity(kind, T, dassdp.CodeDefaults(), dassdp.First)
		require.NoError(t, err)
		var warm dassdp.Warmup
		for range 20 {
			a, ca := records(pre)
			b, cb := records(post)
			loss := r.Float64()
			require.NoError(t, p.Warm(a, b, loss))
			var samples []dassdp.Sample
			for i := range ca {
				samples = append(samples, dassdp.Sample{Pre: ca[i], Post: cb[i]})
			}
			warm.Record(samples, loss)
		}
		p.Fit()
		gate := warm.Fit()
		require.InDelta(t, gate.K, p.State.Raw.K, 1e-9)
		rule := dassdp.DASSDP(T, dassdp.CodeDefaults())
		switch kind {
		case "ssdp":
			rule = dassdp.SSDP(T, dassdp.CodeDefaults())
		case "da-ssdp-sign":
			gate = gate.Sign(dassdp.SignThreshold)
		}
		a, ca := records(pre)
		b, cb := records(post)
		var samples []dassdp.Sample
		for i := range ca {
			samples = append(samples, dassdp.Sample{Pre: ca[i], Post: cb[i]})
		}
		want := make([]float64, post*pre)
		require.NoError(t, rule.Delta(want, samples, post, pre, gate))
		w := Weights{Post: post, Pre: pre, PostStride: 1, PreStride: post, V: make([]float32, post*pre)}
		_, change, err := p.Step(w, a, b)
		require.NoError(t, err)
		require.NotZero(t, change)
		for o := range post {
			for i := range pre {
				require.InDelta(t, want[o*pre+i], w.V[i*post+o], 1e-9)
			}
		}
	}
	_, err := NewPlasticity("hebb", T, dassdp.CodeDefaults(), dassdp.First)
	require.ErrorContains(t, err, "allowed are none, ssdp, da-ssdp, da-ssdp-sign")
}

// What cannot be trained as it would be deployed is refused by name.
func TestRefused(t *testing.T) {
	nodes := networks["dense"].nodes
	for want, c := range map[string]struct {
		nodes, edges string
		change       func(*Options)
	}{
		`surrogate "step"; allowed are atan`:            {nodes, networks["dense"].edges, func(o *Options) { o.Surrogate.Kind = "step" }},
		`option optimiser is "lion"; allowed are`:       {nodes, networks["dense"].edges, func(o *Options) { o.Optimiser = "lion" }},
		`option quantise is 1`:                          {nodes, networks["dense"].edges, func(o *Options) { o.WeightBits = 1 }},
		`rule ssdp: node "a" is no dense layer between`: {nodes, networks["dense"].edges, func(o *Options) { o.Rule = Post{Kind: "ssdp", Layers: []string{"a"}} }},
		`node "k" (Delay): delays are not trained`:      {nodes + `, "k": {"type":"Delay","delay":0.0001}`, "input a, a l, l k, k b, b m, m output", nil},
		`"a2" (Affine) stands before "b" without a neuron`: {
			`"input": {"type":"Input","shape":[6]}, "a2": {"type":"Affine","weight":{"init":"torch","shape":[5,6]},"bias":{"init":"zeros","shape":[5]}}, "b": {"type":"Linear","weight":{"init":"torch","shape":[3,5]}}, "m": ` + lif + `, ` + outputs,
			"input a2, a2 b, b m, m output", func(o *Options) { o.WeightBits = 4 }},
	} {
		o := Options{Batch: 4, Epochs: 1, Compile: compiler.Options{Steps: 3, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}}}
		if c.change != nil {
			c.change(&o)
		}
		n, err := NewNetwork(model(t, c.nodes, c.edges), o)
		if err == nil {
			_, err = New(n, blobs(8, 6, 1), nil)
			n.Close()
		}
		require.ErrorContains(t, err, want)
	}
}

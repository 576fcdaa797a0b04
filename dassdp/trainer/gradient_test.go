package trainer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/ir"
)

// model reads the nodes and edges of a small network. Edges are "a b, b c".
func model(t testing.TB, nodes, edges string) *Model {
	t.Helper()
	var list []string
	for _, e := range strings.Split(edges, ",") {
		f := strings.Fields(e)
		list = append(list, fmt.Sprintf("[%q, %q]", f[0], f[1]))
	}
	doc := fmt.Sprintf(`{"format":"snnc-model","format_version":1,"nodes":{%s},"edges":[%s]}`, nodes, strings.Join(list, ","))
	g, h, inits, err := modeljson.DecodeUntrained([]byte(doc), fstest.MapFS{})
	require.NoError(t, err)
	return &Model{Name: "test", Graph: g, Hints: h, Inits: inits}
}

const (
	lif     = `{"type": "LIF", "tau": 0.0004, "r": 4, "v_leak": 0.1, "v_threshold": 0.7, "v_reset": 0.05}`
	dense   = `{"type": "Affine", "weight": {"init": "torch", "gain": 2, "shape": [%d, %d]}, "bias": {"init": "torch", "shape": [%[1]d]}}`
	outputs = `"output": {"type": "Output", "shape": [3]}`
)

// networks holds every kind of layer at least once.
var networks = map[string]struct {
	nodes, edges string
	shape        []int
	held         bool
	options      func(*Options)
}{
	"dense": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l b, b m, m output", []int{6}, false, nil},
	"dense, held input": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l b, b m, m output", []int{6}, true, nil},
	"subtract": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l b, b m, m output", []int{6}, false, func(o *Options) { o.Compile.Reset = "subtract" }},
	"delayed": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l b, b m, m output", []int{6}, true, func(o *Options) {
			yes := true
			o.Compile.Reset, o.Compile.ResetDelay = "subtract", &yes
		}},
	"no reset, step loss": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l b, b m, m output", []int{6}, false, func(o *Options) { o.Compile.Reset, o.Loss, o.LogitGain = "none", "step", 2 }},
	"IF, CubaLIF, LI, square loss": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": {"type":"IF","r":0.8,"v_threshold":0.9},
		 "b": ` + fmt.Sprintf(dense, 4, 5) + `, "m": {"type":"CubaLIF","tau_syn":0.0003,"tau_mem":0.0005,"r":3,"v_leak":0.05,"v_threshold":0.5,"w_in":2},
		 "c": {"type":"Linear","weight":{"init":"xavier_normal","shape":[3,4]}}, "n": {"type":"LI","tau":0.0005,"r":4,"v_leak":0.1}, ` + outputs,
		"input a, a l, l b, b m, m c, c n, n output", []int{6}, false, func(o *Options) { o.Loss = "square" }},
	"CubaLI": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 3, 6) + `, "n": {"type":"CubaLI","tau_syn":0.0003,"tau_mem":0.0005,"r":3,"v_leak":0.05}, ` + outputs,
		"input a, a n, n output", []int{6}, true, nil},
	"output of a weighted sum": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, ` + outputs,
		"input a, a l, l b, b output", []int{6}, false, nil},
	"trained tau": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `,
		 "l": {"type":"LIF","tau":{"init":"constant","value":0.0003,"shape":[5]},"r":1.5,"v_leak":0.2,"v_threshold":0.5},
		 "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": {"type":"LIF","tau":{"init":"constant","value":0.0003,"shape":[]},"r":{"init":"tau/dt","shape":[]},"v_leak":0.2,"v_threshold":0.5}, ` + outputs,
		"input a, a l, l b, b m, m output", []int{6}, false, nil},
	"trained tau, subtract": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 3, 6) + `,
		 "l": {"type":"LIF","tau":{"init":"constant","value":0.0003,"shape":[]},"r":1.5,"v_leak":0.2,"v_threshold":0.5}, ` + outputs,
		"input a, a l, l output", []int{6}, true, func(o *Options) { o.Compile.Reset = "subtract" }},
	"convolution, pooling, norm": {
		`"input": {"type":"Input","shape":[2,6,5]},
		 "a": {"type":"Conv2d","weight":{"init":"torch","gain":3,"shape":[4,2,3,2]},"stride":[1,2],"padding":[1,0],"dilation":1,"groups":1,"bias":{"init":"zeros","shape":[4]}},
		 "n": {"type":"BatchNorm2d","weight":{"init":"ones","shape":[4]},"bias":{"init":"zeros","shape":[4]},"running_mean":{"init":"zeros","shape":[4]},"running_var":{"init":"ones","shape":[4]}},
		 "l": ` + lif + `, "p": {"type":"AvgPool2d","kernel_size":2,"stride":2,"padding":0},
		 "c": {"type":"Conv2d","weight":{"init":"torch","gain":3,"shape":[6,2,2,1]},"stride":1,"padding":"same","dilation":[1,1],"groups":2,"bias":{"init":"zeros","shape":[6]}},
		 "k": ` + lif + `, "f": {"type":"Flatten","start_dim":0,"end_dim":-1}, "b": ` + fmt.Sprintf(dense, 3, 18) + `, "m": ` + lif + `, ` + outputs,
		"input a, a n, n l, l p, p c, c k, k f, f b, b m, m output", []int{2, 6, 5}, false, nil},
	"held through convolution, norm and sum pooling": {
		`"input": {"type":"Input","shape":[2,6,4]},
		 "a": {"type":"Conv2d","weight":{"init":"torch","gain":3,"shape":[3,2,3,3]},"stride":1,"padding":1,"dilation":1,"groups":1,"bias":{"init":"zeros","shape":[3]}},
		 "n": {"type":"BatchNorm2d","weight":{"init":"ones","shape":[3]},"bias":{"init":"zeros","shape":[3]},"running_mean":{"init":"zeros","shape":[3]},"running_var":{"init":"ones","shape":[3]}},
		 "p": {"type":"SumPool2d","kernel_size":[2,2],"stride":[2,2],"padding":[1,0]}, "s": {"type":"Scale","scale":0.4},
		 "l": ` + lif + `, "f": {"type":"Flatten","start_dim":0,"end_dim":-1}, "b": ` + fmt.Sprintf(dense, 3, 24) + `, "m": ` + lif + `, ` + outputs,
		"input a, a n, n p, p s, s l, l f, f b, b m, m output", []int{2, 6, 4}, true, nil},
	"convolution in one dimension": {
		`"input": {"type":"Input","shape":[2,9]},
		 "a": {"type":"Conv1d","weight":{"init":"torch","gain":3,"shape":[4,2,3]},"stride":2,"padding":1,"dilation":2,"groups":1,"bias":{"init":"torch","shape":[4]}},
		 "l": ` + lif + `, "f": {"type":"Flatten","start_dim":0,"end_dim":-1}, "b": ` + fmt.Sprintf(dense, 3, 16) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l f, f b, b m, m output", []int{2, 9}, false, nil},
	"norm of a vector": {
		`"input": {"type":"Input","shape":[6]}, "a": {"type":"Linear","weight":{"init":"torch","gain":2,"shape":[5,6]}},
		 "n": {"type":"BatchNorm1d","weight":{"init":"ones","shape":[5]},"bias":{"init":"zeros","shape":[5]},"running_mean":{"init":"zeros","shape":[5]},"running_var":{"init":"ones","shape":[5]}},
		 "l": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a n, n l, l b, b m, m output", []int{6}, false, nil},
	"norm of each step": {
		`"input": {"type":"Input","shape":[2,6,4]},
		 "a": {"type":"Conv2d","weight":{"init":"torch","gain":3,"shape":[3,2,3,3]},"stride":1,"padding":1,"dilation":1,"groups":1,"bias":{"init":"zeros","shape":[3]}},
		 "n": {"type":"BatchNorm2d","weight":{"init":"ones","shape":[3]},"bias":{"init":"zeros","shape":[3]},"running_mean":{"init":"zeros","shape":[3]},"running_var":{"init":"ones","shape":[3]}},
		 "l": ` + lif + `, "f": {"type":"Flatten","start_dim":0,"end_dim":-1}, "b": ` + fmt.Sprintf(dense, 3, 72) + `, "m": ` + lif + `, ` + outputs,
		"input a, a n, n l, l f, f b, b m, m output", []int{2, 6, 4}, false, func(o *Options) { o.NormSteps = true }},
	"recurrent": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "r": ` + fmt.Sprintf(dense, 5, 5) + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l r, r l, l b, b m, m output", []int{6}, false, nil},
	"recurrent, held input": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "r": ` + fmt.Sprintf(dense, 5, 5) + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l r, r l, l b, b m, m output", []int{6}, true, nil},
	"loop through two populations": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "r": ` + fmt.Sprintf(dense, 5, 3) + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l b, b m, m r, r l, m output", []int{6}, false, nil},
	"residual": {
		`"input": {"type":"Input","shape":[6]}, "a": ` + fmt.Sprintf(dense, 5, 6) + `, "l": ` + lif + `, "r": ` + fmt.Sprintf(dense, 5, 5) + `, "k": ` + lif + `,
		 "s": ` + fmt.Sprintf(dense, 5, 5) + `, "o": ` + lif + `, "b": ` + fmt.Sprintf(dense, 3, 5) + `, "m": ` + lif + `, ` + outputs,
		"input a, a l, l r, r k, k s, s o, l o, o b, b m, m output", []int{6}, false, nil},
}

// build makes a network of the table with a batch in it.
func build(t testing.TB, name string, change func(*Options)) (*Network, *run, []int) {
	c := networks[name]
	m := model(t, c.nodes, c.edges)
	o := Options{Batch: 5, Epochs: 1, Seed: 3, AttachReset: true, Surrogate: Surrogate{Kind: "atan", Smooth: true},
		Compile: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 8, Held: c.held, Scale: 1.0 / 255}}}
	if c.options != nil {
		c.options(&o)
	}
	if change != nil {
		change(&o)
	}
	n, err := NewNetwork(m, o)
	require.NoError(t, err)
	t.Cleanup(n.Close)
	r := rand.New(rand.NewPCG(7, 7))
	for i := range n.inputs[0].v {
		n.inputs[0].v[i] = r.Float32()
	}
	var labels []int
	for i := range o.Batch {
		labels = append(labels, (i*i+i/3)%3)
	}
	return n, n.run(o.Batch, true), labels
}

func (n *Network) lossOf(r *run, labels []int) float64 {
	l := loss{kind: n.opt.Loss, gain: n.opt.LogitGain, smoothing: n.opt.Smoothing}
	n.prepare()
	n.forward(r)
	mean, _ := l.run(r, n.sinks[0], labels)
	return mean
}

// The gradient of every parameter of every kind of layer is the slope of the
// loss, where the spike itself is the surrogate's primitive.
func TestGradientsAreSlopes(t *testing.T) {
	for name := range networks {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"atan", "multi-gaussian"} { // the others have a kink, see TestSurrogates
				checkSlopes(t, name, kind)
			}
		})
	}
}

func checkSlopes(t *testing.T, name, kind string) {
	n, r, labels := build(t, name, func(o *Options) {
		o.Surrogate.Kind, o.Smoothing = kind, 0.1
	})
	n.clearGradients(r.batch)
	n.lossOf(r, labels)
	n.backward(r)
	require.NotEmpty(t, n.params)
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, p := range n.params {
		g := append([]float32(nil), p.g...)
		at := append([]float32(nil), p.v...)
		for try := range 3 {
			d, slope, size := make([]float32, len(g)), 0.0, 0.0
			for i := range d {
				d[i] = float32(rnd.NormFloat64())
				if try == 0 { // along the gradient
					d[i] = g[i]
				}
				size += float64(d[i]) * float64(d[i])
			}
			if size == 0 {
				t.Fatalf("%s: no gradient", p.name)
			}
			for i := range d {
				d[i] = float32(float64(d[i]) / math.Sqrt(size))
				slope += float64(d[i]) * float64(g[i])
			}
			move := func(e float32) float64 {
				for i := range p.v {
					p.v[i] = at[i] + e*d[i]
				}
				return n.lossOf(&run{pool: r.pool, T: r.T, batch: r.batch, train: true}, labels)
			}
			secant := func(e float32) float64 { return (move(e) - move(-e)) / (2 * float64(e)) }
			const e = 0.01
			got := (4*secant(e) - secant(2*e)) / 3
			copy(p.v, at)
			norm := 0.0
			for _, x := range g {
				norm += float64(x) * float64(x)
			}
			require.InDelta(t, slope, got, 3e-3*math.Sqrt(norm)+2e-5, "%s %s", kind, p.name)
		}
	}
}

// Each surrogate is the derivative of its primitive, and has the values of the
// frameworks' formulas.
func TestSurrogates(t *testing.T) {
	for _, c := range []struct {
		kind  string
		alpha float64
		at    map[float64]float64
	}{
		{"atan", 2, map[float64]float64{0: 1, 0.5: 1 / (1 + math.Pi*math.Pi/4)}},
		{"fast-sigmoid", 25, map[float64]float64{0: 1, -0.04: 0.25}},
		{"triangular", 1, map[float64]float64{0: 1, 0.25: 0.75, -0.5: 0.5, 1.5: 0}},
		{"multi-gaussian", 0.5, map[float64]float64{0: (1.15*2 - 0.3*math.Exp(-1.0/72)/3) / math.Sqrt(2*math.Pi)}},
		{"sigmoid", 4, map[float64]float64{0: 1}},
		{"soft-sign", 2, map[float64]float64{0: 1, 0.5: 0.25}},
		{"super-spike", 1, map[float64]float64{0: 1, -1: 0.25}},
	} {
		s := Surrogate{Kind: c.kind}
		require.NoError(t, s.withDefaults())
		require.Equal(t, c.alpha, s.Alpha)
		for x, want := range c.at {
			v := []float32{float32(x)}
			s.derivative(v)
			require.InDelta(t, want, v[0], 1e-6, "%s at %v", c.kind, x)
		}
		for x := -1.3; x < 1.3; x += 0.0917 {
			const e = 1e-5
			v := []float32{float32(x)}
			s.derivative(v)
			require.InDelta(t, (s.primitive(x+e)-s.primitive(x-e))/(2*e), v[0], 1e-5, "%s at %v", c.kind, x)
		}
	}
}

// The numbers do not depend on the workers, with the batches of a whole
// training and in every kind of layer.
func TestWorkersGiveTheSameBits(t *testing.T) {
	for name := range networks {
		t.Run(name, func(t *testing.T) {
			var want [][]float32
			for _, workers := range []int{1, 2, 5} {
				n, r, labels := build(t, name, func(o *Options) {
					o.Workers, o.Surrogate.Smooth, o.Batch = workers, false, 70
				})
				n.clearGradients(r.batch)
				n.lossOf(r, labels)
				n.backward(r)
				var got [][]float32
				for _, p := range n.params {
					got = append(got, p.g)
				}
				if want == nil {
					want = got
				}
				require.Equal(t, want, got)
			}
		})
	}
}

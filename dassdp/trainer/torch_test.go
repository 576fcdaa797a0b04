package trainer

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// A case of testdata/torch, as its README describes it.
type torchCase struct {
	Steps, Batch int
	Input        struct {
		Shape []int
		Scale float64
	}
	Nodes  []torchNode
	Edges  []struct{ From, To string }
	Output string
	Loss   struct {
		Logits    string
		Smoothing float64 `json:"label_smoothing"`
	}
}

type torchNode struct {
	Name, Type, Model         string
	Groups                    int
	Stride, Padding, Dilation []float64
	KernelSize                []float64 `json:"kernel_size"`
	Eps, Momentum             float64
	Mode, Statistics          string
	CurrentDecay              float64 `json:"current_decay"`
	Decay, Threshold          any
	W                         any
	DecayInput                bool `json:"decay_input"`
	Gain, Leak                float64
	VStart                    float64 `json:"v_start"`
	VReset                    float64 `json:"v_reset"`
	Fires, Reset              string
	DetachReset               bool `json:"detach_reset"`
	Surrogate                 struct {
		Name                      string
		Alpha, Slope, Sigma, H, S float64
	}
}

// learned is the name of a parameter that the framework learns.
func learned(v any) string {
	if m, ok := v.(map[string]any); ok {
		return m["param"].(string)
	}
	return ""
}

// notOurs are cases that no network of this project can be.
var notOurs = map[string]string{
	"snntorch_rleaky_zero_next":   "a reset that also takes the new input away is none of the machine's (docs/numerics.md)",
	"snntorch_synaptic_zero_next": "as snntorch_rleaky_zero_next",
}

// Loss and every gradient are those of snnTorch and SpikingJelly, to 1e-4 of a
// tensor's largest in float32.
func TestGradientsOfTheFrameworks(t *testing.T) {
	b, err := os.ReadFile("testdata/torch/cases.json")
	require.NoError(t, err)
	var file struct{ Cases map[string]*torchCase }
	require.NoError(t, json.Unmarshal(b, &file))
	require.Greater(t, len(file.Cases), 30)
	for name, c := range file.Cases {
		t.Run(name, func(t *testing.T) {
			if why, ok := notOurs[name]; ok {
				t.Skip(why)
			}
			f, err := os.Open(filepath.Join("testdata/torch", name+".npz"))
			require.NoError(t, err)
			defer f.Close()
			info, err := f.Stat()
			require.NoError(t, err)
			z, err := array.OpenNPZ(f, info.Size())
			require.NoError(t, err)
			c.check(t, func(name string) *array.Array {
				a, err := z.Read(name)
				require.NoError(t, err)
				return a
			}, func(name string) bool {
				for _, n := range z.Names() {
					if n == name {
						return true
					}
				}
				return false
			})
		})
	}
}

func reals(a *array.Array) []float64 {
	out := make([]float64, a.Len())
	for i := range out {
		out[i] = a.Real(i)
	}
	return out
}

func (c *torchCase) check(t *testing.T, read func(string) *array.Array, has func(string) bool) {
	tensor := func(name string) *ir.Tensor {
		a := read(name)
		return ir.NewTensor(ir.Float32, a.Shape, reals(a))
	}
	ints := func(v []float64) *ir.Tensor { return ir.NewTensor(ir.Float64, []int{len(v)}, v) }
	scalar := func(v float64) *ir.Tensor { return ir.NewTensor(ir.Float64, nil, []float64{v}) }
	g := &ir.Graph{Nodes: []ir.Node{{Name: "input", Op: &ir.Input{Shape: ints(toFloats(c.Input.Shape))}}, {Name: "output", Op: &ir.Output{Shape: ints([]float64{1})}}}}
	for _, e := range c.Edges {
		g.Edges = append(g.Edges, ir.Edge{From: e.From, To: e.To})
	}
	g.Edges = append(g.Edges, ir.Edge{From: c.Output, To: "output"})
	for _, n := range c.Nodes {
		p := "param." + n.Name
		bias := func(channels int) *ir.Tensor {
			if has(p + ".bias") {
				return tensor(p + ".bias")
			}
			return ir.NewTensor(ir.Float32, []int{channels}, make([]float64, channels))
		}
		var op ir.Op
		switch n.Type {
		case "Linear":
			op = &ir.Linear{Weight: tensor(p + ".weight")}
			if has(p + ".bias") {
				op = &ir.Affine{Weight: tensor(p + ".weight"), Bias: tensor(p + ".bias")}
			}
		case "Conv1d":
			w := tensor(p + ".weight")
			op = &ir.Conv1d{Weight: w, Stride: ints(n.Stride), Padding: ints(n.Padding), Dilation: ints(n.Dilation), Groups: scalar(float64(n.Groups)), Bias: bias(w.Shape[0])}
		case "Conv2d":
			w := tensor(p + ".weight")
			op = &ir.Conv2d{Weight: w, Stride: ints(n.Stride), Padding: ints(n.Padding), Dilation: ints(n.Dilation), Groups: scalar(float64(n.Groups)), Bias: bias(w.Shape[0])}
		case "AvgPool2d":
			op = &ir.AvgPool2d{KernelSize: ints(n.KernelSize), Stride: ints(n.Stride), Padding: ints(n.Padding)}
		case "Flatten":
			op = &ir.Flatten{StartDim: scalar(0), EndDim: scalar(-1)}
		case "BatchNorm1d":
			op = &ir.BatchNorm1d{Weight: tensor(p + ".weight"), Bias: tensor(p + ".bias"), RunningMean: tensor(p + ".running_mean"), RunningVar: tensor(p + ".running_var"), Eps: scalar(n.Eps)}
		case "BatchNorm2d":
			op = &ir.BatchNorm2d{Weight: tensor(p + ".weight"), Bias: tensor(p + ".bias"), RunningMean: tensor(p + ".running_mean"), RunningVar: tensor(p + ".running_var"), Eps: scalar(n.Eps)}
		case "Neuron":
			op = &ir.LIF{Tau: scalar(4e-4), R: scalar(4), VLeak: scalar(0), VThreshold: scalar(1)}
			if n.Model == "CubaLIF" || n.CurrentDecay != 0 {
				op = &ir.CubaLIF{TauSyn: scalar(4e-4), TauMem: scalar(4e-4), R: scalar(4), VLeak: scalar(0), VThreshold: scalar(1)}
			}
		default:
			t.Fatalf("node type %q", n.Type)
		}
		g.Nodes = append(g.Nodes, ir.Node{Name: n.Name, Op: op})
	}
	g.Normalise()
	single := false
	for _, n := range c.Nodes {
		single = single || n.Statistics == "step"
	}
	n, err := NewNetwork(&Model{Name: "case", Graph: g}, Options{NormSteps: single, Batch: c.Batch, Epochs: 1, Smoothing: c.Loss.Smoothing,
		Compile: compiler.Options{Steps: c.Steps, Input: ir.Encoding{Bits: 8, Scale: c.Input.Scale}}})
	require.NoError(t, err)
	defer n.Close()
	for i := range c.Nodes {
		if c.Nodes[i].Type == "Neuron" {
			n.set(t, &c.Nodes[i], read)
		}
		if l := n.norms[c.Nodes[i].Name]; l != nil {
			l.momentum = c.Nodes[i].Momentum
		}
	}
	if c.Loss.Logits == "mean" {
		n.opt.LogitGain = 1 / float64(c.Steps)
	}
	in := read("input")
	x := n.inputs[0]
	inner := toInner(x.grid)
	for row := range c.Steps * c.Batch {
		for k := range x.n {
			f := k
			if inner != nil {
				f = inner[k]
			}
			x.v[row*x.n+k] = float32(in.Real(row*x.n+f) * c.Input.Scale)
		}
	}
	target := read("target")
	labels := make([]int, c.Batch)
	for i := range labels {
		labels[i] = int(target.Int(i))
	}
	r := n.run(c.Batch, true)
	eval := false
	for _, node := range c.Nodes {
		eval = eval || node.Mode == "eval"
	}
	if eval {
		for _, l := range n.norms {
			l.frozen = true
		}
	}
	n.clearGradients(c.Batch)
	mean := n.lossOf(r, labels)
	n.backward(r)
	require.InEpsilon(t, read("loss64").Real(0), mean, 1e-5)
	for name, l := range n.neurons {
		same(t, "spikes."+name, reals(read("spikes."+name)), unfold(l.y.v, l.y.grid, nil), 0)
	}
	checked := 0
	for name, l := range n.linears {
		w := make([]float32, len(l.w.g))
		for i, col := range l.fileOrder() {
			for o := range l.out {
				w[o*l.in+col] = l.w.g[i*l.out+o]
			}
		}
		same(t, name+".weight", reals(read("grad64."+name+".weight")), w, 1e-4)
		checked++
		if l.b != nil {
			same(t, name+".bias", reals(read("grad64."+name+".bias")), l.b.g, 1e-4)
		}
	}
	for name, l := range n.convs {
		w := make([]float32, len(l.w.g))
		for i, at := range l.toFile() {
			w[at] = l.w.g[i]
		}
		same(t, name+".weight", reals(read("grad64."+name+".weight")), w, 1e-4)
		if has("grad64." + name + ".bias") {
			same(t, name+".bias", reals(read("grad64."+name+".bias")), l.b.g, 1e-4)
		}
		checked++
	}
	for name, l := range n.norms {
		same(t, name+".weight", reals(read("grad64."+name+".weight")), l.w.g, 1e-4)
		same(t, name+".bias", reals(read("grad64."+name+".bias")), l.b.g, 1e-4)
		for i, want := range reals(read("after." + name + ".running_mean")) {
			require.InDelta(t, want, l.mean[i], 1e-6)
		}
		for i, want := range reals(read("after." + name + ".running_var")) {
			require.InDelta(t, want, l.vari[i], 1e-6)
		}
	}
	for name, l := range n.neurons {
		if l.tau == nil {
			continue
		}
		if has("grad64." + name + ".w") {
			same(t, name+".w", reals(read("grad64."+name+".w")), l.tau.p.g, 1e-4)
		} else { // beta = 1 − σ(p)
			s := sigmoid(float64(l.tau.p.v[0]))
			same(t, name+".beta", []float64{-s * (1 - s) * read("grad64."+name+".beta").Real(0)}, l.tau.p.g, 1e-4)
		}
		checked++
	}
	require.NotZero(t, checked)
}

// set gives a neuron the case's own numbers, whatever a file could hold.
func (n *Network) set(t *testing.T, c *torchNode, read func(string) *array.Array) {
	l := n.neurons[c.Name]
	number := func(v any) float64 {
		if name := learned(v); name != "" {
			return read("param." + c.Name + "." + name).Real(0)
		}
		f, _ := v.(float64)
		return f
	}
	decay, gain, leak := number(c.Decay), c.Gain, c.Leak
	q := 0.0
	switch {
	case c.Model == "PLIF":
		q = sigmoid(number(c.W))
		decay, gain, leak = 1-q, 1, q*c.VReset
		if c.DecayInput {
			gain = q
		}
	case learned(c.Decay) != "":
		q = 1 - decay
	}
	for i := range l.n {
		l.decay[i], l.gain[i] = float32(decay), float32(gain)
		l.theta[i], l.reset[i] = float32(number(c.Threshold)-c.VStart), float32(c.VReset-c.VStart)
		rest := float32(leak - (1-decay)*c.VStart)
		if l.Current {
			l.syn[i], l.vbias[i] = float32(c.CurrentDecay), rest
		} else {
			l.bias[i] = rest
		}
	}
	if q != 0 {
		p := newParam(c.Name+".tau", 1, false)
		p.v[0] = float32(logit(q))
		l.tau = &trainedTau{p: p, dt: n.stepTime, leak: make([]float64, l.n)}
		if c.Model == "PLIF" {
			for i := range l.tau.leak {
				l.tau.leak[i] = c.VReset - c.VStart
			}
		}
		if c.DecayInput {
			l.tau.r = make([]float64, l.n)
			for i := range l.tau.r {
				l.tau.r[i] = 1
			}
		}
		n.params = append(n.params, p)
	}
	l.AtLeast, l.detach = c.Fires == "ge", c.DetachReset
	l.Reset = map[string]ir.Reset{"to_value": ir.ResetValue, "subtract": ir.ResetSubtract, "subtract_next": ir.ResetDelayed, "none": ir.ResetNone}[c.Reset]
	s := c.Surrogate
	l.surrogate = &Surrogate{Kind: map[string]string{"atan": "atan", "fast_sigmoid": "fast-sigmoid", "super_spike": "super-spike", "soft_sign": "soft-sign",
		"triangular": "triangular", "sigmoid": "sigmoid", "multi_gaussian": "multi-gaussian"}[s.Name], Alpha: s.Alpha + s.Slope + s.Sigma}
	require.NoError(t, l.surrogate.withDefaults())
}

// unfold puts channel-last rows in the order of files.
func unfold(v []float32, g ir.Grid, _ []int) []float32 {
	inner := toInner(g)
	if inner == nil {
		return v
	}
	out := make([]float32, len(v))
	for row := 0; row < len(v); row += len(inner) {
		for i, f := range inner {
			out[row+f] = v[row+i]
		}
	}
	return out
}

func same(t *testing.T, what string, want []float64, got []float32, tolerance float64) {
	t.Helper()
	require.Len(t, got, len(want), what)
	top := 0.0
	for _, v := range want {
		top = math.Max(top, math.Abs(v))
	}
	for i, v := range want {
		require.InDelta(t, v, float64(got[i]), tolerance*top, "%s, element %d", what, i)
	}
}

func toFloats(v []int) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

// The optimisers, clipping and the cosine take the steps that torch.optim's take.
func TestOptimisersOfTorch(t *testing.T) {
	b, err := os.ReadFile("testdata/optimisers.json")
	require.NoError(t, err)
	var file struct {
		Start      [][]float64
		Gradients  [][][]float64
		Optimisers map[string]struct {
			Class     string
			Arguments struct {
				LR          float64
				Momentum    float64
				Nesterov    bool
				Betas       []float64
				Eps         float64
				WeightDecay float64 `json:"weight_decay"`
			}
			Clip  *float64
			Norms []float64
			After [][][]float64
		}
	}
	require.NoError(t, json.Unmarshal(b, &file))
	p := newPool(2)
	defer p.close()
	for name, c := range file.Optimisers {
		t.Run(name, func(t *testing.T) {
			a := c.Arguments
			if a.Nesterov {
				t.Skip("Nesterov's momentum is not offered")
			}
			o := Options{Optimiser: map[string]string{"SGD": "sgd", "Adam": "adam", "AdamW": "adamw"}[c.Class], Momentum: a.Momentum, WeightDecay: a.WeightDecay, Epochs: 1, Batch: 1}
			if a.Betas != nil {
				o.Beta1, o.Beta2 = a.Betas[0], a.Betas[1]
			}
			require.NoError(t, o.check())
			var params []*param
			for i, v := range file.Start {
				x := newParam(fmt.Sprint(i), len(v), true)
				for k := range v {
					x.v[k] = float32(v[k])
				}
				params = append(params, x)
			}
			opt := newOptimiser(&o, params)
			if a.Eps != 0 {
				opt.epsilon = a.Eps
			}
			for step, after := range c.After {
				for i, x := range params {
					for k := range x.g {
						x.g[k] = float32(file.Gradients[step][i][k])
					}
				}
				if c.Clip != nil {
					require.InEpsilon(t, c.Norms[step], clip(params, *c.Clip), 1e-6)
				}
				opt.step(p, params, a.LR)
				for i, x := range params {
					same(t, fmt.Sprintf("step %d", step), after[i], x.v, 2e-6)
				}
			}
		})
	}
}

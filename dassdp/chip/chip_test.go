package chip_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/dassdp/chip"
	"github.com/snnc/snnc/dassdp/trainer"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/verilator"
)

const (
	lif   = `{"type": "LIF", "tau": 0.0004, "r": 4, "v_leak": 0.1, "v_threshold": 0.7, "v_reset": 0.05}`
	dense = `{"type": "Affine", "weight": {"init": "torch", "gain": 2, "shape": [%d, %d]}, "bias": {"init": "torch", "shape": [%[1]d]}}`
	input = `"input": {"type":"Input","shape":[%s]}, `
	out   = `, "output": {"type": "Output", "shape": [3]}`
)

func fc(n, m int) string { return fmt.Sprintf(dense, n, m) }

// network is a small one that has something of its own.
type network struct {
	nodes, edges string
	shape        []int
	held         bool
}

var (
	plain = network{
		fmt.Sprintf(input, "6") + `"a": ` + fc(5, 6) + `, "l": ` + lif + `, "b": ` + fc(3, 5) + `, "m": ` + lif + out,
		"input a, a l, l b, b m, m output", []int{6}, true}
	// A trained decay, a current, a loop and a membrane that is read out.
	mixed = network{
		fmt.Sprintf(input, "6") + `"a": ` + fc(5, 6) + `,
		 "l": {"type":"LIF","tau":{"init":"constant","value":0.0003,"shape":[]},"r":{"init":"tau/dt","shape":[]},"v_leak":0.2,"v_threshold":0.5},
		 "b": ` + fc(4, 5) + `, "m": {"type":"CubaLIF","tau_syn":0.0003,"tau_mem":0.0005,"r":3,"v_leak":0.05,"v_threshold":0.5,"w_in":2}, "back": ` + fc(4, 4) + `,
		 "c": {"type":"Linear","weight":{"init":"xavier_normal","shape":[3,4]}}, "n": {"type":"LI","tau":0.0005,"r":4,"v_leak":0.1}` + out,
		"input a, a l, l b, b m, m back, back m, m c, c n, n output", []int{6}, false}
	image = network{
		fmt.Sprintf(input, "1,4,4") + `"k": {"type":"Conv2d","weight":{"init":"torch","gain":3,"shape":[3,1,3,3]},"bias":{"init":"torch","shape":[3]},"stride":1,"padding":1,"dilation":1,"groups":1},
		 "bn": {"type":"BatchNorm2d","weight":{"init":"ones","shape":[3]},"bias":{"init":"zeros","shape":[3]},"running_mean":{"init":"zeros","shape":[3]},"running_var":{"init":"ones","shape":[3]}},
		 "l": ` + lif + `, "p": {"type":"SumPool2d","kernel_size":2,"stride":2,"padding":0}, "f": {"type":"Flatten","start_dim":0,"end_dim":-1}, "b": ` + fc(3, 12) + `, "m": ` + lif + out,
		"input k, k bn, bn l, l p, p f, f b, b m, m output", []int{1, 4, 4}, true}
)

// training makes one on random samples whose labels can be learned.
func training(t *testing.T, n network, change func(*trainer.Options)) *trainer.Trainer {
	var edges []string
	for _, e := range strings.Split(n.edges, ",") {
		f := strings.Fields(e)
		edges = append(edges, fmt.Sprintf("[%q, %q]", f[0], f[1]))
	}
	doc := fmt.Sprintf(`{"format":"snnc-model","format_version":1,"nodes":{%s},"edges":[%s]}`, n.nodes, strings.Join(edges, ","))
	g, h, inits, err := modeljson.DecodeUntrained([]byte(doc), fstest.MapFS{})
	require.NoError(t, err)
	o := trainer.Options{Batch: 40, Epochs: 2, Rate: 0.05, Schedule: "constant",
		Compile: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 8, Held: n.held, Scale: 1.0 / 255}}}
	if change != nil {
		change(&o)
	}
	net, err := trainer.NewNetwork(&trainer.Model{Name: "net", Graph: g, Hints: h, Inits: inits}, o)
	require.NoError(t, err)
	t.Cleanup(net.Close)
	size := ir.Size(n.shape)
	r := rand.New(rand.NewPCG(1, 2))
	const samples = 80
	x := make([]float32, samples*size)
	for i := range x {
		x[i] = float32(r.IntN(256)) / 255
	}
	tr, err := trainer.New(net, &trainer.Data{N: samples, Label: func(i int) int { return int(2.99 * x[i*size]) },
		Load: func(i, _ int, dst []float32) error {
			for at := 0; at < len(dst); at += size {
				copy(dst[at:], x[i*size:][:size])
			}
			return nil
		}}, nil)
	require.NoError(t, err)
	return tr
}

func options(tr *trainer.Trainer, on string, o trainer.Options) chip.Options {
	c := o.Compile
	c.WeightBits = o.WeightBits
	return chip.Options{On: on, Model: "net", Compile: c, Changing: tr.Net.TrainsDecay}
}

// trained runs a training to its end on an execution and returns the network.
func trained(t *testing.T, n network, on string, change func(*trainer.Options), also func(*chip.Options)) *ir.Graph {
	tr := training(t, n, change)
	o := trainer.Options{Compile: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 8, Held: n.held, Scale: 1.0 / 255}}}
	if change != nil {
		change(&o)
	}
	opt := options(tr, on, o)
	if also != nil {
		also(&opt)
	}
	c, err := chip.New(t.Context(), tr.Net.Graph(), opt)
	require.NoError(t, err)
	tr.UseChip(c)
	require.NoError(t, tr.Run(t.Context()))
	require.NoError(t, c.Close(context.Background()))
	return tr.Net.Graph()
}

func needVerilator(t *testing.T) {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
}

func equalGraphs(t *testing.T, want, got *ir.Graph) {
	var a, b strings.Builder
	require.NoError(t, want.Text(&a))
	require.NoError(t, got.Text(&b))
	require.Equal(t, a.String(), b.String())
	for i := range want.Nodes {
		from, to := want.Nodes[i].Op.Fields(), got.Nodes[i].Op.Fields()
		for k := range from {
			require.Equal(t, *from[k].Value, *to[k].Value, want.Nodes[i].Name)
		}
	}
}

// The reference, the simulator and one Verilated model that takes every
// update's weights over its bus train the same network, bit for bit.
func TestExecutionsTrainAlike(t *testing.T) {
	for name, n := range map[string]network{"plain": plain, "mixed": mixed, "image": image} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var change func(*trainer.Options)
			if name == "image" {
				change = func(o *trainer.Options) { o.WeightBits = 4 }
			}
			before := training(t, n, change).Net.Graph()
			want := trained(t, n, "sim", change, nil)
			require.NotEqual(t, before, want)
			equalGraphs(t, want, trained(t, n, "fixed", change, nil))
			needVerilator(t)
			equalGraphs(t, want, trained(t, n, "rtl", change, func(o *chip.Options) {
				o.Note = func(text string) { t.Error(text) } // no second model, no limit
			}))
		})
	}
}

// On an overlay every update is a program that is loaded.
func TestOverlayTrainsAlike(t *testing.T) {
	needVerilator(t)
	v := &ir.Overlay{Name: "small", WordBits: 8, Net: ir.Net{Kind: ir.NetBus, Cols: 1, Rows: 3, AddrBits: 6, FIFODepth: 2, HostDepth: 32}, Cores: 2, Lanes: 4, Update: 2,
		WeightBits: 8, AccBits: 24, StateBits: 24, Frac: 6, DecayBits: 12, Groups: 4, Params: 4, WeightRows: 64, Segments: 10, AcrossRows: 4, DownRows: 4, Spikes: 16, SpikeSlot: 2, Inputs: 64, Routes: 4}
	with := func(o *chip.Options) { o.Compile.Overlay = v }
	n := plain
	n.nodes = strings.ReplaceAll(n.nodes, `, "v_reset": 0.05`, "") // an overlay's core has one
	equalGraphs(t, trained(t, n, "sim", nil, with), trained(t, n, "rtl", nil, with))
}

// Where an update needs another design all the same, another model is built, and
// it is said: pixels whose parameters were alike as integers are so no longer.
func TestAnotherDesignIsBuilt(t *testing.T) {
	needVerilator(t)
	n := image
	leak := make([]string, 48)
	for i := range leak {
		leak[i] = fmt.Sprint(0.11003 + 1e-6*float64(i%7))
	}
	n.nodes = strings.Replace(n.nodes, lif, `{"type": "LIF", "tau": [`+strings.TrimSuffix(strings.Repeat("0.0004,", 48), ",")+`], "r": 4, "v_leak": [`+strings.Join(leak, ",")+`], "v_threshold": 0.7}`, 1)
	tr := training(t, n, nil)
	var notes []string
	spikes := map[string][][][]uint8{}
	for _, on := range []string{"sim", "rtl"} {
		opt := options(tr, on, trainer.Options{Compile: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}}})
		if on == "rtl" {
			opt.Note = func(text string) { notes = append(notes, text) }
		}
		c, err := chip.New(t.Context(), tr.Net.Graph(), opt)
		require.NoError(t, err)
		for _, by := range []float64{1, 1. / 32, 1} {
			g := tr.Net.Graph()
			for i := range g.Nodes {
				if op, ok := g.Nodes[i].Op.(*ir.Conv2d); ok {
					for k := range op.Weight.Data {
						op.Weight.Data[k] *= by
					}
				}
			}
			require.NoError(t, c.Load(t.Context(), g))
			f := &ir.Frames{Steps: 4, N: 16, Bits: 8, Held: true, Scale: 1.0 / 255, Values: make([]int32, 16)}
			for i := range f.Values {
				f.Values[i] = int32(16 * i)
			}
			s, err := c.Run(t.Context(), []*ir.Frames{f}, []string{"l", "m"})
			require.NoError(t, err)
			spikes[on] = append(spikes[on], s[0])
		}
		require.NoError(t, c.Close(t.Context()))
	}
	require.Equal(t, spikes["sim"], spikes["rtl"])
	require.NotEqual(t, spikes["sim"][0], spikes["sim"][1])
	require.Contains(t, strings.Join(notes, "\n"), `the design is no longer that of the last update (core 0 (l): Shared is false and was true): building another model`)
}

// Weights that have left the head-room are said once a population, and run on
// the machine as it is: the simulator saturates as the fixed reference does.
func TestBeyondTheHeadRoom(t *testing.T) {
	for by, want := range map[float64]string{
		1e4:  `node "l": the design resolves its smallest threshold in [0-9]+ parts: the weights have become large for it`,
		1e-4: `node "l": the thresholds of 5 neurons exceed the [0-9]+ bits of the design's membranes, so that they cannot fire`,
	} {
		tr := training(t, plain, nil)
		var notes []string
		var spikes [][][][]uint8
		for _, on := range []string{"sim", "fixed"} {
			opt := options(tr, on, trainer.Options{Compile: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}}})
			opt.Note = func(text string) { notes = append(notes, text) }
			c, err := chip.New(t.Context(), tr.Net.Graph(), opt)
			require.NoError(t, err)
			require.NoError(t, c.Load(t.Context(), tr.Net.Graph()))
			require.Empty(t, notes)
			g := tr.Net.Graph()
			for i := range g.Nodes {
				if op, ok := g.Nodes[i].Op.(*ir.Affine); ok && g.Nodes[i].Name == "a" {
					for k := range op.Weight.Data {
						op.Weight.Data[k] *= by
					}
				}
			}
			for range 2 {
				require.NoError(t, c.Load(t.Context(), g))
			}
			require.Len(t, notes, 1)
			require.Regexp(t, want, notes[0])
			notes = nil
			f := &ir.Frames{Steps: 4, N: 6, Bits: 8, Held: true, Scale: 1.0 / 255, Values: []int32{255, 1, 90, 30, 200, 7}}
			s, err := c.Run(t.Context(), []*ir.Frames{f}, []string{"l", "m"})
			require.NoError(t, err)
			spikes = append(spikes, s)
		}
		require.Equal(t, spikes[0], spikes[1])
	}
}

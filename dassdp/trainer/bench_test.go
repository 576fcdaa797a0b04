package trainer

import (
	"context"
	"fmt"
	"github.com/snnc/snnc/compiler/modeljson"
	"math/rand/v2"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/ir"
)

// digits is random data as dense as MNIST's images: a fifth of the pixels.
func digits(n int) *Data { return pictures(n, 784) }

func pictures(n, pixels int) *Data {
	r := rand.New(rand.NewPCG(1, 1))
	x := make([][]float32, n)
	for i := range x {
		for range pixels {
			v := float32(0)
			if r.IntN(5) == 0 {
				v = r.Float32()
			}
			x[i] = append(x[i], v)
		}
	}
	return &Data{N: n, Label: func(i int) int { return i % 10 }, Load: func(i, _ int, dst []float32) error { copy(dst, x[i]); return nil }}
}

func mlp(t testing.TB, change func(*Options)) *Trainer {
	m := model(t, `"input": {"type":"Input","shape":[784]}, "a": `+fmt.Sprintf(dense, 128, 784)+`, "l": {"type": "LIF", "tau": 0.001, "r": 10, "v_leak": 0, "v_threshold": 1},
		"b": `+fmt.Sprintf(dense, 10, 128)+`, "m": {"type": "LIF", "tau": 0.001, "r": 10, "v_leak": 0, "v_threshold": 1}, "output": {"type":"Output","shape":[10]}`,
		"input a, a l, l b, b m, m output")
	o := Options{Batch: 128, Epochs: 1e6, Schedule: "constant", Rate: 1e-4, Compile: compiler.Options{Steps: 8, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}}}
	if change != nil {
		change(&o)
	}
	n, err := NewNetwork(m, o)
	require.NoError(t, err)
	t.Cleanup(n.Close)
	tr, err := New(n, digits(1280), nil)
	require.NoError(t, err)
	return tr
}

// convolutional is a network of the study, T = 4.
func convolutional(t testing.TB, name string, batch int) *Trainer {
	doc, err := os.ReadFile("../../studies/dassdp/" + name + ".json")
	require.NoError(t, err)
	g, h, inits, err := modeljson.DecodeUntrained(doc, fstest.MapFS{})
	require.NoError(t, err)
	n, err := NewNetwork(&Model{Name: "conv", Graph: g, Hints: h, Inits: inits}, Options{Batch: batch, Epochs: 1e6, Schedule: "constant", Rate: 1e-3,
		Compile: compiler.Options{From: "snntorch", Steps: 4, Input: ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}}})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	tr, err := New(n, pictures(batch, n.Inputs()), nil)
	require.NoError(t, err)
	return tr
}

// A step of 784-128-10, T = 8, batch 128, and the same with the rule or with
// 4-bit weights.
func BenchmarkStep(b *testing.B) {
	for name, change := range map[string]func(*Options){"plain": nil, "rule": func(o *Options) {
		o.Rule = Post{Kind: "da-ssdp", Amplitudes: dassdp.PaperDefaults()}
	}, "4 bits": func(o *Options) { o.WeightBits = 4 }} {
		b.Run(name, func(b *testing.B) {
			t := mlp(b, change)
			for b.Loop() {
				if t.State.Step >= t.StepsPerEpoch() {
					t.State.Epoch, t.State.Step = t.State.Epoch+1, 0
				}
				require.NoError(b, t.step(context.Background()))
			}
		})
	}
}

// A step of the study's convolutional networks on Fashion-MNIST and CIFAR-10, T = 4, batch 128.
func BenchmarkConvStep(b *testing.B) {
	for _, name := range []string{"fashion_conv", "cifar_conv"} {
		b.Run(name, func(b *testing.B) {
			t := convolutional(b, name, 128)
			for b.Loop() {
				t.State.Step = 0
				require.NoError(b, t.step(context.Background()))
			}
		})
	}
}

// What the rule adds to a step of 784-128-10.
func BenchmarkRule(b *testing.B) {
	t := mlp(b, func(o *Options) { o.Rule = Post{Kind: "da-ssdp", Amplitudes: dassdp.PaperDefaults()} })
	require.NoError(b, t.step(context.Background()))
	for b.Loop() {
		require.NoError(b, t.applyRules(128, 1))
	}
}

package compiler_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// chain is a network of dense layers of the given sizes on spikes, n0, n1, …,
// with weights fc0, fc1, …
func chain(sizes ...int) *ir.Graph {
	g := &ir.Graph{}
	add := func(name string, op ir.Op) {
		if n := len(g.Nodes); n > 0 {
			g.Edges = append(g.Edges, ir.Edge{From: g.Nodes[n-1].Name, To: name})
		}
		g.Nodes = append(g.Nodes, ir.Node{Name: name, Op: op})
	}
	same := func(x float64, n int) *ir.Tensor {
		v := make([]float64, n)
		for i := range v {
			v[i] = x
		}
		return ir.NewTensor(ir.Float64, []int{n}, v)
	}
	add("input", &ir.Input{Shape: ir.NewTensor(ir.Int64, []int{1}, []float64{float64(sizes[0])})})
	for i, n := range sizes[1:] {
		m := sizes[i]
		w := make([]float64, n*m)
		for k := range w {
			w[k] = float64(k*7919%201-100) / 500
		}
		add(fmt.Sprint("fc", i), &ir.Linear{Weight: ir.NewTensor(ir.Float64, []int{n, m}, w)})
		add(fmt.Sprint("n", i), &ir.IF{R: same(1, n), VThreshold: same(1, n)})
	}
	add("output", &ir.Output{Shape: ir.NewTensor(ir.Int64, []int{1}, []float64{float64(sizes[len(sizes)-1])})})
	g.Normalise()
	return g
}

func plasticOptions(names ...string) compiler.Options {
	return compiler.Options{Steps: 4, Lanes: 8, DT: 1e-3, Input: ir.Encoding{Bits: 1, Scale: 1}, Plastic: names}
}

// Any dense layer on spikes can learn, hidden ones and several at once, by the
// name of its neurons or of its weights; each is one core, however few neurons
// other cores may hold.
func TestAnyDenseLayerCanBePlastic(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  []string // layers
	}{
		{[]string{"n0"}, []string{"n0"}},
		{[]string{"fc1"}, []string{"n1"}},
		{[]string{"last"}, []string{"n2"}},
		{[]string{"n0", "fc1", "last"}, []string{"n0", "n1", "n2"}},
	} {
		o := plasticOptions(c.names...)
		o.CoreNeurons = 32
		out, err := compiler.Compile(context.Background(), chain(20, 70, 40, 10), "chain", o, compiler.Hooks{})
		require.NoError(t, err, c.names)
		p := out.Program
		require.Empty(t, p.Validate())
		var got []string
		cores := map[string]int{}
		for i := range p.Cores {
			layer := p.Layers[p.Cores[i].Layer]
			cores[layer.Name]++
			if p.Cores[i].Plastic != nil {
				got = append(got, layer.Name)
				require.Equal(t, layer.N, p.Cores[i].N)
			}
		}
		require.ElementsMatch(t, c.want, got)
		for layer, parts := range map[string]int{"n0": 3, "n1": 2, "n2": 1} {
			if contains(c.want, layer) {
				parts = 1
			}
			require.Equal(t, parts, cores[layer], layer)
		}
		said := ""
		for _, d := range out.Network.Decisions {
			said += d.Subject + ": " + d.Choice + "\n"
		}
		if contains(c.want, "n0") {
			require.Contains(t, said, "n0: plastic: 8 + 8 bits a weight, one scale, updates of up to 1 samples; one core of 70 neurons, more than the 32 of others")
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// A layer that one core cannot hold is refused with what to change.
func TestPlasticLayerTooLargeForOneCore(t *testing.T) {
	o := plasticOptions("last")
	o.WeightBits, o.PlasticFraction = 10, 14
	_, err := compiler.Compile(context.Background(), chain(3000, 4000), "large", o, compiler.Hooks{})
	require.ErrorContains(t, err, `node "n0" cannot be plastic: 3000 × 4000 stored weights of 24 bits take 12000000 words of 32 bits, and the host's window has 8388608; `+
		"a plastic layer is one core: lower plastic-fraction (14) or weight-bits (10), or make the layer smaller")
	o.PlasticFraction = 6
	require.NoError(t, func() error {
		_, err := compiler.Compile(context.Background(), chain(3000, 4000), "large", o, compiler.Hooks{})
		return err
	}())
	_, err = compiler.Compile(context.Background(), chain(5000, 4000), "large", o, compiler.Hooks{})
	require.ErrorContains(t, err, "the unit counts up to 16777216")
}

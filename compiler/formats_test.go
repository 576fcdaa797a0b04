package compiler_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/sim"
)

// Whatever becomes of the weights, the network compiles for the design that was
// made for it at first, and runs there as in the fixed reference, saturating or
// not. Within the head-room no threshold is coarser than was asked for.
func TestFormatsHoldAllWeights(t *testing.T) {
	none := func(string) bool { return false }
	for seed := range uint64(60) {
		c := randnet.New(seed)
		f, err := compiler.FormatsFor(c.Graph, "n", c.Options, none)
		require.NoError(t, err, seed)
		base, err := compiler.CompileFor(t.Context(), c.Graph, "n", c.Options, f, compiler.Hooks{})
		if err != nil { // a membrane of 32 bits that is read out in words of 8, say
			_, plain := compiler.Compile(t.Context(), c.Graph, "n", c.Options, compiler.Hooks{})
			require.Error(t, plain, "seed %d: %v", seed, err)
			continue
		}
		resolved(t, base.Network, c.Options)
		r := rand.New(rand.NewPCG(seed, 11))
		for k := range 4 {
			by := math.Exp2(float64(2*k) - 3) // ⅛ … 8
			g := changed(c.Graph, func(w float64) float64 {
				if k == 2 { // the largest sums there are
					return math.Copysign(1, r.Float64()-0.5)
				}
				return w * by
			})
			out, err := compiler.CompileFor(t.Context(), g, "n", c.Options, f, compiler.Hooks{})
			require.NoError(t, err, "seed %d", seed)
			require.NoError(t, out.Program.SameDesign(base.Program), "seed %d", seed)
			if k != 2 {
				resolved(t, out.Network, c.Options)
			}
			machine, err := sim.New(out.Program, sim.Options{})
			require.NoError(t, err)
			fixed, err := reference.NewFixed(out.Network)
			require.NoError(t, err)
			in := c.Stimuli(out, k)
			want, err := fixed.Run(t.Context(), in)
			require.NoError(t, err)
			got, err := machine.Run(t.Context(), in)
			require.NoError(t, err)
			for i := range want.Outputs {
				require.Equal(t, want.Outputs[i].Spikes, got.Outputs[i].Spikes, "seed %d", seed)
				require.Equal(t, want.Outputs[i].State, got.Outputs[i].State, "seed %d", seed)
			}
		}
	}
}

// changed is the graph with other weights and biases.
func changed(g *ir.Graph, f func(float64) float64) *ir.Graph {
	out := &ir.Graph{Edges: g.Edges}
	for _, n := range g.Nodes {
		op, _ := ir.NewOp(n.Op.Kind())
		to := op.Fields()
		for i, field := range n.Op.Fields() {
			v := *field.Value
			if v != nil && field.Name == "weight" {
				c := *v
				c.Data = nil
				for _, w := range v.Data {
					c.Data = append(c.Data, f(w))
				}
				v = &c
			}
			*to[i].Value = v
		}
		out.Nodes = append(out.Nodes, ir.Node{Name: n.Name, Op: op})
	}
	return out
}

// resolved checks that the smallest threshold has the bits that were asked for,
// where as many fraction bits as there are can give them.
func resolved(t *testing.T, net *ir.Network, o compiler.Options) {
	for i := range net.Populations {
		p := &net.Populations[i]
		if p.Graded || p.Q.Frac == 15 || p.Q.StateBits == 32 {
			continue
		}
		for n := range p.N {
			if th := ir.At(p.Threshold, n); th > 0 {
				require.GreaterOrEqual(t, th/p.Q.Unit[n], math.Exp2(float64(o.ThresholdBits)), p.Name)
			}
		}
	}
}

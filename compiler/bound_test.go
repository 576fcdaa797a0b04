package compiler_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// The proven worst case is at most 1.5 times what fully connected networks
// take when every input fires, on weights that let every neuron fire: the bound
// is no idle number.
func TestWorstCaseIsTight(t *testing.T) {
	for _, name := range []string{"mlp-4x1024", "dense-columns"} {
		for _, kind := range []ir.NetKind{ir.NetMesh, ir.NetBus} {
			t.Run(name+" "+string(kind), func(t *testing.T) {
				s, err := randnet.NewStructured(name)
				require.NoError(t, err)
				for _, n := range s.Graph.Nodes {
					if l, ok := n.Op.(*ir.Linear); ok {
						for i, w := range l.Weight.Data {
							l.Weight.Data[i] = max(w, -w)
						}
					}
				}
				s.Options.Net = kind
				c, err := compiler.Compile(context.Background(), s.Graph, name, s.Options, compiler.Hooks{})
				require.NoError(t, err)
				m, err := sim.New(c.Program, sim.Options{})
				require.NoError(t, err)
				n := c.Network.Inputs[0].N
				f := &ir.Frames{Steps: 4, N: n, Bits: 1, Scale: 1, Values: make([]int32, 4*n)}
				for i := range f.Values {
					f.Values[i] = 1
				}
				r, err := m.Run(context.Background(), []*ir.Frames{f})
				require.NoError(t, err)
				ratio := float64(c.Bound.Inference) / float64(r.Cycles)
				t.Logf("%d cycles, at most %d: %.2f", r.Cycles, c.Bound.Inference, ratio)
				require.GreaterOrEqual(t, ratio, 1.0)
				require.LessOrEqual(t, ratio, 1.5)
			})
		}
	}
}

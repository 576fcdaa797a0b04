package trainer

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// What training runs is what is written: the float reference on the exported
// graph, batch normalisation folded, gives the same output spikes (membranes to
// float32) in every kind of network.
func TestForwardIsTheReference(t *testing.T) {
	for name, c := range networks {
		t.Run(name, func(t *testing.T) {
			n, r, labels := build(t, name, func(o *Options) { o.Surrogate.Smooth, o.Batch = false, 32 })
			rnd := rand.New(rand.NewPCG(9, 9))
			for _, norm := range n.norms { // of no unit statistics
				for i := range norm.mean {
					norm.mean[i], norm.vari[i] = rnd.NormFloat64()/4, 0.3+rnd.Float64()
					norm.w.v[i], norm.b.v[i] = float32(0.5+rnd.Float64()), float32(rnd.NormFloat64()/4)
				}
			}
			x := n.inputs[0]
			steps := x.steps(r.T)
			ints := make([]int32, len(x.v))
			for i := range x.v {
				ints[i] = int32(rnd.IntN(256))
				x.v[i] = float32(float64(ints[i]) / 255)
			}
			n.lossOf(&run{pool: r.pool, T: r.T, batch: r.batch}, labels)
			g := n.Graph()
			for _, node := range g.Nodes {
				require.NotContains(t, node.Op.Kind(), "BatchNorm")
			}
			net, err := compiler.Normalised(g, "test", n.opt.Compile)
			require.NoError(t, err)
			ref, err := reference.NewFloat(net)
			require.NoError(t, err)
			inner := toInner(x.grid)
			spikes := 0
			for i := range r.batch {
				f := &ir.Frames{Steps: r.T, N: x.n, Bits: 8, Held: c.held, Scale: 1.0 / 255}
				for s := range steps {
					row := make([]int32, x.n)
					for k := range row {
						to := k
						if inner != nil {
							to = inner[k]
						}
						row[to] = ints[(s*r.batch+i)*x.n+k]
					}
					f.Values = append(f.Values, row...)
				}
				result, err := ref.Run(context.Background(), []*ir.Frames{f})
				require.NoError(t, err)
				o, y := result.Outputs[0], n.sinks[0]
				for s := range r.T {
					for k := range o.N {
						got := y.v[(s*r.batch+i)*y.n+k]
						if o.Graded {
							require.InDelta(t, o.Value[s*o.N+k], got, 1e-4)
							continue
						}
						require.Equal(t, float32(o.Spikes[s*o.N+k]), got, "sample %d, step %d, output %d", i, s, k)
						spikes += int(got)
					}
				}
				if o.Graded {
					spikes++
				}
			}
			require.NotZero(t, spikes, "nothing fires: the test sees nothing")
		})
	}
}

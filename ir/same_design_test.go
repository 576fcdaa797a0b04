package ir_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// Programs that differ in images and in what the host alone knows run on one
// design; any other difference is named.
func TestSameDesign(t *testing.T) {
	for name, c := range drawn(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, c.Program.Encode(&b))
			other := func() *ir.Program {
				p, err := ir.DecodeProgram(b.Bytes())
				require.NoError(t, err)
				return p
			}
			p := other()
			p.Name, p.Tool, p.Notes = "another", "tool", nil
			core := &p.Cores[len(p.Cores)-1]
			core.Weights[0], core.Threshold[0], core.Bias[0] = core.Weights[0]^1, 5, 7
			if core.Plastic != nil {
				core.Plastic.Scale = 3
			}
			require.NoError(t, p.SameDesign(c.Program))
			require.Equal(t, c.Program.Structure().Digest(), p.Structure().Digest())
			require.Len(t, c.Program.Cores[0].Weights, len(p.Cores[0].Weights), "the program itself stays whole")
			for _, d := range []struct {
				change func(p *ir.Program)
				want   string
			}{
				{func(p *ir.Program) { p.Cores[0].StateBits++ }, "core 0 (" + p.Layers[p.Cores[0].Layer].Name + "): StateBits is"},
				{func(p *ir.Program) { p.Cores[0].Across[0][0].Bits++ }, "): Across "},
				{func(p *ir.Program) { p.Cores[0].Routes[0].Base++ }, "): Routes "},
				{func(p *ir.Program) { p.Cores = p.Cores[1:] }, "the number of cores is"},
				{func(p *ir.Program) { p.Steps++ }, "Steps is"},
				{func(p *ir.Program) { p.Net.HostDepth *= 2 }, "Net "},
				{func(p *ir.Program) { p.Outputs[0].Base++ }, "Outputs "},
			} {
				q := other()
				d.change(q)
				err := q.SameDesign(c.Program)
				var design *ir.DesignError
				require.ErrorAs(t, err, &design)
				require.ErrorContains(t, err, d.want)
				require.NotEqual(t, c.Program.Structure().Digest(), q.Structure().Digest())
			}
		})
	}
}

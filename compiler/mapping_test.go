package compiler_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
)

// Seven generated networks, of which three have over 1,000 cores and one a
// million neurons and 105 million synapses: each is placed better than row by
// row and than along a Hilbert curve.
func TestPlacementBeatsCurves(t *testing.T) {
	large := 0
	for _, name := range randnet.StructuredNames {
		s, err := randnet.NewStructured(name)
		require.NoError(t, err)
		c, err := compiler.Compile(context.Background(), s.Graph, name, s.Options, compiler.Hooks{})
		require.NoError(t, err, name)
		p := c.Mapping
		require.NotNil(t, p)
		t.Logf("%-15s %4d cores: %.0f word·hops a step; row by row %.2f×, Hilbert %.2f×", name, len(c.Program.Cores), p.Chosen.Hops, p.Naive.Hops/p.Chosen.Hops, p.Hilbert.Hops/p.Chosen.Hops)
		require.Less(t, p.Chosen.Hops, p.Naive.Hops, name)
		require.Less(t, p.Chosen.Hops, p.Hilbert.Hops, name)
		if len(c.Program.Cores) > 1000 {
			large++
		}
	}
	require.GreaterOrEqual(t, large, 2)
}

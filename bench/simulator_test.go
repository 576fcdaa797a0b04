package bench

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/sim"
)

// BenchmarkSimulator is the simulator's side of the comparison alone, for
// profiles: an operation is a sample.
func BenchmarkSimulator(b *testing.B) {
	ctx := context.Background()
	for i := range designs {
		b.Run(designs[i].name, func(b *testing.B) {
			p, frames, err := designs[i].prepare(ctx, sharedFolder())
			if errors.Is(err, errAbsent) {
				b.Skip(err)
			}
			require.NoError(b, err)
			m, err := sim.New(p, sim.Options{})
			require.NoError(b, err)
			cycles := 0.0
			for i := 0; b.Loop(); i++ {
				r, err := m.Run(ctx, frames[i%len(frames)])
				if err != nil {
					b.Fatal(err)
				}
				cycles += float64(r.Cycles)
			}
			b.ReportMetric(cycles/b.Elapsed().Seconds()/1e6, "Mcycle/s")
		})
	}
}

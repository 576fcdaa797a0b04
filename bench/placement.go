package bench

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

// benchPlacement compiles the generated networks of package randnet and
// compares where the compiler puts their cores with two placements that look
// at no traffic: row by row, and along a Hilbert curve. Traffic is Σ words·hops
// of a step in which every neuron fires.
func benchPlacement(ctx context.Context, o Options) ([]Measurement, error) {
	var all []Measurement
	for _, name := range randnet.StructuredNames {
		s, err := randnet.NewStructured(name)
		if err != nil {
			return nil, err
		}
		runtime.GC()
		start := time.Now()
		c, err := compiler.Compile(ctx, s.Graph, name, s.Options, compiler.Hooks{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		seconds := time.Since(start).Seconds()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		neurons, synapses := 0, 0
		for _, p := range c.Network.Populations {
			neurons += p.N
		}
		for i := range c.Network.Projections {
			synapses += synapsesOf(&c.Network.Projections[i])
		}
		m := c.Mapping
		if m == nil {
			return nil, fmt.Errorf("%s: no mesh to place its cores on", name)
		}
		o.Log("  %s: %d neurons, %d synapses, %d cores; %.0f words a step, busiest link %.0f (row by row %.0f, Hilbert %.0f)",
			name, neurons, synapses, len(c.Program.Cores), m.Packets, m.Chosen.PeakLink, m.Naive.PeakLink, m.Hilbert.PeakLink)
		label := fmt.Sprintf("place %s, %d cores", name, len(c.Program.Cores))
		all = append(all,
			against(label, m.Chosen.Hops, "word·hops", "row by row", m.Naive.Hops),
			against(label, m.Chosen.Hops, "word·hops", "Hilbert curve", m.Hilbert.Hops),
			alone(fmt.Sprintf("compile %s, %d neurons, %d synapses", name, neurons, synapses), seconds, "s"),
			alone(fmt.Sprintf("compile %s: memory from the system since the start", name), float64(memory.Sys)/(1<<20), "MiB"))
	}
	return all, nil
}

// synapsesOf counts the pairs of neurons that a projection joins: of a
// convolution, every use of a weight.
func synapsesOf(p *ir.Projection) int {
	count := func(taps [][]ir.Tap) (n int) {
		for _, list := range taps {
			n += len(list)
		}
		return n
	}
	return p.Post.C * (p.Pre.C / p.Groups) * count(p.Rows) * count(p.Cols)
}

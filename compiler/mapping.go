package compiler

import "github.com/snnc/snnc/ir"

// Mapping says what a placement costs, and what simpler ones would.
type Mapping struct {
	Packets  float64       `json:"packets_per_step"` // all words sent
	Chosen   PlacementCost `json:"chosen"`
	Naive    PlacementCost `json:"row_by_row"`
	Hilbert  PlacementCost `json:"hilbert"`
	Measured bool          `json:"measured"` // words weighed by sample data; else every word counts once
}

// PlacementCost is what a placement costs in a step.
type PlacementCost struct {
	Hops     float64 `json:"hops"`      // Σ words · hops
	PeakLink float64 `json:"peak_link"` // words over the busiest link between routers
}

// newMapping compares the cores' places with row-by-row placement and with a
// Hilbert curve, cores in the order of their layers. nil on a bus.
func newMapping(net *ir.Network, cores []ir.Core, n ir.Net, o Options, act Activity) *Mapping {
	if n.Kind != ir.NetMesh {
		return nil
	}
	links := traffic(net, cores, o, act)
	cost := func(at []int) PlacementCost {
		return PlacementCost{hopCost(n.Cols, at, links), peakLink(n.Cols, n.Rows, at, links)}
	}
	at := make([]int, len(cores))
	for i := range cores {
		at[i] = cores[i].Node
	}
	m := &Mapping{Chosen: cost(at), Naive: cost(inRows(len(cores))), Hilbert: cost(alongCurve(n, len(cores))), Measured: act != nil}
	for _, l := range links {
		m.Packets += l.words
	}
	return m
}

package ir_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// The rules of a network, broken one at a time.
func TestNetworkRules(t *testing.T) {
	require.Empty(t, compileSmall(t).Network.Validate())
	const lif, fc2 = `network "small": node "hidden.lif"`, `network "small": projection 1 ("fc2")`
	for _, c := range []struct {
		rule   string
		change func(*ir.Network)
		want   string
	}{
		{"network.parts", func(n *ir.Network) { n.Steps = 0 }, `network "small": Steps is 0; allowed are 1..65535`},
		{"network.names", func(n *ir.Network) { n.Populations[1].Name = "hidden.lif" }, `network "small": population 1: Name is "hidden.lif"; names must be unique among their kind`},
		{"network.outputs", func(n *ir.Network) { n.Outputs[0].Population = 2 }, `network "small": output 0 ("output"): Population is 2; the network has populations 0..1`},
		{"source.encoding", func(n *ir.Network) { n.Inputs[0].Shape = []int{2, 2} }, `network "small": input 0 ("input"): Shape is [2 2]; its sizes must be positive and multiply to N, 3`},
		{"population.size", func(n *ir.Network) { n.Populations[0].N = 0 }, lif + `: N is 0; allowed are 1..2097152`},
		{"population.level", func(n *ir.Network) { n.Populations[0].Level = 2 }, `network "small": node "readout": Level is 1; allowed are 2..65535`},
		{"population.model", func(n *ir.Network) { n.Populations[0].Rounding = 2 }, lif + `: Rounding is 2; allowed are 0..1`},
		{"population.values", func(n *ir.Network) { n.Populations[0].Bias = []float64{math.Inf(1)} }, lif + `: Bias[0] is +Inf; every value must be finite`},
		{"population.values", func(n *ir.Network) { n.Populations[0].Decay = []float64{-0.5} },
			lif + `: Decay[0] is -0.5; a membrane keeps 0..1 of itself in a step; the time constant is below the time step, or negative`},
		{"population.fixed", func(n *ir.Network) { n.Populations[0].Q.Threshold[3] = 1 << 20 }, lif + `: Q.Threshold[3] is 1048576; allowed are -65536..65535`},
		{"population.fixed", func(n *ir.Network) { n.Populations[1].Q = nil }, `network "small": node "readout": Q is absent; all populations are quantised, or none; "hidden.lif" differs`},
		{"projection.ends", func(n *ir.Network) { n.Projections[1].Source = 1 }, fc2 + `: Source is 1; "readout" has no spikes; membranes can only leave the network`},
		{"projection.shape", func(n *ir.Network) { n.Projections[1].NPre = 8 }, fc2 + `: NPre is 8; the source has 9`},
		{"projection.weights", func(n *ir.Network) { n.Projections[1].Weight[10] = math.NaN() }, fc2 + `: Weight[1, 1] is NaN; every weight must be finite`},
		{"projection.fixed", func(n *ir.Network) { n.Projections[1].Q[0] = -16 }, fc2 + `: Q[0, 0] is -16; 5 bits hold -15..15`},
		{"projection.level", func(n *ir.Network) { n.Populations[1].Level = 0 },
			fc2 + `: Target is 1; "readout" on level 0 is driven from "hidden.lif" on level 0; a target is on a higher level than its sources`},
		{"network.order", func(n *ir.Network) { n.Projections[0], n.Projections[1] = n.Projections[1], n.Projections[0] },
			`network "small": projection 1 ("hidden.fc"): Target, Source is 0, 0; they are sorted by target, then inputs before populations, then source, and 1, 0 come before`},
		{"network.driven", func(n *ir.Network) { n.Projections = n.Projections[1:] }, lif + `: Projections is without one that targets it; connect it or remove it`},
		{"network.sums", func(n *ir.Network) { n.Populations[1].Q.AccBits = 6 }, `network "small": node "readout": Q.AccBits is 6; the synapses of neuron 0 can sum to ±77, which needs 8`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			n := compileSmall(t).Network
			c.change(n)
			errs := n.Validate()
			require.NotEmpty(t, errs)
			require.EqualError(t, errs[0], c.want)
			require.Equal(t, c.rule, errs[0].(*ir.Fault).Rule)
		})
	}
}

// The rules of a graph.
func TestGraphRules(t *testing.T) {
	require.Empty(t, small().Validate())
	require.Empty(t, small().Unreachable())
	node := func(g *ir.Graph, name string) *ir.Node { return &g.Nodes[g.Find(name)] }
	scale := func(name string) ir.Node { return ir.Node{Name: name, Op: &ir.Scale{Scale: scalar(2)}} }
	sub := func(name string, nodes ...ir.Node) ir.Node {
		return ir.Node{Name: name, Op: &ir.Subgraph{Graph: &ir.Graph{Name: name, Nodes: nodes}}}
	}
	for _, c := range []struct {
		name   string
		change func(*ir.Graph)
		want   string
	}{
		{"empty name", func(g *ir.Graph) { g.Nodes = append(g.Nodes, scale("")) }, `node "": the name is empty; every node needs one`},
		{"path", func(g *ir.Graph) { g.Nodes = append(g.Nodes, scale("a/b")) }, `node "a/b": the name is a path; rename it without "/"`},
		{"control character", func(g *ir.Graph) { g.Nodes = append(g.Nodes, scale("a\x00")) }, `node "a\x00": the name must be UTF-8 without control characters; rename it`},
		{"twice", func(g *ir.Graph) { g.Nodes = append(g.Nodes, scale("fc2")) }, `node "fc2": the name is used twice; names must be unique in a graph`},
		{"subgraph and node", func(g *ir.Graph) { g.Nodes = append(g.Nodes, scale("hidden.fc")) },
			`node "hidden.fc": "fc" in subgraph "hidden" and "hidden.fc" in the top graph have one name once subgraphs are put in line; rename one`},
		{"two subgraphs", func(g *ir.Graph) { g.Nodes = append(g.Nodes, sub("a", scale("b.c")), sub("a.b", scale("c"))) },
			`node "a.b.c": "b.c" in subgraph "a" and "c" in subgraph "a.b" have one name once subgraphs are put in line; rename one`},
		{"dangling edge", func(g *ir.Graph) { g.Edges = append(g.Edges, ir.Edge{From: "fc2", To: "gone"}) },
			`edge "fc2" -> "gone": node "gone" does not exist; nodes are "fc2" "hidden" "input" "output" "readout"`},
		{"edge twice", func(g *ir.Graph) { g.Edges = append(g.Edges, g.Edges[0]) }, `edge "input" -> "hidden": listed twice; an edge may be listed once`},
		{"not finite", func(g *ir.Graph) { node(g, "fc2").Op.(*ir.Linear).Weight.Data[4] = math.NaN() },
			`node "fc2" (Linear): field "weight": element 4 of [2 9] is NaN; every value must be finite`},
		{"tau", func(g *ir.Graph) { node(g, "readout").Op.(*ir.LI).Tau = scalar(0) }, `node "readout" (LI): field "tau": element 0 is 0; it must be greater than zero`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := small()
			c.change(g)
			errs := g.Validate()
			require.NotEmpty(t, errs)
			require.EqualError(t, errs[0], c.want)
		})
	}
	for _, c := range []struct {
		name   string
		change func(*ir.Graph)
		want   []string
	}{
		{"alone", func(g *ir.Graph) { g.Nodes = append(g.Nodes, scale("s")) },
			[]string{`node "s" (Scale): no edge leads to it; connect or remove it`, `node "s" (Scale): no edge leaves it; connect it to an Output or remove it`}},
		{"loop", func(g *ir.Graph) {
			g.Nodes = append(g.Nodes, scale("s"))
			g.Edges = append(g.Edges, ir.Edge{From: "s", To: "s"})
		}, []string{`node "s" (Scale): no path from an Input leads to it; connect or remove it`, `node "s" (Scale): no path leads from it to an Output; connect or remove it`}},
		{"inside a subgraph", func(g *ir.Graph) {
			cell := node(g, "hidden").Op.(*ir.Subgraph).Graph
			cell.Edges = cell.Edges[1:]
		}, []string{`node "hidden.fc" (Affine): no edge leads to it; connect or remove it`, `node "hidden.in" (Input): nothing reads it; connect or remove it`,
			`node "hidden.lif" (LIF): no path from an Input leads to it; connect or remove it`, `node "hidden.out" (Output): no path from an Input leads to it; connect or remove it`}},
		{"no ends", func(g *ir.Graph) { *g = ir.Graph{Nodes: []ir.Node{scale("s")}} }, []string{"the top graph has 0 Input and 0 Output nodes; it needs at least one of each"}},
	} {
		t.Run("unreachable/"+c.name, func(t *testing.T) {
			g := small()
			c.change(g)
			var got []string
			for _, err := range g.Unreachable() {
				got = append(got, err.Error())
			}
			require.Equal(t, c.want, got)
		})
	}
}

package compiler

import (
	"math"

	"github.com/snnc/snnc/ir"
)

// busCores is the largest number of cores that share one link by default:
// beyond it the bus serialises layers that a mesh carries side by side.
const busCores = 4

// passPlace chooses the network and gives every core a node. Cores start in
// level order along a snake through the grid and are then swapped in pairs
// while that shortens Σ words·hops; node 0 stays the host's.
func passPlace(net *ir.Network, cores []ir.Core, o Options) ir.Net {
	n := ir.Net{Kind: o.Net, FIFODepth: 2}
	if n.Kind == "" {
		n.Kind = ir.NetBus
		if len(cores) > busCores {
			n.Kind = ir.NetMesh
		}
	}
	nodes := len(cores) + 1
	if n.Kind == ir.NetBus {
		n.Cols, n.Rows = 1, nodes
		for i := range cores {
			cores[i].Node = i + 1
		}
		return n
	}
	n.Cols = int(math.Ceil(math.Sqrt(float64(nodes))))
	n.Rows = ceilDiv(nodes, n.Cols)
	snake := func(i int) int {
		x, y := i%n.Cols, i/n.Cols
		if y%2 == 1 {
			x = n.Cols - 1 - x
		}
		return y*n.Cols + x
	}
	for i := range cores {
		cores[i].Node = snake(i + 1)
	}
	improve(n, cores, traffic(net, cores, o))
	return n
}

// link is a demand: words that core from may send to core to (-1: the host) in a tick.
type link struct{ from, to, words int }

func traffic(net *ir.Network, cores []ir.Core, o Options) []link {
	var links []link
	for i, a := range cores {
		words := ceilDiv(a.N, o.WordBits)
		for _, pr := range net.Projections {
			if pr.FromInput || pr.Source != a.Layer {
				continue
			}
			for j, b := range cores {
				if b.Layer == pr.Target {
					links = append(links, link{i, j, words})
				}
			}
		}
		for _, s := range net.Outputs {
			if s.Population == a.Layer {
				if a.Graded {
					words = a.N
				}
				links = append(links, link{i, -1, words})
			}
		}
	}
	return links
}

func hops(cols, a, b int) int {
	abs := func(x int) int { return max(x, -x) }
	return abs(a%cols-b%cols) + abs(a/cols-b/cols)
}

// improve swaps pairs of cores while a swap lowers the cost, a bounded number
// of rounds, in a fixed order: the same input gives the same places.
func improve(n ir.Net, cores []ir.Core, links []link) {
	const rounds, most = 20, 400
	if len(cores) > most {
		return
	}
	of := make([][]link, len(cores))
	for _, l := range links {
		of[l.from] = append(of[l.from], l)
		if l.to >= 0 && l.to != l.from {
			of[l.to] = append(of[l.to], l)
		}
	}
	node := func(c int) int {
		if c < 0 {
			return 0
		}
		return cores[c].Node
	}
	cost := func(c int) int {
		sum := 0
		for _, l := range of[c] {
			sum += l.words * hops(n.Cols, node(l.from), node(l.to))
		}
		return sum
	}
	for r := 0; r < rounds; r++ {
		better := false
		for a := range cores {
			for b := a + 1; b < len(cores); b++ {
				before := cost(a) + cost(b)
				cores[a].Node, cores[b].Node = cores[b].Node, cores[a].Node
				if cost(a)+cost(b) < before {
					better = true
					continue
				}
				cores[a].Node, cores[b].Node = cores[b].Node, cores[a].Node
			}
		}
		if !better {
			return
		}
	}
}

package compiler

import (
	"math"

	"github.com/snnc/snnc/ir"
)

// busCores is the largest number of cores that share one link by default:
// beyond it the bus serialises layers that a mesh carries side by side.
const busCores = 4

// passPlace chooses the network and gives every core a node, so that the
// words of a step cross few links (anneal.go). Node 0 stays the host's.
func passPlace(net *ir.Network, cores []ir.Core, o Options, act Activity) ir.Net {
	if o.Overlay != nil {
		return onOverlay(cores, o.Overlay)
	}
	n := ir.Net{Kind: o.Net, FIFODepth: 2}
	if n.Kind == "" {
		n.Kind = ir.NetBus
		if len(cores) > busCores {
			n.Kind = ir.NetMesh
		}
	}
	if n.Kind == ir.NetBus {
		n.Cols, n.Rows = 1, len(cores)+1
		for i := range cores {
			cores[i].Node = i + 1
		}
		return n
	}
	n.Cols, n.Rows = meshSize(len(cores))
	links := traffic(net, cores, o, act)
	best := alongCurve(n, len(cores))
	if snake := alongSnake(n, len(cores)); hopCost(n.Cols, snake, links) < hopCost(n.Cols, best, links) {
		best = snake
	}
	anneal(n, best, links)
	for i, node := range best {
		cores[i].Node = node
	}
	return n
}

// meshSize is the smallest nearly square mesh for the cores and the host.
func meshSize(cores int) (cols, rows int) {
	cols = int(math.Ceil(math.Sqrt(float64(cores + 1))))
	return cols, ceilDiv(cores+1, cols)
}

// inRows places cores row by row, as they come: the naive placement.
func inRows(cores int) []int {
	at := make([]int, cores)
	for i := range at {
		at[i] = i + 1
	}
	return at
}

// alongSnake places them row by row, every other row backwards.
func alongSnake(n ir.Net, cores int) []int {
	var at []int
	for i := 1; len(at) < cores; i++ {
		x, y := i%n.Cols, i/n.Cols
		if y%2 == 1 {
			x = n.Cols - 1 - x
		}
		at = append(at, y*n.Cols+x)
	}
	return at
}

// alongCurve places them along a Hilbert curve through the smallest square of
// a power of two that holds the mesh, leaving out what lies outside it.
func alongCurve(n ir.Net, cores int) []int {
	side := pow2(max(n.Cols, n.Rows))
	var at []int
	for d := 0; d < side*side && len(at) < cores; d++ {
		if x, y := hilbert(side, d); x < n.Cols && y < n.Rows && (x > 0 || y > 0) {
			at = append(at, y*n.Cols+x)
		}
	}
	return at
}

// hilbert returns point d of the Hilbert curve through side × side points (the
// usual construction: a quadrant at a time, from the smallest).
func hilbert(side, d int) (x, y int) {
	for s := 1; s < side; s *= 2 {
		rx := 1 & (d / 2)
		ry := 1 & (d ^ rx)
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
		x, y = x+s*rx, y+s*ry
		d /= 4
	}
	return x, y
}

func hops(cols, a, b int) int {
	abs := func(x int) int { return max(x, -x) }
	return abs(a%cols-b%cols) + abs(a/cols-b/cols)
}

package trainer

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// topology finds the edges that close loops, from what the compiler decided
// for populations, and which nodes have a parameter before them.
func (b *builder) topology() error {
	for i, node := range b.graph.Nodes {
		b.index[node.Name] = i
		b.names = append(b.names, node.Name)
	}
	b.in, b.out = make([][]int, len(b.names)), make([][]int, len(b.names))
	for _, e := range b.graph.Edges {
		from, to := b.index[e.From], b.index[e.To]
		b.in[to], b.out[from] = append(b.in[to], from), append(b.out[from], to)
	}
	for i := range b.net.Populations {
		b.pops[b.net.Populations[i].Name] = &b.net.Populations[i]
	}
	back := map[[2]string]bool{}
	for _, pr := range b.net.Projections {
		if !pr.FromInput && pr.Delay > 0 {
			back[[2]string{b.net.Populations[pr.Source].Name, b.net.Populations[pr.Target].Name}] = true
		}
	}
	for from, node := range b.graph.Nodes {
		if _, ok := node.Op.(*ir.Delay); ok {
			return fmt.Errorf("node %q (Delay): delays are not trained through; remove it, or train without it", node.Name)
		}
		if !b.spiking(from) {
			continue
		}
		for _, to := range b.out[from] {
			late, prompt := false, false
			for _, p := range b.reached(to, map[int]bool{}) {
				if back[[2]string{node.Name, b.names[p]}] {
					late = true
				} else {
					prompt = true
				}
			}
			if late && prompt {
				return fmt.Errorf("edge %q -> %q: it closes a loop to one neuron node and not to another; give each its own weights", node.Name, b.names[to])
			}
			b.late[[2]int{from, to}] = late
		}
	}
	b.needs = make([]bool, len(b.names))
	var mark func(i int)
	mark = func(i int) {
		if !b.needs[i] {
			b.needs[i] = true
			for _, to := range b.out[i] {
				mark(to)
			}
		}
	}
	for i, node := range b.graph.Nodes {
		if _, tau := b.inits[[2]string{node.Name, "tau"}]; tau || isWeighted(node.Op) {
			mark(i)
		}
	}
	b.components()
	return nil
}

func (b *builder) spiking(i int) bool {
	return b.pops[b.names[i]] != nil && !isOutput(b.graph.Nodes[i].Op)
}

func isOutput(op ir.Op) bool { _, ok := op.(*ir.Output); return ok }

func isWeighted(op ir.Op) bool {
	switch op.(type) {
	case *ir.Affine, *ir.Linear, *ir.Conv1d, *ir.Conv2d, *ir.BatchNorm1d, *ir.BatchNorm2d:
		return true
	}
	return false
}

// reached lists the neuron and Output nodes that a node leads to without
// another neuron between.
func (b *builder) reached(i int, seen map[int]bool) []int {
	if seen[i] {
		return nil
	}
	seen[i] = true
	if b.spiking(i) || isOutput(b.graph.Nodes[i].Op) {
		return []int{i}
	}
	var list []int
	for _, to := range b.out[i] {
		list = append(list, b.reached(to, seen)...)
	}
	return list
}

// components numbers the strongly connected components (Tarjan 1972).
func (b *builder) components() {
	n := len(b.names)
	b.loops = make([]int, n)
	number, low := make([]int, n), make([]int, n)
	on := make([]bool, n)
	var stack []int
	next, count := 0, 0
	var visit func(i int)
	visit = func(i int) {
		next++
		number[i], low[i] = next, next
		stack, on[i] = append(stack, i), true
		for _, to := range b.out[i] {
			if number[to] == 0 {
				visit(to)
				low[i] = min(low[i], low[to])
			} else if on[to] {
				low[i] = min(low[i], number[to])
			}
		}
		if low[i] == number[i] {
			for {
				k := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				on[k] = false
				b.loops[k] = count
				if k == i {
					break
				}
			}
			count++
		}
	}
	for i := range n {
		if number[i] == 0 {
			visit(i)
		}
	}
}

// order lists the nodes so that all but late edges lead forwards and the nodes
// of a loop stand together. Components come in topological order of numbers
// counted down (Tarjan gives them in reverse).
func (b *builder) order() []int {
	n := len(b.names)
	members := map[int][]int{}
	most := 0
	for i, c := range b.loops {
		members[c] = append(members[c], i)
		most = max(most, c)
	}
	var out []int
	done := make([]bool, n)
	for c := most; c >= 0; c-- {
		left := members[c]
		for len(left) > 0 {
			var rest []int
			for _, i := range left {
				ready := true
				for _, from := range b.in[i] {
					ready = ready && (done[from] || b.late[[2]int{from, i}])
				}
				if ready {
					out, done[i] = append(out, i), true
				} else {
					rest = append(rest, i)
				}
			}
			if len(rest) == len(left) {
				return nil // a loop without a late edge: the compiler has refused it
			}
			left = rest
		}
	}
	return out
}

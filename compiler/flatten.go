package compiler

import (
	"errors"
	"fmt"
	"sort"

	"github.com/snnc/snnc/ir"
)

// flat is a graph without subgraphs: nodes under full names, edges by index.
type flat struct {
	nodes    []ir.Node
	in, out  [][]int // neighbours of each node, ascending
	external map[int]bool
}

// passInline replaces every subgraph by its nodes, named parent.child. Its
// inner Input and Output nodes are joined to the edges of the subgraph node.
func passInline(g *ir.Graph) (*flat, error) {
	f := &flat{external: map[int]bool{}}
	type edge struct{ from, to int }
	var edges []edge
	index := map[string]int{}
	var walk func(g *ir.Graph, prefix string, top bool) error
	// ends of a node: where edges into it arrive and edges out of it leave.
	entry, exit := map[string][]string{}, map[string][]string{}
	walk = func(g *ir.Graph, prefix string, top bool) error {
		for _, n := range g.Nodes {
			full := prefix + n.Name
			if sub, ok := n.Op.(*ir.Subgraph); ok {
				if err := walk(sub.Graph, full+".", false); err != nil {
					return err
				}
				for _, in := range sub.Graph.Nodes {
					switch in.Op.(type) {
					case *ir.Input:
						entry[full] = append(entry[full], full+"."+in.Name)
					case *ir.Output:
						exit[full] = append(exit[full], full+"."+in.Name)
					}
				}
				if len(entry[full]) > 1 || len(exit[full]) > 1 {
					return fmt.Errorf("node %q (NIRGraph) has %d inputs and %d outputs; a subgraph may have one of each, because an edge to it does not name one",
						full, len(entry[full]), len(exit[full]))
				}
				continue
			}
			if _, dup := index[full]; dup {
				return fmt.Errorf("node %q: two nodes have this name once subgraphs are put in line; rename one", full)
			}
			index[full] = len(f.nodes)
			f.external[len(f.nodes)] = top
			f.nodes = append(f.nodes, ir.Node{Name: full, Op: n.Op})
		}
		return nil
	}
	if err := walk(g, "", true); err != nil {
		return nil, err
	}
	var connect func(g *ir.Graph, prefix string) error
	connect = func(g *ir.Graph, prefix string) error {
		for _, n := range g.Nodes {
			if sub, ok := n.Op.(*ir.Subgraph); ok {
				if err := connect(sub.Graph, prefix+n.Name+"."); err != nil {
					return err
				}
			}
		}
		resolve := func(name string, ends map[string][]string) (int, error) {
			for ends[name] != nil {
				name = ends[name][0]
			}
			i, ok := index[name]
			if !ok {
				return 0, fmt.Errorf("node %q (NIRGraph) has no Input or no Output node inside; an edge reaches it", name)
			}
			return i, nil
		}
		for _, e := range g.Edges {
			from, err := resolve(prefix+e.From, exit)
			if err != nil {
				return err
			}
			to, err := resolve(prefix+e.To, entry)
			if err != nil {
				return err
			}
			edges = append(edges, edge{from, to})
		}
		return nil
	}
	if err := connect(g, ""); err != nil {
		return nil, err
	}
	f.in, f.out = make([][]int, len(f.nodes)), make([][]int, len(f.nodes))
	for _, e := range edges {
		f.out[e.from] = append(f.out[e.from], e.to)
		f.in[e.to] = append(f.in[e.to], e.from)
	}
	for i := range f.nodes {
		sort.Ints(f.in[i])
		sort.Ints(f.out[i])
	}
	return f, nil
}

// passCheck refuses what later passes cannot express, naming every node at fault.
func passCheck(f *flat) error {
	var errs []error
	ins, outs := 0, 0
	for i, n := range f.nodes {
		switch n.Op.(type) {
		case *ir.Input:
			if f.external[i] {
				ins++
			}
			if len(f.out[i]) == 0 {
				errs = append(errs, fmt.Errorf("node %q (Input): nothing reads it; connect or remove it", n.Name))
			}
			if f.external[i] && len(f.in[i]) > 0 {
				errs = append(errs, fmt.Errorf("node %q (Input): an edge leads into it; inputs of the top graph have none", n.Name))
			}
			continue
		case *ir.Output:
			if f.external[i] {
				outs++
			}
		}
		if len(f.in[i]) == 0 {
			errs = append(errs, fmt.Errorf("node %q (%s): no edge leads to it; connect or remove it", n.Name, n.Op.Kind()))
		}
		if _, isOut := n.Op.(*ir.Output); !isOut && len(f.out[i]) == 0 {
			errs = append(errs, fmt.Errorf("node %q (%s): no edge leaves it; connect it to an Output or remove it", n.Name, n.Op.Kind()))
		}
	}
	if ins == 0 || outs == 0 {
		errs = append(errs, fmt.Errorf("the graph has %d Input and %d Output nodes; it needs at least one of each", ins, outs))
	}
	return errors.Join(errs...)
}

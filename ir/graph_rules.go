package ir

import (
	"fmt"
	"strings"
)

// Validate checks what every graph must hold, whatever the compiler supports:
// names that survive files and flattening, edges between nodes that exist and
// are listed once, parameters finite and of consistent shape. It returns all
// that it finds, one line a node or edge.
func (g *Graph) Validate() []error { return append(g.validate(""), g.collisions()...) }

// Unreachable finds what a graph that is to be executed must not have, and a
// file may: nodes that no Input leads to, or that lead to no Output; one line
// a node. The graph must be valid.
func (g *Graph) Unreachable() []error { return g.unreachable("") }

func (g *Graph) validate(prefix string) []error {
	var errs []error
	seen := map[string]bool{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		full := prefix + n.Name
		if err := nodeName(full, n.Name); err != nil {
			errs = append(errs, err)
		}
		if seen[n.Name] {
			errs = append(errs, fmt.Errorf("node %q: the name is used twice; names must be unique in a graph", full))
		}
		seen[n.Name] = true
		for _, err := range CheckFields(n.Op) {
			errs = append(errs, fmt.Errorf("node %q (%s): %w", full, n.Op.Kind(), err))
		}
		if sub, ok := n.Op.(*Subgraph); ok {
			errs = append(errs, sub.Graph.validate(full+".")...)
		}
	}
	edges := map[Edge]bool{}
	for _, e := range g.Edges {
		for _, end := range []string{e.From, e.To} {
			if !seen[end] {
				errs = append(errs, fmt.Errorf("edge %q -> %q: node %q does not exist%s",
					prefix+e.From, prefix+e.To, prefix+end, nearest(g.Nodes)))
			}
		}
		if edges[e] {
			errs = append(errs, fmt.Errorf("edge %q -> %q: listed twice; an edge may be listed once", prefix+e.From, prefix+e.To))
		}
		edges[e] = true
	}
	return errs
}

// nodeName refuses names that a file of NIR cannot hold: nodes are HDF5
// groups, whose paths part at "/" and where "." is the group itself.
func nodeName(full, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("node %q: the name is empty; every node needs one", full)
	case name == "." || name == ".." || strings.Contains(name, "/"):
		return fmt.Errorf("node %q: the name is a path; rename it without \"/\"", full)
	case !printable(name):
		return fmt.Errorf("node %q: the name must be UTF-8 without control characters; rename it", full)
	}
	return nil
}

// collisions finds nodes that have one full name once subgraphs are put in
// line: "b.c" in subgraph "a", and "c" in subgraph "a.b".
func (g *Graph) collisions() []error {
	var errs []error
	owner := map[string]string{}
	var walk func(g *Graph, prefix string)
	walk = func(g *Graph, prefix string) {
		for i := range g.Nodes {
			n := &g.Nodes[i]
			full := prefix + n.Name
			if other, ok := owner[full]; ok && other != prefix {
				errs = append(errs, fmt.Errorf("node %q: %q in %s and %q in %s have one name once subgraphs are put in line; rename one",
					full, strings.TrimPrefix(full, other), graphName(other), n.Name, graphName(prefix)))
			}
			owner[full] = prefix
			if sub, ok := n.Op.(*Subgraph); ok {
				walk(sub.Graph, full+".")
			}
		}
	}
	walk(g, "")
	return errs
}

func graphName(prefix string) string {
	if prefix == "" {
		return "the top graph"
	}
	return fmt.Sprintf("subgraph %q", strings.TrimSuffix(prefix, "."))
}

// unreachable takes a subgraph as one node, and its inside as a graph of its own.
func (g *Graph) unreachable(prefix string) []error {
	index := map[string]int{}
	var inputs, outputs []int
	var errs []error
	for i := range g.Nodes {
		n := &g.Nodes[i]
		index[n.Name] = i
		switch op := n.Op.(type) {
		case *Input:
			inputs = append(inputs, i)
		case *Output:
			outputs = append(outputs, i)
		case *Subgraph:
			errs = append(errs, op.Graph.unreachable(prefix+n.Name+".")...)
		}
	}
	if len(inputs) == 0 || len(outputs) == 0 {
		return append(errs, fmt.Errorf("%s has %d Input and %d Output nodes; it needs at least one of each", graphName(prefix), len(inputs), len(outputs)))
	}
	out, in := make([][]int, len(g.Nodes)), make([][]int, len(g.Nodes))
	for _, e := range g.Edges {
		a, b := index[e.From], index[e.To]
		out[a], in[b] = append(out[a], b), append(in[b], a)
	}
	driven, used := reach(inputs, out), reach(outputs, in)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		where := fmt.Sprintf("node %q (%s)", prefix+n.Name, n.Op.Kind())
		switch {
		case !driven[i] && len(in[i]) == 0:
			errs = append(errs, fmt.Errorf("%s: no edge leads to it; connect or remove it", where))
		case !driven[i]:
			errs = append(errs, fmt.Errorf("%s: no path from an Input leads to it; connect or remove it", where))
		}
		_, isInput := n.Op.(*Input)
		switch {
		case !used[i] && len(out[i]) == 0 && isInput:
			errs = append(errs, fmt.Errorf("%s: nothing reads it; connect or remove it", where))
		case !used[i] && len(out[i]) == 0:
			errs = append(errs, fmt.Errorf("%s: no edge leaves it; connect it to an Output or remove it", where))
		case !used[i]:
			errs = append(errs, fmt.Errorf("%s: no path leads from it to an Output; connect or remove it", where))
		}
	}
	return errs
}

// reach marks what can be reached from some nodes along edges.
func reach(from []int, next [][]int) []bool {
	seen := make([]bool, len(next))
	for _, i := range from {
		seen[i] = true
	}
	for len(from) > 0 {
		i := from[len(from)-1]
		from = from[:len(from)-1]
		for _, k := range next[i] {
			if !seen[k] {
				seen[k] = true
				from = append(from, k)
			}
		}
	}
	return seen
}

// nearest lists what does exist, because a dangling edge is most often a
// misspelt or renamed node.
func nearest(nodes []Node) string {
	const most = 8
	var names []string
	for i, n := range nodes {
		if i == most {
			return fmt.Sprintf("; nodes are %s and %d more", strings.Join(names, " "), len(nodes)-most)
		}
		names = append(names, fmt.Sprintf("%q", n.Name))
	}
	return "; nodes are " + strings.Join(names, " ")
}

package ir

import (
	"fmt"
	"sort"
)

// Graph is a network as its file describes it: NIR's nodes and edges with
// floating-point parameters, nothing folded, nothing discretised.
type Graph struct {
	Name     string // "" for a file's top graph, else the node's name
	Version  string // NIR version of the file, "" if it has none
	Nodes    []Node // sorted by name
	Edges    []Edge // in the file's order
	Metadata []KeyValue
}

// Node is a named operation. Names are unique in their graph.
type Node struct {
	Name     string
	Op       Op
	Metadata []KeyValue // sorted by key
}

// Edge connects two nodes of the same graph by name.
type Edge struct{ From, To string }

// KeyValue is an entry of NIR's free metadata.
type KeyValue struct{ Key, Value string }

// Find returns the index of the node with this name, or -1.
func (g *Graph) Find(name string) int {
	i := sort.Search(len(g.Nodes), func(i int) bool { return g.Nodes[i].Name >= name })
	if i < len(g.Nodes) && g.Nodes[i].Name == name {
		return i
	}
	return -1
}

// Normalise puts nodes in name order, as Find and serialisation expect.
func (g *Graph) Normalise() {
	sort.Slice(g.Nodes, func(i, j int) bool { return g.Nodes[i].Name < g.Nodes[j].Name })
	for i := range g.Nodes {
		n := &g.Nodes[i]
		sort.Slice(n.Metadata, func(a, b int) bool { return n.Metadata[a].Key < n.Metadata[b].Key })
		if sub, ok := n.Op.(*Subgraph); ok {
			sub.Graph.Normalise()
		}
	}
}

// Validate checks what every graph must hold, whatever the compiler supports:
// unique names, no dangling edges, no duplicate edge, parameters finite and of
// consistent shape. It returns all that it finds.
func (g *Graph) Validate() []error { return g.validate("") }

func (g *Graph) validate(prefix string) []error {
	var errs []error
	seen := map[string]bool{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		full := prefix + n.Name
		if n.Name == "" {
			errs = append(errs, fmt.Errorf("node %q: the name is empty; every node needs one", full))
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
					prefix+e.From, prefix+e.To, prefix+end, nearest(end, g.Nodes)))
			}
		}
		if edges[e] {
			errs = append(errs, fmt.Errorf("edge %q -> %q: listed twice; an edge may be listed once", prefix+e.From, prefix+e.To))
		}
		edges[e] = true
	}
	return errs
}

// nearest lists what does exist, because a dangling edge is most often a
// misspelt or renamed node.
func nearest(_ string, nodes []Node) string {
	const most = 8
	s := "; nodes are"
	for i, n := range nodes {
		if i == most {
			return fmt.Sprintf("%s and %d more", s, len(nodes)-most)
		}
		s += fmt.Sprintf(" %q", n.Name)
	}
	return s
}

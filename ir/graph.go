package ir

import "sort"

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

// KeyValue is an entry of NIR's free metadata: a text or numbers.
type KeyValue struct {
	Key   string
	Value *Tensor
}

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

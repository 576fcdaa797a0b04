package nir

import (
	"fmt"
	"io"
	"strings"

	"github.com/snnc/snnc/internal/hdf5"
	"github.com/snnc/snnc/ir"
)

// defaultVersion is written for a graph that came from no NIR file: the release of nir whose format this is.
const defaultVersion = "1.0.8"

// Write writes a graph as nir.write does, so that nir.read reads it.
func Write(w io.Writer, g *ir.Graph) error {
	if err := writable(g, ""); err != nil {
		return err
	}
	b := hdf5.NewBuilder()
	version := g.Version
	if version == "" {
		version = defaultVersion
	}
	hdf5.PutScalar(b.Root(), "version", version)
	putGraph(b.Root().Group("node"), g)
	_, err := b.WriteTo(w)
	return err
}

func putGraph(h *hdf5.GroupBuilder, g *ir.Graph) {
	hdf5.PutScalar(h, "type", "NIRGraph")
	nodes := h.Group("nodes")
	for _, n := range g.Nodes {
		putNode(nodes.Group(n.Name), n)
	}
	var e []string
	for _, x := range g.Edges {
		e = append(e, x.From, x.To)
	}
	hdf5.Put(h, "edges", []int{len(g.Edges), 2}, e)
	putMetadata(h, g.Metadata)
}

func putNode(h *hdf5.GroupBuilder, n ir.Node) {
	if sub, ok := n.Op.(*ir.Subgraph); ok {
		inner := *sub.Graph
		inner.Metadata = n.Metadata
		putGraph(h, &inner)
		return
	}
	hdf5.PutScalar(h, "type", n.Op.Kind())
	putMetadata(h, n.Metadata)
	for _, f := range n.Op.Fields() {
		if t := *f.Value; t != nil {
			putTensor(h, f.Name, t)
		}
	}
}

func putMetadata(h *hdf5.GroupBuilder, m []ir.KeyValue) {
	if len(m) == 0 {
		return
	}
	g := h.Group("metadata")
	for _, kv := range m {
		putTensor(g, kv.Key, kv.Value)
	}
}

func putTensor(h *hdf5.GroupBuilder, name string, t *ir.Tensor) {
	switch t.DType {
	case ir.Float64:
		hdf5.Put(h, name, t.Shape, t.Data)
	case ir.Float32:
		hdf5.Put(h, name, t.Shape, cast[float32](t.Data))
	case ir.Int32:
		hdf5.Put(h, name, t.Shape, cast[int32](t.Data))
	case ir.Int64:
		hdf5.Put(h, name, t.Shape, cast[int64](t.Data))
	case ir.Int16:
		hdf5.Put(h, name, t.Shape, cast[int16](t.Data))
	case ir.Int8:
		hdf5.Put(h, name, t.Shape, cast[int8](t.Data))
	case ir.UInt64:
		hdf5.Put(h, name, t.Shape, cast[uint64](t.Data))
	case ir.UInt32:
		hdf5.Put(h, name, t.Shape, cast[uint32](t.Data))
	case ir.UInt16:
		hdf5.Put(h, name, t.Shape, cast[uint16](t.Data))
	case ir.UInt8:
		hdf5.Put(h, name, t.Shape, cast[uint8](t.Data))
	case ir.Text:
		hdf5.PutScalar(h, name, t.Word)
	case ir.Bool:
		b := make([]bool, len(t.Data))
		for i, v := range t.Data {
			b[i] = v != 0
		}
		hdf5.Put(h, name, t.Shape, b)
	}
}

func cast[T float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](v []float64) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}

// writable refuses what NIR has no node for.
func writable(g *ir.Graph, prefix string) error {
	for _, n := range g.Nodes {
		switch op := n.Op.(type) {
		case *ir.Subgraph:
			if err := writable(op.Graph, prefix+n.Name+"."); err != nil {
				return err
			}
		case *ir.BatchNorm1d, *ir.BatchNorm2d:
			return fmt.Errorf("node %q (%s): NIR has no such node; fold it into the weights before it, or keep model.json", prefix+n.Name, n.Op.Kind())
		}
		if strings.Contains(n.Name, "/") {
			return fmt.Errorf("node %q: HDF5 cannot hold a name with a slash; rename the node", prefix+n.Name)
		}
	}
	return nil
}

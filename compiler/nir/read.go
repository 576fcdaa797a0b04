package nir

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/snnc/snnc/internal/hdf5"
	"github.com/snnc/snnc/ir"
)

// maxDepth bounds nested subgraphs; hand-made files alone come near it.
const maxDepth = 64

// ReadFile reads a NIR file.
func ReadFile(path string) (*ir.Graph, error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	g, err := fromFile(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return g, nil
}

// Read reads a NIR file's bytes; name is what errors call it.
func Read(r io.ReaderAt, size int64, name string) (*ir.Graph, error) {
	f, err := hdf5.Read(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	g, err := fromFile(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

func fromFile(f *hdf5.File) (*ir.Graph, error) {
	if !f.Root().Has("node") {
		return nil, errors.New("it is HDF5 but has no group /node; a NIR file, as nir.write makes it, has one")
	}
	node, err := f.Root().Group("node")
	if err != nil {
		return nil, err
	}
	r := &reader{}
	g, err := r.graph(node, "", 0)
	if err != nil {
		return nil, err
	}
	if f.Root().Has("version") {
		if g.Version, err = text(f.Root(), "version"); err != nil {
			return nil, err
		}
	}
	if len(r.unknown) > 0 {
		return nil, fmt.Errorf("unsupported nodes: %s; supported are %s", strings.Join(r.unknown, ", "), strings.Join(ir.Kinds(), ", "))
	}
	g.Normalise()
	if err := errors.Join(append(r.errs, g.Validate()...)...); err != nil {
		return nil, err
	}
	return g, nil
}

// reader collects what can be reported together.
type reader struct {
	unknown []string
	errs    []error
}

func (r *reader) graph(h *hdf5.Group, prefix string, depth int) (*ir.Graph, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("node %q: subgraphs are nested more than %d deep", strings.TrimSuffix(prefix, "."), maxDepth)
	}
	g := &ir.Graph{}
	nodes, err := h.Group("nodes")
	if err != nil {
		return nil, fmt.Errorf("graph %q: %w", strings.TrimSuffix(prefix, "."), err)
	}
	for _, name := range nodes.Names() {
		n, err := nodes.Group(name)
		if err != nil {
			return nil, fmt.Errorf("node %q: %w", prefix+name, err)
		}
		node, err := r.node(n, name, prefix, depth)
		if err != nil {
			return nil, fmt.Errorf("node %q: %w", prefix+name, err)
		}
		if node.Op != nil {
			g.Nodes = append(g.Nodes, node)
		}
	}
	g.Edges, err = edges(h)
	if err != nil {
		return nil, fmt.Errorf("graph %q: edges: %w", strings.TrimSuffix(prefix, "."), err)
	}
	if h.Has("metadata") {
		if g.Metadata, err = metadata(h); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (r *reader) node(h *hdf5.Group, name, prefix string, depth int) (ir.Node, error) {
	kind, err := text(h, "type")
	if err != nil {
		return ir.Node{}, err
	}
	op, ok := ir.NewOp(kind)
	if !ok {
		r.unknown = append(r.unknown, fmt.Sprintf("%q (%s)", prefix+name, kind))
		return ir.Node{}, nil
	}
	node := ir.Node{Name: name, Op: op}
	if h.Has("metadata") {
		if node.Metadata, err = metadata(h); err != nil {
			return node, err
		}
	}
	if sub, ok := op.(*ir.Subgraph); ok {
		sub.Graph, err = r.graph(h, prefix+name+".", depth+1)
		if err != nil {
			return node, err
		}
		sub.Graph.Name = name
		return node, nil
	}
	known := map[string]bool{"type": true, "metadata": true}
	for _, f := range op.Fields() {
		known[f.Name] = true
		if !h.Has(f.Name) {
			continue // Validate reports what is missing
		}
		if *f.Value, err = tensor(h, f.Name); err != nil {
			return node, fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	for _, n := range h.Names() {
		if !known[n] {
			r.errs = append(r.errs, fmt.Errorf("node %q (%s): field %q is not known; its fields are %s", prefix+name, kind, n, fieldNames(op)))
		}
	}
	return node, nil
}

func fieldNames(op ir.Op) string {
	var names []string
	for _, f := range op.Fields() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func text(h *hdf5.Group, name string) (string, error) {
	d, err := h.Dataset(name)
	if err != nil {
		return "", err
	}
	s, err := d.Strings()
	if err != nil {
		return "", fmt.Errorf("field %q: %w", name, err)
	}
	if len(s) != 1 {
		return "", fmt.Errorf("field %q has %d strings; it must have one", name, len(s))
	}
	return s[0], nil
}

func tensor(h *hdf5.Group, name string) (*ir.Tensor, error) {
	d, err := h.Dataset(name)
	if err != nil {
		return nil, err
	}
	t := d.Type()
	if s, err := d.Strings(); err == nil && len(s) == 1 {
		return ir.NewText(s[0]), nil
	}
	var dtype ir.DType
	switch {
	case t.Kind == hdf5.KindFloat && t.Size == 8:
		dtype = ir.Float64
	case t.Kind == hdf5.KindFloat && t.Size <= 4:
		dtype = ir.Float32
	case t.Kind == hdf5.KindInt || t.Kind == hdf5.KindUint:
		dtype = ir.DType(fmt.Sprintf("int%d", 8*t.Size))
		if t.Kind == hdf5.KindUint {
			dtype = "u" + dtype
		}
	case t.Kind == hdf5.KindBool:
		dtype = ir.Bool
	default:
		return nil, fmt.Errorf("its type is %s; numbers, booleans and one text are read", t)
	}
	if dtype == ir.Bool {
		b, err := d.Bools()
		if err != nil {
			return nil, err
		}
		v := make([]float64, len(b))
		for i := range b {
			if b[i] {
				v[i] = 1
			}
		}
		return ir.NewTensor(dtype, d.Shape(), v), nil
	}
	v, err := d.Float64s()
	if err != nil {
		return nil, err
	}
	if bits, _ := dtype.Integer(); bits == 64 {
		for i, x := range v {
			if math.Abs(x) > 1<<53 {
				return nil, fmt.Errorf("element %d is beyond 2^53, which float64 cannot hold exactly", i)
			}
		}
	}
	return ir.NewTensor(dtype, d.Shape(), v), nil
}

func edges(h *hdf5.Group) ([]ir.Edge, error) {
	d, err := h.Dataset("edges")
	if err != nil {
		return nil, err
	}
	if d.Len() == 0 {
		return nil, nil
	}
	if s := d.Shape(); len(s) != 2 || s[1] != 2 {
		return nil, fmt.Errorf("shape %v; want [E 2]", s)
	}
	s, err := d.Strings()
	if err != nil {
		return nil, err
	}
	out := make([]ir.Edge, len(s)/2)
	for i := range out {
		out[i] = ir.Edge{From: s[2*i], To: s[2*i+1]}
	}
	return out, nil
}

func metadata(h *hdf5.Group) ([]ir.KeyValue, error) {
	m, err := h.Group("metadata")
	if err != nil {
		return nil, err
	}
	var out []ir.KeyValue
	for _, k := range m.Names() {
		v, err := tensor(m, k)
		if err != nil {
			return nil, fmt.Errorf("metadata %q: %w", k, err)
		}
		out = append(out, ir.KeyValue{Key: k, Value: v})
	}
	return out, nil
}

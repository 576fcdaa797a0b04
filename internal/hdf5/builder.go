package hdf5

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Element is a Go type whose slices can be written. A bool becomes h5py's boolean (an enumeration of int8), a string
// becomes what h5py makes of str: variable length, UTF-8.
type Element interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64 | bool | string
}

// Builder collects the content of a new file. Its methods do not fail one by one: the first mistake is kept and
// returned by WriteTo and Bytes, so that a tree can be described without checking every line. The zero value is not
// usable; call NewBuilder.
type Builder struct {
	root *GroupBuilder
	err  error
}

// NewBuilder returns a builder for a file with an empty root group.
func NewBuilder() *Builder {
	b := &Builder{}
	b.root = &GroupBuilder{b: b, nodes: map[string]*node{}}
	return b
}

// Root is the group at the top.
func (b *Builder) Root() *GroupBuilder { return b.root }

func (b *Builder) fail(path, format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("hdf5: cannot write %s: %s", path, fmt.Sprintf(format, args...))
	}
}

// GroupBuilder is a group of a file that is being described.
type GroupBuilder struct {
	b     *Builder
	path  string // "" for the root
	nodes map[string]*node
}

// node is a group or a dataset of the new file, with its place once that is known.
type node struct {
	name  string
	group *GroupBuilder // nil for a dataset
	data  *datasetBuilder
	addr  uint64 // of the object header
}

// datasetBuilder is a dataset that is being described: one of the slice types of Element, and its shape.
type datasetBuilder struct {
	path  string
	shape []int
	data  any
	count int
	size  int      // bytes of an element in the file
	refs  []heapID // for strings: where each of them is
	addr  uint64   // of the raw data
}

// Group adds a subgroup. The name must be new.
func (g *GroupBuilder) Group(name string) *GroupBuilder {
	sub := &GroupBuilder{b: g.b, path: g.path + "/" + name, nodes: map[string]*node{}}
	g.add(&node{name: name, group: sub})
	return sub
}

// Put adds a dataset of the given shape with the elements in row-major order; an empty shape makes a scalar. The
// element type is kept exactly. data is not copied and must not change before the file is written.
func Put[T Element](g *GroupBuilder, name string, shape []int, data []T) {
	d := &datasetBuilder{path: g.path + "/" + name, shape: shape, data: data, count: len(data)}
	count := 1
	for _, n := range shape {
		if n < 0 || (n > 0 && count > math.MaxInt/n) {
			g.b.fail(d.path, "shape %v has a negative dimension or overflows", shape)
			return
		}
		count *= n
	}
	if count != len(data) {
		g.b.fail(d.path, "shape %v needs %d elements, got %d", shape, count, len(data))
		return
	}
	if len(shape) > maxRank {
		g.b.fail(d.path, "HDF5 has at most %d dimensions, got %d", maxRank, len(shape))
		return
	}
	if texts, ok := any(data).([]string); ok {
		for i, s := range texts {
			if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
				g.b.fail(d.path, "string %d is not valid UTF-8 without NUL: %q", i, s)
				return
			}
		}
	}
	d.size = elementType(data).size
	g.add(&node{name: name, data: d})
}

// PutScalar adds a dataset with one element and no dimensions.
func PutScalar[T Element](g *GroupBuilder, name string, value T) { Put(g, name, nil, []T{value}) }

// maxNameLen keeps a link message within the 65535 bytes that a message can have.
const maxNameLen = 60000

func (g *GroupBuilder) add(n *node) {
	path := g.path + "/" + n.name
	switch {
	case n.name == "" || n.name == "." || strings.ContainsAny(n.name, "/\x00"):
		g.b.fail(path, "expected a name that is not empty or \".\" and has no \"/\" or NUL, got %q", n.name)
	case !utf8.ValidString(n.name):
		g.b.fail(path, "expected a name in UTF-8, got %q", n.name)
	case len(n.name) > maxNameLen:
		g.b.fail(path[:80]+"…", "expected a name of at most %d bytes, got %d", maxNameLen, len(n.name))
	case g.nodes[n.name] != nil:
		g.b.fail(path, "the group already has this name")
	default:
		g.nodes[n.name] = n
	}
}

// encodedType is an element type as the file describes it.
type encodedType struct {
	message []byte // body of the datatype message
	size    int
}

// elementType returns the file's type for a slice of Element; the bytes are those that h5py writes.
func elementType(data any) encodedType {
	switch data.(type) {
	case []int8:
		return integerType(1, true)
	case []int16:
		return integerType(2, true)
	case []int32:
		return integerType(4, true)
	case []int64:
		return integerType(8, true)
	case []uint8:
		return integerType(1, false)
	case []uint16:
		return integerType(2, false)
	case []uint32:
		return integerType(4, false)
	case []uint64:
		return integerType(8, false)
	case []float32:
		return floatType(4)
	case []float64:
		return floatType(8)
	case []bool:
		return boolType()
	default: // []string: Element allows no other
		return stringType()
	}
}

func integerType(size int, signed bool) encodedType {
	e := &encoder{}
	sign := byte(0)
	if signed {
		sign = 8
	}
	e.bytes(0x10, sign, 0, 0) // version 1, class 0
	e.uint(4, uint64(size))
	e.uint(2, 0)
	e.uint(2, uint64(8*size))
	return encodedType{e.b, size}
}

func floatType(size int) encodedType {
	e := &encoder{}
	f := ieee[size]
	e.bytes(0x11, 0x20, byte(f[0]), 0) // version 1, class 1; implied leading bit, sign location
	e.uint(4, uint64(size))
	e.uint(2, 0)
	e.uint(2, uint64(8*size))
	e.bytes(byte(f[1]), byte(f[2]), byte(f[3]), byte(f[4]))
	e.uint(4, uint64(f[5]))
	return encodedType{e.b, size}
}

func boolType() encodedType {
	e := &encoder{}
	e.bytes(0x18, 2, 0, 0) // version 1, class 8, two members
	e.uint(4, 1)
	e.bytes(integerType(1, true).message...)
	e.bytes([]byte("FALSE\x00\x00\x00TRUE\x00\x00\x00\x00")...)
	e.bytes(0, 1)
	return encodedType{e.b, 1}
}

func stringType() encodedType {
	e := &encoder{}
	e.bytes(0x19, 1, 1, 0) // version 1, class 9; a string, NUL-terminated, UTF-8
	e.uint(4, stringRefSize)
	e.bytes(integerType(1, false).message...)
	return encodedType{e.b, stringRefSize}
}

// stringRefSize is a length, the address of a global heap collection, and an object's index there.
const stringRefSize = 4 + 8 + 4

package hdf5

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Object is what a link leads to: a *Group, a *Dataset or a *NamedType.
type Object interface {
	// Path is the name by which the object was reached, from the root: "/node/nodes/0/weight".
	Path() string
	// Attrs reads the object's attributes, sorted by name.
	Attrs() ([]*Attribute, error)
	address() uint64
}

// object is what groups, datasets and committed types share.
type object struct {
	f    *File
	path string
	h    *objectHeader
}

func (o *object) Path() string    { return o.path }
func (o *object) address() uint64 { return o.h.addr }

// NamedType is a committed datatype: a type that datasets of the file share by reference.
type NamedType struct {
	object
	Type Type
}

type linkKind byte

const (
	linkHard linkKind = iota
	linkSoft
	linkOther // external or user-defined: refused when followed
)

// link is one entry of a group.
type link struct {
	name   string
	kind   linkKind
	addr   uint64 // hard: object header
	target string // soft: path; other: what it is
	offset int64  // where the link stands in the file
}

// Group is a directory of links to other objects.
type Group struct {
	object
	parent *Group
	links  []link // sorted by name
	byName map[string]int
}

// Names lists the group's links in byte order. A listed link may lead nowhere (a dangling soft link).
func (g *Group) Names() []string {
	names := make([]string, len(g.links))
	for i, l := range g.links {
		names[i] = l.name
	}
	return names
}

// Has reports whether the group itself has a link of that name; it does not follow paths.
func (g *Group) Has(name string) bool {
	_, ok := g.byName[name]
	return ok
}

// Child opens the object at a path below g ("nodes/0/weight"), or below the root if the path starts with "/".
// It fails with ErrNotFound if a link is missing, and with ErrFormat or ErrUnsupported if what it finds is broken, an
// external link, or a hard link to a group above (a cycle).
func (g *Group) Child(path string) (Object, error) { return g.child(path, new(int)) }

// Group opens the group at a path, as Child does.
func (g *Group) Group(path string) (*Group, error) {
	o, err := g.Child(path)
	if err != nil {
		return nil, err
	}
	if sub, ok := o.(*Group); ok {
		return sub, nil
	}
	return nil, fmt.Errorf("%s: %w: expected a group, found a %s", o.Path(), ErrType, describe(o))
}

// Dataset opens the dataset at a path, as Child does.
func (g *Group) Dataset(path string) (*Dataset, error) {
	o, err := g.Child(path)
	if err != nil {
		return nil, err
	}
	if d, ok := o.(*Dataset); ok {
		return d, nil
	}
	return nil, fmt.Errorf("%s: %w: expected a dataset, found a %s", o.Path(), ErrType, describe(o))
}

func describe(o Object) string {
	switch o.(type) {
	case *Group:
		return "group"
	case *Dataset:
		return "dataset"
	default:
		return "committed datatype"
	}
}

const (
	// maxSoftLinks is how many soft links one lookup may follow, the library's own default (H5Pset_nlinks).
	maxSoftLinks = 16
	// maxDepth bounds the nesting of groups, and so the recursion of whoever walks them.
	maxDepth = 512
)

// child follows path; softLinks counts the soft links that the whole lookup has followed.
func (g *Group) child(path string, softLinks *int) (Object, error) {
	if strings.HasPrefix(path, "/") {
		g = g.f.root
	}
	var o Object = g
	for name := range strings.SplitSeq(path, "/") {
		if name == "" || name == "." {
			continue
		}
		in, ok := o.(*Group)
		if !ok {
			return nil, fmt.Errorf("%s: %w: expected a group that holds %q, found a %s", o.Path(), ErrType, name, describe(o))
		}
		i, ok := in.byName[name]
		if !ok {
			return nil, fmt.Errorf("%s: %w", in.join(name), ErrNotFound)
		}
		var err error
		if o, err = in.follow(in.links[i], softLinks); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (g *Group) join(name string) string { return strings.TrimSuffix(g.path, "/") + "/" + name }

func (g *Group) follow(l link, softLinks *int) (Object, error) {
	path := g.join(l.name)
	switch l.kind {
	case linkSoft:
		if *softLinks++; *softLinks > maxSoftLinks {
			return nil, fmt.Errorf("%s: %w", path, formatErr(l.offset, "more than %d soft links on the way, probably a cycle", maxSoftLinks))
		}
		o, err := g.child(l.target, softLinks)
		if errors.Is(err, ErrNotFound) {
			err = fmt.Errorf("%s: soft link to %q: %w", path, l.target, err)
		}
		return o, err
	case linkOther:
		return nil, fmt.Errorf("%s: %w", path, unsupported(l.offset, "%s", l.target))
	}
	depth := 0
	for up := g; up != nil; up = up.parent {
		if depth++; depth > maxDepth {
			return nil, fmt.Errorf("%.80s…: %w", path, unsupported(l.offset, "groups nested deeper than %d", maxDepth))
		}
		if up.h.addr == l.addr {
			return nil, fmt.Errorf("%s: %w", path, unsupported(l.offset, "hard link to the group %s that contains it, a cycle", up.path))
		}
	}
	o, err := g.f.open(l.addr, path, g)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return o, nil
}

// open reads the object whose header is at addr.
func (f *File) open(addr uint64, path string, parent *Group) (Object, error) {
	h, err := f.s.readHeader(addr)
	if err != nil {
		return nil, err
	}
	base := object{f: f, path: path, h: h}
	switch {
	case h.has(msgLayout):
		return newDataset(base)
	case h.has(msgSymbolTable), h.has(msgLinkInfo), h.has(msgLink):
		return newGroup(base, parent)
	case h.has(msgDatatype):
		c, err := h.require(f.s, msgDatatype)
		if err != nil {
			return nil, err
		}
		t, err := decodeDatatype(c)
		if err != nil {
			return nil, err
		}
		return &NamedType{object: base, Type: t}, nil
	}
	return nil, formatErr(f.s.at(addr), "object header: expected messages of a group, dataset or datatype, found none")
}

func newGroup(base object, parent *Group) (*Group, error) {
	g := &Group{object: base, parent: parent}
	s := g.f.s
	if c, err := g.h.find(s, msgSymbolTable); err != nil {
		return nil, err
	} else if c != nil {
		btree, heap := c.addr(), c.addr()
		if c.err != nil {
			return nil, c.err
		}
		if g.links, err = s.readSymbolTable(btree, heap); err != nil {
			return nil, err
		}
	}
	for _, m := range g.h.messages {
		if m.typ != msgLink {
			continue
		}
		l, err := decodeLink(s.cursor(m.body, m.offset, messageNames[msgLink]))
		if err != nil {
			return nil, err
		}
		g.links = append(g.links, l)
	}
	dense, err := g.denseLinks()
	if err != nil {
		return nil, err
	}
	g.links = append(g.links, dense...)
	slices.SortStableFunc(g.links, func(a, b link) int { return strings.Compare(a.name, b.name) })
	g.byName = make(map[string]int, len(g.links))
	for i, l := range g.links {
		if _, twice := g.byName[l.name]; twice || l.name == "" || strings.Contains(l.name, "/") {
			return nil, formatErr(l.offset, "link: expected a unique name without \"/\", found %q", l.name)
		}
		g.byName[l.name] = i
	}
	return g, nil
}

// denseLinks reads the links that a large new-style group keeps in a fractal heap (IV.A.2.c).
func (g *Group) denseLinks() ([]link, error) {
	s := g.f.s
	c, err := g.h.find(s, msgLinkInfo)
	if err != nil || c == nil {
		return nil, err
	}
	c.version(0, 0)
	if flags := c.u8(); flags&1 != 0 {
		c.u64() // maximum creation index
	}
	heapAddr, byName := c.addr(), c.addr()
	if c.err != nil {
		return nil, c.err
	}
	if s.undefined(heapAddr) {
		return nil, nil
	}
	heap, err := s.openFractalHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var links []link
	const indexOfLinksByName = 5
	err = s.walkBtree2(byName, indexOfLinksByName, func(c *cursor) error {
		c.u32() // hash of the name
		o, err := heap.object(c, "link")
		if err != nil {
			return err
		}
		l, err := decodeLink(o)
		links = append(links, l)
		return err
	})
	return links, err
}

// decodeLink follows IV.A.2.g.
func decodeLink(c *cursor) (link, error) {
	l := link{offset: c.here()}
	c.version(1, 1)
	flags := c.u8()
	typ := byte(0)
	if flags&0x08 != 0 {
		typ = c.u8()
	}
	if flags&0x04 != 0 {
		c.u64() // creation order
	}
	if flags&0x10 != 0 {
		c.u8() // character set: names are compared as bytes
	}
	n := c.uint(1 << (flags & 3))
	if c.err == nil && n > uint64(c.left()) {
		c.fail("expected a name of at most %d bytes, found %d", c.left(), n)
	}
	l.name = string(c.bytes(int(n)))
	switch typ {
	case 0:
		l.addr = c.addr()
	case 1:
		l.kind = linkSoft
		l.target = string(c.bytes(int(c.u16())))
	case 64:
		l.kind = linkOther
		b := c.bytes(int(c.u16()))
		l.target = "external link to another file"
		if len(b) > 1 {
			l.target = fmt.Sprintf("external link to %q", strings.Split(string(b[1:]), "\x00")[0])
		}
	default:
		l.kind = linkOther
		l.target = fmt.Sprintf("user-defined link of type %d", typ)
	}
	return l, c.err
}

package hdf5

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Attribute is a small named array that belongs to an object.
type Attribute struct {
	Name string
	Array
}

// Attrs reads the object's attributes, sorted by name.
func (o *object) Attrs() ([]*Attribute, error) {
	attrs, err := o.attrs()
	if err != nil {
		return nil, fmt.Errorf("%s: attributes: %w", o.path, err)
	}
	slices.SortFunc(attrs, func(a, b *Attribute) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(attrs); i++ {
		if attrs[i].Name == attrs[i-1].Name {
			return nil, fmt.Errorf("%s: attributes: %w", o.path,
				formatErr(attrs[i].space.offset, "expected unique names, found %q twice", attrs[i].Name))
		}
	}
	return attrs, nil
}

func (o *object) attrs() ([]*Attribute, error) {
	s := o.f.s
	var attrs []*Attribute
	for _, m := range o.h.messages {
		if m.typ != msgAttribute {
			continue
		}
		c, err := s.messageBody(m)
		if err != nil {
			return nil, err
		}
		a, err := o.decodeAttribute(c)
		if err != nil {
			return nil, err
		}
		attrs = append(attrs, a)
	}
	c, err := o.h.find(s, msgAttrInfo)
	if err != nil || c == nil {
		return attrs, err
	}
	c.version(0, 0)
	if flags := c.u8(); flags&1 != 0 {
		c.u16() // maximum creation index
	}
	heapAddr, byName := c.addr(), c.addr()
	if c.err != nil || s.undefined(heapAddr) {
		return attrs, c.err
	}
	heap, err := s.openFractalHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	const indexOfAttributesByName = 8
	return attrs, s.walkBtree2(byName, indexOfAttributesByName, func(c *cursor) error {
		id := c.sub(8, "attribute heap ID")
		flags := c.u8()
		if c.err == nil && flags&msgFlagShared != 0 {
			c.unsupported("attribute in the shared message heap (SOHM)")
		}
		if c.err != nil {
			return c.err
		}
		body, err := heap.object(id, messageNames[msgAttribute])
		if err != nil {
			return err
		}
		a, err := o.decodeAttribute(body)
		attrs = append(attrs, a)
		return err
	})
}

// decodeAttribute follows IV.A.2.m.
func (o *object) decodeAttribute(c *cursor) (*Attribute, error) {
	version := c.version(1, 3)
	flags := c.u8()
	nameLen, typeLen, spaceLen := int(c.u16()), int(c.u16()), int(c.u16())
	padded := func(n int) int { return n }
	if version == 1 {
		flags = 0
		padded = func(n int) int { return (n + 7) &^ 7 }
	}
	if version == 3 {
		c.u8() // character set of the name
	}
	name := c.sub(padded(nameLen), "attribute name")
	typ := c.sub(padded(typeLen), messageNames[msgDatatype])
	space := c.sub(padded(spaceLen), messageNames[msgDataspace])
	if c.err != nil {
		return nil, c.err
	}
	a := &Attribute{Name: string(name.zeroTerminated())}
	if name.err != nil {
		return nil, name.err
	}
	var err error
	if flags&1 != 0 {
		if typ, err = o.f.s.resolveShared(typ, msgDatatype); err != nil {
			return nil, err
		}
	}
	if flags&2 != 0 {
		return nil, unsupported(space.here(), "shared dataspace of attribute %q", a.Name)
	}
	a.Array = Array{file: o.f, where: o.path + "@" + a.Name}
	if a.typ, err = decodeDatatype(typ); err != nil {
		return nil, err
	}
	if a.space, err = decodeDataspace(space); err != nil {
		return nil, err
	}
	size := uint64(a.typ.Size)
	if a.space.count > uint64(c.left())/size {
		c.fail("attribute %q: expected %d elements of %d bytes, found %d bytes", a.Name, a.space.count, size, c.left())
		return nil, c.err
	}
	data := c.bytes(int(a.space.count * size))
	a.load = func() ([]byte, error) { return bytes.Clone(data), nil }
	return a, c.err
}

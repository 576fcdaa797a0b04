package hdf5

import "bytes"

// globalHeap finds the variable-length strings and sequences of a file (III.E). Collections are parsed when first used and kept.
type globalHeap struct {
	s           *source
	guard       walkGuard
	collections map[uint64]map[uint16]heapObject
}

type heapObject struct {
	addr, size uint64
	read       bool
	text       string // up to the first NUL: some writers store the terminator that the type speaks of, h5py does not
}

// find returns object index of the collection at addr, which must have n bytes at least.
func (g *globalHeap) find(addr uint64, index uint32, n uint64) (heapObject, error) {
	objects, err := g.collection(addr)
	if err != nil {
		return heapObject{}, err
	}
	o, ok := objects[uint16(index)]
	if !ok || index > 0xffff {
		return heapObject{}, formatErr(g.s.at(addr), "global heap collection: expected an object %d, found none", index)
	}
	if n > o.size {
		return heapObject{}, formatErr(g.s.at(o.addr), "global heap object %d: expected %d bytes, found %d", index, n, o.size)
	}
	return o, nil
}

// text returns the first n bytes of object index of the collection at addr, or less if there is a NUL among them.
func (g *globalHeap) text(addr uint64, index uint32, n uint32) (string, error) {
	o, err := g.find(addr, index, uint64(n))
	if err != nil {
		return "", err
	}
	if !o.read { // kept, so that many references to one object share its bytes
		b, err := g.s.read(o.addr, o.size, "global heap object")
		if err != nil {
			return "", err
		}
		if i := bytes.IndexByte(b, 0); i >= 0 {
			b = b[:i]
		}
		o.text, o.read = string(b), true
		g.collections[addr][uint16(index)] = o
	}
	return o.text[:min(int(n), len(o.text))], nil
}

func (g *globalHeap) collection(addr uint64) (map[uint16]heapObject, error) {
	if objects, ok := g.collections[addr]; ok {
		return objects, nil
	}
	const what = "global heap collection"
	// Collection and object headers end with a length and are padded to a multiple of eight bytes.
	padding := (8 - g.s.lenSize%8) % 8
	head := uint64(8 + g.s.lenSize + padding)
	c, err := g.s.cursorAt(addr, head, what)
	if err != nil {
		return nil, err
	}
	c.signature("GCOL")
	c.version(1, 1)
	c.skip(3)
	size := c.length()
	if c.err != nil {
		return nil, c.err
	}
	if size < head {
		c.fail("expected a size of at least %d, found %d", head, size)
		return nil, c.err
	}
	if err := g.guard.enter(g.s, addr, size, what); err != nil {
		return nil, err
	}
	if c, err = g.s.cursorAt(addr, size, what); err != nil {
		return nil, err
	}
	c.skip(int(head))
	objects := map[uint16]heapObject{}
	for uint64(c.left()) >= head {
		index := c.u16()
		c.skip(2 + 4) // reference count
		n := c.length()
		c.skip(padding)
		if index == 0 {
			break // the free space, always last
		}
		objects[index] = heapObject{addr: addr + uint64(c.pos), size: n}
		if n > uint64(c.left()) {
			c.fail("object %d: expected at most %d bytes, found %d", index, c.left(), n)
		}
		c.skip(min(int(n+7)&^7, c.left()))
		if c.err != nil {
			return nil, c.err
		}
	}
	if g.collections == nil {
		g.collections = map[uint64]map[uint16]heapObject{}
	}
	g.collections[addr] = objects
	return objects, nil
}

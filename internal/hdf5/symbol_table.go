package hdf5

import "bytes"

// readSymbolTable lists an old-style group: a B-tree of symbol table nodes with names in a local heap (III.B to III.D).
func (s *source) readSymbolTable(btree, heap uint64) ([]link, error) {
	names, at, err := s.readLocalHeap(heap)
	if err != nil {
		return nil, err
	}
	var links []link
	t := &btree1{s: s, nodeType: 0, keySize: s.lenSize}
	t.leaf = func(_ *cursor, child uint64) error {
		const what = "symbol table node"
		c, err := s.cursorAt(child, 8, what)
		if err != nil {
			return err
		}
		c.signature("SNOD")
		c.version(1, 1)
		c.skip(1)
		n := uint64(c.u16())
		if c.err != nil {
			return c.err
		}
		entry := uint64(2*s.offSize + 24)
		if err := t.guard.enter(s, child, 8+n*entry, what); err != nil {
			return err
		}
		if c, err = s.cursorAt(child+8, n*entry, what); err != nil {
			return err
		}
		for range n {
			l, err := decodeSymbol(c, s, names, at)
			if err != nil {
				return err
			}
			links = append(links, l)
		}
		return nil
	}
	return links, t.node(btree, -1)
}

func decodeSymbol(c *cursor, s *source, names []byte, namesAt int64) (link, error) {
	name := c.addr()
	l := link{offset: c.here(), addr: c.addr()}
	cache := c.u32()
	c.skip(4)
	scratch := c.sub(16, "symbol table entry")
	if c.err != nil {
		return l, c.err
	}
	var err error
	if l.name, err = heapString(names, namesAt, name); err != nil {
		return l, err
	}
	if cache == 2 {
		l.kind = linkSoft
		l.target, err = heapString(names, namesAt, uint64(scratch.u32()))
	}
	return l, err
}

// readLocalHeap returns the data segment of a local heap and its absolute offset.
func (s *source) readLocalHeap(addr uint64) ([]byte, int64, error) {
	c, err := s.cursorAt(addr, uint64(8+2*s.lenSize+s.offSize), "local heap")
	if err != nil {
		return nil, 0, err
	}
	c.signature("HEAP")
	c.version(0, 0)
	c.skip(3)
	size := c.length()
	c.length() // head of the free list
	data := c.addr()
	if c.err != nil {
		return nil, 0, c.err
	}
	b, err := s.read(data, size, "local heap data")
	return b, s.at(data), err
}

func heapString(heap []byte, at int64, offset uint64) (string, error) {
	if offset >= uint64(len(heap)) {
		return "", formatErr(at, "local heap: expected a name within its %d bytes, found offset %d", len(heap), offset)
	}
	b := heap[offset:]
	n := bytes.IndexByte(b, 0)
	if n < 0 {
		return "", formatErr(at+int64(offset), "local heap: expected a NUL-terminated name")
	}
	return string(b[:n]), nil
}

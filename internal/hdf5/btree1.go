package hdf5

// btree1 walks a version 1 B-tree (III.A.1), the index of old-style groups (type 0) and of chunks (type 1). Keys are
// not searched: every reader here wants all leaves, in order.
type btree1 struct {
	s        *source
	nodeType byte
	keySize  int
	guard    walkGuard
	leaf     func(key *cursor, child uint64) error // for a leaf's child, with the key before it
}

const btree1What = "B-tree node"

// node visits the subtree at addr, which has the given level, or any level if level is -1.
func (t *btree1) node(addr uint64, level int) error {
	head := uint64(8 + 2*t.s.offSize)
	c, err := t.s.cursorAt(addr, head, btree1What)
	if err != nil {
		return err
	}
	c.signature("TREE")
	if typ := c.u8(); c.err == nil && typ != t.nodeType {
		c.fail("expected node type %d, found %d", t.nodeType, typ)
	}
	if l := int(c.u8()); c.err == nil && level >= 0 && l != level {
		c.fail("expected level %d, found %d", level, l)
	} else {
		level = l
	}
	entries := int(c.u16())
	if c.err != nil {
		return c.err
	}
	// A node has room for 2K entries, but only those in use are read; after the last child there is one more key.
	body := uint64(entries*(t.keySize+t.s.offSize) + t.keySize)
	if entries == 0 {
		body = 0
	}
	if err := t.guard.enter(t.s, addr, head+body, btree1What); err != nil {
		return err
	}
	if c, err = t.s.cursorAt(addr+head, body, btree1What); err != nil {
		return err
	}
	for range entries {
		key := c.sub(t.keySize, "B-tree key")
		child := c.addr()
		if c.err != nil {
			return c.err
		}
		if level > 0 {
			err = t.node(child, level-1)
		} else {
			err = t.leaf(key, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

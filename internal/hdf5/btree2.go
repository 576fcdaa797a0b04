package hdf5

import "math/bits"

// btree2 walks a version 2 B-tree (III.A.2), the index of dense groups, dense attributes and some chunked datasets.
type btree2 struct {
	s       *source
	record  func(c *cursor) error
	typ     byte
	recSize int
	levels  []btree2Level // by height, leaves first
	guard   walkGuard
	node    uint32 // bytes of a node
}

// btree2Level has the sizes that the format derives instead of storing: how many records a node of this height holds,
// and how many bytes its parent uses for their number and for the number in the whole subtree.
type btree2Level struct {
	maxRecords  uint64
	cumulative  uint64
	countSize   int
	subtreeSize int
}

func encodedSize(v uint64) int { return max(1, (bits.Len64(v)+7)/8) }

// walkBtree2 calls record for each record of the tree whose header is at addr, in order.
func (s *source) walkBtree2(addr uint64, typ byte, record func(c *cursor) error) error {
	const what = "v2 B-tree header"
	c, err := s.cursorAt(addr, uint64(16+s.offSize+2+s.lenSize+4), what)
	if err != nil {
		return err
	}
	c.signature("BTHD")
	c.version(0, 0)
	if got := c.u8(); c.err == nil && got != typ {
		c.fail("expected type %d, found %d", typ, got)
	}
	t := &btree2{s: s, record: record, typ: typ, node: c.u32(), recSize: int(c.u16())}
	depth := int(c.u16())
	c.skip(2) // split and merge percentages
	root := c.addr()
	rootRecords := uint64(c.u16())
	c.length() // total number of records
	if c.checksum(); c.err != nil {
		return c.err
	}
	if s.undefined(root) || rootRecords == 0 {
		return nil
	}
	const overhead = 10 // signature, version, type, checksum
	if t.recSize == 0 || t.node < overhead || uint64(t.node) > uint64(s.size) || depth > 64 {
		c.fail("expected plausible sizes, found nodes of %d bytes, records of %d bytes, depth %d", t.node, t.recSize, depth)
		return c.err
	}
	leaf := uint64(int(t.node)-overhead) / uint64(t.recSize)
	t.levels = []btree2Level{{maxRecords: leaf, cumulative: leaf, countSize: encodedSize(leaf)}}
	for range depth {
		below := t.levels[len(t.levels)-1]
		pointer := s.offSize + t.levels[0].countSize + below.subtreeSize
		room := max(0, int(t.node)-overhead-pointer)
		l := btree2Level{maxRecords: uint64(room / (t.recSize + pointer))}
		hi, lo := bits.Mul64(l.maxRecords+1, below.cumulative)
		if l.cumulative = lo + l.maxRecords; hi != 0 || l.cumulative < lo {
			c.fail("depth %d is more than any file needs", depth)
			return c.err
		}
		l.countSize = encodedSize(l.maxRecords)
		l.subtreeSize = encodedSize(l.cumulative)
		t.levels = append(t.levels, l)
	}
	return t.visit(root, rootRecords, depth)
}

func (t *btree2) visit(addr, records uint64, height int) error {
	const what = "v2 B-tree node"
	l := t.levels[height]
	if records > l.maxRecords {
		return formatErr(t.s.at(addr), "%s: expected at most %d records, found %d", what, l.maxRecords, records)
	}
	used := 6 + records*uint64(t.recSize) + 4
	sig := "BTLF"
	var below btree2Level
	pointer := 0
	if height > 0 {
		sig = "BTIN"
		below = t.levels[height-1]
		pointer = t.s.offSize + t.levels[0].countSize + below.subtreeSize
		used += (records + 1) * uint64(pointer)
	}
	if err := t.guard.enter(t.s, addr, used, what); err != nil {
		return err
	}
	c, err := t.s.cursorAt(addr, used, what)
	if err != nil {
		return err
	}
	c.pos = int(used) - 4
	c.checksum()
	c.pos = 0
	c.signature(sig)
	c.version(0, 0)
	if typ := c.u8(); c.err == nil && typ != t.typ {
		c.fail("expected type %d, found %d", t.typ, typ)
	}
	recs := c.sub(int(records)*t.recSize, "v2 B-tree record")
	for i := uint64(0); ; i++ {
		if height > 0 {
			child := c.addr()
			n := c.uint(t.levels[0].countSize)
			if below.subtreeSize > 0 {
				c.uint(below.subtreeSize)
			}
			if c.err != nil {
				return c.err
			}
			if err := t.visit(child, n, height-1); err != nil {
				return err
			}
		}
		if c.err != nil || i == records {
			return c.err
		}
		if err := t.record(recs.sub(t.recSize, "v2 B-tree record")); err != nil {
			return err
		}
	}
}

package hdf5

// layoutClass says how a dataset's bytes are stored (IV.A.2.i).
type layoutClass byte

const (
	layoutCompact layoutClass = iota
	layoutContiguous
	layoutChunked
	layoutVirtual
)

// chunkIndex says how the chunks of a chunked dataset are found.
type chunkIndex byte

const (
	indexBtree1 chunkIndex = iota // layout version 3
	indexSingle                   // layout version 4 and 5, as numbered in the file
	indexImplicit
	indexFixedArray
	indexExtensibleArray
	indexBtree2
)

type layout struct {
	class   layoutClass
	offset  int64  // of the message, for errors
	data    []byte // compact
	addr    uint64 // contiguous: the data; chunked: the index, or the only chunk
	size    uint64 // contiguous: bytes stored
	index   chunkIndex
	chunk   []uint64 // dimensions of a chunk in elements, without the element size
	element uint64   // bytes of an element, as a chunked layout gives them

	// For a single filtered chunk.
	filteredSize uint64
	filterMask   uint32
	// edgesUnfiltered: chunks that reach over the edge of the dataset are stored without filters.
	edgesUnfiltered bool
}

func decodeLayout(c *cursor) (layout, error) {
	l := layout{offset: c.here()}
	if v := c.u8(); c.err == nil && v < 3 {
		c.unsupported("version %d, of HDF5 before 1.6.3", v)
	}
	c.pos = 0
	version := c.version(3, 5)
	l.class = layoutClass(c.u8())
	switch {
	case c.err != nil:
	case l.class == layoutCompact:
		l.data = c.bytes(int(c.u16()))
	case l.class == layoutContiguous:
		l.addr, l.size = c.addr(), c.length()
	case l.class == layoutChunked && version == 3:
		rank := int(c.u8())
		l.addr = c.addr()
		l.decodeChunkDims(c, rank, 4)
	case l.class == layoutChunked:
		l.decodeChunkedV4(c)
	case l.class == layoutVirtual:
		c.unsupported("virtual dataset (its data lies in other files)")
	default:
		c.fail("expected class 0 to 3, found %d", l.class)
	}
	return l, c.err
}

func (l *layout) decodeChunkDims(c *cursor, rank, size int) {
	if rank < 2 || rank > maxRank+1 {
		c.fail("expected a chunk rank of 2 to %d with the element size, found %d", maxRank+1, rank)
		return
	}
	for range rank - 1 {
		n := c.uint(size)
		if c.err == nil && n == 0 {
			c.fail("expected chunk dimensions above 0")
		}
		l.chunk = append(l.chunk, n)
	}
	l.element = c.uint(size)
}

func (l *layout) decodeChunkedV4(c *cursor) {
	flags := c.u8()
	l.edgesUnfiltered = flags&1 != 0
	rank := int(c.u8())
	l.decodeChunkDims(c, rank, int(c.u8()))
	l.index = chunkIndex(c.u8())
	switch l.index {
	case indexSingle:
		if flags&2 != 0 {
			l.filteredSize = c.length()
			l.filterMask = c.u32()
		}
	case indexImplicit:
	case indexFixedArray:
		c.skip(1) // page bits, repeated in the index
	case indexBtree2:
		c.skip(4 + 1 + 1) // node size and percentages, repeated in the index
	case indexExtensibleArray:
		c.unsupported("extensible array chunk index (one unlimited dimension); rewrite the file with h5repack, or h5py without libver=\"latest\"")
	default:
		c.fail("expected chunk index type 1 to 5, found %d", l.index)
	}
	l.addr = c.addr()
}

// decodeFill returns the fill value's bytes, or nil for the default of all zeros (IV.A.2.f).
func decodeFill(c *cursor) ([]byte, error) {
	version := c.version(1, 3)
	defined := false
	if version < 3 {
		c.skip(2)
		defined = c.u8() == 1 || version == 1
	} else {
		defined = c.u8()&0x20 != 0
	}
	if !defined || c.err != nil {
		return nil, c.err
	}
	n := c.u32()
	if n == 0 || n == 1<<32-1 { // version 1 writes -1 for "undefined"
		return nil, c.err
	}
	if uint64(n) > uint64(c.left()) {
		c.fail("expected a value of at most %d bytes, found %d", c.left(), n)
	}
	return c.bytes(int(n)), c.err
}

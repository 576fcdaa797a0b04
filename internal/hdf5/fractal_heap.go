package hdf5

import "math/bits"

// fractalHeap finds objects (links or attributes of densely stored groups) by heap ID (III.G).
type fractalHeap struct {
	s          *source
	addr       uint64
	idLen      int
	checksums  bool
	maxManaged uint64
	width      uint64
	startBlock uint64
	maxDirect  uint64
	offsetSize int // bytes of an offset in the heap's address space
	lengthSize int // bytes of a managed object's length
	root       uint64
	rootRows   int
	guard      walkGuard
	blocks     map[uint64]*cursor // verified direct and indirect blocks by address
}

func (s *source) openFractalHeap(addr uint64) (*fractalHeap, error) {
	size := uint64(26 + 12*s.lenSize + 3*s.offSize)
	c, err := s.cursorAt(addr, size, "fractal heap header")
	if err != nil {
		return nil, err
	}
	h := &fractalHeap{s: s, addr: addr, blocks: map[uint64]*cursor{}}
	c.signature("FRHP")
	c.version(0, 0)
	h.idLen = int(c.u16())
	if filters := c.u16(); c.err == nil && filters != 0 {
		c.unsupported("filters on a fractal heap")
	}
	h.checksums = c.u8()&2 != 0
	h.maxManaged = uint64(c.u32())
	c.length() // next huge object
	c.addr()   // B-tree of huge objects
	c.length() // free space
	c.addr()   // free-space manager
	for range 8 {
		c.length() // space and object statistics
	}
	h.width = uint64(c.u16())
	h.startBlock, h.maxDirect = c.length(), c.length()
	heapBits := int(c.u16())
	c.u16() // starting number of rows in the root block
	h.root = c.addr()
	h.rootRows = int(c.u16())
	if c.checksum(); c.err != nil {
		return nil, c.err
	}
	power := func(v uint64) bool { return bits.OnesCount64(v) == 1 && v <= 1<<32 }
	if !power(h.width) || !power(h.startBlock) || !power(h.maxDirect) || h.maxDirect < h.startBlock || heapBits < 1 ||
		heapBits > 64 || h.rootRows > 64 {
		c.fail("expected a doubling table of powers of two, found width %d, blocks of %d to %d bytes, %d address bits, %d rows",
			h.width, h.startBlock, h.maxDirect, heapBits, h.rootRows)
		return nil, c.err
	}
	h.offsetSize = (heapBits + 7) / 8
	h.lengthSize = min((bits.Len64(h.maxDirect-1)+7)/8, encodedSize(h.maxManaged))
	return h, nil
}

// object returns a cursor over the object that a heap ID stands for.
func (h *fractalHeap) object(id *cursor, what string) (*cursor, error) {
	id.what = "fractal heap ID"
	first := id.u8()
	if id.err != nil {
		return nil, id.err
	}
	if first>>6 != 0 {
		id.unsupported("ID version %d", first>>6)
		return nil, id.err
	}
	switch first >> 4 & 3 {
	case 0:
		offset, n := id.uint(h.offsetSize), id.uint(h.lengthSize)
		if id.err != nil {
			return nil, id.err
		}
		return h.managed(offset, n, what)
	case 1:
		id.unsupported("a link or attribute of more than %d bytes in dense storage (\"huge\" object)", h.maxManaged)
	case 2:
		n := int(first & 15)
		if h.idLen > 18 {
			n = n<<8 | int(id.u8())
		}
		return id.sub(n+1, what), id.err
	default:
		id.fail("expected type 0 to 2, found 3")
	}
	return nil, id.err
}

// rowSize is the size of the blocks in a row of the doubling table: the first two rows have the starting size.
func (h *fractalHeap) rowSize(row int) uint64 { return h.startBlock << max(0, row-1) }

// managed descends from the root block to the direct block that holds offset.
func (h *fractalHeap) managed(offset, n uint64, what string) (*cursor, error) {
	block, rows, start := h.root, h.rootRows, uint64(0)
	size := h.startBlock // of the direct root block, which is the whole heap then
	for rows > 0 {
		// Find the entry of this indirect block whose part of the address space contains offset.
		row, first := 0, start
		for row < rows && offset-first >= h.width*h.rowSize(row) {
			first += h.width * h.rowSize(row)
			row++
		}
		if row == rows || offset < start {
			return nil, formatErr(h.s.at(h.addr), "fractal heap: object offset %d lies outside the heap", offset)
		}
		size = h.rowSize(row)
		col := (offset - first) / size
		c, err := h.indirect(block, rows)
		if err != nil {
			return nil, err
		}
		entry := *c
		entry.skip((row*int(h.width) + int(col)) * h.s.offSize)
		if block = entry.addr(); entry.err != nil {
			return nil, entry.err
		}
		start = first + col*size
		if size <= h.maxDirect {
			rows = 0
			break
		}
		// The child is an indirect block that covers size bytes.
		below := bits.Len64(size) - bits.Len64(h.startBlock*h.width) + 1
		if below < 1 || below >= rows {
			return nil, formatErr(h.s.at(block), "fractal heap: expected a smaller indirect block, found %d rows", below)
		}
		rows = below
	}
	c, err := h.direct(block, size)
	if err != nil {
		return nil, err
	}
	if offset < start || offset-start > size || n > size-(offset-start) {
		return nil, formatErr(h.s.at(block), "fractal heap block: object of %d bytes at %d exceeds its %d bytes", n, offset-start, size)
	}
	at := offset - start
	return &cursor{b: c.b[at : at+n], offset: c.offset + int64(at), what: what, offSize: c.offSize, lenSize: c.lenSize}, nil
}

func (h *fractalHeap) blockPrefix() int { return 5 + h.s.offSize + h.offsetSize }

func (h *fractalHeap) load(addr, size uint64, sig string) (*cursor, error) {
	const what = "fractal heap block"
	if err := h.guard.enter(h.s, addr, size, what); err != nil {
		return nil, err
	}
	c, err := h.s.cursorAt(addr, size, what)
	if err != nil {
		return nil, err
	}
	c.signature(sig)
	c.version(0, 0)
	if owner := c.addr(); c.err == nil && owner != h.addr {
		c.fail("expected the heap header's address 0x%x, found 0x%x", h.addr, owner)
	}
	c.skip(h.offsetSize)
	return c, c.err
}

// indirect returns a cursor over the child addresses of an indirect block.
func (h *fractalHeap) indirect(addr uint64, rows int) (*cursor, error) {
	if c, ok := h.blocks[addr]; ok {
		return c, nil
	}
	size := h.blockPrefix() + rows*int(h.width)*h.s.offSize + 4
	c, err := h.load(addr, uint64(size), "FHIB")
	if err != nil {
		return nil, err
	}
	start := c.pos
	c.pos = size - 4
	if c.checksum(); c.err != nil {
		return nil, c.err
	}
	c.b, c.pos = c.b[:size-4], start
	h.blocks[addr] = c
	return c, nil
}

// direct returns a cursor over a whole direct block: object offsets count its prefix.
func (h *fractalHeap) direct(addr, size uint64) (*cursor, error) {
	if c, ok := h.blocks[addr]; ok {
		if uint64(len(c.b)) != size {
			return nil, formatErr(h.s.at(addr), "fractal heap block: reached as blocks of %d and %d bytes", len(c.b), size)
		}
		return c, nil
	}
	c, err := h.load(addr, size, "FHDB")
	if err != nil {
		return nil, err
	}
	if h.checksums {
		// The checksum stands inside the block and counts as zero in its own sum.
		at := c.pos
		stored := c.u32()
		if c.err != nil {
			return nil, c.err
		}
		b := append([]byte(nil), c.b...)
		clear(b[at : at+4])
		if got := lookup3(b); got != stored {
			c.pos = at
			c.fail("expected checksum 0x%08x, computed 0x%08x", stored, got)
			return nil, c.err
		}
	}
	h.blocks[addr] = c
	return c, nil
}

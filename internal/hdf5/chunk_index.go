package hdf5

// eachChunk calls visit for every chunk that is stored, in the order of the dataset's chunk index.
func (d *Dataset) eachChunk(g *chunkGrid, visit func(storedChunk) error) error {
	l := &d.layout
	switch l.index {
	case indexBtree1:
		return d.chunksInBtree1(g, visit)
	case indexSingle:
		c := storedChunk{place: make([]uint64, len(g.grid)), addr: l.addr, size: g.bytes, mask: l.filterMask}
		if len(d.filters) > 0 {
			c.size = l.filteredSize
		}
		return visit(c)
	case indexImplicit:
		return d.eachPlace(g, func(i uint64, place []uint64) error {
			if i > (1<<62)/g.bytes || l.addr > 1<<62 {
				return formatErr(l.offset, "implicit chunk index: chunk %d lies outside the file", i)
			}
			return visit(storedChunk{place: place, addr: l.addr + i*g.bytes, size: g.bytes})
		})
	case indexFixedArray:
		return d.chunksInFixedArray(g, visit)
	default:
		return d.chunksInBtree2(g, visit)
	}
}

// eachPlace enumerates the chunks of the grid with their number in the index. That number counts the chunks of the
// largest dataset that the dataspace allows, where its dimensions may still grow.
func (d *Dataset) eachPlace(g *chunkGrid, visit func(i uint64, place []uint64) error) error {
	largest := append([]uint64(nil), g.grid...)
	for k := range largest {
		if d.space.max == nil {
			break
		}
		m := d.space.max[k]
		if m < g.dims[k] || d.f.s.lengthUnlimited(m) {
			return formatErr(d.space.offset, "dataspace: expected a maximum of at least %d for this chunk index, found %d", g.dims[k], m)
		}
		largest[k] = (m-1)/g.chunk[k] + 1
	}
	place := make([]uint64, len(g.grid))
	for {
		i := uint64(0)
		for k, p := range place {
			if i > (1<<62)/largest[k] {
				return formatErr(d.space.offset, "dataspace: the maximum dimensions' product overflows")
			}
			i = i*largest[k] + p
		}
		if err := visit(i, place); err != nil {
			return err
		}
		k := len(place) - 1
		for ; k >= 0; k-- {
			if place[k]++; place[k] < g.grid[k] {
				break
			}
			place[k] = 0
		}
		if k < 0 {
			return nil
		}
	}
}

func (s *source) lengthUnlimited(v uint64) bool { return v == allOnes(s.lenSize) }

// chunksInBtree1 reads the index of layout version 3 (III.A.1, node type 1).
func (d *Dataset) chunksInBtree1(g *chunkGrid, visit func(storedChunk) error) error {
	rank := len(g.grid)
	t := &btree1{s: d.f.s, nodeType: 1, keySize: 8 + 8*(rank+1)}
	place := make([]uint64, rank)
	t.leaf = func(key *cursor, addr uint64) error {
		c := storedChunk{place: place, addr: addr, size: uint64(key.u32()), mask: key.u32()}
		for k := range place {
			offset := key.u64()
			if key.err == nil && offset%g.chunk[k] != 0 {
				key.fail("expected a multiple of the chunk dimension %d, found %d", g.chunk[k], offset)
			}
			place[k] = offset / g.chunk[k]
		}
		if key.err != nil {
			return key.err
		}
		return visit(c)
	}
	return t.node(d.layout.addr, -1)
}

// chunksInBtree2 reads the index of datasets with several unlimited dimensions (III.A.2, record types 10 and 11).
func (d *Dataset) chunksInBtree2(g *chunkGrid, visit func(storedChunk) error) error {
	const plain, filtered = 10, 11
	typ := byte(plain)
	if len(d.filters) > 0 {
		typ = filtered
	}
	place := make([]uint64, len(g.grid))
	return d.f.s.walkBtree2(d.layout.addr, typ, func(rec *cursor) error {
		c := storedChunk{place: place, addr: rec.addr(), size: g.bytes}
		if typ == filtered {
			// The size field takes what the other fields leave, in layout version 4 as in 5.
			c.size = rec.uint(rec.left() - 4 - 8*len(place))
			c.mask = rec.u32()
		}
		for k := range place {
			place[k] = rec.u64()
		}
		if rec.err != nil {
			return rec.err
		}
		return visit(c)
	})
}

// chunksInFixedArray reads the index of datasets whose dimensions have a limit (VII.C): an array with one entry for
// each chunk of the grid, cut into pages with a checksum each when it is long.
func (d *Dataset) chunksInFixedArray(g *chunkGrid, visit func(storedChunk) error) error {
	s := d.f.s
	c, err := s.cursorAt(d.layout.addr, uint64(8+s.lenSize+s.offSize+4), "fixed array header")
	if err != nil {
		return err
	}
	c.signature("FAHD")
	c.version(0, 0)
	client, entrySize, pageBits := c.u8(), int(c.u8()), int(c.u8())
	entries := c.length()
	block := c.addr()
	if c.checksum(); c.err != nil {
		return c.err
	}
	sizeBytes := entrySize - s.offSize - 4 // of the stored size, in entries of filtered chunks
	if filtered := client == 1; client > 1 || filtered != (len(d.filters) > 0) || pageBits > 32 ||
		(filtered && (sizeBytes < 1 || sizeBytes > 8)) || (!filtered && entrySize != s.offSize) {
		c.fail("expected entries for chunks with %d filters, found client %d, entries of %d bytes", len(d.filters), client, entrySize)
		return c.err
	}
	if s.undefined(block) {
		return nil
	}
	if entries > uint64(s.size) {
		c.fail("expected entries that fit into the file, found %d", entries)
		return c.err
	}
	page, err := d.loadFixedArray(block, client, entries, uint64(entrySize), 1<<pageBits)
	if err != nil {
		return err
	}
	return d.eachPlace(g, func(i uint64, place []uint64) error {
		if i >= entries {
			return formatErr(s.at(d.layout.addr), "fixed array: expected an entry for chunk %v, found only %d entries", place, entries)
		}
		e, err := page(i)
		if err != nil || e == nil {
			return err
		}
		chunk := storedChunk{place: place, addr: e.addr(), size: g.bytes}
		if client == 1 {
			chunk.size, chunk.mask = e.uint(sizeBytes), e.u32()
		}
		if e.err != nil || s.undefined(chunk.addr) {
			return e.err
		}
		return visit(chunk)
	})
}

// loadFixedArray reads the data block and returns a function that finds entry i, or nil where its page was never
// written.
func (d *Dataset) loadFixedArray(addr uint64, client byte, entries, entrySize, perPage uint64) (func(i uint64) (*cursor, error), error) {
	s := d.f.s
	const what = "fixed array data block"
	prefix := uint64(6 + s.offSize)
	paged := entries > perPage
	size := prefix + entries*entrySize + 4
	pages := uint64(0)
	if paged {
		pages = (entries + perPage - 1) / perPage
		size = prefix + (pages+7)/8 + 4
	}
	c, err := s.cursorAt(addr, size, what)
	if err != nil {
		return nil, err
	}
	c.pos = int(size) - 4
	c.checksum()
	c.pos = 0
	c.signature("FADB")
	c.version(0, 0)
	if got := c.u8(); c.err == nil && got != client {
		c.fail("expected client %d, found %d", client, got)
	}
	if owner := c.addr(); c.err == nil && owner != d.layout.addr {
		c.fail("expected the header's address 0x%x, found 0x%x", d.layout.addr, owner)
	}
	if c.err != nil {
		return nil, c.err
	}
	if !paged {
		return func(i uint64) (*cursor, error) {
			c.pos = int(prefix + i*entrySize)
			return c.sub(int(entrySize), "fixed array entry"), c.err
		}, nil
	}
	bitmap := c.bytes(int(pages+7) / 8)
	loaded := map[uint64]*cursor{}
	return func(i uint64) (*cursor, error) {
		p := i / perPage
		if bitmap[p/8]&(0x80>>(p%8)) == 0 {
			return nil, nil
		}
		page, ok := loaded[p]
		if !ok {
			n := min(perPage, entries-p*perPage) * entrySize
			var err error
			if page, err = s.cursorAt(addr+size+p*(perPage*entrySize+4), n+4, "fixed array page"); err != nil {
				return nil, err
			}
			page.pos = int(n)
			if page.checksum(); page.err != nil {
				return nil, page.err
			}
			loaded[p] = page
		}
		page.pos = int(i % perPage * entrySize)
		return page.sub(int(entrySize), "fixed array entry"), page.err
	}, nil
}

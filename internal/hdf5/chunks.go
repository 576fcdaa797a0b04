package hdf5

import "fmt"

// chunkGrid is the division of a dataset into chunks.
type chunkGrid struct {
	dims  []uint64 // of the dataset, in elements
	chunk []uint64 // of a chunk, in elements
	grid  []uint64 // of the dataset, in chunks
	total uint64   // number of chunks
	elem  uint64   // bytes of an element
	bytes uint64   // bytes of a chunk
}

func (d *Dataset) grid() (*chunkGrid, error) {
	l := &d.layout
	if len(l.chunk) != len(d.space.dims) {
		return nil, formatErr(l.offset, "data layout message: expected %d chunk dimensions, found %d", len(d.space.dims), len(l.chunk))
	}
	if l.element != uint64(d.typ.Size) {
		return nil, formatErr(l.offset, "data layout message: expected elements of %d bytes, found %d", d.typ.Size, l.element)
	}
	g := &chunkGrid{chunk: l.chunk, total: 1, elem: l.element}
	elements := uint64(1) // in all chunks, with what reaches over the edges
	limit := d.f.s.dataLimit()
	for i, n := range d.space.dims {
		dim, c := uint64(n), l.chunk[i]
		along := (dim-1)/c + 1 // dim > 0: empty datasets are not read
		if c > limit || along*c > limit/elements {
			return nil, formatErr(l.offset, "chunks of %v elements are more than a file of %d bytes can stand for", l.chunk, d.f.s.size)
		}
		elements *= along * c
		g.dims = append(g.dims, dim)
		g.grid = append(g.grid, along)
		g.total *= along
	}
	all, err := d.byteCount(elements)
	if err != nil {
		return nil, err
	}
	g.bytes = all / g.total
	return g, nil
}

// number is the row-major number of the chunk with the given place in the grid, or false if it lies outside.
func (g *chunkGrid) number(place []uint64) (uint64, bool) {
	n := uint64(0)
	for i, p := range place {
		if p >= g.grid[i] {
			return 0, false
		}
		n = n*g.grid[i] + p
	}
	return n, true
}

// partial reports whether a chunk reaches over the edge of the dataset.
func (g *chunkGrid) partial(place []uint64) bool {
	for i, p := range place {
		if (p+1)*g.chunk[i] > g.dims[i] {
			return true
		}
	}
	return false
}

// storedChunk is an entry of a chunk index.
type storedChunk struct {
	place []uint64 // in the grid; valid during the call only
	addr  uint64
	size  uint64 // bytes stored
	mask  uint32 // filters that were left out
}

// readChunks assembles a chunked dataset of n bytes.
func (d *Dataset) readChunks(n uint64) ([]byte, error) {
	g, err := d.grid()
	if err != nil {
		return nil, err
	}
	out := d.filled(n)
	if d.f.s.undefined(d.layout.addr) {
		return out, nil
	}
	seen := make(map[uint64]struct{})
	return out, d.eachChunk(g, func(c storedChunk) error {
		at := d.f.s.at(c.addr)
		number, ok := g.number(c.place)
		if !ok {
			return nil // beyond the current dimensions: the dataset was made smaller
		}
		if _, twice := seen[number]; twice {
			return formatErr(at, "chunk index: chunk %v is listed twice", c.place)
		}
		seen[number] = struct{}{}
		b, err := d.chunkBytes(g, c)
		if err != nil {
			return err
		}
		g.place(out, b, c.place)
		return nil
	})
}

// chunkBytes reads one chunk and undoes its filters.
func (d *Dataset) chunkBytes(g *chunkGrid, c storedChunk) ([]byte, error) {
	const what = "chunk"
	s := d.f.s
	filters := d.filters
	if d.layout.edgesUnfiltered && g.partial(c.place) {
		filters = nil
	}
	if err := s.check(c.addr, c.size, what); err != nil {
		return nil, err
	}
	if c.size > g.bytes+g.bytes/8+1024 {
		return nil, formatErr(s.at(c.addr), "chunk %v: expected about %d bytes at most, found %d", c.place, g.bytes, c.size)
	}
	if g.bytes > maxExpansion*(c.size+1) {
		return nil, formatErr(s.at(c.addr), "chunk %v: %d stored bytes cannot stand for %d", c.place, c.size, g.bytes)
	}
	b, err := s.read(c.addr, c.size, what)
	if err != nil {
		return nil, err
	}
	if b, err = unfilter(b, filters, c.mask, int(g.bytes)); err != nil {
		return nil, fmt.Errorf("%w: %w", formatErr(s.at(c.addr), "chunk %v", c.place), err)
	}
	return b, nil
}

// place copies the part of a chunk that lies within the dataset to where it belongs, row by row.
func (g *chunkGrid) place(out, chunk []byte, place []uint64) {
	rank := len(g.dims)
	size := make([]uint64, rank) // of the part within the dataset
	from, to := uint64(0), uint64(0)
	for i, p := range place {
		size[i] = min(g.chunk[i], g.dims[i]-p*g.chunk[i])
		to = to*g.dims[i] + p*g.chunk[i]
	}
	row := size[rank-1] * g.elem
	index := make([]uint64, rank-1)
	for {
		copy(out[to*g.elem:to*g.elem+row], chunk[from*g.elem:])
		// Step to the next row like an odometer, moving both positions along.
		i := rank - 2
		stepFrom, stepTo := g.chunk[rank-1], g.dims[rank-1]
		for ; i >= 0; i-- {
			from += stepFrom
			to += stepTo
			if index[i]++; index[i] < size[i] {
				break
			}
			from -= index[i] * stepFrom
			to -= index[i] * stepTo
			index[i] = 0
			stepFrom *= g.chunk[i]
			stepTo *= g.dims[i]
		}
		if i < 0 {
			return
		}
	}
}

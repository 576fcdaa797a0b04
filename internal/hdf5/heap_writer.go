package hdf5

// heapWriter packs the strings of a new file into global heap collections (III.E). Every string has an object of its
// own, also an empty or a repeated one, as the library makes them: it frees an object when its only user changes.
type heapWriter struct{ collections []*heapCollection }

type heapCollection struct {
	addr  uint64
	texts []string // object i+1
	used  uint64   // bytes, with the header
	size  uint64
}

type heapID struct {
	collection *heapCollection
	index      uint16
}

const (
	heapHeader        = 16
	minCollection     = 4096    // H5HG_MINSIZE: the library refuses smaller ones
	maxCollectionUsed = 1 << 20 // then a new one is started, so that readers need not load one huge block
	maxHeapObjects    = 65535   // an object's index has 16 bits
)

func (h *heapWriter) add(s string) heapID {
	need := heapHeader + align8(uint64(len(s)))
	var c *heapCollection
	if n := len(h.collections); n > 0 {
		c = h.collections[n-1]
	}
	if c == nil || len(c.texts) == maxHeapObjects || c.used+need > maxCollectionUsed {
		c = &heapCollection{used: heapHeader}
		h.collections = append(h.collections, c)
	}
	c.texts = append(c.texts, s)
	c.used += need
	return heapID{c, uint16(len(c.texts))}
}

// place gives the collections their addresses from start on and returns the end.
func (h *heapWriter) place(start uint64) uint64 {
	for _, c := range h.collections {
		c.addr = start
		c.size = max(minCollection, c.used)
		start += c.size
	}
	return start
}

func (h *heapWriter) encode(e *encoder) {
	for _, c := range h.collections {
		e.padTo(int(c.addr))
		e.bytes([]byte("GCOL")...)
		e.bytes(1, 0, 0, 0)
		e.uint(8, c.size)
		for i, s := range c.texts {
			e.uint(2, uint64(i+1))
			e.uint(2, 1) // reference count
			e.uint(4, 0)
			e.uint(8, uint64(len(s)))
			e.bytes([]byte(s)...)
			e.padTo(int(align8(uint64(len(e.b)))))
		}
		if free := c.size - c.used; free >= heapHeader {
			e.uint(8, 0) // object 0: the free space
			e.uint(8, free)
		}
		e.padTo(int(c.addr + c.size))
	}
}

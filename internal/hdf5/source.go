package hdf5

import (
	"io"
)

// maxExpansion bounds how many bytes a stored byte may stand for: deflate cannot expand by more than 1032
// (zlib's "maximum compression factor"), and no other supported filter comes near. fillAllowance is what a dataset may
// need beyond that, because a dataset that was created and never written has no stored bytes at all.
const (
	maxExpansion  = 1032
	fillAllowance = 16 << 20
)

// source gives bounds-checked access to the bytes of a file. Addresses are relative to base, where the superblock is.
type source struct {
	r       io.ReaderAt
	size    int64 // of the whole file
	base    int64 // offset of the superblock
	offSize int   // bytes of an address: "size of offsets"
	lenSize int   // bytes of a length: "size of lengths"
}

// undefined is the all-ones address that stands for "nothing is stored".
func (s *source) undefined(addr uint64) bool { return addr == allOnes(s.offSize) }

func allOnes(size int) uint64 { return ^uint64(0) >> (64 - 8*size) }

// at is the absolute offset of an address, for messages; it saturates instead of overflowing.
func (s *source) at(addr uint64) int64 {
	if addr > uint64(1<<63-1-s.base) {
		return 1<<63 - 1
	}
	return s.base + int64(addr)
}

// check verifies that n bytes at addr lie within the file.
func (s *source) check(addr, n uint64, what string) error {
	if s.undefined(addr) {
		return formatErr(s.base, "%s: expected an address, found the undefined address", what)
	}
	avail := uint64(s.size - s.base)
	if addr > avail || n > avail-addr {
		return formatErr(s.at(addr), "%s: expected %d bytes, but the file ends at 0x%x", what, n, s.size)
	}
	return nil
}

// read returns n bytes at addr in a new slice. It allocates only after it knows that the file has them.
func (s *source) read(addr, n uint64, what string) ([]byte, error) {
	if err := s.check(addr, n, what); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if err := s.readInto(addr, b, what); err != nil {
		return nil, err
	}
	return b, nil
}

func (s *source) readInto(addr uint64, b []byte, what string) error {
	if err := s.check(addr, uint64(len(b)), what); err != nil {
		return err
	}
	if n, err := s.r.ReadAt(b, s.at(addr)); n < len(b) {
		return formatErr(s.at(addr)+int64(n), "%s: read %d of %d bytes: %v", what, n, len(b), err)
	}
	return nil
}

// cursorAt reads n bytes at addr and returns a cursor over them.
func (s *source) cursorAt(addr, n uint64, what string) (*cursor, error) {
	b, err := s.read(addr, n, what)
	if err != nil {
		return nil, err
	}
	return s.cursor(b, s.at(addr), what), nil
}

func (s *source) cursor(b []byte, offset int64, what string) *cursor {
	return &cursor{b: b, offset: offset, what: what, offSize: s.offSize, lenSize: s.lenSize}
}

// dataLimit is the largest number of bytes that reading one dataset may produce; see maxExpansion.
func (s *source) dataLimit() uint64 { return fillAllowance + maxExpansion*uint64(s.size) }

// walkGuard keeps the traversal of a linked structure finite: no address is entered twice, and all its parts together
// are not larger than the file, which holds for every valid structure because its parts do not overlap.
type walkGuard struct {
	seen  map[uint64]struct{}
	bytes uint64
}

func (g *walkGuard) enter(s *source, addr, n uint64, what string) error {
	if _, again := g.seen[addr]; again {
		return formatErr(s.at(addr), "%s: reached a second time, the structure has a cycle", what)
	}
	if g.seen == nil {
		g.seen = map[uint64]struct{}{}
	}
	g.seen[addr] = struct{}{}
	if g.bytes += min(n, uint64(s.size)+1); g.bytes > uint64(s.size) {
		return formatErr(s.at(addr), "%s: the structure's parts overlap, they sum to more than the file", what)
	}
	return nil
}

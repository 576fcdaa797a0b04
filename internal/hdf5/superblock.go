package hdf5

import (
	"bytes"
	"io"
)

const signature = "\x89HDF\r\n\x1a\n"

// openSource finds and decodes the superblock (II.A) and returns the source and the address of the root group's object
// header. The superblock stands at offset 0, or at 512, 1024, 2048, … after a user block.
func openSource(r io.ReaderAt, size int64) (*source, uint64, error) {
	var sig [len(signature)]byte
	base := int64(0)
	for {
		if size-base < int64(len(sig)) {
			return nil, 0, formatErr(0, "expected the signature %q at offset 0, 512, 1024, …: this is not an HDF5 file", signature)
		}
		if _, err := r.ReadAt(sig[:], base); err != nil {
			return nil, 0, formatErr(base, "superblock: %v", err)
		}
		if bytes.Equal(sig[:], []byte(signature)) {
			break
		}
		base = max(512, 2*base)
	}
	s := &source{r: r, size: size, base: base, offSize: 8, lenSize: 8}
	// The longest superblock (version 1 with 8-byte addresses) has 100 bytes, the shortest complete file is longer.
	c, err := s.cursorAt(0, uint64(min(100, size-base)), "superblock")
	if err != nil {
		return nil, 0, err
	}
	c.skip(len(signature))
	var root uint64
	switch v := c.version(0, 3); {
	case c.err != nil:
		return nil, 0, c.err
	case v <= 1:
		root = decodeSuperblockV0(c, s, v)
	default:
		root = decodeSuperblockV2(c, s)
	}
	if c.err != nil {
		return nil, 0, c.err
	}
	return s, root, nil
}

func decodeSuperblockV0(c *cursor, s *source, version byte) (root uint64) {
	c.version(0, 0) // free-space storage
	c.version(0, 0) // root group symbol table entry
	c.skip(1)
	c.version(0, 0) // shared header message format
	decodeSizes(c, s)
	c.skip(1)
	c.skip(2 + 2 + 4) // group leaf and internal K, which only a writer needs; consistency flags
	if version == 1 {
		c.skip(4)
	}
	c.addr() // base address: the superblock's place counts, as in the library, so that a user block may change
	c.addr() // free-space index
	decodeEndOfFile(c, s)
	if driver := c.addr(); c.err == nil && !s.undefined(driver) {
		c.unsupported("driver information block (a file split over several by the family or multi driver)")
	}
	c.addr() // link name offset of the root entry
	return c.addr()
}

func decodeSuperblockV2(c *cursor, s *source) (root uint64) {
	decodeSizes(c, s)
	c.skip(1) // consistency flags
	c.addr()  // base address
	c.addr()  // superblock extension: only hints for writers and the shared message table, which is met where used
	decodeEndOfFile(c, s)
	root = c.addr()
	c.checksum()
	return root
}

func decodeSizes(c *cursor, s *source) {
	for _, size := range []*int{&s.offSize, &s.lenSize} {
		*size = int(c.u8())
		switch *size {
		case 2, 4, 8:
		case 16, 32:
			c.unsupported("addresses or lengths of %d bytes", *size)
		default:
			c.fail("expected 2, 4 or 8 as size of addresses and lengths, found %d", *size)
		}
	}
	c.offSize, c.lenSize = s.offSize, s.lenSize
}

func decodeEndOfFile(c *cursor, s *source) {
	if end := c.addr(); c.err == nil && (end > uint64(s.size)) {
		c.fail("the file is truncated: expected %d bytes, found %d", end, s.size)
	}
}

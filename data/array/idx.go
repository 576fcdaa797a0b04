package array

import (
	"encoding/binary"
	"fmt"
	"io"
)

// idxKinds are the type codes of the idx format, as its page defines them
// (yann.lecun.com/exdb/mnist, "the idx file format"). All are big-endian.
var idxKinds = map[byte]Kind{0x08: Uint8, 0x09: Int8, 0x0B: Int16, 0x0C: Int32, 0x0D: Float32, 0x0E: Float64}

// ReadIDX reads an idx file: two zero bytes, the type code, the rank, a
// big-endian uint32 for each dimension, and the elements.
func ReadIDX(r io.Reader) (*Array, error) {
	var magic [4]byte
	if err := readHeader(r, magic[:], "idx header"); err != nil {
		return nil, err
	}
	if magic[0] != 0 || magic[1] != 0 {
		return nil, fmt.Errorf("not an idx file: it starts with bytes %#02x %#02x, an idx file with two zeros", magic[0], magic[1])
	}
	kind, ok := idxKinds[magic[2]]
	if !ok {
		return nil, fmt.Errorf("not an idx file: type code %#02x; allowed are 0x08 (uint8), 0x09 (int8), 0x0b (int16), 0x0c (int32), 0x0d (float32), 0x0e (float64)", magic[2])
	}
	rank := int(magic[3])
	if rank == 0 || rank > maxRank {
		return nil, fmt.Errorf("idx header: %d dimensions; 1 to %d are allowed", rank, maxRank)
	}
	dims := make([]byte, 4*rank)
	if err := readHeader(r, dims, "idx header"); err != nil {
		return nil, err
	}
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = int(binary.BigEndian.Uint32(dims[4*i:]))
	}
	size, err := byteSize(kind, shape)
	if err != nil {
		return nil, fmt.Errorf("idx header: %w", err)
	}
	raw, err := readPayload(r, size)
	if err != nil {
		return nil, fmt.Errorf("idx elements: %w", err)
	}
	toLittleEndian(raw, kind.Size())
	return &Array{Kind: kind, Shape: shape, Raw: raw}, nil
}

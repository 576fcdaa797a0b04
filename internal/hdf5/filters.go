package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Filter identifiers registered with the HDF Group.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
	filterLZF        = 32000
)

var filterNames = map[uint16]string{
	4: "szip", 5: "nbit", 6: "scaleoffset", 307: "bzip2", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle",
	32013: "zfp", 32015: "zstandard", 32026: "blosc2",
}

type filter struct {
	id     uint16
	params []uint32
}

// decodeFilters follows IV.A.2.l.
func decodeFilters(c *cursor) ([]filter, error) {
	version := c.version(1, 2)
	n := int(c.u8())
	if version == 1 {
		c.skip(6)
	}
	if n > 32 {
		c.fail("expected at most 32 filters, found %d", n)
	}
	var list []filter
	for range n {
		f := filter{id: c.u16()}
		nameLen := 0
		if version == 1 || f.id >= 256 {
			nameLen = int(c.u16())
		}
		c.skip(2) // flags: whether writing may leave the filter out
		params := int(c.u16())
		if version == 1 {
			nameLen = (nameLen + 7) &^ 7
		}
		name := c.bytes(nameLen)
		for range params {
			f.params = append(f.params, c.u32())
			if c.err != nil {
				return nil, c.err
			}
		}
		if version == 1 && params%2 != 0 {
			c.skip(4)
		}
		switch f.id {
		case filterDeflate, filterShuffle, filterFletcher32, filterLZF:
		default:
			known := filterNames[f.id]
			if known == "" {
				known = string(bytes.TrimRight(name, "\x00"))
			}
			c.unsupported("filter %d (%s); rewrite the file with gzip compression", f.id, known)
		}
		if c.err != nil {
			return nil, c.err
		}
		list = append(list, f)
	}
	return list, c.err
}

var errFilter = errors.New("chunk does not decode")

// unfilter undoes the filters, last first, except those whose bit is set in mask. The result must have want bytes.
func unfilter(b []byte, filters []filter, mask uint32, want int) ([]byte, error) {
	var err error
	for i := len(filters) - 1; i >= 0; i-- {
		if mask>>i&1 != 0 {
			continue
		}
		switch f := filters[i]; f.id {
		case filterDeflate:
			// A fletcher32 applied before deflate adds its four bytes to what deflate gives.
			b, err = inflate(b, want+4*count(filters[:i], filterFletcher32, mask))
		case filterLZF:
			b, err = unLZF(b, want+4*count(filters[:i], filterFletcher32, mask))
		case filterShuffle:
			b, err = unshuffle(b, f)
		case filterFletcher32:
			b, err = checkFletcher32(b)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errFilter, err)
		}
	}
	if len(b) != want {
		return nil, fmt.Errorf("%w: expected %d bytes, found %d", errFilter, want, len(b))
	}
	return b, nil
}

func count(filters []filter, id uint16, mask uint32) int {
	n := 0
	for i, f := range filters {
		if f.id == id && mask>>i&1 == 0 {
			n++
		}
	}
	return n
}

// inflate never holds more than the declared size, whatever the stream claims.
func inflate(b []byte, want int) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	defer z.Close()
	out := make([]byte, want)
	if n, err := io.ReadFull(z, out); err != nil {
		return nil, fmt.Errorf("deflate: expected %d bytes, got %d: %w", want, n, err)
	}
	// Reading on to the end also verifies the checksum.
	if n, err := io.Copy(io.Discard, io.LimitReader(z, 1)); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	} else if n != 0 {
		return nil, fmt.Errorf("deflate: expected %d bytes, the stream goes on", want)
	}
	return out, nil
}

// unshuffle puts the k-th bytes of all elements, which stand together, back into the elements. Bytes after the last
// whole element were not moved.
func unshuffle(b []byte, f filter) ([]byte, error) {
	if len(f.params) != 1 || f.params[0] == 0 {
		return nil, fmt.Errorf("shuffle: expected one parameter, the element size, found %v", f.params)
	}
	size := uint64(f.params[0])
	n := uint64(len(b)) / size
	if size == 1 || n <= 1 {
		return b, nil
	}
	out := make([]byte, len(b))
	for k := range size {
		plane := b[k*n : (k+1)*n]
		for i, at := 0, k; i < len(plane); i, at = i+1, at+size {
			out[at] = plane[i]
		}
	}
	copy(out[n*size:], b[n*size:])
	return out, nil
}

func checkFletcher32(b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, fmt.Errorf("fletcher32: expected at least 4 bytes, found %d", len(b))
	}
	data := b[:len(b)-4]
	stored := binary.LittleEndian.Uint32(b[len(b)-4:])
	if got := fletcher32(data); got != stored {
		return nil, fmt.Errorf("fletcher32: expected checksum 0x%08x, computed 0x%08x", stored, got)
	}
	return data, nil
}

// fletcher32 sums big-endian 16-bit words, an odd last byte being the upper half of one (H5_checksum_fletcher32).
func fletcher32(b []byte) uint32 {
	var s1, s2 uint32
	fold := func() {
		s1 = s1&0xffff + s1>>16
		s2 = s2&0xffff + s2>>16
	}
	for len(b) >= 2 {
		block := b[:min(len(b)&^1, 720)] // 360 words are the most that s2 takes without overflow
		b = b[len(block):]
		for i := 0; i < len(block); i += 2 {
			s1 += uint32(block[i])<<8 | uint32(block[i+1])
			s2 += s1
		}
		fold()
	}
	if len(b) == 1 {
		s1 += uint32(b[0]) << 8
		s2 += s1
		fold()
	}
	fold()
	return s2<<16 | s1
}

// unLZF undoes h5py's LZF filter: a control byte below 32 starts a run of literals, any other a copy from what is
// already there (Marc Lehmann's liblzf).
func unLZF(b []byte, want int) ([]byte, error) {
	out := make([]byte, 0, want)
	short := errors.New("lzf: the stream ends within a token")
	for i := 0; i < len(b); {
		ctrl := int(b[i])
		i++
		if ctrl < 32 {
			n := ctrl + 1
			if n > len(b)-i {
				return nil, short
			}
			if n > want-len(out) {
				return nil, fmt.Errorf("lzf: expected %d bytes, the stream goes on", want)
			}
			out = append(out, b[i:i+n]...)
			i += n
			continue
		}
		n := ctrl >> 5
		if n == 7 {
			if i == len(b) {
				return nil, short
			}
			n += int(b[i])
			i++
		}
		if i == len(b) {
			return nil, short
		}
		from := len(out) - (ctrl&31<<8 | int(b[i])) - 1
		i++
		n += 2
		if from < 0 {
			return nil, errors.New("lzf: a copy from before the start")
		}
		if n > want-len(out) {
			return nil, fmt.Errorf("lzf: expected %d bytes, the stream goes on", want)
		}
		for range n { // byte by byte: source and copy may overlap
			out = append(out, out[from])
			from++
		}
	}
	return out, nil
}

package array

import (
	"errors"
	"fmt"
	"io"
)

// firstChunk is what readPayload allocates on a header's word alone.
const firstChunk = 256 << 10

// readPayload reads exactly size bytes and then the end of r. Past firstChunk the
// buffer grows only as bytes arrive, so a header that lies costs no memory.
func readPayload(r io.Reader, size int) ([]byte, error) {
	buf := make([]byte, min(size, firstChunk))
	n := 0
	for {
		m, err := io.ReadFull(r, buf[n:])
		n += m
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("the header declares %d bytes of elements, the file ends after %d: it is truncated", size, n)
		}
		if err != nil {
			return nil, err
		}
		if n == size {
			break
		}
		grown := make([]byte, min(size, 2*len(buf)))
		copy(grown, buf)
		buf = grown
	}
	var rest [1]byte
	switch _, err := io.ReadFull(r, rest[:]); {
	case err == nil:
		return nil, fmt.Errorf("bytes follow the %d bytes of elements that the header declares", size)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return buf, nil
}

// readHeader fills buf; where names the part for the error.
func readHeader(r io.Reader, buf []byte, where string) error {
	_, err := io.ReadFull(r, buf)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file ends inside its %s: it is truncated", where)
	}
	return err
}

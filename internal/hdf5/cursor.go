package hdf5

import (
	"encoding/binary"
	"fmt"
)

// cursor decodes little-endian fields from a block of bytes. The first error sticks and later reads return zero, so a
// decoder reads all fields of a structure and checks err once.
type cursor struct {
	b       []byte
	pos     int
	offset  int64 // absolute file offset of b[0]
	what    string
	offSize int
	lenSize int
	err     error
}

func (c *cursor) here() int64 { return c.offset + int64(c.pos) }
func (c *cursor) left() int   { return len(c.b) - c.pos }

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = formatErr(c.here(), "%s: %s", c.what, fmt.Sprintf(format, args...))
	}
}

func (c *cursor) unsupported(format string, args ...any) {
	if c.err == nil {
		c.err = unsupported(c.here(), "%s: %s", c.what, fmt.Sprintf(format, args...))
	}
}

// bytes returns the next n bytes without copying, or nil after an error.
func (c *cursor) bytes(n int) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > c.left() {
		c.fail("expected %d more bytes, found %d", n, c.left())
		return nil
	}
	b := c.b[c.pos : c.pos+n : c.pos+n]
	c.pos += n
	return b
}

func (c *cursor) skip(n int) { c.bytes(n) }

// uint reads an unsigned integer of n bytes, 1 <= n <= 8.
func (c *cursor) uint(n int) uint64 {
	if n < 1 || n > 8 {
		c.fail("expected an integer of 1 to 8 bytes, found one of %d", n)
		return 0
	}
	b := c.bytes(n)
	var v uint64
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

func (c *cursor) u8() byte       { return byte(c.uint(1)) }
func (c *cursor) u16() uint16    { return uint16(c.uint(2)) }
func (c *cursor) u32() uint32    { return uint32(c.uint(4)) }
func (c *cursor) u64() uint64    { return c.uint(8) }
func (c *cursor) addr() uint64   { return c.uint(c.offSize) }
func (c *cursor) length() uint64 { return c.uint(c.lenSize) }

func (c *cursor) signature(want string) {
	start := c.pos
	if got := c.bytes(len(want)); c.err == nil && string(got) != want {
		c.pos = start
		c.fail("expected signature %q, found %q", want, got)
	}
}

// version reads a version byte and requires it to lie between lo and hi.
func (c *cursor) version(lo, hi byte) byte {
	start := c.pos
	v := c.u8()
	if c.err == nil && (v < lo || v > hi) {
		c.pos = start
		if v > hi {
			c.unsupported("version %d, this package reads %d to %d", v, lo, hi)
		} else {
			c.fail("expected version %d to %d, found %d", lo, hi, v)
		}
	}
	return v
}

// zeroTerminated reads up to and including the next NUL and returns what stands before it.
func (c *cursor) zeroTerminated() []byte {
	for i := c.pos; c.err == nil && i < len(c.b); i++ {
		if c.b[i] == 0 {
			s := c.b[c.pos:i]
			c.pos = i + 1
			return s
		}
	}
	c.fail("expected a NUL-terminated name")
	return nil
}

// checksum reads the stored Jenkins checksum of everything before it in the block.
func (c *cursor) checksum() {
	end := c.pos
	stored := c.u32()
	if c.err != nil {
		return
	}
	if got := lookup3(c.b[:end]); got != stored {
		c.pos = end
		c.fail("expected checksum 0x%08x over the bytes from 0x%x, computed 0x%08x", stored, c.offset, got)
	}
}

// sub takes the next n bytes as a cursor of their own.
func (c *cursor) sub(n int, what string) *cursor {
	at := c.here()
	b := c.bytes(n)
	return &cursor{b: b, offset: at, what: what, offSize: c.offSize, lenSize: c.lenSize, err: c.err}
}

// lookup3 is Bob Jenkins' hashlittle() with initial value 0, the checksum of all version 2 structures.
func lookup3(k []byte) uint32 {
	rot := func(x uint32, n uint) uint32 { return x<<n | x>>(32-n) }
	a := 0xdeadbeef + uint32(len(k))
	b, c := a, a
	for len(k) > 12 {
		a += binary.LittleEndian.Uint32(k)
		b += binary.LittleEndian.Uint32(k[4:])
		c += binary.LittleEndian.Uint32(k[8:])
		a = (a - c) ^ rot(c, 4)
		c += b
		b = (b - a) ^ rot(a, 6)
		a += c
		c = (c - b) ^ rot(b, 8)
		b += a
		a = (a - c) ^ rot(c, 16)
		c += b
		b = (b - a) ^ rot(a, 19)
		a += c
		c = (c - b) ^ rot(b, 4)
		b += a
		k = k[12:]
	}
	if len(k) == 0 {
		return c
	}
	var tail [12]byte
	copy(tail[:], k)
	a += binary.LittleEndian.Uint32(tail[0:])
	b += binary.LittleEndian.Uint32(tail[4:])
	c += binary.LittleEndian.Uint32(tail[8:])
	c = (c ^ b) - rot(b, 14)
	a = (a ^ c) - rot(c, 11)
	b = (b ^ a) - rot(a, 25)
	c = (c ^ b) - rot(b, 16)
	a = (a ^ c) - rot(c, 4)
	b = (b ^ a) - rot(a, 14)
	c = (c ^ b) - rot(b, 24)
	return c
}

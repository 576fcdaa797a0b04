package hdf5

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// Files are written with superblock version 2, version 2 object headers and links inside the headers (HDF5 1.8, 2008,
// and later): every structure carries a checksum, and none needs a B-tree. The order is: superblock, all object headers
// (parents before children, siblings by name), the global heap with all strings, raw data.

const (
	superblockSize = 48
	undefinedAddr  = math.MaxUint64
)

// encoder appends little-endian fields.
type encoder struct{ b []byte }

func (e *encoder) bytes(b ...byte) { e.b = append(e.b, b...) }

func (e *encoder) uint(n int, v uint64) {
	for range n {
		e.b = append(e.b, byte(v))
		v >>= 8
	}
}

func (e *encoder) checksum(from int) { e.uint(4, uint64(lookup3(e.b[from:]))) }

func (e *encoder) padTo(n int) {
	for len(e.b) < n {
		e.b = append(e.b, 0)
	}
}

func align8(n uint64) uint64 { return (n + 7) &^ 7 }

// Bytes returns the file.
func (b *Builder) Bytes() ([]byte, error) {
	e := &encoder{}
	if _, err := b.WriteTo(e); err != nil {
		return nil, err
	}
	return e.b, nil
}

// Write makes an encoder the target of Bytes.
func (e *encoder) Write(p []byte) (int, error) {
	e.b = append(e.b, p...)
	return len(p), nil
}

// WriteTo writes the file. The same content gives the same bytes. An error leaves a partial file: callers who replace
// a file write to a temporary one first.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	if b.err != nil {
		return 0, b.err
	}
	root := &node{group: b.root}
	p := &planner{}
	p.headers(root, superblockSize)
	p.strings()
	metadata := p.end
	p.rawData()

	e := &encoder{}
	e.bytes([]byte(signature)...)
	e.bytes(2, 8, 8, 0)
	e.uint(8, 0) // base address
	e.uint(8, undefinedAddr)
	e.uint(8, p.end)
	e.uint(8, root.addr)
	e.checksum(0)
	for _, n := range p.nodes {
		e.padTo(int(n.addr))
		n.encodeHeader(e)
	}
	p.heap.encode(e)
	e.padTo(int(metadata)) // also where nothing follows: the superblock promises this length
	out := &counter{w: w}
	out.write(e.b)
	for _, n := range p.nodes {
		if n.data != nil {
			n.data.write(out)
		}
	}
	return int64(out.n), out.err
}

// planner gives every part of the file its address.
type planner struct {
	nodes []*node // in file order
	heap  heapWriter
	end   uint64 // first free address
}

func (p *planner) headers(n *node, start uint64) {
	n.addr = start
	size := &encoder{}
	n.encodeHeader(size) // with addresses that are not known yet, but have a fixed size
	p.nodes = append(p.nodes, n)
	p.end = align8(start + uint64(len(size.b)))
	for _, child := range n.children() {
		p.headers(child, p.end)
	}
}

func (n *node) children() []*node {
	if n.group == nil {
		return nil
	}
	sorted := make([]*node, 0, len(n.group.nodes))
	for _, name := range slices.Sorted(maps.Keys(n.group.nodes)) {
		sorted = append(sorted, n.group.nodes[name])
	}
	return sorted
}

func (p *planner) strings() {
	for _, n := range p.nodes {
		if n.data == nil {
			continue
		}
		if texts, ok := n.data.data.([]string); ok {
			n.data.refs = make([]heapID, len(texts))
			for i, s := range texts {
				n.data.refs[i] = p.heap.add(s)
			}
		}
	}
	p.end = p.heap.place(p.end)
}

func (p *planner) rawData() {
	for _, n := range p.nodes {
		if d := n.data; d != nil {
			if d.addr = undefinedAddr; d.count > 0 {
				d.addr = align8(p.end)
				p.end = d.addr + uint64(d.count*d.size)
			}
		}
	}
}

// encodeHeader appends a version 2 object header (IV.A.1.b) with the messages of a group or a dataset.
func (n *node) encodeHeader(e *encoder) {
	m := &encoder{}
	message := func(typ byte, flags byte, body func(e *encoder)) {
		b := &encoder{}
		body(b)
		m.bytes(typ)
		m.uint(2, uint64(len(b.b)))
		m.bytes(flags)
		m.bytes(b.b...)
	}
	if n.group != nil {
		n.groupMessages(message)
	} else {
		n.data.messages(message)
	}
	start := len(e.b)
	e.bytes([]byte("OHDR")...)
	e.bytes(2, 2) // version; the size has four bytes
	e.uint(4, uint64(len(m.b)))
	e.bytes(m.b...)
	e.checksum(start)
}

type messageWriter func(typ byte, flags byte, body func(e *encoder))

func (n *node) groupMessages(message messageWriter) {
	children := n.children()
	message(msgLinkInfo, 0, func(e *encoder) {
		e.bytes(0, 0)
		e.uint(8, undefinedAddr) // no fractal heap
		e.uint(8, undefinedAddr) // no B-tree
	})
	message(msgGroupInfo, 0, func(e *encoder) {
		// The library would move more than 8 links into a fractal heap when it changes the group. Saying that this many
		// are fine keeps the group as it is.
		const libraryDefault, least = 8, 6
		if len(children) <= libraryDefault {
			e.bytes(0, 0)
			return
		}
		e.bytes(0, 1)
		e.uint(2, uint64(min(len(children), math.MaxUint16)))
		e.uint(2, least)
	})
	for _, child := range children {
		message(msgLink, 0, func(e *encoder) {
			const utf8Name, twoByteLength = 0x10, 1
			e.bytes(1, utf8Name|twoByteLength, 1)
			e.uint(2, uint64(len(child.name)))
			e.bytes([]byte(child.name)...)
			e.uint(8, child.addr)
		})
	}
}

func (d *datasetBuilder) messages(message messageWriter) {
	const constant = 1
	message(msgDataspace, 0, func(e *encoder) {
		kind := byte(0) // scalar
		if len(d.shape) > 0 {
			kind = 1 // simple
		}
		e.bytes(2, byte(len(d.shape)), 0, kind)
		for _, n := range d.shape {
			e.uint(8, uint64(n))
		}
	})
	message(msgDatatype, constant, func(e *encoder) { e.bytes(elementType(d.data).message...) })
	// Version 3: space is allocated late, the default fill value is written if set.
	message(msgFillValue, constant, func(e *encoder) { e.bytes(3, 0x0a) })
	message(msgLayout, 0, func(e *encoder) {
		e.bytes(3, byte(layoutContiguous))
		e.uint(8, d.addr)
		e.uint(8, uint64(d.count*d.size))
	})
}

// write appends the raw data at its address.
func (d *datasetBuilder) write(out *counter) {
	if d.count == 0 {
		return
	}
	out.write(make([]byte, d.addr-out.n))
	// Blocks keep the memory small beside the data itself.
	const block = 1 << 16
	buf := make([]byte, 0, min(block, d.count)*d.size)
	for at := 0; at < d.count; at += block {
		buf = d.appendElements(buf[:0], at, min(at+block, d.count))
		out.write(buf)
	}
}

// appendElements encodes elements from to to-1.
func (d *datasetBuilder) appendElements(b []byte, from, to int) []byte {
	le := binary.LittleEndian
	switch data := d.data.(type) {
	case []int8:
		for _, v := range data[from:to] {
			b = append(b, byte(v))
		}
	case []uint8:
		b = append(b, data[from:to]...)
	case []int16:
		for _, v := range data[from:to] {
			b = le.AppendUint16(b, uint16(v))
		}
	case []uint16:
		for _, v := range data[from:to] {
			b = le.AppendUint16(b, v)
		}
	case []int32:
		for _, v := range data[from:to] {
			b = le.AppendUint32(b, uint32(v))
		}
	case []uint32:
		for _, v := range data[from:to] {
			b = le.AppendUint32(b, v)
		}
	case []int64:
		for _, v := range data[from:to] {
			b = le.AppendUint64(b, uint64(v))
		}
	case []uint64:
		for _, v := range data[from:to] {
			b = le.AppendUint64(b, v)
		}
	case []float32:
		for _, v := range data[from:to] {
			b = le.AppendUint32(b, math.Float32bits(v))
		}
	case []float64:
		for _, v := range data[from:to] {
			b = le.AppendUint64(b, math.Float64bits(v))
		}
	case []bool:
		for _, v := range data[from:to] {
			bit := byte(0)
			if v {
				bit = 1
			}
			b = append(b, bit)
		}
	case []string:
		for i, v := range data[from:to] {
			ref := d.refs[from+i]
			b = le.AppendUint32(b, uint32(len(v)))
			b = le.AppendUint64(b, ref.collection.addr)
			b = le.AppendUint32(b, uint32(ref.index))
		}
	}
	return b
}

// counter counts what it has written and keeps the first error.
type counter struct {
	w   io.Writer
	n   uint64
	err error
}

func (c *counter) write(b []byte) {
	if c.err != nil {
		return
	}
	n, err := c.w.Write(b)
	c.n += uint64(n)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		c.err = fmt.Errorf("hdf5: write: %w", err)
	}
}

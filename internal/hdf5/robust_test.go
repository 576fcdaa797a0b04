package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// readAll reads everything that a file offers, and fails unless every error is one of the package's own kinds.
func readAll(b []byte) error {
	f, err := Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	var first error
	keep := func(err error) {
		if err != nil && first == nil {
			first = err
		}
	}
	object := func(o Object) {
		attrs, err := o.Attrs()
		keep(err)
		for _, a := range attrs {
			for _, read := range readers(&a.Array) {
				keepUnlessType(keep, read())
			}
		}
		switch o := o.(type) {
		case *Dataset:
			_ = o.String()
			for _, read := range readers(&o.Array) {
				keepUnlessType(keep, read())
			}
		case *Group:
			for _, name := range o.Names() {
				if _, err := o.Child(name); err != nil && !errors.Is(err, ErrNotFound) {
					keep(err)
				}
			}
		}
	}
	object(f.Root())
	keep(f.Walk(func(o Object) error { object(o); return nil }))
	return first
}

func keepUnlessType(keep func(error), err error) {
	if !errors.Is(err, ErrType) {
		keep(err)
	}
}

func requireOwnError(t testing.TB, err error) {
	if err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrUnsupported) {
		require.NoError(t, err, "neither ErrFormat nor ErrUnsupported")
	}
}

// Every proper prefix of a file is refused, because the superblock gives the length.
func TestTruncated(t *testing.T) {
	for _, name := range fixtures(t) {
		b, err := os.ReadFile(fixture(name))
		require.NoError(t, err)
		for n := 0; n < len(b); n += 1 + n/64 {
			_, err := Read(bytes.NewReader(b[:n]), int64(n))
			require.ErrorIs(t, err, ErrFormat, "%s cut to %d bytes", name, n)
		}
	}
}

// A damaged byte anywhere gives correct content or an error of this package, and in checksummed metadata an error.
func TestDamagedBytes(t *testing.T) {
	for _, name := range fixtures(t) {
		b, err := os.ReadFile(fixture(name))
		require.NoError(t, err)
		for i := range b {
			// A sample keeps this fast; every fifth byte was tried once, and FuzzRead tries the others.
			if i%211 != len(name) {
				continue
			}
			for _, v := range []byte{b[i] ^ 0x01, 0xff} {
				damaged := bytes.Clone(b)
				damaged[i] = v
				requireOwnError(t, readAll(damaged))
			}
		}
	}
	written := encode(t, everything())
	f, err := Read(bytes.NewReader(written), int64(len(written)))
	require.NoError(t, err)
	for i := range int(f.Root().h.addr) + 600 {
		damaged := bytes.Clone(written)
		damaged[i] ^= 0x10
		require.Error(t, readAll(damaged), "byte %d", i)
	}
}

// patch finds the only place of a byte sequence and replaces it.
func patch(t *testing.T, b []byte, from, to []byte) []byte {
	require.Equal(t, 1, bytes.Count(b, from))
	require.Len(t, to, len(from))
	return bytes.Replace(b, from, to, 1)
}

// Hostile sizes and links are refused before anything large is allocated and without endless work.
func TestHostile(t *testing.T) {
	word := func(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }
	t.Run("huge dataset without data", func(t *testing.T) {
		b, err := os.ReadFile(fixture("userblock"))
		require.NoError(t, err)
		// Simple dataspace, version 1, rank 1, maximum present: 4 of at most 4.
		dims := append(append([]byte{1, 1, 1, 0, 0, 0, 0, 0}, word(4)...), word(4)...)
		huge := append(append([]byte{1, 1, 1, 0, 0, 0, 0, 0}, word(1<<40)...), word(1<<40)...)
		require.ErrorContains(t, readAll(patch(t, b, dims, huge)), "are more than a file of")
	})
	t.Run("continuation of itself", func(t *testing.T) {
		h := &encoder{}
		h.bytes(1, 0, 1, 0)
		h.uint(4, 1)
		h.uint(8, 24)                             // bytes of messages
		h.bytes(0x10, 0, 16, 0, 0, 0, 0, 0)       // continuation
		h.bytes(append(word(16), word(24)...)...) // of the same bytes
		s := &source{r: bytes.NewReader(h.b), size: int64(len(h.b)), offSize: 8, lenSize: 8}
		_, err := s.readHeader(0)
		require.ErrorContains(t, err, "reached a second time")
	})
	t.Run("B-tree in circles", func(t *testing.T) {
		node := func(level, entries byte, children ...uint64) []byte {
			n := &encoder{}
			n.bytes([]byte("TREE")...)
			n.bytes(0, level, entries, 0)
			n.uint(8, undefinedAddr)
			n.uint(8, undefinedAddr)
			n.uint(8, 0)
			for _, child := range children {
				n.uint(8, child)
				n.uint(8, 0)
			}
			return n.b
		}
		walk := func(b []byte) error {
			s := &source{r: bytes.NewReader(b), size: int64(len(b)), offSize: 8, lenSize: 8}
			tree := &btree1{s: s, keySize: 8, leaf: func(*cursor, uint64) error { return nil }}
			return tree.node(0, -1)
		}
		require.ErrorContains(t, walk(node(1, 1, 0)), "expected level 0, found 1")
		root := node(1, 2, 64, 64)
		require.Len(t, root, 64)
		require.ErrorContains(t, walk(append(root, node(0, 1, 0)...)), "reached a second time")
	})
	t.Run("chunk that inflates beyond its size", func(t *testing.T) {
		b, err := os.ReadFile(fixture("filters_latest"))
		require.NoError(t, err)
		f, err := Read(bytes.NewReader(b), int64(len(b)))
		require.NoError(t, err)
		d, err := f.Root().Dataset("one_chunk")
		require.NoError(t, err)
		stored := make([]byte, 0)
		g, err := d.grid()
		require.NoError(t, err)
		require.NoError(t, d.eachChunk(g, func(c storedChunk) error {
			stored, err = f.s.read(c.addr, c.size, "chunk")
			return err
		}))
		_, err = inflate(stored, int(g.bytes))
		require.NoError(t, err)
		_, err = inflate(stored, int(g.bytes)-1)
		require.ErrorContains(t, err, "the stream goes on")
		_, err = inflate(stored, int(g.bytes)+1)
		require.ErrorContains(t, err, "expected 253 bytes, got 252")
	})
	t.Run("soft links that multiply", func(t *testing.T) {
		// Each link names the next one many times over, so that following all of them would take 8¹⁵ steps.
		g := &Group{object: object{f: &File{}, path: "/", h: &objectHeader{}}, byName: map[string]int{}}
		g.f.root = g
		for i := range 16 {
			target := ""
			for range 8 {
				target += fmt.Sprintf("/l%d", i+1)
			}
			if i == 15 {
				target = "/"
			}
			g.byName[fmt.Sprintf("l%d", i)] = i
			g.links = append(g.links, link{name: fmt.Sprintf("l%d", i), kind: linkSoft, target: target[1:]})
		}
		_, err := g.Child("l0")
		require.ErrorContains(t, err, "more than 16 soft links")
	})
	t.Run("empty file", func(t *testing.T) { // found by TestRoundTrip: the file ended before its stated length
		b := encode(t, NewBuilder())
		require.NoError(t, readAll(b))
	})
}

// FuzzRead: whatever the bytes, reading everything ends, without a panic and with errors that say where.
func FuzzRead(f *testing.F) {
	for _, name := range fixtures(f) {
		b, err := os.ReadFile(fixture(name))
		require.NoError(f, err)
		f.Add(b)
	}
	b := NewBuilder()
	putAll(b.Root())
	f.Add(encode(f, b))
	f.Fuzz(func(t *testing.T, b []byte) {
		requireOwnError(t, readAll(b))
	})
}

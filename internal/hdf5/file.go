package hdf5

import (
	"fmt"
	"io"
	"os"
)

// File is an HDF5 file that is open for reading. It keeps what it has read of strings, so it is not safe for
// concurrent use. Its objects stay usable until Close.
type File struct {
	s      *source
	heap   *globalHeap
	root   *Group
	closer io.Closer
}

// Open opens the file at path. Errors name the path.
func Open(path string) (*File, error) {
	osFile, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var f *File
	info, err := osFile.Stat()
	if err == nil {
		if info.Mode().IsRegular() {
			f, err = Read(osFile, info.Size())
		} else {
			err = fmt.Errorf("%w: not a regular file", ErrFormat)
		}
	}
	if err != nil {
		osFile.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.closer = osFile
	return f, nil
}

// Read opens the HDF5 file in the first size bytes of r, which it goes on reading until it is no longer used.
func Read(r io.ReaderAt, size int64) (*File, error) {
	s, rootAddr, err := openSource(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{s: s, heap: &globalHeap{s: s}}
	o, err := f.open(rootAddr, "/", nil)
	if err != nil {
		return nil, fmt.Errorf("/: %w", err)
	}
	root, ok := o.(*Group)
	if !ok {
		return nil, formatErr(s.at(rootAddr), "expected the root object to be a group, found a %s", describe(o))
	}
	f.root = root
	return f, nil
}

// Close closes the file that Open opened. After Read it does nothing.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Root is the group at the top.
func (f *File) Root() *Group { return f.root }

// Walk calls visit for every object below the root, parents before children and siblings in name order. An object with
// several links is visited once, under the first name, as in H5Ovisit, so that a walk ends whatever the links. Soft
// links and links out of the file are not followed. An error from visit, or from opening an object, ends the walk.
func (f *File) Walk(visit func(Object) error) error {
	return walk(f.root, map[uint64]struct{}{f.root.address(): {}}, visit)
}

func walk(g *Group, seen map[uint64]struct{}, visit func(Object) error) error {
	for _, l := range g.links {
		if l.kind != linkHard {
			continue
		}
		if _, again := seen[l.addr]; again {
			continue
		}
		seen[l.addr] = struct{}{}
		o, err := g.follow(l, new(int))
		if err != nil {
			return err
		}
		if err := visit(o); err != nil {
			return err
		}
		if sub, ok := o.(*Group); ok {
			if err := walk(sub, seen, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

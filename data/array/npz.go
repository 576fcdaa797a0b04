package array

import (
	"archive/zip"
	"fmt"
	"io"
	"sort"
	"strings"
)

// NPZ is an open .npz file: a zip archive with an .npy file for each array.
type NPZ struct {
	files map[string]*zip.File
	names []string
}

// OpenNPZ reads the directory of an .npz file of size bytes. Arrays are read
// on demand, and r must stay open until then.
func OpenNPZ(r io.ReaderAt, size int64) (*NPZ, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not an npz file, or a truncated one: %w", err)
	}
	z := &NPZ{files: map[string]*zip.File{}}
	for _, f := range archive.File {
		name, isArray := strings.CutSuffix(f.Name, ".npy")
		if !isArray {
			continue
		}
		if z.files[name] != nil {
			return nil, fmt.Errorf("npz file: array %q twice", clip(name))
		}
		z.files[name] = f
		z.names = append(z.names, name)
	}
	sort.Strings(z.names)
	return z, nil
}

// Names returns the arrays' names, sorted, without the suffix .npy.
func (z *NPZ) Names() []string { return z.names }

// Read reads the array of that name; see [ReadNPY]. The archive's checksum of
// it is verified.
func (z *NPZ) Read(name string) (*Array, error) {
	f := z.files[name]
	if f == nil {
		return nil, fmt.Errorf("npz file: no array %q; it holds %s", name, listNames(z.names))
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("npz file: array %q: %w", name, err)
	}
	defer r.Close()
	a, err := ReadNPY(r)
	if err != nil {
		return nil, fmt.Errorf("npz file: array %q: %w", name, err)
	}
	return a, nil
}

// listNames writes names for an error line.
func listNames(names []string) string {
	const most = 12
	switch {
	case len(names) == 0:
		return "no arrays"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

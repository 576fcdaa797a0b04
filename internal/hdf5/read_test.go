package hdf5

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every value, shape, type and attribute of every fixture is what h5py reads.
func TestReadFixtures(t *testing.T) {
	for _, name := range fixtures(t) {
		if strings.HasPrefix(name, "refused") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			f := openFixture(t, name)
			want := readExpected(t, name)
			if strings.HasPrefix(name, "indexes") {
				delete(want.Objects, "/extensible") // refused by name, see TestRefused
				require.NoError(t, removeLink(f.Root(), "extensible"))
			}
			requireSame(t, want, f)
		})
	}
}

// removeLink hides a link of an open group.
func removeLink(g *Group, name string) error {
	for i, l := range g.links {
		if l.name == name {
			g.links = append(g.links[:i], g.links[i+1:]...)
			return nil
		}
	}
	return ErrNotFound
}

// What is valid HDF5 but not read is named, and the rest of its file stays readable.
func TestRefused(t *testing.T) {
	tests := []struct{ file, path, names string }{
		{"refused", "array", "array"},
		{"refused", "bfloat16", "float of 2 bytes with 8 exponent and 7 mantissa bits"},
		{"refused", "complex", "co"}, // a compound for old readers, a class of its own since version 2.0
		{"refused", "compound", "compound"},
		{"refused", "external", "data in external files"},
		{"refused", "narrow", "integer of 24 bits"},
		{"refused", "opaque", "opaque"},
		{"refused", "reference", "reference"},
		{"refused", "scaleoffset", "filter 6 (scaleoffset)"},
		{"refused", "sequence", "variable-length sequence"},
		{"indexes", "extensible", "extensible array chunk index"},
	}
	files := map[string][]string{"refused": {"earliest", "latest"}, "indexes": {"v110", "latest"}}
	for _, tt := range tests {
		for _, bounds := range files[tt.file] {
			t.Run(tt.path+"/"+bounds, func(t *testing.T) {
				d, err := openFixture(t, tt.file+"_"+bounds).Root().Dataset(tt.path)
				require.NoError(t, err)
				// The reader that fits the kind, or any where none does.
				read := d.Int64s
				if d.Kind() == KindOther {
					for name, read := range readers(&d.Array) {
						require.ErrorIs(t, read(), ErrUnsupported, name)
					}
				}
				_, err = read()
				require.ErrorIs(t, err, ErrUnsupported)
				require.ErrorContains(t, err, tt.names)
				require.ErrorContains(t, err, "/"+tt.path+": ")
			})
		}
	}
	for _, bounds := range files["refused"] {
		d, err := openFixture(t, "refused_"+bounds).Root().Dataset("fine")
		require.NoError(t, err)
		v, err := d.Int64s()
		require.NoError(t, err)
		require.Equal(t, []int64{3}, v)
	}
	d, err := openFixture(t, "refused_latest").Root().Dataset("virtual")
	require.NoError(t, err)
	_, err = d.Int64s()
	require.ErrorIs(t, err, ErrUnsupported)
	require.ErrorContains(t, err, "virtual dataset")
	g, err := openFixture(t, "refused_huge").Root().Group("huge")
	require.NoError(t, err)
	_, err = g.Attrs()
	require.ErrorIs(t, err, ErrUnsupported)
	require.ErrorContains(t, err, "attribute of more than 4096 bytes in dense storage")
}

// readers are all ways to get at the values.
func readers(a *Array) map[string]func() error {
	return map[string]func() error{
		"Float64s": func() error { _, err := a.Float64s(); return err },
		"Float32s": func() error { _, err := a.Float32s(); return err },
		"Int64s":   func() error { _, err := a.Int64s(); return err },
		"Uint64s":  func() error { _, err := a.Uint64s(); return err },
		"Bools":    func() error { _, err := a.Bools(); return err },
		"Strings":  func() error { _, err := a.Strings(); return err },
	}
}

// Sequences of variable length: h5py's vlen_dtype, as the Heidelberg sets use it.
func TestSequences(t *testing.T) {
	for _, bounds := range []string{"earliest", "latest"} {
		d, err := openFixture(t, "refused_"+bounds).Root().Dataset("sequence")
		require.NoError(t, err)
		rows, err := d.Sequences()
		require.NoError(t, err)
		require.Len(t, rows, 2)
		for i, want := range [][]int64{{0, 1}, {0, 1, 2}} {
			require.Equal(t, []int{len(want)}, rows[i].Shape())
			require.Equal(t, KindInt, rows[i].Kind())
			v, err := rows[i].Int64s()
			require.NoError(t, err)
			require.Equal(t, want, v)
			_, err = rows[i].Strings()
			require.ErrorIs(t, err, ErrType)
		}
		fine, err := openFixture(t, "refused_"+bounds).Root().Dataset("fine")
		require.NoError(t, err)
		_, err = fine.Sequences()
		require.ErrorIs(t, err, ErrType)
	}
}

func TestLinks(t *testing.T) {
	for _, bounds := range []string{"earliest", "latest"} {
		t.Run(bounds, func(t *testing.T) {
			root := openFixture(t, "links_"+bounds).Root()
			require.Equal(t, []string{"a", "dangling", "loop", "outside", "soft", "through"}, root.Names())
			require.True(t, root.Has("soft"))
			require.False(t, root.Has("a/b"))
			for _, path := range []string{"a/b/value", "/a/b/again", "soft", "a/b/relative", "through/value", "./a//b/value"} {
				d, err := root.Dataset(path)
				require.NoError(t, err, path)
				v, err := d.Float64s()
				require.NoError(t, err, path)
				require.Equal(t, []float64{1.5}, v, path)
			}
			g, err := root.Group("a/b")
			require.NoError(t, err)
			require.Equal(t, "/a/b", g.Path())
			d, err := g.Dataset("/soft")
			require.NoError(t, err)
			require.Equal(t, "/a/b/value", d.Path())

			failures := []struct {
				path string
				kind error
				text string
			}{
				{"missing", ErrNotFound, "/missing: not found"},
				{"a/missing/x", ErrNotFound, "/a/missing: not found"},
				{"dangling", ErrNotFound, `/dangling: soft link to "/nowhere": /nowhere: not found`},
				{"loop", ErrFormat, "more than 16 soft links"},
				{"outside", ErrUnsupported, `external link to "other.h5"`},
				{"a/b/cycle", ErrUnsupported, "hard link to the group /a that contains it"},
				{"soft/x", ErrType, `expected a group that holds "x", found a dataset`},
				{"a", ErrType, "expected a dataset, found a group"},
			}
			for _, tt := range failures {
				_, err := root.Dataset(tt.path)
				require.ErrorIs(t, err, tt.kind, tt.path)
				require.ErrorContains(t, err, tt.text, tt.path)
			}
			_, err = root.Group("soft")
			require.ErrorIs(t, err, ErrType)
		})
	}
}

// Values come back losslessly or not at all.
func TestConversionErrors(t *testing.T) {
	root := openFixture(t, "types_earliest").Root()
	tests := []struct {
		path, reader, text string
	}{
		{"<f8", "Float32s", "expected float32 or float16, found type float64"},
		{"<f4", "Int64s", "expected integers, found type float32"},
		{"<i4", "Strings", "expected strings, found type int32"},
		{"<i4", "Uint64s", "expected unsigned integers"},
		{"<u8", "Int64s", "element 4 is 18446744073709551615, too large for int64"},
		{"<i8", "Float64s", "element 0 is -9223372036854775808, which float64 does not hold exactly"},
		{"bool", "Float64s", "expected numbers, found type bool"},
		{"enum", "Bools", "expected booleans, found type enum[int16] (big-endian)"},
	}
	for _, tt := range tests {
		d, err := root.Dataset(tt.path)
		require.NoError(t, err)
		err = readers(&d.Array)[tt.reader]()
		require.ErrorIs(t, err, ErrType, tt.path)
		require.ErrorContains(t, err, "/"+tt.path+": ")
		require.ErrorContains(t, err, tt.text)
	}
	d, err := root.Dataset("enum")
	require.NoError(t, err)
	require.Equal(t, []EnumMember{{"BLUE", 500}, {"GREEN", 0}, {"RED", -1}}, d.Type().Members)
	d, err = root.Dataset(">i2")
	require.NoError(t, err)
	v, err := d.Float64s()
	require.NoError(t, err)
	require.Equal(t, []float64{-32768, -1, 0, 1, 32767}, v)
	b, err := d.Bytes()
	require.NoError(t, err)
	require.Equal(t, []byte{0x80, 0, 0xff, 0xff, 0, 0, 0, 1, 0x7f, 0xff}, b)
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := dir + "/" + name
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	whole, err := os.ReadFile(fixture("types_latest"))
	require.NoError(t, err)
	damaged := bytes.Clone(whole)
	damaged[20] ^= 1
	newer := bytes.Clone(whole)
	newer[8] = 9
	tests := []struct {
		path string
		kind error
		text string
	}{
		{dir + "/absent", os.ErrNotExist, "absent"},
		{dir, ErrFormat, "not a regular file"},
		{write("empty", ""), ErrFormat, "this is not an HDF5 file"},
		{write("text", strings.Repeat("not HDF5 ", 500)), ErrFormat, "this is not an HDF5 file"},
		{write("half", string(whole[:len(whole)/2])), ErrFormat, "the file is truncated: expected 13369 bytes, found 6684"},
		{write("damaged", string(damaged)), ErrFormat, "superblock: expected checksum"},
		{write("newer", string(newer)), ErrUnsupported, "superblock: version 9"},
	}
	for _, tt := range tests {
		_, err := Open(tt.path)
		require.ErrorIs(t, err, tt.kind, tt.text)
		require.ErrorContains(t, err, tt.text)
		require.ErrorContains(t, err, tt.path)
	}
}

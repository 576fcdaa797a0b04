package array

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/sbinet/npyio"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// npy builds an .npy file of version 1 from its dictionary and elements.
func npy(dictionary string, elements ...byte) []byte {
	b := append([]byte(npyMagic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(dictionary)))
	return append(append(b, dictionary...), elements...)
}

// The files of testdata/make.py hold 0…23 in shape 3×2×4: minus 12 for signed
// kinds, that halved for floats, modulo 2 for bool.
func TestNPZOfNumPy(t *testing.T) {
	for _, file := range []string{"stored.npz", "deflated.npz"} {
		t.Run(file, func(t *testing.T) {
			f, err := os.Open("testdata/" + file)
			require.NoError(t, err)
			defer f.Close()
			info, err := f.Stat()
			require.NoError(t, err)
			z, err := OpenNPZ(f, info.Size())
			require.NoError(t, err)
			require.Len(t, z.Names(), 12*4+2)
			for _, name := range z.Names() {
				a, err := z.Read(name)
				require.NoError(t, err, name)
				switch name {
				case "scalar":
					require.Empty(t, a.Shape)
					require.EqualValues(t, 7, a.Int(0))
					continue
				case "empty":
					require.Equal(t, []int{0, 5}, a.Shape)
					require.Zero(t, a.Len())
					continue
				}
				require.Equal(t, []int{3, 2, 4}, a.Shape, name)
				require.Equal(t, 24, a.Len(), name)
				for i := range 24 {
					want := float64(i)
					switch name[0] {
					case 'b':
						want = float64(i % 2)
					case 'i':
						want = float64(i - 12)
					case 'f':
						want = float64(i-12) / 2
					}
					require.Equal(t, want, a.Real(i), "%s[%d]", name, i)
				}
			}
		})
	}
}

func TestNPYVersions(t *testing.T) {
	for version := 1; version <= 3; version++ {
		raw, err := os.ReadFile(fmt.Sprintf("testdata/version%d.npy", version))
		require.NoError(t, err)
		a, err := ReadNPY(bytes.NewReader(raw))
		require.NoError(t, err)
		require.Equal(t, "uint16 2×3", a.String())
		require.Equal(t, []byte{0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0}, a.Raw)
	}
}

// All 65,536 float16 values become what NumPy's astype gives.
func TestHalfIsWidenedAsByNumPy(t *testing.T) {
	elements := make([]byte, 0, 2<<16)
	for h := range 1 << 16 {
		elements = binary.LittleEndian.AppendUint16(elements, uint16(h))
	}
	a, err := ReadNPY(bytes.NewReader(npy("{'descr': '<f2', 'fortran_order': False, 'shape': (65536,), }", elements...)))
	require.NoError(t, err)
	require.Equal(t, Float32, a.Kind)
	for i := range a.Len() {
		if math.IsNaN(a.Real(i)) {
			clear(a.Raw[4*i : 4*i+4])
		}
	}
	sum := sha256.Sum256(a.Raw)
	require.Equal(t, "faa6d965574036872b0d39a42d1f8bee361d5be92b1e718155a69556a5abacdd", hex.EncodeToString(sum[:]))
}

func TestNPYHeaderSpelling(t *testing.T) {
	for name, dictionary := range map[string]string{
		"another order of keys": "{'shape': (2, 2), 'fortran_order': True, 'descr': '|u1'}",
		"no spaces":             "{'descr':'|u1','fortran_order':True,'shape':(2,2)}",
		"double quotes":         `{"descr": "|u1", "fortran_order": True, "shape": (2, 2,)} ` + "\n",
		"long integers":         "{'descr': 'u1', 'fortran_order': True, 'shape': (2L, 2L), }\n",
	} {
		t.Run(name, func(t *testing.T) {
			a, err := ReadNPY(bytes.NewReader(npy(dictionary, 1, 2, 3, 4)))
			require.NoError(t, err)
			require.Equal(t, []byte{1, 3, 2, 4}, a.Raw)
		})
	}
}

func TestNPYRefuses(t *testing.T) {
	read := func(file string) []byte {
		raw, err := os.ReadFile("testdata/" + file)
		require.NoError(t, err)
		return raw
	}
	good := npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 1, 2, 3, 4, 5, 6, 7, 8)
	dictionary := func(d string) []byte { return npy(d, make([]byte, 8)...) }
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, "ends inside its npy header"},
		{"another format", []byte("PNG is not NumPy"), "not an npy file"},
		{"version 9", []byte(npyMagic + "\x09\x00"), "version 9.0; versions 1, 2 and 3 can be read"},
		{"header cut", good[:30], "ends inside its npy header"},
		{"header of 4 GiB", []byte(npyMagic + "\x02\x00\xff\xff\xff\xff"), "4294967295 bytes; at most 65536"},
		{"elements cut", good[:len(good)-3], "declares 8 bytes of elements, the file ends after 5: it is truncated"},
		{"elements missing", good[:len(good)-8], "ends after 0: it is truncated"},
		{"bytes after", append(bytes.Clone(good), 0), "bytes follow the 8 bytes of elements"},
		{"structured", read("structured.npy"), "structured (named) fields"},
		{"complex", read("complex.npy"), `type "<c8" (complex) cannot be read`},
		{"text", read("text.npy"), `type "<U2" (text) cannot be read`},
		{"objects", read("object.npy"), `type "|O" (Python objects;`},
		{"no newline, no dictionary", dictionary("hello"), "is not a dictionary"},
		{"no closing brace", dictionary("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), "), "expected a quoted string"},
		{"key missing", dictionary("{'descr': '<f4', 'shape': (2,)}"), `"fortran_order" is missing`},
		{"key twice", dictionary("{'descr': '<f4', 'descr': '<f4'}"), `key "descr" twice`},
		{"unknown key", dictionary("{'dtype': '<f4'}"), `unknown key "dtype"`},
		{"order is no bool", dictionary("{'fortran_order': 0}"), "fortran_order: expected True or False"},
		{"negative dimension", dictionary("{'shape': (-2,)}"), "shape: expected a dimension"},
		{"dimension too long", dictionary("{'shape': (99999999999999999999,)}"), "out of range"},
		{"shape overflows", dictionary("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296)}"), "over the limit of 64 GiB"},
		{"33 dimensions", dictionary("{'shape': (" + strings.Repeat("1,", 33) + ")}"), "more than 32 dimensions"},
		{"shape does not end", dictionary("{'shape': (1, 2"), "expected ',' or ')'"},
		{"bool that is 2", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", 1, 2), "bool 1 is the byte 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := ReadNPY(bytes.NewReader(test.file))
			require.Nil(t, a)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// A header that declares gigabytes does not make the reader allocate them.
func TestLyingHeaderAllocatesLittle(t *testing.T) {
	file := npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,)}", 1, 2, 3)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadNPY(bytes.NewReader(file))
	runtime.ReadMemStats(&after)
	require.ErrorContains(t, err, "truncated")
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func TestNPYReadsWhatNpyioWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		floats := rapid.SliceOfN(rapid.Float64(), 1, 50).Draw(t, "floats")
		var b bytes.Buffer
		require.NoError(t, npyio.Write(&b, floats))
		a, err := ReadNPY(&b)
		require.NoError(t, err)
		require.Equal(t, []int{len(floats)}, a.Shape)
		for i, v := range floats {
			require.Equal(t, math.Float64bits(v), math.Float64bits(a.Real(i)))
		}
		integers := rapid.SliceOfN(rapid.Int32(), 1, 50).Draw(t, "integers")
		b.Reset()
		require.NoError(t, npyio.Write(&b, integers))
		a, err = ReadNPY(&b)
		require.NoError(t, err)
		for i, v := range integers {
			require.EqualValues(t, v, a.Int(i))
		}
	})
}

func TestNPZRefuses(t *testing.T) {
	stored, err := os.ReadFile("testdata/stored.npz")
	require.NoError(t, err)
	open := func(raw []byte) (*NPZ, error) { return OpenNPZ(bytes.NewReader(raw), int64(len(raw))) }

	_, err = open(stored[:len(stored)/2])
	require.ErrorContains(t, err, "not an npz file, or a truncated one")
	_, err = open(nil)
	require.ErrorContains(t, err, "not an npz file")

	z, err := open(stored)
	require.NoError(t, err)
	_, err = z.Read("nosuch")
	require.ErrorContains(t, err, `no array "nosuch"; it holds b1_be_C, b1_be_F,`)

	damaged := bytes.Clone(stored)
	at := bytes.Index(damaged, []byte("'>i4'"))
	damaged[at+200]++ // an element: only the archive's checksum can tell
	z, err = open(damaged)
	require.NoError(t, err)
	_, err = z.Read("i4_be_C")
	require.ErrorContains(t, err, `array "i4_be_C": npy elements: zip: checksum error`)
}

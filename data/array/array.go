package array

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Kind is the element type of an Array.
type Kind uint8

// The element kinds, in the notation of NumPy's dtype.kind.
const (
	Bool Kind = iota + 1
	Uint8
	Int8
	Uint16
	Int16
	Uint32
	Int32
	Uint64
	Int64
	Float32
	Float64
)

var kinds = [...]struct {
	name string
	size int
}{
	Bool: {"bool", 1}, Uint8: {"uint8", 1}, Int8: {"int8", 1}, Uint16: {"uint16", 2}, Int16: {"int16", 2},
	Uint32: {"uint32", 4}, Int32: {"int32", 4}, Uint64: {"uint64", 8}, Int64: {"int64", 8},
	Float32: {"float32", 4}, Float64: {"float64", 8},
}

// String returns NumPy's name of the kind, such as "uint8".
func (k Kind) String() string {
	if k < Bool || int(k) >= len(kinds) {
		return fmt.Sprintf("Kind(%d)", uint8(k))
	}
	return kinds[k].name
}

// Size returns the bytes of one element.
func (k Kind) Size() int { return kinds[k].size }

// Float reports whether the elements are floating point.
func (k Kind) Float() bool { return k == Float32 || k == Float64 }

// Int reads the element of an integer or bool kind that starts at raw[0].
// A Uint64 above the largest int64 saturates there.
func (k Kind) Int(raw []byte) int64 {
	switch k {
	case Bool, Uint8:
		return int64(raw[0])
	case Int8:
		return int64(int8(raw[0]))
	case Uint16:
		return int64(binary.LittleEndian.Uint16(raw))
	case Int16:
		return int64(int16(binary.LittleEndian.Uint16(raw)))
	case Uint32:
		return int64(binary.LittleEndian.Uint32(raw))
	case Int32:
		return int64(int32(binary.LittleEndian.Uint32(raw)))
	case Uint64:
		return int64(min(binary.LittleEndian.Uint64(raw), math.MaxInt64))
	case Int64:
		return int64(binary.LittleEndian.Uint64(raw))
	}
	panic("array: Int of kind " + k.String())
}

// Real reads the element that starts at raw[0] as a float64.
func (k Kind) Real(raw []byte) float64 {
	switch k {
	case Float32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
	case Float64:
		return math.Float64frombits(binary.LittleEndian.Uint64(raw))
	case Uint64:
		return float64(binary.LittleEndian.Uint64(raw))
	}
	return float64(k.Int(raw))
}

// Array is a dense array. Only the readers of this package make arrays; see the
// package's invariants.
type Array struct {
	Kind  Kind
	Shape []int  // empty for a scalar
	Raw   []byte // little-endian, row-major
}

// Len returns the number of elements.
func (a *Array) Len() int { return len(a.Raw) / a.Kind.Size() }

// Int returns element i of the flattened array, which must not be floating
// point; see [Kind.Int].
func (a *Array) Int(i int) int64 { return a.Kind.Int(a.Raw[i*a.Kind.Size():]) }

// Real returns element i of the flattened array.
func (a *Array) Real(i int) float64 { return a.Kind.Real(a.Raw[i*a.Kind.Size():]) }

// String describes the array, such as "uint8 10000×28×28".
func (a *Array) String() string { return a.Kind.String() + " " + FormatShape(a.Shape) }

// FormatShape writes a shape as 10000×28×28, a scalar's as "scalar".
func FormatShape(shape []int) string {
	if len(shape) == 0 {
		return "scalar"
	}
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "×")
}

const (
	maxRank  = 32      // NumPy's limit when its format was made
	maxBytes = 1 << 36 // 64 GiB: a header that declares more is taken for damaged
)

// byteSize returns the bytes an array has, refusing what no file here can hold.
func byteSize(kind Kind, shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("%d dimensions; at most %d are allowed", len(shape), maxRank)
	}
	size, empty := kind.Size(), false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("shape %s has a negative dimension", FormatShape(shape))
		case d == 0:
			empty = true
		case size > maxBytes/d:
			return 0, fmt.Errorf("shape %s of %s is over the limit of 64 GiB", FormatShape(shape), kind)
		default:
			size *= d
		}
	}
	if empty {
		return 0, nil
	}
	return size, nil
}

// toLittleEndian reverses the bytes of each element in place.
func toLittleEndian(raw []byte, size int) {
	switch size {
	case 2:
		for ; len(raw) >= 2; raw = raw[2:] {
			raw[0], raw[1] = raw[1], raw[0]
		}
	case 4:
		for ; len(raw) >= 4; raw = raw[4:] {
			binary.LittleEndian.PutUint32(raw, binary.BigEndian.Uint32(raw))
		}
	case 8:
		for ; len(raw) >= 8; raw = raw[8:] {
			binary.LittleEndian.PutUint64(raw, binary.BigEndian.Uint64(raw))
		}
	}
}

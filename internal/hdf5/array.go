package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Array is the typed content of a dataset or an attribute. Its values come in row-major order.
type Array struct {
	file  *File
	where string // for errors: path, or path@attribute
	typ   Type
	space dataspace
	load  func() ([]byte, error) // the elements as stored, in a slice of the caller's own
}

// Type is the exact type of the elements in the file.
func (a *Array) Type() Type { return a.typ }

// Kind is the family of the elements' type.
func (a *Array) Kind() Kind { return a.typ.Kind }

// Shape is the size along each dimension, slowest first; it is empty for a scalar and for a null dataspace.
func (a *Array) Shape() []int { return append([]int{}, a.space.dims...) }

// Null reports a null dataspace: an array that has no elements and no shape (h5py.Empty).
func (a *Array) Null() bool { return a.space.null }

// Len is the number of elements: 1 for a scalar, 0 for a null dataspace.
func (a *Array) Len() int { return int(a.space.count) }

// Bytes returns the elements as they are stored, Len × Type().Size bytes. For variable-length strings these are
// references into the file, not the strings.
func (a *Array) Bytes() ([]byte, error) {
	b, err := a.load()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.where, err)
	}
	return b, nil
}

func (a *Array) wrong(want string) error {
	err := ErrType
	if a.typ.Kind == KindOther {
		err = ErrUnsupported
	}
	return fmt.Errorf("%s: %w: expected %s, found type %v", a.where, err, want, a.typ)
}

func (a *Array) order() binary.ByteOrder {
	if a.typ.BigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// Float64s returns floats of any size, and integers where float64 holds them exactly. Otherwise it fails with ErrType.
func (a *Array) Float64s() ([]float64, error) {
	switch a.typ.Kind {
	case KindFloat:
	case KindInt, KindUint:
		ints, err := a.Int64s()
		if err != nil {
			return nil, err
		}
		out := make([]float64, len(ints))
		for i, v := range ints {
			out[i] = float64(v)
			const exact = 1 << 53
			if v > exact || v < -exact {
				return nil, fmt.Errorf("%s: %w: element %d is %d, which float64 does not hold exactly", a.where, ErrType, i, v)
			}
		}
		return out, nil
	default:
		return nil, a.wrong("numbers")
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	order := a.order()
	out := make([]float64, a.Len())
	for i := range out {
		switch e := b[i*a.typ.Size:]; a.typ.Size {
		case 2:
			out[i] = float64(float16(order.Uint16(e)))
		case 4:
			out[i] = float64(math.Float32frombits(order.Uint32(e)))
		default:
			out[i] = math.Float64frombits(order.Uint64(e))
		}
	}
	return out, nil
}

// Float32s returns floats of 16 or 32 bits; wider types fail with ErrType.
func (a *Array) Float32s() ([]float32, error) {
	if a.typ.Kind != KindFloat || a.typ.Size > 4 {
		return nil, a.wrong("float32 or float16")
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	out := make([]float32, a.Len())
	if a.typ.Size == 4 && !a.typ.BigEndian { // the form of nearly all weights, worth its own loop
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		return out, nil
	}
	order := a.order()
	for i := range out {
		if a.typ.Size == 2 {
			out[i] = float16(order.Uint16(b[2*i:]))
		} else {
			out[i] = math.Float32frombits(order.Uint32(b[4*i:]))
		}
	}
	return out, nil
}

// Int64s returns integers of any size and sign, booleans as 0 and 1, and enumerations by value. An unsigned value
// above the largest int64 fails with ErrType, as do floats.
func (a *Array) Int64s() ([]int64, error) {
	switch a.typ.Kind {
	case KindInt, KindUint, KindBool, KindEnum:
	default:
		return nil, a.wrong("integers")
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	out := make([]int64, a.Len())
	size := a.typ.Size
	for i := range out {
		out[i] = integer(b[i*size:(i+1)*size], a.typ.BigEndian, a.typ.Signed)
		if !a.typ.Signed && size == 8 && out[i] < 0 {
			return nil, fmt.Errorf("%s: %w: element %d is %d, too large for int64", a.where, ErrType, i, uint64(out[i]))
		}
	}
	return out, nil
}

// Uint64s returns unsigned integers; signed ones fail with ErrType.
func (a *Array) Uint64s() ([]uint64, error) {
	if a.typ.Kind != KindUint {
		return nil, a.wrong("unsigned integers")
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	out := make([]uint64, a.Len())
	size := a.typ.Size
	for i := range out {
		out[i] = uint64(integer(b[i*size:(i+1)*size], a.typ.BigEndian, false))
	}
	return out, nil
}

// Bools returns the elements of h5py's boolean type. A value other than 0 and 1 fails with ErrFormat.
func (a *Array) Bools() ([]bool, error) {
	if a.typ.Kind != KindBool {
		return nil, a.wrong("booleans")
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	out := make([]bool, a.Len())
	for i := range out {
		if b[i] > 1 {
			return nil, fmt.Errorf("%s: %w: element %d: expected 0 (FALSE) or 1 (TRUE), found %d", a.where, ErrFormat, i, b[i])
		}
		out[i] = b[i] == 1
	}
	return out, nil
}

// Strings returns strings of fixed or variable length without their padding. Their bytes are returned as they are,
// also where they are not valid UTF-8.
func (a *Array) Strings() ([]string, error) {
	if a.typ.Kind != KindString {
		return nil, a.wrong("strings")
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	out := make([]string, a.Len())
	size := a.typ.Size
	for i := range out {
		e := b[i*size : (i+1)*size]
		if a.typ.Variable {
			out[i], err = a.variable(e)
		} else {
			out[i] = trimPadding(e, a.typ.Pad)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: element %d: %w", a.where, i, err)
		}
	}
	return out, nil
}

// variable reads one variable-length string: a length, and where it is in the global heap (III.E, "Global Heap ID").
func (a *Array) variable(ref []byte) (string, error) {
	c := a.file.s.cursor(ref, 0, "string reference")
	n, addr, index := c.u32(), c.addr(), c.u32()
	if c.err != nil || n == 0 {
		return "", c.err
	}
	return a.file.heap.text(addr, index, n)
}

func trimPadding(b []byte, pad StringPad) string {
	switch pad {
	case NullTerminated:
		if i := bytes.IndexByte(b, 0); i >= 0 {
			b = b[:i]
		}
	case NullPadded:
		b = bytes.TrimRight(b, "\x00")
	case SpacePadded:
		b = bytes.TrimRight(b, " ")
	}
	return string(b)
}

// integer decodes a two's complement or unsigned integer of 1 to 8 bytes; an unsigned one of 8 bytes keeps its bits.
func integer(b []byte, bigEndian, signed bool) int64 {
	var v uint64
	for i := range b {
		if bigEndian {
			v = v<<8 | uint64(b[i])
		} else {
			v = v<<8 | uint64(b[len(b)-1-i])
		}
	}
	if shift := 64 - 8*len(b); signed {
		return int64(v<<shift) >> shift
	}
	return int64(v)
}

// float16 widens an IEEE 754 half, which float32 holds exactly.
func float16(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp, man := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exp {
	case 0: // zero and subnormals: man × 2⁻²⁴
		return math.Float32frombits(sign | math.Float32bits(float32(man)*0x1p-24))
	case 0x1f:
		return math.Float32frombits(sign | 0xff<<23 | man<<13)
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | man<<13)
}

func isUnsupported(err error) bool { return errors.Is(err, ErrUnsupported) }

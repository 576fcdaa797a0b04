package array

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The reader is our own: github.com/sbinet/npyio v0.6.0 returns a truncated
// file as a full array without an error (it ignores io.EOF and repeats the last
// bytes), panics on some damaged headers, depends on the order and spacing of
// the header's keys, and reads one element a call. Tests use its writer as an
// independent source of files.

const npyMagic = "\x93NUMPY"

// npyKinds are the type codes, without the byte order, that are accepted.
var npyKinds = map[string]Kind{
	"b1": Bool, "u1": Uint8, "i1": Int8, "u2": Uint16, "i2": Int16, "u4": Uint32, "i4": Int32,
	"u8": Uint64, "i8": Int64, "f4": Float32, "f8": Float64,
}

// maxNPYHeader bounds the dictionary; NumPy's own reader stops at 10,000.
const maxNPYHeader = 1 << 16

// ReadNPY reads an .npy file, format version 1 to 3 (NEP 1, and NumPy's
// lib.format for 2 and 3), of bool, int, uint, float16, float32 or float64, in C
// or Fortran order and either byte order. float16 is widened to float32, exactly.
func ReadNPY(r io.Reader) (*Array, error) {
	var start [8]byte
	if err := readHeader(r, start[:], "npy header"); err != nil {
		return nil, err
	}
	if string(start[:6]) != npyMagic {
		return nil, errors.New(`not an npy file: it does not start with "\x93NUMPY"`)
	}
	lengthBytes := map[byte]int{1: 2, 2: 4, 3: 4}[start[6]]
	if lengthBytes == 0 {
		return nil, fmt.Errorf("npy format version %d.%d; versions 1, 2 and 3 can be read", start[6], start[7])
	}
	var length [4]byte
	if err := readHeader(r, length[:lengthBytes], "npy header"); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > maxNPYHeader {
		return nil, fmt.Errorf("npy header of %d bytes; at most %d are allowed", n, maxNPYHeader)
	}
	text := make([]byte, n)
	if err := readHeader(r, text, "npy header"); err != nil {
		return nil, err
	}
	h, err := parseNPYHeader(string(text))
	if err != nil {
		return nil, err
	}
	return readNPYElements(r, h)
}

func readNPYElements(r io.Reader, h npyHeader) (*Array, error) {
	kind, half, big, err := parseDescr(h.descr)
	if err != nil {
		return nil, err
	}
	size, err := byteSize(kind, h.shape)
	if err != nil {
		return nil, fmt.Errorf("npy header: %w", err)
	}
	width := kind.Size()
	if half {
		size, width = size/2, 2
	}
	raw, err := readPayload(r, size)
	if err != nil {
		return nil, fmt.Errorf("npy elements: %w", err)
	}
	if big {
		toLittleEndian(raw, width)
	}
	if half {
		raw = widenHalf(raw)
	}
	if kind == Bool {
		for i, b := range raw {
			if b > 1 {
				return nil, fmt.Errorf("npy elements: bool %d is the byte %d; 0 and 1 are allowed", i, b)
			}
		}
	}
	if h.fortran && len(h.shape) > 1 {
		raw = rowMajor(raw, kind.Size(), h.shape)
	}
	return &Array{Kind: kind, Shape: h.shape, Raw: raw}, nil
}

func parseDescr(descr string) (kind Kind, half, big bool, err error) {
	code := descr
	if descr != "" {
		switch descr[0] {
		case '>':
			big, code = true, descr[1:]
		case '<', '|', '=':
			code = descr[1:]
		}
	}
	if code == "f2" {
		return Float32, true, big, nil
	}
	if kind, ok := npyKinds[code]; ok {
		return kind, false, big, nil
	}
	hint := ""
	switch {
	case code == "O":
		hint = " (Python objects; NumPy makes them of ragged lists)"
	case code != "" && code[0] == 'c':
		hint = " (complex)"
	case code != "" && (code[0] == 'U' || code[0] == 'S' || code[0] == 'a'):
		hint = " (text)"
	}
	return 0, false, false, fmt.Errorf("npy element type %q%s cannot be read; save as bool, int8 … int64, uint8 … uint64, float16, float32 or float64", clip(descr), hint)
}

// widenHalf converts IEEE 754 binary16 to binary32, which holds every value.
func widenHalf(half []byte) []byte {
	out := make([]byte, 2*len(half))
	for i := 0; i+1 < len(half); i += 2 {
		h := uint32(binary.LittleEndian.Uint16(half[i:]))
		sign, exponent, fraction := h>>15<<31, h>>10&31, h&1023
		var bits uint32
		switch exponent {
		case 0: // zero and subnormals: fraction · 2^-24
			bits = sign | math.Float32bits(float32(fraction)/(1<<24))
		case 31:
			bits = sign | 255<<23 | fraction<<13
		default:
			bits = sign | (exponent+127-15)<<23 | fraction<<13
		}
		binary.LittleEndian.PutUint32(out[2*i:], bits)
	}
	return out
}

// rowMajor reorders column-major elements. It walks the output in order and
// keeps the input offset as an odometer.
func rowMajor(raw []byte, width int, shape []int) []byte {
	out := make([]byte, len(raw))
	if len(raw) == 0 {
		return out
	}
	strides, stride := make([]int, len(shape)), width
	for i, d := range shape {
		strides[i] = stride
		stride *= d
	}
	index, from := make([]int, len(shape)), 0
	for to := 0; to < len(out); to += width {
		copy(out[to:to+width], raw[from:from+width])
		for axis := len(shape) - 1; axis >= 0; axis-- {
			index[axis]++
			from += strides[axis]
			if index[axis] < shape[axis] {
				break
			}
			from -= index[axis] * strides[axis]
			index[axis] = 0
		}
	}
	return out
}

package ir

import (
	"fmt"
	"math"
)

// DType is the element type a tensor has in its file. Values are held as
// float64 whatever the type; the type is kept so that conversion loses nothing.
type DType string

// The element types of NIR files. float16 is held as float32, which has all its
// values.
const (
	Float32 DType = "float32"
	Float64 DType = "float64"
	Int64   DType = "int64"
	Int32   DType = "int32"
	Int16   DType = "int16"
	Int8    DType = "int8"
	UInt64  DType = "uint64"
	UInt32  DType = "uint32"
	UInt16  DType = "uint16"
	UInt8   DType = "uint8"
	Bool    DType = "bool"
	Text    DType = "text" // a single word instead of numbers
)

// DTypes lists the types of numbers.
func DTypes() []DType {
	return []DType{Float32, Float64, Int64, Int32, Int16, Int8, UInt64, UInt32, UInt16, UInt8, Bool}
}

// Integer returns the width and sign of an integer type, or 0.
func (d DType) Integer() (bits int, signed bool) {
	switch d {
	case Int64, Int32, Int16, Int8:
		return map[DType]int{Int64: 64, Int32: 32, Int16: 16, Int8: 8}[d], true
	case UInt64, UInt32, UInt16, UInt8:
		return map[DType]int{UInt64: 64, UInt32: 32, UInt16: 16, UInt8: 8}[d], false
	}
	return 0, false
}

// Tensor is a dense row-major array. A nil *Tensor stands for a field that the
// file does not have.
type Tensor struct {
	Shape []int // empty for a scalar
	DType DType
	Data  []float64 // len = product of Shape; nil for Text
	Word  string    // of Text
}

// Size returns the number of elements a shape has: 1 for a scalar.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// NewTensor makes a tensor around data; it panics if the size does not match,
// which is an error of the caller and never of a user.
func NewTensor(dtype DType, shape []int, data []float64) *Tensor {
	if Size(shape) != len(data) {
		panic(fmt.Sprintf("ir: tensor of shape %v with %d values", shape, len(data)))
	}
	return &Tensor{Shape: shape, DType: dtype, Data: data}
}

// NewText makes a tensor that is a word.
func NewText(word string) *Tensor { return &Tensor{DType: Text, Word: word} }

// At returns element i of a flattened tensor, broadcasting a single value.
func (t *Tensor) At(i int) float64 {
	if len(t.Data) == 1 {
		return t.Data[0]
	}
	return t.Data[i]
}

// Ints returns the values as ints, for shapes and sizes.
func (t *Tensor) Ints() []int {
	out := make([]int, len(t.Data))
	for i, v := range t.Data {
		out[i] = int(v)
	}
	return out
}

// CheckFinite reports the first NaN or infinity.
func (t *Tensor) CheckFinite() error {
	for i, v := range t.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("element %d of %v is %v; every value must be finite", i, t.Shape, v)
		}
	}
	return nil
}

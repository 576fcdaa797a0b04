package ir

import (
	"fmt"
	"math"
)

// DType is the element type a tensor has in its file. Values are held as
// float64 whatever the type; the type is kept so that conversion loses nothing.
type DType string

// The element types of NIR files.
const (
	Float32 DType = "float32"
	Float64 DType = "float64"
	Int64   DType = "int64"
	Int32   DType = "int32"
	Bool    DType = "bool"
)

// Tensor is a dense row-major array. A nil *Tensor stands for a field that the
// file does not have.
type Tensor struct {
	Shape []int // empty for a scalar
	DType DType
	Data  []float64 // len = product of Shape
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

package modeljson

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// tensor reads a bare value, {"dtype","shape","value"} or {"file","array"}.
func (r *reader) tensor(v any) (*ir.Tensor, error) {
	if word, ok := v.(string); ok {
		return ir.NewText(word), nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return inline(v, "", nil)
	}
	dtype, _ := m["dtype"].(string)
	var shape []int
	if s, ok := m["shape"].([]any); ok {
		shape = []int{}
		for _, d := range s {
			n, err := strconv.Atoi(string(d.(json.Number)))
			if err != nil {
				return nil, fmt.Errorf("shape: %w", err)
			}
			shape = append(shape, n)
		}
	}
	if _, ok := m["file"]; !ok {
		return inline(m["value"], ir.DType(dtype), shape)
	}
	t, err := r.fromFile(m)
	if err != nil {
		return nil, err
	}
	if dtype != "" && t.DType != ir.DType(dtype) || shape != nil && !slices.Equal(shape, t.Shape) {
		return nil, fmt.Errorf("file %q holds %s %v, model.json says %s %v", m["file"], t.DType, t.Shape, dtype, shape)
	}
	return t, nil
}

func (r *reader) fromFile(m map[string]any) (*ir.Tensor, error) {
	name := m["file"].(string)
	in, err := r.load(name)
	if err != nil {
		return nil, err
	}
	var a *array.Array
	key, zipped := m["array"].(string)
	if zipped {
		var z *array.NPZ
		if z, err = array.OpenNPZ(in, in.Size()); err == nil {
			a, err = z.Read(key)
		}
	} else {
		a, err = array.ReadNPY(in)
	}
	if err != nil {
		return nil, fmt.Errorf("file %q: %w", name, err)
	}
	t := &ir.Tensor{Shape: a.Shape, DType: ir.DType(a.Kind.String()), Data: make([]float64, a.Len())}
	if !slices.Contains(dtypes, t.DType) {
		return nil, fmt.Errorf("file %q: its type is %s; allowed are %v", name, a.Kind, dtypes)
	}
	for i := range t.Data {
		t.Data[i] = a.Real(i)
		if whole, _ := t.DType.Integer(); whole == 64 && math.Abs(t.Data[i]) > 1<<53 {
			return nil, fmt.Errorf("file %q: element %d is beyond 2^53", name, i)
		}
	}
	return t, nil
}

var dtypes = ir.DTypes()

// inline reads nested lists. Without a dtype it is NumPy's choice: int64 if
// all numbers are written as integers, bool if all are booleans, else float64.
func inline(v any, dtype ir.DType, shape []int) (*ir.Tensor, error) {
	found := []int{}
	for x := v; ; {
		l, ok := x.([]any)
		if !ok {
			break
		}
		found = append(found, len(l))
		if len(l) == 0 {
			break
		}
		x = l[0]
	}
	var flat []any
	if err := flatten(v, found, &flat); err != nil {
		return nil, err
	}
	if shape == nil {
		shape = found
	}
	if n := ir.Size(shape); n != len(flat) || n > 0 && !slices.Equal(shape, found) {
		return nil, fmt.Errorf("shape %v, but the value is a list of shape %v", shape, found)
	}
	if dtype == "" {
		dtype = guess(flat)
	}
	t := &ir.Tensor{Shape: shape, DType: dtype, Data: make([]float64, len(flat))}
	for i, x := range flat {
		var err error
		if t.Data[i], err = element(x, dtype); err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
	}
	return t, nil
}

func flatten(v any, shape []int, out *[]any) error {
	l, ok := v.([]any)
	if ok != (len(shape) > 0) || ok && len(l) != shape[0] {
		return fmt.Errorf("the lists are ragged; all lists of one level must have one length")
	}
	if !ok {
		*out = append(*out, v)
		return nil
	}
	for _, x := range l {
		if err := flatten(x, shape[1:], out); err != nil {
			return err
		}
	}
	return nil
}

func guess(flat []any) ir.DType {
	ints, bools := 0, 0
	for _, x := range flat {
		switch x := x.(type) {
		case bool:
			bools++
		case json.Number:
			if !strings.ContainsAny(string(x), ".eE") {
				ints++
			}
		}
	}
	switch {
	case len(flat) > 0 && bools == len(flat):
		return ir.Bool
	case len(flat) > 0 && ints == len(flat):
		return ir.Int64
	}
	return ir.Float64
}

func element(x any, dtype ir.DType) (float64, error) {
	if b, ok := x.(bool); ok && dtype == ir.Bool {
		if b {
			return 1, nil
		}
		return 0, nil
	}
	n, ok := x.(json.Number)
	if !ok || dtype == ir.Bool {
		return 0, fmt.Errorf("%s is no %s", show(x), dtype)
	}
	if bits, signed := dtype.Integer(); bits > 0 {
		bits = min(bits, 54)
		if !signed {
			bits = min(bits+1, 54)
		}
		v, err := strconv.ParseInt(string(n), 10, bits)
		if err != nil || !signed && v < 0 {
			return 0, fmt.Errorf("%s is no %s (64 bits up to 2^53)", n, dtype)
		}
		return float64(v), nil
	}
	switch dtype {
	case ir.Float32:
		v, err := strconv.ParseFloat(string(n), 32)
		if err != nil {
			return 0, fmt.Errorf("%s is out of float32's range", n)
		}
		return v, nil
	}
	return n.Float64()
}

package modeljson

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/snnc/snnc/ir"
)

// Init says how training begins a tensor that a document gives no values:
// {"init": KIND, "shape": [...]}. The tensor in the graph is then filled with
// the constant of its kind, or with zeros where the kind draws at random.
type Init struct {
	Node, Field string  // full name of the node
	Kind        string  // as in the schema
	Gain        float64 // factor of the random kinds; 1 unless given
	Value       float64 // of constant
}

// initialiser returns nil for a value that is none.
func (r *reader) initialiser(v any, node, field string) (*ir.Tensor, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, nil
	}
	kind, ok := m["init"].(string)
	if !ok {
		return nil, nil
	}
	const most = 1 << 28
	shape, size := []int{}, 1
	for _, d := range m["shape"].([]any) {
		n, err := strconv.Atoi(string(d.(json.Number)))
		if err != nil || n > most || n > 0 && size > most/n {
			return nil, fmt.Errorf("shape %v has more than %d elements", m["shape"], most)
		}
		shape, size = append(shape, n), size*n
	}
	in := Init{Node: node, Field: field, Kind: kind, Gain: 1}
	if g, ok := m["gain"].(json.Number); ok {
		in.Gain, _ = g.Float64() // checkNumbers has seen it
	}
	value, given := m["value"].(json.Number)
	if given != (kind == "constant") {
		return nil, fmt.Errorf("initialiser %q; \"value\" belongs to \"constant\", which needs it", kind)
	}
	t := &ir.Tensor{Shape: shape, DType: ir.Float32, Data: make([]float64, size)}
	switch kind {
	case "constant":
		in.Value, _ = value.Float64()
	case "ones", "tau/dt":
		in.Value = 1
	}
	for i := range t.Data {
		t.Data[i] = in.Value
	}
	r.inits = append(r.inits, in)
	return t, nil
}

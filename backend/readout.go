package backend

import "github.com/snnc/snnc/ir"

// Class reads the winner off the first output: most spikes, or for a graded
// output the largest membrane summed over the steps; the first on a tie.
func Class(r *ir.Result) int {
	if len(r.Outputs) == 0 {
		return -1
	}
	o := &r.Outputs[0]
	if !o.Graded {
		return argmax(o.Counts())
	}
	sums := make([]float64, o.N)
	for i, v := range o.Value {
		sums[i%o.N] += v
	}
	return argmax(sums)
}

func argmax[T int | float64](v []T) int {
	best := 0
	for i := range v {
		if v[i] > v[best] {
			best = i
		}
	}
	return best
}

// SameOutputs tells whether two results agree in every output spike, and in
// every membrane integer of graded outputs that both have.
func SameOutputs(a, b *ir.Result) bool {
	if len(a.Outputs) != len(b.Outputs) {
		return false
	}
	for i := range a.Outputs {
		x, y := &a.Outputs[i], &b.Outputs[i]
		if !equal(x.Spikes, y.Spikes) || !equal(x.State, y.State) {
			return false
		}
	}
	return true
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

package tiny

import "github.com/snnc/snnc/ir"

// Case is a named program.
type Case struct {
	Name string
	Spec Spec
}

// Cases span what the library can be configured to: every feature at least
// once, and the edges of the widths.
func Cases() []Case {
	lif := func(n ir.Neuron) ir.Neuron { return n }
	sub := lif(ir.Neuron{Reset: ir.ResetSubtract})
	li := ir.Neuron{Graded: true}
	return []Case{
		{"one core", Spec{Inputs: 20, Layers: []Layer{{Name: "fc1", N: 12, Lanes: 8, Update: 2, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 4, Output: true}}}},
		{"one neuron", Spec{Inputs: 1, Steps: 1, Host: 1, Layers: []Layer{{Name: "n", N: 1, Lanes: 1, Update: 1, Neuron: sub, DecayMode: ir.DecayOne, Output: true}}}},
		{"two cores", Spec{Inputs: 20, Layers: []Layer{
			{Name: "fc1", N: 24, Lanes: 8, Update: 4, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 4},
			{Name: "fc2", N: 10, Lanes: 16, Update: 8, From: []int{0}, Neuron: sub, DecayMode: ir.DecayOne, Frac: 2, Output: true}}}},
		{"lanes below word, value reset", Spec{Word: 16, Inputs: 33, Layers: []Layer{
			{Name: "a", N: 37, Lanes: 4, Update: 4, Neuron: ir.Neuron{Reset: ir.ResetValue, AtLeast: true}, DecayMode: ir.DecayPerNeuron, Frac: 3, Output: true}}}},
		{"lanes equal word, reset each", Spec{Word: 16, Inputs: 17, Layers: []Layer{
			{Name: "a", N: 40, Lanes: 16, Update: 16, Neuron: ir.Neuron{Reset: ir.ResetValue, Rounding: ir.RoundZero}, ResetEach: true, DecayMode: ir.DecayPerNeuron, Frac: 3, Output: true}}}},
		{"lanes above word, delayed reset", Spec{Word: 8, Inputs: 17, Layers: []Layer{
			{Name: "a.1", N: 40, Lanes: 32, Update: 8, Neuron: ir.Neuron{Reset: ir.ResetDelayed}, DecayMode: ir.DecayUniform, Frac: 5, Output: true}}}},
		{"no reset, no memory", Spec{Word: 32, Inputs: 40, Layers: []Layer{
			{Name: "a", N: 70, Lanes: 8, Update: 1, Neuron: ir.Neuron{}, DecayMode: ir.DecayZero, Output: true}}}},
		{"delayed reset without memory", Spec{Word: 32, Inputs: 40, Layers: []Layer{
			{Name: "a", N: 35, Lanes: 64, Update: 32, Neuron: ir.Neuron{Reset: ir.ResetDelayed, AtLeast: true}, DecayMode: ir.DecayZero, Frac: 1, Output: true}}}},
		{"graded signed input", Spec{Inputs: 20, Input: ir.Encoding{Bits: 5, Signed: true, Scale: 1}, Layers: []Layer{
			{Name: "fc", N: 16, Lanes: 16, Update: 4, WeightBits: 8, StateBits: 24, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true}}}},
		{"held input", Spec{Inputs: 20, Input: ir.Encoding{Bits: 3, Held: true, Scale: 1}, Layers: []Layer{
			{Name: "fc", N: 20, Lanes: 4, Update: 4, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, StateBits: 20},
			{Name: "out", N: 5, Lanes: 8, Update: 1, From: []int{0}, Neuron: ir.Neuron{Reset: ir.ResetValue}, DecayMode: ir.DecayOne, Output: true}}}},
		{"held and recurrent", Spec{Inputs: 9, Input: ir.Encoding{Bits: 2, Held: true, Signed: true, Scale: 1}, Layers: []Layer{
			{Name: "r", N: 20, Lanes: 8, Update: 8, Recurrent: true, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true}}}},
		{"graded output", Spec{Word: 32, Inputs: 20, Layers: []Layer{
			{Name: "fc", N: 20, Lanes: 8, Update: 2, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2},
			{Name: "li", N: 5, Lanes: 2, Update: 1, From: []int{0}, Neuron: li, DecayMode: ir.DecayUniform, Frac: 6, StateBits: 24, Output: true}}}},
		{"narrow weights", Spec{Inputs: 9, Layers: []Layer{
			{Name: "b", N: 9, Lanes: 8, Update: 8, WeightBits: 2, StateBits: 8, Neuron: sub, DecayMode: ir.DecayUniform, DecayBits: 4, Output: true}}}},
		{"wide weights", Spec{Inputs: 9, Layers: []Layer{
			{Name: "b", N: 9, Lanes: 2, Update: 2, WeightBits: 16, StateBits: 32, Frac: 12, Neuron: sub, DecayMode: ir.DecayUniform, DecayBits: 16, Output: true}}}},
		{"mesh 2x2", Spec{Inputs: 24, Mesh: [2]int{2, 2}, Layers: []Layer{
			{Name: "a", N: 24, Lanes: 8, Update: 8, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true},
			{Name: "b", N: 24, Lanes: 8, Update: 8, From: []int{0}, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true},
			{Name: "c", N: 24, Lanes: 8, Update: 8, From: []int{0, 1}, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true}}}},
		{"mesh 3x3 with holes", Spec{Inputs: 24, Host: 32, Mesh: [2]int{3, 3}, Layers: []Layer{
			{Name: "a", N: 40, Lanes: 8, Update: 8, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true},
			{Name: "b", N: 40, Lanes: 8, Update: 8, Neuron: sub, DecayMode: ir.DecayOne, Frac: 2, Output: true},
			{Name: "c", N: 40, Lanes: 16, Update: 8, From: []int{0, 1}, Recurrent: true, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true},
			{Name: "d", N: 40, Lanes: 8, Update: 8, From: []int{0, 1, 2}, Neuron: sub, DecayMode: ir.DecayUniform, Frac: 2, Output: true}}}},
	}
}

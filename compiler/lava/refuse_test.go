package lava_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler/lava"
	"github.com/snnc/snnc/internal/hdf5"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// Everything else is refused with the file, the layer, what it has and what is allowed.
func TestRefused(t *testing.T) {
	in := spec{kind: "input", shape: []int{3}, noNeuron: true}
	image := spec{kind: "input", shape: []int{2, 4, 4}, noNeuron: true}
	dense := func(change func(*spec)) spec {
		s := spec{kind: "dense", shape: []int{2}, weight: []int{2, 4, 6, -2, -4, 8}, wshape: []int{2, 3}}.neurons()
		change(&s)
		return s
	}
	conv := func(change func(*spec)) spec {
		s := spec{kind: "conv", shape: []int{2, 3, 3}, weight: make([]int, 16), wshape: []int{2, 2, 2, 2}}.neurons()
		change(&s)
		return s
	}
	keep := func(*spec) {}
	for _, c := range []struct {
		name   string
		layers []spec
		want   string
	}{
		{"recurrent", []spec{in, {kind: "dense_rec", shape: []int{2}, noNeuron: true}}, `layer 1 ("dense_rec"): this type is not supported; supported are input, dense, conv, pool and flatten`},
		{"average", []spec{in, dense(keep), {kind: "average", shape: []int{2}, noNeuron: true}}, `layer 2 ("average"): this type is not supported`},
		{"sigma-delta", []spec{in, dense(func(s *spec) { s.neuronType = "SDNN" })}, `layer 1 ("dense"): neuron: type "SDNN" is not supported`},
		{"adaptive", []spec{in, dense(func(s *spec) { s.neuronType = "ALIF" })}, `neuron: type "ALIF" is not supported`},
		{"graded spikes", []spec{in, dense(func(s *spec) { s.gradedSpike = true })}, `gradedSpike is true`},
		{"unknown neuron field", []spec{in, dense(func(s *spec) { s.neuronExtra = map[string]int{"sinDecay": 1} })}, `a field "sinDecay", whose meaning is not supported`},
		{"unknown layer field", []spec{in, dense(func(s *spec) { s.extra = map[string]int{"weight_rec": 1} })}, `a field "weight_rec", whose meaning is not supported`},
		{"scaled normalisation", []spec{in, dense(func(s *spec) { s.neuronExtra = map[string]int{"weight_exp": 2} })}, `weight_exp is 2`},
		{"missing decay", []spec{in, dense(func(s *spec) { s.withoutNeuronFields = true })}, `it has no field "iDecay"; a number from 0 to 4096 is needed`},
		{"decay", []spec{in, dense(func(s *spec) { s.vDecay = 5000 })}, `field "vDecay" is 5000 at element 0; whole numbers from 0 to 4096`},
		{"exponent", []spec{in, dense(func(s *spec) { s.wgtExp = 8 })}, `field "wgtExp" is 8 at element 0; whole numbers from -6 to 7`},
		{"refractory", []spec{in, dense(func(s *spec) { s.refDelay = 65 })}, `field "refDelay" is 65`},
		{"wide weight", []spec{in, dense(func(s *spec) { s.weight[1] = 40000 })}, `field "weight" is 40000 at element 1; whole numbers from -32767 to 32767`},
		{"weight shape", []spec{in, dense(func(s *spec) { s.wshape = []int{3, 2} })}, `field "weight" has shape [3 2]; [2 3] is allowed`},
		{"features", []spec{in, dense(func(s *spec) { s.extra = map[string]int{"inFeatures": 4} })}, `field "inFeatures" is 4; 3 values arrive for 2 neurons`},
		{"fewer values", []spec{{kind: "input", shape: []int{5}, noNeuron: true}, dense(keep)}, `10 values for 2 neurons are allowed, as 5 values arrive`},
		{"bias", []spec{in, dense(func(s *spec) { s.bias = []int{1, 2, 3} })}, `field "bias" has 3 values; 1, 2 (channels) or 2 (neurons)`},
		{"delay of the output", []spec{in, dense(func(s *spec) { s.delay = []int{0, 2} })}, `field "delay" is up to 2 in the last layer`},
		{"long delay", []spec{in, dense(func(s *spec) { s.delay = []int{63} })}, `field "delay" is 63`},
		{"delays of an image's neurons", []spec{image, conv(func(s *spec) { s.delay = make([]int, 18); s.delay[3] = 1 }), conv(func(s *spec) { s.shape = []int{2, 2, 2} })}, `layer 2 ("conv"): delays of single neurons`},
		{"no neuron", []spec{in, dense(func(s *spec) { s.noNeuron = true }), dense(keep)}, `layer 1 ("dense"): it has no neuron; only a last dense layer may have none`},
		{"silent neurons inside", []spec{in, dense(func(s *spec) { s.vThMant = 131071 }), dense(keep)}, `only the last layer may have neurons that do not fire`},
		{"shape of a convolution", []spec{image, conv(func(s *spec) { s.shape = []int{2, 3, 2} })}, `gives 3 × 3, but field "shape" says 3 × 2`},
		{"channels of a convolution", []spec{image, conv(func(s *spec) { s.wshape = []int{2, 1, 2, 4} })}, `field "weight" has shape [2 1 2 4] for 1 groups`},
		{"convolution of a vector", []spec{{kind: "input", shape: []int{32}, noNeuron: true}, {kind: "flatten", shape: []int{32}}, conv(keep)}, `an image [channels, height, width] must arrive`},
		{"no input", []spec{conv(keep)}, `an image [channels, height, width] must arrive and leave`},
		{"second input", []spec{in, in}, `layer 1 ("input"): only the first layer may be an input`},
		{"only an input", []spec{in}, `no layer has neurons`},
		{"huge", []spec{{kind: "input", shape: []int{4096, 4096, 4096}, noNeuron: true}}, `at most 4194304 neurons are allowed`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(write(t, 4, c.layers...), lava.Options{})
			require.ErrorContains(t, err, "test.net: ")
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := read(write(t, 0, in, dense(keep)), lava.Options{})
	require.ErrorContains(t, err, "give the steps")
	b := hdf5.NewBuilder()
	b.Root().Group("node")
	other, err := b.Bytes()
	require.NoError(t, err)
	_, err = read(other, lava.Options{})
	require.ErrorContains(t, err, "no group /layer")
}

// No file makes the reader panic, and what it accepts the fixed reference takes.
func FuzzRead(f *testing.F) {
	in := spec{kind: "input", shape: []int{2, 3, 3}, weight: []int{9}, wshape: []int{1}}.neurons()
	conv := spec{kind: "conv", shape: []int{2, 2, 2}, weight: make([]int, 8), wshape: []int{2, 1, 2, 2}, groups: 2, delay: []int{0, 2}}.neurons()
	pool := spec{kind: "pool", shape: []int{2, 1, 1}, weight: []int{2, 4, 6, 8}, wshape: []int{1, 1, 2, 2}, stride: [2]int{2, 2}}.neurons()
	dense := spec{kind: "dense", shape: []int{2}, weight: []int{1, 2, 3, 4}, wshape: []int{2, 2}, noNeuron: true}
	f.Add(write(f, 4, in, conv, pool, spec{kind: "flatten", shape: []int{2}}, dense))
	f.Fuzz(func(t *testing.T, b []byte) {
		net, err := lava.Read(bytes.NewReader(b), int64(len(b)), "f", lava.Options{Steps: 3})
		if err != nil {
			return
		}
		n := 0
		for _, p := range net.Populations {
			n += p.N
		}
		if n > 1<<16 {
			return
		}
		fixed, err := reference.NewFixed(net)
		require.NoError(t, err)
		in := net.Inputs[0]
		e := in.Input
		_, err = fixed.Run(t.Context(), []*ir.Frames{{Steps: 3, N: in.N, Bits: e.Bits, Signed: e.Signed, Held: e.Held, Scale: e.Scale, Values: make([]int32, map[bool]int{true: 1, false: 3}[e.Held]*in.N)}})
		require.NoError(t, err)
	})
}

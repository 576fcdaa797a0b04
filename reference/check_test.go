package reference

import (
	"context"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
)

// chain is input -> a -> b, one neuron each.
func chain() *ir.Network {
	pop := func(name string, level int) ir.Population {
		return ir.Population{Name: name, N: 1, Grid: ir.Grid{C: 1, H: 1, W: 1}, Level: level, Neuron: ir.Neuron{Reset: ir.ResetSubtract},
			Decay: []float64{0.5}, Bias: []float64{0}, Threshold: []float64{1},
			Q: &ir.QuantPopulation{Unit: []float64{1}, WeightBits: 4, AccBits: 4, StateBits: 8, DecayBits: 4,
				Decay: []int32{8}, Bias: []int32{0}, Threshold: []int32{1}}}
	}
	join := func(name string, fromInput bool, source, target int) ir.Projection {
		j := ir.Matrix(1, 1)
		j.Name, j.FromInput, j.Source, j.Target, j.Weight, j.Q = name, fromInput, source, target, []float64{2}, []int16{2}
		return j
	}
	return &ir.Network{Name: "chain", Steps: 2,
		Inputs:      []ir.Source{{Name: "x", N: 1, Input: ir.Encoding{Bits: 1, Scale: 1}}},
		Populations: []ir.Population{pop("a", 0), pop("b", 1)},
		Projections: []ir.Projection{join("xa", true, 0, 0), join("ab", false, 0, 1)},
		Outputs:     []ir.Sink{{Name: "out", Population: 1}}}
}

func TestChainNeedsNoUnusedParameters(t *testing.T) {
	net := chain() // has no reset values
	_, err := NewFloat(net)
	require.NoError(t, err)
	_, err = NewFixed(net)
	require.NoError(t, err)
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(*ir.Network)
		float, fixed string // "": accepted
	}{
		"recurrent": {func(n *ir.Network) { n.Projections[1].Source = 1 },
			`projection "ab": from "b" on level 1 to "b" on level 1 without a delay; a source of the same step must be on a lower level than its target`, "same"},
		"no steps": {func(n *ir.Network) { n.Steps = 0 }, `network "chain": 0 steps; an inference needs at least 1`, "same"},
		"order": {func(n *ir.Network) { n.Populations[0].Level = 2 },
			`population "b": level 1 comes after level 2 of "a"; populations must be in level order`, "same"},
		"graded source": {func(n *ir.Network) { n.Populations[0].Graded = true },
			`projection "ab": the source "a" has no spikes (LI); its membranes can only leave the network`, "same"},
		"no source": {func(n *ir.Network) { n.Projections[0].Source = 1 },
			`projection "xa": source input 1 does not exist; the network has 1 inputs and 2 populations`, "same"},
		"no target": {func(n *ir.Network) { n.Projections[0].Target = -1 },
			`projection "xa": target population -1 does not exist; the network has 2`, "same"},
		"shape": {func(n *ir.Network) { n.Projections[0].Pre.C = 3 },
			`projection "xa": a kernel from 3 to 1 values joins a source of 1 to a target of 1`, "same"},
		"no output": {func(n *ir.Network) { n.Outputs[0].Population = 2 }, `output "out": population 2 does not exist; the network has 2`, "same"},
		"empty":     {func(n *ir.Network) { n.Populations[0].N = 0 }, `population "a": 0 neurons; want at least 1`, "same"},
		"input":     {func(n *ir.Network) { n.Inputs[0].Input.Bits = 17 }, `input "x": 1 values of 17 bits; want at least 1 value of 1..16 bits`, "same"},
		"weights":   {func(n *ir.Network) { n.Projections[0].Weight = nil }, `projection "xa": 0 real weights; want 1`, ""},
		"decay":     {func(n *ir.Network) { n.Populations[1].Decay = nil }, `population "b": decay has 0 values; want 1 or 1`, ""},
		"not quantised": {func(n *ir.Network) { n.Populations[1].Q = nil },
			"", `population "b": it has no integers yet; run the quantise pass first`},
		"no integer weights": {func(n *ir.Network) { n.Projections[1].Q = nil }, "", `projection "ab": 0 integer weights; want 1`},
		"weight width":       {func(n *ir.Network) { n.Projections[1].Q[0] = -8 }, "", `projection "ab": weight 0 is -8; 4 bits hold -7..7`},
		"accumulator": {func(n *ir.Network) { n.Projections[1].Q[0] = 7; n.Populations[1].Q.AccBits = 3 },
			"", `population "b": neuron 0: its synapses can sum to 0..7, which needs 4 bits; the accumulator has 3`},
		"threshold width": {func(n *ir.Network) { n.Populations[0].Q.Threshold[0] = 128 },
			"", `population "a": neuron 0: threshold is 128; allowed are 1..127`},
		"subtract zero": {func(n *ir.Network) { n.Populations[0].Q.Threshold[0] = 0 },
			"", `population "a": neuron 0: threshold is 0; allowed are 1..127`},
		"decay range": {func(n *ir.Network) { n.Populations[0].Q.Decay[0] = 17 }, "", `population "a": neuron 0: decay is 17; allowed are 0..16`},
		"state bits":  {func(n *ir.Network) { n.Populations[0].Q.StateBits = 33 }, "", `population "a": 33 state bits; allowed are 2..32`},
	} {
		t.Run(name, func(t *testing.T) {
			net := chain()
			c.change(net)
			if c.fixed == "same" {
				c.fixed = c.float
			}
			_, err := NewFloat(net)
			_, err2 := NewFixed(net)
			for _, e := range []struct {
				got  error
				want string
			}{{err, c.float}, {err2, c.fixed}} {
				if e.want == "" {
					require.NoError(t, e.got)
				} else {
					require.EqualError(t, e.got, e.want)
				}
			}
		})
	}
}

func TestRunRefusesStimuliThatDoNotFit(t *testing.T) {
	f, err := NewFloat(chain())
	require.NoError(t, err)
	_, err = f.Run(context.Background(), nil)
	require.EqualError(t, err, `network "chain": 0 stimuli; it has 1 inputs`)
	_, err = f.Run(context.Background(), []*ir.Frames{{Steps: 2, N: 2, Scale: 1}})
	require.EqualError(t, err, `input "x": the stimulus has 2 values a step; the network takes 1`)
}

package compiler

import (
	"fmt"
	"strings"

	"github.com/snnc/snnc/ir"
)

// kernelFrac gives a table entry a range of ±256 stored units in 16 bits and
// an error of a 256th of one (docs/numerics.md, section Plasticity).
const kernelFrac = 7

// markPlastic gives the populations that the options name a plasticity unit.
func markPlastic(net *ir.Network, o Options) error {
	for _, name := range o.Plastic {
		pi, err := findPlastic(net, name)
		if err != nil {
			return err
		}
		if err := mayLearn(net, pi, o); err != nil {
			return fmt.Errorf("node %q cannot be plastic: %w", net.Populations[pi].Name, err)
		}
		net.Populations[pi].Plastic = &ir.Plastic{Fraction: o.PlasticFraction, KernelFrac: kernelFrac, Batch: o.PlasticBatch}
		choice := fmt.Sprintf("plastic: %d + %d bits a weight, one scale, updates of up to %d samples", o.WeightBits, o.PlasticFraction, o.PlasticBatch)
		if n := net.Populations[pi].N; n > o.CoreNeurons {
			choice += fmt.Sprintf("; one core of %d neurons, more than the %d of others", n, o.CoreNeurons)
		}
		net.Decisions = append(net.Decisions, ir.Decision{Subject: net.Populations[pi].Name, Choice: choice, Reason: "option plastic"})
	}
	return nil
}

// findPlastic finds a population by its node's name, that of the weights
// into it, or "last".
func findPlastic(net *ir.Network, name string) (int, error) {
	last, named := 0, []string{}
	for i := range net.Populations {
		if net.Populations[i].Level >= net.Populations[last].Level {
			last = i
		}
		if net.Populations[i].Name == name {
			return i, nil
		}
		named = append(named, net.Populations[i].Name)
	}
	if name == "last" {
		return last, nil
	}
	for i := range net.Projections {
		if net.Projections[i].Name == name {
			return net.Projections[i].Target, nil
		}
	}
	return 0, fmt.Errorf("option plastic: no node is called %q; neurons are %s, and last", name, strings.Join(named, ", "))
}

// mayLearn tells why a population cannot have a plasticity unit.
func mayLearn(net *ir.Network, pi int, o Options) error {
	p := &net.Populations[pi]
	var into []*ir.Projection
	for i := range net.Projections {
		if net.Projections[i].Target == pi {
			into = append(into, &net.Projections[i])
		}
	}
	switch {
	case p.Plastic != nil:
		return fmt.Errorf("it is named twice")
	case p.Graded:
		return fmt.Errorf("its neurons do not spike, and the rule needs their first spikes")
	case len(into) != 1 || !into[0].Dense():
		return fmt.Errorf("the unit learns one dense matrix, and %d projections that are not all dense lead into it", len(into))
	case into[0].FromInput && (net.Inputs[into[0].Source].Input.Bits > 1 || net.Inputs[into[0].Source].Input.Held):
		return fmt.Errorf("its source is an input of numbers; the rule needs spikes, so encode the input as spikes (rate, latency) or choose a later layer")
	case net.Steps > 255:
		return fmt.Errorf("%d steps; a latency has 8 bits, so at most 255 are possible", net.Steps)
	case p.N*into[0].Pre.Size() > 1<<24:
		return fmt.Errorf("%d × %d pairs; the unit counts up to %d", p.N, into[0].Pre.Size(), 1<<24)
	case o.WeightBits+o.PlasticFraction > 24:
		return fmt.Errorf("%d weight and %d fraction bits; the weight memory holds 24", o.WeightBits, o.PlasticFraction)
	}
	if words := storedWords(p.N, into[0].Pre.Size(), lanesOf(p, o), o.WeightBits+o.PlasticFraction); words > ir.WindowWords {
		return fmt.Errorf("%d × %d stored weights of %d bits take %d words of 32 bits, and the host's window has %d; "+
			"a plastic layer is one core: lower plastic-fraction (%d) or weight-bits (%d), or make the layer smaller",
			into[0].Pre.Size(), p.N, o.WeightBits+o.PlasticFraction, words, ir.WindowWords, o.PlasticFraction, o.WeightBits)
	}
	return nil
}

// storedWords is what the weight memory of a plastic core takes in the host's
// window: a row of the lanes' weights lies in a power of two of words.
func storedWords(posts, pres, lanes, bits int) int {
	return ceilDiv(posts, lanes) * pres * pow2(ceilDiv(lanes*bits, 32))
}

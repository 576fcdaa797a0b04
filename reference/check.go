package reference

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// check tells whether the network has the shape that both references execute.
func check(net *ir.Network) error {
	if net.Steps < 1 {
		return fmt.Errorf("network %q: %d steps; an inference needs at least 1", net.Name, net.Steps)
	}
	for i := range net.Inputs {
		in := &net.Inputs[i]
		if in.N < 1 || in.Input.Bits < 1 || in.Input.Bits > 16 {
			return fmt.Errorf("input %q: %d values of %d bits; want at least 1 value of 1..16 bits", in.Name, in.N, in.Input.Bits)
		}
	}
	for i := range net.Populations {
		p := &net.Populations[i]
		if p.N < 1 {
			return fmt.Errorf("population %q: %d neurons; want at least 1", p.Name, p.N)
		}
		if i > 0 && net.Populations[i-1].Level > p.Level {
			return fmt.Errorf("population %q: level %d comes after level %d of %q; populations must be in level order",
				p.Name, p.Level, net.Populations[i-1].Level, net.Populations[i-1].Name)
		}
	}
	for i := range net.Projections {
		if err := checkProjection(net, &net.Projections[i]); err != nil {
			return fmt.Errorf("projection %q: %w", net.Projections[i].Name, err)
		}
	}
	for i := range net.Outputs {
		if o := &net.Outputs[i]; o.Population < 0 || o.Population >= len(net.Populations) {
			return fmt.Errorf("output %q: population %d does not exist; the network has %d", o.Name, o.Population, len(net.Populations))
		}
	}
	return nil
}

func checkProjection(net *ir.Network, j *ir.Projection) error {
	if j.Target < 0 || j.Target >= len(net.Populations) {
		return fmt.Errorf("target population %d does not exist; the network has %d", j.Target, len(net.Populations))
	}
	target := &net.Populations[j.Target]
	pre, kind := 0, "population"
	if j.FromInput {
		kind = "input"
		if j.Source >= 0 && j.Source < len(net.Inputs) {
			pre = net.Inputs[j.Source].N
		}
	} else if j.Source >= 0 && j.Source < len(net.Populations) {
		source := &net.Populations[j.Source]
		pre = source.N
		if j.Delay == 0 && source.Level >= target.Level {
			return fmt.Errorf("from %q on level %d to %q on level %d without a delay; a source of the same step must be on a lower level than its target",
				source.Name, source.Level, target.Name, target.Level)
		}
		if source.Graded {
			return fmt.Errorf("the source %q has no spikes (LI); its membranes can only leave the network", source.Name)
		}
	}
	if pre == 0 {
		return fmt.Errorf("source %s %d does not exist; the network has %d inputs and %d populations",
			kind, j.Source, len(net.Inputs), len(net.Populations))
	}
	if j.Pre.Size() != pre || j.Post.Size() != target.N {
		return fmt.Errorf("a kernel from %d to %d values joins a source of %d to a target of %d",
			j.Pre.Size(), j.Post.Size(), pre, target.N)
	}
	return j.Validate()
}

// column returns a parameter with one value for each of n neurons. A
// parameter that the model does not use may be absent.
func column[T any](population, name string, v []T, n int, used bool) ([]T, error) {
	if len(v) != 1 && len(v) != n && (used || len(v) != 0) {
		return nil, fmt.Errorf("population %q: %s has %d values; want 1 or %d", population, name, len(v), n)
	}
	out := make([]T, n)
	if len(v) > 0 {
		for i := range out {
			out[i] = ir.At(v, i)
		}
	}
	return out, nil
}

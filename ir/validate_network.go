package ir

import "fmt"

// Validate checks the invariants that the references and later passes rely on.
func (n *Network) Validate() []error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if n.Steps < 1 || len(n.Inputs) == 0 || len(n.Populations) == 0 || len(n.Outputs) == 0 {
		fail("network %q has %d steps, %d inputs, %d populations and %d outputs; it needs one of each", n.Name, n.Steps, len(n.Inputs), len(n.Populations), len(n.Outputs))
		return errs
	}
	for i, p := range n.Populations {
		for name, v := range map[string][]float64{"decay": p.Decay, "bias": p.Bias, "threshold": p.Threshold, "v_reset": p.VReset} {
			if len(v) != 1 && len(v) != p.N {
				fail("node %q: %d values of %s for %d neurons", p.Name, len(v), name, p.N)
			}
		}
		if i > 0 && p.Level < n.Populations[i-1].Level {
			fail("node %q: level %d stands after level %d", p.Name, p.Level, n.Populations[i-1].Level)
		}
		if q := p.Q; q != nil && (len(q.Unit) != p.N || len(q.Bias) != p.N || len(q.Threshold) != p.N) {
			fail("node %q: integers for %d, %d and %d of %d neurons", p.Name, len(q.Unit), len(q.Bias), len(q.Threshold), p.N)
		}
	}
	for _, p := range n.Projections {
		sources, pre := len(n.Populations), 0
		if p.FromInput {
			sources = len(n.Inputs)
		}
		if p.Source < 0 || p.Source >= sources || p.Target < 0 || p.Target >= len(n.Populations) {
			fail("projection %q joins %d and %d, which do not both exist", p.Name, p.Source, p.Target)
			continue
		}
		if p.FromInput {
			pre = n.Inputs[p.Source].N
		} else {
			pre = n.Populations[p.Source].N
		}
		if err := p.Validate(); err != nil {
			errs = append(errs, err)
		} else if p.Pre.Size() != pre || p.Post != n.Populations[p.Target].Grid {
			fail("projection %q from %d to %v values joins %d to %v", p.Name, p.Pre.Size(), p.Post, pre, n.Populations[p.Target].Grid)
		}
	}
	for _, o := range n.Outputs {
		if o.Population < 0 || o.Population >= len(n.Populations) {
			fail("output %q reads population %d, which does not exist", o.Name, o.Population)
		}
	}
	return errs
}

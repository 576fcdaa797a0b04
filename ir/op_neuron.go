package ir

import "fmt"

// IF integrates and fires: v̇ = r·x; a spike where v > v_threshold; v_reset
// absent means 0.
type IF struct{ R, VThreshold, VReset *Tensor }

// LIF leaks: τ·v̇ = (v_leak − v) + r·x; a spike where v > v_threshold;
// v_reset absent means 0.
type LIF struct{ Tau, R, VLeak, VThreshold, VReset *Tensor }

// LI is LIF without spikes: its output is v.
type LI struct{ Tau, R, VLeak *Tensor }

// Threshold has no state: a spike where x > threshold.
type Threshold struct{ Threshold *Tensor }

func init() {
	register(func() Op { return &IF{} })
	register(func() Op { return &LIF{} })
	register(func() Op { return &LI{} })
	register(func() Op { return &Threshold{} })
}

func (*IF) Kind() string        { return "IF" }
func (*LIF) Kind() string       { return "LIF" }
func (*LI) Kind() string        { return "LI" }
func (*Threshold) Kind() string { return "Threshold" }

func (o *IF) Fields() []Field {
	return sameSize([]Field{
		{Name: "r", Value: &o.R},
		{Name: "v_threshold", Value: &o.VThreshold},
		{Name: "v_reset", Value: &o.VReset, Optional: true},
	})
}

func (o *LIF) Fields() []Field {
	return sameSize([]Field{
		{Name: "tau", Value: &o.Tau, Check: positive},
		{Name: "r", Value: &o.R},
		{Name: "v_leak", Value: &o.VLeak},
		{Name: "v_threshold", Value: &o.VThreshold},
		{Name: "v_reset", Value: &o.VReset, Optional: true},
	})
}

func (o *LI) Fields() []Field {
	return sameSize([]Field{
		{Name: "tau", Value: &o.Tau, Check: positive},
		{Name: "r", Value: &o.R},
		{Name: "v_leak", Value: &o.VLeak},
	})
}

func (o *Threshold) Fields() []Field {
	return []Field{{Name: "threshold", Value: &o.Threshold, Check: nonEmpty}}
}

func (*IF) sealed()        {}
func (*LIF) sealed()       {}
func (*LI) sealed()        {}
func (*Threshold) sealed() {}

// sameSize adds the rule that all parameters of a neuron have one value for
// each neuron, or a single value for all.
func sameSize(fields []Field) []Field {
	for i := range fields {
		own := fields[i].Check
		fields[i].Check = func(t *Tensor) error {
			if len(t.Data) == 0 {
				return fmt.Errorf("shape %v has no element", t.Shape)
			}
			for _, other := range fields {
				o := *other.Value
				if o != nil && len(o.Data) > 1 && len(t.Data) > 1 && len(o.Data) != len(t.Data) {
					return fmt.Errorf("shape %v does not fit field %q of shape %v", t.Shape, other.Name, o.Shape)
				}
			}
			if own != nil {
				return own(t)
			}
			return nil
		}
	}
	return fields
}

// NeuronCount returns how many neurons the parameters describe: 0 when all
// are scalars, which means as many as the edge into the node carries.
func NeuronCount(op Op) int {
	n := 0
	for _, f := range op.Fields() {
		if t := *f.Value; t != nil && len(t.Shape) > 0 && len(t.Data) > n {
			n = len(t.Data)
		}
	}
	return n
}

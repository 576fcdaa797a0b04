package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// discretise fills a population's discrete parameters from its node and
// returns the gain of each neuron's input. It records what the file left open.
func discretise(p *ir.Population, n ir.Node, o Options, net *ir.Network) ([]float64, error) {
	pre, err := findPreset(o.From)
	if err != nil {
		return nil, err
	}
	dt, dtWhy := pre.dt, "preset "+o.From+": "+pre.why
	if o.DT > 0 {
		dt, dtWhy = o.DT, "option dt"
	}
	reset, delay, resetWhy := pre.reset, pre.delay, "preset "+o.From
	if o.Reset != "" {
		reset, resetWhy = o.Reset, "option reset"
	}
	if o.ResetDelay != nil {
		delay, resetWhy = *o.ResetDelay, resetWhy+", option reset-delay"
	}
	p.AtLeast = pre.atLeast
	compareWhy := "preset " + o.From
	switch o.Compare {
	case "":
	case "gt", "ge":
		p.AtLeast, compareWhy = o.Compare == "ge", "option compare"
	default:
		return nil, fmt.Errorf("option compare is %q; it must be gt or ge", o.Compare)
	}

	gain := make([]float64, p.N)
	p.Decay = make([]float64, p.N)
	p.Bias = make([]float64, p.N)
	p.Threshold = make([]float64, p.N)
	p.VReset = make([]float64, p.N)
	spiking := true
	leaky := func(tau, r, vleak *ir.Tensor) error {
		for i := range gain {
			d, g := pre.leak(dt, tau.At(i))
			if d < 0 || d >= 1 {
				return fmt.Errorf("node %q (%s): dt = %v with tau[%d] = %v gives a decay of %v; it must be 0 to 1, so choose dt at most tau",
					n.Name, n.Op.Kind(), dt, i, tau.At(i), d)
			}
			p.Decay[i], gain[i], p.Bias[i] = d, g*r.At(i), (1-d)*vleak.At(i)
		}
		return nil
	}
	set := func(dst []float64, t *ir.Tensor) {
		for i := range dst {
			if t != nil {
				dst[i] = t.At(i)
			}
		}
	}
	decide := func(choice, why string) {
		net.Decisions = append(net.Decisions, ir.Decision{Subject: n.Name, Choice: choice, Reason: why})
	}
	switch op := n.Op.(type) {
	case *ir.LIF:
		if err := leaky(op.Tau, op.R, op.VLeak); err != nil {
			return nil, err
		}
		set(p.Threshold, op.VThreshold)
		set(p.VReset, op.VReset)
		decide(fmt.Sprintf("LIF, dt %g", dt), dtWhy)
	case *ir.LI:
		if err := leaky(op.Tau, op.R, op.VLeak); err != nil {
			return nil, err
		}
		p.Graded, spiking = true, false
		decide(fmt.Sprintf("LI, dt %g", dt), dtWhy)
	case *ir.IF:
		for i := range gain {
			p.Decay[i], gain[i] = 1, op.R.At(i)
			if pre.ifGain {
				gain[i] *= dt
			}
		}
		set(p.Threshold, op.VThreshold)
		set(p.VReset, op.VReset)
		if pre.ifGain {
			decide(fmt.Sprintf("IF, v += r·dt·x, dt %g", dt), dtWhy)
		} else {
			decide("IF, v += r·x", "preset "+o.From)
		}
	case *ir.Threshold:
		for i := range gain {
			gain[i] = 1
		}
		set(p.Threshold, op.Threshold)
		reset = "none"
	case *ir.Output:
		for i := range gain {
			gain[i] = 1
		}
		p.Graded, spiking = true, false
	}
	if !spiking {
		return gain, nil
	}
	switch reset {
	case "zero":
		p.Reset = ir.ResetValue
	case "subtract":
		p.Reset = ir.ResetSubtract
		if delay {
			p.Reset = ir.ResetDelayed
		}
		for i, th := range p.Threshold {
			if th <= 0 {
				return nil, fmt.Errorf("node %q (%s): threshold[%d] is %v; reset by subtraction needs it above zero", n.Name, n.Op.Kind(), i, th)
			}
		}
	case "none":
		p.Reset = ir.ResetNone
	default:
		return nil, fmt.Errorf("option reset is %q; it must be zero, subtract or none", reset)
	}
	if _, ok := n.Op.(*ir.Threshold); !ok {
		text := map[ir.Reset]string{ir.ResetValue: "to v_reset", ir.ResetSubtract: "by subtraction", ir.ResetDelayed: "by subtraction one step later", ir.ResetNone: "none"}[p.Reset]
		if delay && p.Reset == ir.ResetValue {
			text += " (a delayed reset to a value gives the same spikes)"
		}
		decide("reset "+text, resetWhy)
	}
	cmp := "v > threshold"
	if p.AtLeast {
		cmp = "v >= threshold"
	}
	decide("spike where "+cmp, compareWhy)
	return gain, nil
}

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
	dt, dtWhy, err := o.stepTime()
	if err != nil {
		return nil, err
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
	// The current is kept in units of what it adds to the membrane in a step, so
	// the membrane's gain r·dt/tau_mem joins the synapses'.
	cuba := func(tauSyn, tauMem, r, vleak, win *ir.Tensor) error {
		if err := leaky(tauMem, r, vleak); err != nil {
			return err
		}
		p.Current = true
		p.SynDecay, p.VBias = make([]float64, p.N), p.Bias
		p.Bias = make([]float64, p.N)
		for i := range gain {
			d, g := pre.leak(dt, tauSyn.At(i))
			if d < 0 || d >= 1 {
				return fmt.Errorf("node %q (%s): dt = %v with tau_syn[%d] = %v gives a decay of %v; it must be 0 to 1, so choose dt at most tau_syn",
					n.Name, n.Op.Kind(), dt, i, tauSyn.At(i), d)
			}
			p.SynDecay[i] = d
			if pre.jump {
				g = 1
			}
			if win != nil {
				g *= win.At(i)
			}
			gain[i] *= g
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
	case *ir.CubaLIF:
		if err := cuba(op.TauSyn, op.TauMem, op.R, op.VLeak, op.WIn); err != nil {
			return nil, err
		}
		set(p.Threshold, op.VThreshold)
		set(p.VReset, op.VReset)
		decide(fmt.Sprintf("CubaLIF, the membrane takes the new current, dt %g", dt), dtWhy)
		if pre.jump {
			decide("a spike adds w_in to the current", "preset "+o.From)
		}
	case *ir.CubaLI:
		if err := cuba(op.TauSyn, op.TauMem, op.R, op.VLeak, op.WIn); err != nil {
			return nil, err
		}
		p.Graded, spiking = true, false
		decide(fmt.Sprintf("CubaLI, the membrane takes the new current, dt %g", dt), dtWhy)
	case *ir.I:
		for i := range gain {
			p.Decay[i], gain[i] = 1, op.R.At(i)
			if pre.ifGain {
				gain[i] *= dt
			}
		}
		p.Graded, spiking = true, false
		decide("I, integrates as IF does", "preset "+o.From)
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
	if pre.rest && spiking {
		restAtZero(p)
		decide("the membrane begins at v_reset", "preset "+o.From)
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

// restAtZero counts the membrane from v_reset on, where the machine's begins: the
// dynamics are the same for v − v_reset, with thresholds and leak moved.
func restAtZero(p *ir.Population) {
	leak := p.Bias
	if p.Current {
		leak = p.VBias
	}
	for i, v := range p.VReset {
		p.Threshold[i] -= v
		leak[i] -= (1 - p.Decay[i]) * v
		p.VReset[i] = 0
	}
}

package compiler

import (
	"errors"
	"fmt"

	"github.com/snnc/snnc/ir"
)

// forOverlay takes the options that an overlay fixes from it.
func (o *Options) forOverlay() error {
	v := o.Overlay
	if v == nil {
		return nil
	}
	if err := v.Validate(); err != nil {
		return err
	}
	if len(o.Plastic) > 0 {
		return fmt.Errorf("option plastic: overlay %q has no plasticity unit; compile without the overlay", v.Name)
	}
	for _, f := range []struct {
		name string
		v    *int
		is   int
	}{
		{"weight-bits", &o.WeightBits, v.WeightBits}, {"decay-bits", &o.DecayBits, v.DecayBits}, {"lanes", &o.Lanes, v.Lanes},
		{"update-lanes", &o.Update, v.Update}, {"word-bits", &o.WordBits, v.WordBits},
	} {
		if *f.v != 0 && *f.v != f.is {
			return fmt.Errorf("option %s is %d; overlay %q was built with %d: leave the option out", f.name, *f.v, v.Name, f.is)
		}
		*f.v = f.is
	}
	if o.Net != "" && o.Net != v.Net.Kind {
		return fmt.Errorf("option net is %q; overlay %q was built with a %s: leave the option out", o.Net, v.Name, v.Net.Kind)
	}
	o.Net = v.Net.Kind
	if most := v.Groups * v.Lanes; o.CoreNeurons == 0 || o.CoreNeurons > most {
		o.CoreNeurons = most
	}
	return nil
}

// overlayLimits finds how many neurons of each population a core may hold so that
// everything else that a part needs of an overlay's core fits too: weight rows,
// tables and spike memories shrink with the part. It begins with what the cores
// hold and halves the parts of the populations that do not fit, until all do or
// the overlay has too few cores.
func overlayLimits(net *ir.Network, o Options) ([]int, error) {
	v := o.Overlay
	for i := range net.Populations {
		if p := &net.Populations[i]; p.Graded {
			return nil, fmt.Errorf("node %q: its membranes are read out; overlay %q sends spikes: end the network in neurons that spike, or compile without the overlay", p.Name, v.Name)
		}
	}
	o.limits = make([]int, len(net.Populations))
	for i := range o.limits {
		o.limits[i] = o.CoreNeurons
	}
	var lacks error // in the parts before these
	for {
		cores, err := passPartition(net, o)
		switch {
		case err != nil:
			return nil, errors.Join(err, lacks)
		case len(cores) > v.Cores && lacks == nil:
			return nil, fmt.Errorf("overlay %q: the network takes %d cores of up to %d neurons; it has %d", v.Name, len(cores), o.CoreNeurons, v.Cores)
		case len(cores) > v.Cores:
			return nil, fmt.Errorf("overlay %q has %d cores, and in parts small enough for them the network takes more; in larger parts: %w", v.Name, v.Cores, lacks)
		}
		p, err := passLower(net, cores, passPlace(net, cores, o, nil), o)
		if err != nil {
			return nil, err
		}
		halve := make([]bool, len(net.Populations))
		lacks = nil
		for i := range p.Cores {
			c := &p.Cores[i]
			if errs := v.Fits(c); len(errs) > 0 {
				halve[c.Layer] = true
				if lacks == nil {
					lacks = fmt.Errorf("node %q: %w", net.Populations[c.Layer].Name, errors.Join(errs...))
				}
			}
		}
		if lacks == nil {
			return o.limits, nil
		}
		for i := range halve {
			if !halve[i] {
				continue
			}
			if o.limits[i] = pow2((o.limits[i] + 1) / 2); o.limits[i] < o.WordBits {
				return nil, lacks
			}
		}
	}
}

// onOverlay places cores on the first nodes of an overlay. Core i is at node i + 1,
// so that a core has one number for compiler, host and trace; the order of parts is
// the network's, whose layers in turn are near each other on a small mesh.
func onOverlay(cores []ir.Core, v *ir.Overlay) ir.Net {
	for i := range cores {
		cores[i].Node = i + 1
	}
	return v.Net
}

// ontoOverlay gives a lowered program the forms that an overlay's cores have:
// every neuron a decay of its own, and a current where the machine has one. A
// current without memory is what drives it, so spikes stay the same; quantising
// made sure that it does not saturate.
func ontoOverlay(p *ir.Program, perTick int) error {
	v := p.Overlay
	for i := range p.Cores {
		c := &p.Cores[i]
		c.Overlay = true
		n := len(c.Threshold)
		c.DecayMode, c.DecayConst, c.Decay = eachDecay(c.DecayMode, c.DecayConst, c.Decay, n)
		if v.Current && !c.Current {
			c.Current, c.VBias, c.SynDecayMode = true, make([]int32, n), ir.DecayZero
		}
		if c.Current {
			c.SynDecayMode, c.SynDecayConst, c.SynDecay = eachDecay(c.SynDecayMode, c.SynDecayConst, c.SynDecay, n)
		}
	}
	if perTick > p.Net.HostDepth {
		return fmt.Errorf("overlay %q: its event FIFO holds %d words and a tick of the network can send %d", v.Name, p.Net.HostDepth, perTick)
	}
	for _, o := range p.Outputs {
		if o.Base+o.Words > 1<<p.Net.AddrBits {
			return fmt.Errorf("overlay %q: its packets address %d words of the host, output %q needs %d", v.Name, 1<<p.Net.AddrBits, o.Name, o.Base+o.Words)
		}
	}
	return nil
}

// eachDecay gives every neuron the decay that all have; a membrane that does
// not leak keeps its mode.
func eachDecay(mode ir.DecayMode, value int32, each []int32, n int) (ir.DecayMode, int32, []int32) {
	switch mode {
	case ir.DecayOne, ir.DecayPerNeuron:
		return mode, 0, each
	case ir.DecayZero:
		value = 0
	}
	each = make([]int32, n)
	for i := range each {
		each[i] = value
	}
	return ir.DecayPerNeuron, 0, each
}

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

// overlayNeurons is the largest number of neurons a core, halved from what an
// overlay's core holds, at which every part of the network fits: weight rows,
// tables and spike memories shrink with the part.
func overlayNeurons(net *ir.Network, o Options) (int, error) {
	v := o.Overlay
	var first error
	for n := o.CoreNeurons; n >= o.WordBits; n /= 2 {
		o.CoreNeurons = n
		cores, err := passPartition(net, o)
		if err == nil && len(cores) > v.Cores {
			err = fmt.Errorf("overlay %q: in parts of up to %d neurons the network takes %d cores; it has %d", v.Name, n, len(cores), v.Cores)
		}
		if err == nil {
			var p *ir.Program
			if p, err = passLower(net, cores, passPlace(net, cores, o, nil), o); err == nil {
				if err = errors.Join(p.Validate()...); err == nil {
					return n, nil
				}
			}
		}
		if first == nil {
			first = err
		}
	}
	return 0, fmt.Errorf("the network does not fit: %w", first)
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

package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// maxInputSlots bounds the input memory of a stimulus that changes every
// step: the host refills it between runs of that many ticks.
const maxInputSlots = 64

// maxHostWords bounds the event FIFO: the host drains it between runs.
const maxHostWords = 4096

// passLower lays out memories, routes and images. It decides nothing that a
// person would want to steer: places and sizes follow from the parts.
func passLower(net *ir.Network, cores []ir.Core, fabric ir.Net, o Options) (*ir.Program, error) {
	p := &ir.Program{Name: net.Name, WordBits: o.WordBits, Steps: net.Steps, Interval: net.Interval, Net: fabric, Cores: cores, Notes: net.Decisions, Overlay: o.Overlay}
	top := 0
	for _, pop := range net.Populations {
		p.Layers = append(p.Layers, ir.Layer{Name: pop.Name, N: pop.N, Grid: pop.Grid, Level: pop.Level})
		top = max(top, pop.Level)
	}
	p.Ticks = (net.Steps-1)*net.Interval + top + 1
	layoutInputs(net, p, o)
	for i := range cores {
		if err := newLayout(net, p, i).lower(); err != nil {
			return nil, err
		}
	}
	perTick := layoutOutputs(net, p)
	if o.Overlay != nil {
		return p, ontoOverlay(p, perTick)
	}
	p.Net.HostDepth = pow2(max(perTick, min(perTick*net.Steps, maxHostWords)))
	addr := 1
	for i := range cores {
		c := &cores[i]
		for _, r := range c.Routes {
			addr = max(addr, r.Mask<<r.Shift+r.Base+c.Words(o.WordBits))
		}
	}
	if p.Net.AddrBits = ir.Clog2(addr); p.Net.AddrBits > 16 {
		return nil, fmt.Errorf("a spike memory or the host's space needs %d word addresses; packets address 65536, so use cores with fewer inputs", addr)
	}
	p.Net.AddrBits = max(p.Net.AddrBits, 1)
	return p, nil
}

func layoutInputs(net *ir.Network, p *ir.Program, o Options) {
	base := 0
	for i, in := range net.Inputs {
		port := ir.InputPort{Name: in.Name, Shape: in.Shape, N: in.N, Input: in.Input, Base: base, Slots: 1}
		port.PlaneWords = ceilDiv(in.N, o.WordBits)
		port.SlotShift = ir.Clog2(in.Input.Bits * port.PlaneWords)
		if !in.Input.Held {
			slots := o.InputSlots
			if slots == 0 {
				slots = min(net.Steps, maxInputSlots)
			}
			for _, pr := range net.Projections {
				if pr.FromInput && pr.Source == i && (net.Populations[pr.Target].Level > 0 || pr.Delay > 0) {
					slots = net.Steps // a late reader: the host must not overwrite what it has still to read
				}
			}
			port.Slots = pow2(slots)
		}
		base += port.Slots << port.SlotShift
		p.Inputs = append(p.Inputs, port)
	}
}

// layoutOutputs gives the cores of output populations their routes to the host,
// and returns the most words that come there in a tick.
func layoutOutputs(net *ir.Network, p *ir.Program) (perTick int) {
	base := 0
	for _, s := range net.Outputs {
		pop := net.Populations[s.Population]
		out := ir.OutputPort{Name: s.Name, Layer: s.Population, N: pop.N, Graded: pop.Graded, Base: base}
		if pop.Graded {
			out.Unit = pop.Q.Unit
		}
		for i := range p.Cores {
			if c := &p.Cores[i]; c.Layer == s.Population {
				c.Routes = append(c.Routes, ir.Route{Base: base + out.Words})
				out.Words += c.Words(p.WordBits)
			}
		}
		p.Outputs = append(p.Outputs, out)
		base += out.Words
		perTick += out.Words
	}
	return perTick
}

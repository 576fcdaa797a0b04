package host

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// outputs puts the words that reach the host into traces.
type outputs struct {
	p      *ir.Program
	traces []ir.Trace
}

func newOutputs(p *ir.Program) *outputs {
	o := &outputs{p: p}
	for _, port := range p.Outputs {
		t := ir.Trace{Name: port.Name, N: port.N, Steps: p.Steps, Graded: port.Graded}
		if port.Graded {
			t.State = make([]int32, p.Steps*port.N)
		} else {
			t.Spikes = make([]uint8, p.Steps*port.N)
		}
		o.traces = append(o.traces, t)
	}
	return o
}

// take enters one event: a word or a membrane, at an address of the host's
// space.
func (o *outputs) take(tick, addr int, data uint32) error {
	w := o.p.WordBits
	for i := range o.p.Outputs {
		port, t := &o.p.Outputs[i], &o.traces[i]
		size := port.N
		if !port.Graded {
			size = (port.N + w - 1) / w
		}
		at := addr - port.Base
		if at < 0 || at >= size {
			continue
		}
		step := tick - o.p.Layers[port.Layer].Level
		if step < 0 || step >= t.Steps {
			return fmt.Errorf("event of output %q in tick %d: the output's level is %d, so its ticks are %d to %d",
				port.Name, tick, o.p.Layers[port.Layer].Level, tick-step, tick-step+t.Steps-1)
		}
		if port.Graded {
			t.State[step*t.N+at] = int32(data<<(32-w)) >> (32 - w)
			return nil
		}
		for b := 0; b < w; b++ {
			if data>>b&1 == 0 {
				continue
			}
			n := at*w + b
			if n >= t.N {
				return fmt.Errorf("event of output %q in tick %d: spike of neuron %d; it has %d", port.Name, tick, n, t.N)
			}
			t.Spikes[step*t.N+n] = 1
		}
		return nil
	}
	return fmt.Errorf("event at address %d in tick %d: no output is there", addr, tick)
}

func (o *outputs) result() *ir.Result {
	for i := range o.traces {
		t := &o.traces[i]
		if !t.Graded {
			continue
		}
		t.Value = make([]float64, len(t.State))
		for n, v := range t.State {
			t.Value[n] = float64(v) * ir.At(o.p.Outputs[i].Unit, n%t.N)
		}
	}
	return &ir.Result{Outputs: o.traces}
}

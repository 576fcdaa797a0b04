package host

import (
	"fmt"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// outputs puts the words that reach the host into traces.
type outputs struct {
	p      *ir.Program
	traces []ir.Trace
	space  []ir.HostWord
}

func newOutputs(p *ir.Program) *outputs {
	o := &outputs{p: p, space: p.HostMap()}
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

// takeAll enters events as region EVENTS holds them: two words each.
func (o *outputs) takeAll(words []uint32) error {
	for i := 0; i < len(words); i += 2 {
		meta := words[i]
		if err := o.take(int(meta>>regmap.EventTickShift), int(meta&regmap.EventAddressMask), words[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// take enters one event: a word or a membrane, at an address of the host's
// space.
func (o *outputs) take(tick, addr int, data uint32) error {
	if addr >= len(o.space) || o.space[addr].Output < 0 {
		return fmt.Errorf("event at address %d in tick %d: no output is there", addr, tick)
	}
	w, from := o.p.WordBits, o.space[addr]
	port, t, c := &o.p.Outputs[from.Output], &o.traces[from.Output], &o.p.Cores[from.Core]
	step, active := o.p.Active(c, tick)
	if !active {
		return fmt.Errorf("event of output %q in tick %d: core %d has no step then", port.Name, tick, from.Core)
	}
	if port.Graded {
		if n, ok := o.p.NeuronAt(c, from.Word); ok {
			t.State[step*t.N+n] = int32(data<<(32-w)) >> (32 - w)
		}
		return nil
	}
	for b := range w {
		if data>>b&1 == 0 {
			continue
		}
		n, ok := o.p.NeuronAt(c, from.Word*w+b)
		if !ok {
			return fmt.Errorf("event of output %q in tick %d: slot %d of core %d is silent", port.Name, tick, from.Word*w+b, from.Core)
		}
		t.Spikes[step*t.N+n] = 1
	}
	return nil
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

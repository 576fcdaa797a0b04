package target

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/ir"
)

// DifferenceError says that the board does something else than the simulator.
type DifferenceError struct {
	Port, What string
	Sample     int
	Got, Want  any
}

func (e *DifferenceError) Error() string {
	return fmt.Sprintf("%s: self-test: sample %d: %s: the board gives %v, the simulator %v", e.Port, e.Sample, e.What, e.Got, e.Want)
}

// SelfTest runs n random samples on the board and on a reference and compares
// outputs and cycles.
func (t *Target) SelfTest(ctx context.Context, ref backend.Runner, n int) error {
	p := t.dev.Program()
	for i := range n {
		frames := Vectors(p, uint64(i)+1)
		want, err := ref.Run(ctx, frames)
		if err != nil {
			return err
		}
		got, err := t.Run(ctx, frames)
		if err != nil {
			return err
		}
		if !backend.SameOutputs(want, got) {
			return &DifferenceError{t.port, "outputs", i, spikes(got), spikes(want)}
		}
		if got.Cycles != want.Cycles {
			return &DifferenceError{t.port, "cycles", i, got.Cycles, want.Cycles}
		}
	}
	return nil
}

// spikes of each output, for messages.
func spikes(r *ir.Result) (n []int) {
	for i := range r.Outputs {
		sum := 0
		for _, s := range r.Outputs[i].Spikes {
			sum += int(s)
		}
		n = append(n, sum)
	}
	return n
}

// Vectors are random stimuli of a program's inputs: from silence to all that
// an input takes, by the seed.
func Vectors(p *ir.Program, seed uint64) []*ir.Frames {
	rng := rand.New(rand.NewPCG(seed, 0x5EED))
	var all []*ir.Frames
	for i := range p.Inputs {
		in := &p.Inputs[i]
		f := &ir.Frames{Steps: p.Steps, N: in.N, Bits: in.Input.Bits, Signed: in.Input.Signed, Held: in.Input.Held, Scale: in.Input.Scale}
		rows := p.Steps
		if in.Input.Held {
			rows = 1
		}
		f.Values = make([]int32, rows*in.N)
		lo, hi := int32(0), int32(1)<<in.Input.Bits-1
		if in.Input.Signed {
			lo, hi = -1<<(in.Input.Bits-1), 1<<(in.Input.Bits-1)-1
		}
		density := float64(seed%8) / 7
		for k := range f.Values {
			if rng.Float64() < density {
				f.Values[k] = lo + int32(rng.Int64N(int64(hi)-int64(lo)+1))
			}
		}
		all = append(all, f)
	}
	return all
}

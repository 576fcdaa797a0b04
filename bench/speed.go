package bench

import (
	"context"
	"math"
	"runtime"
	"time"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// comparison is the fastest of several alternating passes of each side. The
// fastest is the pass that other work on the machine disturbed least.
type comparison struct {
	cycles    float64 // of one pass, ticks only
	simulator float64 // seconds of a pass: packing the inputs included
	rtl       speed
	// passes has the ratio of every alternation, ticks only.
	passes []float64
}

// compareSpeed lets simulator and model run the same stimuli in turn. The
// simulator has one processor, garbage collection included.
func compareSpeed(ctx context.Context, p *ir.Program, model *rtlModel, frames [][]*ir.Frames, rounds int) (comparison, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	c := comparison{simulator: math.Inf(1), rtl: speed{tickSeconds: math.Inf(1), allSeconds: math.Inf(1)}}
	m, err := sim.New(p, sim.Options{})
	if err != nil {
		return c, err
	}
	// A simulator's pass is shorter than the clock's disturbances: it is
	// repeated until it has taken as long as a time slice or two.
	pass := func(repeat int) (float64, error) {
		cycles := int64(0)
		start := time.Now()
		for range repeat {
			for _, in := range frames {
				r, err := m.Run(ctx, in)
				if err != nil {
					return 0, err
				}
				cycles += r.Cycles
			}
		}
		took := time.Since(start).Seconds() / float64(repeat)
		c.cycles = float64(cycles) / float64(repeat)
		return took, nil
	}
	warm, err := pass(1)
	if err != nil {
		return c, err
	}
	repeat := max(1, int(0.1/warm))
	for range rounds {
		s, err := pass(repeat)
		if err != nil {
			return c, err
		}
		r, err := model.pass()
		if err != nil {
			return c, err
		}
		c.passes = append(c.passes, r.tickSeconds/s)
		c.simulator = min(c.simulator, s)
		c.rtl.tickCycles, c.rtl.allCycles = r.tickCycles, r.allCycles
		c.rtl.tickSeconds, c.rtl.allSeconds = min(c.rtl.tickSeconds, r.tickSeconds), min(c.rtl.allSeconds, r.allSeconds)
	}
	return c, nil
}

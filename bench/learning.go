package bench

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
	"github.com/snnc/snnc/sim"
)

// learning counts the cycles of updates after every sample, with the last
// layer plastic, against those of the inferences they follow.
func (s *mnist) learning(ctx context.Context, o Options) ([]Measurement, error) {
	var all []Measurement
	for _, lanes := range []int{8, 32, 128} {
		c, err := s.compile(ctx, compiler.Options{Lanes: lanes, Plastic: []string{"last"}})
		if err != nil {
			return nil, err
		}
		m, err := sim.New(c.Program, sim.Options{})
		if err != nil {
			return nil, err
		}
		e, err := learn.New(c.Program, m, learn.Data{N: len(s.frames), Label: s.test.Label, Input: func(i int) ([]*ir.Frames, error) { return s.frames[i], nil }},
			learn.Options{Rule: dassdp.DASSDP(mnistSteps, dassdp.PaperDefaults()), Gate: learn.Proportional, Warmup: 500, Epochs: 1, Batch: 1, Seed: 1})
		if err != nil {
			return nil, err
		}
		if err := e.Run(ctx); err != nil {
			return nil, err
		}
		st := &e.State
		inference := float64(st.Cycles) / float64(st.Samples)
		update := float64(st.LearnCycles) / float64(st.Updates)
		core := &c.Program.Cores[learn.PlasticCores(c.Program)[0]]
		o.Log("%d lanes: %.0f cycles an inference, %.1f an update of %d × %d synapses on %d lanes", lanes, inference, update, core.N, core.Rows, core.Lanes)
		all = append(all, against(fmt.Sprintf("MNIST, %d lanes: cycles of a learning update", lanes), update, "cycles", "inference and update", inference+update))
	}
	return all, nil
}

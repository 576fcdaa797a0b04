package compiler

import (
	"context"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// MeasureActivity runs the float reference on a calibration set and returns
// the mean square of what each source sends a step.
func MeasureActivity(ctx context.Context, net *ir.Network, samples int, input func(i int) ([]*ir.Frames, error)) (Activity, error) {
	f, err := reference.NewFloat(net)
	if err != nil {
		return nil, err
	}
	fired := make([][]float64, len(net.Populations))
	for i, p := range net.Populations {
		fired[i] = make([]float64, p.N)
	}
	f.Observe(func(step *reference.Step[float64]) {
		for n, s := range step.Spikes {
			fired[step.Population][n] += float64(s)
		}
	})
	fed := make([][]float64, len(net.Inputs))
	for i, in := range net.Inputs {
		fed[i] = make([]float64, in.N)
	}
	steps := 0.0
	for i := 0; i < samples; i++ {
		frames, err := input(i)
		if err != nil {
			return nil, err
		}
		if _, err := f.Run(ctx, frames); err != nil {
			return nil, err
		}
		steps += float64(net.Steps)
		for j, fr := range frames {
			for t := 0; t < net.Steps; t++ {
				for n, v := range fr.At(t) {
					x := float64(v) * fr.Scale
					fed[j][n] += x * x
				}
			}
		}
	}
	act := make(Activity, len(net.Projections))
	for i, pr := range net.Projections {
		src := fired[pr.Source]
		if pr.FromInput {
			src = fed[pr.Source]
		}
		act[i] = make([]float64, len(src))
		for n, v := range src {
			act[i][n] = v / max(steps, 1)
		}
	}
	return act, nil
}

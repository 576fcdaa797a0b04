package learn_test

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
	"github.com/snnc/snnc/sim"
)

func episode(t *testing.T, c *randnet.Plastic, out *compiler.Compiled, gate learn.GateKind) *learn.Episode {
	m, err := sim.New(out.Program, sim.Options{})
	require.NoError(t, err)
	classes := out.Program.Outputs[0].N
	e, err := learn.New(out.Program, m, learn.Data{N: 23,
		Input: func(i int) ([]*ir.Frames, error) { return c.Stimuli(out, i), nil },
		Label: func(i int) int { return i % classes }},
		learn.Options{Rule: c.Rule, Gate: gate, Warmup: 30, Epochs: 3, Batch: c.Batch, Seed: c.Seed})
	require.NoError(t, err)
	return e
}

// An episode that is interrupted anywhere, saved, and taken up by another
// process ends as one that was not.
func TestResumeContinuesBitForBit(t *testing.T) {
	compiled(t, 0, 12, func(seed uint64, c *randnet.Plastic, out *compiler.Compiled) {
		gate := learn.GateKinds()[seed%4]
		whole := episode(t, c, out, gate)
		require.NoError(t, whole.Run(context.Background()))
		require.Equal(t, whole.Updates(), whole.State.Updates)

		file := filepath.Join(t.TempDir(), "state.json")
		var last *learn.Episode
		for stop := 7; ; stop += 19 { // samples of all attempts together
			e := episode(t, c, out, gate)
			if last != nil {
				require.NoError(t, e.Load(file, "", ""))
			}
			ctx, cancel := context.WithCancel(context.Background())
			ran := 0
			e.Sample = func(*learn.Step) {
				if ran++; ran == stop%31+c.Batch {
					cancel()
				}
			}
			err := e.Run(ctx)
			cancel()
			require.NoError(t, e.State.Save(file))
			last = e
			if err == nil {
				break
			}
			require.ErrorIs(t, err, context.Canceled)
		}
		for i := range whole.State.Cores {
			a, b := whole.State.Cores[i], last.State.Cores[i]
			a.Sums, b.Sums = nil, nil // a unit's sums begin anew with every process
			require.Equal(t, a, b, "seed %d", seed)
		}
		require.Equal(t, whole.State.Updates, last.State.Updates)
	})
}

func TestCrossEntropy(t *testing.T) {
	require.InDelta(t, math.Log(3), learn.CrossEntropy([]int{4, 4, 4}, 1), 1e-15)
	require.InDelta(t, math.Log(1+math.Exp(-3)), learn.CrossEntropy([]int{5, 2}, 0), 1e-15)
	require.InDelta(t, 300, learn.CrossEntropy([]int{0, 300}, 0), 1e-12)
}

// What cannot learn says so.
func TestRefusals(t *testing.T) {
	c := randnet.NewPlastic(3)
	out, err := c.Compile(context.Background())
	require.NoError(t, err)
	p := out.Program
	m, err := sim.New(p, sim.Options{})
	require.NoError(t, err)
	data := learn.Data{N: 8, Label: func(i int) int { return i }, Input: nil}
	good := learn.Options{Rule: c.Rule, Gate: learn.One, Epochs: 1, Batch: 1}
	_, err = learn.New(p, m, learn.Data{N: 1, Label: func(int) int { return -1 }}, good)
	require.ErrorContains(t, err, "label -1")
	bad := good
	bad.Gate = learn.Proportional
	_, err = learn.New(p, m, data, bad)
	require.ErrorContains(t, err, "at least 4")
	_, err = learn.Fixed(p, learn.PlasticCores(p)[0], c.Rule, c.Gate, 99, 1)
	require.ErrorContains(t, err, "up to")
	plain := *p
	plain.Cores = append([]ir.Core(nil), p.Cores...)
	for i := range plain.Cores {
		plain.Cores[i].Plastic = nil
	}
	_, err = learn.New(&plain, m, data, good)
	require.ErrorContains(t, err, "--plastic")
}

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/verilator"
)

// design is the demo's 784-128-10 network mapped one way.
type design struct {
	name   string
	opt    compiler.Options
	coding data.Coding
	steps  int
}

// designs go from small to wide, then over a mesh, then to spikes as input,
// which are summed anew in every step.
var designs = []design{
	{"8 lanes, bus", compiler.Options{Lanes: 8}, data.Direct, 8},
	{"32 lanes, bus", compiler.Options{Lanes: 32}, data.Direct, 8},
	{"128 lanes, bus", compiler.Options{Lanes: 128}, data.Direct, 8},
	{"32 lanes, mesh of 5", compiler.Options{Lanes: 32, CoreNeurons: 32}, data.Direct, 8},
	{"32 lanes, bus, spikes in", compiler.Options{Lanes: 32}, data.Rate, 32},
}

// prepare compiles the design for its stimuli.
func (d *design) prepare(ctx context.Context, g *ir.Graph, set *data.Set) (*ir.Program, [][]*ir.Frames, error) {
	enc, err := data.NewEncoder(set, data.EncodeOptions{Coding: d.coding, Steps: d.steps, Seed: 1})
	if err != nil {
		return nil, nil, err
	}
	opt := d.opt
	opt.Input, opt.Steps = enc.Encoding(), enc.Steps()
	c, err := compiler.Compile(ctx, g, "fashion_mlp", opt, compiler.Hooks{})
	if err != nil {
		return nil, nil, err
	}
	return c.Program, encodeAll(enc), nil
}

// demo is the embedded network and test images.
func demo(ctx context.Context) (*ir.Graph, *data.Set, error) {
	file := examples.FashionMLP()
	g, err := nir.Read(bytes.NewReader(file), int64(len(file)), "fashion_mlp.nir")
	if err != nil {
		return nil, nil, err
	}
	set, err := data.Open(ctx, "demo", data.Options{Samples: simulatorSamples})
	return g, set, err
}

const simulatorSamples = 200

// benchSimulator compares one thread with one thread: the cycle-accurate
// simulator, packing of inputs included, and the Verilated RTL, once with the
// time in which ticks run and once with its host bus's transfers.
func benchSimulator(ctx context.Context, o Options) ([]Measurement, error) {
	var missing *verilator.MissingToolError
	if _, err := verilator.FindTools(); errors.As(err, &missing) {
		o.Log("left out: %v", err)
		return nil, nil
	}
	g, set, err := demo(ctx)
	if err != nil {
		return nil, err
	}
	var all []Measurement
	for i := range designs {
		d := &designs[i]
		p, frames, err := d.prepare(ctx, g, set)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.name, err)
		}
		m, err := compareDesign(ctx, o, filepath.Join(o.Dir, fmt.Sprintf("design%d", i)), d.name, p, frames)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.name, err)
		}
		all = append(all, m...)
	}
	return all, nil
}

func compareDesign(ctx context.Context, o Options, dir, name string, p *ir.Program, frames [][]*ir.Frames) ([]Measurement, error) {
	if err := buildRTL(ctx, dir, p, frames); err != nil {
		return nil, err
	}
	model, err := startRTL(ctx, dir, os.Stderr)
	if err != nil {
		return nil, err
	}
	v, err := compareSpeed(ctx, p, model, frames, o.Rounds)
	if err := errors.Join(err, model.close()); err != nil {
		return nil, err
	}
	slices.Sort(v.passes)
	o.Log("  %s: sim %.1f, RTL %.3f Mcycle/s in ticks, %.3f Mcycle/s in all; ratio of alternating passes %.0f to %.0f, median %.0f",
		name, v.cycles/v.simulator/1e6, v.rtl.tickCycles/v.rtl.tickSeconds/1e6, v.rtl.allCycles/v.rtl.allSeconds/1e6,
		v.passes[0], v.passes[len(v.passes)-1], v.passes[len(v.passes)/2])
	rate := v.cycles / v.simulator
	samples := float64(len(frames))
	return []Measurement{
		against("sim, ticks: "+name, rate/1e6, "Mcycle/s", "Verilated RTL", v.rtl.tickCycles/v.rtl.tickSeconds/1e6),
		against("sim, host bus too: "+name, samples/v.simulator, "samples/s", "Verilated RTL", samples/v.rtl.allSeconds),
	}, nil
}

// encodeAll makes the stimuli of a set beforehand: no timed side makes them.
func encodeAll(enc data.Encoder) [][]*ir.Frames {
	frames := make([][]*ir.Frames, enc.Set().Len())
	for i := range frames {
		f := new(ir.Frames)
		enc.Encode(i, f)
		frames[i] = []*ir.Frames{f}
	}
	return frames
}

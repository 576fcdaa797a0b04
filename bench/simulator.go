package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/verilator"
)

// design is a network mapped one way, with its stimuli.
type design struct {
	name    string
	shared  string // file below the folder of shared models; the demo's 784-128-10 network if empty
	opt     compiler.Options
	coding  data.Coding // "": random spikes (cosim.RandomFrames), one input in eight
	steps   int
	samples int
}

// designs go from small to wide, then over a mesh, then to spikes as input,
// which are summed anew in every step; then come a convolutional network, on
// images, and a recurrent one. An input memory holds all steps of a sample.
var designs = []design{
	{"8 lanes, bus", "", compiler.Options{Lanes: 8}, data.Direct, 8, 200},
	{"32 lanes, bus", "", compiler.Options{Lanes: 32}, data.Direct, 8, 200},
	{"128 lanes, bus", "", compiler.Options{Lanes: 128}, data.Direct, 8, 200},
	{"32 lanes, mesh of 5", "", compiler.Options{Lanes: 32, CoreNeurons: 32}, data.Direct, 8, 200},
	{"32 lanes, bus, spikes in", "", compiler.Options{Lanes: 32}, data.Rate, 32, 200},
	{"convolutional, 8 lanes", fashionCNN, compiler.Options{From: "snntorch", Lanes: 8, CoreNeurons: 16384}, data.Direct, 6, 3},
	{"convolutional, 32 lanes", fashionCNN, compiler.Options{From: "snntorch", Lanes: 32, CoreNeurons: 16384}, data.Direct, 6, 6},
	{"recurrent, 32 lanes", "models/nir/03_rnn/braille_noDelay_bias_zero.nir", compiler.Options{From: "snntorch", Lanes: 32}, "", 64, 200},
	{"recurrent, 8 lanes", "models/nir/03_rnn/braille_noDelay_bias_zero.nir", compiler.Options{From: "snntorch", Lanes: 8}, "", 64, 200},
}

const fashionCNN = "models/snntorch/fashion_cnn_16_32.nir"

// errAbsent is a design whose network is not on this machine.
var errAbsent = errors.New("its network is not there; set SNNC_SHARED to the folder with models/")

// prepare compiles the design for its stimuli.
func (d *design) prepare(ctx context.Context, shared string) (*ir.Program, [][]*ir.Frames, error) {
	name, file := "fashion_mlp", examples.FashionMLP()
	if d.shared != "" {
		name = strings.TrimSuffix(path.Base(d.shared), ".nir")
		var err error
		if file, err = os.ReadFile(filepath.Join(shared, filepath.FromSlash(d.shared))); errors.Is(err, fs.ErrNotExist) {
			return nil, nil, errAbsent
		} else if err != nil {
			return nil, nil, err
		}
	}
	g, err := nir.Read(bytes.NewReader(file), int64(len(file)), name+".nir")
	if err != nil {
		return nil, nil, err
	}
	opt := d.opt
	opt.Steps = d.steps
	if d.coding == "" {
		opt.Input = ir.Encoding{Bits: 1, Scale: 1}
		c, err := compiler.Compile(ctx, g, name, opt, compiler.Hooks{})
		if err != nil {
			return nil, nil, err
		}
		frames := make([][]*ir.Frames, d.samples)
		for i := range frames {
			frames[i] = cosim.RandomFrames(c.Program, uint64(i))
		}
		return c.Program, frames, nil
	}
	set, err := data.Open(ctx, "demo", data.Options{Samples: d.samples})
	if err != nil {
		return nil, nil, err
	}
	enc, err := data.NewEncoder(set, data.EncodeOptions{Coding: d.coding, Steps: d.steps, Seed: 1})
	if err != nil {
		return nil, nil, err
	}
	opt.Input, opt.Steps = enc.Encoding(), enc.Steps()
	c, err := compiler.Compile(ctx, g, name, opt, compiler.Hooks{})
	if err != nil {
		return nil, nil, err
	}
	return c.Program, encodeAll(enc), nil
}

// benchSimulator compares one thread with one thread: the cycle-accurate
// simulator, packing of inputs included, and the Verilated RTL, once with the
// time in which ticks run and once with its host bus's transfers.
func benchSimulator(ctx context.Context, o Options) ([]Measurement, error) {
	var missing *verilator.MissingToolError
	if _, err := verilator.FindTools(); errors.As(err, &missing) {
		o.Log("left out: %v", err)
		return nil, nil
	}
	var all []Measurement
	for i := range designs {
		d := &designs[i]
		if o.Only != nil && !o.Only.MatchString(simulatorPart+": "+d.name) {
			continue
		}
		p, frames, err := d.prepare(ctx, o.Shared)
		if errors.Is(err, errAbsent) {
			o.Log("left out: %s: %v", d.name, err)
			continue
		}
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

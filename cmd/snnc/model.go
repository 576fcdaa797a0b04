package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/lava"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
)

// model is what a file holds: a graph in real numbers, or a Lava-dl network,
// whose integers are those of the machine.
type model struct {
	name  string
	graph *ir.Graph // nil: path is a Lava-dl network
	hints ir.Hints
	path  string
}

// loadModel reads a model file, told apart by its content, or the embedded
// network for "demo".
func loadModel(path string) (*model, error) {
	if path == "demo" {
		g, err := nir.Read(bytes.NewReader(examples.FashionMLP()), int64(len(examples.FashionMLP())), "fashion_mlp.nir")
		return &model{name: "fashion_mlp", graph: g, path: path}, err
	}
	m := &model{name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), path: path}
	if lava.Recognises(path) {
		return m, nil
	}
	var err error
	m.graph, m.hints, err = modelfile.Read(path)
	return m, err
}

// loadGraph is loadModel for verbs that need real numbers.
func loadGraph(path, verb string) (*model, error) {
	m, err := loadModel(path)
	if err == nil && m.graph == nil {
		err = fmt.Errorf("%s: a Lava-dl network holds Loihi's integers, which neither NIR nor model.json can hold; snnc %s takes these two, and snnc compile and compare take %[1]s as it is", path, verb)
	}
	return m, err
}

// built is a model compiled for a data set's input form.
type built struct {
	compiled *compiler.Compiled
	digest   string
	stim     backend.Stimuli
	data     string
	integers bool // the model came with them: there is no float form to compare with
}

// build loads and compiles. With a data set, the input's form is the data's,
// or where the model fixes it the data is put into that form; for clip search,
// the set is the calibration set.
func build(ctx context.Context, path string, f *compileFlags, changed func(string) bool, d dataFlags, withData bool, h compiler.Hooks) (*built, error) {
	m, err := loadModel(path)
	if err != nil {
		return nil, err
	}
	if f.overlay != "" {
		if f.opt.Overlay, err = compiler.ReadOverlay(f.overlay); err != nil {
			return nil, err
		}
	}
	r := &built{integers: m.graph == nil}
	if r.integers {
		err = r.mapIntegers(ctx, m, f, changed, d, withData, h)
	} else {
		err = r.compile(ctx, m, f, changed, d, withData, h)
	}
	if err != nil {
		return nil, err
	}
	r.digest = fmt.Sprintf("%x", r.compiled.Program.Digest())
	return r, nil
}

func (r *built) compile(ctx context.Context, m *model, f *compileFlags, changed func(string) bool, d dataFlags, withData bool, h compiler.Hooks) error {
	if changed("together") {
		return fmt.Errorf("option together is for Lava-dl networks; %s is none", m.path)
	}
	o := withHints(f.options(changed), m.hints)
	if withData {
		enc, s, err := stimuli(ctx, d, o.Steps, nil)
		if err != nil {
			return err
		}
		o.Input, o.Steps = enc.Encoding(), enc.Steps()
		r.data = enc.Set().Name()
		h.Activity = func(ctx context.Context, net *ir.Network) (compiler.Activity, error) {
			if r.stim, err = fitsNetwork(enc, s, net); err != nil || o.Clip != compiler.ClipSearch {
				return nil, err
			}
			return compiler.MeasureActivity(ctx, net, r.stim.Samples, r.stim.Input)
		}
	}
	var err error
	if r.compiled, err = compiler.Compile(ctx, m.graph, m.name, o, h); err != nil {
		return fmt.Errorf("%s: %w", m.path, err)
	}
	return nil
}

// mapIntegers takes a network as it is: there is nothing to choose or quantise.
func (r *built) mapIntegers(ctx context.Context, m *model, f *compileFlags, changed func(string) bool, d dataFlags, withData bool, h compiler.Hooks) error {
	if f.reals {
		return fmt.Errorf("option backends names float; %s is a Lava-dl network, which has Loihi's integers and no real numbers: choose of fixed, sim and rtl", m.path)
	}
	for _, name := range []string{"dt", "reset", "reset-delay", "compare", "weight-bits", "clip", "decay-bits", "threshold-bits"} {
		if changed(name) {
			return fmt.Errorf("option %s: %s is a Lava-dl network, whose neurons and integers are Loihi's; there is nothing to choose", name, m.path)
		}
	}
	o := f.options(changed)
	if o.From != "" && o.From != "lava" {
		return fmt.Errorf("option from is %q; %s is a Lava-dl network (lava)", o.From, m.path)
	}
	read := lava.Options{Steps: o.Steps, Together: f.together}
	net, err := lava.ReadFile(m.path, read)
	if err != nil {
		return err
	}
	if withData {
		form := net.Inputs[0].Input
		enc, s, err := stimuli(ctx, d, net.Steps, &form)
		if err != nil {
			return err
		}
		if got := enc.Encoding(); got != form {
			return fmt.Errorf("%s takes %s; --encode %s of %s gives %s", m.path, inputText(form), enc.Coding(), enc.Set().Name(), inputText(got))
		}
		if read.Steps = enc.Steps(); read.Steps != net.Steps { // the data has its own number
			if net, err = lava.ReadFile(m.path, read); err != nil {
				return err
			}
		}
		if r.stim, err = fitsNetwork(enc, s, net); err != nil {
			return err
		}
		r.data = enc.Set().Name()
		net.Decisions = append(net.Decisions, ir.Decision{Subject: net.Inputs[0].Name, Choice: enc.String(), Reason: "the input's form is the file's"})
	}
	if r.compiled, err = compiler.Map(ctx, net, o, h); err != nil {
		return fmt.Errorf("%s: %w", m.path, err)
	}
	return nil
}

const defaultSteps = 8

// withHints fills options that neither a flag nor the user gave from the model.
func withHints(o compiler.Options, h ir.Hints) compiler.Options {
	if o.Steps == 0 && h.Steps != nil {
		o.Steps = *h.Steps
	}
	if o.Steps == 0 {
		o.Steps = defaultSteps
	}
	if o.From == "" && h.From != nil {
		o.From = *h.From
	}
	if o.DT == 0 && h.DT != nil {
		o.DT = *h.DT
	}
	if o.Reset == "" && h.Reset != nil {
		o.Reset = *h.Reset
	}
	if o.ResetDelay == nil {
		o.ResetDelay = h.ResetDelay
	}
	if o.Compare == "" && h.Compare != nil {
		o.Compare = *h.Compare
	}
	if o.Plastic == nil {
		o.Plastic = h.Plastic
	}
	if h.Input != nil {
		o.Input = ir.Encoding{Bits: h.Input.Bits, Signed: h.Input.Signed, Held: h.Input.Held, Scale: h.Input.Scale}
	}
	return o
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
)

// loadModel reads a model file, or the embedded network for "demo".
func loadModel(path string) (*ir.Graph, ir.Hints, string, error) {
	if path == "demo" {
		g, err := nir.Read(bytes.NewReader(examples.FashionMLP()), int64(len(examples.FashionMLP())), "fashion_mlp.nir")
		return g, ir.Hints{}, "fashion_mlp", err
	}
	g, hints, err := modelfile.Read(path)
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return g, hints, name, err
}

// stimuli opens the data set and binds the code to it. A sample keeps its
// number, and so its stimulus, wherever a run begins.
func stimuli(ctx context.Context, f dataFlags, steps int) (data.Encoder, backend.Stimuli, error) {
	coding, err := data.ParseCoding(f.coding)
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	if f.first < 0 || f.samples < 0 {
		return nil, backend.Stimuli{}, fmt.Errorf("options first %d and samples %d; neither may be negative", f.first, f.samples)
	}
	most := f.samples
	if most > 0 {
		most += f.first
	}
	set, err := data.Open(ctx, f.name, data.Options{Samples: most})
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	if f.first >= set.Len() {
		return nil, backend.Stimuli{}, fmt.Errorf("option first is %d; %s has samples 0 to %d", f.first, set.Name(), set.Len()-1)
	}
	if f.warn != nil {
		for _, note := range set.Notes() {
			f.warn(note)
		}
	}
	if coding == data.Frames || coding == data.Rows {
		steps = 0
	}
	enc, err := data.NewEncoder(set, data.EncodeOptions{Coding: coding, Steps: steps, Bits: f.bits, Seed: f.seed})
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	return enc, backend.Stimuli{
		Samples: set.Len() - f.first,
		Label:   func(i int) int { return set.Label(f.first + i) },
		Input: func(i int) ([]*ir.Frames, error) {
			fr := new(ir.Frames)
			enc.Encode(f.first+i, fr)
			return []*ir.Frames{fr}, nil
		},
	}, nil
}

// fitsModel checks the data's size against the network's before any work is done.
func fitsModel(enc data.Encoder, c *compiler.Compiled) error {
	if len(c.Network.Inputs) != 1 {
		return fmt.Errorf("the network has %d inputs; a data set feeds one", len(c.Network.Inputs))
	}
	if err := data.CheckInput(enc, c.Network.Inputs[0].N); err != nil {
		return err
	}
	out := c.Network.Outputs[0].Population
	return enc.Set().CheckClasses(c.Network.Populations[out].N)
}

// openDesign reads a compiled directory and the data that feeds it.
func openDesign(ctx context.Context, dir string, d dataFlags) (*ir.Program, backend.Stimuli, string, error) {
	fail := func(err error) (*ir.Program, backend.Stimuli, string, error) {
		return nil, backend.Stimuli{}, "", err
	}
	path := filepath.Join(dir, programFile)
	p, err := ir.ReadProgram(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fail(fmt.Errorf("%s holds no compiled network (no file %s): make one with snnc compile MODEL -o %[1]s", dir, programFile))
	}
	if err != nil {
		return fail(err)
	}
	if len(p.Inputs) != 1 {
		return fail(fmt.Errorf("%s: the network has %d inputs; a data set feeds one", path, len(p.Inputs)))
	}
	enc, s, err := stimuli(ctx, d, p.Steps)
	if err != nil {
		return fail(err)
	}
	if err := data.CheckInput(enc, p.Inputs[0].N); err != nil {
		return fail(err)
	}
	if err := enc.Set().CheckClasses(p.Outputs[0].N); err != nil {
		return fail(err)
	}
	if enc.Encoding() != p.Inputs[0].Input || enc.Steps() != p.Steps {
		return fail(fmt.Errorf("%s was compiled for %s over %d steps; this data gives %s over %d: compile with the same --data, --encode and --input-bits",
			dir, inputText(p.Inputs[0].Input), p.Steps, inputText(enc.Encoding()), enc.Steps()))
	}
	return p, s, enc.Set().Name(), nil
}

// inputText names an input's form for people.
func inputText(e ir.Encoding) string {
	var t string
	switch {
	case e.Bits == 1:
		t = "input spikes"
	case e.Signed:
		t = fmt.Sprintf("%d-bit signed input values", e.Bits)
	default:
		t = fmt.Sprintf("%d-bit input values", e.Bits)
	}
	if e.Scale != 1 {
		t += fmt.Sprintf(" in units of %.6g", e.Scale)
	}
	if e.Held {
		t += ", held"
	}
	return t
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
	return o
}

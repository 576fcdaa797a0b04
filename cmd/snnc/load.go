package main

import (
	"bytes"
	"context"
	"fmt"
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

// stimuli opens the data set and binds the code to it.
func stimuli(ctx context.Context, f dataFlags, steps int) (data.Encoder, backend.Stimuli, error) {
	coding, err := data.ParseCoding(f.coding)
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	set, err := data.Open(ctx, f.name, data.Options{Samples: f.samples})
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	if coding == data.Frames || coding == data.Rows {
		steps = 0
	}
	enc, err := data.NewEncoder(set, data.EncodeOptions{Coding: coding, Steps: steps, Bits: f.bits, Seed: f.seed})
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	return enc, backend.Stimuli{
		Samples: set.Len(),
		Label:   func(i int) int { return set.Label(i) },
		Input: func(i int) ([]*ir.Frames, error) {
			fr := new(ir.Frames)
			enc.Encode(i, fr)
			return []*ir.Frames{fr}, nil
		},
	}, nil
}

// fitsModel checks the data's size against the network's before any work is done.
func fitsModel(enc data.Encoder, c *compiler.Compiled) error {
	if len(c.Network.Inputs) != 1 {
		return fmt.Errorf("the network has %d inputs; a data set feeds one", len(c.Network.Inputs))
	}
	return data.CheckInput(enc, c.Network.Inputs[0].N)
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

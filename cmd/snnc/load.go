package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// stimuli opens the data set and binds the code to it. A sample keeps its
// number, and so its stimulus, wherever a run begins. With a form, the values
// are put into that form where the code gives another; nil leaves it to the code.
func stimuli(ctx context.Context, f dataFlags, steps int, form *ir.Encoding) (data.Encoder, backend.Stimuli, error) {
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
	set, err := data.Open(ctx, f.name, data.Options{Samples: most, Split: f.split, Events: f.binning})
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
	if set.Sequence() && coding == data.Direct {
		coding = data.Frames
	}
	if coding == data.Frames || coding == data.Rows {
		steps = 0
	}
	enc, err := encoder(set, coding, steps, f, form)
	if err != nil {
		return nil, backend.Stimuli{}, err
	}
	return enc, backend.Stimuli{
		Samples: set.Len() - f.first,
		Label:   func(i int) int { return set.Label(f.first + i) },
		Input: func(i int) ([]*ir.Frames, error) {
			fr := new(ir.Frames)
			enc.Encode(f.first+i, fr)
			if err := set.Err(); err != nil {
				return nil, err
			}
			return []*ir.Frames{fr}, nil
		},
	}, nil
}

// encoder chooses between the code's own form and the one asked for.
func encoder(set *data.Set, coding data.Coding, steps int, f dataFlags, form *ir.Encoding) (data.Encoder, error) {
	fixed := form != nil && form.Held && form.Signed && coding == data.Direct
	if f.norm != "" && !fixed {
		return nil, fmt.Errorf("option norm: it is for inputs of signed values that are held over the steps, whose form the network fixes, as Lava-dl networks have; and for --encode direct")
	}
	var enc data.Encoder
	var err error
	if !fixed || f.norm == "" && set.Kind() != array.Uint8 {
		enc, err = data.NewEncoder(set, data.EncodeOptions{Coding: coding, Steps: steps, Bits: f.bits, Seed: f.seed})
	}
	if !fixed || enc != nil && enc.Encoding() == *form {
		return enc, err
	}
	return newNormalised(set, steps, *form, f.norm, f.warn)
}

// divide gives each input of the network its values of every step: a sample
// holds those of the first input, then those of the second, and so on.
func divide(enc data.Encoder, s backend.Stimuli, names []string, sizes []int) (backend.Stimuli, error) {
	all := 0
	for _, n := range sizes {
		all += n
	}
	if err := data.CheckInput(enc, all); err != nil {
		if len(sizes) > 1 {
			var each []string
			for i, n := range sizes {
				each = append(each, fmt.Sprintf("%d of %q", n, names[i]))
			}
			err = fmt.Errorf("%w: %s, one after the other", err, strings.Join(each, ", "))
		}
		return s, err
	}
	if len(sizes) == 1 {
		return s, nil
	}
	whole := s.Input
	s.Input = func(i int) ([]*ir.Frames, error) {
		in, err := whole(i)
		if err != nil {
			return nil, err
		}
		return part(in[0], sizes), nil
	}
	return s, nil
}

// part cuts a stimulus of several inputs.
func part(f *ir.Frames, sizes []int) []*ir.Frames {
	var out []*ir.Frames
	rows, first := len(f.Values)/f.N, 0
	for _, n := range sizes {
		p := *f
		p.N, p.Values = n, make([]int32, 0, rows*n)
		for r := range rows {
			p.Values = append(p.Values, f.Values[r*f.N+first:r*f.N+first+n]...)
		}
		out = append(out, &p)
		first += n
	}
	return out
}

// fitsNetwork checks the data's size and labels against the network's before
// any work is done, and divides it among the inputs.
func fitsNetwork(enc data.Encoder, s backend.Stimuli, net *ir.Network) (backend.Stimuli, error) {
	var names []string
	var sizes []int
	for _, in := range net.Inputs {
		names, sizes = append(names, in.Name), append(sizes, in.N)
	}
	s, err := divide(enc, s, names, sizes)
	if err != nil {
		return s, err
	}
	return s, enc.Set().CheckClasses(net.Populations[net.Outputs[0].Population].N)
}

// openDesign reads a compiled directory and the data that feeds it.
func openDesign(ctx context.Context, dir string, d dataFlags) (*ir.Program, backend.Stimuli, string, error) {
	fail := func(err error) (*ir.Program, backend.Stimuli, string, error) {
		return nil, backend.Stimuli{}, "", err
	}
	path := filepath.Join(dir, programFile)
	p, err := openProgram(dir)
	if err != nil {
		return fail(err)
	}
	form := p.Inputs[0].Input
	enc, s, err := stimuli(ctx, d, p.Steps, &form)
	if err != nil {
		return fail(err)
	}
	var names []string
	var sizes []int
	for _, in := range p.Inputs {
		if in.Input != form {
			return fail(fmt.Errorf("%s: input %q takes %s and input %q %s; a data set gives all inputs one form", path, names[0], inputText(form), in.Name, inputText(in.Input)))
		}
		names, sizes = append(names, in.Name), append(sizes, in.N)
	}
	if s, err = divide(enc, s, names, sizes); err != nil {
		return fail(err)
	}
	if err := enc.Set().CheckClasses(p.Outputs[0].N); err != nil {
		return fail(err)
	}
	if enc.Encoding() != form || enc.Steps() != p.Steps {
		return fail(fmt.Errorf("%s was compiled for %s over %d steps; this data gives %s over %d: compile with the same --data, --encode and --input-bits",
			dir, inputText(form), p.Steps, inputText(enc.Encoding()), enc.Steps()))
	}
	return p, s, enc.Set().Name(), nil
}

// openProgram reads the program of a compiled directory.
func openProgram(dir string) (*ir.Program, error) {
	p, err := ir.ReadProgram(filepath.Join(dir, programFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no compiled network (no file %s): make one with snnc compile MODEL -o %[1]s", dir, programFile)
	}
	return p, err
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

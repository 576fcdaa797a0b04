package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/dassdp/chip"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

// chipFlags are where the forward pass of a training runs.
type chipFlags struct {
	forward string
	design  string
	write   string
	port    portFlags
}

func (f *chipFlags) group() *flagGroup {
	g := group("Chip-in-the-loop")
	g.StringVar(&f.forward, "forward", "float", "where the training's forward pass runs: float, or on `EXECUTION` "+strings.Join(chip.Executions(), ", ")+", whose spikes drive the update")
	g.StringVar(&f.design, "design", "", "`DIR` of --write-design: the machine to train for, that a board runs")
	g.StringVar(&f.write, "write-design", "", "write into `DIR` the machine that the network can be trained on (then snnc build and deploy, or serve), and train nothing")
	f.port.addTo(g)
	return g
}

// check refuses options that have no meaning together.
func (f *chipFlags) check(c *compileFlags, hardware *flagGroup, changed func(string) bool) error {
	if f.forward != "float" && !slices.Contains(chip.Executions(), f.forward) {
		return fmt.Errorf("option forward is %q; allowed are float, %s", f.forward, strings.Join(chip.Executions(), ", "))
	}
	if f.forward != "board" {
		for _, name := range []string{"port", "board", "baud"} {
			if changed(name) {
				return fmt.Errorf("option %s is for --forward board; the forward pass runs on %s", name, f.forward)
			}
		}
	}
	var sized string
	hardware.VisitAll(func(o *pflag.Flag) {
		if sized == "" && changed(o.Name) {
			sized = o.Name
		}
	})
	switch {
	case f.write != "" && f.design != "":
		return fmt.Errorf("options write-design and design: one makes a design, the other trains on it")
	case f.write != "" && c.overlay != "":
		return fmt.Errorf("option write-design: an overlay is a design already; give --forward and --overlay alone")
	case f.design != "" && f.forward == "float":
		return fmt.Errorf("option design is for a forward pass on %s; it runs on float (--forward)", strings.Join(chip.Executions(), ", "))
	case f.design != "" && sized != "":
		return fmt.Errorf("option %s: the design in %s has its own; leave the option out", sized, f.design)
	case sized != "" && f.forward == "float" && f.write == "":
		return fmt.Errorf("option %s is for a forward pass on %s or for --write-design; it runs on float (--forward)", sized, strings.Join(chip.Executions(), ", "))
	case f.forward == "board" && f.design == "" && c.overlay == "":
		return fmt.Errorf("option forward: a board runs one design: give its directory by --design DIR (made by --write-design DIR, then snnc build and deploy), or the overlay that it runs by --overlay NAME")
	}
	return nil
}

// chipOptions are what all executions of a forward pass share.
func (s *training) chipOptions(c *compileFlags, f *chipFlags, weightBits int) (chip.Options, error) {
	o := chip.Options{On: f.forward, Model: s.model.Name, Compile: s.compile, Changing: s.net.TrainsDecay, Note: s.bar.note, Progress: s.bar.doing}
	o.Compile.WeightBits = weightBits
	var err error
	if c.overlay != "" {
		if o.Compile.Overlay, err = compiler.ReadOverlay(c.overlay); err != nil {
			return o, err
		}
	}
	if f.design != "" {
		if o.Design, err = chip.ReadDesign(f.design); err != nil {
			return o, err
		}
		for _, of := range o.Design.Formats {
			if weightBits != 0 && weightBits != of.WeightBits {
				return o, fmt.Errorf("option quantise is %d; the design in %s has weights of %d bits", weightBits, f.design, of.WeightBits)
			}
		}
	}
	o.Open = func(ctx context.Context, p *ir.Program) (*target.Target, error) {
		f.port.load = true // whatever a session before this one has left
		return f.port.open(ctx, f.design, p)
	}
	return o, nil
}

// useChip makes the forward passes run where the options say.
func (s *training) useChip(ctx context.Context, o chip.Options) error {
	c, err := chip.New(ctx, s.net.Graph(), o)
	if err != nil {
		return err
	}
	s.chip = c
	s.trainer.UseChip(c)
	return nil
}

// writeDesign makes the machine that the network, as it begins, can be trained on.
func (s *training) writeDesign(ctx context.Context, dir string, o chip.Options) (*compiler.Report, error) {
	compiled, d, err := chip.Choose(ctx, s.net.Graph(), o)
	if err != nil {
		return nil, err
	}
	r := &built{compiled: compiled, digest: fmt.Sprintf("%x", compiled.Program.Digest())}
	report := compiler.NewReport(compiled, r.digest, compiler.Hardware{})
	return report, writeDesign(ctx, dir, r, report, rtl.Options{}, rtl.File{Path: chip.DesignFile, Data: d.File()})
}

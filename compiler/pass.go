package compiler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/snnc/snnc/ir"
)

// PassNames lists the passes in order, as --dump-after takes them:
//
//	import     the graph as read
//	normalise  subgraphs inlined, topology checked, linear nodes merged, neurons discretised
//	quantise   needs the merged weights: one scale a neuron holds weights, bias and threshold
//	place      slices that fit cores (needs widths), then their nodes (needs the slices' traffic)
//	lower      needs every node: rings, routes, memory images
var PassNames = []string{"import", "normalise", "quantise", "place", "lower"}

// Hooks are called while compiling; nil fields are skipped.
type Hooks struct {
	// DumpAfter names a pass after which its result is printed to Dump.
	DumpAfter string
	Dump      io.Writer
	// Activity measures the calibration set on the normalised network.
	Activity func(ctx context.Context, net *ir.Network) (Activity, error)
	Progress func(pass string)
}

// Compiled is all that compiling gives.
type Compiled struct {
	Network *ir.Network // with integers: the float and fixed references run it
	Program *ir.Program
	Bound   Bound
	Mapping *Mapping // nil on a bus
}

// Compile lowers a graph to a program.
func Compile(ctx context.Context, g *ir.Graph, name string, opt Options, h Hooks) (*Compiled, error) {
	return CompileFor(ctx, g, name, opt, nil, h)
}

// CompileFor is Compile for a design whose formats are fixed (nil: they are
// chosen). Constants that do not fit them saturate, as in any machine; a sum that
// could overflow is refused.
func CompileFor(ctx context.Context, g *ir.Graph, name string, opt Options, f Formats, h Hooks) (*Compiled, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	after, err := h.after(ctx)
	if err != nil {
		return nil, err
	}
	net, err := normalised(g, name, o, after)
	if err != nil {
		return nil, err
	}
	var act Activity
	if h.Activity != nil {
		if act, err = h.Activity(ctx, net); err != nil {
			return nil, err
		}
	}
	if err := passQuantise(net, o, f, act); err != nil {
		return nil, err
	}
	if err := errors.Join(net.Validate()...); err != nil {
		return nil, fmt.Errorf("after quantise: %w", err)
	}
	if err := after("quantise", net.Text); err != nil {
		return nil, err
	}
	return mapNetwork(net, o, act, after)
}

// afterPass is what to call with the result of every pass.
type afterPass func(pass string, text func(io.Writer) error) error

// normalised runs the passes up to the discrete network in real numbers.
func normalised(g *ir.Graph, name string, o Options, after afterPass) (*ir.Network, error) {
	if err := errors.Join(g.Validate()...); err != nil {
		return nil, err
	}
	if err := after("import", g.Text); err != nil {
		return nil, err
	}
	f, err := passInline(g)
	if err != nil {
		return nil, err
	}
	if err := passCheck(f); err != nil {
		return nil, err
	}
	net, err := passNormalise(f, name, o)
	if err != nil {
		return nil, err
	}
	if err := markPlastic(net, o); err != nil {
		return nil, err
	}
	if err := errors.Join(net.Validate()...); err != nil {
		return nil, fmt.Errorf("after normalise: %w", err)
	}
	if err := after("normalise", net.Text); err != nil {
		return nil, err
	}
	return net, nil
}

// Map places and lowers a network that has its integers already, as one that
// was trained for integer hardware has.
func Map(ctx context.Context, net *ir.Network, opt Options, h Hooks) (*Compiled, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	if len(o.Plastic) > 0 {
		return nil, fmt.Errorf("option plastic: the network came with its integers, and the rule needs the real value of a weight")
	}
	after, err := h.after(ctx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(net.Validate()...); err != nil {
		return nil, err
	}
	if err := after("quantise", net.Text); err != nil {
		return nil, err
	}
	return mapNetwork(net, o, nil, after)
}

func mapNetwork(net *ir.Network, o Options, act Activity, after afterPass) (compiled *Compiled, err error) {
	if o.Overlay != nil {
		if o.limits, err = overlayLimits(net, o); err != nil {
			return nil, err
		}
	}
	cores, err := passPartition(net, o)
	if err != nil {
		return nil, err
	}
	fabric := passPlace(net, cores, o, act)
	if err := after("place", func(w io.Writer) error { return placementText(w, net, cores, fabric) }); err != nil {
		return nil, err
	}
	p, err := passLower(net, cores, fabric, o)
	if err != nil {
		return nil, err
	}
	p.Tool = Version
	if err := errors.Join(p.Validate()...); err != nil {
		return nil, fmt.Errorf("after lower: %w", err)
	}
	if err := after("lower", p.Text); err != nil {
		return nil, err
	}
	return &Compiled{Network: net, Program: p, Bound: WorstCase(p), Mapping: newMapping(net, cores, fabric, o, act)}, nil
}

// after returns what to call with the result of every pass.
func (h *Hooks) after(ctx context.Context) (afterPass, error) {
	if h.DumpAfter != "" && !slices.Contains(PassNames, h.DumpAfter) {
		return nil, fmt.Errorf("option dump-after is %q; it must be one of %v", h.DumpAfter, PassNames)
	}
	return func(pass string, text func(io.Writer) error) error {
		if h.Progress != nil {
			h.Progress(pass)
		}
		if h.DumpAfter == pass {
			if err := text(h.Dump); err != nil {
				return err
			}
		}
		return ctx.Err()
	}, nil
}

// Version of the tool, written into programs and Verilog.
const Version = "snnc 0.1.0"

func placementText(w io.Writer, net *ir.Network, cores []ir.Core, n ir.Net) error {
	fmt.Fprintf(w, "net %s %d×%d\n", n.Kind, n.Cols, n.Rows)
	for i, c := range cores {
		if _, err := fmt.Fprintf(w, "core %d node %d %s channels %d+%d rows %d+%d level %d lanes %d groups %d\n",
			i, c.Node, net.Populations[c.Layer].Name, c.Part.Channel, c.Part.Channels, c.Part.Row, c.Part.Rows, c.Level, c.Lanes, c.Groups); err != nil {
			return err
		}
	}
	return nil
}

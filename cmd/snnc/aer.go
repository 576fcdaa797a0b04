package main

import (
	"fmt"

	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/ir"
)

func aerFlag(g *flagGroup, path *string) {
	g.StringVar(path, "aer", "", "write the output's spikes to `FILE` as address events, which --data reads (docs/data.md)")
}

// aerOut writes the first output's spikes; nil: they were not asked for.
type aerOut struct {
	path   string
	writer *data.AERWriter
}

func openAER(path string, p *ir.Program) (*aerOut, error) {
	if path == "" {
		return nil, nil
	}
	o := &p.Outputs[0]
	if o.Graded {
		return nil, fmt.Errorf("option aer: output %q gives membranes, and address events are spikes", o.Name)
	}
	return &aerOut{path, data.NewAERWriter(o.N, p.Steps)}, nil
}

func (a *aerOut) take(label int, r *ir.Result) {
	if a != nil {
		a.writer.Sample(label, r.Outputs[0].Spikes)
	}
}

// save keeps the samples that were run, also of an interrupted run.
func (a *aerOut) save() error {
	if a == nil {
		return nil
	}
	return a.writer.Save(a.path)
}

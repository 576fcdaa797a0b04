package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/ir"
)

// compileFlags are the options of every verb that compiles.
type compileFlags struct {
	opt        compiler.Options
	net, clip  string
	resetDelay bool
}

func (f *compileFlags) add(fs *pflag.FlagSet) {
	o := &f.opt
	fs.StringVar(&o.From, "from", "", fmt.Sprintf("what the exporting framework means where the file is silent: %v (default nir)", compiler.Presets()))
	fs.Float64Var(&o.DT, "dt", 0, "seconds of a step (default the preset's)")
	fs.IntVar(&o.Steps, "steps", 0, "steps of an inference (default 8)")
	fs.StringVar(&o.Reset, "reset", "", "zero, subtract or none (default the preset's)")
	fs.BoolVar(&f.resetDelay, "reset-delay", false, "the reset takes effect one step later")
	fs.StringVar(&o.Compare, "compare", "", "gt or ge: spike where v > or >= threshold (default the preset's)")
	fs.IntVar(&o.WeightBits, "weight-bits", 0, "bits of a weight, 2 to 16 (default 8)")
	fs.IntVar(&o.DecayBits, "decay-bits", 0, "fraction bits of the decay, 4 to 16 (default 12)")
	fs.IntVar(&o.ThresholdBits, "threshold-bits", 0, "resolution of the smallest threshold (default 12)")
	fs.StringVar(&f.clip, "clip", "", "weight range of a neuron: max, or search for the least error (default max)")
	fs.IntVar(&o.Lanes, "lanes", 0, "neurons of a core that integrate at once, a power of two (default 32)")
	fs.IntVar(&o.Update, "update-lanes", 0, "neurons of a core that are updated at once, a power of two (default 8)")
	fs.IntVar(&o.CoreNeurons, "core-neurons", 0, "most neurons a core holds (default 1024)")
	fs.IntVar(&o.WordBits, "word-bits", 0, "neurons of a spike word: 8, 16 or 32 (default 32)")
	fs.StringVar(&f.net, "net", "", "bus or mesh (default bus up to 4 cores)")
}

func (f *compileFlags) options(changed func(string) bool) compiler.Options {
	o := f.opt
	o.Net, o.Clip = ir.NetKind(f.net), compiler.ClipMode(f.clip)
	if changed("reset-delay") {
		o.ResetDelay = &f.resetDelay
	}
	return o
}

// dataFlags choose a data set and how its samples become input.
type dataFlags struct {
	name    string
	samples int
	coding  string
	bits    int
	seed    uint64
}

func (f *dataFlags) add(fs *pflag.FlagSet, name string, samples int) {
	fs.StringVar(&f.name, "data", name, "data set: mnist, fashion-mnist, demo or a path")
	fs.IntVar(&f.samples, "samples", samples, "how many samples, from the first (0: all)")
	fs.StringVar(&f.coding, "encode", "direct", fmt.Sprintf("how samples become input: %v", data.Codings()))
	fs.IntVar(&f.bits, "input-bits", 0, "most bits of an input value (default 8)")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the rate code")
}

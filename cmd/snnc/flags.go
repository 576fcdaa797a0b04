package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/data/events"
	"github.com/snnc/snnc/ir"
)

// flagGroup is a part of a verb's options with a title of its own in --help.
type flagGroup struct {
	title string
	*pflag.FlagSet
}

func group(title string) *flagGroup {
	g := &flagGroup{title, pflag.NewFlagSet(title, pflag.ContinueOnError)}
	g.SortFlags = false
	return g
}

// helpWidth is what a terminal and a page of documentation show.
const helpWidth = 100

// addGroups gives a verb its options and a help that lists them by group.
func addGroups(c *cobra.Command, groups ...*flagGroup) {
	for _, g := range groups {
		c.Flags().AddFlagSet(g.FlagSet)
	}
	var b strings.Builder
	b.WriteString("Usage:\n  {{.UseLine}}\n{{if .HasExample}}\nExamples:\n{{.Example}}\n{{end}}")
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s:\n%s", g.title, g.FlagUsagesWrapped(helpWidth))
	}
	b.WriteString("\nExit codes: 0 fine, 1 a comparison failed, 2 bad input or usage, 3 a bug of snnc, 130 interrupted.\n")
	c.SetUsageTemplate(b.String())
}

// compileFlags are the options of every verb that compiles.
type compileFlags struct {
	opt        compiler.Options
	net, clip  string
	overlay    string
	resetDelay bool
	together   bool
	reals      bool // the verb runs the network in real numbers
}

func (f *compileFlags) groups() []*flagGroup {
	o := &f.opt
	m := group("What the model file leaves open")
	m.StringVar(&o.From, "from", "", fmt.Sprintf("the framework that wrote it: `NAME` is %s (default nir)", strings.Join(compiler.Presets(), ", ")))
	m.Float64Var(&o.DT, "dt", 0, "`SECONDS` of a step (default the framework's)")
	m.IntVar(&o.Steps, "steps", 0, "steps `N` of an inference (default 8)")
	m.StringVar(&o.Reset, "reset", "", "`KIND` of reset: zero, subtract or none (default the framework's)")
	m.BoolVar(&f.resetDelay, "reset-delay", false, "the reset takes effect one step later")
	m.StringVar(&o.Compare, "compare", "", "`OP` of the threshold: gt (v > threshold) or ge (v >= threshold) (default the framework's)")
	m.BoolVar(&f.together, "together", false, "Lava-dl: all layers take their first step at once, not layer i i steps after the input")
	q := group("Numbers")
	q.IntVar(&o.WeightBits, "weight-bits", 0, "`BITS` of a weight, 2 to 16 (default 8)")
	q.StringVar(&f.clip, "clip", "", "`HOW` to choose a neuron's weight range: max, or search for the least error on the data (default max)")
	q.IntVar(&o.DecayBits, "decay-bits", 0, "fraction `BITS` of the decay, 4 to 16 (default 12)")
	q.IntVar(&o.ThresholdBits, "threshold-bits", 0, "resolution of the smallest threshold in `BITS` (default 12)")
	h := group("Hardware")
	h.IntVar(&o.Lanes, "lanes", 0, "neurons `N` of a core that integrate at once, a power of two (default 32)")
	h.IntVar(&o.Update, "update-lanes", 0, "neurons `N` of a core that are updated at once, a power of two (default 8)")
	h.IntVar(&o.CoreNeurons, "core-neurons", 0, "most neurons `N` a core holds (default 1024)")
	h.IntVar(&o.WordBits, "word-bits", 0, "neurons `N` of a spike word: 8, 16 or 32 (default 32)")
	h.StringVar(&f.net, "net", "", "`KIND` of network between the cores: bus or mesh (default bus up to 4 cores)")
	h.StringVar(&f.overlay, "overlay", "", fmt.Sprintf("compile for a machine that the host loads networks into: `NAME` is %s, or a TOML file", strings.Join(compiler.Overlays(), ", ")))
	l := group("Learning")
	l.StringSliceVar(&o.Plastic, "plastic", nil, "`NODES` whose synapses learn on the chip: names of neurons or weights, with commas, or last")
	l.IntVar(&o.PlasticFraction, "plastic-fraction", 0, "`BITS` of a stored weight below what inference reads (default 8, at most 24 with the weight's)")
	l.IntVar(&o.PlasticBatch, "plastic-batch", 0, "most samples `N` of an update (default 1)")
	return []*flagGroup{m, q, h, l}
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
	first   int
	coding  string
	bits    int
	seed    uint64
	norm    string
	split   data.Split // "": test
	binning events.Binning
	warn    func(note string) // what the reader of the set has to tell
}

// group makes the options; a verb with runs can begin at any sample.
func (f *dataFlags) group(name string, samples int, runs bool) *flagGroup {
	g := group("Data")
	g.StringVar(&f.name, "data", name, "data `SET`: mnist, fashion-mnist, demo, cifar10-jpeg, cifar10, cifar100, cifar10-dvs, imagenet, shd, ssc, or a path (idx, npy, npz, HDF5 in SHD's layout, address events, recordings of events, a folder of pictures or recordings); a network of several inputs takes a step's values one input after the other, in the program's order")
	g.IntVar(&f.samples, "samples", samples, "how many samples `N` (0: all)")
	if runs {
		g.IntVar(&f.first, "first", 0, "number `N` of the first sample")
	}
	g.StringVar(&f.coding, "encode", "direct", fmt.Sprintf("how samples become input: `CODE` is %s", codings()))
	g.IntVar(&f.bits, "input-bits", 0, "most `BITS` of an input value (default 8)")
	g.StringVar(&f.norm, "norm", "", "`MEAN,STD`: values are (x - MEAN)/STD before they become the signed integers that a Lava-dl network takes (default 0.5,0.5 for images of 0 to 1, else 0,1)")
	g.Uint64Var(&f.seed, "seed", 1, "`SEED` of the rate code")
	g.Int64Var(&f.binning.Time, "bin-time", 0, "recordings of events: microseconds `T` of a step (default 1000)")
	g.IntVar(&f.binning.Count, "bin-events", 0, "recordings of events: events `N` of a step, instead of a time")
	g.IntVar(&f.binning.Bins, "bins", 0, "recordings of events: steps `N` of a sample (default as the longest needs); alone, they share each sample's time evenly")
	g.BoolVar(&f.binning.Even, "bins-even", false, "recordings of events: the steps of --bins share each sample's events evenly, instead of its time")
	g.IntVar(&f.binning.Pool, "bin-pool", 0, "recordings of events: one pixel of `N` × N (default 1)")
	g.IntVar(&f.binning.Most, "bin-max", 0, "recordings of events: a count stops at `N`, which also fixes the bits of an input value (default 255)")
	g.BoolVar(&f.binning.Binary, "binary", false, "recordings of events: a pixel spikes or not, instead of a count")
	return g
}

func codings() string {
	var names []string
	for _, c := range data.Codings() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// jsonFlag is the option that every verb has.
func jsonFlag(g *flagGroup, to *bool) { g.BoolVar(to, "json", false, "print one JSON object") }

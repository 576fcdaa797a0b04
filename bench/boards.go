package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/internal/table"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

// Built is a network on a board: what snnc compile said of it, and what place and route, or
// on boards without open tools synthesis, found.
type Built struct {
	Name     string        `json:"name"` // of the trial
	Network  string        `json:"network"`
	Board    string        `json:"board"`
	Options  string        `json:"options"`
	Fits     bool          `json:"fits"` // what the tools say
	Said     bool          `json:"estimate_fits"`
	Used     []flow.Usage  `json:"used"`
	Fmax     float64       `json:"fmax_mhz,omitempty"`
	MHz      float64       `json:"clock_mhz,omitempty"`
	Estimate compiler.Cost `json:"estimate"`
	// Features are for a new fit of the estimate.
	Features map[string]float64 `json:"features"`
}

// Trial is a network compiled for some board.
type Trial struct {
	Network  string
	Board    string
	Options  compiler.Options
	Hardware compiler.Hardware
}

// mlpSmall is a perceptron of 196-32-10 without training: its size is what matters.
const mlpSmall = "mlp-196-32-10"

// models of trials: files below the folder of shared models. The demo is embedded and mlpSmall made here.
var models = map[string]struct{ file, from string }{
	"mnist_mlp_128":     {"models/snntorch/mnist_mlp_128.nir", "snntorch"},
	"fashion_cnn_16_32": {"models/snntorch/fashion_cnn_16_32.nir", "snntorch"},
	"cnn_sinabs":        {"models/nir/02_cnn/cnn_sinabs.nir", "sinabs"},
	"braille":           {"models/nir/03_rnn/braille_noDelay_bias_zero.nir", "snntorch"},
}

// up5kMNIST is 784-64-10 with trained weights, of this repository.
const up5kMNIST = "up5k_mnist"

var small = compiler.Hardware{NoReadback: true, NoRewrite: true}

// Trials are seven networks over the boards: each where it is at home, then what options change.
var Trials = []Trial{
	{Network: mlpSmall, Board: "icebreaker", Options: compiler.Options{Steps: 8, Lanes: 1, Update: 1, WeightBits: 4, WordBits: 8}},
	{Network: mlpSmall, Board: "icebreaker", Options: compiler.Options{Steps: 8, Lanes: 2, Update: 1, WeightBits: 4, WordBits: 16}},
	{Network: mlpSmall, Board: "ice40-hx8k", Options: compiler.Options{Steps: 8, Lanes: 2, Update: 2, WeightBits: 4, WordBits: 16}},
	{Network: mlpSmall, Board: "ice40-hx8k", Options: compiler.Options{Steps: 8, Lanes: 4, Update: 1, WeightBits: 4, WordBits: 16}},
	{Network: "demo", Board: "colorlight-i5", Options: compiler.Options{Steps: 8, Lanes: 4, Update: 2}},
	{Network: "demo", Board: "ulx3s-85f", Options: compiler.Options{Steps: 8, Lanes: 32}},
	{Network: "braille", Board: "colorlight-i5", Options: compiler.Options{Steps: 128, Lanes: 2, Update: 1}},
	{Network: "mnist_mlp_128", Board: "ulx3s-85f", Options: compiler.Options{Steps: 8, Lanes: 128}},
	{Network: "fashion_cnn_16_32", Board: "orangecrab-85f", Options: compiler.Options{Steps: 6, Lanes: 8, CoreNeurons: 16384}},
	{Network: "fashion_cnn_16_32", Board: "ulx3s-85f", Options: compiler.Options{Steps: 6, Lanes: 8, CoreNeurons: 16384}},
	{Network: "cnn_sinabs", Board: "ulx3s-85f", Options: compiler.Options{Steps: 337, Lanes: 8, CoreNeurons: 16384}},
	{Network: "mnist_mlp_128", Board: "arty-a7-35t", Options: compiler.Options{Steps: 8, Lanes: 8}},
	{Network: "mnist_mlp_128", Board: "arty-a7-35t", Options: compiler.Options{Steps: 8, Lanes: 2, Update: 1}},
	{Network: "demo", Board: "pynq-z2", Options: compiler.Options{Steps: 8, Lanes: 32}},
	// Options that leave parts out, DSPs where they must be asked for, meshes, plastic layers, and other lanes.
	{Network: mlpSmall, Board: "icebreaker", Options: compiler.Options{Steps: 8, Lanes: 2, Update: 1, WeightBits: 4, WordBits: 8}, Hardware: small},
	{Network: up5kMNIST, Board: "icebreaker", Options: compiler.Options{Lanes: 4, Update: 1, WeightBits: 4, WordBits: 8}, Hardware: compiler.Hardware{NoReadback: true, NoRewrite: true, DSP: true}},
	{Network: up5kMNIST, Board: "icebreaker", Options: compiler.Options{Lanes: 2, Update: 1, WeightBits: 4, WordBits: 16}, Hardware: small},
	{Network: mlpSmall, Board: "ice40-hx8k", Options: compiler.Options{Steps: 8, Lanes: 4, Update: 1, WeightBits: 4, WordBits: 8, Plastic: []string{"last"}}, Hardware: small},
	{Network: mlpSmall, Board: "ice40-hx8k", Options: compiler.Options{Steps: 8, Lanes: 8, Update: 2, WeightBits: 4, WordBits: 32}, Hardware: small},
	{Network: "mnist_mlp_128", Board: "ulx3s-85f", Options: compiler.Options{Steps: 8, Lanes: 128}, Hardware: small},
	{Network: "mnist_mlp_128", Board: "colorlight-i5", Options: compiler.Options{Steps: 8, Lanes: 16, WeightBits: 4, Plastic: []string{"last"}}},
	{Network: "mnist_mlp_128", Board: "ulx3s-85f", Options: compiler.Options{Steps: 8, Lanes: 8, Plastic: []string{"last"}}, Hardware: small},
	{Network: "demo", Board: "ulx3s-85f", Options: compiler.Options{Steps: 8, Lanes: 8, CoreNeurons: 32, Net: ir.NetMesh}},
	{Network: "demo", Board: "orangecrab-85f", Options: compiler.Options{Steps: 8, Lanes: 64, Update: 4}},
	{Network: "braille", Board: "orangecrab-85f", Options: compiler.Options{Steps: 128, Lanes: 2, Update: 1}, Hardware: small},
	{Network: "fashion_cnn_16_32", Board: "ulx3s-85f", Options: compiler.Options{Steps: 6, Lanes: 16, CoreNeurons: 16384}, Hardware: small},
	{Network: "braille", Board: "arty-a7-35t", Options: compiler.Options{Steps: 128, Lanes: 4}},
	{Network: "fashion_cnn_16_32", Board: "pynq-z2", Options: compiler.Options{Steps: 6, Lanes: 8, CoreNeurons: 16384}},
}

// Name of a trial, as SNNC_TRIALS chooses it.
func (t Trial) Name() string {
	s := fmt.Sprintf("%s/%s/%d", t.Network, t.Board, t.Options.Lanes)
	for _, w := range t.words() {
		s += "-" + w
	}
	return s
}

// words are what sets a trial apart beside its numbers.
func (t Trial) words() []string {
	var list []string
	if t.Options.Net == ir.NetMesh {
		list = append(list, "mesh")
	}
	if len(t.Options.Plastic) > 0 {
		list = append(list, "plastic")
	}
	if t.Hardware.NoReadback && t.Hardware.NoRewrite {
		list = append(list, "small")
	}
	if t.Hardware.DSP {
		list = append(list, "dsp")
	}
	return list
}

func (t Trial) text() string {
	o := t.Options
	s := fmt.Sprintf("%d lanes", o.Lanes)
	if o.Update > 0 {
		s += fmt.Sprintf(", %d updated", o.Update)
	}
	if o.WeightBits > 0 {
		s += fmt.Sprintf(", %d bits", o.WeightBits)
	}
	return strings.Join(append([]string{s}, t.words()...), ", ")
}

// Compile gives the trial's program.
func (t Trial) Compile(ctx context.Context, shared string) (*ir.Program, error) {
	var g *ir.Graph
	var err error
	o := t.Options
	switch m, known := models[t.Network]; {
	case known:
		text, e := os.ReadFile(filepath.Join(shared, filepath.FromSlash(m.file)))
		if e != nil {
			return nil, e
		}
		o.From = m.from
		g, err = nir.Read(bytes.NewReader(text), int64(len(text)), filepath.Base(m.file))
	case t.Network == mlpSmall:
		g = largeNetwork([]int{196, 32, 10})
	case t.Network == up5kMNIST:
		var h ir.Hints
		if g, h, err = modelfile.Read(filepath.Join("..", "examples", up5kMNIST, up5kMNIST+".json")); err == nil {
			o.From, o.Steps, o.Reset = *h.From, *h.Steps, *h.Reset
		}
	default:
		text := examples.FashionMLP()
		g, err = nir.Read(bytes.NewReader(text), int64(len(text)), "fashion_mlp.nir")
	}
	if err != nil {
		return nil, err
	}
	c, err := compiler.Compile(ctx, g, t.Network, o, compiler.Hooks{})
	if err != nil {
		return nil, err
	}
	return c.Program, nil
}

// Build makes the trial's bitstream, or synthesises it where no open tool
// places the device, and takes the estimate beside it. A design that does not fit is a result too.
func (t Trial) Build(ctx context.Context, o Options) (*Built, error) {
	p, err := t.Compile(ctx, o.Shared)
	if err != nil {
		return nil, err
	}
	b, err := board.Find(t.Board)
	if err != nil {
		return nil, err
	}
	e := compiler.EstimateOn(p, t.Board, t.Hardware)
	r := &Built{Name: t.Name(), Features: e.Features(), Network: t.Network, Board: t.Board, Options: t.text(), Estimate: e.Cost}
	r.Said, _, _ = e.Board.Fits(e.Cost)
	d, err := rtl.Emit(p, rtl.Options{Digest: p.DesignDigest(), Tool: compiler.Version, SinglePort: e.SinglePort, NoReadback: t.Hardware.NoReadback, NoRewrite: t.Hardware.NoRewrite})
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(o.Dir, strings.ReplaceAll(t.Name(), "/", "_"))
	if err := d.Write(dir); err != nil {
		return nil, err
	}
	fo := flow.Options{NoDSP: e.WithoutDSP, DSP: t.Hardware.DSP}
	if b.Export || o.Packed {
		r.Used, err = flow.Packed(ctx, dir, b, fo)
		r.Fits = err == nil
		for _, u := range r.Used {
			r.Fits = r.Fits && u.Used <= u.Available
		}
		return r, err
	}
	s, err := flow.Build(ctx, dir, b, fo)
	var small *flow.TooSmallError
	var slow *flow.TimingError
	switch {
	case errors.As(err, &small):
		r.Used = small.Used
		return r, nil
	case err != nil && !errors.As(err, &slow):
		return nil, err
	}
	r.Fits, r.Used, r.Fmax, r.MHz = true, s.Used, s.Fmax, s.MHz
	return r, nil
}

// of is a resource's usage.
func (b *Built) of(name string) int {
	for _, u := range b.Used {
		if u.Name == name {
			return u.Used
		}
	}
	return 0
}

// Off is how far the estimate of LUTs is from what was used.
func (b *Built) Off() float64 {
	return float64(b.Estimate.LUT)/math.Max(1, float64(b.of("LUT"))) - 1
}

// WriteBuilt prints the table of docs/benchmarks.md.
func WriteBuilt(w io.Writer, all []*Built) error {
	columns := []table.Column{{Name: "network", Text: true}, {Name: "board", Text: true}, {Name: "options", Text: true}, {Name: "LUT"}, {Name: "est. (%)"}, {Name: "FF"}, {Name: "est."},
		{Name: "block RAM"}, {Name: "est."}, {Name: "SPRAM"}, {Name: "est."}, {Name: "DSP"}, {Name: "est."}, {Name: "Fmax", Unit: "MHz"}, {Name: "fits", Text: true}}
	var rows [][]any
	for _, b := range all {
		fmax, fits := "", "no"
		if b.Fmax > 0 {
			fmax = fmt.Sprintf("%.1f", b.Fmax)
		}
		if b.Fits {
			fits = "yes"
		}
		if b.Fits != b.Said {
			fits += " (not as estimated)"
		}
		e := b.Estimate
		rows = append(rows, []any{b.Network, b.Board, b.Options, b.of("LUT"), fmt.Sprintf("%d (%+.1f)", e.LUT, 100*b.Off()), b.of("FF"), e.FF, b.of("block RAM"), e.Blocks, b.of("SPRAM"), e.SinglePort, b.of("DSP"), e.DSP, fmax, fits})
	}
	return table.Write(w, columns, rows)
}

// WriteBuiltFile writes them as JSON.
func WriteBuiltFile(path string, all []*Built) error { return writeJSON(path, all) }

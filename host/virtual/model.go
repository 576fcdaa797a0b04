package virtual

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/verilator"
)

// Kinds of models, from the nearest to the program to the nearest to the board.
const (
	RTL       = "rtl"       // the emitted design and the link
	Netlist   = "netlist"   // what synthesis made of them, with the vendor's cells
	Bitstream = "bitstream" // the packed bitstream, read back into logic
)

// Kinds lists them.
func Kinds() []string { return []string{RTL, Netlist, Bitstream} }

// Divisor of a model that is no board's: clock cycles of a bit. 12 MHz then
// are 3 Mbaud.
const Divisor = 4

// Model is a virtual board that can be started.
type Model struct {
	*verilator.SerialModel
	Kind    string
	Board   string // "" where the model is no board's
	MHz     float64
	Divisor int
}

// Options of Build.
type Options struct {
	Quick bool // build fast, run slowly: for tests
}

// Build builds the model of the design in a directory. A netlist and a
// bitstream are those of a board for which the design was built; b may be nil
// for RTL, which then has no board's top level around it.
func Build(ctx context.Context, dir, kind string, b *board.Board, o Options) (*Model, error) {
	if b == nil {
		if kind != RTL {
			return nil, fmt.Errorf("a %s is a board's: say which with --board, as in snnc build", kind)
		}
		return buildSoC(ctx, dir, o)
	}
	var m *flow.Model
	var err error
	switch kind {
	case RTL:
		m, err = flow.RTL(dir, b, flow.Options{})
	case Netlist:
		m, err = flow.Netlist(dir, b)
	case Bitstream:
		m, err = flow.Bitstream(ctx, dir, b)
	default:
		err = fmt.Errorf("%q is no kind of model; allowed are rtl, netlist and bitstream", kind)
	}
	if err != nil {
		return nil, err
	}
	at := m.Dir
	if at == "" {
		at = flow.FolderOf(dir, b)
	}
	s, err := verilator.BuildSerial(ctx, nil, &verilator.SerialDesign{Dir: at, Files: m.Files, Include: m.Include, Top: m.Top,
		Defines: m.Defines, Flags: m.Flags, Clock: m.Clock, Rx: m.Rx, Tx: m.Tx, Divisor: m.Divisor, Noise: false, Quick: o.Quick})
	if err != nil {
		return nil, err
	}
	return &Model{s, kind, b.Name, m.MHz, m.Divisor}, nil
}

// buildSoC builds the design and the link without a board around them.
func buildSoC(ctx context.Context, dir string, o Options) (_ *Model, err error) {
	d, err := flow.ReadDesign(dir)
	if err != nil {
		return nil, err
	}
	// Library modules that the design does not bring along.
	lib, err := os.MkdirTemp("", "snnc-soc-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(lib)) }()
	var files []string
	for _, name := range d.Sources {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			files = append(files, name)
			continue
		}
		if name == "snnc_reset.v" { // a board's
			continue
		}
		text, err := rtl.Library(name)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(lib, filepath.Base(name))
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	s, err := verilator.BuildSerial(ctx, nil, &verilator.SerialDesign{Dir: dir, Files: slices.Clip(files), Top: "snnc_soc",
		Params: []string{fmt.Sprintf("DIVISOR=%d", Divisor)}, Clock: "i_clk", Reset: "i_rst", Rx: "i_rx", Tx: "o_tx", Divisor: Divisor, Noise: true, Quick: o.Quick})
	if err != nil {
		return nil, err
	}
	return &Model{s, RTL, "", 3 * Divisor, Divisor}, nil
}

// Start runs the model.
func (m *Model) Start(ctx context.Context) (*verilator.SerialProcess, error) {
	return verilator.StartSerial(ctx, m.SerialModel, verilator.SerialOptions{})
}

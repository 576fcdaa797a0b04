package flow

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/rtl"
)

// Model is a build as a program for Verilator: sources and the pins of its top
// level. It has the board's pins alone: no reset, since a board resets itself at
// power-on. A period of Clock is one of the core's: PLLs pass their reference.
type Model struct {
	Files   []string // absolute paths, in order
	Include []string // folders for `include
	Dir     string   // where the model runs: $readmemh reads its images there; empty: anywhere
	Top     string
	Defines []string // NAME or NAME=VALUE
	Flags   []string // for Verilator: warnings of vendors' and generated code
	// Names of the pins.
	Clock, Rx, Tx string
	Divisor       int     // clock periods of a UART bit
	MHz           float64 // of the core clock on the board
	Program       string  // digest, 32 hexadecimal digits
}

//go:embed cells/pll_ice40.v
var pllICE40 []byte

//go:embed cells/ecp5.v
var cellsECP5 []byte

// ModelFolder of a kind ("netlist" or "bitstream") beside a build.
func modelFolder(dir string, b *board.Board, kind string) string {
	return filepath.Join(FolderOf(dir, b), kind)
}

// Netlist gives the model of a build's synthesised netlist with the vendor's
// cells as Yosys describes them. It writes into FolderOf(dir, b)/netlist.
func Netlist(dir string, b *board.Board) (*Model, error) {
	s, _, err := Load(dir, b)
	if err != nil {
		return nil, err
	}
	cells, err := yosysCells(b.Family)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(modelFolder(dir, b, "netlist"))
	if err != nil {
		return nil, err
	}
	netlist, err := filepath.Abs(filepath.Join(FolderOf(dir, b), NetlistFile))
	if err != nil {
		return nil, err
	}
	own := pllICE40
	if b.Family == "ecp5" {
		own = cellsECP5
	}
	if err := writeModel(folder, map[string][]byte{"cells_sim.v": without(cells.text, moduleNames(own)), "cells_snnc.v": own}); err != nil {
		return nil, err
	}
	m := s.model()
	m.Files = []string{filepath.Join(folder, "cells_sim.v"), filepath.Join(folder, "cells_snnc.v"), netlist}
	m.Include = []string{cells.dir}
	return m, nil
}

// RTL gives the model of a build before synthesis: the design's sources and the
// board's top level. It writes into FolderOf(dir, b)/rtl. A build is not needed.
func RTL(dir string, b *board.Board, o Options) (*Model, error) {
	d, err := o.design(dir)
	if err != nil {
		return nil, err
	}
	t, err := clockOf(b, o.MHz, o.Baud)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(modelFolder(dir, b, "rtl"))
	if err != nil {
		return nil, err
	}
	own := pllICE40
	switch {
	case b.Family == "ecp5":
		own = cellsECP5
	case b.Family != "ice40" && t.pll != nil:
		return nil, fmt.Errorf("%s: the clock generator of %s has no model; take --freq %g, which needs none", b.Name, b.Family, b.Clock.MHz)
	}
	files := append([]rtl.File{{Path: TopFile, Data: top(b, d, t)}, {Path: "cells_snnc.v", Data: own}}, d.Files...)
	if err := os.RemoveAll(folder); err != nil {
		return nil, err
	}
	if err := write(folder, files); err != nil {
		return nil, err
	}
	s := &Summary{Divisor: t.divisor, MHz: t.mhz, Program: d.Digest}
	m := s.model()
	m.Dir, m.Include = folder, []string{folder}
	for _, name := range append(slices.Clone(d.Sources), "cells_snnc.v", TopFile) {
		m.Files = append(m.Files, filepath.Join(folder, name))
	}
	return m, nil
}

// DroppedError says that reading a bitstream back loses what it names.
type DroppedError struct {
	Board string
	What  []string
}

func (e *DroppedError) Error() string {
	return fmt.Sprintf("the bitstream of %s cannot be read back whole: icebox_vlog leaves out %s without a word; build for block RAM and LUTs alone (fewer inputs or weights, no --dsp), or serve the netlist",
		e.Board, strings.Join(e.What, " and "))
}

// Bitstream gives the model of a build's bitstream, read back into logic by
// iceunpack and icebox_vlog: iCE40 only. It writes into FolderOf(dir, b)/bitstream.
// A build with parts that the read-back loses is refused with a *DroppedError.
func Bitstream(ctx context.Context, dir string, b *board.Board) (*Model, error) {
	if b.Family != "ice40" {
		return nil, fmt.Errorf("%s: only bitstreams of iCE40 can be read back into logic; serve the netlist", b.Name)
	}
	s, bits, err := Load(dir, b)
	if err != nil {
		return nil, err
	}
	lost := &DroppedError{Board: b.Title}
	for _, name := range []string{"SPRAM", "DSP"} {
		if u := s.Of(name); u.Used > 0 {
			lost.What = append(lost.What, fmt.Sprintf("%d %s", u.Used, name))
		}
	}
	if len(lost.What) > 0 {
		return nil, lost
	}
	unpack, err1 := iceunpack.Find()
	vlog, err2 := iceboxVlog.Find()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	cells, err := yosysCells(b.Family)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(modelFolder(dir, b, "bitstream"))
	if err != nil {
		return nil, err
	}
	asc, err := output(ctx, unpack, bits)
	if err != nil {
		return nil, err
	}
	if err := writeModel(folder, map[string][]byte{"snnc.asc": asc, "cells_sim.v": without(cells.text, moduleNames(pllICE40)), "cells_snnc.v": pllICE40}); err != nil {
		return nil, err
	}
	pins := filepath.Join(FolderOf(dir, b), constraintsName(b.Family))
	text, err := output(ctx, vlog, "-s", "-S", "-p", pins, "-n", Top, filepath.Join(folder, "snnc.asc"))
	if err != nil {
		return nil, err
	}
	fixed, err := withPorts(string(text))
	if err != nil {
		return nil, err
	}
	if n, want := strings.Count(fixed, "SB_RAM40_4K"), s.Of("block RAM").Used; n != want {
		return nil, fmt.Errorf("the bitstream of %s reads back with %d block RAMs, and %d were placed: icebox_vlog lost some", b.Title, n, want)
	}
	if n := strings.Count(fixed, "SB_PLL40"); s.PLL != (n == 1) {
		return nil, fmt.Errorf("the bitstream of %s reads back with %d PLLs, and %v was said of one: build with --freq %g, which needs none", b.Title, n, s.PLL, b.Clock.MHz)
	}
	if err := writeModel(folder, map[string][]byte{"readback.v": []byte(fixed)}); err != nil {
		return nil, err
	}
	m := s.model()
	for _, f := range []string{"cells_sim.v", "cells_snnc.v", "readback.v"} {
		m.Files = append(m.Files, filepath.Join(folder, f))
	}
	return m, nil
}

func (s *Summary) model() *Model {
	return &Model{Top: Top, Defines: []string{"NO_ICE40_DEFAULT_ASSIGNMENTS"}, Flags: []string{"-Wno-fatal", "-Wno-lint", "-Wno-style", "-Wno-TIMESCALEMOD", "-Wno-MULTIDRIVEN"},
		Clock: "i_clk", Rx: "i_rx", Tx: "o_tx", Divisor: s.Divisor, MHz: s.MHz, Program: s.Program}
}

// writeModel writes files that changed: what has not keeps its time.
func writeModel(folder string, files map[string][]byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func output(ctx context.Context, path string, args ...string) ([]byte, error) {
	var stderr strings.Builder
	c := exec.CommandContext(ctx, path, args...)
	c.Stderr = &stderr
	out, err := c.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		t := newTail(12)
		for l := range strings.Lines(stderr.String()) {
			t.add(strings.TrimRight(l, "\n"))
		}
		return nil, &ToolError{Tool: filepath.Base(path), Err: err, Last: t.String()}
	}
	return out, nil
}

type cellLibrary struct {
	dir  string
	text []byte
}

// yosysCells finds the simulation models of a family in Yosys' own files.
func yosysCells(family string) (cellLibrary, error) {
	path, err := yosys.Find()
	if err != nil {
		return cellLibrary{}, err
	}
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p
	}
	dir := filepath.Join(filepath.Dir(path), "..", "share", "yosys", family)
	text, err := os.ReadFile(filepath.Join(dir, "cells_sim.v"))
	if err != nil {
		return cellLibrary{}, fmt.Errorf("the cell models of Yosys at %s: %w", path, err)
	}
	return cellLibrary{dir, text}, nil
}

var moduleStart = regexp.MustCompile(`(?m)^[ \t]*module\s+(\\?[A-Za-z0-9_$]+)`)

func moduleNames(text []byte) []string {
	var names []string
	for _, m := range moduleStart.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1]))
	}
	return names
}

// without drops modules, and the attribute in front of them, that another file describes.
func without(text []byte, names []string) []byte {
	rest := string(text)
	var out strings.Builder
	for {
		at := moduleStart.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		end := strings.Index(rest[at[1]:], "endmodule")
		if end < 0 {
			break
		}
		end += at[1] + len("endmodule")
		if slices.Contains(names, rest[at[2]:at[3]]) {
			out.WriteString(blackbox.ReplaceAllString(rest[:at[0]], ""))
		} else {
			out.WriteString(rest[:end])
		}
		rest = rest[end:]
	}
	out.WriteString(rest)
	return []byte(out.String())
}

var blackbox = regexp.MustCompile(`\(\*\s*blackbox\s*\*\)\s*$`)

var (
	header     = regexp.MustCompile(`(?m)^module ` + Top + ` \(([^)]*)\);`)
	listOfNets = regexp.MustCompile(`(?m)^(wire|reg) ([^;]*);`)
)

// withPorts makes what icebox_vlog prints legal: it declares each port twice, in
// the header and in a list of wires or, of a port that a flip-flop drives, of
// registers.
func withPorts(text string) (string, error) {
	h := header.FindStringSubmatch(text)
	if h == nil {
		return "", fmt.Errorf("icebox_vlog: %w", errNoCode)
	}
	ports := map[string]bool{}
	for _, p := range strings.Split(h[1], ",") {
		f := strings.Fields(p)
		if len(f) != 2 {
			return "", fmt.Errorf("icebox_vlog: port %q in the header of its module is none that snnc understands", p)
		}
		ports[f[1]] = true
	}
	for _, want := range []string{"i_clk", "i_rx", "o_tx"} {
		if !ports[want] {
			return "", fmt.Errorf("icebox_vlog: the bitstream has no pin %s: its pins are not those of the board's constraints", want)
		}
	}
	registers := map[string]bool{}
	text = listOfNets.ReplaceAllStringFunc(text, func(list string) string {
		m := listOfNets.FindStringSubmatch(list)
		var nets []string
		for _, n := range strings.Split(m[2], ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(n), " ")
			if !ports[name] {
				nets = append(nets, strings.TrimSpace(n))
			} else if m[1] == "reg" {
				registers[name] = true
			}
		}
		if len(nets) == 0 {
			return ""
		}
		return m[1] + " " + strings.Join(nets, ", ") + ";"
	})
	head, init := h[1], ""
	for name := range ports {
		if registers[name] {
			head = strings.Replace(head, "output "+name, "output reg "+name, 1)
			init += "\ninitial " + name + " = 0;"
		}
	}
	return strings.Replace(text, h[0], "module "+Top+" ("+head+");"+init, 1), nil
}

// Package board holds what is known of FPGA boards, one TOML file a board: the
// device and what is in it, clock, pins, serial port, and how to flash it. The
// compiler's fit report, snnc build and snnc deploy all read it here.
//
// It is data: nothing in it runs a tool or opens a port. A file with a key that
// Board lacks, or without one that it needs, is refused.
package board

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// Board is one board.
type Board struct {
	Name    string `toml:"-"` // of the file, without .toml
	Title   string `toml:"title"`
	Family  string `toml:"family"` // "ice40", "ecp5" or "xc7"
	Device  string `toml:"device"` // as place and route names it: "up5k", "85k", "xc7a35ticsg324-1L"
	Package string `toml:"package"`
	Speed   string `toml:"speed"`  // grade, ECP5 only
	Source  string `toml:"source"` // where the figures and the pins come from
	// Export says that no open tool places and routes the device here: a
	// project for the vendor's tool is written instead.
	Export    bool       `toml:"export"`
	Clock     Clock      `toml:"clock"`
	UART      UART       `toml:"uart"`
	Flash     Flash      `toml:"flash"`
	Constants []Constant `toml:"constant"`
	Memory    Memory     `toml:"memory"`
}

// Clock is the oscillator and what the core runs at unless the user says otherwise.
type Clock struct {
	Pin     string  `toml:"pin"`
	MHz     float64 `toml:"mhz"`
	CoreMHz float64 `toml:"core_mhz"`
	PLL     string  `toml:"pll"` // primitive between the two where they differ
}

// UART is the serial port; directions are the FPGA's.
type UART struct {
	RX   string   `toml:"rx"`
	TX   string   `toml:"tx"`
	USB  []string `toml:"usb"`  // vendor:product of the USB chips that carry it; none: an adapter of the user's
	Port int      `toml:"port"` // which of such a chip's serial ports, from 0
	Baud int      `toml:"baud"`
}

// Flash names the board to the tool that flashes it.
type Flash struct {
	Tool  string `toml:"tool"`
	Board string `toml:"board"`
}

// Constant is a pin that must be driven for the board to work.
type Constant struct {
	Name  string `toml:"name"`
	Pin   string `toml:"pin"`
	Value int    `toml:"value"`
}

// Memory is what the device has.
type Memory struct {
	LUT       int `toml:"lut"`
	FF        int `toml:"ff"`
	Blocks    int `toml:"blocks"` // block RAMs of BlockBits
	BlockBits int `toml:"block_bits"`
	SPRAM     int `toml:"spram"` // single-port RAMs without initial contents, of SPRAMBits
	SPRAMBits int `toml:"spram_bits"`
	DSP       int `toml:"dsp"`
}

// Families that boards can be of.
var Families = []string{"ice40", "ecp5", "xc7"}

// primitives of each family that make a clock.
var primitives = map[string][]string{
	"ice40": {"SB_PLL40_PAD", "SB_PLL40_CORE"},
	"ecp5":  {"EHXPLLL"},
	"xc7":   {"MMCME2_BASE"},
}

//go:embed boards/*.toml
var files embed.FS

var load = sync.OnceValue(func() []*Board {
	names, err := fs.Glob(files, "boards/*.toml")
	if err != nil {
		panic(err) // a constant pattern
	}
	var all []*Board
	for _, n := range names {
		text, err := files.ReadFile(n)
		if err != nil {
			panic(err) // embedded: cannot be missing
		}
		b, err := Parse(strings.TrimSuffix(path.Base(n), ".toml"), string(text))
		if err != nil {
			panic(err) // TestEmbeddedBoards
		}
		all = append(all, b)
	}
	slices.SortStableFunc(all, func(a, b *Board) int {
		return (a.Memory.LUT - b.Memory.LUT) // the smallest first
	})
	return all
})

// All returns the known boards, by LUTs and then by name.
func All() []*Board { return slices.Clone(load()) }

// Names of all boards, in the order of All.
func Names() []string {
	var names []string
	for _, b := range load() {
		names = append(names, b.Name)
	}
	return names
}

// UnknownError says that a name is no board's.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("%q is no board; the boards are %s", e.Name, strings.Join(e.Known, ", "))
}

// Find returns the board of a name, or an *UnknownError.
func Find(name string) (*Board, error) {
	for _, b := range load() {
		if b.Name == name {
			return b, nil
		}
	}
	return nil, &UnknownError{name, Names()}
}

// Parse reads a board's file. The error names the file and every fault in it.
func Parse(name, text string) (*Board, error) {
	b := &Board{Name: name}
	meta, err := toml.Decode(text, b)
	if err != nil {
		return nil, fmt.Errorf("board %s.toml: %w", name, err)
	}
	var errs []error
	for _, k := range meta.Undecoded() {
		errs = append(errs, fmt.Errorf("board %s.toml: key %s is unknown", name, k))
	}
	if err := b.check(meta); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return b, nil
}

var (
	identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	usbID      = regexp.MustCompile(`^[0-9a-f]{4}:[0-9a-f]{4}$`)
	site       = regexp.MustCompile(`^[A-Z0-9]+$`)
)

func (b *Board) check(meta toml.MetaData) error {
	var errs []error
	fail := func(bad bool, key, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("board %s.toml: %s: %s", b.Name, key, fmt.Sprintf(format, args...)))
		}
	}
	for _, key := range []string{"title", "family", "device", "package", "source", "clock.pin", "clock.mhz", "clock.core_mhz", "clock.pll", "uart.rx", "uart.tx", "uart.usb", "uart.port",
		"uart.baud", "flash.tool", "flash.board", "memory.lut", "memory.ff", "memory.blocks", "memory.block_bits", "memory.spram", "memory.spram_bits", "memory.dsp"} {
		fail(!meta.IsDefined(strings.Split(key, ".")...), key, "is missing")
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	fail(!slices.Contains(Families, b.Family), "family", "%q; allowed are %s", b.Family, strings.Join(Families, ", "))
	fail(b.Device == "", "device", "is empty")
	fail((b.Package == "") != b.Export, "package", "is %q; a board with export has none, all others have one", b.Package)
	fail((b.Speed != "") != (b.Family == "ecp5"), "speed", "is %q; ECP5 boards have one, others none", b.Speed)
	fail(b.Export != (b.Family == "xc7"), "export", "is %v; true for xc7 and for no other", b.Export)
	pins := map[string]string{}
	pin := func(key, p string) {
		fail(!site.MatchString(p), key, "%q is no pin", p)
		fail(pins[p] != "", key, "pin %s is that of %s too", p, pins[p])
		pins[p] = key
	}
	pin("clock.pin", b.Clock.Pin)
	pin("uart.rx", b.UART.RX)
	pin("uart.tx", b.UART.TX)
	fail(!(b.Clock.MHz >= 1 && b.Clock.MHz <= 400), "clock.mhz", "%g; allowed are 1 to 400", b.Clock.MHz)
	fail(!(b.Clock.CoreMHz >= 1 && b.Clock.CoreMHz <= 400), "clock.core_mhz", "%g; allowed are 1 to 400", b.Clock.CoreMHz)
	fail(!slices.Contains(primitives[b.Family], b.Clock.PLL), "clock.pll", "%q; allowed for %s: %s", b.Clock.PLL, b.Family, strings.Join(primitives[b.Family], ", "))
	for _, u := range b.UART.USB {
		fail(!usbID.MatchString(u), "uart.usb", "%q is not vendor:product in lower-case hexadecimal", u)
	}
	fail(b.UART.Port < 0 || b.UART.Port > 7, "uart.port", "%d; allowed are 0 to 7", b.UART.Port)
	fail(b.UART.Baud < 9600 || b.UART.Baud > 12000000, "uart.baud", "%d; allowed are 9600 to 12000000", b.UART.Baud)
	fail(b.Flash.Tool != "openFPGALoader" && b.Flash.Tool != "iceprog", "flash.tool", "%q; allowed are openFPGALoader and iceprog", b.Flash.Tool)
	for i, c := range b.Constants {
		key := fmt.Sprintf("constant %d", i)
		fail(!identifier.MatchString(c.Name), key, "name %q is no Verilog name in lower case", c.Name)
		fail(c.Value != 0 && c.Value != 1, key, "value %d; allowed are 0 and 1", c.Value)
		pin(key, c.Pin)
	}
	for _, m := range []struct {
		key      string
		n, least int
	}{{"lut", b.Memory.LUT, 1}, {"ff", b.Memory.FF, 1}, {"blocks", b.Memory.Blocks, 1}, {"block_bits", b.Memory.BlockBits, 1}, {"spram", b.Memory.SPRAM, 0},
		{"spram_bits", b.Memory.SPRAMBits, 0}, {"dsp", b.Memory.DSP, 0}} {
		fail(m.n < m.least, "memory."+m.key, "%d; allowed are %d and more", m.n, m.least)
	}
	return errors.Join(errs...)
}

// Divisor is the cycles of a UART bit at a core clock, and how far the bit rate
// then is from the one asked for.
func Divisor(mhz float64, baud int) (divisor int, off float64) {
	divisor = max(1, int(math.Round(mhz*1e6/float64(baud))))
	return divisor, mhz*1e6/float64(divisor)/float64(baud) - 1
}

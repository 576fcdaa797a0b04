package rtl

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/snnc/snnc/ir"
)

//go:embed lib/*.v lib/*.vh
var library embed.FS

// Library returns the text of a library file, "snnc_core.v" for example.
func Library(name string) ([]byte, error) { return library.ReadFile("lib/" + name) }

// LibraryFiles returns the names of all library files in order.
func LibraryFiles() []string {
	entries, err := library.ReadDir("lib")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// File is one file of a design.
type File struct {
	Path string // from the design's directory, with slashes
	Data []byte
}

// Design is a complete set of files: snnc_top.v, the library modules it
// uses, memory images in mem/, snnc_top.vh with its sizes and files.f, the list
// for tools. Tools run in the design's directory, where $readmemh finds mem/.
type Design struct {
	Files []File // sorted by path
	Load  []int  // cores whose weights have no image: the host writes them before the first tick
}

// File returns the contents of a file, nil if the design has none of that path.
func (d *Design) File(path string) []byte {
	for _, f := range d.Files {
		if f.Path == path {
			return f.Data
		}
	}
	return nil
}

// Write writes the files below dir, which is made where needed. Files that
// are there already and of another name stay.
func (d *Design) Write(dir string) error {
	for _, f := range d.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// add appends files and keeps the order.
func (d *Design) add(files ...File) {
	d.Files = append(d.Files, files...)
	sort.Slice(d.Files, func(a, b int) bool { return d.Files[a].Path < d.Files[b].Path })
}

// Options of Emit.
type Options struct {
	Digest     [16]byte // ir.Program.DesignDigest; registers DIGEST0..3
	Tool       string   // version in the header comment; the program's Tool if empty
	NoReadback bool     // leave out the multiplexers that let the host read memories, but for what learns
	// NoRewrite leaves out what lets the host write memories that an image or the
	// machine itself fills: parameters, state, currents, spikes, and weights that
	// neither learn nor lack an image.
	NoRewrite bool
	// SinglePort is how many memories of 256 kbit with one port and no initial
	// contents the device has for weights (SB_SPRAM256KA of the iCE40 UltraPlus:
	// 4). The cores of ir.Program.SinglePort get them; the host loads their weights.
	SinglePort int
}

// Emit returns the design of a program, or of the overlay it is for. The error names every field that the
// modules cannot take, with what is allowed.
func Emit(p *ir.Program, o Options) (*Design, error) {
	if err := check(p); err != nil {
		return nil, fmt.Errorf("program %q cannot be emitted as Verilog: %w", p.Name, err)
	}
	if o.Tool == "" {
		o.Tool = p.Tool
	}
	if p.Overlay != nil {
		return EmitOverlay(p.Overlay, o)
	}
	return emit(p, p.Cores, o)
}

// EmitOverlay returns the design of an overlay, whose memories are written by the host.
func EmitOverlay(v *ir.Overlay, o Options) (*Design, error) {
	if o.NoRewrite {
		return nil, fmt.Errorf("overlay %q: the host writes all of its memories; NoRewrite leaves out what it needs for that", v.Name)
	}
	p := (&ir.Program{Overlay: v, Tool: o.Tool}).Hardware()
	if err := errors.Join(v.Validate(), checkWindows(p)); err != nil {
		return nil, fmt.Errorf("overlay %q cannot be emitted as Verilog: %w", v.Name, err)
	}
	return emit(p, nil, o)
}

func emit(p *ir.Program, images []ir.Core, o Options) (*Design, error) {
	d := &Design{}
	list := modules(p)
	for _, name := range append([]string{"snnc_regs.vh"}, list...) {
		text, err := Library(name)
		if err != nil {
			return nil, err
		}
		d.add(File{name, text})
	}
	single := p.SinglePort(o.SinglePort)
	for i := range images {
		c := &images[i]
		if single[i] {
			d.Load = append(d.Load, i)
		} else {
			d.add(File{weightsPath(i), weightsImage(c)})
		}
		d.add(File{paramsPath(i), paramsImage(c)}, File{segmentsPath(i), segmentsImage(c, p.WordBits)},
			File{acrossPath(i), acrossImage(c, p.WordBits)}, File{downPath(i), downImage(c, p.WordBits)})
	}
	d.add(File{"snnc_top.v", top(p, o)}, File{"snnc_top.vh", header(p)}, File{"files.f", fileList(list)})
	return d, nil
}

// modules lists the library modules a program needs, bottom up.
func modules(p *ir.Program) []string {
	list := []string{"snnc_ram.v", "snnc_spram.v", "snnc_fifo.v", "snnc_window.v", "snnc_spikes.v", "snnc_rom.v", "snnc_table.v", "snnc_segments.v", "snnc_scan.v", "snnc_walk.v",
		"snnc_lanes.v", "snnc_leak.v", "snnc_neuron.v", "snnc_update.v", "snnc_send.v", "snnc_config.v"}
	for i := range p.Cores {
		if p.Cores[i].Plastic != nil {
			list = append(list, "snnc_plastic_gate.v", "snnc_plastic_sums.v", "snnc_plastic_lane.v", "snnc_plastic.v")
			break
		}
	}
	list = append(list, "snnc_core.v")
	if p.Net.Kind == ir.NetMesh {
		list = append(list, "snnc_router.v", "snnc_mesh.v")
	} else {
		list = append(list, "snnc_bus.v")
	}
	return append(list, "snnc_events.v", "snnc_ctrl.v", "snnc_host.v")
}

func fileList(list []string) []byte {
	text := "// Sources in order, for verilator -f, iverilog -c and others; run tools in this directory.\n"
	for _, f := range list {
		text += f + "\n"
	}
	return []byte(text + "snnc_top.v\n")
}

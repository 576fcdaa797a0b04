package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/internal/table"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

// Area is what a design takes after synthesis and mapping to a family's cells,
// before placement.
type Area struct {
	Design string `json:"design"`
	Target string `json:"target"` // the Yosys command
	LUT    int    `json:"lut"`
	Carry  int    `json:"carry"`   // LUTs that carry chains take on top, which on ECP5 are cells of their own
	LUTRAM int    `json:"lut_ram"` // LUTs used as memory
	FF     int    `json:"ff"`
	BRAM   int    `json:"bram"`
	DSP    int    `json:"dsp"`
	// Kbit is what the block RAMs hold.
	Kbit int `json:"bram_kbit"`
	// Estimate is what snnc compile says; its LUT is the sum of the three.
	Estimate compiler.Cost `json:"estimate"`
}

// target is a family as Yosys maps to it: what each cell counts as.
type target struct {
	command string
	family  *compiler.Family
	cells   []cell
}

type cell struct {
	pattern                *regexp.Regexp
	lut, carry, lutRAM, ff int
	bram, dsp, kbit        int
}

func cells(list ...any) []cell {
	var out []cell
	for i := 0; i < len(list); i += 2 {
		c := list[i+1].(cell)
		c.pattern = regexp.MustCompile("^(" + list[i].(string) + ")$")
		out = append(out, c)
	}
	return out
}

var targets = []target{
	{"synth_ice40", compiler.ICE40, cells("SB_LUT4", cell{lut: 1}, "SB_DFF.*", cell{ff: 1}, "SB_RAM40_4K.*", cell{bram: 1, kbit: 4}, "SB_MAC16", cell{dsp: 1})},
	{"synth_ecp5", compiler.ECP5, cells("LUT4", cell{lut: 1}, "CCU2C", cell{carry: 2}, "TRELLIS_FF", cell{ff: 1}, "DP16KD", cell{bram: 1, kbit: 18}, "TRELLIS_DPR16X4", cell{lutRAM: 4}, "MULT18X18D", cell{dsp: 1})},
	{"synth_xilinx -family xc7 -flatten", compiler.XC7, cells("LUT[1-6]", cell{lut: 1}, "FD[RCSP]E(_1)?", cell{ff: 1}, "RAMB36E1", cell{bram: 2, kbit: 36}, "RAMB18E1", cell{bram: 1, kbit: 18},
		"RAM32M|RAM64M", cell{lutRAM: 4}, "SRL16E", cell{lutRAM: 1}, "RAM(32|64)X1D", cell{lutRAM: 2}, "RAM128X1D", cell{lutRAM: 4}, "DSP48E1", cell{dsp: 1})},
}

// Subject is a network as it is compiled for synthesis.
type Subject struct {
	Name    string // as -run of TestSynthesis matches it
	Shared  string // file below the folder of shared models; the embedded network if empty
	Options compiler.Options
}

// Subjects are what the estimate of snnc compile is fitted to: a perceptron on
// one to four groups of lanes, parts on a mesh, and a convolutional network.
var Subjects = []Subject{
	{"mlp-8", "", compiler.Options{Steps: 8, Lanes: 8}},
	{"mlp-32", "", compiler.Options{Steps: 8, Lanes: 32}},
	{"mlp-128", "", compiler.Options{Steps: 8, Lanes: 128}},
	{"mesh-8", "", compiler.Options{Steps: 8, Lanes: 8, CoreNeurons: 32, Net: ir.NetMesh}},
	{"cnn-8", "models/snntorch/fashion_cnn_16_32.nir", compiler.Options{Steps: 8, Lanes: 8, CoreNeurons: 16384}},
}

// Synthesise maps the subject to each family. On Xilinx a RAMB36 counts as two
// block RAMs of 18 kbit.
func (s Subject) Synthesise(ctx context.Context, o Options, log func(string, ...any)) ([]Area, error) {
	model, name := examples.FashionMLP(), "fashion_mlp"
	if s.Shared != "" {
		var err error
		if model, err = os.ReadFile(filepath.Join(o.Shared, filepath.FromSlash(s.Shared))); err != nil {
			return nil, err
		}
		name = strings.TrimSuffix(filepath.Base(s.Shared), ".nir")
	}
	g, err := nir.Read(bytes.NewReader(model), int64(len(model)), name+".nir")
	if err != nil {
		return nil, err
	}
	c, err := compiler.Compile(ctx, g, name, s.Options, compiler.Hooks{})
	if err != nil {
		return nil, err
	}
	// As snnc compile does: Yosys's mapping depends on the digest's bits.
	d, err := rtl.Emit(c.Program, rtl.Options{Digest: c.Program.DesignDigest(), Tool: compiler.Version})
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(o.Dir, s.Name)
	if err := d.Write(dir); err != nil {
		return nil, err
	}
	var all []Area
	for _, t := range targets {
		log("%s, %s", s.Name, t.command)
		a, err := synthesise(ctx, dir, t)
		if err != nil {
			return all, err
		}
		a.Design, a.Estimate = s.Name, t.family.Estimate(c.Program, compiler.Hardware{})
		all = append(all, a)
	}
	return all, nil
}

func synthesise(ctx context.Context, dir string, t target) (Area, error) {
	list, err := os.ReadFile(filepath.Join(dir, "files.f"))
	if err != nil {
		return Area{}, err
	}
	var sources []string // in the order of the list: Yosys's result depends on it
	for _, l := range strings.Split(string(list), "\n") {
		if strings.HasPrefix(l, "snnc") {
			sources = append(sources, l)
		}
	}
	script := fmt.Sprintf("read_verilog -I. %s; %s -top snnc_top; tee -q -o stat.txt stat", strings.Join(sources, " "), t.command)
	c := exec.CommandContext(ctx, "yosys", "-q", "-p", script)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return Area{}, fmt.Errorf("%v: %w\n%.2000s", c.Args, err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "stat.txt"))
	if err != nil {
		return Area{}, err
	}
	return t.count(text), nil
}

var statLine = regexp.MustCompile(`(?m)^\s+(\S+)\s+(\d+)$`)

// count adds up the cells of a design, which must be flat: of a hierarchy stat
// prints every module once and the sum as well, from the text of Yosys's stat.
func (t target) count(stat []byte) Area {
	a := Area{Target: t.command}
	for _, m := range statLine.FindAllSubmatch(stat, -1) {
		n, err := strconv.Atoi(string(m[2]))
		if err != nil {
			continue
		}
		for _, c := range t.cells {
			if c.pattern.Match(m[1]) {
				a.LUT, a.Carry, a.LUTRAM, a.FF = a.LUT+n*c.lut, a.Carry+n*c.carry, a.LUTRAM+n*c.lutRAM, a.FF+n*c.ff
				a.BRAM, a.DSP, a.Kbit = a.BRAM+n*c.bram, a.DSP+n*c.dsp, a.Kbit+n*c.kbit
			}
		}
	}
	return a
}

// WriteAreas prints the table of docs/benchmarks.md.
func WriteAreas(w io.Writer, all []Area) error {
	columns := []table.Column{{Name: "design", Text: true}, {Name: "family", Text: true}, {Name: "LUT"}, {Name: "carry"}, {Name: "LUT", Unit: "as memory"}, {Name: "FF"},
		{Name: "BRAM"}, {Name: "BRAM", Unit: "kbit"}, {Name: "DSP"}, {Name: "LUT", Unit: "est. (%)"}, {Name: "FF", Unit: "est. (%)"}, {Name: "BRAM", Unit: "est."}, {Name: "DSP", Unit: "est."}}
	off := func(estimate, n int) string {
		return fmt.Sprintf("%d (%+.1f)", estimate, 100*(float64(estimate)/float64(max(n, 1))-1))
	}
	var rows [][]any
	for _, a := range all {
		e := a.Estimate
		rows = append(rows, []any{a.Design, familyOf(a.Target), a.LUT, a.Carry, a.LUTRAM, a.FF, a.BRAM, a.Kbit, a.DSP,
			off(e.LUT, a.LUT+a.Carry+a.LUTRAM), off(e.FF, a.FF), e.Blocks, e.DSP})
	}
	return table.Write(w, columns, rows)
}

func familyOf(command string) string {
	for _, t := range targets {
		if t.command == command {
			return t.family.Name
		}
	}
	return command
}

// WriteAreasFile writes them as JSON.
func WriteAreasFile(path string, all []Area) error { return writeJSON(path, all) }

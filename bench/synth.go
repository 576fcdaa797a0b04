package bench

import (
	"bytes"
	"context"
	"encoding/json"
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
	"github.com/snnc/snnc/rtl"
)

// Area is what a design takes after synthesis and mapping to a family's cells,
// before placement. Carry chains are not counted as LUTs.
type Area struct {
	Lanes  int    `json:"lanes"`
	Target string `json:"target"` // the Yosys command
	LUT    int    `json:"lut"`
	LUTRAM int    `json:"lut_ram"` // LUTs used as memory
	FF     int    `json:"ff"`
	BRAM   int    `json:"bram"`
	DSP    int    `json:"dsp"`
	// Kbit is what the block RAMs hold.
	Kbit int `json:"bram_kbit"`
	// Estimate is what snnc compile says, which counts 4-input LUTs.
	Estimate compiler.Cost `json:"estimate"`
}

// target is a family as Yosys maps to it: what each cell counts as.
type target struct {
	command string
	bram    string // name of the block RAM
	cells   []cell
}

type cell struct {
	pattern         *regexp.Regexp
	lut, lutRAM, ff int
	bram, dsp, kbit int
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
	{"synth_ice40", "SB_RAM40_4K", cells("SB_LUT4", cell{lut: 1}, "SB_DFF.*", cell{ff: 1}, "SB_RAM40_4K.*", cell{bram: 1, kbit: 4}, "SB_MAC16", cell{dsp: 1})},
	{"synth_ecp5", "DP16KD", cells("LUT4", cell{lut: 1}, "TRELLIS_FF", cell{ff: 1}, "DP16KD", cell{bram: 1, kbit: 18}, "TRELLIS_DPR16X4", cell{lutRAM: 4}, "MULT18X18D", cell{dsp: 1})},
	{"synth_xilinx -family xc7", "RAMB36", cells("LUT[1-6]", cell{lut: 1}, "FD[RCSP]E(_1)?", cell{ff: 1}, "RAMB36E1", cell{bram: 2, kbit: 36}, "RAMB18E1", cell{bram: 1, kbit: 18},
		"RAM32M|RAM64M", cell{lutRAM: 4}, "RAM(32|64)X1D", cell{lutRAM: 2}, "RAM128X1D", cell{lutRAM: 4}, "DSP48E1", cell{dsp: 1})},
}

// Synthesise maps the embedded 784-128-10 network with each number of lanes to each family. On
// Xilinx a RAMB36 counts as two block RAMs of 18 kbit.
func Synthesise(ctx context.Context, o Options, lanes []int, log func(string, ...any)) ([]Area, error) {
	var all []Area
	for _, n := range lanes {
		model := examples.FashionMLP()
		g, err := nir.Read(bytes.NewReader(model), int64(len(model)), "fashion_mlp.nir")
		if err != nil {
			return all, err
		}
		c, err := compiler.Compile(ctx, g, "fashion_mlp", compiler.Options{Steps: 8, Lanes: n}, compiler.Hooks{})
		if err != nil {
			return all, err
		}
		d, err := rtl.Emit(c.Program, rtl.Options{})
		if err != nil {
			return all, err
		}
		dir := filepath.Join(o.Dir, fmt.Sprintf("lanes%d", n))
		if err := d.Write(dir); err != nil {
			return all, err
		}
		for _, t := range targets {
			log("%d lanes, %s", n, t.command)
			a, err := synthesise(ctx, dir, t)
			if err != nil {
				return all, err
			}
			a.Lanes, a.Estimate = n, compiler.Estimate(c.Program)
			all = append(all, a)
		}
	}
	return all, nil
}

func synthesise(ctx context.Context, dir string, t target) (Area, error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.v"))
	if err != nil {
		return Area{}, err
	}
	for i := range sources {
		sources[i] = filepath.Base(sources[i])
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

// count adds up a flat design's cells from the text of Yosys's stat.
func (t target) count(stat []byte) Area {
	a := Area{Target: t.command}
	for _, m := range statLine.FindAllSubmatch(stat, -1) {
		n, err := strconv.Atoi(string(m[2]))
		if err != nil {
			continue
		}
		for _, c := range t.cells {
			if c.pattern.Match(m[1]) {
				a.LUT, a.LUTRAM, a.FF = a.LUT+n*c.lut, a.LUTRAM+n*c.lutRAM, a.FF+n*c.ff
				a.BRAM, a.DSP, a.Kbit = a.BRAM+n*c.bram, a.DSP+n*c.dsp, a.Kbit+n*c.kbit
			}
		}
	}
	return a
}

// WriteAreas prints the table of docs/benchmarks.md.
func WriteAreas(w io.Writer, all []Area) error {
	columns := []table.Column{{Name: "lanes"}, {Name: "Yosys command", Text: true}, {Name: "LUT"}, {Name: "LUT", Unit: "as memory"}, {Name: "FF"},
		{Name: "BRAM"}, {Name: "BRAM", Unit: "kbit"}, {Name: "DSP"}, {Name: "LUT4", Unit: "estimate"}, {Name: "FF", Unit: "estimate"}}
	var rows [][]any
	for _, a := range all {
		rows = append(rows, []any{a.Lanes, a.Target, a.LUT, a.LUTRAM, a.FF, a.BRAM, a.Kbit, a.DSP, a.Estimate.LUT, a.Estimate.FF})
	}
	return table.Write(w, columns, rows)
}

// WriteAreasFile writes them as JSON.
func WriteAreasFile(path string, all []Area) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

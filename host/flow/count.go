package flow

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/internal/cache"
	"github.com/snnc/snnc/rtl"
)

// xc7Cells are the resources behind Yosys' cells of series 7: LUTs that are
// memory count as LUTs, and a RAMB36 as two block RAMs of 18 kbit.
var xc7Cells = []struct {
	pattern  *regexp.Regexp
	resource string
	n        int
}{
	{regexp.MustCompile(`^LUT[1-6]$`), "LUT", 1},
	{regexp.MustCompile(`^(RAM32M|RAM64M|RAM128X1D)$`), "LUT", 4},
	{regexp.MustCompile(`^RAM(32|64)X1D$`), "LUT", 2},
	{regexp.MustCompile(`^SRL16E$`), "LUT", 1},
	{regexp.MustCompile(`^FD[RCSP]E(_1)?$`), "FF", 1},
	{regexp.MustCompile(`^RAMB36E1$`), "block RAM", 2},
	{regexp.MustCompile(`^RAMB18E1$`), "block RAM", 1},
	{regexp.MustCompile(`^DSP48E1$`), "DSP", 1},
}

var cellLine = regexp.MustCompile(`(?m)^\s+(\S+)\s+(\d+)$`)

// countXC7 adds up the cells in the text of Yosys' stat of a flat design.
func countXC7(stat []byte, m board.Memory) []Usage {
	used := map[string]int{}
	for _, l := range cellLine.FindAllSubmatch(stat, -1) {
		n, err := strconv.Atoi(string(l[2]))
		if err != nil {
			continue
		}
		for _, c := range xc7Cells {
			if c.pattern.Match(l[1]) {
				used[c.resource] += n * c.n
			}
		}
	}
	return []Usage{{"LUT", used["LUT"], m.LUT}, {"FF", used["FF"], m.FF}, {"block RAM", used["block RAM"], m.Blocks}, {"DSP", used["DSP"], m.DSP}}
}

// Synthesised says what a design takes of a board that no open tool places, after
// Yosys' synthesis for its family: an answer before the vendor's tool is run, not its answer.
func Synthesised(ctx context.Context, dir string, b *board.Board, o Options) ([]Usage, error) {
	d, err := o.design(dir)
	if err != nil {
		return nil, err
	}
	t, err := clockOf(b, o.MHz, o.Baud)
	if err != nil {
		return nil, err
	}
	path, err := yosys.Find()
	if err != nil {
		return nil, err
	}
	if err := o.ensureCache(); err != nil {
		return nil, err
	}
	const stat, log = "stat.txt", YosysLog
	script := "read_verilog -I. "
	for _, s := range append(d.Sources[:len(d.Sources):len(d.Sources)], TopFile) {
		script += s + " "
	}
	script += "; synth_xilinx -family xc7 -flatten -top " + Top + "; tee -q -o " + stat + " stat"
	files := append([]rtl.File{{Path: TopFile, Data: top(b, d, t)}}, d.Files...)
	parts := []string{"stat", yosys.VersionOf(ctx, path), script}
	for _, f := range files {
		parts = append(parts, f.Path, string(f.Data))
	}
	dir, _, err = o.Cache.Entry(ctx, "stat-"+cache.Key(parts...), func(dir string) error {
		if err := write(dir, files); err != nil {
			return err
		}
		if err := runLogged(ctx, dir, log, path, []string{"-p", script}, nil); err != nil {
			return err
		}
		used, err := os.ReadFile(filepath.Join(dir, stat))
		if err != nil {
			return err
		}
		return keepUsage(dir, countXC7(used, b.Memory), stat, log)
	})
	if err != nil {
		return nil, err
	}
	return readUsage(dir)
}

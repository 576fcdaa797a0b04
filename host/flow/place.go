package flow

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/snnc/snnc/host/board"
)

// placed is one seed's result.
type placed struct {
	Fmax  float64  `json:"fmax_mhz"`
	Path  []string `json:"path"`
	Used  []Usage  `json:"used"`
	Bytes int      `json:"bytes"`
}

// BitstreamFile is the name of a board's bitstream.
func BitstreamFile(b *board.Board) string {
	if b.Family == "ice40" {
		return "snnc.bin"
	}
	return "snnc.bit"
}

const (
	reportFile = "nextpnr.json"
	pnrLog     = "nextpnr.log"
	packLog    = "pack.log"
	placedFile = "placed.json"
)

// pnrArgs name the device, the netlist and the constraints to nextpnr.
func pnrArgs(b *board.Board) []string {
	args := []string{"--json", netlistJSON, "--" + b.Device, "--package", b.Package}
	if b.Family == "ice40" {
		return append(args, "--pcf", constraintsName(b.Family))
	}
	return append(args, "--speed", b.Speed, "--lpf", constraintsName(b.Family))
}

// place runs place and route, and the packer, in a folder that holds the netlist
// and the constraints.
func place(ctx context.Context, dir string, b *board.Board, pnr, pack string, mhz float64, seed int, see func(phase string)) (*placed, error) {
	args := append(pnrArgs(b), "--seed", strconv.Itoa(seed), "--freq", strconv.FormatFloat(mhz, 'f', -1, 64), "--timing-allow-fail", "--report", reportFile)
	text := "snnc.asc"
	switch b.Family {
	case "ice40":
		args = append(args, "--asc", text)
	case "ecp5":
		text = "snnc.config"
		args = append(args, "--textcfg", text)
	default:
		return nil, fmt.Errorf("%s: no open place and route for %s", b.Name, b.Family)
	}
	p := &placed{}
	small := &TooSmallError{Board: b.Title}
	ffs := 0
	err := runLogged(ctx, dir, pnrLog, pnr, args, func(line string) error {
		if ph := phaseOf(line); ph != "" {
			see(ph)
		}
		if n, ok := parseFFs(line); ok {
			ffs += n
		}
		if u, ok := parseUsage(line); ok {
			p.Used = append(p.Used, u)
			return nil
		}
		// The table is complete: place and route of what does not fit takes long to fail.
		small.Used = p.Used
		if len(p.Used) > 0 && len(small.Over()) > 0 && !usageLine.MatchString(line) {
			return small
		}
		return nil
	})
	if err != nil {
		if small.Used = p.Used; ctx.Err() == nil && len(small.Over()) > 0 {
			return nil, small
		}
		return nil, err
	}
	if b.Family == "ice40" {
		p.Used = append(p.Used, Usage{"FF", ffs, b.Memory.FF})
	}
	p.Used = ordered(p.Used)
	rep, err := os.ReadFile(filepath.Join(dir, reportFile))
	if err != nil {
		return nil, fmt.Errorf("%s wrote no report, and did not say why: %w", filepath.Base(pnr), err)
	}
	if p.Fmax, p.Path, err = parseReport(rep); err != nil {
		return nil, err
	}
	see("packing the bitstream")
	args = []string{text, BitstreamFile(b)}
	if b.Family == "ecp5" {
		args = append([]string{"--compress"}, args...)
	}
	if err := runLogged(ctx, dir, packLog, pack, args, nil); err != nil {
		return nil, err
	}
	info, err := os.Stat(filepath.Join(dir, BitstreamFile(b)))
	if err != nil {
		return nil, fmt.Errorf("%s wrote no bitstream, and did not say why: %w", filepath.Base(pack), err)
	}
	p.Bytes = int(info.Size())
	return p, os.Remove(filepath.Join(dir, text))
}

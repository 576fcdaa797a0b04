package flow

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/host/board"
)

// Names of what a build leaves in its folder.
const (
	TopFile     = Top + ".v"
	NetlistFile = "netlist.v"
	YosysLog    = "yosys.log"
	SummaryFile = "summary.json"
	netlistJSON = "netlist.json"
)

// synthScript is what Yosys is told.
func synthScript(b *board.Board, sources []string, o Options) string {
	s := "read_verilog -I. " + strings.Join(sources, " ") + " " + TopFile + "; "
	switch b.Family {
	case "ice40":
		s += "synth_ice40 -top " + Top
		if b.Memory.SPRAM > 0 {
			s += " -spram"
		}
		if o.DSP && b.Memory.DSP > 0 {
			s += " -dsp"
		}
	case "ecp5":
		s += "synth_ecp5 -top " + Top
		if o.NoDSP {
			s += " -nodsp"
		}
	}
	if o.ABC9 {
		s += " -abc9"
	}
	return s + " -json " + netlistJSON + "; write_verilog -noattr -noexpr " + NetlistFile
}

// synthesise runs Yosys in a folder that holds the sources.
func synthesise(ctx context.Context, dir, path string, script string, see func(phase string)) error {
	err := runLogged(ctx, dir, YosysLog, path, []string{"-p", script}, func(line string) error {
		if p := yosysPhase(line); p != "" {
			see(p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range []string{netlistJSON, NetlistFile} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			return fmt.Errorf("yosys wrote no %s, and did not say why", name)
		}
	}
	return nil
}

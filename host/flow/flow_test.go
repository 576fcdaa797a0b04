package flow

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/board"
)

// Recorded from nextpnr-ice40 0.4 and nextpnr-ecp5 0.11.1.
func TestUsageOfRecordedLogs(t *testing.T) {
	parse := func(log string) (out []Usage, ffs int) {
		for line := range strings.Lines(log) {
			line = strings.TrimSuffix(line, "\n")
			if u, ok := parseUsage(line); ok {
				out = append(out, u)
			}
			if n, ok := parseFFs(line); ok {
				ffs += n
			}
		}
		return ordered(out), ffs
	}
	ice, ffs := parse(`Info: Packing LUT-FFs..
Info:        6 LCs used as LUT4 only
Info:       25 LCs used as LUT4 and DFF
Info:       19 LCs used as DFF only
Info: Device utilisation:
Info: 	         ICESTORM_LC:    53/ 5280     1%
Info: 	        ICESTORM_RAM:    31/   30   103%
Info: 	               SB_IO:     3/   96     3%
Info: 	               SB_GB:     1/    8    12%
Info: 	        ICESTORM_PLL:     0/    1     0%
Info: 	        ICESTORM_DSP:     0/    8     0%
Info: 	      ICESTORM_SPRAM:     4/    4   100%
`)
	require.Equal(t, []Usage{{"LUT", 53, 5280}, {"block RAM", 31, 30}, {"SPRAM", 4, 4}, {"DSP", 0, 8}, {"PLL", 0, 1}}, ice)
	require.Equal(t, 44, ffs)
	ecp, _ := parse(`Info: Logic utilisation before packing:
Info:     Total LUT4s:        42/83640     0%
Info: Device utilisation:
Info: 	          TRELLIS_IO:       3/    365     0%
Info: 	              DP16KD:     110/    208    52%
Info: 	          MULT18X18D:      32/    156    20%
Info: 	             EHXPLLL:       1/      4    25%
Info: 	          TRELLIS_FF:   13060/  83640    15%
Info: 	        TRELLIS_COMB:   36048/  83640    43%
Info: 	        TRELLIS_RAMW:     318/  10455     3%
`)
	require.Equal(t, []Usage{{"LUT", 36048, 83640}, {"FF", 13060, 83640}, {"block RAM", 110, 208}, {"DSP", 32, 156}, {"PLL", 1, 4}}, ecp)
	_, ok := parseUsage("Info: Max frequency for clock 'x': 213.17 MHz (PASS at 50.00 MHz)")
	require.False(t, ok)
}

func TestReportOfPlaceAndRoute(t *testing.T) {
	text := `{"critical_paths":[{"from":"posedge a","to":"<async>","path":[]},{"from":"posedge clk","to":"posedge clk","path":[
{"delay":1.4,"from":{"cell":"u_soc.u_top.u_core0_1.u_walk.pending_q_SB_DFF_Q_LC","loc":[8,2],"port":"CLK"},"to":{"cell":"u_soc.u_top.u_core0_1.u_walk.pending_q_SB_DFF_Q_LC","port":"O"},"type":"clk-to-q"},
{"delay":1.8,"from":{"cell":"a","port":"O"},"to":{"cell":"b","port":"I1"},"type":"routing"},
{"delay":0.7,"from":{"cell":"b","port":"I1"},"to":{"cell":"b_SB_LUT4_O_1_LC","port":"O"},"type":"logic"},
{"delay":0.7,"from":{"cell":"b","port":"O"},"to":{"cell":"u_soc.u_top.u_core0_1.u_weights.mem.0.0_RAM","port":"RADDR_0"},"type":"routing"}]}],
"fmax":{"clk":{"achieved":36.5,"constraint":12},"other":{"achieved":90,"constraint":12}}}`
	mhz, path, err := parseReport([]byte(text))
	require.NoError(t, err)
	require.Equal(t, 36.5, mhz)
	require.Equal(t, "u_soc.u_top.u_core0_1.u_walk.pending_q", cellName(path[0]))
	require.Equal(t, "u_soc.u_top.u_core0_1.u_weights.mem.0.0_RAM", cellName(path[len(path)-1]))
	_, _, err = parseReport([]byte(`{"fmax":{}}`))
	require.ErrorContains(t, err, "no clock")
	_, _, err = parseReport([]byte(`nonsense`))
	require.Error(t, err)
}

// Settings that icepll 0~20230218 and ecppll 0.11.1 print for the same wish.
func TestClockGeneratorsAgainstTheFamiliesTools(t *testing.T) {
	for _, c := range []struct {
		family         string
		in, want, mhz  float64
		ref, fb        int
		out            float64
		filter         int
		vco            float64
		errorContained string
	}{
		{"ice40", 12, 24, 24, 1, 64, 32, 1, 768, ""},
		{"ice40", 12, 16, 15.9375, 1, 85, 64, 1, 1020, ""},
		{"ice40", 12, 36, 36, 1, 48, 16, 1, 576, ""},
		{"ice40", 12, 48, 48, 1, 64, 16, 1, 768, ""},
		{"ecp5", 25, 50, 50, 1, 2, 12, 0, 600, ""},
		{"ecp5", 25, 62.5, 62.5, 2, 5, 10, 0, 625, ""},
		{"ecp5", 25, 66, 65.625, 8, 21, 9, 0, 590.625, ""},
		{"ecp5", 48, 60, 60, 4, 5, 10, 0, 600, ""},
		{"xc7", 100, 50, 50, 1, 6, 12, 0, 600, ""},
		{"ice40", 12, 2, 0, 0, 0, 0, 0, 0, "a clock of 2 MHz cannot be made from 12 MHz on ice40"},
	} {
		p, err := findPLL(c.family, c.in, c.want)
		if c.errorContained != "" {
			require.ErrorContains(t, err, c.errorContained)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, pll{c.mhz, c.ref, c.fb, c.out, c.vco, c.filter}, p, "%s %g", c.family, c.want)
	}
}

// SNNC_UPDATE=1 writes what comes out into the files.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if os.Getenv("SNNC_UPDATE") != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), name)
}

func TestTopAndConstraintsOfEveryBoard(t *testing.T) {
	d := &Design{Name: "net", Digest: strings.Repeat("0", 31) + "1", Sources: []string{"snnc_soc.v"}}
	for _, b := range board.All() {
		tm, err := clockOf(b, 0, 0)
		require.NoError(t, err)
		golden(t, b.Name+".v", top(b, d, tm))
		golden(t, b.Name+filepath.Ext(constraintsName(b.Family)), constraints(b))
		if b.Export {
			golden(t, b.Name+".tcl", tcl(b, d))
		}
	}
	b, err := board.Find("icebreaker")
	require.NoError(t, err)
	tm, err := clockOf(b, 18, 0)
	require.NoError(t, err)
	golden(t, "icebreaker_18mhz.v", top(b, d, tm))
	_, err = clockOf(b, 12, 5000000)
	require.EqualError(t, err, "icebreaker: a UART of 5000000 baud cannot be made from 12 MHz: a bit is 2 cycles (4 and more are needed), which is off by 20.0 % (2.5 % are allowed); choose another --baud or --freq")
}

// What icebox_vlog printed for a pin that wires and one that a flip-flop drives.
func TestPortsOfAReadBack(t *testing.T) {
	text := `module snnc_board (input i_clk, output o_tx, input i_rx, output o_led);

wire i_clk, n2, o_tx, n48;
wire i_rx, open_0;
reg n3 = 0, o_led = 0;
reg o_other = 0;
assign o_tx = n2;
endmodule
`
	got, err := withPorts(text)
	require.NoError(t, err)
	require.Equal(t, `module snnc_board (input i_clk, output o_tx, input i_rx, output reg o_led);
initial o_led = 0;

wire n2, n48;
wire open_0;
reg n3 = 0;
reg o_other = 0;
assign o_tx = n2;
endmodule
`, got)
	_, err = withPorts("module snnc_board (input i_clk, input i_rx);\nendmodule\n")
	require.ErrorContains(t, err, "no pin o_tx")
	_, err = withPorts("")
	require.ErrorContains(t, err, "printed nothing that snnc understands")
}

func TestModulesThatAnotherFileDescribesAreDropped(t *testing.T) {
	text := "// cells\nmodule A(input x);\nendmodule\n\n(* blackbox *)\nmodule B(input y);\nendmodule\n(* abc9_box *)\nmodule C(); endmodule\n"
	require.Equal(t, "// cells\nmodule A(input x);\nendmodule\n\n\n(* abc9_box *)\nmodule C(); endmodule\n", string(without([]byte(text), []string{"B"})))
}

func TestPhases(t *testing.T) {
	require.Equal(t, "2.31.1 abc", yosysPhase("2.31.1. Executing ABC pass (technology mapping using ABC)."))
	require.Equal(t, "", yosysPhase("Warning: 3. Executing"))
	require.Equal(t, "routing", phaseOf("Info: Routing.."))
	require.Equal(t, "", phaseOf("Info: Checksum: 0x4b2f0bcf"))
}

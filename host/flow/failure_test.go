package flow_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/internal/cache"
)

// fakes puts shell scripts into a PATH of their own, so that a flow meets tools that fail in
// chosen ways.
func fakes(t *testing.T, scripts map[string]string) {
	dir := t.TempDir()
	for name, text := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o755))
	}
	for _, name := range []string{"sh", "sleep", "cat", "printf", "echo", "cp"} {
		if p, err := exec.LookPath(name); err == nil {
			require.NoError(t, os.Symlink(p, filepath.Join(dir, name)))
		}
	}
	t.Setenv("PATH", dir)
	t.Setenv("SNNC_TOOLS", "")
}

const (
	goodYosys = `[ "$1" = -V ] && { echo Yosys fake; exit 0; }
echo '1. Executing SYNTH_ICE40 pass.'
echo netlist > netlist.json; echo netlist > netlist.v`
	table = `[ "$1" = --version ] && { echo 'nextpnr-ice40 (Version fake)'; exit 0; }
echo 'Info: Packing constants..'
echo 'Info: Device utilisation:'
echo 'Info: 	         ICESTORM_LC:   %LC%/ 7680     1%'
echo 'Info: 	        ICESTORM_RAM:     1/   32     3%'
echo
`
	slow = `echo '{"critical_paths":[{"from":"posedge c","to":"posedge c","path":[{"delay":1,"type":"clk-to-q","from":{"cell":"u_soc.a_q_SB_DFF_Q","port":"CLK"},"to":{"cell":"u_soc.a_q_SB_DFF_Q","port":"O"}},{"delay":2,"type":"routing","from":{"cell":"u_soc.a_q_SB_DFF_Q","port":"O"},"to":{"cell":"u_soc.b_q_SB_DFF_Q","port":"D"}}]}],"fmax":{"c":{"achieved":9.876,"constraint":12}}}' > nextpnr.json
echo x > snnc.asc`
	pack = "cp $1 $2"
)

func lcs(n string) string {
	out := ""
	for i := 0; i < len(table); i++ {
		if len(table)-i >= 4 && table[i:i+4] == "%LC%" {
			out += n
			i += 3
			continue
		}
		out += string(table[i])
	}
	return out
}

// What fails is said in one place with what to do, its log is kept, and no build is left.
func TestFailures(t *testing.T) {
	need(t, "sh")
	b, err := board.Find("ice40-hx8k")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		scripts map[string]string
		check   func(t *testing.T, err error)
		log     string
	}{
		"nothing is installed": {nil, func(t *testing.T, err error) {
			require.ErrorContains(t, err, "yosys is not installed (or not in PATH); synthesis needs it: install it: apt-get install yosys")
			require.ErrorContains(t, err, "nextpnr-ice40 is not installed (or not in PATH); place and route for iCE40 needs it: install it: make deps-ice40")
			require.ErrorContains(t, err, "icepack is not installed")
		}, ""},
		"synthesis fails": {map[string]string{"yosys": "[ \"$1\" = -V ] && exit 0\necho one\necho 'ERROR: syntax error' >&2\nexit 1", "nextpnr-ice40": lcs("1"), "icepack": pack}, func(t *testing.T, err error) {
			var tool *flow.ToolError
			require.ErrorAs(t, err, &tool)
			require.Equal(t, "one\nERROR: syntax error", tool.Last)
			require.ErrorContains(t, err, "yosys failed (exit status 1); its output is in ")
		}, "yosys.log"},
		"synthesis writes nothing": {map[string]string{"yosys": "exit 0", "nextpnr-ice40": lcs("1"), "icepack": pack}, func(t *testing.T, err error) {
			require.EqualError(t, err, "yosys wrote no netlist.json, and did not say why")
		}, "yosys.log"},
		"the device is too small": {map[string]string{"yosys": goodYosys, "nextpnr-ice40": lcs("9001") + "sleep 60", "icepack": pack}, func(t *testing.T, err error) {
			var small *flow.TooSmallError
			require.ErrorAs(t, err, &small)
			require.EqualError(t, err, "the design does not fit Lattice iCE40-HX8K breakout board: it needs 9001 of 7680 LUT (1321 too many, 118 %)")
		}, "nextpnr.log"},
		"place and route fails": {map[string]string{"yosys": goodYosys, "nextpnr-ice40": lcs("10") + "echo 'ERROR: no route' >&2; exit 255", "icepack": pack}, func(t *testing.T, err error) {
			require.ErrorContains(t, err, "nextpnr-ice40 failed (exit status 255)")
			require.ErrorContains(t, err, "ERROR: no route")
		}, "nextpnr.log"},
		"timing is not met": {map[string]string{"yosys": goodYosys, "nextpnr-ice40": lcs("10") + slow, "icepack": pack}, func(t *testing.T, err error) {
			var slow *flow.TimingError
			require.ErrorAs(t, err, &slow)
			require.EqualError(t, err, "timing is not met on Lattice iCE40-HX8K breakout board: seed 1, the best of 2, reaches 9.88 MHz of 12.00 MHz (17.7 % short); "+
				"its longest path goes from u_soc.a_q to u_soc.b_q; lower the clock with --freq 9.75, or try more seeds with --seeds")
		}, "nextpnr.log"},
		"the packer fails": {map[string]string{"yosys": goodYosys, "nextpnr-ice40": lcs("10") + slow, "icepack": "echo 'bad file'; exit 1"}, func(t *testing.T, err error) {
			require.ErrorContains(t, err, "icepack failed (exit status 1)")
			require.ErrorContains(t, err, "bad file")
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tinyCopy(t)
			fakes(t, c.scripts)
			begun := time.Now()
			_, err := flow.Build(t.Context(), dir, b, flow.Options{Seeds: 2, Jobs: 1, Cache: &cache.Cache{Dir: t.TempDir(), What: "builds"}})
			require.Error(t, err)
			c.check(t, err)
			require.NoDirExists(t, flow.FolderOf(dir, b))
			require.Less(t, time.Since(begun), 30*time.Second)
			if c.log != "" {
				require.FileExists(t, filepath.Join(dir, "boards", "ice40-hx8k.failed", c.log))
			}
		})
	}
}

// An interrupted build leaves nothing, neither in the design's directory nor in the cache.
func TestInterruptedBuild(t *testing.T) {
	need(t, "sh")
	b, err := board.Find("ice40-hx8k")
	require.NoError(t, err)
	dir, c := tinyCopy(t), &cache.Cache{Dir: t.TempDir(), What: "builds"}
	fakes(t, map[string]string{"yosys": "[ \"$1\" = -V ] && exit 0\necho '1. Executing SYNTH_ICE40 pass.'\nsleep 60", "nextpnr-ice40": "exit 0", "icepack": "exit 0"})
	ctx, cancel := context.WithCancel(t.Context())
	begun := time.Now()
	_, err = flow.Build(ctx, dir, b, flow.Options{Cache: c, Progress: func(int, string) { cancel() }})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
	require.Less(t, time.Since(begun), 20*time.Second)
	require.NoDirExists(t, filepath.Join(dir, "boards"))
	entries, err := os.ReadDir(c.Dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, e.IsDir(), e.Name())
	}
}

func TestNoDesignAndNoBuild(t *testing.T) {
	b, err := board.Find("ice40-hx8k")
	require.NoError(t, err)
	_, err = flow.ReadDesign("testdata")
	require.EqualError(t, err, "testdata is no design: it has no files.f; make one by snnc compile MODEL -o testdata")
	dir := tinyCopy(t)
	_, _, err = flow.Load(dir, b)
	require.ErrorContains(t, err, "has no build for ice40-hx8k; make it by snnc build "+dir+" --board ice40-hx8k")
	require.NoError(t, os.Remove(filepath.Join(dir, "mem", "table.hex")))
	_, err = flow.ReadDesign(dir)
	require.ErrorContains(t, err, "the memory image that snnc_top.v reads")
}

// A build for a board without open tools is a project: every file that its script names is there.
func TestExport(t *testing.T) {
	dir := tinyCopy(t)
	b, err := board.Find("pynq-z2")
	require.NoError(t, err)
	fakes(t, nil)
	s, err := flow.Build(t.Context(), dir, b, flow.Options{})
	require.NoError(t, err)
	require.Equal(t, "build.tcl", s.Project)
	for _, name := range []string{"build.tcl", "snnc.xdc", "snnc_board.v", "snnc_soc.v", "snnc_top.v", "snnc_reset.v", "mem/table.hex", "summary.json"} {
		require.FileExists(t, filepath.Join(flow.FolderOf(dir, b), name))
	}
	_, _, err = flow.Load(dir, b)
	require.ErrorContains(t, err, "is a project for the vendor's tool, with no bitstream; run build.tcl first")
}

// Parts that icebox_vlog loses without a word are found before it runs.
func TestReadBackThatWouldLoseParts(t *testing.T) {
	b, err := board.Find("icebreaker")
	require.NoError(t, err)
	dir := t.TempDir()
	folder := flow.FolderOf(dir, b)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	bits := []byte("bits")
	sum := sha256.Sum256(bits)
	text, err := json.Marshal(flow.Summary{Board: b.Name, Bitstream: "snnc.bin", SHA256: hex.EncodeToString(sum[:]), Used: []flow.Usage{{Name: "SPRAM", Used: 4, Available: 4}, {Name: "DSP", Used: 2, Available: 8}}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "summary.json"), text, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "snnc.bin"), bits, 0o644))
	_, err = flow.Bitstream(t.Context(), dir, b)
	var lost *flow.DroppedError
	require.ErrorAs(t, err, &lost)
	require.EqualError(t, err, "the bitstream of 1BitSquared iCEBreaker cannot be read back whole: icebox_vlog leaves out 4 SPRAM and 2 DSP without a word; "+
		"build for block RAM and LUTs alone (fewer inputs or weights, no --dsp), or serve the netlist")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "snnc.bin"), []byte("other"), 0o644))
	_, err = flow.Bitstream(t.Context(), dir, b)
	require.ErrorContains(t, err, "snnc.bin is not what snnc build wrote: its SHA-256 differs from that in summary.json; build again")
}

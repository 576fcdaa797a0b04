package flow_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/internal/cache"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
)

// need skips a test where a program is not installed.
func need(t *testing.T, tools ...string) {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
}

// tinyCopy is a directory with the design of one module.
func tinyCopy(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "tiny")
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/tiny")))
	return dir
}

// pins compiles a model and gives what its o_tx is in each cycle of an i_rx.
func pins(t *testing.T, m *flow.Model, rx []byte, optimise ...string) []byte {
	dir := t.TempDir()
	harness, err := filepath.Abs("testdata/pins.cpp")
	require.NoError(t, err)
	level := "-O0" // a small model: compiling it takes longer than running it
	if len(optimise) > 0 {
		level = optimise[0]
	}
	args := append([]string{"--cc", "--exe", "--build", "-O3", "-MAKEFLAGS", "OPT_FAST=" + level + " OPT_SLOW=-O0 OPT_GLOBAL=-O0", "--x-assign", "0", "--x-initial", "0", "--top-module", m.Top, "--Mdir", dir, "-o", "model"}, m.Flags...)
	for _, d := range m.Defines {
		args = append(args, "-D"+d)
	}
	for _, d := range m.Include {
		args = append(args, "-I"+d)
	}
	out, err := exec.Command("verilator", append(append(args, m.Files...), harness)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	c := exec.Command(filepath.Join(dir, "model"))
	c.Dir, c.Stdin = m.Dir, bytes.NewReader(rx)
	tx, err := c.Output()
	require.NoError(t, err)
	require.Len(t, tx, len(rx))
	return tx
}

// line is a serial line that carries bytes, each followed by some bits of silence.
func line(divisor, before int, silence func() int, data []byte) []byte {
	l := bytes.Repeat([]byte{'1'}, before)
	bit := func(b byte, n int) { l = append(l, bytes.Repeat([]byte{'0' + b&1}, n*divisor)...) }
	for _, d := range data {
		bit(0, 1)
		for i := range 8 {
			bit(d>>i, 1)
		}
		bit(1, 1+silence())
	}
	return l
}

// received decodes a serial line.
func received(divisor int, tx []byte) []byte {
	var out []byte
	for i := 0; i+10*divisor < len(tx); i++ {
		if tx[i] == '1' {
			continue
		}
		var b byte
		for k := range 8 {
			b |= (tx[i+divisor*(k+1)+divisor/2] & 1) << k
		}
		out = append(out, b)
		i += 10*divisor - 2
	}
	return out
}

// A build, its netlist with the vendor's cells and its bitstream read back show the
// same at their pins, cycle for cycle, as the Verilog that they were made from.
func TestTinyBuildAndItsModels(t *testing.T) {
	need(t, "yosys", "nextpnr-ice40", "icepack", "iceunpack", "icebox_vlog", "verilator", "g++")
	for _, name := range []string{"ice40-hx8k", "ulx3s-85f"} {
		t.Run(name, func(t *testing.T) { tinyAlike(t, name) })
	}
}

func tinyAlike(t *testing.T, name string) {
	b, err := board.Find(name)
	require.NoError(t, err)
	if b.Family != "ice40" && (os.Getenv("SNNC_BOARDS") == "" || len(flow.Missing(b)) > 0) {
		t.Skip("takes a minute: SNNC_BOARDS=1 runs it, with what make deps-ecp5 installs")
	}
	dir := tinyCopy(t)
	c := &cache.Cache{Dir: t.TempDir(), What: "builds"}
	var phases []string
	s, err := flow.Build(t.Context(), dir, b, flow.Options{Seeds: 2, Cache: c, Progress: func(_ int, phase string) { phases = append(phases, phase) }})
	require.NoError(t, err)
	require.Equal(t, "tiny", s.Name)
	require.Equal(t, "00c0ffee000000000000000000000001", s.Program)
	require.Equal(t, 1, s.Of("block RAM").Used)
	require.Len(t, s.Seeds, 2)
	require.Greater(t, s.Fmax, 12.)
	require.Subset(t, phases, []string{"packing", "placing", "routing"})
	for _, name := range []string{s.Bitstream, "netlist.v", "yosys.log", "nextpnr.log", "summary.json", "snnc_board.v"} {
		require.FileExists(t, filepath.Join(flow.FolderOf(dir, b), name))
	}

	// From the cache no tool runs; from nothing, elsewhere, the bytes are the same.
	again, err := flow.Build(t.Context(), dir, b, flow.Options{Seeds: 2, Cache: c, Progress: func(int, string) { t.Error("built twice") }})
	require.NoError(t, err)
	require.Equal(t, s, again)
	used, err := flow.Packed(t.Context(), dir, b, flow.Options{Cache: c, Progress: func(int, string) { t.Error("synthesised twice") }})
	require.NoError(t, err)
	require.Equal(t, s.Used, used, "packing alone takes the same")
	elsewhere, err := flow.Build(t.Context(), tinyCopy(t), b, flow.Options{Seed: s.Seed, Cache: &cache.Cache{Dir: t.TempDir(), What: "builds"}})
	require.NoError(t, err)
	require.Equal(t, s.SHA256, elsewhere.SHA256)

	r := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 300)
	for i := range data {
		data[i] = byte(r.IntN(256))
		if r.IntN(10) == 0 {
			data[i] = 0x55
		}
	}
	rx := line(s.Divisor, 1500, func() int { return 2 + r.IntN(3) }, data)
	source, err := flow.RTL(dir, b, flow.Options{})
	require.NoError(t, err)
	want := pins(t, source, rx)
	require.Greater(t, len(received(s.Divisor, want)), 250)
	netlist, err := flow.Netlist(dir, b)
	require.NoError(t, err)
	require.Equal(t, s.Divisor, netlist.Divisor)
	require.Equal(t, string(want[1:]), string(pins(t, netlist, rx)[1:]), "netlist") // before the first edge a register may be anything
	back, err := flow.Bitstream(t.Context(), dir, b)
	if b.Family != "ice40" {
		require.EqualError(t, err, "ulx3s-85f: only bitstreams of iCE40 can be read back into logic; serve the netlist")
		return
	}
	require.NoError(t, err)
	require.Equal(t, string(want), string(pins(t, back, rx)), "bitstream read back")
}

// frame is a request of docs/link.md.
func frame(kind, count, seq byte, addr uint32, words ...uint32) []byte {
	f := []byte{0x50 | kind, count, seq, byte(addr), byte(addr >> 8), byte(addr >> 16)}
	for _, w := range words {
		f = binary.LittleEndian.AppendUint32(f, w)
	}
	f = binary.LittleEndian.AppendUint32(f, crc32.ChecksumIEEE(f))
	out := []byte{0xC0}
	for _, b := range f {
		switch b {
		case 0xC0:
			out = append(out, 0xDB, 0xDC)
		case 0xDB:
			out = append(out, 0xDB, 0xDD)
		default:
			out = append(out, b)
		}
	}
	return append(out, 0xC0)
}

// The real system on an HX8K: a session with the machine, an inference and what
// it leaves in registers and memories, is the same at the pins of the Verilog, of the netlist and
// of the bitstream read back. Half a minute of place and route and three
// Verilated models: SNNC_BOARDS=1 runs it.
func TestSystemBuildAndItsModels(t *testing.T) {
	if os.Getenv("SNNC_BOARDS") == "" {
		t.Skip("builds a whole system: SNNC_BOARDS=1 runs it")
	}
	for _, name := range []string{"ice40-hx8k", "ulx3s-85f"} {
		t.Run(name, func(t *testing.T) { systemAlike(t, name) })
	}
}

func systemAlike(t *testing.T, name string) {
	dir := t.TempDir()
	p := small(t)
	d, err := rtl.Emit(p, rtl.Options{Digest: p.DesignDigest()})
	require.NoError(t, err)
	require.NoError(t, d.Write(dir))
	b, err := board.Find(name)
	require.NoError(t, err)
	s, err := flow.Build(t.Context(), dir, b, flow.Options{})
	require.NoError(t, err)
	t.Logf("%+v", s)

	var data []byte
	seq := byte(7)
	send := func(kind, count byte, addr uint32, words ...uint32) {
		data = append(data, frame(kind, count, seq, addr, words...)...)
		seq++
	}
	send(8, 0, 0x123456) // HELLO
	send(0, 16, 0)       // the first registers
	for step := range 3 {
		send(1, 2, 0x400000, 0x0fa5_3c96>>step, 0x1234_5678<<step)
		send(1, 1, regmap.RunTicks, uint32(p.Ticks))
		send(1, 1, regmap.Ctrl, 3)
		send(4, 1, regmap.Status) // waits for its end
		send(0, 4, regmap.CyclesLo)
		for core := range p.Cores {
			for memory := range uint32(6) {
				send(1, 1, regmap.Select, uint32(core)<<8|memory)
				send(0, 2, 0x800000)
			}
		}
	}
	silence := 0
	rx := line(s.Divisor, 1500, func() int {
		if silence++; silence%40 == 0 {
			return 60
		}
		return 0
	}, data)
	rx = append(rx, bytes.Repeat([]byte{'1'}, 200*s.Divisor)...)
	model, err := flow.RTL(dir, b, flow.Options{})
	require.NoError(t, err)
	want := pins(t, model, rx, "-O1")
	answer := received(s.Divisor, want)
	require.Greater(t, len(answer), 700, "the machine answers")
	require.Contains(t, string(answer), string(binary.LittleEndian.AppendUint32(nil, regmap.IDValue)))
	netlist, err := flow.Netlist(dir, b)
	require.NoError(t, err)
	got := pins(t, netlist, rx, "-O1")
	require.Equal(t, answer, received(s.Divisor, got))
	require.True(t, bytes.Equal(want[1:], got[1:]), "netlist, cycle for cycle")
	if b.Family != "ice40" {
		return
	}
	back, err := flow.Bitstream(t.Context(), dir, b)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, pins(t, back, rx, "-O1")), "bitstream read back, cycle for cycle")
}

// small is a network of two layers, recurrent and with its input held, on a lane each.
func small(t *testing.T) *ir.Program {
	text := `{"format": "snnc-model", "format_version": 1, "nodes": {
 "input": {"type": "Input", "shape": [4]},
 "fc1": {"type": "Linear", "weight": [[0.5, 0.2, -0.1, 0.7], [0.1, -0.3, 0.9, 0.4], [0.3, 0.3, 0.2, -0.6]]},
 "hidden": {"type": "LIF", "tau": 0.002, "r": 1, "v_leak": 0, "v_threshold": 0.05},
 "fc2": {"type": "Linear", "weight": [[1, -0.4, 0.5], [-0.2, 0.9, 0.1]]},
 "out": {"type": "LIF", "tau": 0.004, "r": 20, "v_leak": 0, "v_threshold": 0.7},
 "output": {"type": "Output", "shape": [2]}},
 "edges": [["input", "fc1"], ["fc1", "hidden"], ["hidden", "fc2"], ["fc2", "out"], ["out", "output"]],
 "hints": {"steps": 4}}`
	path := filepath.Join(t.TempDir(), "net.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	g, hints, err := modelfile.Read(path)
	require.NoError(t, err)
	c, err := compiler.Compile(t.Context(), g, "small", compiler.Options{Lanes: 1, Update: 1, WordBits: 8, Steps: *hints.Steps}, compiler.Hooks{})
	require.NoError(t, err)
	return c.Program
}

package bench

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
)

//go:embed harness/bench.cpp
var harness []byte

// Flags that serve Verilator best: full optimisation of both compilers, for
// this processor; unknown values are zeros and nothing is asserted or traced.
var (
	verilatorFlags = []string{"--cc", "--exe", "--build", "-O3", "--x-assign", "fast", "--x-initial", "fast", "--noassert",
		"--top-module", "snnc_top", "--prefix", "Vsnnc_top", "-Wno-fatal", "--timescale-override", "1ns/1ns", "-o", "bench"}
	cxxFlags = "-O3 -march=native"
)

const stimuliFile = "stimuli.bin"

// rtlModel is a Verilated design with its stimuli in memory.
type rtlModel struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// speed is what one pass over the stimuli took.
type speed struct {
	tickCycles  float64
	tickSeconds float64
	allCycles   float64 // host-bus transfers included
	allSeconds  float64
}

// buildRTL verilates a program in dir. What the model must answer to the
// stimuli comes from the simulator; the model checks it in every pass.
func buildRTL(ctx context.Context, dir string, p *ir.Program, frames [][]*ir.Frames) error {
	design, err := rtl.Emit(p, rtl.Options{})
	if err != nil {
		return err
	}
	if err := design.Write(dir); err != nil {
		return err
	}
	list, err := os.ReadFile(filepath.Join(dir, "files.f"))
	if err != nil {
		return err
	}
	stimuli, err := encodeStimuli(ctx, p, frames)
	if err != nil {
		return err
	}
	for name, b := range map[string][]byte{"bench.cpp": harness, "registers.h": registers(), stimuliFile: stimuli} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	args := append([]string(nil), verilatorFlags...)
	args = append(args, "-CFLAGS", "-I.. "+cxxFlags, "-MAKEFLAGS", fmt.Sprintf("OPT_FAST=%q OPT_SLOW=%q OPT_GLOBAL=%q", cxxFlags, cxxFlags, cxxFlags),
		"--Mdir", "obj", "bench.cpp")
	for _, f := range strings.Fields(string(list)) {
		if strings.HasSuffix(f, ".v") {
			args = append(args, f)
		}
	}
	build := exec.CommandContext(ctx, "verilator", args...)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("verilator: %w\n%s", err, out)
	}
	return nil
}

// startRTL starts the model that buildRTL left in dir; complaints go to stderr.
func startRTL(ctx context.Context, dir string, stderr io.Writer) (*rtlModel, error) {
	m := &rtlModel{cmd: exec.CommandContext(ctx, filepath.Join(dir, "obj", "bench"), stimuliFile)}
	m.cmd.Dir, m.cmd.Stderr = dir, stderr
	var err error
	if m.in, err = m.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := m.cmd.Start(); err != nil {
		return nil, err
	}
	if m.out = bufio.NewScanner(out); !m.out.Scan() {
		return nil, fmt.Errorf("the Verilated model does not start: %w", m.cmd.Wait())
	}
	return m, nil
}

// pass plays all stimuli once.
func (m *rtlModel) pass() (speed, error) {
	var s speed
	if _, err := io.WriteString(m.in, "pass\n"); err != nil {
		return s, err
	}
	if !m.out.Scan() {
		return s, fmt.Errorf("the Verilated model stopped: %w", m.cmd.Wait())
	}
	_, err := fmt.Sscan(m.out.Text(), &s.tickCycles, &s.tickSeconds, &s.allCycles, &s.allSeconds)
	return s, err
}

func (m *rtlModel) close() error {
	m.in.Close()
	return m.cmd.Wait()
}

// registers is the part of the register map that the harness uses.
func registers() []byte {
	var b strings.Builder
	for _, r := range []struct {
		name  string
		value uint32
	}{{"REG_CTRL", regmap.Ctrl}, {"REG_RUN_TICKS", regmap.RunTicks}, {"REG_STATUS", regmap.Status}, {"REG_CYCLES_LO", regmap.CyclesLo},
		{"REG_EVENTS", regmap.Events}, {"REG_EVENT_POP", regmap.EventPop}, {"EVENTS_BASE", regmap.EventsBase},
		{"CTRL_RUN", regmap.CtrlRun}, {"CTRL_NEW_SAMPLE", regmap.CtrlNewSample}, {"STATUS_RUNNING", regmap.StatusRunning}} {
		fmt.Fprintf(&b, "#define %s %du\n", r.name, r.value)
	}
	return []byte(b.String())
}

// encodeStimuli writes the samples as harness/bench.cpp reads them. It takes
// only programs whose inputs all fit their memories and whose events all fit
// the FIFO, so that a sample is one run.
func encodeStimuli(ctx context.Context, p *ir.Program, frames [][]*ir.Frames) ([]byte, error) {
	var events [][2]uint32
	m, err := sim.New(p, sim.Options{Observer: &sim.Callbacks{OnDeliver: func(d sim.Delivery) {
		if d.Node == 0 {
			events = append(events, [2]uint32{uint32(d.Tick)<<regmap.EventTickShift | uint32(d.Addr), d.Bits})
		}
	}}})
	if err != nil {
		return nil, err
	}
	words := []uint32{uint32(len(frames))}
	for _, in := range frames {
		events = events[:0]
		r, err := m.Run(ctx, in)
		if err != nil {
			return nil, err
		}
		if len(events) > p.Net.HostDepth {
			return nil, fmt.Errorf("a sample sends %d events; the event FIFO holds %d", len(events), p.Net.HostDepth)
		}
		at := len(words)
		words = append(words, 0)
		for i := range p.Inputs {
			port := &p.Inputs[i]
			steps := 1
			if !port.Input.Held {
				if steps = p.Steps; steps > port.Slots {
					return nil, fmt.Errorf("input %q holds %d steps; the benchmark needs all %d", port.Name, port.Slots, steps)
				}
			}
			for t := range steps {
				for w, data := range ir.PackInput(nil, port, p.WordBits, in[i], t) {
					words = append(words, uint32(regmap.InputBase+port.StepBase(t)+w), data)
					words[at]++
				}
			}
		}
		words = append(words, uint32(p.Ticks), uint32(r.Cycles), uint32(len(events)))
		for _, e := range events {
			words = append(words, e[0], e[1])
		}
	}
	out := make([]byte, 0, 4*len(words))
	for _, w := range words {
		out = binary.LittleEndian.AppendUint32(out, w)
	}
	return out, nil
}

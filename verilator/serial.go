package verilator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	content "github.com/snnc/snnc/internal/cache"
	"github.com/snnc/snnc/internal/group"
)

// SerialDesign is a design with a serial line at its pins: the SoC, its
// netlist, or what a bitstream was read back as.
type SerialDesign struct {
	Dir     string   // where it runs: memory images are read from here
	Files   []string // in order; relative ones from Dir
	Include []string
	Top     string
	Defines []string // NAME or NAME=VALUE
	Params  []string // NAME=VALUE of the top module
	Flags   []string // for Verilator
	// Pins. Reset is "" where the design resets itself.
	Clock, Reset, Rx, Tx string
	Divisor              int  // clock cycles of a bit
	Noise                bool // memories and registers without a value begin with noise, else with 0
	Quick                bool // build fast, run slowly
}

// SerialModel is a built executable of a SerialDesign.
type SerialModel struct {
	Exe, Dir string
	Cached   bool
}

// profile that its C++ is compiled with.
func (d *SerialDesign) profile() Profile { return Profile{Fast: !d.Quick} }

// BuildSerial verilates a design with a serial line. Executables are kept in
// the cache by content; cache nil is the default one.
func BuildSerial(ctx context.Context, cache *Cache, d *SerialDesign) (*SerialModel, error) {
	t, err := FindTools()
	if err != nil {
		return nil, err
	}
	if cache == nil {
		if cache, err = DefaultCache(); err != nil {
			return nil, err
		}
	}
	if d.Divisor < 2 {
		return nil, fmt.Errorf("serial model of %s: %d clock cycles of a bit; at least 2", d.Top, d.Divisor)
	}
	dir, err := filepath.Abs(d.Dir)
	if err != nil {
		return nil, err
	}
	args := []string{"--cc", "--top-module", d.Top, "--prefix", serialPrefix, "-Wno-fatal", "--x-assign", "unique", "--x-initial", "unique",
		"--timescale-override", "1ns/1ns"}
	if !d.Quick {
		args = append(args, "-O3")
	}
	if !d.Noise {
		args = append(args, "--x-assign", "0", "--x-initial", "0")
	}
	for _, v := range d.Defines {
		args = append(args, "+define+"+v)
	}
	for _, v := range d.Params {
		args = append(args, "-G"+v)
	}
	args = append(args, d.Flags...)
	shape := fmt.Sprintf("#define SNNC_MODEL %s\n#define SNNC_CLOCK %s\n#define SNNC_RX %s\n#define SNNC_TX %s\n#define SNNC_DIVISOR %d\n#define SNNC_NOISE %d\n#define SNNC_ANSWERS 63\n",
		serialPrefix, d.Clock, d.Rx, d.Tx, d.Divisor, b2i(d.Noise))
	if d.Reset != "" {
		shape += "#define SNNC_RESET " + d.Reset + "\n"
	}
	parts := []string{t.VerilatorVersion, t.CXXVersion, t.Root, strings.Join(args, " "), strings.Join(d.profile().cxxFlags(), " "), shape, harnessFile("serial.cpp")}
	files, include := slices.Clone(d.Files), slices.Clone(d.Include)
	for _, list := range [][]string{files, include} {
		for i, f := range list {
			if !filepath.IsAbs(f) {
				list[i] = filepath.Join(dir, f)
			}
		}
	}
	hashed := slices.Clone(files)
	for _, i := range append(include, dir) {
		headers, err := filepath.Glob(filepath.Join(i, "*.vh"))
		if err != nil {
			return nil, err
		}
		hashed = append(hashed, headers...)
	}
	for _, f := range hashed {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("serial model of %s: %w", d.Top, err)
		}
		for _, image := range imageName.FindAllSubmatch(text, -1) {
			name := string(image[1])
			if !filepath.IsAbs(name) {
				name = filepath.Join(dir, name)
			}
			if _, err := os.Stat(name); err != nil { // $readmemh only warns
				return nil, fmt.Errorf("serial model of %s: the memory image that %s reads: %w", d.Top, f, err)
			}
		}
		parts = append(parts, filepath.Base(f), string(withoutComments(text)))
	}
	for _, i := range include {
		args = append(args, "+incdir+"+i)
	}
	args = append(args, "+incdir+"+dir)
	out, built, err := cache.Entry(ctx, content.Key(parts...), func(to string) error {
		return compileSerial(ctx, cache, t, d.profile(), args, files, shape, dir, to)
	})
	if err != nil {
		return nil, fmt.Errorf("serial model of %s: %w", d.Top, err)
	}
	if built {
		if err := cache.Trim(cacheBytes); err != nil {
			return nil, fmt.Errorf("cache of Verilated models: %w", err)
		}
	}
	return &SerialModel{Exe: filepath.Join(out, "model"), Dir: dir, Cached: !built}, nil
}

// serialPrefix of the generated classes: whatever the top module is called.
const serialPrefix = "Vserial_top"

func compileSerial(ctx context.Context, cache *Cache, t *Tools, p Profile, args, files []string, shape, dir, to string) error {
	var rt runtime
	err := together([]func() error{
		func() (err error) {
			rt, err = runtimeOf(ctx, cache, t, p)
			return err
		},
		func() error {
			return runTool(ctx, dir, t.Verilator, append(append(slices.Clone(args), "--Mdir", to), files...)...)
		},
	})
	if err != nil {
		return err
	}
	return compileUnit(ctx, t, p, rt, to, fmt.Sprintf("#include \"%s.h\"\n#include \"serial.cpp\"\n", serialPrefix),
		map[string]string{"serial.cpp": harnessFile("serial.cpp"), "serial_shape.h": shape})
}

// SerialOptions of a model that runs.
type SerialOptions struct {
	Latency int // cycles that a byte is under way beside the line, each way
	Quiet   int // cycles without a byte after which the clock stands still; 0: more than a request is held
}

// SerialFigures are what a model counted.
type SerialFigures struct {
	Cycles      int64 // all
	First, Last int64 // the cycles of the first byte's begin and the last reply byte's end
	In, Out     int64 // bytes
	Framing     int64 // bytes sent without a stop bit
}

// SerialProcess is a running model: what is written goes to its receiver,
// what it sends is read.
type SerialProcess struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   io.ReadCloser
	tail  *tailBuffer
	close sync.Once
	err   error
}

// StartSerial runs a model. It is killed when ctx ends.
func StartSerial(ctx context.Context, m *SerialModel, opt SerialOptions) (*SerialProcess, error) {
	var args []string
	if opt.Latency > 0 {
		args = append(args, "--latency", strconv.Itoa(opt.Latency))
	}
	if opt.Quiet > 0 {
		args = append(args, "--quiet", strconv.Itoa(opt.Quiet))
	}
	cmd := exec.CommandContext(ctx, m.Exe, args...)
	cmd.Dir = m.Dir
	cmd.WaitDelay = 5 * time.Second
	group.Kill(cmd)
	p := &SerialProcess{cmd: cmd, tail: &tailBuffer{}}
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	// An own pipe: Wait would close the one of StdoutPipe under the reader.
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.out, cmd.Stdout, cmd.Stderr = r, w, p.tail
	err = cmd.Start()
	w.Close()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("start the Verilated model: %w", err)
	}
	return p, nil
}

// Read reads what the design has sent; io.EOF when the process has ended.
func (p *SerialProcess) Read(b []byte) (int, error) { return p.out.Read(b) }

// Write hands bytes to the design's receiver.
func (p *SerialProcess) Write(b []byte) (int, error) { return p.in.Write(b) }

// Kill ends the process at once.
func (p *SerialProcess) Kill() error {
	return p.end(func() error {
		err := p.cmd.Process.Kill()
		p.cmd.Wait()
		return err
	})
}

// Close lets the model finish what it has, and ends it.
func (p *SerialProcess) Close() error {
	return p.end(func() error {
		p.in.Close()
		timer := time.AfterFunc(30*time.Second, func() { p.cmd.Process.Kill() })
		defer timer.Stop()
		if err := p.cmd.Wait(); err != nil {
			return errors.Join(err, errors.New(lastLines(p.tail.String(), 12)))
		}
		return nil
	})
}

func (p *SerialProcess) end(how func() error) error {
	p.close.Do(func() {
		p.err = how()
		p.out.Close()
	})
	return p.err
}

// Figures returns what the model counted, after Close.
func (p *SerialProcess) Figures() (f SerialFigures, err error) {
	text := p.tail.String()
	at := strings.LastIndex(text, "serial: ")
	if at < 0 {
		return f, fmt.Errorf("the Verilated model did not tell its figures:\n%s", lastLines(text, 12))
	}
	_, err = fmt.Sscanf(text[at:], "serial: cycles=%d first=%d last=%d in=%d out=%d framing=%d", &f.Cycles, &f.First, &f.Last, &f.In, &f.Out, &f.Framing)
	return f, err
}

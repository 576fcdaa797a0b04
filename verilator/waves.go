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
	"strings"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// WaveReference is a Reference that can also draw what it does: a VCD of the
// sample's architectural events in a range of ticks goes beside the RTL's
// waves of a difference. A cycle is 1 ns in both.
type WaveReference interface {
	WriteVCD(ctx context.Context, w io.Writer, frames []*ir.Frames, firstTick, lastTick int) error
}

// WaveFormat is the file format of the RTL's waves.
type WaveFormat string

// WavesAuto is FST where vcd2fst (of GTKWave) is installed and VCD elsewhere.
const (
	WavesAuto WaveFormat = ""
	WavesFST  WaveFormat = "fst"
	WavesVCD  WaveFormat = "vcd"
)

// fstTool turns VCD into FST. Verilator's own FST writer would do as well, but
// takes zlib's headers and a third of the time of a small build.
const fstTool = "vcd2fst"

// ParseWaveFormat reads fst, vcd or auto. Asking for FST without vcd2fst is a
// *MissingToolError.
func ParseWaveFormat(s string) (WaveFormat, error) {
	switch s {
	case "auto", "":
		return WavesAuto, nil
	case "vcd":
		return WavesVCD, nil
	case "fst":
		if _, err := exec.LookPath(fstTool); err != nil {
			return "", &MissingToolError{fstTool}
		}
		return WavesFST, nil
	}
	return "", fmt.Errorf("%q is no wave format; allowed are auto, fst and vcd", s)
}

// pack turns a VCD into the format and returns the path of what is left.
func (f WaveFormat) pack(ctx context.Context, vcd string) (string, error) {
	tool, err := exec.LookPath(fstTool)
	switch {
	case f == WavesVCD || f == WavesAuto && err != nil:
		return vcd, nil
	case err != nil:
		return vcd, &MissingToolError{fstTool}
	}
	fst := strings.TrimSuffix(vcd, ".vcd") + ".fst"
	if err := runTool(ctx, filepath.Dir(vcd), tool, vcd, fst); err != nil {
		return vcd, err
	}
	return fst, os.Remove(vcd)
}

// drawing is what the waves of a difference are made from.
type drawing struct {
	p         *ir.Program
	designDir string
	samples   Samples
	ref       Reference
	opt       VerifyOptions
	// Of the sample of the difference.
	frames []*ir.Frames
	exp    *Expected
	// memory tells that the memories after all samples differ, not a sample.
	memory *memoryCheck
}

type memoryCheck struct {
	core int
	m    regmap.Memory
	want [][]int32
}

// draw writes the waves of a difference and enters their paths in the report.
func (w *drawing) draw(ctx context.Context, report *Report) error {
	d := report.Difference
	dir, err := filepath.Abs(w.opt.WaveDir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	base := filepath.Join(dir, fmt.Sprintf("difference_sample%d_cycle%d", d.Sample+w.opt.FirstSample, d.Cycle))
	from, to := max(0, d.Cycle-w.opt.WaveReach), d.Cycle+w.opt.WaveReach
	if d.Cycle < 0 { // an output or a counter: the sample's end
		from, to = max(0, w.exp.Result.Cycles-2*w.opt.WaveReach), w.exp.Result.Cycles
		base = filepath.Join(dir, fmt.Sprintf("difference_sample%d_end", d.Sample+w.opt.FirstSample))
	}
	if err := w.rtl(ctx, d, base+".vcd", from, to); err != nil {
		return err
	}
	if report.Waves, err = w.opt.Waves.pack(ctx, base+".vcd"); err != nil {
		return err
	}
	wr, ok := w.ref.(WaveReference)
	if !ok {
		return nil
	}
	first, last := ticksOf(w.exp.Result.TickEnds, from, to)
	report.RefWaves = base + "_simulator.vcd"
	f, err := os.Create(report.RefWaves)
	if err != nil {
		return err
	}
	return errors.Join(wr.WriteVCD(ctx, f, w.frames, first, last), f.Close())
}

// ticksOf returns the ticks that lie in cycles [from, to], at least one.
func ticksOf(ends []int64, from, to int64) (first, last int) {
	for first < len(ends)-1 && ends[first] < from {
		first++
	}
	last = first
	for last < len(ends)-1 && ends[last] < to {
		last++
	}
	return first, last
}

// rtl runs the sample of a difference again in a build that dumps signals.
// The sample before it comes first, since what it left may be the cause; if
// the difference does not show again, all samples are run.
func (w *drawing) rtl(ctx context.Context, d *Difference, path string, from, to int64) error {
	for _, first := range slices.Compact([]int{max(0, d.Sample-1), 0}) {
		again, err := w.rtlFrom(ctx, d, first, path, from, to)
		if err != nil {
			return err
		}
		if again != nil && again.Cycle == d.Cycle && again.Kind == d.Kind {
			return nil
		}
	}
	d.Note = strings.TrimPrefix(d.Note+"; it did not show again in the run that wrote the waves", "; ")
	return nil
}

func (w *drawing) rtlFrom(ctx context.Context, d *Difference, first int, path string, from, to int64) (again *Difference, err error) {
	r, err := Open(ctx, w.p, w.designDir, Traced, Options{w.opt.Cache, w.opt.Digest})
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := r.Close(); err == nil { // the file is complete after it
			err = closeErr
		}
	}()
	if err := r.proc.Waves(ctx, path, d.Sample-first, from, to); err != nil {
		return nil, err
	}
	for i := first; i < d.Sample; i++ {
		frames, err := w.samples.At(i)
		if err != nil {
			return nil, err
		}
		var hang *host.HangError
		if _, err = r.Run(ctx, frames); err != nil && !errors.As(err, &hang) {
			return nil, err
		}
	}
	again, _, _, err = r.check(ctx, prediction{frames: w.frames, exp: w.exp}, true)
	if err == nil && again == nil && w.memory != nil {
		again, err = r.checkMemory(ctx, w.memory.core, w.memory.m, w.memory.want)
		if again != nil {
			again.afterSample(w.exp.Result)
		}
	}
	return again, err
}

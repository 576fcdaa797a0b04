package verilator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// Reference says what the RTL must do: package sim, behind two methods.
type Reference interface {
	// Sample runs one inference and returns all that it showed.
	Sample(ctx context.Context, frames []*ir.Frames) (*Expected, error)
	// Memory returns a memory's contents after the last sample, fields as in
	// host.LayoutOf. ok is false for a memory that the reference does not keep.
	Memory(core int, m regmap.Memory) (fields [][]int32, ok bool)
}

// WaveReference is a Reference that can also draw what it does: a VCD of the
// sample's architectural events goes beside the RTL's waves of a difference.
type WaveReference interface {
	WriteVCD(ctx context.Context, w io.Writer, frames []*ir.Frames) error
}

// Expected is what the reference did in one sample.
type Expected struct {
	Result *ir.Result
	Events []Event   // in any order
	State  [][]int32 // membranes of each core after the sample, [G·P]; nil: not compared
}

// Samples are the stimuli of a verification.
type Samples struct {
	N  int
	At func(i int) ([]*ir.Frames, error)
}

// VerifyOptions has useful zero values.
type VerifyOptions struct {
	Profile *Profile // nil: FastBuild for few samples, FastWatch for many
	Cache   *Cache
	Digest  *[16]byte
	// WaveDir is where the waves of a difference go; empty: the design
	// directory. NoWaves saves the second build.
	WaveDir   string
	NoWaves   bool
	WaveReach int64 // cycles before and after; 0: 64
	// StateEvery compares the membranes after every so many samples; 0: 1.
	StateEvery int
	// Progress is called after each sample that agreed.
	Progress func(done, total int)
	// OnResult gets the RTL's result of each sample that agreed.
	OnResult func(i int, r *ir.Result)
}

// manySamples is from where on the longer build pays.
const manySamples = 200

// Report is what a verification found. Samples counts those that agreed in
// everything.
type Report struct {
	Samples    int
	Events     int64 // pushes, deliveries and ticks compared
	Cycles     int64 // of the samples that agreed
	Memories   int   // memories compared at the end
	Difference *Difference
	Waves      string // VCD of the RTL around the difference
	RefWaves   string // VCD of the reference over the sample, from a WaveReference
	RTLTime    time.Duration
	RefTime    time.Duration
}

// Verify runs samples through the reference and the RTL of a design side by
// side and compares every push, delivery, tick, output and cycle count as
// they come, the membranes after each sample, and all memories at the end. It
// stops at the first difference. When ctx ends, the report says how far it
// came and the error is ctx's.
func Verify(ctx context.Context, p *ir.Program, designDir string, ref Reference, samples Samples, opt VerifyOptions) (*Report, error) {
	profile := FastBuild
	if samples.N >= manySamples {
		profile = FastWatch
	}
	if opt.Profile != nil {
		profile = *opt.Profile
	}
	if !profile.Events {
		return nil, fmt.Errorf("profile %s has no trace ports; verification needs them", profile)
	}
	if opt.StateEvery == 0 {
		opt.StateEvery = 1
	}
	if opt.WaveReach == 0 {
		opt.WaveReach = 64
	}
	if opt.WaveDir == "" {
		opt.WaveDir = designDir
	}
	report := &Report{}
	r, err := Open(ctx, p, designDir, profile, Options{opt.Cache, opt.Digest})
	if err != nil {
		return report, err
	}
	defer r.Close()

	refCtx, stop := context.WithCancel(ctx)
	expected := make(chan prediction, 2) // the reference is a sample or two ahead
	go predict(refCtx, ref, samples, expected)
	halt := func() { // the reference and the samples are free again after it
		stop()
		for range expected {
		}
	}
	defer halt()

	for i := 0; i < samples.N; i++ {
		pr, ok := <-expected
		if !ok || pr.err != nil {
			return report, cmpErr(ctx.Err(), pr.err)
		}
		report.RefTime += pr.took
		begin := time.Now()
		d, res, events, err := r.check(ctx, pr, i%opt.StateEvery == 0 || i == samples.N-1)
		report.RTLTime += time.Since(begin)
		report.Events += events
		if err != nil {
			return report, fmt.Errorf("sample %d: %w", i, err)
		}
		if d != nil {
			d.Sample = i
			report.Difference = d
			if opt.NoWaves {
				return report, nil
			}
			halt()
			if report.Waves, err = waves(ctx, p, designDir, samples, d, pr.exp, opt); err != nil {
				return report, fmt.Errorf("waves of the difference: %w", err)
			}
			if wr, ok := ref.(WaveReference); ok {
				report.RefWaves = strings.TrimSuffix(report.Waves, ".vcd") + "_simulator.vcd"
				if err = writeReference(ctx, wr, report.RefWaves, pr.frames); err != nil {
					return report, fmt.Errorf("waves of the difference: %w", err)
				}
			}
			return report, nil
		}
		report.Samples++
		report.Cycles += res.Cycles
		if opt.OnResult != nil {
			opt.OnResult(i, res)
		}
		if opt.Progress != nil {
			opt.Progress(report.Samples, samples.N)
		}
	}
	for range expected {
	}
	for i := range p.Cores {
		for m := regmap.Weights; m <= regmap.Input; m++ {
			want, ok := ref.Memory(i, m)
			if !ok || host.LayoutOf(&p.Cores[i], p.WordBits, m).Size() == 0 {
				continue
			}
			d, err := r.checkMemory(ctx, i, m, want)
			if err != nil {
				return report, err
			}
			if d != nil {
				d.Sample = samples.N - 1
				report.Difference = d
				return report, nil
			}
			report.Memories++
		}
	}
	return report, nil
}

// cmpErr prefers the reason of the caller's context.
func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

type prediction struct {
	frames []*ir.Frames
	exp    *Expected
	took   time.Duration
	err    error
}

func predict(ctx context.Context, ref Reference, samples Samples, to chan<- prediction) {
	defer close(to)
	for i := 0; i < samples.N; i++ {
		var pr prediction
		if pr.frames, pr.err = samples.At(i); pr.err == nil {
			begin := time.Now()
			pr.exp, pr.err = ref.Sample(ctx, pr.frames)
			pr.took = time.Since(begin)
		}
		if pr.err != nil {
			pr.err = fmt.Errorf("sample %d: %w", i, pr.err)
		}
		select {
		case to <- pr:
		case <-ctx.Done():
			return
		}
		if pr.err != nil {
			return
		}
	}
}

// check runs a sample on the RTL and compares it with a prediction.
func (r *Runner) check(ctx context.Context, pr prediction, state bool) (*Difference, *ir.Result, int64, error) {
	c := newComparison(r.p, pr.exp.Events)
	r.events = c.take
	got, err := r.Run(ctx, pr.frames)
	r.events = nil
	var hang *host.HangError
	if err != nil && !errors.As(err, &hang) {
		if d := c.finish(); d != nil && c.at < len(c.want) && c.seen > int64(c.at) {
			// What the driver complains of is a consequence of a difference.
			d.Note = strings.TrimPrefix(d.Note+"; the driver: "+err.Error(), "; ")
			return d, nil, c.seen, nil
		}
		return nil, nil, c.seen, err
	}
	if d := c.finish(); d != nil {
		if hang != nil {
			d.Hang = fmt.Sprintf("tick %d does not end%s", hang.Tick, c.waiting(hang.Tick))
		}
		return d, got, c.seen, nil
	}
	if hang != nil {
		return nil, nil, c.seen, fmt.Errorf("all events agree, and yet: %w", err)
	}
	if d := diffResult(r.p, pr.exp.Result, got); d != nil {
		return d, got, c.seen, nil
	}
	if state && pr.exp.State != nil {
		for i := range r.p.Cores {
			d, err := r.checkMemory(ctx, i, regmap.State, [][]int32{pr.exp.State[i]})
			if d != nil || err != nil {
				return d, got, c.seen, err
			}
		}
	}
	return nil, got, c.seen, nil
}

func (r *Runner) checkMemory(ctx context.Context, core int, m regmap.Memory, want [][]int32) (*Difference, error) {
	got, err := r.dev.ReadMemory(ctx, core, m)
	if err != nil {
		return nil, err
	}
	if len(want) != len(got) || len(want) > 0 && len(want[0]) != len(got[0]) {
		return nil, fmt.Errorf("core %d: %s: the reference keeps another shape of it", core, host.MemoryName(m))
	}
	return diffMemory(r.p, core, m, want, got), nil
}

// waiting lists the cores that had words to push in a tick and did not.
func (c *comparison) waiting(tick int) string {
	pushed := map[[2]int]bool{}
	for _, e := range c.later {
		if e.Kind == Push && e.Tick == tick {
			pushed[[2]int{e.Index, e.Addr}] = true
		}
	}
	var cores []string
	for _, e := range c.want[c.at:] {
		name := fmt.Sprint(e.Index)
		if e.Kind == Push && e.Tick == tick && !pushed[[2]int{e.Index, e.Addr}] && !slices.Contains(cores, name) {
			cores = append(cores, name)
		}
	}
	if len(cores) == 0 {
		return "; every core has pushed its words"
	}
	return "; cores with words still to push: " + strings.Join(cores, ", ")
}

func writeReference(ctx context.Context, ref WaveReference, path string, frames []*ir.Frames) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(ref.WriteVCD(ctx, f, frames), f.Close())
}

// waves runs the sample of a difference again in a build that dumps signals.
// The sample before it comes first, since what it left may be the cause; if
// the difference does not show again, all samples are run.
func waves(ctx context.Context, p *ir.Program, designDir string, samples Samples, d *Difference, exp *Expected, opt VerifyOptions) (string, error) {
	dir, err := filepath.Abs(opt.WaveDir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fmt.Sprintf("difference_sample%d_cycle%d.vcd", d.Sample, max(d.Cycle, 0)))
	for _, first := range slices.Compact([]int{max(0, d.Sample-1), 0}) {
		r, err := Open(ctx, p, designDir, Traced, Options{opt.Cache, opt.Digest})
		if err != nil {
			return "", err
		}
		from, to := d.Cycle-opt.WaveReach, d.Cycle+opt.WaveReach
		if d.Cycle < 0 { // a memory: the sample's end
			from, to = exp.Result.Cycles-2*opt.WaveReach, exp.Result.Cycles
		}
		err = r.proc.Waves(ctx, path, d.Sample-first, from, to)
		var again *Difference
		for i := first; i <= d.Sample && err == nil; i++ {
			var frames []*ir.Frames
			if frames, err = samples.At(i); err != nil {
				break
			}
			if i < d.Sample {
				_, err = r.Run(ctx, frames)
				var hang *host.HangError
				if errors.As(err, &hang) {
					err = nil
				}
				continue
			}
			again, _, _, err = r.check(ctx, prediction{frames: frames, exp: exp}, true)
		}
		if closeErr := r.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return "", err
		}
		if again != nil && again.Cycle == d.Cycle && again.Kind == d.Kind {
			return path, nil
		}
	}
	d.Note = strings.TrimPrefix(d.Note+"; it did not show again in the run that wrote the waves", "; ")
	return path, nil
}

package verilator

import (
	"context"
	"errors"
	"fmt"
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

// Expected is what the reference did in one sample.
type Expected struct {
	Result *ir.Result
	Events []Event     // in any order
	State  [][][]int32 // of each core after the sample, the fields of its state memory (host.LayoutOf), [G·P] each; nil: not compared
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
	Waves     WaveFormat
	WaveReach int64 // cycles before and after; 0: 64
	// FirstSample is what the caller calls sample 0; it numbers samples in
	// differences, errors and file names.
	FirstSample int
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
	Samples    int           `json:"samples"`
	Events     int64         `json:"events"`   // pushes, deliveries and ticks compared
	Cycles     int64         `json:"cycles"`   // of the samples that agreed
	Memories   int           `json:"memories"` // memories compared at the end
	Difference *Difference   `json:"difference"`
	Waves      string        `json:"waves,omitempty"`           // of the RTL around the difference, FST or VCD
	RefWaves   string        `json:"simulator_waves,omitempty"` // VCD of the reference over the same ticks, from a WaveReference
	RTLTime    time.Duration `json:"rtl_ns"`
	RefTime    time.Duration `json:"simulator_ns"`
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
	if opt.WaveDir == "" {
		opt.WaveDir = designDir
	}
	r, err := Open(ctx, p, designDir, profile, Options{opt.Cache, opt.Digest})
	if err != nil {
		return &Report{}, err
	}
	defer r.Close()
	return r.Verify(ctx, designDir, ref, samples, opt)
}

// Verify compares the runner's program with a reference, as the function does.
// The runner's profile must have trace ports.
func (r *Runner) Verify(ctx context.Context, designDir string, ref Reference, samples Samples, opt VerifyOptions) (*Report, error) {
	if opt.StateEvery == 0 {
		opt.StateEvery = 1
	}
	if opt.WaveReach == 0 {
		opt.WaveReach = 64
	}
	p, report := r.p, &Report{}
	refCtx, stop := context.WithCancel(ctx)
	expected := make(chan prediction, 2) // the reference is a sample or two ahead
	go predict(refCtx, ref, samples, opt.FirstSample, expected)
	halt := func() { // the reference and the samples are free again after it
		stop()
		for range expected {
		}
	}
	defer halt()

	var last prediction
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
			return report, fmt.Errorf("sample %d: %w", opt.FirstSample+i, err)
		}
		if d != nil {
			d.Sample = i
			report.Difference = d
			halt()
			return report, finish(ctx, report, &drawing{p: p, designDir: designDir, samples: samples, ref: ref, opt: opt, frames: pr.frames, exp: pr.exp})
		}
		last = pr
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
			if !ok || !r.dev.CanRead(i, m) || host.LayoutOf(&p.Cores[i], p.WordBits, m).Size() == 0 {
				continue
			}
			d, err := r.checkMemory(ctx, i, m, want)
			if err != nil {
				return report, err
			}
			if d != nil {
				d.Sample = samples.N - 1
				if last.exp != nil {
					d.afterSample(last.exp.Result)
				}
				report.Difference = d
				return report, finish(ctx, report, &drawing{p: p, designDir: designDir, samples: samples, ref: ref, opt: opt,
					frames: last.frames, exp: last.exp, memory: &memoryCheck{i, m, want}})
			}
			report.Memories++
		}
	}
	return report, nil
}

// finish draws the waves of the difference and numbers its sample as the caller does.
func finish(ctx context.Context, report *Report, w *drawing) error {
	var err error
	if !w.opt.NoWaves && w.exp != nil {
		if err = w.draw(ctx, report); err != nil {
			err = fmt.Errorf("waves of the difference: %w", err)
		}
	}
	report.Difference.Sample += w.opt.FirstSample
	return err
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

func predict(ctx context.Context, ref Reference, samples Samples, number int, to chan<- prediction) {
	defer close(to)
	for i := 0; i < samples.N; i++ {
		var pr prediction
		if pr.frames, pr.err = samples.At(i); pr.err == nil {
			begin := time.Now()
			pr.exp, pr.err = ref.Sample(ctx, pr.frames)
			pr.took = time.Since(begin)
		}
		if pr.err != nil {
			pr.err = fmt.Errorf("sample %d: %w", number+i, pr.err)
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
			if !r.dev.CanRead(i, regmap.State) {
				continue
			}
			d, err := r.checkMemory(ctx, i, regmap.State, pr.exp.State[i])
			if d != nil {
				d.afterSample(pr.exp.Result)
			}
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

package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/internal/cache"
	"github.com/snnc/snnc/internal/replace"
	"github.com/snnc/snnc/rtl"
)

// cacheBytes is what the cache may hold after a build.
const cacheBytes = 4 << 30

// Options of Build. The zero value builds with the board's own clock and seed 1.
type Options struct {
	MHz   float64 // core clock; 0: the board's
	Baud  int     // of the UART; 0: the board's
	Seed  int     // the first, or the only one; 0: 1
	Seeds int     // how many are tried, of which the fastest is taken; 0: 1
	DSP   bool    // multiply with DSPs where Yosys does not by itself (iCE40)
	NoDSP bool    // make products of LUTs (ECP5), where a board has too few DSPs
	ABC9  bool    // map LUTs with Yosys' timing-driven mapper
	Jobs  int     // seeds at once; 0: one for each processor
	Cache *cache.Cache
	// Design is built instead of the one in the directory: the same program
	// emitted for the board's memories.
	Design *Design
	// Progress tells what is under way; it is called from several goroutines,
	// one at a time. seed is 0 before place and route.
	Progress func(seed int, phase string)
}

// DefaultCache is snnc/builds in the user's cache directory, or the folder that
// the environment variable SNNC_BUILDS names.
func DefaultCache() (*cache.Cache, error) { return cache.Default("builds", "SNNC_BUILDS", "builds") }

// Folder of a board's build in a design's directory.
func FolderOf(dir string, b *board.Board) string { return filepath.Join(dir, "boards", b.Name) }

// failedFolder keeps the logs of a build that failed.
func failedFolder(dir string, b *board.Board) string { return FolderOf(dir, b) + ".failed" }

// design is the one given, or else that in the directory.
func (o *Options) design(dir string) (*Design, error) {
	if o.Design != nil {
		return o.Design, nil
	}
	return ReadDesign(dir)
}

// Build makes a board's bitstream of the design in dir, or a project for the
// vendor's tool, in FolderOf(dir, b), which is whole or not there. Errors that a
// caller may want to tell apart: *MissingToolError, *ToolError, *TooSmallError,
// *TimingError.
func Build(ctx context.Context, dir string, b *board.Board, o Options) (*Summary, error) {
	o.Seed, o.Seeds = max(o.Seed, 1), max(o.Seeds, 1)
	if o.Jobs <= 0 {
		o.Jobs = runtime.NumCPU()
	}
	j, err := newJob(dir, b, o)
	if err != nil {
		return nil, err
	}
	if b.Export {
		return export(dir, b, j.d, j.t)
	}
	if err := j.equip(ctx); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(j.failed); err != nil {
		return nil, err
	}
	synthDir, key, err := j.synth(ctx)
	if err != nil {
		return nil, err
	}
	best, bestDir, all, err := j.seeds(ctx, synthDir, key)
	if err != nil {
		return nil, err
	}
	s := j.summary(best, all)
	if s.Fmax < j.t.mhz {
		p := best.Path
		for i := range p {
			p[i] = cellName(p[i])
		}
		err := &TimingError{Board: b.Title, Clock: j.t.mhz, Fmax: s.Fmax, Seed: s.Seed, Seeds: len(all), Path: p, SuggestedMHz: math.Floor(4*s.Fmax) / 4, Without: j.d.without()}
		return s, errors.Join(keep(bestDir, j.failed), err)
	}
	if err := j.finish(dir, synthDir, bestDir, s); err != nil {
		return nil, err
	}
	return s, j.o.Cache.Trim(cacheBytes)
}

type job struct {
	b      *board.Board
	d      *Design
	t      timing
	o      Options
	tools  []Version
	paths  []string
	failed string
	mu     sync.Mutex
}

// newJob reads the design in dir and chooses its clock on a board.
func newJob(dir string, b *board.Board, o Options) (*job, error) {
	d, err := o.design(dir)
	if err != nil {
		return nil, err
	}
	t, err := clockOf(b, o.MHz, o.Baud)
	if err != nil {
		return nil, err
	}
	return &job{b: b, d: d, t: t, o: o, failed: failedFolder(dir, b)}, nil
}

// equip finds the tools of the board's flow, and a cache.
func (j *job) equip(ctx context.Context) (err error) {
	if j.tools, j.paths, err = find(ctx, j.b); err != nil {
		return err
	}
	return j.o.ensureCache()
}

// ensureCache takes the default one where none is given.
func (o *Options) ensureCache() (err error) {
	if o.Cache == nil {
		o.Cache, err = DefaultCache()
	}
	return err
}

func (j *job) see(seed int, phase string) {
	if j.o.Progress == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.o.Progress(seed, phase)
}

// Version is a tool and what it says of itself.
type Version struct {
	Tool    string `json:"tool"`
	Version string `json:"version"`
}

func find(ctx context.Context, b *board.Board) ([]Version, []string, error) {
	var versions []Version
	var paths []string
	var missing []error
	for _, t := range ToolsOf(b) {
		p, err := t.Find()
		if err != nil {
			missing = append(missing, err)
			continue
		}
		paths = append(paths, p)
		versions = append(versions, Version{t.Name, t.VersionOf(ctx, p)})
	}
	return versions, paths, errors.Join(missing...)
}

// synth returns the cached folder of the synthesised design and its key.
func (j *job) synth(ctx context.Context) (dir, key string, err error) {
	script := synthScript(j.b, j.d.Sources, j.o)
	files := append([]rtl.File{{Path: TopFile, Data: top(j.b, j.d, j.t)}}, j.d.Files...)
	parts := []string{"synth", j.tools[0].Version, script}
	for _, f := range files {
		parts = append(parts, f.Path, string(f.Data))
	}
	key = cache.Key(parts...)
	dir, _, err = j.o.Cache.Entry(ctx, "synth-"+key, func(dir string) error {
		if err := write(dir, files); err != nil {
			return err
		}
		err := synthesise(ctx, dir, j.paths[0], script, func(phase string) { j.see(0, "synthesis, "+phase) })
		if err != nil {
			return j.keepLog(ctx, dir, YosysLog, err)
		}
		return keepOnly(dir, TopFile, NetlistFile, netlistJSON, YosysLog)
	})
	return dir, key, err
}

// keepLog saves a log that would go with its folder, and says where it is.
func (j *job) keepLog(ctx context.Context, dir, log string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if e := os.MkdirAll(j.failed, 0o755); e != nil {
		return errors.Join(err, e)
	}
	to := filepath.Join(j.failed, log)
	if e := copyFile(filepath.Join(dir, log), to); e != nil {
		return errors.Join(err, e)
	}
	var tool *ToolError
	if errors.As(err, &tool) {
		tool.Log = to
	}
	return err
}

// seeds places with each seed and returns the fastest.
func (j *job) seeds(ctx context.Context, synthDir, key string) (best *placed, bestDir string, all []SeedResult, err error) {
	type outcome struct {
		p   *placed
		dir string
		err error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]outcome, j.o.Seeds)
	slots := make(chan struct{}, j.o.Jobs)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			r := &results[i]
			if r.err = ctx.Err(); r.err == nil {
				r.p, r.dir, r.err = j.seed(ctx, synthDir, key, j.o.Seed+i)
			}
			if r.err != nil {
				cancel() // the others would fail alike, or are in vain
			}
		})
	}
	wg.Wait()
	for i, r := range results {
		if r.err != nil && !errors.Is(r.err, context.Canceled) {
			return nil, "", nil, r.err
		}
		if r.err != nil {
			err = r.err
			continue
		}
		all = append(all, SeedResult{j.o.Seed + i, round2(r.p.Fmax)})
		if best == nil || round2(r.p.Fmax) > round2(best.Fmax) {
			best, bestDir = r.p, r.dir
		}
	}
	return best, bestDir, all, err
}

func (j *job) seed(ctx context.Context, synthDir, key string, seed int) (*placed, string, error) {
	pins := constraints(j.b)
	key = cache.Key("place", key, j.tools[1].Version, j.tools[2].Version, string(pins), j.b.Device, j.b.Package, j.b.Speed,
		strconv.FormatFloat(j.t.mhz, 'g', -1, 64), strconv.Itoa(seed))
	dir, _, err := j.o.Cache.Entry(ctx, "place-"+key, func(dir string) error {
		if err := os.WriteFile(filepath.Join(dir, constraintsName(j.b.Family)), pins, 0o644); err != nil {
			return err
		}
		if err := link(filepath.Join(synthDir, netlistJSON), filepath.Join(dir, netlistJSON)); err != nil {
			return err
		}
		p, err := place(ctx, dir, j.b, j.paths[1], j.paths[2], j.t.mhz, seed, func(phase string) { j.see(seed, phase) })
		if err != nil {
			return j.keepLog(ctx, dir, pnrLog, err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, placedFile), text, 0o644); err != nil {
			return err
		}
		return keepOnly(dir, constraintsName(j.b.Family), placedFile, pnrLog, reportFile, BitstreamFile(j.b))
	})
	if err != nil {
		return nil, "", err
	}
	text, err := os.ReadFile(filepath.Join(dir, placedFile))
	if err != nil {
		return nil, "", err
	}
	p := &placed{}
	return p, dir, json.Unmarshal(text, p)
}

func (j *job) summary(p *placed, all []SeedResult) *Summary {
	s := &Summary{Board: j.b.Name, Device: j.b.Device, Program: j.d.Digest, Name: j.d.Name, Used: p.Used, Fmax: round2(p.Fmax), MHz: j.t.mhz, PLL: j.t.pll != nil,
		Baud: j.t.baud, Divisor: j.t.divisor, Seeds: all, Bitstream: BitstreamFile(j.b), Bytes: p.Bytes, Tools: j.tools}
	for _, r := range all {
		if r.Fmax == s.Fmax {
			s.Seed = r.Seed
			break
		}
	}
	return s
}

// finish puts the build's files into the design's directory.
func (j *job) finish(dir, synthDir, placeDir string, s *Summary) error {
	return replace.Folder(FolderOf(dir, j.b), func(tmp string) error {
		for _, f := range []struct{ from, name string }{
			{synthDir, TopFile}, {synthDir, NetlistFile}, {synthDir, YosysLog},
			{placeDir, constraintsName(j.b.Family)}, {placeDir, pnrLog}, {placeDir, reportFile}, {placeDir, s.Bitstream},
		} {
			if err := copyFile(filepath.Join(f.from, f.name), filepath.Join(tmp, f.name)); err != nil {
				return err
			}
		}
		bits, err := os.ReadFile(filepath.Join(tmp, s.Bitstream))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(bits)
		s.SHA256 = hex.EncodeToString(sum[:])
		return s.write(filepath.Join(tmp, SummaryFile))
	})
}

func round2(x float64) float64 { return math.Round(100*x) / 100 }

func fileError(dir string, err error) error { return fmt.Errorf("%s: %w", dir, err) }

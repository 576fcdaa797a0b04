package cosim_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// soakState is what a soak has done, kept in the file that SNNC_SOAK_STATE
// names, so that a soak goes on where it was interrupted. Another build of the
// test begins anew: what an older one proved says nothing about it.
type soakState struct {
	Build    string   `json:"build"` // SHA-256 of the test binary, which holds compiler, simulator and Verilog
	Next     uint64   `json:"next"`  // every seed below it is done
	Networks int      `json:"networks"`
	Refused  int      `json:"refused"` // drawn networks that the machine cannot hold
	Failed   []uint64 `json:"failed"`

	path  string
	ahead map[uint64]string // seeds done beyond Next: ok, refused or failed
}

func loadSoak(path, build string) (*soakState, error) {
	s := &soakState{Build: build, path: path, ahead: map[uint64]string{}}
	if path == "" {
		return s, nil
	}
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	var old soakState
	if err := json.Unmarshal(b, &old); err != nil {
		return nil, fmt.Errorf("%s: %w; remove it to begin anew", path, err)
	}
	if old.Build == build {
		s.Next, s.Networks, s.Refused, s.Failed = old.Next, old.Networks, old.Refused, old.Failed
	}
	return s, nil
}

// done enters the outcome of a seed and saves the state. Seeds that finish
// before an earlier one wait for it, so that Next has no holes below it.
func (s *soakState) done(seed uint64, outcome string) error {
	s.ahead[seed] = outcome
	for {
		o, ok := s.ahead[s.Next]
		if !ok {
			break
		}
		delete(s.ahead, s.Next)
		switch o {
		case "refused":
			s.Refused++
		case "failed":
			s.Failed = append(s.Failed, s.Next)
			s.Networks++
		default:
			s.Networks++
		}
		s.Next++
	}
	if s.path == "" {
		return nil
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.path+".tmp", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(s.path+".tmp", s.path)
}

// errRefused is a drawn network that the machine refuses for a reason that a
// user can mend (sums or membranes too wide).
var errRefused = errors.New("refused")

// agree runs one drawn network through fixed = sim = RTL.
func agree(ctx context.Context, seed uint64) error {
	const samples = 6
	c := randnet.Draw(seed)
	out, err := c.Compile(ctx)
	if err != nil {
		if strings.Contains(err.Error(), "the machine has 32") || strings.Contains(err.Error(), "read out in words") {
			return errRefused
		}
		return err
	}
	fixed, err := reference.NewFixed(out.Network)
	if err != nil {
		return err
	}
	m, err := sim.New(out.Program, sim.Options{})
	if err != nil {
		return err
	}
	at := func(i int) ([]*ir.Frames, error) {
		return c.Stimuli(out, i), nil
	}
	for i := range samples {
		in, _ := at(i)
		a, err := fixed.Run(ctx, in)
		if err != nil {
			return fmt.Errorf("fixed: sample %d: %w", i, err)
		}
		b, err := m.Run(ctx, in)
		if err != nil {
			return fmt.Errorf("sim: sample %d: %w", i, err)
		}
		if !backend.SameOutputs(a, b) || !slices.Equal(a.Spikes, b.Spikes) {
			return fmt.Errorf("fixed and sim differ in sample %d", i)
		}
		if b.Cycles > out.Bound.Inference {
			return fmt.Errorf("sample %d takes %d cycles; the proven worst case is %d", i, b.Cycles, out.Bound.Inference)
		}
	}
	dir, err := os.MkdirTemp("", "snnc-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sum := out.Program.Digest()
	digest := [16]byte(sum[:16])
	o := randnet.EmitOptions(seed)
	o.Digest, o.Tool = digest, compiler.Version
	d, err := rtl.Emit(out.Program, o)
	if err != nil {
		return err
	}
	if err := d.Write(dir); err != nil {
		return err
	}
	ref, err := cosim.New(out.Program)
	if err != nil {
		return err
	}
	r, err := verilator.Verify(ctx, out.Program, dir, ref, verilator.Samples{N: samples, At: at}, verilator.VerifyOptions{Digest: &digest, NoWaves: true})
	switch {
	case err != nil:
		return err
	case r.Difference != nil:
		return fmt.Errorf("sim and RTL: %s", r.Difference)
	case r.Samples != samples:
		return fmt.Errorf("%d of %d samples were compared", r.Samples, samples)
	}
	return nil
}

// make soak: SNNC_SOAK drawn networks through fixed = sim = Verilated RTL, with
// progress, going on after an interruption where it was.
func TestSoak(t *testing.T) {
	wanted, err := strconv.Atoi(os.Getenv("SNNC_SOAK"))
	if err != nil || wanted < 1 {
		t.Skip("set SNNC_SOAK to a number of networks (make soak)")
	}
	if _, err := verilator.FindTools(); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	f, err := os.Open(exe)
	require.NoError(t, err)
	h := sha256.New()
	_, err = io.Copy(h, f)
	require.NoError(t, errors.Join(err, f.Close()))
	state, err := loadSoak(os.Getenv("SNNC_SOAK_STATE"), hex.EncodeToString(h.Sum(nil)))
	require.NoError(t, err)
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, "soak: "+format+"\n", args...) }
	if state.Next > 0 {
		say("going on: %d of %d networks are done, %d failed", state.Networks, wanted, len(state.Failed))
	}

	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	var mu sync.Mutex
	next, begin, before, shown := state.Next, time.Now(), state.Networks, time.Now()
	var saved error
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				mu.Lock()
				if ctx.Err() != nil || saved != nil || state.Networks+len(state.ahead) >= wanted {
					mu.Unlock()
					return
				}
				seed := next
				next++
				mu.Unlock()
				err := agree(ctx, seed)
				if ctx.Err() != nil {
					return
				}
				outcome := "ok"
				switch {
				case errors.Is(err, errRefused):
					outcome = "refused"
				case err != nil:
					outcome = "failed"
					say("seed %d: %v", seed, err)
				}
				mu.Lock()
				saved = errors.Join(saved, state.done(seed, outcome))
				if ran := state.Networks - before; ran > 0 && (time.Since(shown) > 5*time.Second || state.Networks >= wanted) {
					shown = time.Now()
					each := time.Since(begin) / time.Duration(ran)
					say("%d of %d networks, %d failed, %v left", state.Networks, wanted, len(state.Failed),
						(each * time.Duration(max(0, wanted-state.Networks))).Round(time.Second))
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	require.NoError(t, saved)
	if ctx.Err() != nil {
		t.Fatalf("interrupted after %d of %d networks; make soak goes on from there", state.Networks, wanted)
	}
	say("%d networks went through fixed = sim = RTL, seeds 0 to %d, of which the machine refused %d", state.Networks, state.Next-1, state.Refused)
	require.Empty(t, state.Failed, "seeds that failed")
	require.GreaterOrEqual(t, state.Networks, wanted)
}

func TestSoakStateHasNoHoles(t *testing.T) {
	path := t.TempDir() + "/soak.json"
	s, err := loadSoak(path, "a")
	require.NoError(t, err)
	for _, step := range []struct {
		seed    uint64
		outcome string
		next    uint64
	}{{1, "ok", 0}, {2, "failed", 0}, {0, "refused", 3}, {4, "ok", 3}} {
		require.NoError(t, s.done(step.seed, step.outcome))
		again, err := loadSoak(path, "a")
		require.NoError(t, err)
		require.Equal(t, step.next, again.Next)
	}
	again, err := loadSoak(path, "a")
	require.NoError(t, err)
	require.Equal(t, 2, again.Networks)
	require.Equal(t, 1, again.Refused)
	require.Equal(t, []uint64{2}, again.Failed)
	other, err := loadSoak(path, "b")
	require.NoError(t, err)
	require.Zero(t, other.Next, "another build begins anew")
}

package learn

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/numerics"
)

// State is where an episode is after an update; with the program, the data and
// the options it determines all that follows.
type State struct {
	Program string // digest of the program
	Options string // what the episode was asked to do
	Warmed  int    // samples recorded
	Fitted  bool
	Updates int
	Samples int
	// Cycles of the samples, and of the unit's commands in the warm-up and after.
	Cycles, WarmupCycles, LearnCycles int64
	Cores                             []CoreState
}

// CoreState is the state of one plastic core.
type CoreState struct {
	Core   int
	Stored []int32 // weight memory
	Sums   []numerics.WarmupSums
	Pairs  []int   // n of every recorded sample
	Losses []int32 // in LossUnit
	Gate   dassdp.Gate
}

// Save writes the state so that the file is the old one or the new one.
func (s *State) Save(path string) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load reads a state and checks that it belongs to the episode.
func (e *Episode) Load(path, program, options string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var s State
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s is no checkpoint of snnc learn: %w", path, err)
	}
	for _, f := range []struct{ what, want, got string }{{"program", program, s.Program}, {"options", options, s.Options}} {
		if f.want != f.got {
			return fmt.Errorf("%s: it was made with other %s (%s; now %s): take the same, or begin anew without --resume", path, f.what, f.got, f.want)
		}
	}
	if len(s.Cores) != len(e.cores) {
		return fmt.Errorf("%s: %d plastic cores; the program has %d", path, len(s.Cores), len(e.cores))
	}
	for i := range s.Cores {
		c := &e.p.Cores[e.cores[i]]
		if s.Cores[i].Core != e.cores[i] || len(s.Cores[i].Stored) != len(c.Weights) {
			return fmt.Errorf("%s: core %d with %d weights; the program has core %d with %d", path, s.Cores[i].Core, len(s.Cores[i].Stored), e.cores[i], len(c.Weights))
		}
	}
	e.State = s
	return nil
}

// Correlation is that of synchrony and loss over the recorded samples, −k, and
// its 95 % interval by Fisher's transformation.
func (s *CoreState) Correlation() (r, low, high float64) {
	r = -s.Gate.K
	n := float64(len(s.Pairs))
	if n < 4 || math.Abs(r) >= 1 {
		return r, r, r
	}
	z, d := math.Atanh(r), 1.96/math.Sqrt(n-3)
	return r, math.Tanh(z - d), math.Tanh(z + d)
}

package flow

import (
	"errors"
	"fmt"
	"strings"
)

// MissingToolError says that a program is not installed, what needs it, and
// how to get it.
type MissingToolError struct{ Tool, Need, Install string }

func (e *MissingToolError) Error() string {
	return fmt.Sprintf("%s is not installed (or not in PATH); %s: install it: %s", e.Tool, e.Need, e.Install)
}

// ToolError says that a program failed, with the end of what it printed.
type ToolError struct {
	Tool string
	Err  error
	Last string // lines
	Log  string // where the whole of it is; empty if nowhere
}

func (e *ToolError) Error() string {
	s := fmt.Sprintf("%s failed (%v)", e.Tool, e.Err)
	if e.Log != "" {
		s += "; its output is in " + e.Log
	}
	if e.Last != "" {
		s += "; its last lines:\n  " + strings.ReplaceAll(e.Last, "\n", "\n  ")
	}
	return s
}

func (e *ToolError) Unwrap() error { return e.Err }

// TooSmallError says what a board lacks.
type TooSmallError struct {
	Board string
	Used  []Usage
}

// Over lists what is exceeded.
func (e *TooSmallError) Over() []Usage {
	var over []Usage
	for _, u := range e.Used {
		if u.Used > u.Available {
			over = append(over, u)
		}
	}
	return over
}

func (e *TooSmallError) Error() string {
	var parts []string
	for _, u := range e.Over() {
		if u.Available == 0 {
			parts = append(parts, fmt.Sprintf("%d %s, of which it has none", u.Used, u.Name))
			continue
		}
		parts = append(parts, fmt.Sprintf("%d of %d %s (%d too many, %d %%)", u.Used, u.Available, u.Name, u.Used-u.Available, (100*u.Used+u.Available-1)/u.Available))
	}
	return fmt.Sprintf("the design does not fit %s: it needs %s", e.Board, strings.Join(parts, ", "))
}

// TimingError says how far the best of the seeds is from the clock.
type TimingError struct {
	Board        string
	Clock, Fmax  float64 // MHz
	Seed         int
	Seeds        int
	Path         []string // of the best seed's critical path, from and to
	SuggestedMHz float64  // that the best seed would meet
	Without      []string // options of snnc compile that leave out logic which this design has
}

func (e *TimingError) Error() string {
	s := fmt.Sprintf("timing is not met on %s: seed %d, the best of %d, reaches %.2f MHz of %.2f MHz (%.1f %% short)", e.Board, e.Seed, e.Seeds, e.Fmax, e.Clock, 100*(1-e.Fmax/e.Clock))
	if len(e.Path) > 0 {
		s += "; its longest path goes from " + e.Path[0] + " to " + e.Path[len(e.Path)-1]
	}
	s += fmt.Sprintf("; lower the clock with --freq %g, or try more seeds with --seeds", e.SuggestedMHz)
	if len(e.Without) > 0 {
		s += ", or compile without what only looks into the memories: " + strings.Join(e.Without, " ")
	}
	return s
}

var errNoCode = errors.New("it printed nothing that snnc understands")

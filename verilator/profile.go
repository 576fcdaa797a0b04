package verilator

import "fmt"

// Profile says how a model is built: how much the compilers work and what the
// model shows.
type Profile struct {
	Fast   bool // optimise for speed of the run, not of the build
	Events bool // trace ports: pushes, deliveries and ticks are streamed
	Waves  bool // signals can be dumped; implies Events
}

// The profiles in use.
var (
	FastBuild = Profile{Events: true}             // tests, small runs
	FastRun   = Profile{Fast: true}               // benchmarks: no trace ports, as on a board
	FastWatch = Profile{Fast: true, Events: true} // verification of long runs
	Traced    = Profile{Events: true, Waves: true}
)

// String is the name used in messages.
func (p Profile) String() string {
	s := "fast-build"
	if p.Fast {
		s = "fast-run"
	}
	switch {
	case p.Waves:
		return s + "+waves"
	case p.Events:
		return s + "+events"
	}
	return s
}

// check refuses a combination that has no meaning.
func (p Profile) check() error {
	if p.Waves && !p.Events {
		return fmt.Errorf("profile %s: waves need the sample's cycle numbers, which come with events", p)
	}
	return nil
}

// verilatorFlags of the profile, without file names.
func (p Profile) verilatorFlags() []string {
	f := []string{"--cc", "--top-module", "snnc_top", "--prefix", "Vsnnc_top", "-Wno-fatal",
		// Unwritten registers and memories hold noise, see harness/model.cpp.
		"--x-assign", "unique", "--x-initial", "unique",
		"--timescale-override", "1ns/1ns"}
	if p.Fast {
		f = append(f, "-O3")
	}
	if p.Events {
		f = append(f, "+define+SNNC_TRACE")
	}
	if p.Waves {
		f = append(f, "--trace", "--trace-max-width", "8192", "--trace-max-array", "64", "--trace-params")
	}
	return f
}

// commonFlags are those that the runtime's objects depend on.
func (p Profile) commonFlags() []string {
	return []string{"-std=gnu++17", "-w", "-fno-pie", "-DVM_COVERAGE=0", "-DVM_SC=0", "-DVM_TRACE_FST=0",
		fmt.Sprintf("-DVM_TRACE=%d", b2i(p.Waves)), fmt.Sprintf("-DVM_TRACE_VCD=%d", b2i(p.Waves))}
}

// cxxFlags of the profile. The precompiled header and the model must be
// compiled with the same ones.
func (p Profile) cxxFlags() []string {
	f := append(p.commonFlags(), fmt.Sprintf("-DSNNC_WAVES=%d", b2i(p.Waves)))
	if p.Events {
		f = append(f, "-DSNNC_TRACE")
	}
	if p.Fast {
		return append(f, "-O2")
	}
	return append(f, "-O0")
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

package bench

import (
	"context"
	"fmt"
	"regexp"
)

// Options say where the benchmarks run and what they find there.
type Options struct {
	Dir     string // an empty folder for builds
	Shared  string // folder with models/ and data/: MNIST and the network for it; "" or absent: left out
	Python  string // interpreter with torch, snntorch, nir and numpy; "": no Python peers
	Rounds  int    // alternations of two timed sides; 0: 7
	Packed  bool   // trials on boards end with packing: what they take, and no Fmax
	Digests int    // digests under which areas are taken; 0: 1
	// Only chooses parts by name, and designs of the simulator's part as its
	// name, a colon and the design's; nil: all.
	Only *regexp.Regexp
	// Log tells what is being done and what is left out.
	Log func(format string, args ...any)
}

const simulatorPart = "simulator against Verilated RTL"

// Run measures everything that the machine has the means for.
func Run(ctx context.Context, o Options) ([]Measurement, error) {
	if o.Rounds == 0 {
		o.Rounds = 7
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	var all []Measurement
	for _, part := range []struct {
		name string
		run  func(context.Context, Options) ([]Measurement, error)
	}{
		{"compiling a network of 10 million synapses", benchCompile},
		{"placement of generated networks", benchPlacement},
		{"MNIST", benchMNIST},
		{simulatorPart, benchSimulator},
		{"training", benchTraining},
	} {
		if o.Only != nil && !o.Only.MatchString(part.name) && part.name != simulatorPart {
			continue
		}
		o.Log("%s", part.name)
		m, err := part.run(ctx, o)
		if err != nil {
			return all, fmt.Errorf("%s: %w", part.name, err)
		}
		all = append(all, m...)
	}
	return all, nil
}

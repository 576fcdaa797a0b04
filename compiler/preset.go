package compiler

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// preset is what a framework means by a NIR file where the file is silent
// (DESIGN §8; read in the exporters' sources, checked on the NIR paper's traces
// of one LIF neuron by TestElevenPlatforms).
type preset struct {
	dt      float64
	leak    leakRule
	ifGain  bool // IF integrates r·dt·x; otherwise r·x
	reset   string
	delay   bool
	atLeast bool
	jump    bool // a spike adds w_in to a CubaLIF's current, and not w_in·dt/tau_syn
	rest    bool // the membrane begins at v_reset and not at 0
	why     string
}

// leakRule gives a membrane's decay and its input's gain in one step.
type leakRule func(dt, tau float64) (decay, gain float64)

// euler is the forward Euler step of τ·v̇ = −v + x.
func euler(dt, tau float64) (float64, float64) { return 1 - dt/tau, dt / tau }

// exponential is the decay of the exact solution with the Euler gain, as
// Rockpool and sinabs step it.
func exponential(dt, tau float64) (float64, float64) { return math.Exp(-dt / tau), dt / tau }

// exact is the exact solution for an input that is constant over the step.
func exact(dt, tau float64) (float64, float64) {
	d := math.Exp(-dt / tau)
	return d, 1 - d
}

var presets = map[string]preset{
	"nir":          {1e-4, euler, false, "zero", false, false, false, false, "NIR's equations, forward Euler"},
	"snntorch":     {1e-4, euler, false, "zero", false, false, false, false, "snnTorch's exporter writes tau for dt = 1e-4 and no reset kind"},
	"norse":        {1e-3, euler, false, "zero", false, false, true, false, "Norse steps forward Euler with dt = 1e-3"},
	"spikingjelly": {1e-4, euler, true, "zero", false, true, false, true, "SpikingJelly writes r = 1/dt for IF, begins at v_reset and fires at v >= threshold"},
	"sinabs":       {1e-4, exponential, false, "subtract", false, true, false, false, "sinabs decays by exp(-dt/tau), subtracts and fires at v >= threshold"},
	"rockpool":     {1e-4, exponential, false, "subtract", false, false, false, false, "Rockpool decays by exp(-dt/tau) and subtracts"},
	"lava":         {1e-4, euler, false, "zero", false, false, false, false, "Lava fires at v > threshold; its extra step a layer is a shift"},
	"exact":        {1e-4, exact, false, "zero", false, false, false, false, "exact solution for a constant input over the step"},
}

// Presets lists the names for messages.
func Presets() []string {
	var out []string
	for k := range presets {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func findPreset(name string) (preset, error) {
	p, ok := presets[name]
	if !ok {
		return p, fmt.Errorf("option from is %q; it must be one of %s", name, strings.Join(Presets(), ", "))
	}
	return p, nil
}

package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// Options are the choices a user can make. The zero value of a field means
// "the preset's, or the default named here".
type Options struct {
	From       string  // preset of the framework's meaning; "" is "nir"
	DT         float64 // seconds of a step; 0: the preset's
	Steps      int     // steps of an inference; 0: 8
	Reset      string  // zero, subtract, none; "": the preset's
	ResetDelay *bool
	Compare    string // gt, ge; "": the preset's

	Input ir.Encoding // Bits 0: 8-bit held unsigned, scale 1/255

	WeightBits    int // 2..16; 0: 8
	DecayBits     int // 4..16; 0: 12
	ThresholdBits int // resolution of the smallest threshold; 0: 12
	Clip          ClipMode

	Lanes       int // P wanted; 0: 32. A core with fewer neurons has fewer lanes
	Update      int // U wanted; 0: 8
	CoreNeurons int // most neurons a core holds; 0: 1024
	WordBits    int // W; 0: 32
	Net         ir.NetKind
	// Plastic names nodes whose synapses learn on the chip: a neuron's or a
	// weight's, or "last" for the population furthest from the input.
	Plastic         []string
	PlasticFraction int // bits of a stored weight below what inference reads; 0: 8, or what fits 24 bits
	PlasticBatch    int // samples that an update can have; 0: 1

	// Overlay is the machine to compile for; nil: one made for the network. It
	// fixes lanes, widths and the network, and how much fits a core.
	Overlay *ir.Overlay
	limits  []int // by population, in place of CoreNeurons

	InputSlots int // steps the input memory holds for inputs that change; 0: the steps, at most 64
}

// ClipMode says how the weight scale of a neuron is chosen.
type ClipMode string

// ClipMax uses the largest weight; ClipSearch tries fractions of it and keeps
// what errs least, on calibration inputs if there are any, else on the weights.
const (
	ClipMax    ClipMode = "max"
	ClipSearch ClipMode = "search"
)

func (o Options) withDefaults() (Options, error) {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	if err := o.forOverlay(); err != nil {
		return o, err
	}
	if o.Input.Bits == 0 {
		o.Input = ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}
	}
	def(&o.Steps, 8)
	def(&o.WeightBits, 8)
	def(&o.DecayBits, 12)
	def(&o.ThresholdBits, 12)
	def(&o.Lanes, 32)
	def(&o.Update, 8)
	def(&o.CoreNeurons, 1024)
	def(&o.WordBits, 32)
	def(&o.PlasticFraction, min(8, 24-o.WeightBits))
	def(&o.PlasticBatch, 1)
	if o.Clip == "" {
		o.Clip = ClipMax
	}
	if o.From == "" {
		o.From = "nir"
	}
	for _, r := range []struct {
		name      string
		v, lo, hi int
	}{
		{"steps", o.Steps, 1, 65000}, {"weight-bits", o.WeightBits, 2, 16}, {"decay-bits", o.DecayBits, 4, 16},
		{"threshold-bits", o.ThresholdBits, 4, 24}, {"lanes", o.Lanes, 1, 1024}, {"update", o.Update, 1, 32},
		{"core-neurons", o.CoreNeurons, o.WordBits, 1 << 20}, {"input bits", o.Input.Bits, 1, 16},
		{"plastic-fraction", o.PlasticFraction, 1, 14}, {"plastic-batch", o.PlasticBatch, 1, 256},
	} {
		if r.v < r.lo || r.v > r.hi {
			return o, fmt.Errorf("option %s is %d; it must be %d to %d", r.name, r.v, r.lo, r.hi)
		}
	}
	for _, r := range []struct {
		name string
		v    int
	}{{"lanes", o.Lanes}, {"update", o.Update}} {
		if r.v&(r.v-1) != 0 {
			return o, fmt.Errorf("option %s is %d; it must be a power of two", r.name, r.v)
		}
	}
	if o.WordBits != 8 && o.WordBits != 16 && o.WordBits != 32 {
		return o, fmt.Errorf("option word-bits is %d; it must be 8, 16 or 32", o.WordBits)
	}
	if o.Net != "" && o.Net != ir.NetBus && o.Net != ir.NetMesh {
		return o, fmt.Errorf("option net is %q; it must be bus or mesh", o.Net)
	}
	if o.Clip != ClipMax && o.Clip != ClipSearch {
		return o, fmt.Errorf("option clip is %q; it must be max or search", o.Clip)
	}
	if o.Input.Scale <= 0 {
		return o, fmt.Errorf("input scale is %v; it must be greater than zero", o.Input.Scale)
	}
	return o, nil
}

// stepTime is the length of a step in seconds, and why.
func (o Options) stepTime() (float64, string, error) {
	pre, err := findPreset(o.From)
	if err != nil {
		return 0, "", err
	}
	if o.DT > 0 {
		return o.DT, "option dt", nil
	}
	return pre.dt, "preset " + o.From + ": " + pre.why, nil
}

package trainer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/snnc/snnc/compiler"
)

// Options say how a network is trained. The zero value of most fields means
// the default named in the comment.
type Options struct {
	Compile compiler.Options // meaning of the file, input form, steps; the same are given to the compiler

	// NormSteps takes batch statistics of each step by itself, as networks run step
	// by step do; else of all steps together.
	NormSteps bool

	Surrogate   Surrogate
	AttachReset bool // gradients pass through the reset as well

	Loss      string  // count (cross-entropy of the counts), step (mean of each step's), square (of rates); "": count
	LogitGain float64 // logits of count are this times the counts (of step: times the outputs); 0: 1
	Smoothing float64 // label smoothing, 0 … 1

	Optimiser   string  // adam, adamw, sgd; "": adamw
	Rate        float64 // learning rate; 0: 1e-3
	Momentum    float64 // of sgd
	Beta1       float64 // of adam; 0: 0.9
	Beta2       float64 // 0: 0.999
	WeightDecay float64
	ClipNorm    float64 // largest norm of all gradients together; 0: none
	Schedule    string  // cosine, constant; "": cosine
	RateWarmup  float64 // epochs over which the rate rises from 0
	Epochs      int
	Batch       int

	// WeightBits trains on the integers that the compiler makes; 0: real weights.
	WeightBits int

	Rule Post // DA-SSDP after each step

	Seed    uint64
	Workers int // 0: one a processor. Results do not depend on it
}

// text tells two trainings apart: all that the result depends on.
func (o *Options) text() string {
	c := *o
	c.Compile.Overlay = nil // as the lanes: hardware
	c.Workers, c.Compile.Lanes, c.Compile.Update, c.Compile.CoreNeurons, c.Compile.WordBits, c.Compile.Net = 0, 0, 0, 0, 0, ""
	delay := "preset"
	if c.Compile.ResetDelay != nil {
		delay = fmt.Sprint(*c.Compile.ResetDelay)
	}
	c.Compile.ResetDelay = nil
	text := fmt.Sprintf("%+v, reset delay %s", c, delay)
	return strings.Replace(text, " NormSteps:false", "", 1) // checkpoints from before there was the option go on
}

// check sets defaults and refuses what is out of range.
func (o *Options) check() error {
	if err := o.Surrogate.withDefaults(); err != nil {
		return err
	}
	def := func(v *float64, d float64) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.LogitGain, 1)
	def(&o.Rate, 1e-3)
	def(&o.Beta1, 0.9)
	def(&o.Beta2, 0.999)
	for _, c := range []struct {
		name  string
		value *string
		all   []string
	}{{"loss", &o.Loss, Losses()}, {"optimiser", &o.Optimiser, Optimisers()}, {"schedule", &o.Schedule, Schedules()}} {
		if *c.value == "" {
			*c.value = c.all[0]
		}
		if !slices.Contains(c.all, *c.value) {
			return fmt.Errorf("option %s is %q; allowed are %s", c.name, *c.value, strings.Join(c.all, ", "))
		}
	}
	for _, r := range []struct {
		name      string
		v, lo, hi float64
	}{
		{"logit-gain", o.LogitGain, 1e-6, 1e6}, {"label-smoothing", o.Smoothing, 0, 0.999}, {"lr", o.Rate, 1e-12, 1e3},
		{"momentum", o.Momentum, 0, 0.9999}, {"weight-decay", o.WeightDecay, 0, 1e3}, {"clip-norm", o.ClipNorm, 0, 1e12},
		{"lr-warmup", o.RateWarmup, 0, 1e6}, {"epochs", float64(o.Epochs), 1, 1e6}, {"batch", float64(o.Batch), 1, 1e6},
		{"rule-warmup", float64(o.Rule.Warmup), 0, 1e6}, {"workers", float64(o.Workers), 0, 1024},
	} {
		if !(r.v >= r.lo && r.v <= r.hi) || math.IsNaN(r.v) {
			return fmt.Errorf("option %s is %v; it must be %v to %v", r.name, r.v, r.lo, r.hi)
		}
	}
	if o.WeightBits != 0 && (o.WeightBits < 2 || o.WeightBits > 16) {
		return fmt.Errorf("option quantise is %d; it must be 2 to 16 bits, or 0 for real weights", o.WeightBits)
	}
	return nil
}

// Losses, Optimisers and Schedules list the names; the first is the default.
func Losses() []string     { return []string{"count", "step", "square"} }
func Optimisers() []string { return []string{"adamw", "adam", "sgd"} }
func Schedules() []string  { return []string{"cosine", "constant"} }

package data

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// Coding names a way to turn a sample into a network's input over its steps.
type Coding string

// The codings; see the types of the same names for what they compute.
const (
	Direct  Coding = "direct"
	Rate    Coding = "rate"
	Latency Coding = "latency"
	Frames  Coding = "frames"
	Rows    Coding = "rows"
)

// Codings lists the codings in the order of the documents.
func Codings() []Coding { return []Coding{Direct, Rate, Latency, Frames, Rows} }

// ParseCoding returns the coding of that name.
func ParseCoding(name string) (Coding, error) {
	if c := Coding(name); slices.Contains(Codings(), c) {
		return c, nil
	}
	all := make([]string, 0, len(Codings()))
	for _, c := range Codings() {
		all = append(all, string(c))
	}
	return "", fmt.Errorf("coding %q; allowed are %s", name, strings.Join(all, ", "))
}

// EncodeOptions are the options of [NewEncoder].
type EncodeOptions struct {
	Coding Coding // "" means Direct
	Steps  int    // steps of an inference; Frames and Rows take theirs from the sample's shape, 0 or equal
	// Bits is the most bits an input value of Direct, Frames and Rows may have, 1
	// to 16. 0 means 8 for floats, and for integers what the set needs.
	Bits      int
	Seed      uint64  // of Rate
	Threshold float64 // of Latency: smaller values never spike; 0 means 0.01, as in snnTorch
}

// MaxBits is the widest input value that the machine takes.
const MaxBits = 16

// maxValues bounds steps × inputs of one sample.
const maxValues = 1 << 28

// Encoder turns the samples of one set into stimuli. It may be used from several
// goroutines.
type Encoder interface {
	Set() *Set
	Coding() Coding
	Steps() int
	Inputs() int           // values a step
	Encoding() ir.Encoding // what all its stimuli have in common
	// Encode writes the stimulus of a sample, 0 ≤ sample < Set().Len(), into f and
	// reuses f.Values where it is large enough.
	Encode(sample int, f *ir.Frames)
	// QuantError passes over the whole set and compares the values it encodes
	// with the real ones. It is zero where the coding keeps all values exactly,
	// and for Rate and Latency, which code a value in spikes and not in bits.
	QuantError() QuantError
	String() string // the coding and its options, for reports
}

// QuantError is the difference between encoded and real values of a set, in
// units of the real value.
type QuantError struct{ Max, RMS float64 }

// NewEncoder binds a coding to a set.
func NewEncoder(set *Set, opt EncodeOptions) (Encoder, error) {
	if opt.Coding == "" {
		opt.Coding = Direct
	}
	if _, err := ParseCoding(string(opt.Coding)); err != nil {
		return nil, err
	}
	e, err := newEncoder(set, opt)
	if err != nil {
		return nil, fmt.Errorf("data set %q, %s coding: %w", set.name, opt.Coding, err)
	}
	return e, nil
}

func newEncoder(set *Set, opt EncodeOptions) (Encoder, error) {
	if opt.Bits < 0 || opt.Bits > MaxBits {
		return nil, fmt.Errorf("%d bits; allowed are 1 to %d, or 0 for the default", opt.Bits, MaxBits)
	}
	b := base{set: set, coding: opt.Coding, steps: opt.Steps, inputs: set.size}
	switch opt.Coding {
	case Frames:
		return newFrames(b, opt.Bits)
	case Rows:
		return newRows(b, opt.Bits)
	}
	if b.steps < 1 {
		return nil, fmt.Errorf("%d steps; the number of steps must be given and at least 1", opt.Steps)
	}
	if b.steps > maxValues/b.inputs {
		return nil, fmt.Errorf("%d steps of %d inputs; at most %d values a sample are allowed", b.steps, b.inputs, maxValues)
	}
	switch opt.Coding {
	case Rate:
		return newRate(b, opt.Seed)
	case Latency:
		return newLatency(b, opt.Threshold)
	}
	return newDirect(b, opt.Bits)
}

// CheckInput tells whether what an encoder feeds at each step fits a network that
// takes that many inputs.
func CheckInput(e Encoder, inputs int) error {
	if e.Inputs() == inputs {
		return nil
	}
	s := e.Set()
	hint := ""
	held := e.Coding() != Frames && e.Coding() != Rows
	switch {
	case !held && s.size == inputs:
		hint = "; direct, rate or latency coding would fit"
	case held && len(s.shape) > 1 && s.size/s.shape[0] == inputs:
		hint = "; frames coding would fit"
	}
	return fmt.Errorf("data set whose size does not match the network: samples of %q are %s, which %s coding feeds as %d inputs a step, and the network takes %d%s",
		s.name, array.FormatShape(s.shape), e.Coding(), e.Inputs(), inputs, hint)
}

// base is what all encoders share.
type base struct {
	set           *Set
	coding        Coding
	steps, inputs int
}

func (b *base) Set() *Set      { return b.set }
func (b *base) Coding() Coding { return b.coding }
func (b *base) Steps() int     { return b.steps }
func (b *base) Inputs() int    { return b.inputs }

// prepare sets all of f but the values' contents, which are undefined.
func (b *base) prepare(f *ir.Frames, e ir.Encoding) {
	n := b.inputs
	if !e.Held {
		n *= b.steps
	}
	values := f.Values
	if cap(values) < n {
		values = make([]int32, n)
	}
	*f = ir.Frames{Steps: b.steps, N: b.inputs, Bits: e.Bits, Signed: e.Signed, Held: e.Held, Scale: e.Scale, Values: values[:n]}
}

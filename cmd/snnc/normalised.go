package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// normalised is direct coding into a form that the network fixes: element x
// becomes the integer round((x − mean)/std/scale), halves to even, held over
// the steps. An image's elements are 0 to 1 (byte/255).
type normalised struct {
	set       *data.Set
	steps     int
	form      ir.Encoding
	mean, std float64
}

// imageNorm makes 0..1 into −1..1, which Lava-dl's networks are trained on
// (mnist-bootstrap and PilotNet: weight·x + bias is 0 or little more for black).
const imageNorm = "0.5,0.5"

// newNormalised reads the option norm, MEAN,STD; "" means imageNorm for an
// image and 0,1 for all else. It refuses values outside of what the form holds.
func newNormalised(set *data.Set, steps int, form ir.Encoding, norm string, warn func(string)) (*normalised, error) {
	e := &normalised{set: set, steps: steps, form: form, std: 1}
	if norm == "" && set.Kind() == array.Uint8 {
		norm = imageNorm
		if warn != nil {
			warn(fmt.Sprintf("data set %q: pixels are taken as -1 (black) to 1 (--norm %s); give --norm MEAN,STD if the network was trained on others", set.Name(), norm))
		}
	}
	if norm != "" {
		mean, std, found := strings.Cut(norm, ",")
		var err1, err2 error
		e.mean, err1 = strconv.ParseFloat(mean, 64)
		e.std, err2 = strconv.ParseFloat(std, 64)
		if !found || err1 != nil || err2 != nil || !(e.std > 0) || math.IsInf(e.std, 0) || math.IsNaN(e.mean) || math.IsInf(e.mean, 0) {
			return nil, fmt.Errorf("option norm is %q; two numbers MEAN,STD are allowed, STD above 0: x becomes (x - MEAN)/STD", norm)
		}
	}
	lo, hi := set.Bounds()
	least, most := form.Range()
	from, to := e.integer(lo*set.Scale()), e.integer(hi*set.Scale())
	if from < float64(least) || to > float64(most) {
		return nil, fmt.Errorf("data set %q: values from %g to %g give integers from %.0f to %.0f; the network's input takes %d to %d, each worth %.6g: give another --norm MEAN,STD",
			set.Name(), lo*set.Scale(), hi*set.Scale(), from, to, least, most, form.Scale)
	}
	return e, nil
}

func (e *normalised) integer(x float64) float64 {
	return math.RoundToEven((x - e.mean) / e.std / e.form.Scale)
}

func (e *normalised) Set() *data.Set        { return e.set }
func (e *normalised) Coding() data.Coding   { return data.Direct }
func (e *normalised) Steps() int            { return e.steps }
func (e *normalised) Inputs() int           { return e.set.SampleSize() }
func (e *normalised) Encoding() ir.Encoding { return e.form }

// Encode implements data.Encoder.
func (e *normalised) Encode(sample int, f *ir.Frames) {
	s, values := e.set.Sample(sample), f.Values
	if cap(values) < s.Len() {
		values = make([]int32, s.Len())
	}
	values = values[:s.Len()]
	for i := range values {
		values[i] = int32(e.integer(s.Real(i)))
	}
	*f = ir.Frames{Steps: e.steps, N: s.Len(), Bits: e.form.Bits, Signed: e.form.Signed, Held: true, Scale: e.form.Scale, Values: values}
}

// QuantError implements data.Encoder.
func (e *normalised) QuantError() data.QuantError {
	worst, sum, n := 0.0, 0.0, e.set.SampleSize()
	for i := range e.set.Len() {
		s := e.set.Sample(i)
		for j := range n {
			d := math.Abs(e.integer(s.Real(j))*e.form.Scale*e.std + e.mean - s.Real(j))
			worst = max(worst, d)
			sum += d * d
		}
	}
	return data.QuantError{Max: worst, RMS: math.Sqrt(sum / float64(n*e.set.Len()))}
}

func (e *normalised) String() string {
	return fmt.Sprintf("direct, held over %d steps, (x - %g)/%g in %d bits, each worth %.6g", e.steps, e.mean, e.std, e.form.Bits, e.form.Scale)
}

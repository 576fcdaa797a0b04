package flow

import (
	"fmt"
	"math"
)

// pll are the settings of a family's clock generator; divisors as the family
// counts them.
type pll struct {
	MHz      float64
	Ref      int     // divides the reference
	Feedback int     // multiplies it
	Out      float64 // divides the oscillator
	VCO      float64
	Filter   int // iCE40 only
}

// pllLimits are those of a family's data sheet, MHz.
type pllLimits struct {
	pfdLow, pfdHigh, vcoLow, vcoHigh float64
	refMost, feedbackMost            int
	outs                             []float64
}

func limitsOf(family string) pllLimits {
	var l pllLimits
	switch family {
	case "ice40": // Lattice FPGA-TN-02052, FEEDBACK_PATH SIMPLE
		l = pllLimits{10, 133, 533, 1066, 16, 128, nil}
		for q := 1; q <= 6; q++ {
			l.outs = append(l.outs, float64(int(1)<<q))
		}
	case "ecp5": // Lattice FPGA-TN-02200, feedback from CLKOP
		l = pllLimits{3.125, 400, 400, 800, 128, 80, nil}
		for d := 1; d <= 128; d++ {
			l.outs = append(l.outs, float64(d))
		}
	case "xc7": // Xilinx UG472, MMCM of speed grade 1
		l = pllLimits{10, 450, 600, 1200, 106, 64, nil}
		for d := 1; d <= 128; d++ {
			l.outs = append(l.outs, float64(d))
		}
	}
	return l
}

// findPLL returns the settings whose clock is nearest below a wanted one or, to
// 10 ppm, on it. The first of equal ones is taken: the smallest reference divisor, whose jitter is least.
func findPLL(family string, in, want float64) (pll, error) {
	l := limitsOf(family)
	best := pll{}
	for ref := 1; ref <= l.refMost; ref++ {
		pfd := in / float64(ref)
		if pfd < l.pfdLow || pfd > l.pfdHigh {
			continue
		}
		for fb := 1; fb <= l.feedbackMost; fb++ {
			for _, out := range l.outs {
				vco := pfd * float64(fb)
				if family == "ecp5" { // the divider is in the loop
					vco *= out
				}
				if vco < l.vcoLow || vco > l.vcoHigh {
					continue
				}
				mhz := vco / out
				if mhz > want*(1+1e-5) || mhz <= best.MHz*(1+1e-9) {
					continue
				}
				best = pll{MHz: mhz, Ref: ref, Feedback: fb, Out: out, VCO: vco}
			}
		}
	}
	if best.MHz == 0 || best.MHz < 0.9*want {
		return pll{}, fmt.Errorf("a clock of %g MHz cannot be made from %g MHz on %s; the nearest below is %.3g MHz", want, in, family, best.MHz)
	}
	if family == "ice40" {
		best.Filter = filterRange(in / float64(best.Ref))
	}
	if family == "ecp5" { // the oscillator in the middle of its range, as ecppll does
		best.Out, best.VCO = middle(best, l)
	}
	best.MHz = math.Round(best.MHz*1e6) / 1e6
	return best, nil
}

func middle(p pll, l pllLimits) (out, vco float64) {
	for _, o := range l.outs {
		v := p.MHz * o
		if v >= l.vcoLow && v <= l.vcoHigh && (vco == 0 || math.Abs(v-600) < math.Abs(vco-600)) {
			out, vco = o, v
		}
	}
	return out, vco
}

// filterRange is FILTER_RANGE for a phase detector's frequency, as icepll gives it.
func filterRange(pfd float64) int {
	for i, top := range []float64{17, 26, 44, 66, 101} {
		if pfd < top {
			return i + 1
		}
	}
	return 6
}

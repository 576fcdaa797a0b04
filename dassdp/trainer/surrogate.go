package trainer

import (
	"fmt"
	"math"
)

// Surrogate is the derivative that stands for a spike's, as a function of
// membrane minus threshold.
type Surrogate struct {
	Kind  string // atan, fast-sigmoid, triangular, multi-gaussian
	Alpha float64
	// Smooth makes the spike itself the surrogate's primitive, so that gradients
	// can be checked by finite differences. No network is trained so.
	Smooth bool
}

// Surrogates lists the kinds and what Alpha is by default.
//
//	atan            α/2 / (1 + (π/2·α·x)²)           snnTorch, SpikingJelly
//	fast-sigmoid    1/(1 + α|x|)²                    snnTorch
//	triangular      α·max(0, 1 − α|x|)               SpikingJelly's PiecewiseQuadratic
//	multi-gaussian  Yin, Corradi, Bohté 2021: width α, h = 0.15, s = 6, scaled by ½
var surrogates = map[string]float64{"atan": 2, "fast-sigmoid": 25, "triangular": 1, "multi-gaussian": 0.5}

// Of Yin et al.'s released code.
const (
	gaussHeight = 0.15
	gaussWiden  = 6
	gaussScale  = 0.5
)

func (s *Surrogate) withDefaults() error {
	if s.Kind == "" {
		s.Kind = "atan"
	}
	d, ok := surrogates[s.Kind]
	if !ok {
		return fmt.Errorf("surrogate %q; allowed are atan, fast-sigmoid, triangular and multi-gaussian", s.Kind)
	}
	if s.Alpha == 0 {
		s.Alpha = d
	}
	if !(s.Alpha > 0) || math.IsInf(s.Alpha, 0) {
		return fmt.Errorf("surrogate parameter %v; it must be above 0", s.Alpha)
	}
	return nil
}

// derivative overwrites x with the surrogate's derivative at x.
func (s *Surrogate) derivative(x []float32) {
	a := float32(s.Alpha)
	switch s.Kind {
	case "atan":
		half, k := a/2, float32(math.Pi/2)*a
		for i, u := range x {
			u *= k
			x[i] = half / (1 + u*u)
		}
	case "fast-sigmoid":
		for i, u := range x {
			if u < 0 {
				u = -u
			}
			d := 1 + a*u
			x[i] = 1 / (d * d)
		}
	case "triangular":
		for i, u := range x {
			if u < 0 {
				u = -u
			}
			x[i] = a * max(0, 1-a*u)
		}
	case "multi-gaussian":
		for i, u := range x {
			x[i] = float32(multiGaussian(float64(u), s.Alpha))
		}
	}
}

func multiGaussian(x, w float64) float64 {
	g := func(mu, sigma float64) float64 {
		d := (x - mu) / sigma
		return math.Exp(-d*d/2) / (math.Sqrt(2*math.Pi) * sigma)
	}
	return gaussScale * ((1+gaussHeight)*g(0, w) - gaussHeight*(g(w, gaussWiden*w)+g(-w, gaussWiden*w)))
}

// primitive is a function whose derivative is the surrogate's.
func (s *Surrogate) primitive(x float64) float64 {
	a := s.Alpha
	switch s.Kind {
	case "atan":
		return math.Atan(math.Pi/2*a*x)/math.Pi + 0.5
	case "fast-sigmoid":
		return x / (1 + a*math.Abs(x))
	case "triangular":
		x = min(max(x, -1/a), 1/a)
		return a*x - a*a*x*math.Abs(x)/2 + 0.5
	}
	phi := func(mu, sigma float64) float64 { return math.Erf((x-mu)/(sigma*math.Sqrt2)) / 2 }
	return gaussScale*((1+gaussHeight)*phi(0, a)-gaussHeight*(phi(a, gaussWiden*a)+phi(-a, gaussWiden*a))) + 0.5
}

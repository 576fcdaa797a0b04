package trainer

import (
	"fmt"
	"math"
	"strings"
)

// Surrogate is the derivative that stands for a spike's, as a function of
// membrane minus threshold.
type Surrogate struct {
	Kind  string // see surrogates
	Alpha float64
	// Smooth makes the spike itself the surrogate's primitive, so that gradients
	// can be checked by finite differences. No network is trained so.
	Smooth bool
}

// surrogates are the kinds and what Alpha is by default.
//
//	atan            α/2 / (1 + (π/2·α·x)²)              snnTorch, SpikingJelly
//	fast-sigmoid    1/(1 + α|x|)²                       snnTorch
//	triangular      α·max(0, 1 − α|x|)                  SpikingJelly's PiecewiseQuadratic
//	multi-gaussian  (1 + h)·N(x; 0, α) − h·N(x; ±α, 6α)  Yin, Corradi, Bohté 2021, h = 0.15
//	sigmoid         α·σ(αx)·(1 − σ(αx))                 snnTorch, SpikingJelly
//	soft-sign       α/2 / (1 + α|x|)²                   SpikingJelly
//	super-spike     α/(1 + |x|)²                        SpikingJelly
var surrogates = map[string]float64{"atan": 2, "fast-sigmoid": 25, "triangular": 1, "multi-gaussian": 0.5, "sigmoid": 4, "soft-sign": 2, "super-spike": 1}

// Surrogates lists the kinds, the default first.
func Surrogates() []string {
	return []string{"atan", "fast-sigmoid", "triangular", "multi-gaussian", "sigmoid", "soft-sign", "super-spike"}
}

// Of Yin et al.
const (
	gaussHeight = 0.15
	gaussWiden  = 6
)

func (s *Surrogate) withDefaults() error {
	if s.Kind == "" {
		s.Kind = "atan"
	}
	d, ok := surrogates[s.Kind]
	if !ok {
		return fmt.Errorf("surrogate %q; allowed are %s", s.Kind, strings.Join(Surrogates(), ", "))
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
		half, k := s.atan()
		for i, u := range x {
			u *= k
			x[i] = half / (1 + u*u)
		}
	case "fast-sigmoid":
		foldedSquare(x, 1, a)
	case "soft-sign":
		foldedSquare(x, a/2, a)
	case "super-spike":
		foldedSquare(x, a, 1)
	case "sigmoid":
		for i, u := range x {
			s := sigmoid(float64(a * u))
			x[i] = a * float32(s*(1-s))
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

// foldedSquare makes top/(1 + k|x|)² of x.
func foldedSquare(x []float32, top, k float32) {
	for i, u := range x {
		if u < 0 {
			u = -u
		}
		d := 1 + k*u
		x[i] = top / (d * d)
	}
}

func multiGaussian(x, w float64) float64 {
	g := func(mu, sigma float64) float64 {
		d := (x - mu) / sigma
		return math.Exp(-d*d/2) / (math.Sqrt(2*math.Pi) * sigma)
	}
	return (1+gaussHeight)*g(0, w) - gaussHeight*(g(w, gaussWiden*w)+g(-w, gaussWiden*w))
}

// primitive is a function whose derivative is the surrogate's.
func (s *Surrogate) primitive(x float64) float64 {
	a := s.Alpha
	switch s.Kind {
	case "atan":
		return math.Atan(math.Pi/2*a*x)/math.Pi + 0.5
	case "fast-sigmoid":
		return x / (1 + a*math.Abs(x))
	case "soft-sign":
		return a * x / (1 + a*math.Abs(x)) / 2
	case "super-spike":
		return a * x / (1 + math.Abs(x))
	case "sigmoid":
		return sigmoid(a * x)
	case "triangular":
		x = min(max(x, -1/a), 1/a)
		return a*x - a*a*x*math.Abs(x)/2 + 0.5
	}
	phi := func(mu, sigma float64) float64 { return math.Erf((x-mu)/(sigma*math.Sqrt2)) / 2 }
	return (1+gaussHeight)*phi(0, a) - gaussHeight*(phi(a, gaussWiden*a)+phi(-a, gaussWiden*a)) + 0.5
}

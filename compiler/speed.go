package compiler

import "math"

// speed is the period of the clock that place and route is expected to reach on a device, in ns. Slowest in builds
// (docs/benchmarks.md, section Boards) is the sum of a neuron, which the comparison with its threshold follows, or the way from a
// spike word to the next address: levels of logic, carries, and wires, the longer the more there is to place.
type speed struct {
	base float64
	bit  float64 // carry of a bit of the sum and of the membrane
	wire float64 // times the square root of a thousand LUTs
}

// speeds of devices, by name and speed grade: fitted to builds with one seed each.
var speeds = map[string]*speed{
	"up5k": {9.6, 0.278, 10.4},
	"hx8k": {2.2, 0.126, 3.98},
	"25k6": {8, 0.036, 2.2},
	"85k6": {8, 0.036, 2.2},
}

// Fmax is the clock in MHz that place and route is expected to reach on the board; 0 where no open tool places its device.
func (e *BoardEstimate) Fmax() float64 {
	s := e.Board.speed
	if s == nil {
		return 0
	}
	bits := 0
	for i := range e.program.Cores {
		c := &e.program.Cores[i]
		bits = max(bits, max(c.StateBits, c.AccBits+c.Frac)+c.StateBits)
	}
	return 1000 / (s.base + s.bit*float64(bits) + s.wire*math.Sqrt(float64(e.Cost.LUT)/1000))
}

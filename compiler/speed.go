package compiler

import "math"

// speed is the period of the clock that place and route is expected to reach on a device, in ns. Slowest in builds
// (docs/benchmarks.md, section Boards) is the sum of a neuron, which the comparison with its threshold follows, the way from a
// spike word to the next address, or that of a weight from a memory of many blocks: levels of logic, carries, and wires, which
// are longer the more there is to place, and the wider what the host reads.
type speed struct {
	base float64
	bit  float64 // carry of a bit of the sum and of the membrane
	deep float64 // a doubling of the blocks that a weight is selected from
	read float64 // a doubling, beyond 8, of the columns of 32 bits that the host selects from
	wire float64 // times the square root of a thousand LUTs
}

// speeds of devices, by name and speed grade: fitted to builds with one seed each.
var speeds = map[string]*speed{
	"up5k": {9.6, 0.278, 0, 0, 10.4},
	"hx8k": {2.2, 0.126, 0, 0, 3.98},
	"25k6": {13.4, 0.036, 0.65, 1.6, 0},
	"85k6": {13.4, 0.036, 0.65, 1.6, 0},
	"85k8": {9.2, 0.028, 0.45, 1.1, 0},
}

// Fmax is the clock in MHz that place and route is expected to reach on the board; 0 where no open tool places its device.
func (e *BoardEstimate) Fmax() float64 {
	s := e.Board.speed
	if s == nil {
		return 0
	}
	bits, deep, columns := 0, 1, 8
	for i := range e.program.Cores {
		c := &e.program.Cores[i]
		bits = max(bits, max(c.StateBits, c.AccBits+c.Frac)+c.StateBits)
		n := 0
		for k, m := range memories(e.program, c, e.hardware, false) {
			if k == 0 { // the weights
				deep = max(deep, 1+e.Board.Family.place(m).mux/max(1, m.width))
			}
			if m.shown {
				n += ceilDiv(m.width, 32)
			}
		}
		columns = max(columns, n)
	}
	return 1000 / (s.base + s.bit*float64(bits) + s.deep*math.Log2(float64(deep)) + s.read*math.Log2(float64(columns)/8) + s.wire*math.Sqrt(float64(e.Cost.LUT)/1000))
}

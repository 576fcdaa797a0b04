package compiler

import "github.com/snnc/snnc/ir"

// Cost is an estimate of hardware before synthesis, for a 4-input LUT device.
type Cost struct {
	LUT        int `json:"lut4"`
	FF         int `json:"ff"`
	MemoryBits int `json:"memory_bits"` // weights, parameters, state, current, input and spike memories
}

// Coefficients of the estimate: LUTs a bit of each structure takes in Yosys's
// synth_ecp5 and synth_ice40 of the library; docs/benchmarks.md has the comparison.
const (
	lutLaneBit   = 1.1 // adder with operand gating
	lutUpdateBit = 6.0 // sum, saturation, compare, reset of one neuron
	lutCore      = 420 // walk, addressing, send FIFO, window decode
	lutRouter    = 420
	lutSystem    = 380 // controller, host bus, event FIFO control
)

// EstimateCore gives the cost of one core.
func EstimateCore(p *ir.Program, c *ir.Core) Cost {
	lane := lutLaneBit
	if c.Segments[0].External && len(c.Segments) > 1 {
		lane++ // the doubling multiplexer of bit planes
	}
	mul := 0.0
	switch c.DecayMode {
	case ir.DecayUniform:
		mul = float64(c.StateBits*onesOf(c.DecayConst)) * 1.1
	case ir.DecayPerNeuron:
		mul = float64(c.StateBits*c.DecayBits) * 1.1
	}
	acc := float64(c.Lanes * c.AccBits)
	mux := 0.0
	if c.Lanes > c.Update {
		mux = float64(c.Update*c.AccBits*(c.Lanes/c.Update)) * 0.5
	}
	lut := acc*lane + mux + float64(c.Update)*(mul+lutUpdateBit*float64(c.StateBits)) + lutCore + 3*float64(p.WordBits)
	params := 2*c.StateBits + btoi(c.DecayMode == ir.DecayPerNeuron)*c.DecayBits + btoi(c.ResetPerNeuron)*c.StateBits
	padded := c.Groups * c.Lanes
	mem := len(c.Weights)*c.WeightBits + padded*(params+c.StateBits) + (c.InputDepth+c.SpikeDepth)*p.WordBits
	if c.Held > 0 {
		mem += padded * c.AccBits
	}
	ff := acc + float64(c.Update)*(3*float64(c.StateBits)+float64(c.AccBits+c.Frac)) + float64(c.SpikeDepth) + 160
	return Cost{LUT: int(lut), FF: int(ff), MemoryBits: mem}
}

// Estimate gives the cost of a program.
func Estimate(p *ir.Program) Cost {
	sum := Cost{LUT: lutSystem, FF: 250, MemoryBits: p.Net.HostDepth * (p.WordBits + 32)}
	for i := range p.Cores {
		c := EstimateCore(p, &p.Cores[i])
		sum.LUT, sum.FF, sum.MemoryBits = sum.LUT+c.LUT, sum.FF+c.FF, sum.MemoryBits+c.MemoryBits
	}
	if p.Net.Kind == ir.NetMesh {
		flit := p.WordBits + p.Net.AddrBits + 16
		sum.LUT += p.Net.Cols * p.Net.Rows * (lutRouter + 5*flit)
		sum.FF += p.Net.Cols * p.Net.Rows * 5 * p.Net.FIFODepth * flit
	}
	return sum
}

func onesOf(v int32) int {
	n := 0
	for ; v != 0; v &= v - 1 {
		n++
	}
	return n
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

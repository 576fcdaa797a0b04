package compiler

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
)

// Report is what snnc compile tells about a program before any synthesis.
type Report struct {
	Name      string        `json:"name"`
	Tool      string        `json:"tool"`
	Digest    string        `json:"digest"`
	Steps     int           `json:"steps"`
	Ticks     int           `json:"ticks"`
	Net       ir.Net        `json:"net"`
	Overlay   string        `json:"overlay,omitempty"`
	Cores     []CoreReport  `json:"cores"`
	Cost      Cost          `json:"cost_estimate"`
	Boards    []BoardReport `json:"boards"`
	Worst     Bound         `json:"worst_case_cycles"`
	Mapping   *Mapping      `json:"mapping,omitempty"`
	Typical   *Typical      `json:"typical,omitempty"`
	Decisions []ir.Decision `json:"decisions"`
}

// CoreReport is one core's line.
type CoreReport struct {
	Core       int    `json:"core"`
	Node       int    `json:"node"`
	Layer      string `json:"layer"`
	Channel    int    `json:"channel"` // first of the part
	Channels   int    `json:"channels"`
	Row        int    `json:"row"`
	Rows       int    `json:"rows"`
	Neurons    int    `json:"neurons"`
	Level      int    `json:"level"`
	Lanes      int    `json:"lanes"`
	Groups     int    `json:"groups"`
	WeightBits int    `json:"weight_bits"`
	AccBits    int    `json:"acc_bits"`
	StateBits  int    `json:"state_bits"`
	Weights    int    `json:"weights"`
	Cost       Cost   `json:"cost_estimate"`
	// Plastic is the part of Cost that its plasticity unit takes; absent without one.
	Plastic *Cost `json:"plasticity_unit_estimate,omitempty"`
}

// BoardReport says whether the estimate fits a board, and how full it is.
type BoardReport struct {
	Board string  `json:"board"`
	Fits  bool    `json:"fits"`
	Full  float64 `json:"full"` // of the scarcest resource, 1 = all of it
	// Scarcest is "LUT", "FF", "block RAM" or "DSP".
	Scarcest string `json:"scarcest"`
	Family   string `json:"family"`
	Cost     Cost   `json:"cost_estimate"`
	// Clock is the core's unless snnc build is given another, Fmax what place and route is expected to reach,
	// absent where no open tool places the device.
	Clock float64 `json:"clock_mhz"`
	Fmax  float64 `json:"fmax_mhz_estimate,omitempty"`
}

// MHz is the clock that a board is expected to run at: its own, or less if that is not reached.
func (b *BoardReport) MHz() float64 {
	if b.Fmax > 0 && b.Fmax < b.Clock {
		return b.Fmax
	}
	return b.Clock
}

// Typical holds figures from sample data: accuracy and cycles.
type Typical struct {
	Data          string   `json:"data"`
	Samples       int      `json:"samples"`
	FloatAccuracy *float64 `json:"float_accuracy"`
	FixedAccuracy *float64 `json:"fixed_accuracy"`
	TickCycles    float64  `json:"tick_cycles_mean"`
	Cycles        float64  `json:"inference_cycles_mean"`
	CyclesMax     int64    `json:"inference_cycles_max"`
}

// NewReport describes a compiled program, whose design is made with h.
func NewReport(c *Compiled, digest string, h Hardware) *Report {
	p := c.Program
	hardware := p.Hardware() // on an overlay, whatever runs on it
	r := &Report{Name: p.Name, Tool: p.Tool, Digest: digest, Steps: p.Steps, Ticks: p.Ticks, Net: p.Net,
		Cost: ECP5.Estimate(hardware, h), Worst: c.Bound, Mapping: c.Mapping, Decisions: c.Network.Decisions}
	if p.Overlay != nil {
		r.Overlay = p.Overlay.Name
	}
	for i := range p.Cores {
		k := &p.Cores[i]
		r.Cores = append(r.Cores, CoreReport{Core: i, Node: k.Node, Layer: p.Layers[k.Layer].Name, Channel: k.Part.Channel, Channels: k.Part.Channels, Row: k.Part.Row, Rows: k.Part.Rows,
			Neurons: k.Part.Channels * k.Part.Rows * p.Layers[k.Layer].Grid.W, Level: k.Level,
			Lanes: k.Lanes, Groups: k.Groups, WeightBits: k.WeightBits, AccBits: k.AccBits, StateBits: k.StateBits, Weights: k.Part.Channels * k.Rows, Cost: ECP5.EstimateCore(hardware, &hardware.Cores[i], h)})
		if k.Plastic != nil {
			unit := ECP5.PlasticUnit(p, k)
			r.Cores[i].Plastic = &unit
		}
	}
	for _, b := range Boards {
		e := b.estimate(hardware, h)
		fits, full, scarcest := b.Fits(e.Cost)
		r.Boards = append(r.Boards, BoardReport{Board: b.Name, Fits: fits, Full: full, Scarcest: scarcest, Family: b.Family.Name, Cost: e.Cost, Clock: b.MHz, Fmax: math.Round(10*e.Fmax()) / 10})
	}
	return r
}

// Fit returns the smallest board the estimate fits, or the error that says by
// how much the largest is exceeded and what would help.
func (r *Report) Fit() (string, error) {
	for _, b := range r.Boards {
		if b.Fits {
			return b.Board, nil
		}
	}
	best := r.Boards[0]
	for _, b := range r.Boards[1:] {
		if b.Full < best.Full {
			best = b
		}
	}
	c := best.Cost
	return "", fmt.Errorf("the estimate (%d LUT, %d FF, %d kbit of memory) fits no known board: the nearest, %s, whose %s is scarcest, would be %.0f %% full; fewer weight bits or lanes, or a smaller network, would help",
		c.LUT, c.FF, c.MemoryBits/1024, best.Board, best.Scarcest, 100*best.Full)
}

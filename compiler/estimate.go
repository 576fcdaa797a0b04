package compiler

import (
	"fmt"
	"strings"

	"github.com/snnc/snnc/ir"
)

// BoardEstimate is what a program is expected to take of one board.
type BoardEstimate struct {
	Board Board
	Cost  Cost
	// SinglePort is how many memories of one port the design is emitted for
	// (rtl.Options.SinglePort): the board's, where its block RAMs do not hold the
	// weights, else 0.
	SinglePort int
	// WithoutDSP says that products are made of LUTs, since the board has too
	// few DSPs.
	WithoutDSP bool
	program    *ir.Program
	hardware   Hardware
}

// EstimateOn estimates a program on a board of Boards, nil if there is no such board.
func EstimateOn(p *ir.Program, name string, h Hardware) *BoardEstimate {
	for _, b := range Boards {
		if b.Name == name {
			return b.estimate(p.Hardware(), h)
		}
	}
	return nil
}

func (b Board) estimate(p *ir.Program, h Hardware) *BoardEstimate {
	h.DSP = h.DSP && b.DSP > 0
	f := b.Family.with(h)
	e := &BoardEstimate{Board: b, Cost: f.Estimate(p, h), program: p, hardware: h}
	if e.Cost.Blocks+f.board.Blocks > b.Blocks && b.SPRAM > 0 {
		e.SinglePort = b.SPRAM
	}
	if e.Cost.DSP > b.DSP && !h.DSP {
		f, e.WithoutDSP = f.withoutDSP(), true
	}
	e.Cost = f.EstimateWith(p, h, e.SinglePort)
	e.Cost.add(f.board)
	e.Cost.LUT += int(f.alone * float64(e.Cost.FF))
	return e
}

// Features are what the coefficients of the estimate's family multiply, by their names, and "luts" and "ffs", what it
// adds by rules: the left side of a fit whose right side is what a build took (bench/fit.py).
func (e *BoardEstimate) Features() map[string]float64 {
	f := e.Board.Family.with(e.hardware)
	if e.WithoutDSP {
		f = f.withoutDSP()
	}
	sum := map[string]float64{"luts": float64(f.board.LUT), "ffs": float64(f.board.FF)}
	add := func(s structure) {
		for _, t := range append(s.pieces(&f.weigh), piece{"stages", s.stages, 0}) {
			if t.count != 0 {
				sum[t.name] += t.count
			}
		}
		sum["luts"], sum["ffs"] = sum["luts"]+float64(s.cost.LUT), sum["ffs"]+float64(s.ff)
	}
	add(f.system(e.program))
	for i, single := range e.program.SinglePort(e.SinglePort) {
		add(f.core(e.program, &e.program.Cores[i], e.hardware, single))
	}
	return sum
}

// hopeless is how far beyond a board an estimate must be to be believed.
const hopeless = 1.3

// Hopeless returns an error if no error of the estimate can make the program fit.
func (e *BoardEstimate) Hopeless() error {
	_, share, scarcest := e.Board.Fits(e.Cost)
	if share <= hopeless {
		return nil
	}
	return fmt.Errorf("the estimate (%s) is far beyond %s, whose %s would be %.0f %% full", e.Cost.text(), e.Board.Name, scarcest, 100*share)
}

func (c Cost) text() string {
	s := fmt.Sprintf("%d LUT, %d FF, %d block RAM", c.LUT, c.FF, c.Blocks)
	if c.SinglePort > 0 {
		s += fmt.Sprintf(", %d single-port RAM", c.SinglePort)
	}
	if c.DSP > 0 {
		s += fmt.Sprintf(", %d DSP", c.DSP)
	}
	return s
}

// Remedy says which options of snnc compile would make the program fit the board, by the
// estimate, and which boards it fits as it is.
func (e *BoardEstimate) Remedy() string {
	var parts []string
	if s := e.smaller(); s != "" {
		parts = append(parts, s)
	} else {
		parts = append(parts, "no choice of lanes, update lanes and weight bits makes the estimate fit this board: a smaller network would")
	}
	var boards []string
	for _, b := range Boards {
		if fits, _, _ := b.Fits(b.estimate(e.program, e.hardware).Cost); fits && b.Name != e.Board.Name {
			boards = append(boards, b.Name)
		}
	}
	if len(boards) > 0 {
		parts = append(parts, "as it is, it fits "+strings.Join(boards, ", "))
	}
	return strings.Join(parts, "; ")
}

// smaller looks for the change that costs the least: fewer update lanes, then
// fewer lanes, then fewer bits of a weight; of each choice first the whole design, then
// one whose memories the host neither reads nor writes.
func (e *BoardEstimate) smaller() string {
	lanes, update, bits := 1, 1, 2
	for i := range e.program.Cores {
		c := &e.program.Cores[i]
		lanes, update, bits = max(lanes, c.Lanes), max(update, c.Update), max(bits, c.WeightBits)
	}
	hardware := []Hardware{e.hardware}
	if small := (Hardware{NoReadback: true, NoRewrite: true, DSP: e.hardware.DSP}); small != e.hardware && e.program.Overlay == nil {
		hardware = append(hardware, small)
	}
	for b := bits; b >= 4; b-- {
		for l := lanes; l >= 1; l /= 2 {
			for u := min(update, l); u >= 1; u /= 2 {
				for _, h := range hardware {
					d := e.Board.estimate(resized(e.program, l, u, b), h)
					if fits, _, _ := e.Board.Fits(d.Cost); !fits {
						continue
					}
					var options []string
					if l != lanes {
						options = append(options, fmt.Sprintf("--lanes %d", l))
					}
					if u != update {
						options = append(options, fmt.Sprintf("--update-lanes %d", u))
					}
					if b != bits {
						options = append(options, fmt.Sprintf("--weight-bits %d", b))
					}
					if h != e.hardware {
						options = append(options, h.compileOptions()...)
					}
					if len(options) == 0 {
						continue // by the estimate it fits as it is, which did not help
					}
					return fmt.Sprintf("compiled with %s the estimate (%s) would fit", strings.Join(options, " "), d.Cost.text())
				}
			}
		}
	}
	return ""
}

// resized is a program whose cores have at most so many lanes and bits: good for
// an estimate and nothing else, since its images stay what they were.
func resized(p *ir.Program, lanes, update, bits int) *ir.Program {
	q := *p
	q.Cores = append([]ir.Core(nil), p.Cores...)
	for i := range q.Cores {
		c := &q.Cores[i]
		pixels := c.Groups / c.Blocks
		c.Lanes = min(c.Lanes, lanes)
		c.Update = min(c.Update, update, c.Lanes)
		c.Blocks = ceilDiv(c.Part.Channels, c.Lanes)
		c.Groups = pixels * c.Blocks
		if c.WeightBits > bits {
			c.AccBits -= c.WeightBits - bits
			c.WeightBits = bits
		}
	}
	return &q
}

package compiler

import "github.com/snnc/snnc/host/board"

// Board is what an FPGA board offers, for the question "does it fit?".
type Board struct {
	Name    string
	Family  *Family
	LUT, FF int
	Blocks  int // of Family.BlockBits
	DSP     int
	SPRAM   int // single-port RAMs of 256 kbit without initial contents
	Source  string
	MHz     float64 // clock of the core, unless snnc build is given another
	speed   *speed  // nil: no place and route that is known
}

// Boards in order of size: those of package board, where their figures are.
var Boards = boards()

func boards() []Board {
	families := map[string]*Family{}
	for _, f := range Families {
		families[f.Name] = f
	}
	var list []Board
	for _, b := range board.All() {
		m := b.Memory
		list = append(list, Board{Name: b.Name, Family: families[b.Family], LUT: m.LUT, FF: m.FF, Blocks: m.Blocks, DSP: m.DSP, SPRAM: m.SPRAM, Source: b.Source,
			MHz: b.Clock.CoreMHz, speed: speeds[b.Device+b.Speed]})
	}
	return list
}

// Fits tells whether a cost fits, the share of what is fullest, and its name.
func (b Board) Fits(c Cost) (bool, float64, string) {
	share, scarcest := 0., ""
	for _, r := range []struct {
		name       string
		need, have int
	}{{"LUT", c.LUT, b.LUT}, {"FF", c.FF, b.FF}, {"block RAM", c.Blocks, b.Blocks}, {"DSP", c.DSP, b.DSP}, {"single-port RAM", c.SinglePort, b.SPRAM}} {
		if r.need == 0 {
			continue
		}
		if s := float64(r.need) / float64(max(r.have, 1)); s > share {
			share, scarcest = s, r.name
		}
	}
	return share <= 1, share, scarcest
}

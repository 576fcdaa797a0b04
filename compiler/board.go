package compiler

// Board is what an FPGA board offers, for the question "does it fit?".
type Board struct {
	Name    string
	Family  *Family
	LUT, FF int
	Blocks  int // of Family.BlockBits
	DSP     int
	Source  string
}

// Boards in order of size. Figures are the vendors': Lattice FPGA-DS-02008
// (UP5K), FPGA-DS-02029 (HX8K), FPGA-DS-02012 (ECP5), Xilinx DS180/DS190. The
// single-port RAM of the UP5K does not count: it takes no initial contents,
// which weights have.
var Boards = []Board{
	{"icebreaker-up5k", ICE40, 5280, 5280, 30, 8, "Lattice iCE40 UltraPlus"},
	{"ice40-hx8k", ICE40, 7680, 7680, 32, 0, "Lattice iCE40 HX"},
	{"ecp5-25f", ECP5, 24288, 24288, 56, 28, "Lattice ECP5 LFE5U-25F"},
	{"arty-a7-35t", XC7, 20800, 41600, 100, 90, "Xilinx XC7A35T"},
	{"pynq-z2", XC7, 53200, 106400, 280, 220, "Xilinx XC7Z020"},
	{"ecp5-85f", ECP5, 83640, 83640, 208, 156, "Lattice ECP5 LFE5U-85F"},
}

// Fits tells whether a cost fits, the share of what is fullest, and its name.
func (b Board) Fits(c Cost) (bool, float64, string) {
	share, scarcest := 0., ""
	for _, r := range []struct {
		name       string
		need, have int
	}{{"LUT", c.LUT, b.LUT}, {"FF", c.FF, b.FF}, {"block RAM", c.Blocks, b.Blocks}, {"DSP", c.DSP, b.DSP}} {
		if r.need == 0 {
			continue
		}
		if s := float64(r.need) / float64(max(r.have, 1)); s > share {
			share, scarcest = s, r.name
		}
	}
	return share <= 1, share, scarcest
}

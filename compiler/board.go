package compiler

// Board is what an FPGA board offers, for the question "does it fit?".
type Board struct {
	Name       string
	LUT, FF    int
	MemoryBits int // block RAM, and single-port RAM where it can hold weights
	Source     string
}

// Boards in order of size. Figures are the vendors': Lattice FPGA-DS-02008
// (UP5K), FPGA-DS-02029 (HX8K), FPGA-DS-02012 (ECP5), Xilinx DS180/DS190.
var Boards = []Board{
	{"icebreaker-up5k", 5280, 5280, 30*4096 + 4*262144, "Lattice iCE40 UltraPlus"},
	{"ice40-hx8k", 7680, 7680, 32 * 4096, "Lattice iCE40 HX"},
	{"ecp5-25f", 24288, 24288, 56 * 18432, "Lattice ECP5 LFE5U-25F"},
	{"arty-a7-35t", 20800 * 2, 41600, 50 * 36864, "Xilinx XC7A35T (6-input LUTs counted as two)"},
	{"pynq-z2", 53200 * 2, 106400, 140 * 36864, "Xilinx XC7Z020 (6-input LUTs counted as two)"},
	{"ecp5-85f", 83640, 83640, 208 * 18432, "Lattice ECP5 LFE5U-85F"},
}

// Fits tells whether a cost fits, and the share of what is fullest.
func (b Board) Fits(c Cost) (bool, float64) {
	share := max(float64(c.LUT)/float64(b.LUT), float64(c.FF)/float64(b.FF), float64(c.MemoryBits)/float64(b.MemoryBits))
	return share <= 1, share
}

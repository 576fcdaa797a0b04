package regmap

// Offsets within the LEARN memory of a plastic core.
const (
	LearnCtrl      = 0x00
	LearnCommand   = 0x01
	LearnLoss      = 0x02
	LearnFactor    = 0x03
	LearnGateALo   = 0x04
	LearnGateAHi   = 0x05
	LearnGateB     = 0x06
	LearnGateShift = 0x07
	LearnPairs     = 0x08
	LearnGate      = 0x09
	LearnCycles    = 0x0A
	LearnCount     = 0x0B
	LearnSums      = 0x10  // five of two words
	LearnTable     = 0x400 // {silent, t_post - t_pre + T}: bits 9 and 8..0
	LearnSeeds     = 0x800 // one a lane
)

// Bits of LEARN.CTRL and LEARN.COMMAND.
const (
	LearnCapture     = 1 << 0
	LearnLast        = 1 << 1
	LearnSourceShift = 2

	LearnClear  = 1 << 0
	LearnEnd    = 1 << 1
	LearnRecord = 1 << 2
	LearnSweep  = 1 << 3
	LearnForget = 1 << 4
)

// LearnRegisters returns the plasticity unit's registers in order of their
// offsets in the LEARN memory.
func LearnRegisters() []Register {
	word := func(d string) []Field { return []Field{{"value", 31, 0, d}} }
	sum := func(name string, k int, d string) []Register {
		return []Register{
			{name + "_LO", LearnSums + 2*k, ReadOnly, "-", word(d + ", low word"), ""},
			{name + "_HI", LearnSums + 2*k + 1, ReadOnly, "-", word("high word"), ""},
		}
	}
	r := []Register{
		{"CTRL", LearnCtrl, WriteOnly, "0", []Field{
			{"source", 3, 2, "gate: 0 clamp((A + B·n) >> 8·GATE_SHIFT, 0, 8192), 1 the number 4096, 2 FACTOR"},
			{"last", 1, 1, "take a neuron's last spike, and 0 for a silent one, instead of its first"},
			{"capture", 0, 0, "listen to the core"},
		}, "Only capture has a value after reset."},
		{"COMMAND", LearnCommand, WriteOnly, "-", []Field{
			{"forget", 4, 4, "the next recorded sample is the first of the sums"},
			{"sweep", 3, 3, "with end: the update's last sample, change the weights"},
			{"record", 2, 2, "with end: add (n, LOSS) to the sums; without sweep, clear"},
			{"end", 1, 1, "the sample is over: count pairs, make its gate"},
			{"clear", 0, 0, "make all classes silent, begin a new update"},
		}, "STATUS.running is 1 until the unit is done. An end without record and sweep keeps the sample for the update's sweep. Clear once before the first sample."},
		{"LOSS", LearnLoss, WriteOnly, "-", []Field{{"value", 23, 0, "L of the sample, signed"}}, "Read by an end with record."},
		{"FACTOR", LearnFactor, WriteOnly, "-", []Field{{"value", 14, 0, "gate of the sample where CTRL.source is 2: signed, 12 fraction bits"}}, ""},
		{"GATE_A_LO", LearnGateALo, WriteOnly, "-", word("A and half of the last bit that the shift drops, signed, low word"), ""},
		{"GATE_A_HI", LearnGateAHi, WriteOnly, "-", word("high word"), ""},
		{"GATE_B", LearnGateB, WriteOnly, "-", word("B, signed"), ""},
		{"GATE_SHIFT", LearnGateShift, WriteOnly, "-", []Field{{"bytes", 2, 0, "0 to 5"}}, ""},
		{"PAIRS", LearnPairs, ReadOnly, "-", []Field{{"value", 23, 0, "n of the last sample"}}, ""},
		{"GATE", LearnGate, ReadOnly, "-", word("gate of the last sample, sign-extended"), ""},
		{"CYCLES", LearnCycles, ReadOnly, "-", word("cycles that the last command took"), ""},
		{"COUNT", LearnCount, ReadOnly, "0", []Field{{"value", 15, 0, "samples in the sums"}}, "At 65,535 no further sample is recorded."},
	}
	for k, s := range []struct{ name, of string }{{"SUM_N", "Σn"}, {"SUM_L", "ΣL, signed"}, {"SUM_NN", "Σn²"}, {"SUM_LL", "ΣL²"}, {"SUM_NL", "ΣnL, signed"}} {
		r = append(r, sum(s.name, k, s.of)...)
	}
	return r
}

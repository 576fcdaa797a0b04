package regmap

// Offsets within the LEARN memory of a plastic core.
const (
	LearnCtrl    = 0x00
	LearnCommand = 0x01
	LearnLoss    = 0x02
	LearnGateA   = 0x04
	LearnGateB   = 0x05
	LearnPairs   = 0x08
	LearnGate    = 0x09
	LearnCycles  = 0x0A
	LearnSums    = 0x20  // six of four 16-bit words
	LearnTable   = 0x400 // see TablePlace
	LearnSeeds   = 0x800 // one for 16 lanes
)

// Bits of LEARN.CTRL and LEARN.COMMAND.
const (
	LearnCapture = 1 << 0
	LearnLast    = 1 << 1
	LearnReward  = 1 << 2

	LearnLossSign = 1 << 24
	LearnNoSums   = 1 << 31 // in PAIRS

	LearnClear  = 1 << 0
	LearnEnd    = 1 << 1
	LearnRecord = 1 << 2
	LearnSweep  = 1 << 3
	LearnForget = 1 << 4
)

// TablePlace is where in LEARN_TABLE the entry of a pair lies whose neurons'
// steps differ by d = t_post − t_pre, for samples of so many steps; other: one
// of them is silent. Pairs that both fired are never steps apart.
func TablePlace(steps, d int, other bool) int {
	size := 4 // the power of two that holds 4·steps entries
	for size < 4*steps {
		size *= 2
	}
	place := (d + steps - 1) & (size - 1)
	if other {
		place ^= size / 2
	}
	return place
}

// LearnRegisters returns the plasticity unit's registers in order of their
// offsets in the LEARN memory.
func LearnRegisters() []Register {
	word := func(d string) []Field { return []Field{{"value", 31, 0, d}} }
	sum := func(name string, k int, d string) []Register {
		return []Register{
			{name, LearnSums + 4*k, ReadOnly, "-", []Field{{"value", 15, 0, d + ", bits 15 to 0; the next three registers hold the others"}}, ""},
		}
	}
	r := []Register{
		{"CTRL", LearnCtrl, WriteOnly, "0", []Field{
			{"reward", 2, 2, "clamp the gate to −8192 and not to 0: GATE_A is a reward, written before the end of every sample"},
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
		{"LOSS", LearnLoss, WriteOnly, "-", []Field{{"negative", 24, 24, "L is below 0"}, {"size", 23, 0, "|L| of the sample"}}, "Read by an end with record; stays until the next."},
		{"GATE_A", LearnGateA, WriteOnly, "-", []Field{{"value", 27, 0, "A with 16 fraction bits, and 8 for the rounding, signed"}}, "The gate is clamp((⌊B·n / 2^NB⌋ + A) >> 4, 0, 8192), NB the bits of N_pre·N_post, at least 2."},
		{"GATE_B", LearnGateB, WriteOnly, "-", []Field{{"value", 27, 0, "B, signed"}}, ""},
		{"PAIRS", LearnPairs, ReadOnly, "-", []Field{{"no_sums", 31, 31, "nothing was recorded since reset or forget: the sums hold anything"}, {"value", 24, 0, "n of the last sample"}}, ""},
		{"GATE", LearnGate, ReadOnly, "-", word("gate of the last sample, sign-extended"), ""},
		{"CYCLES", LearnCycles, ReadOnly, "-", word("cycles that the last command took"), ""},
	}
	for k, s := range []struct{ name, of string }{{"SUM_N", "Σn"}, {"SUM_L", "ΣL, signed"}, {"SUM_NN", "Σn²"}, {"SUM_LL", "ΣL²"}, {"SUM_NL", "ΣnL, signed"}, {"SUM_1", "samples in the sums"}} {
		r = append(r, sum(s.name, k, s.of)...)
	}
	return r
}

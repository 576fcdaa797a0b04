package compiler

// ICE40 is Lattice's iCE40 as synth_ice40 maps to it: no DSP unless asked
// to, no LUT memory.
var ICE40 = &Family{Name: "ice40", BlockBits: 4096, asked: 16,
	shapes: []shape{{16, 256, 1, 64, 1, 0}, {8, 512, 8, 64, 1, 0}, {4, 1024, 4, 64, 1, 0}, {2, 2048, 2, 64, 1, 0}},
	weigh: weights{lane: 0.89, operand: 0.75, turn: 0.69, shown: 1.16, reads: 0.44, deep: 0.99, valid: 1.92, neuron: 9.25, product: 1.51, writer: 1.00, word: 3.24,
		window: 2.93, router: 2.46, core: 109, system: 432, pipeline: 4.92, windowFF: 7.46, coreFF: 46.44, systemFF: 251},
	alone: 0.54, board: Cost{LUT: 514, FF: 323, Blocks: 4, MemoryBits: 16384}}

// ECP5 is Lattice's ECP5 as synth_ecp5 maps to it and nextpnr packs it: a LUT memory takes six LUTs, with
// those of its write port.
var ECP5 = &Family{Name: "ecp5", BlockBits: 18432, dsp: 18,
	shapes: []shape{{4, 16, 4, 4, 0, 6}, {36, 512, 36, 128, 1, 0}, {18, 1024, 9, 128, 1, 0}, {9, 2048, 9, 128, 1, 0}, {4, 4096, 4, 128, 1, 0}, {2, 8192, 2, 128, 1, 0}, {1, 16384, 1, 128, 1, 0}},
	weigh: weights{lane: 1.90, operand: 0.59, turn: 0.87, shown: 1.48, reads: 1.03, deep: 0.73, valid: 2.97, neuron: 9.59, product: 4.68, writer: 0.55, word: 4.33,
		window: 4.96, router: 0.87, core: 205, system: 565, pipeline: 3.75, windowFF: 10.16, coreFF: 137, systemFF: 179},
	board: Cost{LUT: 724, FF: 323, Blocks: 1, MemoryBits: 16384}}

// XC7 is Xilinx's series 7 as synth_xilinx maps to it; block RAMs are counted in
// halves of 18 kbit.
var XC7 = &Family{Name: "xc7", BlockBits: 18432, dsp: 25,
	shapes: []shape{{6, 32, 6, 8, 0, 4}, {3, 64, 3, 8, 0, 4}, {36, 512, 9, 129, 1, 0}, {18, 1024, 9, 129, 1, 0}, {9, 2048, 9, 129, 1, 0}, {4, 4096, 4, 129, 1, 0}, {2, 8192, 2, 129, 1, 0}, {1, 16384, 1, 129, 1, 0},
		{72, 512, 9, 257, 2, 0}, {36, 1024, 9, 257, 2, 0}, {18, 2048, 9, 257, 2, 0}, {9, 4096, 9, 257, 2, 0}, {4, 8192, 4, 257, 2, 0}, {2, 16384, 2, 257, 2, 0}, {1, 32768, 1, 257, 2, 0}},
	weigh: weights{lane: 1.11, operand: 0.47, turn: 0.48, shown: 0.56, reads: 0.47, deep: 0.54, valid: 1.51, neuron: 4.66, product: 2.01, writer: 0.89, word: 3.37,
		window: 3.13, router: 1.87, core: 155, system: 513, pipeline: 4.06, windowFF: 11.81, coreFF: 76, systemFF: 164},
	board: Cost{LUT: 383, FF: 323, Blocks: 1, MemoryBits: 16384}}

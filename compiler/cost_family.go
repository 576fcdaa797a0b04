package compiler

// ICE40 is Lattice's iCE40 as synth_ice40 maps to it: no DSP unless asked
// to, no LUT memory.
var ICE40 = &Family{Name: "ice40", BlockBits: 4096, asked: 16,
	shapes: []shape{{16, 256, 1, 64, 1, 0}, {8, 512, 8, 64, 1, 0}, {4, 1024, 4, 64, 1, 0}, {2, 2048, 2, 64, 1, 0}},
	weigh: weights{lane: 0.92, operand: 0.78, turn: 0.71, shown: 1.54, deep: 0.91, valid: 1.80, neuron: 8.97, product: 1.54, writer: 1.12, word: 3.44,
		window: 2.92, router: 2.46, core: 112, system: 454, pipeline: 4.85, windowFF: 5.99, coreFF: 48.65, systemFF: 286},
	alone: 0.54, board: Cost{LUT: 514, FF: 323, Blocks: 4, MemoryBits: 16384}}

// ECP5 is Lattice's ECP5 as synth_ecp5 maps to it and nextpnr packs it: a LUT memory takes six LUTs, with
// those of its write port.
var ECP5 = &Family{Name: "ecp5", BlockBits: 18432, dsp: 18,
	shapes: []shape{{4, 16, 4, 4, 0, 6}, {36, 512, 36, 128, 1, 0}, {18, 1024, 9, 128, 1, 0}, {9, 2048, 9, 128, 1, 0}, {4, 4096, 4, 128, 1, 0}, {2, 8192, 2, 128, 1, 0}, {1, 16384, 1, 128, 1, 0}},
	weigh: weights{lane: 1.50, operand: 0.74, turn: 0.85, shown: 1.43, deep: 0.60, valid: 3.01, neuron: 9.16, product: 4.69, writer: 0.73, word: 5.60,
		window: 4.72, router: 1.26, core: 303, system: 884, pipeline: 3.87, windowFF: 7.07, coreFF: 152, systemFF: 247},
	board: Cost{LUT: 724, FF: 323, Blocks: 1, MemoryBits: 16384}}

// XC7 is Xilinx's series 7 as synth_xilinx maps to it; block RAMs are counted in
// halves of 18 kbit.
var XC7 = &Family{Name: "xc7", BlockBits: 18432, dsp: 25,
	shapes: []shape{{6, 32, 6, 8, 0, 4}, {3, 64, 3, 8, 0, 4}, {36, 512, 9, 129, 1, 0}, {18, 1024, 9, 129, 1, 0}, {9, 2048, 9, 129, 1, 0}, {4, 4096, 4, 129, 1, 0}, {2, 8192, 2, 129, 1, 0}, {1, 16384, 1, 129, 1, 0},
		{72, 512, 9, 257, 2, 0}, {36, 1024, 9, 257, 2, 0}, {18, 2048, 9, 257, 2, 0}, {9, 4096, 9, 257, 2, 0}, {4, 8192, 4, 257, 2, 0}, {2, 16384, 2, 257, 2, 0}, {1, 32768, 1, 257, 2, 0}},
	weigh: weights{lane: 1.12, operand: 0.47, turn: 0.50, shown: 0.55, deep: 0.49, valid: 1.51, neuron: 4.78, product: 2.01, writer: 0.89, word: 3.67,
		window: 3.27, router: 1.87, core: 176, system: 594, pipeline: 4.09, windowFF: 7.21, coreFF: 94, systemFF: 255},
	board: Cost{LUT: 383, FF: 323, Blocks: 1, MemoryBits: 16384}}

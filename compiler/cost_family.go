package compiler

// ICE40 is Lattice's iCE40 as synth_ice40 maps to it: no DSP, no LUT memory.
var ICE40 = &Family{Name: "ice40", BlockBits: 4096,
	shapes: []shape{{16, 256, 1, 64, 1, 0}, {8, 512, 8, 64, 1, 0}, {4, 1024, 4, 64, 1, 0}, {2, 2048, 2, 64, 1, 0}},
	weigh: weights{lane: 1.28, operand: 1.15, turn: 0.91, shown: 1.07, deep: 0.95, neuron: 7.74, product: 0.91, writer: 1.05, core: 1309,
		router: 2.46, system: 1048, pipeline: 3.71, coreFF: 389, systemFF: 375},
	board: Cost{LUT: 514, FF: 323, Blocks: 4, MemoryBits: 16384}}

// ECP5 is Lattice's ECP5 as synth_ecp5 maps to it.
var ECP5 = &Family{Name: "ecp5", BlockBits: 18432, dsp: 18,
	shapes: []shape{{4, 16, 4, 4, 0, 4}, {36, 512, 36, 128, 1, 0}, {18, 1024, 9, 128, 1, 0}, {9, 2048, 9, 128, 1, 0}, {4, 4096, 4, 128, 1, 0}, {2, 8192, 2, 128, 1, 0}, {1, 16384, 1, 128, 1, 0}},
	weigh: weights{lane: 1.51, operand: 1.53, turn: 0.88, shown: 1.27, deep: 1.7, neuron: 8.09, product: 1.83, writer: 1.29, core: 1066,
		router: 3.38, system: 1097, pipeline: 3.73, coreFF: 464, systemFF: 243},
	board: Cost{LUT: 724, FF: 323, Blocks: 1, MemoryBits: 16384}}

// XC7 is Xilinx's series 7 as synth_xilinx maps to it; block RAMs are counted in
// halves of 18 kbit.
var XC7 = &Family{Name: "xc7", BlockBits: 18432, dsp: 24,
	shapes: []shape{{6, 32, 6, 8, 0, 4}, {3, 64, 3, 8, 0, 4}, {36, 512, 9, 129, 1, 0}, {18, 1024, 9, 129, 1, 0}, {9, 2048, 9, 129, 1, 0}, {4, 4096, 4, 129, 1, 0}, {2, 8192, 2, 129, 1, 0}, {1, 16384, 1, 129, 1, 0},
		{72, 512, 9, 257, 2, 0}, {36, 1024, 9, 257, 2, 0}, {18, 2048, 9, 257, 2, 0}, {9, 4096, 9, 257, 2, 0}, {4, 8192, 4, 257, 2, 0}, {2, 16384, 2, 257, 2, 0}, {1, 32768, 1, 257, 2, 0}},
	weigh: weights{lane: 1.23, operand: 0.51, turn: 0.54, shown: 0.55, deep: 0.41, neuron: 3.74, product: 2.01, writer: 0.95, core: 769,
		router: 1.87, system: 668, pipeline: 2.72, coreFF: 526, systemFF: 305},
	board: Cost{LUT: 383, FF: 323, Blocks: 1, MemoryBits: 16384}}

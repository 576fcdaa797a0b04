package compiler

// ICE40 is Lattice's iCE40 as synth_ice40 maps to it: no DSP, no LUT memory.
var ICE40 = &Family{Name: "ice40", BlockBits: 4096,
	shapes: []shape{{16, 256, 1, 64, 1, 0}, {8, 512, 8, 64, 1, 0}, {4, 1024, 4, 64, 1, 0}, {2, 2048, 2, 64, 1, 0}},
	weigh: weights{lane: 1.34, operand: 1.22, turn: 0.93, shown: 1.15, deep: 0.95, neuron: 13.09, product: 1.02, writer: 1.09, core: 194,
		router: 2.46, system: 522, pipeline: 4.75, coreFF: 92, systemFF: 424},
	alone: 0.54, board: Cost{LUT: 514, FF: 323, Blocks: 4, MemoryBits: 16384}}

// ECP5 is Lattice's ECP5 as synth_ecp5 maps to it.
var ECP5 = &Family{Name: "ecp5", BlockBits: 18432, dsp: 18,
	shapes: []shape{{4, 16, 4, 4, 0, 4}, {36, 512, 36, 128, 1, 0}, {18, 1024, 9, 128, 1, 0}, {9, 2048, 9, 128, 1, 0}, {4, 4096, 4, 128, 1, 0}, {2, 8192, 2, 128, 1, 0}, {1, 16384, 1, 128, 1, 0}},
	weigh: weights{lane: 1.47, operand: 1.47, turn: 0.87, shown: 1.21, deep: 1.27, neuron: 3.36, product: 1.83, writer: 1.16, core: 391,
		router: 3.38, system: 683, pipeline: 4.61, coreFF: 95, systemFF: 475},
	board: Cost{LUT: 724, FF: 323, Blocks: 1, MemoryBits: 16384}}

// XC7 is Xilinx's series 7 as synth_xilinx maps to it; block RAMs are counted in
// halves of 18 kbit.
var XC7 = &Family{Name: "xc7", BlockBits: 18432, dsp: 25,
	shapes: []shape{{6, 32, 6, 8, 0, 4}, {3, 64, 3, 8, 0, 4}, {36, 512, 9, 129, 1, 0}, {18, 1024, 9, 129, 1, 0}, {9, 2048, 9, 129, 1, 0}, {4, 4096, 4, 129, 1, 0}, {2, 8192, 2, 129, 1, 0}, {1, 16384, 1, 129, 1, 0},
		{72, 512, 9, 257, 2, 0}, {36, 1024, 9, 257, 2, 0}, {18, 2048, 9, 257, 2, 0}, {9, 4096, 9, 257, 2, 0}, {4, 8192, 4, 257, 2, 0}, {2, 16384, 2, 257, 2, 0}, {1, 32768, 1, 257, 2, 0}},
	weigh: weights{lane: 1.27, operand: 0.52, turn: 0.55, shown: 0.57, deep: 0.41, neuron: 5.11, product: 2.01, writer: 0.99, core: 229,
		router: 1.87, system: 353, pipeline: 4.35, coreFF: 128, systemFF: 313},
	board: Cost{LUT: 383, FF: 323, Blocks: 1, MemoryBits: 16384}}

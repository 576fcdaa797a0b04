// Package flow takes an emitted design to a board's bitstream with open tools:
// Yosys, nextpnr and the family's packer; or, for boards whose devices they do
// not place, to a project for the vendor's tool. It also gives the sources that
// run a build under Verilator: the synthesised netlist, and the bitstream read
// back into logic.
//
// It is no synthesiser and knows no network: it reads the Verilog and images in
// a design's directory, as every other tool does.
//
// Invariants: the same sources, board, options and tools give the same bytes,
// with no date and no path in them; a build is whole or not there; what tools
// print is kept in files beside the bitstream.
package flow

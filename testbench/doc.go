// Package testbench holds a self-checking testbench for each module of the
// Verilog library, tb_NAME.v for rtl/lib/snnc_NAME.v, and the Go test that runs
// them under Icarus Verilog and Verilator over many parameter sets. It has no Go
// code for other packages; the testbench of a whole design is rtl.Testbench.
//
// A bench is plain Verilog-2005, drives corner cases and seeded random stimuli,
// and compares every output of every cycle with a behavioural model of its own
// or, for the arithmetic, with vectors from package numerics. It prints one
// line, PASS or FAIL with the first difference: where, what, found, expected.
//
// By hand, in this folder; parameters are those at the head of the bench:
//
//	iverilog -g2005 -I../rtl/lib -Ptb_fifo.DEPTH=17 -s tb_fifo -o fifo.vvp tb_fifo.v ../rtl/lib/*.v && vvp -n fifo.vvp
//	verilator --binary --timing -I../rtl/lib -Wno-WIDTH -GDEPTH=17 --top-module tb_fifo tb_fifo.v ../rtl/lib/*.v && obj_dir/Vtb_fifo
//
// tb_neuron and tb_update need vectors: SNNC_TESTBENCH=DIR go test writes them,
// and a top level top.v with all benches and parameter sets, to DIR.
//
// Invariants: a bench never looks inside its module, and it can fail: for each
// module the test breaks the text in a copy and the bench must notice.
package testbench

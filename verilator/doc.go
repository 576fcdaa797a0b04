// Package verilator builds Verilated models of emitted designs, runs them in a
// process of their own, and compares them with the simulator cycle by cycle.
//
//	Build    design directory -> executable, cached by content
//	Process  the executable behind a pipe: a host.Bus and a stream of events
//	Runner   samples through host.Device on a Process
//	Verify   the same samples through package sim and through the RTL, the
//	         first difference with its address, and waves (FST, VCD) around it
//
// The model is driven through its host bus alone, as a board is; the trace
// ports (macro SNNC_TRACE) are observed and never driven. Nothing here knows
// how a core works: what a design should do is asked of package sim.
//
// Invariants: an executable depends on Verilog, harness, tools and flags, never
// on memory images, which the process reads from the design directory; a
// process that dies takes no other down and its last words are in the error.
package verilator

// Package sim executes an ir.Program: spikes, membranes and memories of every
// core, and the cycle of every event, as docs/machine.md fixes them.
//
//	machine.go   one inference, tick by tick
//	core.go      one tick of a core, its cycles in closed form   (machine.md section 3)
//	image.go     what is prepared of a core once
//	planes.go    packing and walking graded inputs eight at a time
//	rows.go      the inner loop: adding packed weight rows       (numerics.md section 2)
//	network.go   sending, and what bus and mesh share            (sections 4, 5)
//	bus.go, mesh.go   the networks, event driven, exact to the cycle
//	check.go     what New refuses
//	observer.go, vcd.go   events for comparison and for people
//
// It shares no code with the Verilog: their agreement is a test result. It
// knows nothing of how the program was found, and does not round: package
// numerics does.
//
// Invariants: cycles and results depend on the program and the stimulus alone;
// a sample's do not depend on the samples before it; New refuses every program
// on which the closed form and the machine could differ.
package sim

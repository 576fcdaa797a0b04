// Package ir holds the forms a network takes on its way to hardware.
//
//	Graph    typed network graph, close to NIR: nodes, edges, weights in float     (importers make it)
//	Network  discrete-time populations and projections, float and then integers    (compiler front end)
//	Program  core-mapped: cores, segments, memory images, routes, schedule          (compiler back end)
//
// A Program is all that the simulator, the RTL emitter and the host need.
// rules.go, network_rules.go and graph_rules.go list every invariant, one line
// and one function each; docs/program.md has the program's as a table.
//
// The package holds data, validation, serialisation and text forms. It does
// no arithmetic of the machine (package numerics does), makes no decision (the
// compiler does) and imports nothing else of ours.
//
// Invariants: Validate accepts a value if and only if every consumer may rely
// on it without further checks; serialised bytes depend on the value alone.
package ir

// Package host drives a machine over its host bus: it identifies the design,
// loads and reads memories, runs samples and collects what leaves the network.
//
// A Device is written against Bus alone and cannot tell a board from its
// Verilated model. It knows the register map (package regmap) and the packing
// of docs/machine.md sections 2 and 7; it has no transport of its own and
// computes nothing that the machine computes.
//
// Invariants: a Bus executes operations in order; a Device brings
// the machine to rest, and its event FIFO to emptiness, before the first run and
// after one that failed; no result depends on how a run was cut into chunks of ticks.
package host

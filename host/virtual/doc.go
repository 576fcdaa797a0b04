// Package virtual serves boards that are models: a Verilated design, netlist or
// read-back bitstream with a serial line at its pins, behind TCP or a
// pseudo-terminal. A host's driver cannot tell them from boards.
//
// It carries bytes and does not look at them. Like a board, a model goes on
// when its host goes, keeps what was loaded into it, and takes the next host.
package virtual

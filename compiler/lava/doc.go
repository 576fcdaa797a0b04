// Package lava reads the networks that Lava-dl exports for Loihi (.net, HDF5)
// and gives them the integers that Loihi computes with. It needs no Lava.
//
// It is not for training, not for Lava processes, and it never rounds: a file
// whose numbers are not the integers of the chip is refused. The networks go
// to compiler.Map, not to compiler.Compile: there is nothing to quantise.
//
// Invariants: every population has its integers (Q) with Unit 1, so that the
// real membrane is Loihi's integer; the real fields mean exactly what the
// integers mean, but for the rounding of the leak, which only integers have.
// What the package does not understand it names and refuses.
package lava

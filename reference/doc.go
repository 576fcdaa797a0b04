// Package reference executes an ir.Network layer by layer, without cores,
// ticks or a network between them: Float in float64 as the file means it, and
// Fixed in the integers that the quantise pass chose. They are the first two
// executions that every other one is compared with.
//
// A population at step t reads the spikes that its sources made at the same
// step t (zero-delay layer order) and the inputs of step t.
//
// The package maps nothing, quantises nothing and has no clock. All rounding
// of Fixed is in package numerics; Float follows docs/numerics.md section 6.
//
// Invariants: a result depends on the network and the stimulus alone, bit for
// bit, on every architecture; New* refuses whatever Run could not execute.
package reference

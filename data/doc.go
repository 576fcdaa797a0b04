// Package data holds labelled sets of samples, and turns a sample into the
// integers that a network is fed over its steps.
//
// [Open] finds and reads a set (docs/data.md lists names and layouts);
// [NewEncoder] binds one of the input codes to it: direct,
// rate, latency, frames or rows. Everything after that (float reference,
// simulator, RTL, board) sees the same [ir.Frames].
//
// The package does not shuffle, normalise or download anything; package augment
// augments.
//
// Invariants:
//   - a sample's elements stay as the file had them, bytes as bytes; the real
//     value of an element is the element times the set's scale;
//   - the encoded form of a sample depends on the set, the sample's index and the
//     encoder's options, never on which samples were encoded before it;
//   - the digest of a set depends on its content and on nothing else: not on the
//     format, compression, name or place of its files.
package data

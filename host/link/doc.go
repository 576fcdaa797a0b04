// Package link is the host's side of the serial link (docs/link.md): frames
// with sequence numbers and CRC over any line of bytes, retried until they are
// answered. A Conn is a host.Bus, so the driver that runs samples on a model
// through a pipe runs them on a board through a cable.
//
// It knows bytes, frames and bursts of words; it does not know what the words
// mean, save the register that says whether the machine runs.
//
// Invariants: what a batch writes is written once and in order, or the batch
// ends with an error; what it reads was read after everything before it was
// done. A line that loses, doubles or changes bytes costs time and nothing else.
package link

// Package dassdp is the learning rule DA-SSDP (arXiv 2512.07194) and the other
// three-factor rules that the plasticity unit runs from tables and flags, in
// float64 and in the integers of the hardware.
//
// rule.go       a rule: kernel tables, latency flag, gate source; the presets
// capture.go    what a sample leaves behind: latencies, flags, synchrony
// gate.go       the gate 1 + k(S − µ)/σ and its fit
// warmup.go     warm-up records (float) and exact integer sums (hardware)
// float.go      Δw in float64; Kernel for update after update
// fixed.go      the same update as the unit does it, by package numerics
//
// It is not a simulator: cycles, buses and memories are elsewhere. docs/dassdp.md
// describes the rule and the contract with the hardware.
//
// Invariants: weights and Δw are [N_post][N_pre] in one slice, post-major;
// latencies are 0..T−1, T for a silent neuron; equal arguments give equal bits;
// no [batch][N_post][N_pre] value is ever held.
package dassdp

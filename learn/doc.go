// Package learn runs on-chip learning on any execution of a program that has
// a plasticity unit: the simulator, the Verilated RTL, a board. It makes the
// unit's configuration from a rule, runs episodes (warm-up, fit, updates) and
// compares two executions while they learn.
//
// It holds no arithmetic of the rule (package dassdp) and no bus (package
// host). Invariant: an episode's result depends on the program, the data, the
// configuration and the seed alone, not on the execution.
package learn

// Package rtl turns a program into a Verilog design: a library of modules
// written by hand (lib/*.v, Verilog-2005) and a top level that instantiates
// them with the program's parameters and memory images.
//
// It is no compiler: it decides nothing, sizes nothing and prints no logic. It
// knows nothing of package sim; that both do the same, cycle by cycle, is what
// package verilator tests (docs/machine.md says what it is).
//
// Invariants: a design depends on the program and the options alone, with no
// date and no path in it; what the modules rely on is checked before a line is
// printed, and an illegal parameter stops elaboration all the same.
package rtl

// Package regmap describes the host's view of the machine once: control
// registers, address regions, memories behind the window (docs/machine.md,
// section 7). The Go constants below are what drivers use; gen.go prints the
// same description as the Verilog header rtl/lib/snnc_regs.vh and as the page
// docs/registers.md, and a test fails when either is out of date.
//
// It is no driver: it moves no data and knows no transport.
//
// Invariants: names and offsets are unique, fields of a register do not
// overlap, a write-only or read-only bit is marked by the register's access.
package regmap

//go:generate go run ./gen ../..

package dassdp

import "golang.org/x/sys/cpu"

// hasVectors tells whether addEightLanes can run here, hasWide the same of
// gatedLanes. They give the bits of the Go code that they stand for.
var hasVectors, hasWide = cpu.X86.HasAVX2, cpu.X86.HasAVX512F

// addEightLanes is addEight for n values, a positive multiple of 4.
//
//go:noescape
func addEightLanes(dst *float64, rows *[blockSamples]*float64, n int)

// gatedLanes is gated for n values, a positive multiple of 8, of up to 16 classes.
//
//go:noescape
func gatedLanes(dst, table *float64, gate float64, class *uint8, n int)

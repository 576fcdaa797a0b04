package trainer

import "golang.org/x/sys/cpu"

// hasVectors tells whether the functions of the .s files can run here. They give
// the bits of the Go code that they stand for.
var hasVectors = cpu.X86.HasAVX2

// hasWide tells whether tile32 can, too.
var hasWide = cpu.X86.HasAVX512F

// tile32 does four rows of 32 columns.
//
//go:noescape
func tile32(t *tile)

// tile16 does four rows of 16 columns, tile8 those of up to 8 that the mask has.
//
//go:noescape
func tile16(t *tile)

//go:noescape
func tile8(t *tile)

// stepLanes and backLanes take n neurons, a positive multiple of 8, a step
// forwards and backwards.
//
//go:noescape
func stepLanes(s *lanes, n int, atLeast bool)

//go:noescape
func backLanes(s *lanes, n int, half, k float32, add bool)

// addLanes adds n values, a positive multiple of 8.
//
//go:noescape
func addLanes(dst, src *float32, n int)

// classLanes writes the class of n neurons, a positive multiple of 8, and returns
// how many fired: that of the first step of T (or the last) whose value has a bit
// set, T where none has. A step's values lie stride bytes behind those of the step
// before.
//
//go:noescape
func classLanes(class *uint8, v *float32, n, T, stride int, last bool) int

package numerics

import "golang.org/x/sys/cpu"

// hasVectors tells whether updateVectors can run here.
var hasVectors = cpu.X86.HasAVX2

// updateVectors takes n neurons a step on, a multiple of 4 up to 64, and
// returns which exceeded their thresholds.
//
//go:noescape
func updateVectors(k *kernel, n int) uint64

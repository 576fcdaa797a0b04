//go:build !amd64

package numerics

const hasVectors = false

func updateVectors(*kernel, int) uint64 { panic("numerics: no vector instructions here") }

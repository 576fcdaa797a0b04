package numerics

import "math/bits"

// Max returns the largest signed integer of a width of 1..64 bits.
func Max(width int) int64 { return int64(uint64(1)<<(width-1) - 1) }

// Min returns the smallest signed integer of a width of 1..64 bits.
func Min(width int) int64 { return -Max(width) - 1 }

// Saturate returns the nearest value to x that a signed integer of width bits
// (1..64) can hold.
func Saturate(width int, x int64) int64 {
	return min(max(x, Min(width)), Max(width))
}

// QMax returns the largest magnitude of a weight of width bits (2..16).
// Weights are symmetric: −QMax..QMax, so that a weight and its negative both exist.
func QMax(width int) int32 { return int32(1)<<(width-1) - 1 }

// BitsFor returns the smallest width of a signed integer that holds every
// value of lo..hi: 1 for −1..0, 2 for 0..1, 64 at most.
func BitsFor(lo, hi int64) int {
	return 1 + max(magnitudeBits(lo), magnitudeBits(hi))
}

// magnitudeBits counts the bits below the sign that x needs.
func magnitudeBits(x int64) int { return bits.Len64(uint64(x ^ x>>63)) }

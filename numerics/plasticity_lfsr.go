package numerics

import mathbits "math/bits"

// lfsrTaps are the taps 32, 22, 2, 1 of a Galois register of full period.
const lfsrTaps = 0x80200003

// LFSR is the random source of LFSRLanes lanes: 32 bits, Galois, shifting right,
// 16 shifts a draw. 16 is coprime to the period 2^32 − 1, so the draws have that
// period too. Never zero.
type LFSR uint32

// LFSRLanes is how many lanes draw from one register, and lfsrShifts how far it
// moves between two draws.
const (
	LFSRLanes  = 16
	lfsrShifts = 16
)

// Registers is the number of registers of so many lanes.
func Registers(lanes int) int { return (lanes + LFSRLanes - 1) / LFSRLanes }

// lfsrLeap[k] is what 16 shifts make of bits k·8..k·8+7 of the low half.
var lfsrLeap = func() (t [2][256]uint32) {
	for k := range t {
		for v := range t[k] {
			s := uint32(v) << (8 * k)
			for range lfsrShifts {
				s = s>>1 ^ -(s&1)&lfsrTaps
			}
			t[k][v] = s
		}
	}
	return t
}()

// StartLFSR returns the start of register k under a seed: a 32-bit finaliser
// (xor-shift and odd multiplications) of seed + 0x9E3779B9·(k+1), 1 where that
// gives 0. The host computes it and writes it.
func StartLFSR(seed uint32, k int) LFSR {
	x := seed + 0x9E3779B9*uint32(k+1)
	x = (x ^ x>>16) * 0x85EBCA6B
	x = (x ^ x>>13) * 0xC2B2AE35
	x ^= x >> 16
	if x == 0 {
		x = 1
	}
	return LFSR(x)
}

// Lane returns what a lane draws: RandomBits bits from bit 2·(lane mod 16) up,
// cyclically.
func (l LFSR) Lane(lane int) uint16 {
	return uint16(mathbits.RotateLeft32(uint32(l), -2*(lane%LFSRLanes)) & (1<<RandomBits - 1))
}

// Next shifts 16 times: once all lanes have drawn.
func (l *LFSR) Next() {
	s := uint32(*l)
	*l = LFSR(s>>16 ^ lfsrLeap[0][s&0xFF] ^ lfsrLeap[1][s>>8&0xFF])
}

// Skip goes n draws ahead: the register is linear, so they are a power of
// one 32 × 32 bit matrix.
func (l *LFSR) Skip(n uint64) {
	var m [32]uint32 // images of the unit vectors under a draw
	for i := range m {
		x := LFSR(1) << i
		x.Next()
		m[i] = uint32(x)
	}
	apply := func(v uint32) (out uint32) {
		for i := range m {
			out ^= m[i] & -(v >> i & 1)
		}
		return out
	}
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			*l = LFSR(apply(uint32(*l)))
		}
		var square [32]uint32
		for i := range m {
			square[i] = apply(m[i])
		}
		m = square
	}
}

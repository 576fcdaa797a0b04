package numerics

// lfsrTaps are the taps 32, 22, 2, 1 of a Galois register of full period.
const lfsrTaps = 0x80200003

// LFSR is the random source of one lane: 32 bits, Galois, shifting right, 16
// shifts a draw. 16 is coprime to the period 2^32 − 1, so the draws have that
// period too, and consecutive draws share no bits. Never zero.
type LFSR uint32

// lfsrLeap[k] is what 16 shifts make of bits k·8..k·8+7 of the low half.
var lfsrLeap = func() (t [2][256]uint32) {
	for k := range t {
		for v := range t[k] {
			s := uint32(v) << (8 * k)
			for range RandomBits {
				s = s>>1 ^ -(s&1)&lfsrTaps
			}
			t[k][v] = s
		}
	}
	return t
}()

// LaneLFSR returns the start of a lane's register under a seed: a 32-bit
// finaliser (xor-shift and odd multiplications) of seed + 0x9E3779B9·(lane+1),
// 1 where that gives 0. The host computes it and writes it.
func LaneLFSR(seed uint32, lane int) LFSR {
	x := seed + 0x9E3779B9*uint32(lane+1)
	x = (x ^ x>>16) * 0x85EBCA6B
	x = (x ^ x>>13) * 0xC2B2AE35
	x ^= x >> 16
	if x == 0 {
		x = 1
	}
	return LFSR(x)
}

// Draw returns the low 16 bits and then shifts 16 times.
func (l *LFSR) Draw() uint16 {
	s := uint32(*l)
	*l = LFSR(s>>16 ^ lfsrLeap[0][s&0xFF] ^ lfsrLeap[1][s>>8&0xFF])
	return uint16(s)
}

// Skip makes n draws at once: the register is linear, so they are a power of
// one 32 × 32 bit matrix.
func (l *LFSR) Skip(n uint64) {
	var m [32]uint32 // images of the unit vectors under a draw
	for i := range m {
		x := LFSR(1) << i
		x.Draw()
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

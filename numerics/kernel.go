package numerics

// kernel is the inner loop of UpdateAll: what a model is to it, and where the
// neurons lie. The assembly reads it.
type kernel struct {
	v, acc, decay, bias, threshold *int32 // of updateVectors

	frac      uint64 // F
	decayBits uint64 // DB
	round     int64  // half + 2^62
	half      int64
	lower     int64
	back      int64 // 2^62 >> DB
	lo, hi    int64 // range of a state
	strict    int64 // v >= θ is v > θ−1 on integers
	delayed   int64 // −1: thresholds that were passed come off, 0: not
}

// set makes a leak of a product p = v·d without looking at its sign:
// (p + half + (p < 0 ? lower : 0)) >> DB. To nearest, −⌊(|p| + 2^(DB−1))/2^DB⌋ of a
// negative p is ⌊(p + 2^(DB−1) − 1)/2^DB⌋; toward zero, −⌊|p|/2^DB⌋ is ⌊(p + 2^DB − 1)/2^DB⌋.
// Without fraction bits nothing is rounded.
func (k *kernel) set(m *Model, frac int, delayed bool) {
	const top = 1 << 62
	decayBits := uint(m.DecayBits) & 63
	k.frac, k.decayBits = uint64(frac), uint64(decayBits)
	k.half, k.lower, k.back = int64(1)<<decayBits>>1, -1, int64(top)>>decayBits
	k.hi = int64(1)<<((uint(m.StateBits)-1)&63) - 1
	k.lo = -1 - k.hi
	if m.TowardZero {
		k.half, k.lower = 0, int64(1)<<decayBits-1
	}
	if decayBits == 0 {
		k.lower = 0
	}
	k.round = k.half + top
	if m.AtLeast {
		k.strict = 1
	}
	if delayed {
		k.delayed = -1
	}
}

// update takes up to 64 neurons a step on and returns which exceed their
// thresholds.
func (k *kernel) update(v, acc, decay, bias, threshold []int32) uint64 {
	word, n := uint64(0), 0
	if hasVectors && len(v) >= 4 {
		n = len(v) &^ 3
		k.v, k.acc, k.decay, k.bias, k.threshold = &v[0], &acc[0], &decay[0], &bias[0], &threshold[0]
		_, _, _, _ = acc[n-1], decay[n-1], bias[n-1], threshold[n-1] // the assembly checks no bounds
		word = updateVectors(k, n)
	}
	if n < len(v) {
		word |= k.updateEach(v[n:], acc[n:], decay[n:], bias[n:], threshold[n:]) << (uint(n) & 63)
	}
	return word
}

// updateEach is update one by one. The neurons are independent, so the loop
// keeps everything in registers and branches nowhere.
func (k *kernel) updateEach(v, acc, decay, bias, threshold []int32) uint64 {
	// Equal lengths that the compiler sees spare the loop its bounds checks.
	acc, decay, threshold, bias = acc[:len(v)], decay[:len(v)], threshold[:len(v)], bias[:len(v)]
	unit, decayBits := int64(1)<<k.frac, k.decayBits&63
	word := uint64(0)
	for i := range v {
		x, top := int64(v[i]), int64(threshold[i])
		product := x * int64(decay[i])
		leaked := (product + k.half + product>>63&k.lower) >> decayBits
		sum := leaked + int64(acc[i])*unit + int64(bias[i])
		level := top - k.strict
		sum -= top & ((level - x) >> 63 & k.delayed)
		sum = min(max(sum, k.lo), k.hi)
		v[i] = int32(sum)
		word = word>>1 | uint64(level-sum)&(1<<63)
	}
	return word >> (uint(64-len(v)) & 63)
}
